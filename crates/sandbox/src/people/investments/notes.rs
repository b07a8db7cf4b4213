//! The papers with fixed income that an investor has bought.

use jiff::ToSpan;
use jiff::civil::Date;

use super::investor::Investor;
use super::note::Note;
use super::product::{Family, PRODUCTS, Product};
use crate::people::history::Month;
use crate::people::opaque;

/// How many of ten investors have a habit that not everybody has.
const INCLINED: u64 = 6;

/// The purchases of an investor that were not over on `from` and had happened by `to`, the newest first.
pub(crate) fn held(investor: &Investor, family: Family, from: Date, to: Date) -> Vec<Note> {
    let mut notes: Vec<Note> =
        habits(investor, family).flat_map(|(product, phase)| purchases(investor, product, phase, from, to)).collect();
    notes.sort_by(|one, other| (other.bought, &other.id).cmp(&(one.bought, &one.id)));
    notes
}

/// What an investor buys again and again, and in which month each of these habits began to count. The first of every
/// family is everybody's.
fn habits(investor: &Investor, family: Family) -> impl Iterator<Item = (&'static Product, i64)> {
    let of_family = PRODUCTS.iter().filter(move |product| product.family == family).enumerate();
    of_family.filter_map(move |(n, product)| {
        let mut dice = investor.dice(product.slug);
        let phase = dice.between(0, product.every - 1);
        let suits = !(investor.company && family == Family::Bank && product.exempt);
        (suits && (n == 0 || dice.below(10) < INCLINED)).then_some((product, phase))
    })
}

fn purchases(investor: &Investor, product: &'static Product, phase: i64, from: Date, to: Date) -> Vec<Note> {
    let mut notes = Vec::new();
    let (mut month, first) = (Month::of(to), Month::of(from).back(product.term + 1));
    while month >= first {
        if (month.number() - phase).rem_euclid(product.every) == 0 {
            let note = purchase(investor, product, month);
            if note.bought <= to && note.bought >= investor.since && note.closed() >= from {
                notes.push(note);
            }
        }
        month = month.previous();
    }
    notes
}

fn purchase(investor: &Investor, product: &'static Product, month: Month) -> Note {
    let id = opaque(&format!("{}|{}|{}|{}", product.slug, investor.brand, investor.whose, month.number()));
    let around = investor.dice(&id).between(700, 1_300);
    let money = investor.income.share(product.share).share(around);
    let exempt = product.exempt && !investor.company;
    Note::bought(id, product, month.business_day(product.working_day), money, exempt)
}

/// A day so many months earlier.
pub(crate) fn months_before(date: Date, months: i64) -> Date {
    date.saturating_sub(months.months())
}
