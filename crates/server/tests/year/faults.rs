//! What goes wrong at the banks in a troubled year, and where.
//!
//! Left out is what would make another year of it: consents that end by themselves, and a moved clock. Delays in real time
//! show nothing here but time.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vinculo_domain::LinkId;

use crate::chance::Chance;

/// Where data is read.
const DATA: [&str; 9] = [
    "accounts/v2/accounts",
    "accounts/v2/accounts/*",
    "accounts/v2/accounts/*/balances",
    "accounts/v2/accounts/*/overdraft-limits",
    "accounts/v2/accounts/*/transactions",
    "accounts/v2/accounts/*/transactions-current",
    "credit-cards-accounts/**",
    "customers/**",
    "resources/**",
];
/// Lists of transactions, where records come twice or not at all, and pages go in circles.
const LISTS: [&str; 2] = ["accounts/v2/accounts/*/transactions", "accounts/v2/accounts/*/transactions-current"];
const CONSENT: &str = "consents/v3/consents/*";
const TOKEN: &str = "auth/token";

/// Draws faults for links.
pub(crate) struct Faults {
    chance: Chance,
    /// Links and months of records that vanish: one strike a month, so that the next round brings them.
    vanished: BTreeSet<(LinkId, String)>,
}

impl Faults {
    pub(crate) fn new(chance: Chance) -> Self {
        Self { chance, vanished: BTreeSet::new() }
    }

    /// Draws one for somebody on the way back from a bank: an id_token that another has signed, or that says what it must not.
    pub(crate) fn of_the_way(&mut self, brand: &str) -> Value {
        let effect = match self.chance.below(3) {
            0 => json!({"kind": "wrong_id_token", "claim": self.chance.pick(&["nonce", "audience", "expired"])}),
            _ => json!({"kind": "wrong_signature"}),
        };
        json!({"match": {"brand": brand, "path": "auth/**"}, "effect": effect, "times": 1})
    }

    /// Draws one for a link that is about to be read for the first time: one that the reading gets over before the day
    /// ends. Of a history that is read the next day, the oldest day is gone at the bank.
    pub(crate) fn of_first_reading(&mut self, consent: &str) -> Value {
        let (effect, times) = match self.chance.below(4) {
            0 => (json!({"kind": "duplicate"}), 1 + self.chance.below(3)),
            1 => (json!({"kind": "status", "status": 500}), 1 + self.chance.below(6)),
            2 => (self.nonsense(), 1),
            _ => (self.trouble(), 1),
        };
        let path = *self.chance.pick(&DATA);
        json!({"match": {"consent": consent, "path": path, "method": "GET"}, "effect": effect, "times": times})
    }

    /// Draws one for a link, whose lists are read often enough that a record that once was missing comes again if
    /// `often`.
    pub(crate) fn draw(&mut self, link: LinkId, consent: &str, often: bool, month: &str) -> Value {
        let of_month = (link, month.to_owned());
        let (method, path, effect, times) = match self.chance.below(16) {
            0 | 1 => self.lost_call(),
            2 if often && self.vanished.insert(of_month) => {
                ("GET", *self.chance.pick(&LISTS), json!({"kind": "vanish", "records": 1}), 1)
            }
            3 | 4 => ("GET", *self.chance.pick(&LISTS), json!({"kind": "duplicate"}), 1 + self.chance.below(3)),
            5 => ("GET", *self.chance.pick(&DATA), json!({"kind": "status", "status": 401}), 1 + self.chance.below(2)),
            6 => ("GET", *self.chance.pick(&DATA), json!({"kind": "status", "status": 423}), 1),
            7 => ("POST", TOKEN, self.trouble(), 1 + self.chance.below(6)),
            8 => ("GET", CONSENT, self.trouble(), 1 + self.chance.below(6)),
            9 => ("DELETE", CONSENT, self.trouble(), 1 + self.chance.below(3)),
            10 => ("DELETE", CONSENT, json!({"kind": "drop", "after": true}), 1),
            11 => ("GET", CONSENT, self.nonsense(), 1),
            _ => ("GET", *self.chance.pick(&DATA), self.trouble(), 1 + self.chance.below(9)),
        };
        json!({"match": {"consent": consent, "path": path, "method": method}, "effect": effect, "times": times})
    }

    /// The directory is down.
    pub(crate) fn directory(&mut self) -> Value {
        let times = 1 + self.chance.below(4);
        json!({"match": {"brand": "directory", "path": "directory/**"}, "effect": self.trouble(), "times": times})
    }

    /// A call that is paid for and brings nothing, here or at the bank. However often a scheduled round loses one, it leaves
    /// enough of the smallest allowance for a link to be read once more at its end.
    fn lost_call(&mut self) -> (&'static str, &'static str, Value, usize) {
        let effect = match self.chance.below(7) {
            0 => json!({"kind": "status", "status": 500, "after": true}),
            1 => json!({"kind": "drop", "after": true}),
            2 => json!({"kind": "drop"}),
            3 => json!({"kind": "page_loop"}),
            4 => json!({"kind": "endless_pages"}),
            _ => self.nonsense(),
        };
        let is_list = matches!(effect["kind"].as_str(), Some("page_loop" | "endless_pages"));
        let path = if is_list { self.chance.pick(&LISTS) } else { self.chance.pick(&DATA) };
        ("GET", path, effect, 1 + self.chance.below(2))
    }

    fn nonsense(&mut self) -> Value {
        json!({"kind": self.chance.pick(&["garbage", "truncate"])})
    }

    /// An answer that says that it does not work now.
    fn trouble(&mut self) -> Value {
        match self.chance.below(4) {
            0 => json!({"kind": "status", "status": 429, "retry_after": 1 + self.chance.below(3_600)}),
            1 => json!({"kind": "status", "status": 529, "retry_after": 1 + self.chance.below(3_600)}),
            2 => json!({"kind": "status", "status": 500}),
            _ => json!({"kind": "status", "status": 503, "retry_after": self.chance.below(600)}),
        }
    }
}
