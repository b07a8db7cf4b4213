//! Bad values in good places.

use proptest::prelude::*;
use serde_json::{Value, json};

/// Takes a good JSON text and puts anything into up to four of its places.
pub(super) fn spoilt(good: &'static str) -> impl Strategy<Value = String> {
    let anything = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,40}".prop_map(Value::from),
        "[0-9]{1,30}(\\.[0-9]{1,30})?".prop_map(Value::from),
        "-?[0-9]{4,6}-[0-9]{2}-[0-9]{2}(T[0-9:.]{8,14}Z)?".prop_map(Value::from),
        Just(json!([])),
        Just(json!([null])),
        Just(json!({"a": {"b": []}})),
    ];
    proptest::collection::vec((any::<prop::sample::Index>(), anything), 1..4).prop_map(move |changes| {
        let mut value: Value = serde_json::from_str(good).unwrap_or_default();
        for (index, new) in changes {
            let places = places(&value, String::new());
            if let Some(place) = value.pointer_mut(&places[index.index(places.len())]) {
                *place = new;
            }
        }
        value.to_string()
    })
}

/// Lists the pointers to everything inside `value`.
fn places(value: &Value, at: String) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(key, inner)| (format!("{at}/{key}"), inner)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, inner)| (format!("{at}/{n}"), inner)).collect(),
        _ => Vec::new(),
    };
    let deeper = inner.into_iter().flat_map(|(at, inner)| places(inner, at));
    std::iter::once(at.clone()).chain(deeper).collect()
}
