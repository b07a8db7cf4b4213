//! Who takes part: two hundred links of mixed rates, terms and fates.

use jiff::Timestamp;
use vinculo_domain::{Category, ConsentDuration, RefreshRate};
use vinculo_sandbox::people::{AccountKind, Conduct, People, Person};
use vinculo_sandbox::{BRANDS, Brand, Health};

/// What becomes of a link in its year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It goes on until its term is over, and beyond the year where there is none.
    Lives,
    /// The person renews whenever the application hears that the end is near.
    Renewed,
    /// The person ends it here.
    RevokedHere,
    /// The person ends it at the bank.
    RevokedThere,
    /// The application deletes it.
    Deleted,
    /// Read once, and never looked at again: its data goes when `stale_in` is over.
    Stale,
}

/// One link as it is meant to be.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The application's own id for it.
    pub(crate) name: String,
    pub(crate) person: &'static Person,
    pub(crate) brand: &'static Brand,
    /// `None` for a link that is read once.
    pub(crate) rate: Option<RefreshRate>,
    pub(crate) duration: ConsentDuration,
    pub(crate) categories: Vec<Category>,
    pub(crate) stale_in: &'static str,
    /// Whether it is read who the person is.
    pub(crate) owners: bool,
    pub(crate) fate: Fate,
    /// The day of the year on which it comes to life.
    pub(crate) begins: i64,
    /// The day of the year on which its fate meets it, for those that are met by day.
    pub(crate) fated: i64,
}

/// Everybody who has accounts at a brand that is well, the quietest first.
fn holders(people: &People, now: Timestamp) -> Vec<(&'static Person, &'static Brand)> {
    let mut all = Vec::new();
    for brand in BRANDS.iter().filter(|brand| brand.health == Health::Good && brand.persons) {
        for person in people.all().into_iter().filter(|person| person.conduct == Conduct::Ordinary) {
            let accounts = people.accounts_of(brand, person, None);
            let today = vinculo_sandbox::people::history::local_date(now);
            let busy: usize = accounts
                .iter()
                .map(|account| {
                    people.entries(account, today.saturating_sub(jiff::Span::new().days(30)), today, now).len()
                })
                .sum();
            if accounts.iter().any(|account| account.kind == AccountKind::Deposit) {
                all.push((busy, person, brand));
            }
        }
    }
    all.sort_by_key(|(busy, person, brand)| (*busy, person.cpf, brand.slug));
    all.into_iter().map(|(_, person, brand)| (person, brand)).collect()
}

/// Casts so many links.
pub(crate) fn cast(people: &People, now: Timestamp, links: usize) -> Vec<Plan> {
    let holders = holders(people, now);
    assert!(holders.len() > 20, "{}", holders.len());
    // Mostly the quiet ones; the loudest once each.
    let quiet = holders.len() - 3;
    (0..links)
        .map(|n| plan(n, links, if n % 67 == 5 { holders[quiet + (n / 67) % 3] } else { holders[n % quiet] }))
        .collect()
}

fn plan(n: usize, links: usize, (person, brand): (&'static Person, &'static Brand)) -> Plan {
    // In thousandths of all links: every call costs the test a few milliseconds, so few are eager.
    let rate = match n * 1_000 / links {
        0..5 => Some(RefreshRate::Hours6),
        5..10 => Some(RefreshRate::Hours12),
        10..20 => Some(RefreshRate::Hours24),
        20..150 => Some(RefreshRate::Days7),
        150..750 => Some(RefreshRate::Days30),
        _ => None,
    };
    let fate = match (n % 8, rate) {
        (_, None) => Fate::Stale,
        (1, _) => Fate::RevokedHere,
        (3, _) => Fate::RevokedThere,
        (5, _) => Fate::Renewed,
        (6, _) => Fate::Deleted,
        _ => Fate::Lives,
    };
    let duration = match (n % 5, fate) {
        (0, Fate::Renewed) => ConsentDuration::Months6,
        (_, Fate::Renewed) => ConsentDuration::Months12,
        (0, _) => ConsentDuration::Months3,
        (1, _) => ConsentDuration::Months6,
        (2, _) => ConsentDuration::Months9,
        (3, _) => ConsentDuration::Months12,
        _ => ConsentDuration::Undefined,
    };
    let mut categories = vec![Category::Register, Category::Accounts];
    if n % 25 == 7 {
        categories.extend([Category::CreditCards, Category::CreditOperations]);
    }
    let day = |n: usize| i64::try_from(n).unwrap();
    Plan {
        name: format!("link-{n:03}"),
        person,
        brand,
        rate,
        duration,
        categories,
        stale_in: if fate == Fate::Stale && n.is_multiple_of(2) { "60d" } else { "365d" },
        owners: n.is_multiple_of(4),
        fate,
        begins: day(n % 14),
        fated: 40 + day(n % 50) * 5,
    }
}
