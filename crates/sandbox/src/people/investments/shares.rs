//! The shares of an investor: trades, what the shares paid, and what is held.

use jiff::civil::Date;

use super::decimal::Precise;
use super::investor::Investor;
use super::notes::months_before;
use super::share::{Share, Trade};
use super::share_table::SHARES;
use super::tax::percent;
use super::{broker, life};
use crate::people::history::{Money, Month, next_business_day};
use crate::people::{ResourceStatus, opaque};

/// How many of ten investors have a habit that not everybody has.
const INCLINED: u64 = 6;
/// The tax on interest on equity, in basis points.
const ON_INTEREST: i64 = 1_500;
const ONE: Precise = Precise::whole(1);

/// A share held by somebody: one investment of the standard, however often they leave it and come back.
#[derive(Debug, Clone)]
pub struct ShareHolding {
    /// Opaque id, the same for ever.
    pub id: String,
    /// The share.
    pub share: &'static Share,
    investor: Investor,
    phase: i64,
}

/// What happens to a holding of shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareEventKind {
    /// `COMPRA`
    Bought,
    /// `VENDA`
    Sold,
    /// `DIVIDENDOS`
    Dividend,
    /// `JCP`
    Interest,
}

impl ShareEventKind {
    /// The kind as the standard spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bought => "COMPRA",
            Self::Sold => "VENDA",
            Self::Dividend => "DIVIDENDOS",
            Self::Interest => "JCP",
        }
    }

    /// Says whether it is a trade, which is on a broker's note.
    pub fn is_trade(self) -> bool {
        matches!(self, Self::Bought | Self::Sold)
    }
}

/// Something that happened to a holding of shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShareEvent {
    /// What it is.
    pub kind: ShareEventKind,
    /// The day of the trade or of the payment.
    pub date: Date,
    /// How many shares it is about.
    pub quantity: Precise,
    /// The price of one, or what one paid.
    pub each: Precise,
    /// Quantity times price; of payments, what is left after taxes.
    pub value: Money,
}

/// All shares that an investor trades.
pub(crate) fn all(investor: &Investor) -> impl Iterator<Item = ShareHolding> {
    SHARES.iter().enumerate().filter_map(|(n, share)| {
        let mut dice = investor.dice(share.ticker);
        // Shares with rounds of one length are traded on the same days.
        let phase = investor.dice(&format!("rounds of {}", share.every)).between(0, share.every - 1);
        let id = opaque(&format!("share|{}|{}|{}", share.ticker, investor.brand, investor.whose));
        (n == 0 || dice.below(10) < INCLINED).then_some(ShareHolding { id, share, investor: *investor, phase })
    })
}

impl ShareHolding {
    fn round(&self, date: Date) -> Month {
        let month = Month::of(date);
        month.back((month.number() - self.phase).rem_euclid(self.share.every))
    }

    /// The trades of the round that began with `start`, the first first.
    fn trades(&self, start: Month) -> Vec<ShareEvent> {
        let (mut held, mut events) = (Precise::ZERO, Vec::new());
        if start.day(1) < self.investor.since {
            return events;
        }
        for &(months, working_day, trade) in self.share.trades {
            let date = start.ahead(months).business_day(working_day);
            let each = self.share.price(date);
            let (kind, quantity) = match trade {
                Trade::Buy(part) => {
                    let around = self.investor.dice(&format!("{}|{date}", self.id)).between(800, 1_250);
                    let money = self.investor.income.share(part).share(around);
                    (ShareEventKind::Bought, each.bought_with(money, ONE).max(ONE))
                }
                Trade::Sell(part) => (ShareEventKind::Sold, held.part(part, ONE).max(ONE).min(held)),
            };
            held = if kind == ShareEventKind::Bought { held.plus(quantity) } else { held.less(quantity) };
            if quantity > Precise::ZERO {
                events.push(ShareEvent { kind, date, quantity, each, value: quantity.at(each) });
            }
        }
        events
    }

    /// What the shares paid in the round that began with `start`.
    fn payments(&self, start: Month, trades: &[ShareEvent]) -> Vec<ShareEvent> {
        let months = (0..self.share.every).map(|months| start.ahead(months));
        let paid = months.filter_map(|month| {
            let payout = self.share.payout(month)?;
            let quantity = held(trades, payout.held_on);
            let gross = quantity.at(payout.each);
            let (kind, tax) = match payout.interest {
                true => (ShareEventKind::Interest, percent(gross, ON_INTEREST)),
                false => (ShareEventKind::Dividend, Money::ZERO),
            };
            let event = ShareEvent { kind, date: payout.paid, quantity, each: payout.each, value: gross - tax };
            (event.value > Money::ZERO).then_some(event)
        });
        paid.collect()
    }

    /// What happened from one day to another, both included, the first first.
    pub fn events(&self, from: Date, to: Date) -> Vec<ShareEvent> {
        let (mut start, mut all) = (self.round(to), Vec::new());
        loop {
            let mut round = self.trades(start);
            round.extend(self.payments(start, &round));
            all.extend(round.into_iter().filter(|event| (from..=to).contains(&event.date)));
            if start.day(1) <= from {
                break;
            }
            start = start.back(self.share.every);
        }
        all.sort_by_key(|event| event.date);
        all
    }

    /// The id of the note of a day's trades.
    pub fn broker_note(&self, date: Date) -> String {
        broker::id(&self.investor, date)
    }

    /// How many shares are held at the end of a day.
    pub fn quantity(&self, date: Date) -> Precise {
        held(&self.trades(self.round(date)), date)
    }

    /// Whether it can be read on `today` in a consent of the day `shared`; `None` where it is not even mentioned.
    pub fn status(&self, today: Date, shared: Date) -> Option<ResourceStatus> {
        let last = self.events(months_before(today, self.share.every), today).last()?.date;
        let held = self.quantity(today) > Precise::ZERO;
        life::status((!held).then_some(last), today, shared)
    }
}

/// How many shares these trades leave at the end of a day.
fn held(trades: &[ShareEvent], date: Date) -> Precise {
    trades.iter().filter(|event| event.date <= date).fold(Precise::ZERO, |sum, event| match event.kind {
        ShareEventKind::Bought => sum.plus(event.quantity),
        _ => sum.less(event.quantity),
    })
}

/// The day on which a trade is paid: two working days later.
pub(crate) fn settles(traded: Date) -> Date {
    next_business_day(next_business_day(traded))
}
