//! How often data has been asked for: the monthly operational limits (423) and the traffic limit (429).
//!
//! Every successful call of a data API is counted by receiver, customer, endpoint and resource (consent, where the path
//! names no resource) in the calendar month of the bank's clock. Further pages with a valid `pagination-key` are
//! counted apart: they use nothing up. `GET /sandbox/usage` tells the counts, `PUT /sandbox/limits` says what is
//! enforced; nothing is at first.

mod endpoint;
mod traffic;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Access;
use crate::people::history::local_date;
use crate::state::{Db, LIMITS, StateError, USAGE};

pub(crate) use endpoint::Endpoint;
use traffic::Traffic;

/// Key of the one record of the limits in force.
const IN_FORCE: &str = "limits";
/// The most calls a minute that can be allowed.
const MOST_PER_MINUTE: u32 = 1_000_000;

/// What is enforced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    /// The monthly operational limits.
    #[serde(default)]
    pub(crate) monthly: bool,
    /// Calls of data APIs that a receiver may make at a brand in one clock minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) per_minute: Option<u32>,
}

/// The calls of one receiver for one customer at one endpoint in one month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Count {
    month: String,
    brand: String,
    client_id: String,
    endpoint: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    limit: Option<u32>,
    /// Calls that count, by consent.
    counted: BTreeMap<String, u32>,
    /// Further pages, by consent.
    pages: BTreeMap<String, u32>,
    /// Calls refused with 423, by consent.
    refused: BTreeMap<String, u32>,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// It counts.
    Counted,
    /// It was a further page.
    Page,
    /// It was refused.
    Refused,
}

/// A call that may have to be counted.
#[derive(Debug, Clone)]
pub(crate) struct Meter {
    key: String,
    count: Count,
    consent: String,
}

impl Meter {
    /// The meter of a call to `endpoint`.
    pub(crate) fn of(access: &Access, endpoint: &Endpoint) -> Self {
        let month = month(access.now);
        let customer = access.company.as_deref().unwrap_or(&access.person);
        let subject = endpoint.path.as_deref().unwrap_or(&access.consent_id);
        let key = [month.as_str(), access.brand.slug, &access.client_id, customer, &endpoint.name, subject].join("|");
        let count = Count {
            month,
            brand: access.brand.slug.to_owned(),
            client_id: access.client_id.clone(),
            endpoint: endpoint.name.clone(),
            path: endpoint.path.clone(),
            limit: endpoint.limit,
            ..Count::default()
        };
        Self { key, count, consent: access.consent_id.clone() }
    }
}

/// The calendar month of the bank, such as `2026-11`.
fn month(now: Timestamp) -> String {
    local_date(now).strftime("%Y-%m").to_string()
}

/// Counts, and what is enforced.
pub(crate) struct Usage {
    db: Db,
    traffic: Traffic,
}

impl Usage {
    /// Takes up the counts.
    pub(crate) fn open(db: &Db) -> Self {
        Self { db: db.clone(), traffic: Traffic::default() }
    }

    /// What is enforced.
    pub(crate) fn limits(&self) -> Result<Limits, StateError> {
        Ok(self.db.get(&LIMITS, IN_FORCE)?.unwrap_or_default())
    }

    /// Changes what is enforced; false where a number is out of bounds.
    pub(crate) async fn enforce(&self, limits: Limits) -> Result<bool, StateError> {
        if limits.per_minute.is_some_and(|calls| calls == 0 || calls > MOST_PER_MINUTE) {
            return Ok(false);
        }
        self.db.write(move |tx| tx.put(&LIMITS, IN_FORCE, &limits)).await?;
        Ok(true)
    }

    /// Counts a call of the minute; returns the seconds to wait where the receiver has made too many.
    pub(crate) fn too_fast(&self, access: &Access) -> Result<Option<i64>, StateError> {
        let Some(allowed) = self.limits()?.per_minute else { return Ok(None) };
        let receiver = format!("{}|{}", access.brand.slug, access.client_id);
        Ok(self.traffic.take(receiver, access.now, allowed))
    }

    /// Says whether the month is used up, where that is enforced.
    pub(crate) fn used_up(&self, meter: &Meter) -> Result<bool, StateError> {
        let Some(limit) = meter.count.limit else { return Ok(false) };
        if !self.limits()?.monthly {
            return Ok(false);
        }
        let count = self.db.get(&USAGE, &meter.key)?.unwrap_or_default();
        Ok(count.counted.values().sum::<u32>() >= limit)
    }

    /// Counts a call.
    pub(crate) async fn count(&self, meter: Meter, how: Call) -> Result<(), StateError> {
        self.db
            .write(move |tx| {
                let mut count = tx.get(&USAGE, &meter.key)?.unwrap_or(meter.count);
                let calls = match how {
                    Call::Counted => &mut count.counted,
                    Call::Page => &mut count.pages,
                    Call::Refused => &mut count.refused,
                };
                let calls = calls.entry(meter.consent).or_default();
                *calls = calls.saturating_add(1);
                tx.put(&USAGE, &meter.key, &count)
            })
            .await
    }

    /// All counts, or those of one month or consent, as `GET /sandbox/usage` shows them: never whose data it was.
    pub(crate) fn list(&self, month: Option<&str>, consent: Option<&str>) -> Result<Vec<Value>, StateError> {
        let all = self.db.all(&USAGE)?.into_iter().map(|(_, count)| count);
        let of_month = all.filter(|count| month.is_none_or(|month| month == count.month));
        let lines = of_month.flat_map(|count| count.lines());
        Ok(lines.filter(|line| consent.is_none_or(|consent| line["consent_id"] == consent)).collect())
    }
}

impl Count {
    /// One line for each consent.
    fn lines(&self) -> Vec<Value> {
        let consents = self.counted.keys().chain(self.pages.keys()).chain(self.refused.keys());
        let consents: std::collections::BTreeSet<&String> = consents.collect();
        let line = |consent: &String| {
            let calls = |by: &BTreeMap<String, u32>| by.get(consent).copied().unwrap_or_default();
            json!({
                "month": self.month,
                "brand": self.brand,
                "client_id": self.client_id,
                "consent_id": consent,
                "endpoint": self.endpoint,
                "path": self.path,
                "limit": self.limit,
                "counted": calls(&self.counted),
                "further_pages": calls(&self.pages),
                "refused": calls(&self.refused),
            })
        };
        consents.into_iter().map(line).collect()
    }
}
