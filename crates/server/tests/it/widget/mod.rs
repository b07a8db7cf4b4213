//! The widget by plain HTTP, with a clock that is moved and a bank that does not answer.

mod callback;
mod endings;
mod headers;
mod opening;
mod steps;
mod targets;

use serde_json::{Value, json};
use vinculo_testkit::{Form, form};

use crate::client::Answer;
use crate::world::{CPF, World};

/// The body of a token request, with callbacks of an app.
fn body() -> Value {
    json!({
        "scopes": "read_institutions,write_links,read_consents,write_consents,write_consent_callback,delete_consents",
        "stale_in": "300d",
        "fetch_resources": ["ACCOUNTS", "TRANSACTIONS", "OWNERS"],
        "widget": {
            "openfinance_feature": "consent_link_creation",
            "callback_urls": {"success": "app://success", "exit": "app://exit?from=bank", "event": "app://event"},
            "consent": {
                "purpose": "Crédito sob medida.",
                "terms_and_conditions_url": "https://acme.example/termos",
                "permissions": ["REGISTER", "ACCOUNTS", "CREDIT_CARDS", "CREDIT_OPERATIONS"],
                "identification_info": [{"type": "CPF", "number": CPF, "name": "Ralph Bragg"}],
            },
            "branding": {
                "company_icon": "https://acme.example/icon.svg",
                "company_logo": "https://acme.example/logo.svg",
                "company_name": "ACME",
                "company_terms_url": "https://acme.example/termos",
            },
        },
    })
}

async fn token(world: &World, body: &Value) -> String {
    let answer = world.client.post("/api/token/", body).await.ok();
    answer["access"].as_str().unwrap().to_owned()
}

/// Opens the widget and returns the address of the session.
async fn open(world: &World, body: &Value, more: &str) -> String {
    let access = token(world, body).await;
    let answer = browse(world, &format!("/?access_token={access}&locale=pt{more}")).await;
    session_of(&answer)
}

/// What a browser gets, which has no keys and follows no redirect here.
async fn browse(world: &World, path: &str) -> Answer {
    world.client.with(None).get(path).await
}

/// Follows a redirect by 303.
async fn follow(world: &World, answer: &Answer) -> Answer {
    assert_eq!(answer.status, 303, "{}", answer.text);
    browse(world, answer.header("location")).await
}

/// Returns `/widget/s/<session>` of an answer that leads into a session.
fn session_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.header("location").rsplit_once('/').unwrap().0.to_owned()
}

fn step(page: &str) -> &str {
    vinculo_testkit::text_between(page, "data-step=\"", "\"").unwrap_or_default()
}

/// Submits the form of a page that holds `marker`.
async fn submit(world: &World, page: &Answer, marker: &str, fill: impl FnOnce(Form) -> Form) -> Answer {
    let form = fill(form(&page.text, marker).unwrap_or_else(|| panic!("no {marker} in {}", page.text)));
    post(world, &form.action, &form.fields).await
}

async fn post(world: &World, path: &str, fields: &[(String, String)]) -> Answer {
    Answer::of(world.client.with(None).request("POST", path).form(fields)).await
}

fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Leads a fresh session to the consent.
async fn at_consent(world: &World, session: &str) -> Answer {
    let start = browse(world, &format!("{session}/start")).await;
    let list = follow(world, &submit(world, &start, "id=\"step-form\"", |form| form).await).await;
    let mark = "data-institution=\"ofmockbank_br_retail\"";
    let chosen = submit(world, &list, mark, |form| form.set("institution", "ofmockbank_br_retail")).await;
    follow(world, &chosen).await
}
