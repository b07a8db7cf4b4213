use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::time::{micros, micros_option};
use super::{Ids, Record};
use crate::{AccountId, Amount, BalanceId, LinkId};

/// A balance of a deposit, savings or prepaid account (`belvo-api.md`, 10.6).
pub type Balance = Record<BalanceHead, BalanceContent>;

/// Ids and times of a [`Balance`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BalanceHead {
    /// Our id.
    pub id: BalanceId,
    /// Link that the balance belongs to.
    pub link: Option<LinkId>,
    /// Account that the balance belongs to.
    pub account_id: AccountId,
    /// Identifier of the account at the institution.
    pub account_internal_identification: String,
    /// When the institution gave this reading.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub collected_at: Timestamp,
    /// When the record was first stored.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub created_at: Timestamp,
}

/// What the institution said about a balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BalanceContent {
    /// When the institution last updated the balance.
    #[serde(with = "micros_option")]
    #[schemars(with = "Option<Timestamp>")]
    pub last_updated_at: Option<Timestamp>,
    /// Currency, three letters.
    pub currency: String,
    /// Free to use.
    pub available: Amount,
    /// Held.
    pub blocked: Amount,
    /// Invested by itself, redeemed by itself.
    pub automatically_invested: Amount,
}

/// A balance as the institution gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceDraft {
    /// Identifier of the account at the institution.
    pub account_internal_identification: String,
    /// What it said.
    pub content: BalanceContent,
}

impl BalanceDraft {
    /// Returns the identity of this reading at the institution, for ids that stay the same when it is read again:
    /// the same account at the same time of update.
    pub fn bank_key(&self) -> String {
        let at = self.content.last_updated_at.map(|at| at.to_string()).unwrap_or_default();
        format!("{}@{at}", self.account_internal_identification)
    }

    /// Adds what is ours.
    pub fn with_ids(self, ids: Ids<BalanceId>, account_id: AccountId) -> Balance {
        let mut content = self.content;
        // The key may not be null on the wire: where the bank does not say when, the reading itself is the time.
        content.last_updated_at.get_or_insert(ids.collected_at);
        let head = BalanceHead {
            id: ids.id,
            link: ids.link,
            account_id,
            account_internal_identification: self.account_internal_identification,
            collected_at: ids.collected_at,
            created_at: ids.created_at,
        };
        Record { head, content }
    }
}
