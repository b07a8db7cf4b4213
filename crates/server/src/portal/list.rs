//! *Meus compartilhamentos*: what is active, what waits, what is over.

use askama::Template;
use axum::extract::{Path, State};
use vinculo_store::Consent;

use super::status::Standing;
use super::visit::Visit;
use crate::state::AppState;
use crate::widget::browser::Browser;
use crate::widget::dates;
use crate::widget::shell::Shell;
use crate::widget::stop::Flow;
use crate::widget::tile::Tile;

/// One consent of the list.
struct Row {
    address: String,
    tile: Tile,
    name: String,
    line: String,
}

/// One part of the list.
struct Group {
    title: &'static str,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "portal/list.html")]
struct ListPage {
    shell: Shell,
    lede: String,
    none: String,
    groups: Vec<Group>,
    leave: &'static str,
}

/// Shows the page.
pub(super) async fn show(State(state): State<AppState>, Path(id): Path<String>, browser: Browser) -> Flow {
    let visit = Visit::load(&state, &id, &browser).await?;
    let t = &visit.words().portal;
    let mut groups =
        [&t.active, &t.pending, &t.inactive].map(|title| Group { title: title.as_str(), rows: Vec::new() });
    let mut style = String::new();
    for consent in visit.consents(&state).await? {
        let Some(standing) = Standing::of(&consent) else { continue };
        let row = row(&state, &visit, &consent, standing).await?;
        style.push_str(&row.tile.style());
        let at = match standing {
            Standing::Active => 0,
            Standing::Pending => 1,
            Standing::Expired | Standing::Ended => 2,
        };
        groups[at].rows.push(row);
    }
    let shell = visit.shell("portal-list", None).titled(&t.title).styled(&style);
    let groups: Vec<Group> = groups.into_iter().filter(|group| !group.rows.is_empty()).collect();
    let (lede, none) = if visit.application.is_some() { (&t.lede, &t.none) } else { (&t.all_lede, &t.all_none) };
    let (lede, none) = (shell.say(lede), shell.say(none));
    Ok(visit.page(&ListPage { lede, none, groups, leave: &t.sign_out, shell }))
}

async fn row(state: &AppState, visit: &Visit, consent: &Consent, standing: Standing) -> Flow<Row> {
    let words = visit.words();
    let institution = visit.institution(state, consent).await?;
    let (name, tile) = match &institution {
        Some(chosen) => (chosen.display_name.clone(), Tile::of(chosen)),
        None => (consent.institution.to_string(), Tile::nameless()),
    };
    let line = match (standing, consent.expires_at) {
        (Standing::Active, None) => words.consent.undefined.clone(),
        (Standing::Active, Some(end)) => crate::widget::step::consent::until(&words.consent, end, visit.locale),
        (Standing::Pending, _) => words.portal.status_pending.clone(),
        (over, _) => format!("{} · {}", over.name(&words.portal), dates::written(consent.updated_at, visit.locale)),
    };
    let line = match visit.application_name(state, consent).await? {
        Some(application) => format!("{application} · {line}"),
        None => line,
    };
    Ok(Row { address: format!("{}/{}", super::visit::address(&visit.id), consent.id), tile, name, line })
}
