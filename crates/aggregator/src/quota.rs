//! The network's monthly allowance (open-finance-brasil 8.1), counted here before each call: per link, which is one consent,
//! per endpoint, and per account, card, contract, investment or operation where the address names one. Scheduled rounds
//! leave a reserve for what people and applications ask for. Further pages are free.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use vinculo_connector::{Call, ConnectorError, Endpoint, Meter, Outcome};
use vinculo_domain::{ApplicationId, LinkId};
use vinculo_store::{AllowanceKey, Link, StoreError};

use crate::fetch::day_in_brazil;
use crate::{Aggregator, Error, refresh};

/// What scheduled rounds leave of the smallest allowances.
const RESERVE: i64 = 3;
/// The smallest allowance, in calls a month.
const SMALLEST: i64 = 8;

/// How a month's allowance stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// `2026-11`, in Brasília.
    pub month: String,
    /// When the next month begins.
    pub resets_at: Timestamp,
    /// Every endpoint that has an allowance.
    pub lines: Vec<QuotaLine>,
}

/// How an endpoint's allowance stands: that of the resource that was asked for most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaLine {
    /// Name of the endpoint.
    pub endpoint: &'static str,
    /// Calls a month.
    pub limit: i64,
    /// Calls of this month.
    pub used: i64,
}

impl QuotaLine {
    /// What is left of it.
    pub fn left(&self) -> i64 {
        (self.limit - self.used).max(0)
    }
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
    let line = |endpoint: &'static Endpoint| {
        let used = found.iter().find(|(name, _)| name == endpoint.name).map_or(0, |(_, used)| *used);
        QuotaLine { endpoint: endpoint.name, limit: i64::from(endpoint.limit), used }
    };
    Ok(Quota { month, resets_at: refresh::next_month(now), lines: Endpoint::all().map(line).collect() })
}

/// Who spends of a month's allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spender {
    /// A scheduled round, and what it tries again: never of the reserve.
    Schedule,
    /// Whatever people or applications wait for.
    Asked,
}

impl Spender {
    /// How many calls a month it may bring an endpoint to.
    fn limit(self, endpoint: &Endpoint) -> i64 {
        let limit = i64::from(endpoint.limit);
        if self == Self::Schedule { scheduled(limit) } else { limit }
    }
}

/// What scheduled rounds may use of a limit.
fn scheduled(limit: i64) -> i64 {
    if limit <= SMALLEST { limit - RESERVE } else { limit }
}

/// Tells whether a full scheduled round leaves the reserve.
pub(crate) async fn has_reserve(aggregator: &Aggregator, link: &Link) -> Result<bool, Error> {
    let quota = of_link(aggregator, link).await?;
    Ok(quota.lines.iter().filter(|line| line.limit <= SMALLEST).all(|line| line.used < scheduled(line.limit)))
}

pub(crate) fn month(now: Timestamp) -> String {
    day_in_brazil(now).strftime("%Y-%m").to_string()
}

/// Counts the calls for one link.
#[derive(Debug)]
pub(crate) struct LinkMeter {
    aggregator: Aggregator,
    link: Link,
    spender: Spender,
    /// Why counting failed: that is our failure and not the institution's.
    failure: Mutex<Option<StoreError>>,
}

impl LinkMeter {
    pub(crate) fn new(aggregator: &Aggregator, link: &Link, spender: Spender) -> Self {
        Self { aggregator: aggregator.clone(), link: link.clone(), spender, failure: Mutex::default() }
    }

    /// Returns why a call failed: what came of it, or that it could not be counted.
    pub(crate) fn cause(&self, error: ConnectorError) -> Error {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        failure.map_or(Error::Connector(error), Error::Store)
    }

    async fn spend(&self, call: &Call) -> Result<Option<String>, StoreError> {
        let month = month(self.aggregator.env().now());
        let mut tx = self.aggregator.store().begin().await?;
        let limit = self.spender.limit(call.endpoint);
        let taken = tx.take_allowance(self.key(&self.link.id.to_string(), &month, call), limit).await?;
        tx.commit().await?;
        Ok(taken.then_some(month))
    }

    async fn give_back(&self, call: &Call, month: &str) -> Result<(), StoreError> {
        let mut tx = self.aggregator.store().begin().await?;
        tx.give_back_allowance(self.key(&self.link.id.to_string(), month, call)).await?;
        tx.commit().await
    }

    fn key<'a>(&self, link: &'a str, month: &'a str, call: &'a Call) -> AllowanceKey<'a> {
        AllowanceKey { link, month, endpoint: call.endpoint.name, scope: &call.resource }
    }

    fn kept<T>(&self, result: Result<T, StoreError>) -> Result<T, ConnectorError> {
        result.map_err(|error| {
            *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            ConnectorError::Internal("the allowance could not be counted".to_owned())
        })
    }
}

#[async_trait]
impl Meter for LinkMeter {
    async fn take(&self, call: &Call) -> Result<Option<String>, ConnectorError> {
        let taken = self.spend(call).await;
        self.kept(taken)
    }

    async fn came(&self, call: &Call, month: &str, outcome: Outcome) -> Result<(), ConnectorError> {
        match outcome {
            Outcome::Served => self.aggregator.breaker().works(&self.link.institution),
            Outcome::Unknown => {}
            Outcome::NotCounted => {
                let given = self.give_back(call, month).await;
                self.kept(given)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_brasilia() {
        assert_eq!(month("2026-12-01T02:59:59Z".parse().unwrap()), "2026-11");
        assert_eq!(month("2026-12-01T03:00:00Z".parse().unwrap()), "2026-12");
    }
}
