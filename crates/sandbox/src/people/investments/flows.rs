//! What investments do to the account they are paid from.

use jiff::civil::Date;

use super::funds;
use super::investor::Investor;
use super::note::{NoteEvent, NoteEventKind};
use super::product::{Family, Product};
use super::{
    ExchangeEvent, ExchangeEventKind, FundEvent, FundEventKind, ShareEventKind, broker, exchange, notes, shares,
};
use crate::people::history::{Flow, Kind, Money, plus};

/// A movement on the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Movement {
    /// Booking date.
    pub(crate) date: Date,
    /// Its direction.
    pub(crate) flow: Flow,
    /// Its type.
    pub(crate) kind: Kind,
    /// How much.
    pub(crate) amount: Money,
    /// What the statement says.
    pub(crate) name: String,
}

/// Money put into an investment: `OUTROS`, as the accounts API knows no type for it.
const INVESTED: Kind = Kind::Other("APLIC_FINANCEIRA");
/// Foreign money: `OUTROS`, too.
const EXCHANGE: Kind = Kind::Other("OPERACAO_CAMBIO");

impl Movement {
    pub(super) fn out(date: Date, amount: Money, name: String) -> Self {
        Self { date, flow: Flow::Debit, kind: INVESTED, amount, name }
    }

    pub(super) fn back(date: Date, kind: Kind, amount: Money, name: String) -> Self {
        Self { date, flow: Flow::Credit, kind, amount, name }
    }
}

/// Everything that the investments of `holder` at a brand move on the account from one day to another, both included, in
/// an order that is always the same.
pub(crate) fn movements(brand: &'static str, holder: &str, from: Date, to: Date) -> Vec<Movement> {
    let Some(investor) = Investor::find(brand, holder) else { return Vec::new() };
    let mut all = Vec::new();
    for family in [Family::Bank, Family::Credit, Family::Treasure] {
        for note in notes::held(&investor, family, from, to) {
            let events = note.events().into_iter().filter(|event| (from..=to).contains(&event.date));
            all.extend(events.map(|event| of_note(note.product, &event)));
        }
    }
    for holding in funds::all(&investor) {
        let name = holding.fund.name;
        all.extend(holding.payments(from, to).iter().map(|event| of_fund(name, event)));
    }
    shares_between(&investor, from, to, &mut all);
    exchanges_between(&investor, from, to, &mut all);
    all
}

/// Notes of trades, two working days later, and what shares pay.
fn shares_between(investor: &Investor, from: Date, to: Date, all: &mut Vec<Movement>) {
    for note in broker::notes(investor, plus(from, -12), to) {
        let (date, net) = (shares::settles(note.date), note.net());
        if (from..=to).contains(&date) {
            let name = format!("Liquidação de bolsa - nota {}", note.number);
            all.push(if net < Money::ZERO {
                Movement::out(date, -net, name)
            } else {
                Movement::back(date, Kind::Redemption, net, name)
            });
        }
    }
    for holding in shares::all(investor) {
        let ticker = holding.share.ticker;
        let paid = holding.events(from, to).into_iter().filter(|event| !event.kind.is_trade());
        all.extend(paid.map(|event| {
            let what = if event.kind == ShareEventKind::Interest { "Juros sobre capital" } else { "Dividendos" };
            Movement::back(event.date, Kind::Yield, event.value, format!("{what} - {ticker}"))
        }));
    }
}

/// What is paid or received when an operation is settled, and the tax on it.
fn exchanges_between(investor: &Investor, from: Date, to: Date, all: &mut Vec<Movement>) {
    for operation in exchange::all(investor, from, to) {
        let settled = |event: &ExchangeEvent| event.kind == ExchangeEventKind::Settled;
        for event in operation.events().into_iter().filter(settled).filter(|event| (from..=to).contains(&event.date)) {
            let (date, terms) = (event.date, event.terms);
            let what = format!("{} {}", operation.currency(), terms.foreign);
            all.push(match operation.buys() {
                true => Movement {
                    kind: EXCHANGE,
                    ..Movement::out(date, terms.local(), format!("Compra de moeda estrangeira - {what}"))
                },
                false => Movement::back(date, EXCHANGE, terms.local(), format!("Venda de moeda estrangeira - {what}")),
            });
            let tax = Movement::out(date, terms.tax(), format!("IOF sobre câmbio - {what}"));
            all.push(Movement { kind: EXCHANGE, ..tax });
        }
    }
}

fn of_note(product: &Product, event: &NoteEvent) -> Movement {
    let (date, label) = (event.date, product.label);
    match event.kind {
        NoteEventKind::Bought => Movement::out(date, event.gross, format!("Aplicação em {label}")),
        NoteEventKind::Sold => Movement::back(date, Kind::Redemption, event.net(), format!("Resgate de {label}")),
        NoteEventKind::Interest => Movement::back(date, Kind::Yield, event.net(), format!("Juros de {label}")),
        NoteEventKind::Due => Movement::back(date, Kind::Redemption, event.net(), format!("Vencimento de {label}")),
    }
}

fn of_fund(name: &str, event: &FundEvent) -> Movement {
    match event.kind {
        FundEventKind::Subscribed => Movement::out(event.paid, event.asked, format!("Aplicação em fundo - {name}")),
        FundEventKind::Redeemed | FundEventKind::Taxed => {
            Movement::back(event.paid, Kind::Redemption, event.net(), format!("Resgate de fundo - {name}"))
        }
    }
}
