//! The document against the router, and against itself.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template as _;
use serde_json::Value;
use vinculo_domain::EventCode;

use super::document;
use super::document::{NOTHING, OLDER};
use super::shape::{Kind, Takes};
use super::table;

fn the_document() -> Value {
    document("http://127.0.0.1:8080")
}

/// The addresses that the router of the API knows, as its debug text lists them.
fn routed() -> BTreeSet<String> {
    let text = format!("{:?}", crate::api::router());
    let quoted = text.split('"').filter(|part| part.starts_with('/') && part.len() > 1 && !part.contains("{*"));
    quoted.map(|path| format!("{path}/")).collect()
}

#[test]
fn every_route_is_in_the_document_and_the_other_way_round() {
    let routed = routed();
    assert!(routed.len() > 50, "the router no longer shows its routes: {routed:?}");
    let document = the_document();
    let described: BTreeSet<String> = document["paths"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(routed.difference(&described).collect::<Vec<_>>(), Vec::<&String>::new(), "not described");
    assert_eq!(described.difference(&routed).collect::<Vec<_>>(), Vec::<&String>::new(), "not routed");
}

#[test]
fn nothing_else_below_api_is_served_but_the_way_back_from_the_bank() {
    let text = format!("{:?}{:?}{:?}", crate::widget::router(), crate::portal::router(), crate::demo::router());
    let below: BTreeSet<&str> = text.split('"').filter(|part| part.starts_with("/api")).collect();
    assert!(below.iter().all(|path| path.starts_with("/api/consents/callback")), "{below:?}");
}

/// Walks over everything.
fn walk(value: &Value, see: &mut impl FnMut(&Value)) {
    see(value);
    match value {
        Value::Object(object) => object.values().for_each(|inner| walk(inner, see)),
        Value::Array(items) => items.iter().for_each(|inner| walk(inner, see)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    let document = the_document();
    let mut named = BTreeSet::new();
    walk(&document, &mut |value| {
        if let Some(address) = value["$ref"].as_str() {
            let pointer = address.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{address}");
            named.insert(pointer.rsplit('/').next().unwrap().to_owned());
        }
    });
    // Examples are made for every record in all shapes, whether an address answers with that shape or not.
    for kind in ["schemas", "parameters", "headers", "responses"] {
        let all = document["components"][kind].as_object().unwrap();
        let unused: Vec<_> = all.keys().filter(|name| !named.contains(*name)).collect();
        assert!(unused.is_empty(), "{kind}: {unused:?}");
    }
}

#[test]
fn names_of_operations_are_unique() {
    let mut seen = BTreeMap::new();
    walk(&the_document(), &mut |value| {
        if let Some(id) = value["operationId"].as_str() {
            *seen.entry(id.to_owned()).or_insert(0) += 1;
        }
    });
    assert!(seen.len() > 90, "{}", seen.len());
    let twice: Vec<_> = seen.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn every_key_of_a_record_is_described_in_words() {
    let document = the_document();
    for name in
        ["Account", "Balance", "Transaction", "Investment", "InvestmentTransaction", "Exchange", "ExchangeEvent"]
    {
        let schema = &document["components"]["schemas"][name];
        let properties = schema["properties"].as_object().unwrap();
        assert!(properties.len() > 8, "{name}");
        for (key, property) in properties {
            let spliced = matches!(key.as_str(), "account" | "investment");
            assert!(spliced || property["description"].is_string(), "{name}.{key}");
        }
    }
    let account = &document["components"]["schemas"]["Transaction"]["properties"]["account"];
    assert_eq!(account["anyOf"][0]["$ref"], "#/components/schemas/Account");
}

#[test]
fn filters_stand_for_their_operators() {
    let transactions = table::paths().find(|path| path.path == "/api/transactions/").unwrap();
    let filters = transactions.operations[0].filters;
    let amount = filters.iter().find(|filter| filter.name == "amount").unwrap();
    assert_eq!(amount.kind, Kind::Money);
    let names: Vec<String> = amount.parameters().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["amount", "amount__gt", "amount__gte", "amount__lt", "amount__lte", "amount__range"]);
    assert_eq!(amount.parameters().last().unwrap().1, Takes::Two);
}

#[test]
fn the_page_and_the_prose_name_every_operation_and_let_nothing_in() {
    let document = the_document();
    let page = render(&document);
    let prose = super::llms::render(&document);
    for (path, item) in document["paths"].as_object().unwrap() {
        assert!(page.contains(&format!("<code>{path}</code>")), "{path}");
        let wanted = item.as_object().unwrap().values().any(|verb| {
            let tag = verb["tags"][0].as_str().unwrap_or(NOTHING);
            verb["deprecated"] != true && tag != NOTHING && tag != OLDER
        });
        assert_eq!(prose.contains(&format!("{path}`:")), wanted, "{path}");
    }
    for hook in document["webhooks"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("webhook_{hook}")) && prose.contains(&format!("`{hook}`")), "{hook}");
    }
    for parameter in document["paths"]["/api/transactions/"]["get"]["parameters"].as_array().unwrap() {
        let name = parameter["name"].as_str().unwrap_or("page_size");
        assert!(page.contains(&format!("<code>{name}</code>")), "{name}");
    }
    assert!(page.contains("/api/transactions/sync/?link=") && page.contains("/api/bills/?link="));
    assert!(!page.contains("/api/links/?link="), "a link is named only where it must be");
    assert!(!page.contains("<script") && !page.contains("http-equiv") && page.contains("nonce=\"n0nce\""));
    let hostile = render(&document_of("<img src=x onerror=alert(1)>"));
    assert!(!hostile.contains("<img"));
}

#[test]
fn links_of_the_page_lead_somewhere() {
    let page = render(&the_document());
    let anchors: BTreeSet<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let links: BTreeSet<&str> = page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() > 40, "{}", links.len());
    assert_eq!(links.difference(&anchors).collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn every_event_that_is_ever_told_is_described() {
    // Words of the reference for what open finance links never do.
    let never = [EventCode::TokenRequired];
    let mut described = BTreeSet::new();
    for hook in the_document()["webhooks"].as_object().unwrap().values() {
        let schema = &hook["post"]["requestBody"]["content"]["application/json"]["schema"];
        let codes = schema["properties"]["webhook_code"]["enum"].as_array().unwrap();
        described.extend(codes.iter().map(|code| code.as_str().unwrap().to_owned()));
    }
    for code in EventCode::all() {
        assert_eq!(described.contains(code.as_str()), !never.contains(&code), "{}", code.as_str());
    }
}

/// The names that the lists' code reads, by address: what stands in quotes after the readers of filters.
#[test]
fn every_filter_that_a_list_reads_is_in_the_table() {
    let lists = [
        ("accounts", "/api/accounts/"),
        ("balances", "/api/br/balances/"),
        ("bills", "/api/bills/"),
        ("consents", "/api/consents/"),
        ("exchanges", "/api/br/exchanges/"),
        ("institutions", "/api/institutions/"),
        ("investment_transactions", "/api/br/investment-transactions/"),
        ("investments", "/api/br/investments/"),
        ("links", "/api/links/"),
        ("owners", "/api/owners/"),
        ("transactions", "/api/transactions/"),
        ("widget_sessions", "/api/widget-sessions/"),
        ("webhooks", "/api/webhooks/{id}/deliveries/"),
    ];
    let document = the_document();
    let mut seen = 0;
    for (folder, path) in lists {
        let file = if folder == "webhooks" { "deliveries" } else { "list" };
        let source = format!("{}/src/api/{folder}/{file}.rs", env!("CARGO_MANIFEST_DIR"));
        let source = std::fs::read_to_string(source).unwrap();
        let parameters = document["paths"][path]["get"]["parameters"].as_array().unwrap();
        let known: BTreeSet<&str> = parameters.iter().filter_map(|parameter| parameter["name"].as_str()).collect();
        for call in source.split("filters.").skip(1) {
            let (reader, rest) = call.split_once('(').unwrap();
            let reader = reader.split("::").next().unwrap();
            let suffixes: &[&str] = match reader {
                "one" | "many" => &[""],
                "one_of" => &["", "__in"],
                "compare" | "instants" => &["", "__gt", "__gte", "__lt", "__lte", "__range"],
                _ => continue,
            };
            let name = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()).unwrap();
            for suffix in suffixes {
                let name = format!("{name}{suffix}");
                assert!(known.contains(name.as_str()), "{path} reads {name}, which is not described");
                seen += 1;
            }
        }
    }
    assert!(seen > 150, "{seen}");
}

fn render(document: &Value) -> String {
    super::page::Page::new(document, "n0nce").render().unwrap()
}

fn document_of(url: &str) -> Value {
    document(url)
}
