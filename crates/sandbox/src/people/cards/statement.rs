//! All that is on a card, and the bills that it makes.

use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};

use super::bill::{self, Bill, BillPayment, Charge};
use super::entry::{CardEntry, CardKind};
use super::spending::{Line, day, line};
use super::{CardAccount, Used};
use crate::people::history::{Money, Month, instant, local_date, plus};

/// Purchases are paid in at most twelve parts, so that a bill depends on a year of purchases.
const MONTHS_BEHIND: usize = 13;
/// Monthly interest on what of a bill is not paid, per mille; and the tax on it.
const REVOLVING: i64 = 92;
const REVOLVING_IOF: i64 = 6;
/// Penalty and interest for paying late, and the tax, per mille.
const LATE: [(&str, &str, i64); 3] = [
    ("MULTA_ATRASO_PAGAMENTO_FATURA", "Multa por atraso no pagamento da fatura", 20),
    ("JUROS_MORA_ATRASO_PAGAMENTO_FATURA", "Juros de mora por atraso no pagamento da fatura", 2),
    ("IOF", "IOF por atraso no pagamento da fatura", 4),
];

/// What is on a card over some months.
#[derive(Debug)]
pub(super) struct Statement<'a> {
    card: &'a CardAccount,
    /// The first month whose bill is whole.
    first: Month,
    /// Bought, taxed, refunded: all but what follows from bills.
    spent: Vec<CardEntry>,
}

impl<'a> Statement<'a> {
    /// Everything that a year of bills before `now` needs.
    pub(super) fn until(card: &'a CardAccount, now: Timestamp) -> Self {
        let today = local_date(now);
        Self::over(card, back(Month::of(today), 14), today)
    }

    /// Enough for the bill of `month`.
    pub(super) fn of(card: &'a CardAccount, month: Month) -> Self {
        Self::over(card, back(month, 2), month.last())
    }

    fn over(card: &'a CardAccount, first: Month, to: Date) -> Self {
        let mut spent = Vec::new();
        let days = back(first, MONTHS_BEHIND).day(1).series(1.day());
        days.take_while(|date| *date <= to).for_each(|date| day(card, date, &mut spent));
        Self { card, first, spent }
    }

    /// What a bill comes to.
    pub(super) fn total(&self, month: Month) -> Money {
        let spent = self.spent.iter().filter(|entry| entry.bill == month);
        spent.chain(&self.carried_into(month)).map(CardEntry::owed).sum()
    }

    /// What is left of the bill before and costs something. Whoever pays badly once paid well the month before, so this
    /// reaches no further back than that.
    fn carried_into(&self, month: Month) -> Vec<CardEntry> {
        let before = month.previous();
        let plan = &self.card.plan;
        let due = plan.cycle(before).due;
        let charge = |n: u64, kind: &'static str, name: &'static str, amount: Money| {
            line(self.card, plus(due, 1), Line::Charge(n), CardKind::Charge(kind, name), name, amount)
        };
        if plan.is_minimum(before) {
            let total = self.total(before).or_zero();
            let left = total - bill::minimum(total);
            let interest = "Juros remuneratórios do crédito rotativo";
            return vec![
                self.financed(plus(due, 1), left),
                charge(1, "JUROS_REMUNERATORIOS_ATRASO_PAGAMENTO_FATURA", interest, left.share(REVOLVING)),
                charge(2, "IOF", "IOF do crédito rotativo", left.share(REVOLVING_IOF)),
            ];
        }
        if plan.is_late(before) {
            let total = self.total(before).or_zero();
            let lines = LATE.iter().enumerate();
            return lines.map(|(n, (kind, name, rate))| charge(n as u64, kind, name, total.share(*rate))).collect();
        }
        Vec::new()
    }

    fn financed(&self, date: Date, left: Money) -> CardEntry {
        let kind = CardKind::Credit("CREDITO_ROTATIVO");
        line(self.card, date, Line::Charge(0), kind, "Saldo financiado da fatura anterior", left)
    }

    /// What is paid of the bill of `month`, if anything is owed.
    pub(super) fn payment(&self, month: Month) -> Option<BillPayment> {
        let total = self.total(month);
        let whole = !self.card.plan.is_minimum(month);
        let amount = if whole { total } else { bill::minimum(total) };
        let date = self.card.plan.cycle(month).paid;
        let at = instant(date, Time::constant(10, 30, 0, 0));
        (amount > Money::ZERO).then_some(BillPayment { date, at, amount, whole })
    }

    /// The payment as a line of the next bill.
    fn paid(&self, month: Month) -> Option<CardEntry> {
        let payment = self.payment(month)?;
        let name = "Pagamento de fatura recebido";
        let entry = line(self.card, payment.date, Line::Payment, CardKind::BillPayment, name, payment.amount);
        Some(CardEntry { at: payment.at, ..entry })
    }

    /// Everything on the bill of `month`.
    pub(super) fn of_bill(&self, month: Month) -> Vec<CardEntry> {
        let spent = self.spent.iter().filter(|entry| entry.bill == month).cloned();
        let paid = self.paid(month.previous()).filter(|entry| entry.bill == month);
        spent.chain(self.carried_into(month)).chain(paid).filter(|entry| entry.amount > Money::ZERO).collect()
    }

    /// Everything that happened from one local date to another, instalments of later bills included.
    pub(super) fn between(&self, from: Date, to: Date) -> Vec<CardEntry> {
        let within = |entry: &CardEntry| (from..=to).contains(&entry.date) && entry.amount > Money::ZERO;
        let mut entries: Vec<CardEntry> = self.spent.iter().filter(|entry| within(entry)).cloned().collect();
        for month in self.first.up_to(Month::of(to).next()) {
            let derived = self.carried_into(month).into_iter().chain(self.paid(month.previous()));
            entries.extend(derived.filter(within));
        }
        entries
    }

    /// The bills closed by `now` that fell due within twelve months before; the newest first. Months without anything
    /// have none.
    pub(super) fn bills(&self, now: Timestamp) -> Vec<Bill> {
        let earliest = local_date(now).saturating_sub(12.months());
        let mut bills = Vec::new();
        let mut month = Month::of(local_date(now)).next();
        while self.card.plan.cycle(month).due >= earliest {
            if self.card.plan.cycle(month).closed_at() <= now && !self.of_bill(month).is_empty() {
                bills.push(self.bill(month, now));
            }
            month = month.previous();
        }
        bills
    }

    fn bill(&self, month: Month, now: Timestamp) -> Bill {
        let cycle = self.card.plan.cycle(month);
        Bill {
            id: bill::id(self.card, month),
            month,
            closing: cycle.closing,
            due: cycle.due,
            total: self.total(month),
            charges: charges(&self.of_bill(month)),
            payment: self.payment(month).filter(|payment| payment.at <= now),
        }
    }

    /// What is owed at `now`: the last closed bill less its payment, and everything on later bills.
    pub(super) fn used(&self, now: Timestamp) -> Used {
        let mut last = Month::of(local_date(now)).next();
        while self.card.plan.cycle(last).closed_at() > now {
            last = last.previous();
        }
        let known = self.spent.iter().filter(|entry| entry.bill > last && entry.at <= now);
        let mut carried = self.carried_into(last.next());
        carried.retain(|entry| entry.at <= now);
        let later: Money = known.chain(&carried).map(CardEntry::owed).sum();
        let paid = self.payment(last).filter(|payment| payment.at <= now);
        // From the day after it was due, what is left of a bill is a line of the next one.
        let left = self.total(last).or_zero() - paid.as_ref().map_or(Money::ZERO, |payment| payment.amount);
        let billed = if carried.is_empty() || paid.is_none() { left } else { Money::ZERO };
        let parts = self.spent.iter().filter(|entry| {
            entry.instalment.is_some()
                && entry.at <= now
                && (entry.bill > last || (entry.bill == last && paid.is_none()))
        });
        Used { total: later + billed, in_instalments: parts.map(CardEntry::owed).sum() }
    }
}

/// The month `count` months before.
fn back(month: Month, count: usize) -> Month {
    (0..count).fold(month, |month, _| month.previous())
}

/// The charges for credit among `entries`, by type.
fn charges(entries: &[CardEntry]) -> Vec<Charge> {
    let mut charges: Vec<Charge> = Vec::new();
    for entry in entries {
        let CardKind::Charge(kind, _) = entry.kind else { continue };
        match charges.iter_mut().find(|charge| charge.kind == kind) {
            Some(charge) => charge.amount += entry.amount,
            None => charges.push(Charge { kind, amount: entry.amount }),
        }
    }
    charges
}
