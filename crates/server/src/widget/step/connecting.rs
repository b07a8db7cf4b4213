//! `connecting`: the bank has answered, the link is being made.

use askama::Template;
use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use vinculo_domain::{ChosenInstitution, Step};

use super::exit::exit_of;
use crate::state::AppState;
use crate::widget::browser::Key;
use crate::widget::events;
use crate::widget::phrases::ConnectingWords;
use crate::widget::shell::{Shell, page};
use crate::widget::stop::Flow;
use crate::widget::tile::Tile;
use crate::widget::visit::Visit;

/// The page. It asks for the result by itself; after a while it offers to go back to the app, and the link is made
/// all the same.
#[derive(Debug, Template)]
#[template(path = "widget/connecting.html")]
pub(in crate::widget) struct ConnectingPage {
    shell: Shell,
    t: &'static ConnectingWords,
    tile: Tile,
    lede: String,
    slow: &'static str,
    /// Back to the application, which the link follows.
    exit_url: Option<String>,
}

impl ConnectingPage {
    pub(in crate::widget) fn new(visit: &Visit, chosen: &ChosenInstitution) -> Self {
        let shell = visit.shell(Step::Connecting).progress(5).open_end();
        let t = &shell.words.connecting;
        let script = visit.script(Step::Connecting).with("poll", json!(format!("{}/status", shell.base)));
        let again = shell.address(Step::Connecting);
        let exit_url = || events::exit_url(&visit.config.callbacks, &exit_of(&visit.session));
        let exit_url = (!visit.is_sign_in()).then(exit_url);
        let p = &shell.words.portal;
        let (title, slow) = if visit.is_sign_in() { (&p.waiting_title, &p.waiting_slow) } else { (&t.title, &t.slow) };
        let lede = shell.say(&t.lede);
        Self {
            t,
            tile: Tile::of(chosen),
            lede,
            slow,
            exit_url,
            shell: shell.titled(title).scripted(script).refreshed(2, again),
        }
    }
}

/// Shows the page.
pub(in crate::widget) async fn show(State(state): State<AppState>, key: Key) -> Flow {
    let visit = Visit::at(&state, &key, Step::Connecting).await?;
    let Some(chosen) = &visit.session.state.institution else { return Ok(visit.see(Step::Start)) };
    Ok(page(StatusCode::OK, &visit.policy, &ConnectingPage::new(&visit, chosen)))
}
