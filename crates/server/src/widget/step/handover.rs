//! `handover`: on the way to the bank.
//!
//! The way out is a link to `handover/go`, which answers 303 to the bank's address, unaltered: a link that was tapped
//! and a redirect keep the gesture that lets a phone open the bank's app, and no `form-action` stands in the way.

use askama::Template;
use axum::extract::{Path, State};
use http::StatusCode;
use serde_json::json;
use vinculo_domain::{ChosenInstitution, Step};

use super::consent::begin;
use crate::state::AppState;
use crate::widget::flow::{AT_THE_BANK, is_beginning};
use crate::widget::phrases::HandoverWords;
use crate::widget::shell::{Shell, page};
use crate::widget::stop::{Flow, see};
use crate::widget::tile::Tile;
use crate::widget::visit::{Change, Visit, change};

/// After so many milliseconds the page goes on by itself.
const GO_AFTER_MS: u32 = 2_200;

/// The page.
#[derive(Debug, Template)]
#[template(path = "widget/handover.html")]
pub(in crate::widget) struct HandoverPage {
    shell: Shell,
    t: &'static HandoverWords,
    tile: Tile,
    lede: String,
    /// The bank is still being asked.
    preparing: bool,
    /// The page goes on by itself.
    moving: bool,
}

impl HandoverPage {
    pub(in crate::widget) fn new(visit: &Visit, chosen: &ChosenInstitution) -> Self {
        let shell = visit.shell(Step::Handover).progress(5);
        let t = &shell.words.handover;
        let way = visit.session.state.handover.as_ref();
        let sent = way.is_some_and(|way| way.sent_at.is_some());
        let (title, lede) = match (way, sent) {
            (None, _) => (&t.preparing, &t.preparing_hint),
            // Whoever comes back from the bank stays: going on by itself would make the way back impossible.
            (Some(_), true) => (&t.again_title, &t.again),
            (Some(_), false) => (&t.title, &t.lede),
        };
        let shell = shell.titled(title);
        let (lede, script) = (shell.say(lede), visit.script(Step::Handover));
        let shell = match (way, sent) {
            (None, _) => {
                let status = format!("{}/status", shell.base);
                let again = shell.address(Step::Handover);
                shell.scripted(script.with("poll", json!(status))).refreshed(2, again)
            }
            (Some(_), true) => shell.scripted(script).back_to(Step::Consent),
            (Some(_), false) => {
                let go = format!("{}/handover/go", shell.base);
                shell.scripted(script.with("go", json!(GO_AFTER_MS))).refreshed(4, go).back_to(Step::Consent)
            }
        };
        Self { t, tile: Tile::of(chosen), lede, preparing: way.is_none(), moving: !sent, shell }
    }
}

/// Shows the page. An attempt that died with its process leads back to the consent.
pub(in crate::widget) async fn show(State(state): State<AppState>, Path(id): Path<String>) -> Flow {
    let visit = Visit::at(&state, &id, Step::Handover).await?;
    let remembered = &visit.session.state;
    let Some(chosen) = &remembered.institution else { return Ok(visit.see(Step::Start)) };
    if remembered.handover.is_none() && !is_beginning(remembered, visit.now) {
        change(&state, &visit.session.id, |session| {
            if session.step != Step::Handover || session.state.handover.is_some() {
                return Change::none();
            }
            session.step = Step::Consent;
            session.state.beginning_at = None;
            Change::write()
        })
        .await?;
        return Ok(visit.see(Step::Consent));
    }
    Ok(page(StatusCode::OK, &visit.policy, &HandoverPage::new(&visit, chosen)))
}

/// Sends the user to the bank. The first time is recorded, and the session lives from there on as long as the consent
/// may be authorised. An address that the bank no longer takes is asked for anew.
pub(in crate::widget) async fn go(State(state): State<AppState>, Path(id): Path<String>) -> Flow {
    let visit = Visit::at(&state, &id, Step::Handover).await?;
    let now = visit.now;
    let Some(way) = &visit.session.state.handover else { return Ok(visit.see(Step::Handover)) };
    if way.expires_at <= now {
        let duration = way.duration;
        begin(&state, &visit, &visit.session.id, duration).await?;
    }
    let session = change(&state, &visit.session.id, |session| {
        let Some(way) = session.state.handover.as_mut().filter(|way| way.sent_at.is_none()) else {
            return Change::none();
        };
        way.sent_at = Some(now);
        session.expires_at = session.expires_at.max(now.checked_add(AT_THE_BANK).unwrap_or(now));
        Change::write()
    })
    .await?;
    match session.state.handover.filter(|_| session.step == Step::Handover) {
        Some(way) => Ok(see(&way.authorization_url)),
        None => Ok(see(&crate::widget::shell::session_address(&session.id))),
    }
}
