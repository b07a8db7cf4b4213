//! `handover`: on the way to the bank.
//!
//! The way out is a link to `handover/go`, which answers 303 to the bank's address, unaltered: a link that was tapped
//! and a redirect keep the gesture that lets a phone open the bank's app, and no `form-action` stands in the way.

use askama::Template;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde_json::json;
use vinculo_domain::{ChosenInstitution, Stage, Step};

use super::consent::{Patience, begin};
use crate::state::AppState;
use crate::widget::browser::Key;
use crate::widget::flow::{AT_THE_BANK, is_beginning};
use crate::widget::phrases::HandoverWords;
use crate::widget::qr;
use crate::widget::shell::{Shell, page, session_address};
use crate::widget::stop::{Flow, see};
use crate::widget::tile::Tile;
use crate::widget::visit::{Change, Visit, change};

/// After so many milliseconds the page goes on by itself.
const GO_AFTER_MS: u32 = 2_200;

/// The same where a code is shown: time to take out the phone.
const LINGER_MS: u32 = 25_000;

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
    /// The user was sent to the bank before, and may start over.
    again: bool,
    /// Continues the session on a phone: an SVG, on anything that does not say it is one.
    code: Option<String>,
}

impl HandoverPage {
    /// Makes the page. `phone` is the address that continues the session on a phone, where this may be none.
    pub(in crate::widget) fn new(visit: &Visit, chosen: &ChosenInstitution, phone: Option<&str>) -> Self {
        let shell = visit.shell(Step::Handover).progress(5);
        let t = &shell.words.handover;
        let way = visit.session.state.handover.as_ref();
        let sent = way.is_some_and(|way| way.sent_at.is_some());
        let (title, lede) = match (way, sent) {
            (None, _) => (&t.preparing, &t.preparing_hint),
            // Whoever comes back from the bank stays: going on by itself would make the way back impossible.
            (Some(_), true) => (&t.again_title, &t.again),
            (Some(_), false) if visit.is_sign_in() => (&t.title, &shell.words.portal.handover_lede),
            (Some(_), false) => (&t.title, &t.lede),
        };
        let shell = shell.titled(title);
        let (lede, script) = (shell.say(lede), visit.script(Step::Handover));
        let code = phone.filter(|_| way.is_some()).and_then(qr::svg);
        let status = json!(format!("{}/status", shell.base));
        let shell = match (way, sent) {
            (None, _) => {
                let again = shell.address(Step::Handover);
                shell.scripted(script.with("poll", status)).refreshed(2, again)
            }
            // Somebody may go on elsewhere: on the phone that took the code, in the browser that the bank opened.
            (Some(_), true) => shell.scripted(script.with("follow", status)).back_to(Step::Consent),
            (Some(_), false) => {
                let script =
                    script.with("follow", status).with("go", json!(GO_AFTER_MS)).with("linger", json!(LINGER_MS));
                let go = format!("{}/handover/go", shell.base);
                shell.scripted(script).refreshed(if code.is_some() { 25 } else { 4 }, go).back_to(Step::Consent)
            }
        };
        let (preparing, again) = (way.is_none(), sent);
        Self { t, tile: Tile::of(chosen), lede, preparing, moving: !sent, again, code, shell }
    }
}

/// Tells whether a browser says that it runs on a phone or tablet.
fn on_phone(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let agent = text("user-agent");
    text("sec-ch-ua-mobile") == "?1" || ["Mobi", "Android", "iPhone", "iPad"].iter().any(|word| agent.contains(word))
}

/// Shows the page. An attempt that died with its process leads back to the consent.
pub(in crate::widget) async fn show(State(state): State<AppState>, key: Key, headers: HeaderMap) -> Flow {
    let visit = Visit::at(&state, &key, Step::Handover).await?;
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
    let here = format!("{}{}/", state.settings().public_url, session_address(&visit.session.id));
    // A sign-in stays where it began.
    let phone = (!visit.is_sign_in() && !on_phone(&headers)).then_some(here.as_str());
    Ok(page(StatusCode::OK, &visit.policy, &HandoverPage::new(&visit, chosen, phone)))
}

/// Starts over with a fresh consent: for a user whom the bank did not send back.
pub(in crate::widget) async fn restart(State(state): State<AppState>, key: Key) -> Flow {
    let visit = Visit::at(&state, &key, Step::Handover).await?;
    change(&state, &visit.session.id, |session| {
        let sent = session.state.handover.as_ref().is_some_and(|way| way.sent_at.is_some());
        if session.step != Step::Handover || !sent {
            return Change::none();
        }
        session.step = Step::Consent;
        session.state.handover = None;
        session.state.beginning_at = None;
        Change::write()
    })
    .await?;
    Ok(visit.see(Step::Consent))
}

/// Sends the user to the bank. The first time is recorded, and the session lives from there on as long as the consent
/// may be authorised. An address that the bank no longer takes is asked for anew.
pub(in crate::widget) async fn go(State(state): State<AppState>, key: Key) -> Flow {
    let visit = Visit::at(&state, &key, Step::Handover).await?;
    let now = visit.now;
    let Some(way) = &visit.session.state.handover else { return Ok(visit.see(Step::Handover)) };
    if way.expires_at <= now {
        let duration = way.duration;
        begin(&state, &visit, &visit.session.id, duration, Patience::All).await?;
    }
    let session = change(&state, &visit.session.id, |session| {
        let Some(way) = session.state.handover.as_mut().filter(|way| way.sent_at.is_none()) else {
            return Change::none();
        };
        way.sent_at = Some(now);
        session.expires_at = session.expires_at.max(now.checked_add(AT_THE_BANK).unwrap_or(now));
        Change::write().stage(Stage::Sent)
    })
    .await?;
    match session.state.handover.filter(|_| session.step == Step::Handover) {
        Some(way) => Ok(see(&way.authorization_url)),
        None => Ok(see(&session_address(&session.id))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_say_what_they_are() {
        let says = |name: &'static str, text: &str| {
            on_phone(&HeaderMap::from_iter([(http::HeaderName::from_static(name), text.parse().unwrap())]))
        };
        assert!(says("user-agent", "Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 Mobile"));
        assert!(says("user-agent", "Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X)"));
        assert!(says("sec-ch-ua-mobile", "?1"));
        assert!(!says("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/140") && !says("sec-ch-ua-mobile", "?0"));
        assert!(!on_phone(&HeaderMap::new()));
    }
}
