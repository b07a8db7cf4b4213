//! The schemas of the document, made from the types that are served.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use vinculo_domain::model::{
    Account, Balance, Bill, Exchange, ExchangeEvent, Investment, InvestmentTransaction, Owner, Transaction,
};

use super::views;

/// Where schemas stand in the document.
const PLACE: &str = "/components/schemas";

/// Makes all schemas, by name.
pub(super) fn all() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.definitions_path = PLACE.into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut schemas = Map::new();
    add::<Account>(&mut generator, &mut schemas, "Account");
    add::<Balance>(&mut generator, &mut schemas, "Balance");
    add::<Bill>(&mut generator, &mut schemas, "Bill");
    add::<Transaction>(&mut generator, &mut schemas, "Transaction");
    add::<Owner>(&mut generator, &mut schemas, "Owner");
    add::<Investment>(&mut generator, &mut schemas, "Investment");
    add::<InvestmentTransaction>(&mut generator, &mut schemas, "InvestmentTransaction");
    add::<Exchange>(&mut generator, &mut schemas, "Exchange");
    add::<ExchangeEvent>(&mut generator, &mut schemas, "ExchangeEvent");
    // What is put into stored texts when they are served.
    for name in ["Transaction", "Bill"] {
        splice(&mut schemas, name, "account", json!({"anyOf": [reference("Account"), {"type": "null"}]}));
    }
    splice(&mut schemas, "InvestmentTransaction", "investment", reference("Investment"));
    views::add(&mut schemas);
    for (name, mut schema) in generator.take_definitions(true) {
        tidy(&mut schema);
        schemas.entry(name).or_insert(schema);
    }
    schemas.values_mut().for_each(tidy);
    schemas.sort_keys();
    schemas
}

/// A reference to a schema.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#{PLACE}/{name}") })
}

fn add<T: JsonSchema>(generator: &mut SchemaGenerator, schemas: &mut Map<String, Value>, name: &str) {
    let schema: Schema = T::json_schema(generator);
    schemas.insert(name.to_owned(), schema.to_value());
}

fn splice(schemas: &mut Map<String, Value>, schema: &str, key: &str, inner: Value) {
    let Some(schema) = schemas.get_mut(schema) else { return };
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(key.to_owned(), inner);
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.push(key.into());
    }
}

/// Makes what was derived easier to read: words as one `enum`, and no sizes of integers, which say nothing in JSON.
fn tidy(schema: &mut Value) {
    if let Value::Array(items) = schema {
        return items.iter_mut().for_each(tidy);
    }
    let Value::Object(object) = schema else { return };
    if let Some(words) = object.get("oneOf").and_then(Value::as_array).and_then(|all| words(all)) {
        object.shift_remove("oneOf");
        object.insert("type".to_owned(), "string".into());
        object.insert("enum".to_owned(), words);
    }
    let sized = ["uint", "int", "uint8", "uint16", "uint32", "uint64", "int32", "int64", "float", "double"];
    if object.get("format").and_then(Value::as_str).is_some_and(|format| sized.contains(&format)) {
        object.shift_remove("format");
    }
    object.shift_remove("title");
    // Comments of the code name other types by links.
    if let Some(Value::String(text)) = object.get_mut("description") {
        *text = text.replace("[`", "`").replace("`]", "`");
    }
    object.values_mut().for_each(tidy);
}

/// The constants of alternatives that are nothing but constants.
fn words(alternatives: &[Value]) -> Option<Value> {
    let mut all = Vec::new();
    for alternative in alternatives {
        match (alternative.get("const"), alternative.get("enum").and_then(Value::as_array)) {
            (Some(word), _) if word.is_string() => all.push(word.clone()),
            (None, Some(words)) if words.iter().all(Value::is_string) => all.extend(words.iter().cloned()),
            _ => return None,
        }
    }
    Some(Value::Array(all))
}
