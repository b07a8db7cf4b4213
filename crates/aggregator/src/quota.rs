//! The network's monthly allowance (open-finance-brasil 8.1), counted here before each call: per link, which is one consent,
//! per endpoint, and per account where the endpoint belongs to one. Scheduled rounds leave a reserve for what people and
//! applications ask for. Further pages are free.

use jiff::Timestamp;
use vinculo_connector::{ConnectorError, Window};
use vinculo_domain::{ApplicationId, LinkId};
use vinculo_store::{AllowanceKey, Link};

use crate::fetch::day_in_brazil;
use crate::{Aggregator, Error, refresh};

/// What scheduled rounds leave of the small allowances.
const RESERVE: i64 = 3;

/// A kind of call with an allowance of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// Who the customer is.
    Owners,
    /// The list of accounts and their details.
    Accounts,
    /// The balance of an account.
    Balances,
    /// A long stretch of an account's transactions.
    Transactions,
    /// The last seven days of an account's transactions.
    TransactionsCurrent,
}

impl Allowance {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Owners, Self::Accounts, Self::Balances, Self::Transactions, Self::TransactionsCurrent];

    /// Returns the name as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owners => "owners",
            Self::Accounts => "accounts",
            Self::Balances => "balances",
            Self::Transactions => "transactions",
            Self::TransactionsCurrent => "transactions_current",
        }
    }

    /// Returns the calls per month.
    pub fn limit(self) -> i64 {
        match self {
            Self::Owners | Self::Accounts | Self::Transactions => 8,
            Self::TransactionsCurrent => 240,
            Self::Balances => 420,
        }
    }

    /// Returns what reading these days costs.
    pub(crate) fn of(window: Window, now: Timestamp) -> Self {
        if window.is_recent(now) { Self::TransactionsCurrent } else { Self::Transactions }
    }
}

/// How a month's allowance stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// `2026-11`, in Brasília.
    pub month: String,
    /// When the next month begins.
    pub resets_at: Timestamp,
    /// What was used of each kind.
    pub used: Vec<(Allowance, i64)>,
}

/// Returns how the allowance of a link's customer stands.
///
/// # Errors
/// [`Error::NotFound`] when the application has no such link.
pub async fn quota(aggregator: &Aggregator, application: ApplicationId, link: LinkId) -> Result<Quota, Error> {
    let link = aggregator.store().link(application, link).await?.ok_or(Error::NotFound)?;
    of_link(aggregator, &link).await
}

async fn of_link(aggregator: &Aggregator, link: &Link) -> Result<Quota, Error> {
    let now = aggregator.env().now();
    let month = month(now);
    let found = aggregator.store().allowance_used(&link.id.to_string(), &month).await?;
    let of = |kind: Allowance| found.iter().find(|(name, _)| name == kind.as_str()).map_or(0, |(_, used)| *used);
    let used = Allowance::ALL.into_iter().map(|kind| (kind, of(kind))).collect();
    Ok(Quota { month, resets_at: refresh::next_month(now), used })
}

/// Tells whether a full scheduled round leaves the reserve.
pub(crate) async fn has_reserve(aggregator: &Aggregator, link: &Link) -> Result<bool, Error> {
    let quota = of_link(aggregator, link).await?;
    let small = [Allowance::Owners, Allowance::Accounts, Allowance::Transactions];
    Ok(quota.used.iter().filter(|(kind, _)| small.contains(kind)).all(|(kind, used)| kind.limit() - used > RESERVE))
}

pub(crate) fn month(now: Timestamp) -> String {
    day_in_brazil(now).strftime("%Y-%m").to_string()
}

/// Takes one call, or fails as the institution would.
pub(crate) async fn spend(aggregator: &Aggregator, link: &Link, kind: Allowance, scope: &str) -> Result<(), Error> {
    let month = month(aggregator.env().now());
    let mut tx = aggregator.store().begin().await?;
    let taken = tx.take_allowance(key(&link.id.to_string(), &month, kind, scope), kind.limit()).await?;
    tx.commit().await?;
    if taken { Ok(()) } else { Err(Error::Connector(ConnectorError::LimitReached)) }
}

/// Looks at what came of a call that was paid for: what the institution surely has not counted is given back.
pub(crate) async fn settle<T>(
    aggregator: &Aggregator,
    link: &Link,
    kind: Allowance,
    scope: &str,
    result: Result<T, Error>,
) -> Result<T, Error> {
    if let Err(Error::Connector(error)) = &result
        && is_free(error)
    {
        let month = month(aggregator.env().now());
        let mut tx = aggregator.store().begin().await?;
        tx.give_back_allowance(key(&link.id.to_string(), &month, kind, scope)).await?;
        tx.commit().await?;
    }
    result
}

fn key<'a>(link: &'a str, month: &'a str, kind: Allowance, scope: &'a str) -> AllowanceKey<'a> {
    AllowanceKey { link, month, endpoint: kind.as_str(), scope }
}

/// Only answers of 2XX are counted. What was not answered at all may have been.
fn is_free(error: &ConnectorError) -> bool {
    !matches!(error, ConnectorError::Timeout | ConnectorError::Protocol(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_their_own_and_only_unanswered_calls_cost() {
        let names: std::collections::BTreeSet<_> = Allowance::ALL.into_iter().map(Allowance::as_str).collect();
        assert_eq!(names.len(), Allowance::ALL.len());
        assert!(!is_free(&ConnectorError::Timeout));
        for error in [
            ConnectorError::LimitReached,
            ConnectorError::Unauthorised,
            ConnectorError::Unreachable("x".into()),
            ConnectorError::Unavailable { status: 503, retry_after: None },
        ] {
            assert!(is_free(&error), "{error}");
        }
    }

    #[test]
    fn months_are_those_of_brasilia() {
        assert_eq!(month("2026-12-01T02:59:59Z".parse().unwrap()), "2026-11");
        assert_eq!(month("2026-12-01T03:00:00Z".parse().unwrap()), "2026-12");
    }
}
