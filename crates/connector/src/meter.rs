//! The network's monthly limits (open-finance-brasil 8.1): a call that counts is paid for before it is made.
//!
//! Only answers of 2XX count, further pages with a `pagination-key` do not. Whether a call that was not answered has counted
//! nobody knows here: it stays paid for.

use std::fmt;

use async_trait::async_trait;

use crate::{Access, ConnectorError};

/// An endpoint with a limit of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Our name of it, such as `account_details`.
    pub name: &'static str,
    /// Calls a month: for each resource where the address names one, else for the consent.
    pub limit: u32,
    /// The family's name in the directory.
    pub(crate) family: &'static str,
    /// The address below the family's base; `*` is an identifier.
    pub(crate) shape: &'static str,
}

const fn of(family: &'static str, shape: &'static str, name: &'static str, limit: u32) -> Endpoint {
    Endpoint { name, limit, family, shape }
}

macro_rules! contracts {
    ($family:literal, $name:literal, $one:literal, $detail:literal, $payments:literal) => {
        [
            of($family, "contracts", $name, 30),
            of($family, "contracts/*", concat!($one, "_details"), $detail),
            of($family, "contracts/*/warranties", concat!($one, "_warranties"), 8),
            of($family, "contracts/*/scheduled-instalments", concat!($one, "_instalments"), 30),
            of($family, "contracts/*/payments", concat!($one, "_payments"), $payments),
        ]
    };
}

macro_rules! investments {
    ($family:literal, $name:literal, $one:literal, $often:literal) => {
        [
            of($family, "investments", $name, 30),
            of($family, "investments/*", concat!($one, "_details"), 8),
            of($family, "investments/*/balances", concat!($one, "_balances"), $often),
            of($family, "investments/*/transactions", concat!($one, "_transactions"), 8),
            of($family, "investments/*/transactions-current", concat!($one, "_transactions_current"), $often),
        ]
    };
}

/// All of them but those of customers, by family.
const FAMILIES: [&[Endpoint]; 12] = [
    &[
        of("accounts", "accounts", "accounts", 8),
        of("accounts", "accounts/*", "account_details", 8),
        of("accounts", "accounts/*/balances", "balances", 420),
        of("accounts", "accounts/*/overdraft-limits", "overdraft_limits", 420),
        of("accounts", "accounts/*/transactions", "transactions", 8),
        of("accounts", "accounts/*/transactions-current", "transactions_current", 240),
    ],
    &[
        of("credit-cards-accounts", "accounts", "cards", 8),
        of("credit-cards-accounts", "accounts/*", "card_details", 120),
        of("credit-cards-accounts", "accounts/*/limits", "card_limits", 240),
        of("credit-cards-accounts", "accounts/*/bills", "bills", 30),
        // Of all bills of a card together: the consent shares the card, not the bill.
        of("credit-cards-accounts", "accounts/*/bills/*/transactions", "bill_transactions", 30),
        of("credit-cards-accounts", "accounts/*/transactions", "card_transactions", 8),
        of("credit-cards-accounts", "accounts/*/transactions-current", "card_transactions_current", 240),
    ],
    &contracts!("loans", "loans", "loan", 30, 120),
    &contracts!("financings", "financings", "financing", 8, 30),
    &contracts!("unarranged-accounts-overdraft", "overdrafts", "overdraft", 8, 30),
    &contracts!("invoice-financings", "invoice_financings", "invoice_financing", 8, 30),
    &investments!("bank-fixed-incomes", "bank_fixed_incomes", "bank_fixed_income", 120),
    &investments!("credit-fixed-incomes", "credit_fixed_incomes", "credit_fixed_income", 120),
    &investments!("treasure-titles", "treasure_titles", "treasure_title", 120),
    &investments!("funds", "funds", "fund", 120),
    &[
        of("variable-incomes", "investments", "variable_incomes", 30),
        of("variable-incomes", "investments/*", "variable_income_details", 8),
        of("variable-incomes", "investments/*/balances", "variable_income_balances", 30),
        of("variable-incomes", "investments/*/transactions", "variable_income_transactions", 8),
        of("variable-incomes", "investments/*/transactions-current", "variable_income_transactions_current", 30),
        of("variable-incomes", "broker-notes/*", "broker_notes", 30),
    ],
    &[
        of("exchanges", "operations", "exchanges", 30),
        of("exchanges", "operations/*", "exchange_details", 8),
        of("exchanges", "operations/*/events", "exchange_events", 30),
    ],
];

/// A consent shares either a person or a company.
const CUSTOMERS: [&[Endpoint]; 2] = [
    &[
        of("customers-personal", "personal/identifications", "owners", 8),
        of("customers-personal", "personal/qualifications", "owner_qualifications", 8),
        of("customers-personal", "personal/financial-relations", "owner_relations", 8),
    ],
    &[
        of("customers-business", "business/identifications", "owners", 8),
        of("customers-business", "business/qualifications", "owner_qualifications", 8),
        of("customers-business", "business/financial-relations", "owner_relations", 8),
    ],
];

impl Endpoint {
    /// All endpoints with a limit, each name once.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        CUSTOMERS[..1].iter().chain(&FAMILIES).flat_map(|family| family.iter())
    }

    /// Finds the endpoint of an address below a family's base, and the resource that it names (empty for none).
    pub(crate) fn find<'p>(family: &str, path: &'p str) -> Option<(&'static Self, &'p str)> {
        let all = CUSTOMERS.iter().chain(&FAMILIES).flat_map(|family| family.iter());
        let mut of_family = all.filter(|endpoint| endpoint.family == family);
        of_family.find_map(|endpoint| Some((endpoint, matched(endpoint.shape, path)?)))
    }

    /// The families that have limits, with the major version of each.
    pub(crate) fn families() -> impl Iterator<Item = (&'static str, u32)> {
        let all = CUSTOMERS.iter().chain(&FAMILIES).filter_map(|family| family.first());
        all.map(|endpoint| {
            let newer = ["investments", "operations"].contains(&endpoint.shape);
            (endpoint.family, if newer { 1 } else { 2 })
        })
    }
}

/// Matches a path, and returns what stands for the first identifier.
fn matched<'p>(shape: &str, path: &'p str) -> Option<&'p str> {
    let (mut segments, mut first) = (path.split('/'), "");
    for wanted in shape.split('/') {
        let segment = segments.next().filter(|segment| !segment.is_empty())?;
        match wanted {
            "*" if first.is_empty() => first = segment,
            "*" => {}
            wanted if wanted == segment => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(first)
}

/// A call that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What is called.
    pub endpoint: &'static Endpoint,
    /// The institution's identifier of the account, card, contract…; empty where the address names none.
    pub resource: String,
}

impl Call {
    /// A call by its name; `None` for a name that is none.
    pub fn named(name: &str, resource: &str) -> Option<Self> {
        let endpoint = Endpoint::all().find(|endpoint| endpoint.name == name)?;
        Some(Self { endpoint, resource: resource.to_owned() })
    }
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Well: it has counted.
    Served,
    /// It surely has not counted.
    NotCounted,
    /// Nobody knows.
    Unknown,
}

impl Outcome {
    fn of<T>(came: &Result<T, ConnectorError>) -> Self {
        match came {
            Ok(_) => Self::Served,
            Err(ConnectorError::Timeout | ConnectorError::Broken(_) | ConnectorError::Protocol(_)) => Self::Unknown,
            Err(_) => Self::NotCounted,
        }
    }
}

/// Who keeps count of the calls that an [`Access`] makes.
#[async_trait]
pub trait Meter: Send + Sync + fmt::Debug {
    /// Takes one call out of the month's allowance before it is made, and returns the month; `None` when it is used up.
    async fn take(&self, call: &Call) -> Result<Option<String>, ConnectorError>;

    /// Learns what came of a call that was taken out of the allowance of `month`.
    async fn came(&self, call: &Call, month: &str, outcome: Outcome) -> Result<(), ConnectorError>;
}

impl Access {
    /// Makes a call that counts, if the month's allowance has one left.
    ///
    /// # Errors
    /// [`ConnectorError::LimitReached`] when it has none; those of the call.
    pub async fn paid<T>(
        &self,
        call: &Call,
        made: impl Future<Output = Result<T, ConnectorError>> + Send,
    ) -> Result<T, ConnectorError> {
        let Some(meter) = &self.meter else { return made.await };
        let month = meter.take(call).await?.ok_or(ConnectorError::LimitReached)?;
        let came = made.await;
        meter.came(call, &month, Outcome::of(&came)).await?;
        came
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn addresses_are_found_with_the_resource_that_they_name() {
        for (family, path, name, resource) in [
            ("accounts", "accounts", "accounts", ""),
            ("accounts", "accounts/7", "account_details", "7"),
            ("accounts", "accounts/7/balances", "balances", "7"),
            ("credit-cards-accounts", "accounts/7/bills/8/transactions", "bill_transactions", "7"),
            ("customers-business", "business/qualifications", "owner_qualifications", ""),
            ("loans", "contracts/7/payments", "loan_payments", "7"),
            ("variable-incomes", "broker-notes/9", "broker_notes", "9"),
            ("exchanges", "operations/3/events", "exchange_events", "3"),
        ] {
            let (endpoint, named) = Endpoint::find(family, path).unwrap();
            assert_eq!((endpoint.name, named), (name, resource), "{family}/{path}");
        }
        for (family, path) in [
            ("accounts", ""),
            ("accounts", "accounts/"),
            ("accounts", "accounts//balances"),
            ("accounts", "accounts/7/balances/"),
            ("accounts", "accounts/7/bills"),
            ("resources", "resources"),
            ("consents", "consents/7"),
        ] {
            assert_eq!(Endpoint::find(family, path), None, "{family}/{path}");
        }
    }

    #[test]
    fn names_are_their_own_and_can_be_called_by() {
        let names: Vec<&str> = Endpoint::all().map(|endpoint| endpoint.name).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        assert!(names.iter().all(|name| Call::named(name, "1").is_some_and(|call| call.endpoint.name == *name)));
        assert_eq!(Call::named("narnia", ""), None);
        let old: Vec<_> = Endpoint::families().filter(|(_, major)| *major == 1).map(|(family, _)| family).collect();
        assert_eq!(old.len(), 6, "investments and exchanges: {old:?}");
    }

    #[test]
    fn what_was_not_answered_may_have_counted_and_what_was_refused_has_not() {
        let of = |error| Outcome::of::<()>(&Err(error));
        let unknown = [
            ConnectorError::Timeout,
            ConnectorError::Broken("x".into()),
            ConnectorError::Protocol(crate::ProtocolError::Empty),
        ];
        assert!(unknown.into_iter().all(|error| of(error) == Outcome::Unknown));
        let free = [
            ConnectorError::LimitReached,
            ConnectorError::Unauthorised,
            ConnectorError::NotFound,
            ConnectorError::Unreachable("x".into()),
            ConnectorError::Unavailable { status: 503, retry_after: None },
        ];
        assert!(free.into_iter().all(|error| of(error) == Outcome::NotCounted));
        assert_eq!(Outcome::of(&Ok(())), Outcome::Served);
    }
}
