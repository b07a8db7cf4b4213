//! Entry: with a token, which is checked, and leaves the address for a visit; without one the person is asked who they are.

use axum::extract::{RawQuery, State};
use jiff::SignedDuration;
use vinculo_domain::{ConsentId, Feature, SessionId};
use vinculo_store::PortalVisit;

use super::visit::address;
use super::{closed, sign_in};
use crate::state::AppState;
use crate::widget::params::Opening;
use crate::widget::stop::{Flow, see};
use crate::widget::visit::config;

/// How long a visit lasts.
pub(super) const LASTS: SignedDuration = SignedDuration::from_mins(30);

/// `GET /portal/`.
pub(super) async fn enter(State(state): State<AppState>, RawQuery(query): RawQuery) -> Flow {
    let query = query.unwrap_or_default();
    let opening = Opening::parse(&query);
    let locale = opening.params.locale;
    let now = state.env().now();
    let Some(token) = opening.access_token else {
        let is_open = state.settings().portal_sign_ins > 0;
        return Ok(if is_open { sign_in::ask(&state, locale) } else { closed(&state, locale) });
    };
    let Ok(claims) = state.tokens().open_access(&token, now) else { return Ok(closed(&state, locale)) };
    let token = state.store().token(&claims.jti).await?;
    let config = config(token.as_ref());
    if token.is_none() || config.feature != Feature::ConsentManagement || config.identification.is_none() {
        return Ok(closed(&state, locale));
    }
    let id = SessionId::new(state.env());
    let expires_at = now.checked_add(LASTS).unwrap_or(now);
    let mut tx = state.store().begin().await?;
    tx.insert_portal_visit(id.as_str(), &PortalVisit { token: claims.jti, locale, expires_at, proven: None }).await?;
    tx.commit().await?;
    Ok(see(&match wanted(&query) {
        Some(consent) => format!("{}/{consent}/renew", address(&id)),
        None => address(&id),
    }))
}

/// The consent that a renewal's address names. Whether it may be seen is decided on its page.
fn wanted(query: &str) -> Option<ConsentId> {
    let get = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes()).take(100);
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    get("action").filter(|action| action == "renew").and_then(|_| get("consent_id"))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_renewal_names_a_consent() {
        let id = "0199a000-0000-7000-8000-000000000000";
        assert_eq!(wanted(&format!("action=renew&consent_id={id}")), id.parse().ok());
        for query in ["", "action=renew", "action=renew&consent_id=x/../y", &format!("action=x&consent_id={id}")] {
            assert_eq!(wanted(query), None, "{query}");
        }
    }
}
