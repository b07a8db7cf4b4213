//! The investment APIs and exchanges: one file per family, and what they have in common here.

mod bank;
mod credit;
mod exchange;
mod family;
mod funds;
mod paper;
mod treasure;
mod variable;
mod window;

use axum::Router;

use super::Resource;
use super::call::Call;
use crate::Access;
use crate::people::People;
use crate::people::history::local_date;
use crate::people::investments::{Family as Paper, Investor, readable_day};
use bank::Bank;
use credit::Credit;
use family::Family;
use funds::Funds;
use treasure::Treasure;
use variable::Variable;

/// Versions in `x-v`, by the first segment of the path.
pub(crate) const VERSIONS: [(&str, &str); 6] = [
    (Bank::SCOPE, Bank::VERSION),
    (Credit::SCOPE, Credit::VERSION),
    (Treasure::SCOPE, Treasure::VERSION),
    (Funds::SCOPE, Funds::VERSION),
    (Variable::SCOPE, Variable::VERSION),
    (exchange::SCOPE, exchange::VERSION),
];

/// Serves all families.
pub(super) fn router() -> Router<People> {
    Router::new()
        .merge(family::router::<Bank>())
        .merge(family::router::<Credit>())
        .merge(family::router::<Treasure>())
        .merge(family::router::<Funds>())
        .merge(variable::router())
        .merge(exchange::router())
}

/// The version of the family that a path belongs to.
pub(super) fn version_of(path: &str) -> Option<&'static str> {
    let is_in = |scope: &str| path.contains(&format!("/{scope}/"));
    VERSIONS.iter().find(|(scope, _)| is_in(scope)).map(|(_, version)| *version)
}

/// The resources of all families that `access` reaches.
pub(super) fn resources(people: &People, access: &Access) -> Vec<Resource> {
    [
        family::resources::<Bank>,
        family::resources::<Credit>,
        family::resources::<Treasure>,
        family::resources::<Funds>,
        family::resources::<Variable>,
        exchange::resources,
    ]
    .into_iter()
    .flat_map(|of| of(people, access))
    .collect()
}

/// The kinds of product that an investor uses, for their financial relations.
pub(super) fn products(people: &People, access: &Access) -> Vec<&'static str> {
    let Some(investor) = investor(people, access) else { return Vec::new() };
    let Days { today, shared } = Days::of(access);
    let mut papers = [Paper::Bank, Paper::Credit, Paper::Treasure].into_iter();
    let invests = papers.any(|family| !investor.notes(family, today, shared).is_empty())
        || !investor.funds(today, shared).is_empty()
        || !investor.shares(today, shared).is_empty();
    let exchanges = !investor.exchanges(today, shared).is_empty();
    let kinds = [(invests, "INVESTIMENTO"), (exchanges, "OPERACOES_CAMBIO")];
    kinds.into_iter().filter(|(used, _)| *used).map(|(_, kind)| kind).collect()
}

/// Who invests by this grant; `None` for those who do not.
fn investor(people: &People, access: &Access) -> Option<Investor> {
    let (person, company) = super::holder(people, access)?;
    people.investor(access.brand, person, company)
}

/// The days that decide what is seen: that of the position, and that of the consent.
#[derive(Debug, Clone, Copy)]
struct Days {
    today: jiff::civil::Date,
    shared: jiff::civil::Date,
}

impl Days {
    fn of(access: &Access) -> Self {
        Self { today: readable_day(access.now), shared: local_date(access.since) }
    }

    /// The same consent, as of another instant.
    fn at(call: &Call, as_of: jiff::Timestamp) -> Self {
        Self { today: readable_day(as_of), ..Self::of(&call.access) }
    }
}
