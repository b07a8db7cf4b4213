//! The account's side of investments: what goes into them and what comes back, on the days on which they say so.

use super::calendar::Month;
use super::dice::Dice;
use super::entry::{Flow, Kind};
use super::money::Money;
use super::party::{Party, Place};
use super::pen::{Draft, Pen};
use crate::people::investments::{Movement, movements};

/// Keeps the throws for the holder's account elsewhere apart from all others.
const ELSEWHERE: u64 = 0xE1;

/// Writes a month's movements. Money for a purchase greater than `slack` comes from the holder's account at another
/// bank, in the morning of the same day.
pub(crate) fn write(pen: &mut Pen<'_>, month: Month, slack: Money) {
    let account = pen.account;
    for Movement { date, flow, kind, amount, name } in
        movements(account.brand, account.holder, month.day(1), month.last())
    {
        let draft = match flow {
            Flow::Debit => {
                if amount > slack {
                    let name = "TED recebida - mesma titularidade";
                    pen.write(Draft::credit(date, Kind::Ted, amount, name).with(elsewhere(pen)).hours(8, 9));
                }
                Draft::debit(date, kind, amount, name).hours(9, 10)
            }
            Flow::Credit => Draft::credit(date, kind, amount, name).hours(9, 10),
        };
        pen.write(draft);
    }
}

/// The holder's own account at a bank outside the network.
pub(crate) fn elsewhere(pen: &Pen<'_>) -> Party {
    let mut dice = Dice::new(&[pen.account.plan.seed, ELSEWHERE]);
    let place = Place::thrown(&mut dice);
    Party { document: pen.account.holder.to_owned(), bank: Party::some_bank(&mut dice), place: Some(place) }
}
