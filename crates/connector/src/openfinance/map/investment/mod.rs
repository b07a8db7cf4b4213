//! Investments and their movements (`belvo-api.md`, 10.9 and 10.10), one file per family.

mod bank_fixed;
mod credit_fixed;
mod fixed;
mod funds;
#[cfg(test)]
mod golden;
mod treasure;
mod variable;

pub(crate) use bank_fixed::BankFixed;
pub(crate) use credit_fixed::CreditFixed;
pub(crate) use funds::Funds;
pub(crate) use treasure::Treasure;
pub(crate) use variable::{Variable, broker_note};

use serde::de::DeserializeOwned;
use vinculo_domain::model::{Direction, InvestmentDraft, InvestmentTransactionDraft, InvestmentType};
use vinculo_domain::{Amount, Permission, Quantity};

use super::bank_key::Counter;
use crate::ProtocolError;
use crate::openfinance::wire::value::{Money, Text, UnitPrice, currency};

/// A product API of investments: its addresses, its wire, and how that maps.
pub(crate) trait Family {
    /// Kind of its investments.
    const KIND: InvestmentType;
    /// Name of the API in the directory.
    const API: &'static str;
    /// Permission that it needs.
    const PERMISSION: Permission;
    /// Parameters for the first and the last day of movements.
    const DAYS: (&'static str, &'static str) = ("fromTransactionDate", "toTransactionDate");

    /// Item of the list.
    type Item: DeserializeOwned + Send + Sync;
    /// Detail.
    type Detail: DeserializeOwned + Send + Sync;
    /// Balance.
    type Balance: DeserializeOwned + Send + Sync;
    /// Movement.
    type Movement: DeserializeOwned + Send + Sync;

    /// The identifier of an item.
    fn id(item: &Self::Item) -> &Text;

    /// Maps what the three endpoints say about one investment.
    fn investment(
        id: &str,
        item: &Self::Item,
        detail: &Self::Detail,
        balance: Option<&Self::Balance>,
    ) -> InvestmentDraft;

    /// Maps a movement.
    ///
    /// # Errors
    /// No day.
    fn movement(item: &Self::Movement, counter: &mut Counter) -> Result<InvestmentTransactionDraft, ProtocolError>;

    /// The broker's note that a movement names.
    fn note(_: &Self::Movement) -> Option<&str> {
        None
    }
}

fn sum(money: Option<&Money>) -> Option<Amount> {
    money?.amount.0
}

fn price(price: Option<&UnitPrice>) -> Option<Quantity> {
    price?.amount.0
}

/// Returns the first currency that is named; the real where none is.
fn first_currency<'t>(all: impl IntoIterator<Item = Option<&'t Text>>) -> String {
    let named = all.into_iter().flatten().find(|text| text.get().is_some());
    named.map_or_else(|| currency(&Text::default()), currency)
}

fn yes(text: &Text) -> Option<bool> {
    match text.get()? {
        "SIM" | "true" => Some(true),
        "NAO" | "NÃO" | "false" => Some(false),
        _ => None,
    }
}

/// Which way a movement goes, seen from the investment.
fn direction(kind: &Text) -> Option<Direction> {
    match kind.get()? {
        "ENTRADA" => Some(Direction::Inflow),
        "SAIDA" => Some(Direction::Outflow),
        _ => None,
    }
}

/// Returns the identity of a movement within its investment: the bank's id, or, for one without or with a dummy of
/// noughts, its content and a number.
fn key(id: &Text, content: &[&Text], rest: &str, counter: &mut Counter) -> String {
    if let Some(id) = id.get().filter(|id| !id.bytes().all(|byte| byte == b'0')) {
        return format!("id:{id}");
    }
    let mut text = content.iter().map(|part| part.or_empty()).collect::<Vec<_>>().join("\u{1f}");
    text.push('\u{1f}');
    text.push_str(rest);
    let content = format!("old:{}", vinculo_domain::fingerprint(&text, 16));
    let number = counter.next(&content);
    format!("{content}:{number}")
}
