//! Foreign money bought and sold, and what happened to each operation.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::decimal::Precise;
use super::factor::ONE;
use super::investor::Investor;
use super::notes::months_before;
use super::walk::walk;
use super::{life, tax};
use crate::people::history::{Dice, Money, Month, before_the_end, instant, on_or_before, plus};
use crate::people::{ResourceStatus, opaque};

/// The tax on exchange (IOF), in basis points of what is paid or received.
const TAX: i64 = 110;

/// A foreign currency.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Currency {
    code: &'static str,
    /// Reais for one, and the swing around it in basis points.
    rate: (Precise, i64),
    country: &'static str,
}

static DOLLAR: Currency = Currency { code: "USD", rate: (Precise::hundredths(542), 1_100), country: "US" };
static EURO: Currency = Currency { code: "EUR", rate: (Precise::hundredths(628), 900), country: "PT" };

impl Currency {
    /// What the bank takes or gives for one on a day, with four decimals.
    fn rate(&self, date: Date) -> Precise {
        let rate = self.rate.0.times(ONE + walk(self.code, on_or_before(date), self.rate.1));
        rate.part(1_000, Precise::units(10_000))
    }
}

/// What becomes of an operation after it was agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is settled as agreed.
    Settled,
    /// It is made smaller and put off before it is settled.
    Changed,
    /// It is called off.
    Cancelled,
}

/// An operation, and the habit of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Habit {
    slug: &'static str,
    currency: &'static Currency,
    /// The holder buys foreign money: reais leave the account.
    buys: bool,
    /// For companies, for persons, or for both.
    for_companies: Option<bool>,
    /// Months from one to the next.
    every: i64,
    working_day: usize,
    /// Working days until it is settled; more than two make it one of the future.
    waits: i64,
    fate: Fate,
    /// How much, per mille of a month's income.
    share: i64,
    /// How foreign money is handed over.
    delivery: &'static str,
    /// The nature of the operation.
    category: &'static str,
    /// Code of the bond with the other side, and its name; none where there is no other side.
    other_side: Option<(&'static str, &'static str)>,
}

const CASH: Habit = Habit {
    slug: "travel",
    currency: &DOLLAR,
    buys: true,
    for_companies: Some(false),
    every: 12,
    working_day: 13,
    waits: 0,
    fate: Fate::Settled,
    share: 350,
    delivery: "ESPECIE_CHEQUES_VIAGEM",
    category: "32999",
    other_side: None,
};

/// What people do with foreign money. What everybody does comes first.
static HABITS: [Habit; 6] = [
    Habit { every: 6, ..CASH },
    Habit { slug: "travel-euro", currency: &EURO, delivery: "CARTAO_PREPAGO", ..CASH },
    Habit {
        slug: "course",
        currency: &EURO,
        every: 9,
        waits: 25,
        fate: Fate::Changed,
        share: 800,
        delivery: "TELETRANSMISSAO",
        category: "37097",
        other_side: Some(("50", "Universidade do Tejo")),
        for_companies: None,
        ..CASH
    },
    Habit {
        slug: "work-abroad",
        buys: false,
        every: 7,
        waits: 2,
        share: 500,
        delivery: "CONTA_DEPOSITO",
        category: "47599",
        other_side: Some(("50", "Lakeside Consulting LLC")),
        for_companies: None,
        ..CASH
    },
    Habit {
        slug: "called-off",
        every: 16,
        waits: 30,
        fate: Fate::Cancelled,
        share: 600,
        delivery: "TELETRANSMISSAO",
        category: "37004",
        other_side: Some(("50", "Harbour Rentals Ltd")),
        ..CASH
    },
    Habit {
        slug: "export",
        buys: false,
        for_companies: Some(true),
        every: 4,
        waits: 20,
        fate: Fate::Changed,
        share: 900,
        delivery: "CONTA_DEPOSITO_EXPORTADOR_MANTIDA_NO_EXTERIOR",
        category: "10007",
        other_side: Some(("50", "Northern Retail Inc.")),
        ..CASH
    },
];

/// What happens to an operation, by the codes of the central bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExchangeEventKind {
    /// `1`: agreed on.
    Agreed,
    /// `2`: changed.
    Changed,
    /// `3`: called off.
    Cancelled,
    /// `4`: settled.
    Settled,
}

impl ExchangeEventKind {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Agreed => "1",
            Self::Changed => "2",
            Self::Cancelled => "3",
            Self::Settled => "4",
        }
    }
}

/// The terms of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The day on which it is to be settled.
    pub due: Date,
    /// Foreign money.
    pub foreign: Money,
    /// Foreign money that is still to be settled.
    pub outstanding: Money,
    /// Reais for one.
    pub rate: Precise,
}

impl Terms {
    /// Foreign money in reais.
    pub fn local(&self) -> Money {
        in_reais(self.foreign, self.rate)
    }

    /// What one comes to in all: with the tax on what is bought, without it on what is sold.
    pub fn total(&self, buys: bool) -> Precise {
        let total = if buys { self.local() + self.tax() } else { self.local() - self.tax() };
        Precise::units(i128::from(total.whole_cents()) * 100_000_000 / i128::from(self.foreign.whole_cents().max(1)))
    }

    /// The tax on it.
    pub fn tax(&self) -> Money {
        tax::percent(self.local(), TAX)
    }
}

/// Something that happened to an operation, with the terms from then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExchangeEvent {
    /// What it is.
    pub kind: ExchangeEventKind,
    /// When.
    pub at: Timestamp,
    /// The local day.
    pub date: Date,
    /// The terms afterwards.
    pub terms: Terms,
}

/// An operation of somebody.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Opaque id, the same for ever.
    pub id: String,
    habit: &'static Habit,
    agreed: Date,
    foreign: Money,
}

/// The operations of an investor that were not over on `from` and had been agreed on by `to`, the newest first.
pub(crate) fn all(investor: &Investor, from: Date, to: Date) -> Vec<Exchange> {
    let mut all = Vec::new();
    let suits = |habit: &&Habit| habit.for_companies.is_none_or(|companies| companies == investor.company);
    for habit in HABITS.iter().filter(suits) {
        let phase = investor.dice(&format!("exchange|{}", habit.slug)).between(0, habit.every - 1);
        let (mut month, first) = (Month::of(to), Month::of(from).back(4));
        while month >= first {
            if (month.number() - phase).rem_euclid(habit.every) == 0 {
                let operation = Exchange::agreed(investor, habit, month);
                let known = operation.agreed <= to && operation.agreed >= investor.since;
                if known && operation.closed() >= from {
                    all.push(operation);
                }
            }
            month = month.previous();
        }
    }
    all.sort_by(|one, other| (other.agreed, &other.id).cmp(&(one.agreed, &one.id)));
    all
}

impl Exchange {
    fn agreed(investor: &Investor, habit: &'static Habit, month: Month) -> Self {
        let id = opaque(&format!("exchange|{}|{}|{}|{}", habit.slug, investor.brand, investor.whose, month.number()));
        let around = investor.dice(&id).between(700, 1_300);
        let agreed = month.business_day(habit.working_day);
        let units = investor.income.share(habit.share).share(around).whole_cents() / 100;
        let foreign = Money::reais((units / 6 / 10 * 10).max(50));
        Self { id, habit, agreed, foreign }
    }

    /// The holder buys foreign money.
    pub fn buys(&self) -> bool {
        self.habit.buys
    }

    /// The foreign currency.
    pub fn currency(&self) -> &'static str {
        self.habit.currency.code
    }

    /// How foreign money is handed over.
    pub fn delivery(&self) -> &'static str {
        self.habit.delivery
    }

    /// The code of the operation's nature.
    pub fn category(&self) -> &'static str {
        self.habit.category
    }

    /// Says whether it is settled in the future rather than within two working days.
    pub fn is_future(&self) -> bool {
        self.habit.waits > 2
    }

    /// The other side abroad: code of the bond, name, country.
    pub fn other_side(&self) -> Option<(&'static str, &'static str, &'static str)> {
        self.habit.other_side.map(|(code, name)| (code, name, self.habit.currency.country))
    }

    /// The number in the register of the central bank.
    pub fn number(&self) -> String {
        format!("{:012}", Dice::of_text(&self.id).between(1, 999_999_999_999))
    }

    fn after(&self, days: i64) -> Date {
        before_the_end(plus(self.agreed, days))
    }

    /// Everything that happens to it, the first first.
    pub fn events(&self) -> Vec<ExchangeEvent> {
        let waits = self.habit.waits;
        let rate = self.habit.currency.rate(self.agreed);
        let agreed = Terms { due: self.after(waits), foreign: self.foreign, outstanding: self.foreign, rate };
        let mut events = vec![self.event(ExchangeEventKind::Agreed, self.agreed, agreed)];
        let mut terms = agreed;
        if self.habit.fate == Fate::Changed {
            let foreign = self.foreign.share(850);
            terms = Terms { due: self.after(waits + 10), foreign, outstanding: foreign, ..agreed };
            events.push(self.event(ExchangeEventKind::Changed, self.after(waits / 2), terms));
        }
        let done = Terms { outstanding: Money::ZERO, ..terms };
        events.push(match self.habit.fate {
            Fate::Cancelled => self.event(ExchangeEventKind::Cancelled, self.after(waits / 3), done),
            Fate::Settled | Fate::Changed => self.event(ExchangeEventKind::Settled, terms.due, done),
        });
        events
    }

    fn event(&self, kind: ExchangeEventKind, date: Date, terms: Terms) -> ExchangeEvent {
        // What is agreed on and settled on one day follows within the hour.
        let minute = if kind == ExchangeEventKind::Agreed { 5 } else { 40 };
        ExchangeEvent { kind, at: instant(date, Time::constant(10, 0, 0, 0)) + minutes(minute), date, terms }
    }

    /// The operation as it stands at the end of a day.
    pub fn terms(&self, date: Date) -> Terms {
        let events = self.events();
        let last = events.iter().rev().find(|event| event.date <= date).or(events.first());
        last.map_or(Terms { due: date, foreign: Money::ZERO, outstanding: Money::ZERO, rate: Precise::ZERO }, |event| {
            event.terms
        })
    }

    /// The day on which it was over.
    pub fn closed(&self) -> Date {
        self.events().last().map_or(self.agreed, |event| event.date)
    }

    /// Whether it can be read on `today` in a consent of the day `shared`; `None` where it is not even mentioned.
    pub fn status(&self, today: Date, shared: Date) -> Option<ResourceStatus> {
        life::status(Some(self.closed()), today, shared)
    }
}

fn minutes(count: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_mins(count)
}

/// Foreign money in reais, to the nearest cent.
fn in_reais(foreign: Money, rate: Precise) -> Money {
    Precise::hundredths(foreign.whole_cents()).at(rate)
}

impl Investor {
    /// The operations that a consent of the day `shared` mentions on `today`, the newest first.
    pub fn exchanges(&self, today: Date, shared: Date) -> Vec<super::Held<Exchange>> {
        let from = months_before(today.min(shared), 13);
        let held = |item: Exchange| item.status(today, shared).map(|status| super::Held { item, status });
        all(self, from, today).into_iter().filter_map(held).collect()
    }
}
