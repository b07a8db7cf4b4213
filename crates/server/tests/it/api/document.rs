//! The document as it is served, held against what the API does.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::described::invalid;
use crate::world::each;

/// Nonsense for every kind of value that a filter takes.
const NONSENSE: &str = "%01";

#[tokio::test]
async fn it_is_served_to_everyone_with_the_address_of_the_process() {
    each(async |world| {
        let anyone = world.client.with(None);
        let answer = anyone.get("/openapi.json").await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
        let document = answer.json();
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document["servers"][0]["url"], world.client.base.as_str());
        let page = anyone.get("/docs/").await;
        assert!(page.status == 200 && page.header("content-type").starts_with("text/html"));
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(anyone.get("/docs").await.status, 308);
        let prose = anyone.get("/llms.txt").await;
        assert!(prose.header("content-type").starts_with("text/plain") && prose.text.starts_with("# Vínculo"));
    })
    .await;
}

#[tokio::test]
async fn every_address_has_the_verbs_of_the_document_and_no_others() {
    each(async |world| {
        let document = world.client.get("/openapi.json").await.json();
        for (path, item) in document["paths"].as_object().unwrap() {
            let path = path.replace("{id}", "0d3ffb69-f83b-456e-ad8e-208d0998d71d");
            let answer = crate::client::Answer::of(world.client.request("OPTIONS", &path)).await;
            let allowed: BTreeSet<String> =
                answer.header("allow").split(',').map(|verb| verb.trim().to_ascii_lowercase()).collect();
            let mut described: BTreeSet<String> = item.as_object().unwrap().keys().cloned().collect();
            described.remove("parameters");
            if described.contains("get") {
                described.insert("head".to_owned());
            }
            assert_eq!(allowed, described, "{path}");
        }
    })
    .await;
}

/// The name of a parameter, which may stand in another place.
fn name<'a>(document: &'a Value, parameter: &'a Value) -> &'a str {
    let place = parameter["$ref"].as_str().map(|address| address.trim_start_matches('#'));
    place.and_then(|place| document.pointer(place)).unwrap_or(parameter)["name"].as_str().unwrap()
}

#[tokio::test]
async fn every_parameter_of_the_document_is_read() {
    each(async |world| {
        let link = world.link().await;
        let document = world.client.get("/openapi.json").await.json();
        let mut tried = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for parameter in item["get"]["parameters"].as_array().into_iter().flatten() {
                let name = name(&document, parameter);
                if path.contains("{id}") || matches!(name, "fields" | "omit") {
                    continue;
                }
                let known = if name == "link" { String::new() } else { format!("link={link}&") };
                let answer = world.client.get(&format!("{path}?{known}{name}={NONSENSE}")).await;
                let said = answer.refused();
                assert!(said.starts_with("400 ") && said.contains(&format!("{name}=")), "{path} {name}: {said}");
                tried += 1;
            }
        }
        assert!(tried > 150, "{tried}");
    })
    .await;
}

#[tokio::test]
async fn every_word_of_a_choice_is_taken() {
    each(async |world| {
        let link = world.link().await;
        let document = world.client.get("/openapi.json").await.json();
        for (path, item) in document["paths"].as_object().unwrap() {
            // What is below one record is tested where there is one.
            if path.contains("{id}") {
                continue;
            }
            for parameter in item["get"]["parameters"].as_array().into_iter().flatten() {
                let name = name(&document, parameter);
                for word in parameter["schema"]["enum"].as_array().into_iter().flatten() {
                    let word = word.as_str().unwrap();
                    let answer = world.client.get(&format!("{path}?link={link}&{name}={word}")).await;
                    assert_eq!(answer.status, 200, "{path} {name}={word}: {}", answer.text);
                }
            }
        }
    })
    .await;
}

/// The official schema lies beside: `schemas/v3.1/schema.json` of OAI/OpenAPI-Specification, 2022-10-07, Apache-2.0.
#[tokio::test]
async fn it_is_an_openapi_document_by_the_official_schema() {
    each(async |world| {
        let document = world.client.get("/openapi.json").await.json();
        let official: Value = serde_json::from_str(include_str!("openapi-3.1.json")).unwrap();
        let official = jsonschema::validator_for(&official).unwrap();
        let wrong: Vec<String> =
            official.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        let mut spoilt = document.clone();
        spoilt["paths"]["/api/links/"]["get"]["parameters"][0]["in"] = "nowhere".into();
        assert!(!official.is_valid(&spoilt), "it does not see anything");
    })
    .await;
}

#[tokio::test]
async fn every_schema_is_one_and_every_example_fits() {
    each(async |world| {
        let document = crate::described::document(&world.client.base).await;
        let components = &document["components"];
        for (name, schema) in components["schemas"].as_object().unwrap() {
            assert!(jsonschema::meta::is_valid(schema), "{name}");
            let Some(example) = components["examples"].get(name) else { continue };
            let wrong = invalid(&document, &format!("/components/schemas/{name}"), &example["value"]);
            assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        }
        let mut bodies = 0;
        for root in ["paths", "webhooks"] {
            for (path, item) in document[root].as_object().unwrap() {
                for (verb, operation) in item.as_object().unwrap() {
                    let content = &operation["requestBody"]["content"]["application/json"];
                    let place = format!(
                        "/{root}/{}/{verb}/requestBody/content/application~1json/schema",
                        path.replace('/', "~1")
                    );
                    if content["example"].is_null() {
                        continue;
                    }
                    let wrong = invalid(&document, &place, &content["example"]);
                    assert!(wrong.is_empty(), "{verb} {path}: {wrong:#?}");
                    bodies += 1;
                }
            }
        }
        assert!(bodies > 30, "{bodies}");
    })
    .await;
}

#[tokio::test]
async fn answers_that_other_tests_seldom_meet_are_as_described() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let own = format!("/api/links/{}/", link.id);
        let refresh = format!("{own}refresh/");
        let body = json!({});
        // The client holds each against the document.
        for (verb, path, body, status) in [
            ("PATCH", "/api/links/", json!({}), 400),
            ("PUT", own.as_str(), json!({}), 200),
            ("PATCH", own.as_str(), json!({"access_mode": "x"}), 400),
            ("POST", refresh.as_str(), body.clone(), 202),
            ("POST", refresh.as_str(), body.clone(), 409),
            ("POST", "/api/invoices/", body.clone(), 400),
            ("PATCH", "/api/invoices/", body.clone(), 400),
            ("PUT", "/api/invoices/", body.clone(), 405),
            ("POST", "/api/br/investments/", json!({"link": link.id}), 400),
            ("POST", "/api/token/", json!({"scopes": "x".repeat(2_000_000)}), 413),
        ] {
            let answer = world.client.send(verb, path, &body).await;
            assert_eq!(answer.status, status, "{verb} {path}: {}", answer.text);
        }
    })
    .await;
}
