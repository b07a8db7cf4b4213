//! Identity of a transaction within its account (section 11.2).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::openfinance::wire::transactions::TransactionItem;

/// How many keys made from contents are remembered from page to page. Equal items stand side by side, so only those
/// near the end of a page can go on in the next one.
const REMEMBERED: usize = 256;

/// How often each content has come, so that two equal coffees on one day stay two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Occurrences(Vec<(String, u32)>);

impl Occurrences {
    /// Starts a page: makes room for looking up quickly.
    pub(crate) fn counter(&self) -> Counter {
        let order = self.0.iter().map(|(key, _)| key.clone()).collect();
        Counter { counts: self.0.iter().cloned().collect(), order, owners: HashMap::new() }
    }
}

/// Counts contents within a page.
pub(crate) struct Counter {
    counts: HashMap<String, u32>,
    order: Vec<String>,
    /// Which content came with an id first.
    owners: HashMap<String, String>,
}

impl Counter {
    /// Returns the key of an item.
    ///
    /// Final items have the bank's id. Until then the id may change and repeat, and old items may carry a dummy of
    /// noughts: their key is made from the content, with a number to tell equal ones apart.
    pub(crate) fn key(&mut self, item: &TransactionItem, is_final: bool) -> String {
        match item.transaction_id.get() {
            Some(id) if is_final && !is_dummy(id) => format!("id:{id}"),
            _ => {
                let kind = if is_final { "old" } else { "open" };
                let content = format!("{kind}:{}", content_hash(item));
                let number = self.next(&content);
                format!("{content}:{number}")
            }
        }
    }

    /// Returns the key of an item of a family whose ids hold from the start (cards, payments of contracts): the bank's
    /// id, so that an item keeps our id when its bill closes. A dummy, and an id that comes again with another content
    /// (parcels of one purchase at careless banks), give way to the content and a number.
    pub(crate) fn steady_key(&mut self, id: Option<&str>, content: &[String]) -> String {
        let content = hash(content);
        match id.filter(|id| !is_dummy(id)) {
            Some(id) if *self.owners.entry(id.to_owned()).or_insert_with(|| content.clone()) == content => {
                format!("id:{id}")
            }
            _ => {
                let content = format!("old:{content}");
                let number = self.next(&content);
                format!("{content}:{number}")
            }
        }
    }

    /// Counts a content and returns how often it has come, this time included.
    pub(crate) fn next(&mut self, content: &str) -> u32 {
        let count = self.counts.entry(content.to_owned()).or_insert(0);
        if *count == 0 {
            self.order.push(content.to_owned());
        }
        *count += 1;
        *count
    }

    /// Ends a page: what to remember for the next one.
    pub(crate) fn remember(self) -> Occurrences {
        let skip = self.order.len().saturating_sub(REMEMBERED);
        let kept = self.order.into_iter().skip(skip).filter_map(|key| {
            let count = *self.counts.get(&key)?;
            Some((key, count))
        });
        Occurrences(kept.collect())
    }
}

/// Items from before 13 November 2023 may carry `0000000000`.
fn is_dummy(id: &str) -> bool {
    id.bytes().all(|b| b == b'0')
}

/// Hashes what a person would call "the same entry". The bank's id and status are left out: they may change.
fn content_hash(item: &TransactionItem) -> String {
    let amount = item.transaction_amount.clone().unwrap_or_default();
    let parts = [
        item.transaction_date_time.0.map(|at| at.to_string()).unwrap_or_default(),
        amount.amount.0.map(|a| a.to_string()).unwrap_or_default(),
        amount.currency(),
        item.credit_debit_type.or_empty(),
        item.kind.or_empty(),
        item.transaction_name.or_empty(),
        item.type_additional_info.or_empty(),
        item.partie_cnpj_cpf.or_empty(),
        item.partie_number.or_empty(),
    ];
    hash(&parts)
}

fn hash(parts: &[String]) -> String {
    vinculo_domain::fingerprint(&parts.join("\u{1f}"), 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, name: &str) -> TransactionItem {
        let json = format!(
            r#"{{"transactionId":"{id}","transactionName":"{name}","transactionAmount":{{"amount":"5.00","currency":"BRL"}},
                "transactionDateTime":"2026-03-01T12:00:00.000Z"}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn final_items_have_the_banks_id() {
        let mut counter = Occurrences::default().counter();
        assert_eq!(counter.key(&item("abc", "Café"), true), "id:abc");
        assert_eq!(counter.key(&item("abc", "Café"), true), "id:abc");
    }

    #[test]
    fn dummies_and_open_items_have_their_content_and_a_number() {
        let mut counter = Occurrences::default().counter();
        let first = counter.key(&item("0000000000", "Café"), true);
        let second = counter.key(&item("0000000000", "Café"), true);
        let other = counter.key(&item("0000000000", "Pão"), true);
        let open = counter.key(&item("9999999", "Café"), false);
        assert!(first.starts_with("old:") && first.ends_with(":1"));
        assert_eq!(second, first.replace(":1", ":2"));
        assert!(other.ends_with(":1") && other != first);
        assert!(open.starts_with("open:") && open.ends_with(":1"));
    }

    #[test]
    fn an_open_item_keeps_its_key_when_its_provisional_id_changes() {
        let key = |id| Occurrences::default().counter().key(&item(id, "Café"), false);
        assert_eq!(key("1"), key("2"));
    }

    #[test]
    fn numbers_go_on_over_pages() {
        let mut first = Occurrences::default().counter();
        let one = first.key(&item("0", "Café"), true);
        let kept: Occurrences = serde_json::from_str(&serde_json::to_string(&first.remember()).unwrap()).unwrap();
        let two = kept.counter().key(&item("0", "Café"), true);
        assert_eq!(two, one.replace(":1", ":2"));
    }

    #[test]
    fn a_steady_id_is_the_key_unless_it_is_none() {
        let mut counter = Occurrences::default().counter();
        let parts = |text: &str| [text.to_owned()];
        assert_eq!(counter.steady_key(Some("a"), &parts("Tênis 1/3")), "id:a");
        assert_eq!(counter.steady_key(Some("a"), &parts("Tênis 1/3")), "id:a");
        let second = counter.steady_key(Some("a"), &parts("Tênis 2/3"));
        assert!(second.starts_with("old:") && second.ends_with(":1"));
        let none = counter.steady_key(None, &parts("Café"));
        assert_eq!(counter.steady_key(Some("0000000000"), &parts("Café")), none.replace(":1", ":2"));
    }

    #[test]
    fn memory_is_bounded() {
        let mut counter = Occurrences::default().counter();
        for n in 0..1000 {
            counter.key(&item("0", &n.to_string()), true);
        }
        assert_eq!(counter.remember().0.len(), REMEMBERED);
    }
}
