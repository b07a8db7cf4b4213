//! What people invest in, and what that does to their accounts.
//!
//! Everything follows from the investor, the product and the calendar: what was bought in a month depends on that month
//! alone, prices depend on the day alone. Hence any part can be made without the rest, and the past never changes.

mod broker;
mod decimal;
mod exchange;
mod factor;
mod flows;
mod fund;
mod fund_table;
mod funds;
mod investor;
mod life;
mod note;
mod notes;
mod product;
mod rates;
mod share;
mod share_table;
mod shares;
mod tax;
#[cfg(test)]
mod tests;
mod walk;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

pub use broker::BrokerNote;
pub use decimal::Precise;
pub use exchange::{Exchange, ExchangeEvent, ExchangeEventKind, Terms};
pub use fund::{Category, Fund, FundEvent, FundEventKind};
pub use funds::{FundHolding, FundPosition};
pub use investor::Investor;
pub use note::{Note, NoteEvent, NoteEventKind, Position};
pub use product::{Family, Issuer, Product};
pub use rates::Yield;
pub use share::Share;
pub use shares::{ShareEvent, ShareEventKind, ShareHolding};
pub use tax::Taxes;

pub(crate) use flows::{Movement, movements};

use super::history::local_date;
use super::{Company, People, Person, ResourceStatus};
use crate::brand::Brand;

/// The hour of the day, where the banks are, at which a day's movements can be read; accounts have them an hour before.
const READABLE_AT: SignedDuration = SignedDuration::from_hours(11);

/// The last day whose movements can be read at `now`.
pub fn readable_day(now: Timestamp) -> Date {
    local_date(now.saturating_sub(READABLE_AT).unwrap_or(now))
}

/// Something that can be listed among the resources of a consent.
#[derive(Debug, Clone)]
pub struct Held<T> {
    /// The thing itself.
    pub item: T,
    /// Whether it can be read.
    pub status: ResourceStatus,
}

impl People {
    /// The investor behind a grant; `None` for those who do not invest at the brand.
    pub fn investor(&self, brand: &Brand, person: &Person, company: Option<&Company>) -> Option<Investor> {
        match company {
            Some(company) if person.acts_for(company.cnpj) => Investor::find(brand.slug, company.cnpj),
            Some(_) => None,
            None => Investor::find(brand.slug, person.cpf),
        }
    }
}

impl Investor {
    /// The papers of a family that a consent of the day `shared` mentions on `today`, the newest first.
    pub fn notes(&self, family: Family, today: Date, shared: Date) -> Vec<Held<Note>> {
        let from = notes::months_before(today.min(shared), 13);
        let notes = notes::held(self, family, from, today).into_iter();
        notes
            .filter_map(|note| {
                let status = life::status(Some(note.closed()), today, shared)?;
                Some(Held { item: note, status })
            })
            .collect()
    }

    /// The funds that a consent of the day `shared` mentions on `today`.
    pub fn funds(&self, today: Date, shared: Date) -> Vec<Held<FundHolding>> {
        let held = |fund: FundHolding| fund.status(today, shared).map(|status| Held { item: fund, status });
        funds::all(self).filter_map(held).collect()
    }

    /// The shares that a consent of the day `shared` mentions on `today`.
    pub fn shares(&self, today: Date, shared: Date) -> Vec<Held<ShareHolding>> {
        let held = |share: ShareHolding| share.status(today, shared).map(|status| Held { item: share, status });
        shares::all(self).filter_map(held).collect()
    }

    /// The brokers' notes that can be read on `today`: those of the trades that can.
    pub fn broker_notes(&self, today: Date) -> Vec<BrokerNote> {
        broker::notes(self, notes::months_before(today, 12), today)
    }
}
