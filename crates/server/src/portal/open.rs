//! From a sign-in that has succeeded to the visit, and out of it again.

use askama::Template;
use axum::extract::{Path, State};
use http::StatusCode;
use vinculo_domain::{SessionId, Step};
use vinculo_store::{PortalVisit, Proven};

use super::enter::LASTS;
use super::visit::{Visit, address};
use crate::state::AppState;
use crate::widget;
use crate::widget::browser::{Browser, Key, forget};
use crate::widget::phrases::PortalWords;
use crate::widget::shell::{Shell, page};
use crate::widget::stop::{Flow, see};

#[derive(Template)]
#[template(path = "portal/open.html")]
struct OpenPage {
    shell: Shell,
    t: &'static PortalWords,
    lede: String,
}

/// The page of somebody whom the bank has confirmed. Once the portal was opened, it leads there.
pub(crate) fn proven(state: &AppState, visit: &widget::visit::Visit) -> Flow {
    if let Some(opened) = &visit.session.state.opened {
        return Ok(see(&address(opened)));
    }
    if visit.now >= visit.session.expires_at || visit.session.state.identification.is_none() {
        return Ok(super::closed(state, visit.session.locale));
    }
    let mut shell = visit.shell(Step::Done).progress(6).open_end();
    shell.step = "portal-open";
    let t = &shell.words.portal;
    let open = OpenPage { t, lede: shell.say(&t.open_lede), shell: shell.titled(&t.open_title) };
    Ok(page(StatusCode::OK, &visit.policy, &open))
}

/// Opens the portal, once: a second tap leads to the same visit.
pub(crate) async fn open(State(state): State<AppState>, key: Key) -> Flow {
    let visit = widget::visit::Visit::at(&state, &key, Step::Done).await?;
    let mut tx = state.store().begin().await?;
    // Read anew: a first tap may have been faster.
    let Some(mut session) = tx.session(&visit.session.id).await?.filter(|_| visit.is_sign_in()) else {
        return Ok(visit.see(Step::Done));
    };
    if session.state.opened.is_some() || visit.now >= session.expires_at {
        return Ok(visit.see(Step::Done));
    }
    let Some((who, browser)) = session.state.identification.take().zip(session.state.browser.clone()) else {
        return Ok(super::closed(&state, session.locale));
    };
    let id = SessionId::new(state.env());
    let opened = PortalVisit {
        token: session.token.clone(),
        locale: session.locale,
        expires_at: visit.now.checked_add(LASTS).unwrap_or(visit.now),
        proven: Some(Proven { document: who.document(), browser }),
    };
    tx.insert_portal_visit(id.as_str(), &opened).await?;
    session.state.opened = Some(id.clone());
    match tx.update_session(&mut session).await {
        Ok(()) => tx.commit().await?,
        Err(vinculo_store::StoreError::Conflict) => return Ok(visit.see(Step::Done)),
        Err(error) => return Err(error.into()),
    }
    Ok(see(&address(&id)))
}

/// Ends the visit. Whoever has its address sees nothing any more.
pub(super) async fn leave(State(state): State<AppState>, Path(id): Path<String>, browser: Browser) -> Flow {
    let visit = Visit::load(&state, &id, &browser).await?;
    let mut tx = state.store().begin().await?;
    tx.end_portal_visit(visit.id.as_str()).await?;
    tx.commit().await?;
    let there = see(&format!("/portal/left?locale={}", visit.locale.as_str()));
    Ok(if visit.application.is_none() { forget(there, state.settings()) } else { there })
}
