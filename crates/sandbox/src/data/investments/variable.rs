//! `/variable-incomes/v1`: shares, with the brokers' notes behind the trades.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::family::{self, Family};
use super::paper::{amount, price};
use super::{Days, investor};
use crate::Access;
use crate::data::call::Call;
use crate::data::reply::{Meta, Problem, ok};
use crate::people::People;
use crate::people::history::{Money, on_or_before, plus};
use crate::people::investments::{BrokerNote, Held, Investor, Precise, ShareEvent, ShareHolding};
use crate::people::opaque;

/// The family.
#[derive(Debug)]
pub(super) struct Variable;

/// How many shares make up a price: one.
const PRICE_FACTOR: Precise = Precise::whole(1);
const NOTE: &str = "/variable-incomes/v1/broker-notes";

/// The day of the position: the last trading day before today, up to which trades are shown, too.
fn position_day(today: Date) -> Date {
    on_or_before(plus(today, -1))
}

impl Family for Variable {
    const SCOPE: &'static str = "variable-incomes";
    const VERSION: &'static str = "1.3.0";
    const PERMISSION: &'static str = "VARIABLE_INCOMES_READ";
    const KIND: &'static str = "VARIABLE_INCOME";
    type Item = ShareHolding;

    fn held(investor: &Investor, days: Days) -> Vec<Held<ShareHolding>> {
        investor.shares(position_day(days.today), days.shared)
    }

    fn id(holding: &ShareHolding) -> &str {
        &holding.id
    }

    fn line(_: &ShareHolding) -> Value {
        json!({})
    }

    fn detail(_: &Access, holding: &ShareHolding) -> Value {
        json!({
            "issuerInstitutionCnpjNumber": holding.share.cnpj(),
            "isinCode": holding.share.isin,
            "ticker": holding.share.ticker,
        })
    }

    fn balance(holding: &ShareHolding, days: Days, _: Timestamp) -> Value {
        let day = position_day(days.today);
        let (quantity, closing) = (holding.quantity(day), holding.share.price(day));
        json!({
            "referenceDate": day.to_string(),
            "priceFactor": PRICE_FACTOR.to_string(),
            "grossAmount": amount(quantity.at(closing)),
            "blockedBalance": amount(Money::ZERO),
            "quantity": quantity.to_string(),
            "closingPrice": price(closing),
        })
    }

    fn movements(holding: &ShareHolding, from: Date, to: Date) -> Vec<Value> {
        holding.events(from, position_day(to)).iter().rev().map(|event| movement(holding, event)).collect()
    }
}

fn movement(holding: &ShareHolding, event: &ShareEvent) -> Value {
    let kind = event.kind.as_str();
    let mut data = json!({
        "transactionId": opaque(&format!("{}|{}|{kind}", holding.id, event.date)),
        "type": if kind == "COMPRA" { "ENTRADA" } else { "SAIDA" },
        "transactionType": kind,
        "transactionDate": event.date.to_string(),
        "transactionQuantity": event.quantity.to_string(),
        "transactionValue": amount(event.value),
    });
    if event.kind.is_trade() {
        data["priceFactor"] = PRICE_FACTOR.to_string().into();
        data["transactionUnitPrice"] = price(event.each);
        data["brokerNoteId"] = holding.broker_note(event.date).into();
    }
    data
}

pub(super) fn router() -> Router<People> {
    family::router::<Variable>().route(&format!("{NOTE}/{{id}}"), get(broker_note))
}

async fn broker_note(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = || -> Result<Response, Problem> {
        call.needs(Variable::PERMISSION)?;
        let investor = investor(&people, &call.access).ok_or(Problem::ResourceForbidden)?;
        let notes = investor.broker_notes(position_day(Days::of(&call.access).today));
        let note = notes.into_iter().find(|note| note.id == id).ok_or(Problem::ResourceForbidden)?;
        let links = call.links(&format!("{NOTE}/{id}"));
        Ok(ok(Variable::VERSION, written(&note), links, Meta::counted(call.access.now, 1, 1)))
    };
    answer().unwrap_or_else(|problem| problem.answer(Variable::VERSION, Some(call.access.now)))
}

/// A note: trades and what they cost. What is not charged is zero.
fn written(note: &BrokerNote) -> Value {
    json!({
        "brokerNoteNumber": note.number,
        "grossValue": amount(note.gross()),
        "brokerageFee": amount(note.brokerage),
        "clearingSettlementFee": amount(note.settlement),
        "clearingRegistrationFee": amount(Money::ZERO),
        "stockExchangeAssetTradeNoticeFee": amount(Money::ZERO),
        "stockExchangeFee": amount(note.exchange),
        "clearingCustodyFee": amount(Money::ZERO),
        "taxes": amount(note.taxes),
        "incomeTax": amount(note.withheld),
        "netValue": amount(note.net()),
    })
}
