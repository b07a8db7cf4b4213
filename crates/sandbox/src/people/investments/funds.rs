//! The funds of an investor: what they ordered in the rounds that matter, and what they hold.

use jiff::civil::Date;

use super::fund::{Fund, FundEvent, FundEventKind, Order, Quotas};
use super::fund_table::FUNDS;
use super::investor::Investor;
use super::notes::months_before;
use super::tax::Taxes;
use super::{Precise, life};
use crate::people::history::{Money, Month, next_business_day};
use crate::people::{ResourceStatus, opaque};

/// How many of ten investors have a habit that not everybody has.
const INCLINED: u64 = 6;
/// The months at whose end funds are taxed.
const TAXED: [i8; 2] = [5, 11];

/// A fund held by somebody: one investment of the standard, however often they leave it and come back.
#[derive(Debug, Clone)]
pub struct FundHolding {
    /// Opaque id, the same for ever.
    pub id: String,
    /// The fund.
    pub fund: &'static Fund,
    investor: Investor,
    phase: i64,
}

/// What a holding of a fund comes to on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FundPosition {
    /// How many quotas.
    pub quotas: Precise,
    /// What each is worth.
    pub quota: Precise,
    /// Quotas times their worth.
    pub gross: Money,
    /// What would be withheld.
    pub taxes: Taxes,
}

/// All funds that an investor orders from.
pub(crate) fn all(investor: &Investor) -> impl Iterator<Item = FundHolding> {
    FUNDS.iter().enumerate().filter_map(|(n, fund)| {
        let mut dice = investor.dice(fund.slug);
        let phase = dice.between(0, fund.every - 1);
        let id = opaque(&format!("fund|{}|{}|{}", fund.slug, investor.brand, investor.whose));
        (n == 0 || dice.below(10) < INCLINED).then_some(FundHolding { id, fund, investor: *investor, phase })
    })
}

impl FundHolding {
    /// The first month of the round that a day falls into.
    fn round(&self, date: Date) -> Month {
        let month = Month::of(date);
        month.back((month.number() - self.phase).rem_euclid(self.fund.every))
    }

    /// The movements of the round that began with `start`, the first first; and the quotas when `until` ends.
    fn walk(&self, start: Month, until: Date) -> (Vec<FundEvent>, Quotas<'static>) {
        let (mut quotas, mut events) = (Quotas::none(self.fund), Vec::new());
        let mut taxed = start;
        for &(months, working_day, order) in self.fund.orders {
            let ordered = start.ahead(months).business_day(working_day);
            let converted = later(ordered, self.wait(order));
            taxed = self.tax_up_to(taxed, converted.min(until), &mut quotas, &mut events);
            if converted > until || start.day(1) < self.investor.since {
                continue;
            }
            events.push(match order {
                Order::Subscribe(share) => quotas.subscribe(self.asked(start, months, share), ordered, converted),
                Order::Redeem(part) => {
                    let paid = later(converted, self.fund.waits.2);
                    quotas.redeem(part, ordered, converted, paid)
                }
            });
        }
        self.tax_up_to(taxed, until, &mut quotas, &mut events);
        (events, quotas)
    }

    /// Takes the taxes whose days lie before `date` or on it; returns the first month still to be looked at.
    fn tax_up_to(&self, from: Month, date: Date, quotas: &mut Quotas<'_>, events: &mut Vec<FundEvent>) -> Month {
        let mut month = from;
        while month < month.next() {
            let last = month.last_business_day();
            if last > date {
                break;
            }
            if TAXED.contains(&month.month) {
                events.extend(quotas.tax(last));
            }
            month = month.next();
        }
        month
    }

    fn wait(&self, order: Order) -> usize {
        match order {
            Order::Subscribe(_) => self.fund.waits.0,
            Order::Redeem(_) => self.fund.waits.1,
        }
    }

    fn asked(&self, start: Month, months: i64, share: i64) -> Money {
        let around = self.investor.dice(&format!("{}|{}|{months}", self.id, start.number())).between(80, 130);
        let reais = self.investor.income.share(share).whole_cents() / 100 * around / 100;
        Money::reais((reais / 10 * 10).max(10))
    }

    /// The movements converted from one day to another, both included, the first first.
    pub fn events(&self, from: Date, to: Date) -> Vec<FundEvent> {
        let (mut start, mut rounds) = (self.round(to), Vec::new());
        loop {
            rounds.push(self.walk(start, to).0);
            if start.day(1) <= from {
                break;
            }
            start = start.back(self.fund.every);
        }
        let within = |event: &FundEvent| (from..=to).contains(&event.converted);
        rounds.into_iter().rev().flatten().filter(within).collect()
    }

    /// What the account sees from one day to another, both included: orders on their way in, payments on their way out.
    pub(crate) fn payments(&self, from: Date, to: Date) -> Vec<FundEvent> {
        // An order is converted within days, so a look a month ahead finds what was ordered by then.
        let all = self.events(months_before(from, 2), Month::of(to).ahead(2).last());
        let moves = |event: &FundEvent| event.kind != FundEventKind::Taxed && (from..=to).contains(&event.paid);
        all.into_iter().filter(moves).collect()
    }

    /// What is held at the end of a day.
    pub fn position(&self, date: Date) -> FundPosition {
        let (_, quotas) = self.walk(self.round(date), date);
        let (held, quota) = (quotas.held(), self.fund.quota(date));
        FundPosition { quotas: held, quota, gross: held.at(quota), taxes: quotas.provision(date) }
    }

    /// Whether it can be read on `today` in a consent of the day `shared`; `None` where it is not even mentioned.
    pub fn status(&self, today: Date, shared: Date) -> Option<ResourceStatus> {
        let last = self.events(months_before(today, self.fund.every), today).last()?.converted;
        let held = self.position(today).quotas > Precise::ZERO;
        life::status((!held).then_some(last), today, shared)
    }
}

/// So many working days later.
fn later(date: Date, working_days: usize) -> Date {
    (0..working_days).fold(date, |date, _| next_business_day(date))
}
