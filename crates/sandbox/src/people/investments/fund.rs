//! A fund that people order from: orders, the days on which they are converted and paid, and the taxes between.

use jiff::civil::Date;

use super::decimal::Precise;
use super::factor::{ONE, grown, power, root};
use super::tax::{self, Taxes, percent};
use super::walk::{number, walk};
use crate::people::document::cnpj_of;
use crate::people::history::{Money, on_or_before};

/// The part of a quota that is counted.
const QUOTA_STEP: Precise = Precise::units(1);
/// Quotas grow for so many days after the beginning of the century, and then no more.
const GROWING_DAYS: i64 = 29_000;
/// The tax that funds pay twice a year, in basis points.
const TWICE_A_YEAR: i64 = 1_500;

/// A class of funds as ANBIMA names it; shares are taxed in their own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// `RENDA_FIXA`
    FixedIncome,
    /// `ACOES`
    Shares,
    /// `MULTIMERCADO`
    Mixed,
    /// `CAMBIAL`
    Currency,
}

impl Category {
    /// The category as the standard spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FixedIncome => "RENDA_FIXA",
            Self::Shares => "ACOES",
            Self::Mixed => "MULTIMERCADO",
            Self::Currency => "CAMBIAL",
        }
    }
}

/// What somebody orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Quotas for so much of a month's income, per mille.
    Subscribe(i64),
    /// So much of the quotas held back into money, per mille; 1000 is all.
    Redeem(i64),
}

/// A fund, and the habit of ordering from it.
#[derive(Debug, PartialEq, Eq)]
pub struct Fund {
    pub(crate) slug: &'static str,
    /// Its official name.
    pub name: &'static str,
    /// The first twelve characters of its CNPJ.
    pub(crate) root: &'static str,
    /// ISIN.
    pub isin: &'static str,
    /// ANBIMA's category.
    pub category: Category,
    /// ANBIMA's class and subclass.
    pub class: (&'static str, &'static str),
    /// What a quota was worth at the beginning of the century.
    pub(crate) base: Precise,
    /// Growth of a year and swing around it, in basis points.
    pub(crate) moves: (i64, i64),
    /// Working days from an order to its conversion, in and out, and from there to the payment.
    pub(crate) waits: (usize, usize, usize),
    /// Months after which the orders begin anew, from nothing.
    pub(crate) every: i64,
    /// Month of the round, working day, order; the first first. The last one gives all back.
    pub(crate) orders: &'static [(i64, usize, Order)],
}

impl Fund {
    /// The fund's CNPJ.
    pub fn cnpj(&self) -> String {
        cnpj_of(self.root)
    }

    /// What a quota is worth on a day; on days without work, what it was worth on the last with.
    pub fn quota(&self, date: Date) -> Precise {
        let date = on_or_before(date);
        let day = root(grown(self.moves.0), 365);
        let growth = power(day, number(date).clamp(0, GROWING_DAYS) as u32);
        self.base.times(growth).times(ONE + walk(self.slug, date, self.moves.1))
    }

    /// Funds of shares are taxed when quotas are given back, and then always alike.
    fn of_shares(&self) -> bool {
        self.category == Category::Shares
    }
}

/// What a movement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FundEventKind {
    /// `APLICACAO`
    Subscribed,
    /// `RESGATE`
    Redeemed,
    /// `COME_COTAS`
    Taxed,
}

/// A movement of quotas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FundEvent {
    /// What it is.
    pub kind: FundEventKind,
    /// The day of the order.
    pub ordered: Date,
    /// The day on which it was converted.
    pub converted: Date,
    /// The day on which money moves: that of the order on the way in.
    pub paid: Date,
    /// How many quotas.
    pub quotas: Precise,
    /// What each was worth.
    pub quota: Precise,
    /// What was asked for.
    pub asked: Money,
    /// Quotas times their worth.
    pub gross: Money,
    /// What is withheld.
    pub taxes: Taxes,
}

impl FundEvent {
    /// What is left after taxes.
    pub fn net(&self) -> Money {
        self.gross - self.taxes.total()
    }
}

/// Quotas from one order.
#[derive(Debug, Clone, Copy)]
struct Lot {
    bought: Date,
    quotas: Precise,
    /// What a quota was worth when it was last taxed.
    basis: Precise,
    /// What a quota had earned before that.
    taxed: Precise,
}

impl Lot {
    /// What would be withheld if `quotas` of the lot went at this price.
    fn taxes(&self, fund: &Fund, quotas: Precise, quota: Precise, date: Date) -> Taxes {
        let gain = quotas.at(quota) - quotas.at(self.basis);
        if fund.of_shares() {
            return Taxes { income: percent(gain.or_zero(), TWICE_A_YEAR), transaction: Money::ZERO };
        }
        // What was taxed twice a year was taxed at the lowest rate; the rest comes now.
        let rest = percent(quotas.at(self.taxed), tax::rate(self.bought, date) - TWICE_A_YEAR);
        Taxes::on(gain, self.bought, date).and(Taxes { income: rest, transaction: Money::ZERO })
    }
}

/// The quotas of one investor, as movements change them.
#[derive(Debug)]
pub(crate) struct Quotas<'a> {
    fund: &'a Fund,
    lots: Vec<Lot>,
}

impl<'a> Quotas<'a> {
    /// Begins with nothing.
    pub(crate) fn none(fund: &'a Fund) -> Self {
        Self { fund, lots: Vec::new() }
    }

    /// How many are held.
    pub(crate) fn held(&self) -> Precise {
        self.lots.iter().map(|lot| lot.quotas).fold(Precise::ZERO, Precise::plus)
    }

    /// What would be withheld if all went on `date`.
    pub(crate) fn provision(&self, date: Date) -> Taxes {
        let quota = self.fund.quota(date);
        let each = self.lots.iter().map(|lot| lot.taxes(self.fund, lot.quotas, quota, date));
        each.fold(Taxes::default(), Taxes::and)
    }

    /// Converts an order for quotas.
    pub(crate) fn subscribe(&mut self, asked: Money, ordered: Date, converted: Date) -> FundEvent {
        let quota = self.fund.quota(converted);
        let quotas = quota.bought_with(asked, QUOTA_STEP);
        self.lots.push(Lot { bought: ordered, quotas, basis: quota, taxed: Precise::ZERO });
        let kind = FundEventKind::Subscribed;
        let (gross, taxes) = (quotas.at(quota), Taxes::default());
        FundEvent { kind, ordered, converted, paid: ordered, quotas, quota, asked, gross, taxes }
    }

    /// Converts an order for money: the oldest quotas go first.
    pub(crate) fn redeem(&mut self, per_mille: i64, ordered: Date, converted: Date, paid: Date) -> FundEvent {
        let quota = self.fund.quota(converted);
        let wanted = self.held().part(per_mille, QUOTA_STEP);
        let (mut left, mut taxes) = (wanted, Taxes::default());
        for lot in &mut self.lots {
            let part = left.min(lot.quotas);
            taxes = taxes.and(lot.taxes(self.fund, part, quota, converted));
            lot.quotas = lot.quotas.less(part);
            left = left.less(part);
        }
        self.lots.retain(|lot| lot.quotas > Precise::ZERO);
        let (kind, gross) = (FundEventKind::Redeemed, wanted.at(quota));
        FundEvent { kind, ordered, converted, paid, quotas: wanted, quota, asked: gross, gross, taxes }
    }

    /// Takes the tax of May and November in quotas; `None` where nothing was earned.
    pub(crate) fn tax(&mut self, date: Date) -> Option<FundEvent> {
        if self.fund.of_shares() {
            return None;
        }
        let quota = self.fund.quota(date);
        let (mut taken, mut income) = (Precise::ZERO, Money::ZERO);
        for lot in self.lots.iter_mut().filter(|lot| quota > lot.basis) {
            let due = percent(lot.quotas.at(quota) - lot.quotas.at(lot.basis), TWICE_A_YEAR);
            let quotas = quota.bought_with(due, QUOTA_STEP).min(lot.quotas);
            lot.taxed = lot.taxed.plus(quota.less(lot.basis));
            lot.basis = quota;
            lot.quotas = lot.quotas.less(quotas);
            (taken, income) = (taken.plus(quotas), income + due);
        }
        let gross = taken.at(quota);
        let event = FundEvent {
            kind: FundEventKind::Taxed,
            ordered: date,
            converted: date,
            paid: date,
            quotas: taken,
            quota,
            asked: gross,
            gross,
            taxes: Taxes { income: gross, transaction: Money::ZERO },
        };
        (income > Money::ZERO && taken > Precise::ZERO).then_some(event)
    }
}
