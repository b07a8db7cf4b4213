//! A paper with fixed income: what it is worth on a day, and what happens to it from the purchase to the end.

use jiff::civil::Date;

use super::decimal::Precise;
use super::factor::{ONE, then};
use super::product::{Family, Product};
use super::tax::{Taxes, days};
use super::walk::walk;
use crate::people::history::{Dice, Money, Month, before_the_end, on_or_after, plus};

/// What happens to a holding, as the standard spells it for its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteEventKind {
    /// `APLICACAO`, `COMPRA`
    Bought,
    /// `RESGATE`, `VENDA`
    Sold,
    /// `PAGAMENTO_JUROS`
    Interest,
    /// `VENCIMENTO`
    Due,
}

/// Something that happened to a holding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoteEvent {
    /// The day.
    pub date: Date,
    /// What it is.
    pub kind: NoteEventKind,
    /// How many papers it is about.
    pub quantity: Precise,
    /// The price of one, before taxes.
    pub unit_price: Precise,
    /// Quantity times price.
    pub gross: Money,
    /// What is withheld of it.
    pub taxes: Taxes,
}

impl NoteEvent {
    /// What arrives on the account, or leaves it.
    pub fn net(&self) -> Money {
        self.gross - self.taxes.total()
    }
}

/// What a holding comes to on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// How many papers are held.
    pub quantity: Precise,
    /// The price of one, before taxes.
    pub unit_price: Precise,
    /// Quantity times price.
    pub gross: Money,
    /// What would be withheld today.
    pub taxes: Taxes,
}

impl Position {
    /// What would be left after taxes.
    pub fn net(&self) -> Money {
        self.gross - self.taxes.total()
    }
}

/// A purchase of a paper: one investment of the standard.
#[derive(Debug, Clone)]
pub struct Note {
    /// Opaque id, the same for ever.
    pub id: String,
    /// What was bought.
    pub product: &'static Product,
    /// When the paper was issued.
    pub issued: Date,
    /// When it was bought.
    pub bought: Date,
    /// When it ends.
    pub due: Date,
    /// How many were bought.
    pub quantity: Precise,
    /// The price of one at the purchase.
    pub unit_price: Precise,
    /// Earnings are not taxed for this holder.
    pub exempt: bool,
}

impl Note {
    /// The purchase of `product` on a day, for about this much money.
    pub(crate) fn bought(id: String, product: &'static Product, bought: Date, money: Money, exempt: bool) -> Self {
        let issued = product.issued(bought);
        let mut note = Self {
            id,
            product,
            issued,
            bought,
            due: product.due(bought),
            quantity: Precise::ZERO,
            unit_price: product.face,
            exempt,
        };
        note.unit_price = note.price(bought);
        note.quantity = note.unit_price.bought_with(money, product.step).max(product.step);
        note
    }

    /// Until when it cannot be given back early.
    pub fn grace(&self) -> Date {
        self.product.grace(self.bought)
    }

    /// The code under which the paper is registered.
    pub fn clearing_code(&self) -> String {
        let kind = self.product.kind.get(..3).unwrap_or_default();
        format!("{kind}{}{}", self.issued.strftime("%y%m"), self.id.get(..6).unwrap_or_default().to_uppercase())
    }

    /// The paper's ISIN: the same for all who bought it, another for every issue.
    pub fn isin(&self) -> Option<String> {
        let middle = match self.product.family {
            Family::Bank => return None,
            Family::Credit => "DBS",
            Family::Treasure => "STN",
        };
        let mut dice = Dice::of_text(&format!("isin|{}|{}", self.product.slug, self.issued));
        Some(format!("BR{middle}{:06}{}", dice.below(1_000_000), dice.below(10)))
    }

    /// The price of one paper on a day, before taxes; the coupon of the day has been paid.
    pub fn price(&self, date: Date) -> Precise {
        let date = date.min(self.due).max(self.issued);
        let last = self.coupons().into_iter().rev().find(|&coupon| coupon <= date).unwrap_or(self.issued);
        let growth = then(self.product.earns.correction(self.issued, date), self.product.earns.interest(last, date));
        self.product.face.times(then(growth, self.market(date)))
    }

    /// Titles of the treasury are worth what the market says; it agrees with the curve at both ends.
    fn market(&self, date: Date) -> i128 {
        if self.product.family != Family::Treasure || date <= self.bought {
            return ONE;
        }
        let pull = days(self.bought, date).min(days(date, self.due)).min(365);
        ONE + walk(self.product.slug, date, 450) * i128::from(pull) / 365
    }

    /// The days on which interest is paid, the first first; the last is the end.
    fn coupons(&self) -> Vec<Date> {
        let Some(every) = self.product.coupon_months else { return Vec::new() };
        let mut dates = Vec::new();
        let (mut month, day) = (Month::of(self.due), self.due.day());
        while on_or_after(month.day(day)) > self.issued {
            dates.push(on_or_after(month.day(day)));
            month = month.back(every);
        }
        dates.reverse();
        dates
    }

    /// What one paper pays on a day of interest.
    fn coupon(&self, before: Date, date: Date) -> Precise {
        let principal = self.product.face.times(self.product.earns.correction(self.issued, date));
        principal.times(self.product.earns.interest(before, date) - ONE)
    }

    /// Everything that happens to it from the purchase to the end, the first first.
    pub fn events(&self) -> Vec<NoteEvent> {
        let mut events = vec![self.event(NoteEventKind::Bought, self.bought, self.quantity, self.unit_price)];
        let mut left = self.quantity;
        let mut exits = self.exits().into_iter().peekable();
        let mut before = self.issued;
        for coupon in self.coupons() {
            while let Some((date, quantity)) = exits.next_if(|&(date, _)| date < coupon) {
                events.push(self.event(NoteEventKind::Sold, date, quantity, self.price(date)));
                left = left.less(quantity);
            }
            if coupon > self.bought && left > Precise::ZERO {
                events.push(self.event(NoteEventKind::Interest, coupon, left, self.coupon(before, coupon)));
            }
            before = coupon;
        }
        for (date, quantity) in exits {
            events.push(self.event(NoteEventKind::Sold, date, quantity, self.price(date)));
            left = left.less(quantity);
        }
        if left > Precise::ZERO {
            events.push(self.event(NoteEventKind::Due, self.due, left, self.price(self.due)));
        }
        events
    }

    /// When the holder gives papers back early, and how many.
    fn exits(&self) -> Vec<(Date, Precise)> {
        let mut left = self.quantity;
        let mut exits = Vec::new();
        for &(after, per_mille) in self.product.exits {
            let date = before_the_end(plus(self.bought, after));
            let quantity =
                if per_mille == 1000 { left } else { self.quantity.part(per_mille, self.product.step).min(left) };
            if date < self.due && quantity > Precise::ZERO {
                exits.push((date, quantity));
                left = left.less(quantity);
            }
        }
        exits
    }

    fn event(&self, kind: NoteEventKind, date: Date, quantity: Precise, unit_price: Precise) -> NoteEvent {
        let gross = quantity.at(unit_price);
        let taxes = match kind {
            NoteEventKind::Bought => Taxes::default(),
            NoteEventKind::Interest => self.taxes(gross, date),
            NoteEventKind::Sold | NoteEventKind::Due => self.taxes(gross - quantity.at(self.unit_price), date),
        };
        NoteEvent { date, kind, quantity, unit_price, gross, taxes }
    }

    fn taxes(&self, gain: Money, date: Date) -> Taxes {
        if self.exempt { Taxes::default() } else { Taxes::on(gain, self.bought, date) }
    }

    /// What is held at the end of a day.
    pub fn position(&self, date: Date) -> Position {
        let given_back = |event: &NoteEvent| match event.kind {
            NoteEventKind::Sold | NoteEventKind::Due if event.date <= date => event.quantity,
            _ => Precise::ZERO,
        };
        let gone = self.events().iter().map(given_back).fold(Precise::ZERO, Precise::plus);
        let quantity = self.quantity.less(gone);
        let unit_price = self.price(date);
        let gross = quantity.at(unit_price);
        Position { quantity, unit_price, gross, taxes: self.taxes(gross - quantity.at(self.unit_price), date) }
    }

    /// The day on which the last paper went.
    pub fn closed(&self) -> Date {
        self.exits_last().unwrap_or(self.due)
    }

    fn exits_last(&self) -> Option<Date> {
        let exits = self.exits();
        let sold = exits.iter().map(|(_, quantity)| *quantity).fold(Precise::ZERO, Precise::plus);
        exits.last().filter(|_| sold == self.quantity).map(|(date, _)| *date)
    }
}
