//! Brokers' notes: the trades of a day, what they cost, and what is paid for all of it.

use jiff::civil::Date;

use super::investor::Investor;
use super::shares::{self, ShareEvent, ShareEventKind};
use super::tax::percent;
use crate::people::history::{Dice, Money};
use crate::people::opaque;

/// The broker's fee for a trade.
const BROKERAGE: Money = Money::cents(450);
/// The city's tax on the broker's fee, in basis points.
const CITY_TAX: i64 = 500;
/// What the clearing house takes, in hundredths of a basis point.
const SETTLEMENT: i64 = 275;
/// What the exchange takes, in hundredths of a basis point.
const EXCHANGE: i64 = 50;
/// What is withheld of sales, in hundredths of a basis point.
const WITHHELD: i64 = 50;

/// The note of a day's trades.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerNote {
    /// Opaque id, the same for ever.
    pub id: String,
    /// Its number at the broker.
    pub number: String,
    /// The day of the trades.
    pub date: Date,
    /// What was bought.
    pub bought: Money,
    /// What was sold.
    pub sold: Money,
    /// The broker's fee.
    pub brokerage: Money,
    /// For settlement.
    pub settlement: Money,
    /// For the exchange.
    pub exchange: Money,
    /// Taxes but what is withheld.
    pub taxes: Money,
    /// What is withheld of sales.
    pub withheld: Money,
}

impl BrokerNote {
    /// What was traded in all.
    pub fn gross(&self) -> Money {
        self.bought + self.sold
    }

    /// All that it costs.
    pub fn costs(&self) -> Money {
        self.brokerage + self.settlement + self.exchange + self.taxes + self.withheld
    }

    /// What the investor receives for all of it; negative where they pay.
    pub fn net(&self) -> Money {
        self.sold - self.bought - self.costs()
    }
}

/// The id of an investor's note of a day.
pub(crate) fn id(investor: &Investor, date: Date) -> String {
    opaque(&format!("note|{}|{}|{date}", investor.brand, investor.whose))
}

/// The notes of an investor from one day to another, both included, the first first.
pub(crate) fn notes(investor: &Investor, from: Date, to: Date) -> Vec<BrokerNote> {
    let mut trades: Vec<ShareEvent> = shares::all(investor)
        .flat_map(|holding| holding.events(from, to))
        .filter(|event| event.kind.is_trade())
        .collect();
    trades.sort_by_key(|event| event.date);
    trades.chunk_by(|one, other| one.date == other.date).map(|day| note(investor, day)).collect()
}

/// So many hundredths of a basis point of an amount, to the nearest cent.
fn fine(amount: Money, hundredths: i64) -> Money {
    Money::cents((amount.whole_cents() * hundredths + 500_000) / 1_000_000)
}

fn note(investor: &Investor, trades: &[ShareEvent]) -> BrokerNote {
    let total = |kind: ShareEventKind| -> Money {
        trades.iter().filter(|event| event.kind == kind).map(|event| event.value).sum()
    };
    let (bought, sold) = (total(ShareEventKind::Bought), total(ShareEventKind::Sold));
    let date = trades.first().map_or(Date::MIN, |event| event.date);
    let brokerage: Money = trades.iter().map(|_| BROKERAGE).sum();
    let id = id(investor, date);
    BrokerNote {
        number: Dice::of_text(&id).between(10_000_000, 99_999_999).to_string(),
        id,
        date,
        bought,
        sold,
        brokerage,
        settlement: fine(bought + sold, SETTLEMENT),
        exchange: fine(bought + sold, EXCHANGE),
        taxes: percent(brokerage, CITY_TAX),
        withheld: fine(sold, WITHHELD),
    }
}
