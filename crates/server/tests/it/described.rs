//! Our own document, and whether answers are as it says. Every answer that a test's client gets from the API passes here.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::client::Answer;

static DOCUMENT: OnceCell<Arc<Value>> = OnceCell::const_new();
static LOOSE: OnceCell<Arc<Value>> = OnceCell::const_new();
static MADE_UP: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// What is stored as the bank's connector wrote it.
const RECORDS: [&str; 9] = [
    "Account",
    "Balance",
    "Bill",
    "Exchange",
    "ExchangeEvent",
    "Investment",
    "InvestmentTransaction",
    "Owner",
    "Transaction",
];

/// The document as a process serves it, changed so that a key that it does not know is a fault.
pub(crate) async fn document(base: &str) -> Arc<Value> {
    let read = || async {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut document = http.get(format!("{base}/openapi.json")).send().await.unwrap().json().await.unwrap();
        close(&mut document, false);
        open_parts(&mut document);
        Arc::new(document)
    };
    DOCUMENT.get_or_init(read).await.clone()
}

/// Names the process at an address as one whose records a test made up: they are not looked into.
pub(crate) fn made_up(base: &str) {
    MADE_UP.lock().unwrap().insert(base.to_owned());
}

/// The document with records of which nothing is asked.
async fn loose(base: &str) -> Arc<Value> {
    let document = document(base).await;
    let make = || async move {
        let mut document = (*document).clone();
        for name in RECORDS {
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
            document["components"]["schemas"][name] = json!({});
        }
        Arc::new(document)
    };
    LOOSE.get_or_init(make).await.clone()
}

/// Makes every object of a schema complete.
fn close(value: &mut Value, part: bool) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| close(item, false)),
        Value::Object(object) => {
            let is_schema = object.get("properties").is_some_and(Value::is_object) || object.contains_key("allOf");
            if is_schema && !part {
                object.insert("unevaluatedProperties".to_owned(), false.into());
            }
            for (key, inner) in object.iter_mut().filter(|(key, _)| !matches!(key.as_str(), "example" | "examples")) {
                match (key.as_str(), &mut *inner) {
                    ("allOf" | "anyOf", Value::Array(parts)) => {
                        parts.iter_mut().for_each(|one| close(one, is_schema || part))
                    }
                    _ => close(inner, false),
                }
            }
        }
        _ => {}
    }
}

/// What is a part of a whole does not know the whole's other keys.
fn open_parts(document: &mut Value) {
    let owner = &document["components"]["schemas"]["Owner"]["allOf"][1]["anyOf"];
    let parts: Vec<String> =
        owner.as_array().unwrap().iter().filter_map(|part| part["$ref"].as_str()).map(str::to_owned).collect();
    assert_eq!(parts.len(), 2, "{owner}");
    for part in parts {
        let part = document.pointer_mut(part.trim_start_matches('#')).unwrap();
        part.as_object_mut().unwrap().remove("unevaluatedProperties");
    }
}

/// Fails when an answer of the API is not as the document says.
pub(crate) async fn check(method: &Method, url: &reqwest::Url, answer: &Answer) {
    let api = ["/api", "/investments"].iter().any(|root| url.path().starts_with(root));
    if !api || matches!(*method, Method::HEAD | Method::OPTIONS) {
        return;
    }
    // Where the browser comes back from the bank.
    if url.path().trim_end_matches('/') == "/api/consents/callback" {
        return;
    }
    let base = url.origin().ascii_serialization();
    let known = MADE_UP.lock().unwrap().contains(&base);
    let document = if known { loose(&base).await } else { document(&base).await };
    let Some(path) = template(&document, url.path()) else { return };
    let said = format!("{method} {} {}", url.path(), answer.status);
    assert_eq!(answer.header("x-request-id").len(), 32, "{said}");
    let verb = method.as_str().to_ascii_lowercase();
    if document["paths"][&path][&verb].is_null() {
        assert_eq!(answer.status, 405, "{said}");
        assert!(!answer.header("allow").is_empty(), "{said}: no Allow");
        return;
    }
    let selects = url.query_pairs().any(|(name, _)| matches!(name.trim_end_matches("[]"), "fields" | "omit"));
    let wrong = faults(&document, &path, &verb, answer, selects && answer.status.is_success());
    assert!(wrong.is_empty(), "{said} is not as described: {wrong:#?}\n{}", answer.text);
}

/// The address of the document that an address of a request is one of.
fn template(document: &Value, path: &str) -> Option<String> {
    let asked: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let fits = |known: &str| {
        let parts: Vec<&str> = known.split('/').filter(|part| !part.is_empty()).collect();
        parts.len() == asked.len() && parts.iter().zip(&asked).all(|(part, asked)| part == asked || *part == "{id}")
    };
    // What is spelled out goes before `{id}`.
    let mut found: Vec<&String> = document["paths"].as_object()?.keys().filter(|known| fits(known)).collect();
    found.sort_by_key(|known| known.matches("{id}").count());
    found.first().map(|path| (*path).clone())
}

fn faults(document: &Value, path: &str, verb: &str, answer: &Answer, partial: bool) -> Vec<String> {
    let place = format!("/paths/{}/{verb}/responses/{}", path.replace('/', "~1"), answer.status.as_u16());
    let Some(mut response) = document.pointer(&place) else { return vec!["the status is not described".to_owned()] };
    let mut place = place;
    if let Some(reference) = response["$ref"].as_str() {
        place = reference.trim_start_matches('#').to_owned();
        response = document.pointer(&place).unwrap();
    }
    let content = &response["content"]["application/json"];
    if content.is_null() {
        return if answer.text.is_empty() { Vec::new() } else { vec!["no body is described".to_owned()] };
    }
    if answer.header("content-type") != "application/json" {
        return vec![format!("its type is {}", answer.header("content-type"))];
    }
    if partial {
        return Vec::new();
    }
    invalid(document, &format!("{place}/content/application~1json/schema"), &answer.json())
}

/// What is wrong with a value, by the schema at a place of the document.
pub(crate) fn invalid(document: &Value, place: &str, value: &Value) -> Vec<String> {
    let strict = document["components"]["schemas"]["Account"] != json!({});
    let key = format!("{strict} {place}");
    let known = VALIDATORS.lock().unwrap().get(&key).cloned();
    let validator = known.unwrap_or_else(|| {
        let made = Arc::new(validator(document, place));
        VALIDATORS.lock().unwrap().insert(key, made.clone());
        made
    });
    let told = |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
    validator.iter_errors(value).map(told).collect()
}

/// The validator of the schema at a place of the document.
fn validator(document: &Value, place: &str) -> Validator {
    let mut whole = document.clone();
    whole["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    let place = place.replace('{', "%7B").replace('}', "%7D");
    whole["$ref"] = json!(format!("#{place}"));
    jsonschema::options().should_validate_formats(true).build(&whole).unwrap()
}
