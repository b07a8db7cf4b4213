//! Examples: what the sandbox's people have, as the API served it. A test holds each against its schema.

use serde_json::{Map, Value, json};

macro_rules! files {
    ($($name:ident)*) => {
        [$((stringify!($name), include_str!(concat!("examples/", stringify!($name), ".json"))),)*]
    };
}

/// Names of schemas, with one record of each.
const RECORDS: [(&str, &str); 22] = files! {
    Accepted Account Balance Bill Consent ConsentChange Delivery Exchange ExchangeEvent Institution Investment
    InvestmentTransaction Link Owner Probe Quota Replay Token Transaction TransactionChanges Webhook WidgetSession
};

/// Whether there is an example of a schema.
pub(super) fn has(name: &str) -> bool {
    RECORDS.iter().any(|(known, _)| *known == name)
}

/// All examples, by name: a record, a page with it and a bare list of it.
pub(super) fn components() -> Map<String, Value> {
    let mut all = Map::new();
    for (name, text) in RECORDS {
        let record: Value = serde_json::from_str(text).unwrap_or_default();
        let page = json!({"count": 1, "next": null, "previous": null, "results": [record]});
        all.insert(format!("{name}Page"), json!({"value": page}));
        all.insert(format!("{name}List"), json!({"value": [record]}));
        all.insert(name.to_owned(), json!({"value": record}));
    }
    all
}
