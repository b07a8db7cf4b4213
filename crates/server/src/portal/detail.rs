//! One consent: institution, data, purpose, term, and everything that happened to it.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use vinculo_domain::{Category, mask_document};
use vinculo_store::{Consent, ConsentChange};

use super::status::Standing;
use super::visit::Visit;
use crate::state::AppState;
use crate::widget::browser::Browser;
use crate::widget::dates;
use crate::widget::phrases::{ConsentWords, PortalWords};
use crate::widget::shell::Shell;
use crate::widget::step::consent::{name, until};
use crate::widget::stop::{Flow, missing};
use crate::widget::tile::Tile;

#[derive(Template)]
#[template(path = "portal/detail.html")]
struct DetailPage {
    shell: Shell,
    t: &'static PortalWords,
    c: &'static ConsentWords,
    tile: Tile,
    standing: String,
    /// What has just been done.
    notice: Option<&'static str>,
    who: Option<(String, String)>,
    purpose: String,
    duration: String,
    until: Option<String>,
    since: String,
    categories: Vec<Category>,
    business: bool,
    /// With whom it is shared, where that may be several.
    application: Option<String>,
    history: Vec<(String, String)>,
    active: bool,
    renewable: bool,
    address: String,
}

/// Shows the page.
pub(super) async fn show(
    State(state): State<AppState>,
    Path(ids): Path<(String, String)>,
    browser: Browser,
    RawQuery(query): RawQuery,
) -> Flow {
    let (visit, consent) = Visit::about_one(&state, &ids, &browser).await?;
    let standing = Standing::of(&consent).ok_or_else(missing)?;
    let (t, c) = (&visit.words().portal, &visit.words().consent);
    let (shell, institution) = visit.about(&state, &consent, "portal-consent", "").await?;
    let tile = institution.as_ref().map_or_else(Tile::nameless, Tile::of);
    let shell = shell.styled(&tile.style());
    let history = state.store().consent_history(consent.id).await?;
    let page = DetailPage {
        t,
        c,
        tile,
        standing: standing.name(t).to_owned(),
        notice: notice(query.as_deref(), t),
        who: who(&consent),
        purpose: consent.purpose.clone().unwrap_or_default(),
        duration: name(c, consent.duration),
        until: consent.expires_at.map(|end| until(c, end, visit.locale)),
        since: dates::written(consent.created_at, visit.locale),
        categories: consent.permissions.categories(),
        business: visit.is_business(),
        application: visit.application_name(&state, &consent).await?,
        history: history.iter().filter_map(|change| line(change, t, &visit)).collect(),
        active: standing == Standing::Active,
        renewable: standing == Standing::Active && consent.expires_at.is_some(),
        address: format!("{}/{}", shell.base, consent.id),
        shell: shell.titled("{bank}"),
    };
    Ok(visit.page(&page))
}

fn who(consent: &Consent) -> Option<(String, String)> {
    let identification = &consent.record.as_ref()?.identification;
    let document = identification.document();
    Some((
        identification.display_name().to_owned(),
        format!("{} {}", document.kind(), mask_document(document.as_str())),
    ))
}

/// Only our own words can be asked for.
fn notice(query: Option<&str>, t: &'static PortalWords) -> Option<&'static str> {
    match query? {
        "done=renewed" => Some(&t.renewed),
        "done=revoked" => Some(&t.revoked),
        _ => None,
    }
}

fn line(change: &ConsentChange, t: &PortalWords, visit: &Visit) -> Option<(String, String)> {
    let what = match change.what.as_str() {
        "created" => &t.h_created,
        "authorised" => &t.h_authorised,
        "renewed" => &t.h_renewed,
        "expiry_changed" => &t.h_expiry_changed,
        "rejected" => &t.h_rejected,
        "expired" => &t.h_expired,
        _ => return None,
    };
    let end = change.expires_at.map(|end| format!(", {}", until(&visit.words().consent, end, visit.locale)));
    let end = end.filter(|_| matches!(change.what.as_str(), "authorised" | "renewed" | "expiry_changed"));
    Some((dates::written(change.at, visit.locale), format!("{what}{}", end.unwrap_or_default())))
}
