use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::time::micros;
use super::{Direction, Ids, Record};
use crate::{Amount, InvestmentTransactionId, LinkId, Quantity, Rate};

/// A movement of an investment without the investment (`belvo-api.md`, 10.10).
///
/// This is what is stored: the investment stands in its own record, and [`splice_investment`] puts its text in when the
/// movement is served. Of its optional keys none may be `null`: what a kind does not have is left out.
pub type InvestmentTransaction = Record<InvestmentTransactionHead, InvestmentTransactionContent>;

/// Ids and times of an [`InvestmentTransaction`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct InvestmentTransactionHead {
    /// Our id.
    pub id: InvestmentTransactionId,
    /// Link that the movement belongs to.
    pub link: Option<LinkId>,
    /// When the institution gave this reading.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub collected_at: Timestamp,
    /// When the record was first stored.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub created_at: Timestamp,
}

/// What the institution said about a movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct InvestmentTransactionContent {
    /// Identifier at the institution.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub internal_identification: Option<String>,
    /// Day of settlement.
    pub value_date: Date,
    /// Before taxes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gross_value: Option<Amount>,
    /// After taxes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub net_value: Option<Amount>,
    /// Value; shares and funds only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<Amount>,
    /// Price of one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit_price: Option<Quantity>,
    /// How many the price is for; shares only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub price_factor: Option<Quantity>,
    /// Tax on financial transactions (IOF).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transaction_tax: Option<Amount>,
    /// Income tax.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub income_tax: Option<Amount>,
    /// How many.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quantity: Option<Quantity>,
    /// Into the investment or out of it.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
    pub direction: Option<Direction>,
    /// Network value.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subtype: Option<String>,
    /// More about another kind.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subtype_additional_info: Option<String>,
    /// Share of the index.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub indexer_percentage: Option<Rate>,
    /// Rate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rate: Option<Rate>,
    /// Fee for leaving a fund.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub exit_fee: Option<Amount>,
    /// The broker's note; shares only.
    pub broker_note_details: Option<BrokerNote>,
}

/// What a broker charged for a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BrokerNote {
    /// Number.
    pub broker_note_number: String,
    /// All purchases and sales of the day.
    pub gross_value: Amount,
    /// The broker's fee.
    pub brokerage_fee: Amount,
    /// Clearing and settlement.
    pub clearing_settlement_fee: Amount,
    /// Clearing and registration.
    pub clearing_registration_fee: Amount,
    /// Notices of trade.
    pub stock_exchange_asset_trade_notice_fee: Amount,
    /// The exchange's fee.
    pub stock_exchange_fee: Amount,
    /// Custody.
    pub clearing_custody_fee: Amount,
    /// Taxes other than income tax.
    pub taxes: Amount,
    /// Income tax.
    pub income_tax: Amount,
    /// What remains.
    pub net_value: Amount,
}

/// A movement as the institution gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvestmentTransactionDraft {
    /// Identity within the investment.
    pub bank_key: String,
    /// What it said.
    pub content: InvestmentTransactionContent,
}

impl InvestmentTransactionDraft {
    /// Adds what is ours.
    pub fn with_ids(self, ids: Ids<InvestmentTransactionId>) -> InvestmentTransaction {
        let Ids { id, link, collected_at, created_at } = ids;
        Record { head: InvestmentTransactionHead { id, link, collected_at, created_at }, content: self.content }
    }
}

/// Puts `"investment":…` into the stored text of a movement, behind `created_at`, without parsing it. A text of another
/// shape gets the key in front.
pub fn splice_investment(body: &str, investment: &str) -> String {
    let mut text = String::with_capacity(body.len() + investment.len() + 16);
    let at = after_created_at(body);
    let (head, rest) = body.split_at(at.unwrap_or(body.len().min(1)));
    text.push_str(head);
    if at.is_some() {
        text.push(',');
    }
    text.push_str("\"investment\":");
    text.push_str(investment);
    if at.is_none() && !rest.starts_with('}') {
        text.push(',');
    }
    text.push_str(rest);
    text
}

/// Finds the end of `created_at`, the last key of the head: nothing before it came from outside.
fn after_created_at(body: &str) -> Option<usize> {
    const KEY: &str = ",\"created_at\":\"";
    let start = body.find(KEY).filter(|at| *at < 200)? + KEY.len();
    Some(start + body.get(start..)?.find('"')? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_investment_stands_behind_the_head() {
        let body = r#"{"id":"1","link":null,"collected_at":"a","created_at":"b","internal_identification":"c"}"#;
        assert_eq!(
            splice_investment(body, r#"{"id":"2"}"#),
            r#"{"id":"1","link":null,"collected_at":"a","created_at":"b","investment":{"id":"2"},"internal_identification":"c"}"#
        );
        assert_eq!(splice_investment(r#"{"x":1}"#, "{}"), r#"{"investment":{},"x":1}"#);
        assert_eq!(splice_investment("{}", "{}"), r#"{"investment":{}}"#);
    }
}
