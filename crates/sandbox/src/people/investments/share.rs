//! Shares and what they pay: prices, dividends, and the habit of trading them.

use jiff::civil::Date;

use super::decimal::Precise;
use super::factor::{ONE, grown, power, root};
use super::walk::{number, walk};
use crate::people::document::cnpj_of;
use crate::people::history::{Month, on_or_before};

/// Prices grow for so many days after the beginning of the century, and then no more.
const GROWING_DAYS: i64 = 29_000;

/// What somebody does on a trading day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trade {
    /// Buys for so much of a month's income, per mille.
    Buy(i64),
    /// Sells so much of what is held, per mille; 1000 is all.
    Sell(i64),
}

/// A share, and the habit of trading it.
#[derive(Debug, PartialEq, Eq)]
pub struct Share {
    /// What the exchange calls it.
    pub ticker: &'static str,
    /// ISIN.
    pub isin: &'static str,
    /// The company's name.
    pub name: &'static str,
    /// The first twelve characters of its CNPJ.
    pub(crate) root: &'static str,
    /// What it was worth at the beginning of the century.
    pub(crate) base: Precise,
    /// Growth of a year and swing around it, in basis points.
    pub(crate) moves: (i64, i64),
    /// What it pays at a time, in basis points of its price.
    pub(crate) pays: i64,
    /// The months in which it pays; every second time it is interest on equity.
    pub(crate) pays_in: &'static [i8],
    /// Months after which the trades begin anew, from nothing.
    pub(crate) every: i64,
    /// Month of the round, working day, trade; the first first. The last one sells all.
    pub(crate) trades: &'static [(i64, usize, Trade)],
}

/// What a share pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Payout {
    /// Who holds the share at the end of this day is paid.
    pub(crate) held_on: Date,
    /// The day of the payment.
    pub(crate) paid: Date,
    /// For one share, before taxes.
    pub(crate) each: Precise,
    /// Interest on equity (JCP), which is taxed, rather than a dividend, which is not.
    pub(crate) interest: bool,
}

impl Share {
    /// The company's CNPJ.
    pub fn cnpj(&self) -> String {
        cnpj_of(self.root)
    }

    /// What it is worth when the exchange closes on a day, in whole cents; on days without trading, what it was worth on
    /// the last with.
    pub fn price(&self, date: Date) -> Precise {
        let date = on_or_before(date);
        let growth = power(root(grown(self.moves.0), 365), number(date).clamp(0, GROWING_DAYS) as u32);
        let price = self.base.times(growth).times(ONE + walk(self.ticker, date, self.moves.1));
        price.to_hundredths().max(Precise::hundredths(1))
    }

    /// What it pays in a month, if anything: to those who hold it on the tenth working day, on the sixteenth.
    pub(crate) fn payout(&self, month: Month) -> Option<Payout> {
        let nth = self.pays_in.iter().position(|&pays| pays == month.month)?;
        let held_on = month.business_day(10);
        let each = self.price(held_on).times(ONE * i128::from(self.pays) / 10_000);
        Some(Payout { held_on, paid: month.business_day(16), each, interest: nth % 2 == 1 })
    }
}
