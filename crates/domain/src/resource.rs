use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// A kind of data that a link can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Resource {
    /// The person or company behind the link.
    Owners,
    /// Accounts, cards and credit contracts.
    Accounts,
    /// Balances of deposit and savings accounts.
    Balances,
    /// Closed card bills.
    Bills,
    /// Money in and out; on cards they name their bill.
    Transactions,
    /// Positions.
    Investments,
    /// Movements of positions.
    InvestmentTransactions,
    /// Foreign exchange operations.
    Exchanges,
}

impl Resource {
    /// All resources, in the order in which they are fetched: what others refer to comes first.
    pub const ALL: [Self; 8] = [
        Self::Owners,
        Self::Accounts,
        Self::Balances,
        Self::Bills,
        Self::Transactions,
        Self::Investments,
        Self::InvestmentTransactions,
        Self::Exchanges,
    ];

    /// Returns the name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owners => "OWNERS",
            Self::Accounts => "ACCOUNTS",
            Self::Balances => "BALANCES",
            Self::Transactions => "TRANSACTIONS",
            Self::Bills => "BILLS",
            Self::Investments => "INVESTMENTS",
            Self::InvestmentTransactions => "INVESTMENT_TRANSACTIONS",
            Self::Exchanges => "EXCHANGES",
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Resource {
    type Err = Invalid;

    /// Reads a name of the reference; the older spelling `EXHANGES` is understood.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "EXHANGES" {
            return Ok(Self::Exchanges);
        }
        Self::ALL.into_iter().find(|r| r.as_str() == text).ok_or_else(|| Invalid::choice(text))
    }
}

/// The names that callers may send in `fetch_resources` although nothing is fetched for them (paid enrichment).
const ENRICHMENT: [&str; 3] = ["INCOMES", "RECURRING_EXPENSES", "RISK_INSIGHTS"];

/// What to fetch for a link: the names as the caller sent them, and the resources that they mean.
///
/// The API echoes the names; unknown names and enrichment are ignored, as the reference advises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FetchResources(Vec<String>);

impl FetchResources {
    /// Keeps the known names of `names`, each once, in the caller's order.
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut kept: Vec<String> = Vec::new();
        for name in names {
            let known = name.parse::<Resource>().is_ok() || ENRICHMENT.contains(&name);
            if known && !kept.iter().any(|k| k == name) {
                kept.push(name.to_owned());
            }
        }
        Self(kept)
    }

    /// Returns the names to show.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Returns the resources to fetch, in the order of [`Resource::ALL`].
    pub fn resources(&self) -> Vec<Resource> {
        let mut all: Vec<Resource> = self.0.iter().filter_map(|name| name.parse().ok()).collect();
        all.sort();
        all.dedup();
        all
    }
}

impl Default for FetchResources {
    /// The four standard ones.
    fn default() -> Self {
        Self::from_names(["ACCOUNTS", "TRANSACTIONS", "OWNERS", "BILLS"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names_are_ignored_and_order_is_by_dependency() {
        let wanted = FetchResources::from_names(["TRANSACTIONS", "ACCOUNTS", "NARNIA", "INCOMES", "ACCOUNTS"]);
        assert_eq!(wanted.names(), ["TRANSACTIONS", "ACCOUNTS", "INCOMES"]);
        assert_eq!(wanted.resources(), [Resource::Accounts, Resource::Transactions]);
    }
}
