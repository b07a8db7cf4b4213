//! Ending a consent: one clear confirmation, after saying what follows.

use askama::Template;
use axum::extract::{Path, State};
use vinculo_aggregator::manage;

use super::status::Standing;
use super::visit::{Visit, address};
use crate::state::AppState;
use crate::widget::browser::Browser;
use crate::widget::phrases::PortalWords;
use crate::widget::shell::Shell;
use crate::widget::stop::{Flow, missing, see, trouble};

#[derive(Template)]
#[template(path = "portal/revoke.html")]
struct RevokePage {
    shell: Shell,
    t: &'static PortalWords,
    text: String,
    address: String,
}

/// Asks.
pub(super) async fn show(State(state): State<AppState>, Path(ids): Path<(String, String)>, browser: Browser) -> Flow {
    let (visit, consent) = Visit::about_one(&state, &ids, &browser).await?;
    let detail = format!("{}/{}", address(&visit.id), consent.id);
    if Standing::of(&consent) != Some(Standing::Active) {
        return Ok(see(&detail));
    }
    let t = &visit.words().portal;
    let (shell, _) = visit.about(&state, &consent, "portal-revoke", &format!("/{}", consent.id)).await?;
    let shell = shell.titled(&t.revoke_title);
    Ok(visit.page(&RevokePage { text: shell.say(&t.revoke_text), t, address: detail, shell }))
}

/// Does it. A second post changes nothing.
pub(super) async fn revoke(State(state): State<AppState>, Path(ids): Path<(String, String)>, browser: Browser) -> Flow {
    let (visit, consent) = Visit::about_one(&state, &ids, &browser).await?;
    if Standing::of(&consent).is_none() {
        return Err(missing().into());
    }
    if let Err(error) = manage::revoke(state.aggregator(), consent.application, consent.id).await {
        tracing::error!(%error, "a consent could not be ended");
        return Err(trouble().into());
    }
    Ok(see(&format!("{}/{}?done=revoked", address(&visit.id), consent.id)))
}
