//! Papers with fixed income, as the three APIs for them write them. Where they differ, each has its own file.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::Days;
use crate::data::reply::seconds;
use crate::people::history::Money;
use crate::people::investments::{Family, Held, Investor, Note, NoteEvent, NoteEventKind, Precise, Yield};
use crate::people::opaque;

/// The papers of a family that a consent mentions.
pub(super) fn held(investor: &Investor, family: Family, days: Days) -> Vec<Held<Note>> {
    investor.notes(family, days.today, days.shared)
}

/// An amount in reais.
pub(super) fn amount(money: Money) -> Value {
    json!({ "amount": money.to_string(), "currency": "BRL" })
}

/// A unit price in reais.
pub(super) fn price(price: Precise) -> Value {
    json!({ "amount": price.to_string(), "currency": "BRL" })
}

/// Basis points as the standard writes rates: `0.150000` is 15 %.
pub(super) fn rate(basis_points: i64) -> String {
    format!("{}.{:04}00", basis_points / 10_000, basis_points % 10_000)
}

/// The indexer, the percentage of it and the rate beside it.
fn earns(earns: Yield) -> (&'static str, Option<String>, Option<String>) {
    match earns {
        Yield::Cdi(share) => ("CDI", Some(rate(share)), None),
        Yield::CdiPlus(extra) => ("CDI", Some(rate(10_000)), Some(rate(extra))),
        Yield::Selic(extra) => ("SELIC", Some(rate(10_000)), Some(rate(extra))),
        Yield::Ipca(extra) => ("IPCA", Some(rate(10_000)), Some(rate(extra))),
        Yield::Prefixed(fixed) => ("PRE_FIXADO", None, Some(rate(fixed))),
    }
}

/// Writes a field that may be missing.
pub(super) fn add(data: &mut Value, name: &str, value: Option<String>) {
    if let Some(value) = value {
        data[name] = value.into();
    }
}

/// `remuneration`, with `rateType` where the API knows it.
pub(super) fn remuneration(note: &Note, with_type: bool) -> Value {
    let (indexer, share, fixed) = earns(note.product.earns);
    let mut data = json!({ "indexer": indexer, "ratePeriodicity": "ANUAL", "calculation": "DIAS_UTEIS" });
    if with_type {
        data["rateType"] = "EXPONENCIAL".into();
    }
    add(&mut data, "postFixedIndexerPercentage", share);
    add(&mut data, "preFixedRate", fixed);
    data
}

/// Adds whether interest is paid in between, and how often.
pub(super) fn add_coupon(data: &mut Value, note: &Note) {
    data["voucherPaymentIndicator"] = if note.product.coupon_months.is_some() { "SIM" } else { "NAO" }.into();
    let often = match note.product.coupon_months {
        Some(3) => Some("TRIMESTRAL"),
        Some(6) => Some("SEMESTRAL"),
        Some(_) => Some("IRREGULAR"),
        None => None,
    };
    add(data, "voucherPaymentPeriodicity", often.map(str::to_owned));
}

/// Adds the rates agreed on, under the names that balances and movements have for them.
pub(super) fn add_rates(data: &mut Value, note: &Note, share_name: &str, fixed_name: &str) {
    let (_, share, fixed) = earns(note.product.earns);
    add(data, share_name, share);
    add(data, fixed_name, fixed);
}

/// What all three APIs say of a position. The hour is that of the question, without minutes.
pub(super) fn balance(note: &Note, days: Days, as_of: Timestamp) -> Value {
    let position = note.position(days.today);
    json!({
        "referenceDateTime": format!("{}:00:00Z", &seconds(as_of)[..13]),
        "quantity": position.quantity.to_string(),
        "updatedUnitPrice": price(position.unit_price),
        "grossAmount": amount(position.gross),
        "netAmount": amount(position.net()),
        "incomeTax": amount(position.taxes.income),
        "financialTransactionTax": amount(position.taxes.transaction),
        "blockedBalance": amount(Money::ZERO),
        "purchaseUnitPrice": price(note.unit_price),
    })
}

/// The movements from one day to another, the newest first; `kind` names them in the API's words.
pub(super) fn movements(note: &Note, from: Date, to: Date, kind: fn(NoteEventKind) -> &'static str) -> Vec<Value> {
    let events = note.events().into_iter().enumerate();
    let within = events.filter(|(_, event)| (from..=to).contains(&event.date));
    let mut lines: Vec<Value> = within.map(|(n, event)| movement(note, n, &event, kind(event.kind))).collect();
    lines.reverse();
    lines
}

fn movement(note: &Note, n: usize, event: &NoteEvent, kind: &str) -> Value {
    let into = event.kind == NoteEventKind::Bought;
    let mut data = Map::new();
    let mut put = |name: &str, value: Value| data.insert(name.to_owned(), value);
    put("transactionId", opaque(&format!("{}|{n}", note.id)).into());
    put("type", if into { "ENTRADA" } else { "SAIDA" }.into());
    put("transactionType", kind.into());
    put("transactionDate", event.date.to_string().into());
    put("transactionUnitPrice", price(event.unit_price));
    put("transactionQuantity", event.quantity.to_string().into());
    put("transactionGrossValue", amount(event.gross));
    put("transactionNetValue", amount(event.net()));
    if !into {
        put("incomeTax", amount(event.taxes.income));
        put("financialTransactionTax", amount(event.taxes.transaction));
    }
    let mut data = Value::Object(data);
    if into {
        add_rates(&mut data, note, "indexerPercentage", "remunerationTransactionRate");
    }
    data
}
