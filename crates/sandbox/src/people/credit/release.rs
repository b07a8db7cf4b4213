//! What has been paid on a contract, and what is left of it.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::contract::{Contract, Instalment};
use crate::people::history::{Money, instant, local_date};
use crate::people::opaque;

/// By this time of the day what is due has been taken.
const TAKEN_BY: Time = Time::constant(6, 0, 0, 0);
/// What a late part costs, in millionths: penalty and interest.
const PENALTY: i64 = 20_000;
const LATE_INTEREST: i64 = 1_400;

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Opaque id, the same for ever.
    pub id: String,
    /// Id of the instalment it pays; none for fees and charges paid apart.
    pub instalment: Option<String>,
    /// The local date.
    pub date: Date,
    /// How much.
    pub amount: Money,
    /// Fees paid apart: what of the amount they are.
    pub fee: Money,
    /// Charges paid apart, by type.
    pub charges: Vec<(&'static str, Money)>,
}

impl Release {
    /// When it has been taken from the account.
    pub(crate) fn at(&self) -> Timestamp {
        instant(self.date, TAKEN_BY)
    }
}

/// How a contract stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standings {
    /// How many instalments have been paid.
    pub paid: usize,
    /// How many fall due in the future.
    pub due: usize,
    /// How many should have been paid.
    pub past_due: usize,
    /// What would settle the contract now.
    pub outstanding: Money,
    /// What is still to be paid if it goes on as agreed.
    pub remaining: Money,
    /// The next instalment, if there is one.
    pub next: Option<Money>,
}

impl Contract {
    /// Everything that is ever paid, the first first.
    pub(crate) fn flows(&self) -> Vec<Release> {
        let (fee, tax) = self.upfront();
        let mut flows = vec![self.apart(0, self.date, fee, vec![("IOF_CONTRATACAO", tax)])];
        for part in &self.instalments {
            flows.push(Release {
                id: opaque(&format!("payment|{}|{}", self.id, part.number)),
                instalment: Some(opaque(&format!("instalment|{}|{}", self.id, part.number))),
                date: part.paid,
                amount: part.amount,
                fee: Money::ZERO,
                charges: Vec::new(),
            });
            if part.paid > part.due {
                let of = |rate: i64| Money::cents(part.amount.whole_cents() * rate / 1_000_000);
                let charges = vec![("MULTA_ATRASO_PAGAMENTO", of(PENALTY)), ("JUROS_MORA_ATRASO", of(LATE_INTEREST))];
                flows.push(self.apart(part.number, part.paid, Money::ZERO, charges));
            }
        }
        flows.retain(|flow| flow.amount > Money::ZERO);
        flows
    }

    fn apart(&self, number: u16, date: Date, fee: Money, mut charges: Vec<(&'static str, Money)>) -> Release {
        charges.retain(|(_, amount)| *amount > Money::ZERO);
        let amount = fee + charges.iter().map(|(_, amount)| *amount).sum();
        let id = opaque(&format!("charges|{}|{number}", self.id));
        Release { id, instalment: None, date, amount, fee, charges }
    }

    /// Everything paid by `now`, the last first.
    pub fn releases(&self, now: Timestamp) -> Vec<Release> {
        self.flows().into_iter().rev().filter(|flow| flow.at() <= now).collect()
    }

    /// How the contract stands at `now`.
    pub fn standings(&self, now: Timestamp) -> Standings {
        let today = local_date(now);
        let open: Vec<&Instalment> =
            self.instalments.iter().filter(|part| instant(part.paid, TAKEN_BY) > now).collect();
        let past_due = open.iter().filter(|part| part.due < today).count();
        Standings {
            paid: self.instalments.len() - open.len(),
            due: open.len() - past_due,
            past_due,
            outstanding: self.outstanding(&open, today),
            remaining: open.iter().map(|part| part.amount).sum(),
            next: open.first().map(|part| part.amount),
        }
    }

    /// The debt that no instalment has paid back, the interest on it since the last one fell due, and what is due or
    /// overdue in full.
    fn outstanding(&self, open: &[&Instalment], today: Date) -> Money {
        let (overdue, ahead): (Vec<&Instalment>, Vec<&Instalment>) =
            open.iter().copied().partition(|part| part.due <= today);
        let debt: Money = ahead.iter().map(|part| part.principal).sum();
        let before = self.instalments.iter().rev().find(|part| part.due <= today).map_or(self.date, |part| part.due);
        let period = i64::from(self.product.step) * 30;
        let days = i64::from((today - before).get_days()).clamp(0, period);
        let interest = debt.whole_cents() * self.product.rate / 1_000_000 * days / period;
        debt + Money::cents(interest) + overdue.iter().map(|part| part.amount).sum()
    }
}
