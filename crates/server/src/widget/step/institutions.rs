//! `institutions`: search and list of brands.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Form, Query as UrlQuery, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use vinculo_domain::{Institution, InstitutionStatus, Stage, Step, Warning, fold};
use vinculo_store::WidgetSession;

use super::choose;
use crate::state::AppState;
use crate::widget::browser::Key;
use crate::widget::directory::offered;
use crate::widget::events;
use crate::widget::phrases::{InstitutionsWords, fill};
use crate::widget::search::{MAX_QUERY, Query, searched};
use crate::widget::shell::{Shell, page};
use crate::widget::stop::{Flow, see};
use crate::widget::tile::Tile;
use crate::widget::visit::{Change, Visit, change};

/// What the address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::widget) struct Asked {
    /// Search words, for browsers without script.
    q: String,
    /// An institution that was tapped although it is down.
    down: String,
}

/// One row of the list.
#[derive(Debug)]
enum Row {
    Group(String),
    Bank(Bank),
}

/// One institution of the list.
#[derive(Debug)]
struct Bank {
    code: String,
    name: String,
    tile: Tile,
    /// Folded words by which it is found.
    find: String,
    /// A small line, only when there is something to say.
    hint: Option<String>,
    /// Why it cannot be chosen.
    down: Option<String>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "widget/institutions.html")]
pub(in crate::widget) struct InstitutionsPage {
    shell: Shell,
    t: &'static InstitutionsWords,
    lede: Option<&'static str>,
    /// The address leaves no institution at all.
    nothing: bool,
    notice: Option<String>,
    query: String,
    rows: Vec<Row>,
    none_found: bool,
    none_text: String,
}

impl InstitutionsPage {
    pub(in crate::widget) fn new(visit: &Visit, offered: &[Institution], asked: &Asked) -> Self {
        let back = if visit.config.identification.is_some() { Step::Start } else { Step::Identify };
        let shell = visit.shell(Step::Institutions).progress(3).back_to(back);
        let t = &shell.words.institutions;
        let found = Query::parse(&asked.q).map(|query| search(offered, &query));
        let rows = match &found {
            Some(found) => found.iter().map(|bank| Row::Bank(listed(t, bank))).collect(),
            None => grouped(t, offered),
        };
        let query: String = asked.q.trim().chars().take(MAX_QUERY).collect();
        let down = offered.iter().find(|bank| bank.code.as_str() == asked.down);
        let title = if offered.is_empty() { &t.nothing_title } else { &t.title };
        Self {
            t,
            lede: (!offered.is_empty()).then(|| lede(visit, &shell)).flatten(),
            nothing: offered.is_empty(),
            notice: down.map(|bank| fill(&t.not_choosable, &[("bank", &bank.display_name)])),
            none_found: found.is_some_and(|found| found.is_empty()),
            none_text: fill(&t.none_found, &[("query", &query)]),
            query,
            shell: shell.titled(title).styled(&styles(offered)),
            rows,
        }
    }

    /// Gives the script the warning of an institution that is tapped although it is down. `tapped` was tapped without
    /// script: the page says so, and the warning goes out as soon as it is shown.
    fn warned(mut self, visit: &Visit, state: &AppState, tapped: Option<&Institution>) -> Self {
        let id = state.env().uuid().to_string();
        let notice = |code: &str| {
            events::warning_notice(&visit.config.callbacks, Warning::InstitutionDisabled, &id, code, visit.now)
        };
        let mut script = visit.script(Step::Institutions).with("warning", notice(""));
        if let Some(tapped) = tapped {
            script = script.with("events", json!([notice(tapped.code.as_str())]));
        }
        self.shell = self.shell.scripted(script);
        self
    }
}

/// What stands above the list.
fn lede(visit: &Visit, shell: &Shell) -> Option<&'static str> {
    if visit.is_sign_in() {
        return Some(&shell.words.portal.choose_lede);
    }
    visit.config.branding.social_proof.then_some(shell.words.institutions.lede.as_str())
}

fn search<'a>(offered: &'a [Institution], query: &Query) -> Vec<&'a Institution> {
    let ranked = offered.iter().filter_map(|bank| query.rank(&words(bank)).map(|rank| (rank, bank)));
    let mut found: Vec<_> = ranked.collect();
    // Stable: within a rank the order of the list stays, popular ones first.
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, bank)| bank).collect()
}

/// A brand is found by its own name and by that of the participant behind it.
fn words(bank: &Institution) -> String {
    searched(&bank.display_name, &bank.organisation.name)
}

fn grouped(t: &InstitutionsWords, offered: &[Institution]) -> Vec<Row> {
    let (mut popular, mut others): (Vec<_>, Vec<_>) = offered.iter().partition(|bank| bank.popularity.is_some());
    popular.sort_by_key(|bank| bank.popularity);
    others.sort_by_cached_key(|bank| fold(&bank.display_name));
    let heading = |name: &str| Row::Group(name.to_owned());
    // A list that fits the screen needs no headings.
    let headed = offered.len() > 8 && !popular.is_empty() && !others.is_empty();
    let mut rows = Vec::with_capacity(offered.len() + 2);
    for (name, group) in [(&t.popular, popular), (&t.others, others)] {
        if headed {
            rows.push(heading(name));
        }
        rows.extend(group.into_iter().map(|bank| Row::Bank(listed(t, bank))));
    }
    rows
}

fn listed(t: &InstitutionsWords, bank: &Institution) -> Bank {
    let hint = match bank.status {
        InstitutionStatus::Healthy => None,
        InstitutionStatus::Degraded => Some(t.degraded.clone()),
        InstitutionStatus::Down => Some(t.down.clone()),
    };
    let down =
        (bank.status == InstitutionStatus::Down).then(|| fill(&t.not_choosable, &[("bank", &bank.display_name)]));
    Bank {
        code: bank.code.to_string(),
        name: bank.display_name.clone(),
        tile: Tile::of_listed(bank),
        find: words(bank),
        hint,
        down,
    }
}

/// Each colour once.
fn styles(offered: &[Institution]) -> String {
    let tiles: BTreeSet<String> = offered.iter().map(|bank| Tile::of_listed(bank).style()).collect();
    tiles.into_iter().collect()
}

async fn load(state: &AppState, visit: &Visit) -> Flow<Vec<Institution>> {
    let all = state.store().all_institutions().await?;
    Ok(offered(all, &visit.session.state.params, visit.is_business()))
}

/// Shows the page.
pub(in crate::widget) async fn show(State(state): State<AppState>, key: Key, UrlQuery(asked): UrlQuery<Asked>) -> Flow {
    let visit = Visit::at(&state, &key, Step::Institutions).await?;
    let offered = load(&state, &visit).await?;
    let tapped = offered.iter().find(|bank| bank.code.as_str() == asked.down);
    let shown = InstitutionsPage::new(&visit, &offered, &asked).warned(&visit, &state, tapped);
    Ok(page(StatusCode::OK, &visit.policy, &shown))
}

/// What was tapped.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::widget) struct Chosen {
    institution: String,
}

/// Takes the choice. What is not offered, or is down, is not taken.
pub(in crate::widget) async fn take(State(state): State<AppState>, key: Key, Form(chosen): Form<Chosen>) -> Flow {
    let visit = Visit::at(&state, &key, Step::Institutions).await?;
    let offered = load(&state, &visit).await?;
    let list = visit.address(Step::Institutions);
    let Some(one) = offered.iter().find(|bank| bank.code.as_str() == chosen.institution) else {
        return Ok(see(&list));
    };
    if one.status == InstitutionStatus::Down {
        change(&state, &visit.session.id, |session| warn(session, one, Warning::InstitutionDisabled)).await?;
        return Ok(see(&format!("{list}?down={}", one.code)));
    }
    let unstable = one.status == InstitutionStatus::Degraded;
    change(&state, &visit.session.id, |session| {
        let warned = if unstable { warn(session, one, Warning::InstitutionDegraded) } else { Change::none() };
        if choose(session, one) {
            Change { warning: warned.warning, ..Change::write().stage(Stage::Chose) }
        } else {
            warned
        }
    })
    .await?;
    Ok(visit.see(Step::Consent))
}

/// Most institutions about which one session warns.
const MOST_WARNINGS: usize = 20;

/// Notes a warning about an institution, once per session.
fn warn(session: &mut WidgetSession, bank: &Institution, warning: Warning) -> Change {
    let known = &mut session.state.warned;
    if known.len() >= MOST_WARNINGS || known.contains(&bank.code) {
        return Change::none();
    }
    known.push(bank.code.clone());
    Change::write().warning(warning, &bank.code)
}

#[cfg(test)]
mod tests {
    use vinculo_domain::Locale;

    use super::*;
    use crate::widget::directory::tests::banks;

    fn found(query: &str) -> Vec<String> {
        let banks = banks();
        search(&banks, &Query::parse(query).unwrap()).iter().map(|bank| bank.display_name.clone()).collect()
    }

    #[test]
    fn brands_are_found_by_their_own_and_their_participants_name() {
        assert_eq!(found("agil"), ["Banco Ágil"]);
        assert_eq!(found("organizacao").len(), 4);
        assert!(found("nada").is_empty());
    }

    #[test]
    fn popular_ones_come_first_then_the_alphabet() {
        let t = &crate::widget::phrases::words(Locale::Pt).institutions;
        let rows = grouped(t, &banks());
        let names: Vec<_> = rows
            .iter()
            .map(|row| match row {
                Row::Bank(bank) => bank.code.as_str(),
                Row::Group(_) => "group",
            })
            .collect();
        assert_eq!(names, ["mock_br_retail", "agil_br_retail", "sol_br_retail", "mock_br_business"]);
    }

    #[test]
    fn a_bank_that_is_down_says_why() {
        let t = &crate::widget::phrases::words(Locale::Pt).institutions;
        let banks = banks();
        assert!(listed(t, &banks[3]).down.unwrap().contains("Cooperativa Sol"));
        assert!(listed(t, &banks[2]).down.is_none() && listed(t, &banks[2]).hint.is_some());
        assert!(listed(t, &banks[0]).hint.is_none());
    }
}
