//! Entry: the token is checked, a visit is made, and the token leaves the address.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use jiff::SignedDuration;
use vinculo_domain::{ConsentId, Feature, Locale, SessionId};
use vinculo_store::PortalVisit;

use super::visit::address;
use crate::state::AppState;
use crate::widget::over::OverPage;
use crate::widget::params::Opening;
use crate::widget::phrases::words;
use crate::widget::shell::{Shell, page, policy};
use crate::widget::stop::{Flow, see};
use crate::widget::visit::config;

/// How long a visit lasts.
const LASTS: SignedDuration = SignedDuration::from_mins(30);

/// `GET /portal/`.
pub(super) async fn enter(State(state): State<AppState>, RawQuery(query): RawQuery) -> Flow {
    let query = query.unwrap_or_default();
    let opening = Opening::parse(&query);
    let locale = opening.params.locale;
    let now = state.env().now();
    let token = opening.access_token.as_deref().and_then(|token| state.tokens().open_access(token, now).ok());
    let Some(claims) = token else { return Ok(closed(&state, locale)) };
    let token = state.store().token(&claims.jti).await?;
    let config = config(token.as_ref());
    if token.is_none() || config.feature != Feature::ConsentManagement || config.identification.is_none() {
        return Ok(closed(&state, locale));
    }
    let id = SessionId::new(state.env());
    let expires_at = now.checked_add(LASTS).unwrap_or(now);
    let mut tx = state.store().begin().await?;
    tx.insert_portal_visit(id.as_str(), &PortalVisit { token: claims.jti, locale, expires_at }).await?;
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

/// The page of a token that opens nothing, and of a visit that is over.
pub(super) fn closed(state: &AppState, locale: Locale) -> Response {
    let policy = policy(state);
    let t = &words(locale).portal;
    let shell = Shell::bare(locale, "portal-closed", &policy).titled(&t.closed_title);
    page(StatusCode::UNAUTHORIZED, &policy, &OverPage::saying(shell, &t.closed))
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
