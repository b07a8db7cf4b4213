//! Wherever a page or a redirect can lead: our own addresses, and what the token says. Nothing else, whatever is asked for.

use std::collections::BTreeSet;

use reqwest::header::{HeaderName, HeaderValue};

use super::{at_consent, body, browse, fields, follow, open, submit, token};
use crate::client::Answer;
use crate::world::{World, each};

/// Names under which pages elsewhere take an address to go to.
const NAMES: [&str; 17] = [
    "success",
    "exit",
    "event",
    "callback_urls",
    "callback_urls[success]",
    "callback",
    "redirect_uri",
    "redirect_url",
    "redirect",
    "return_to",
    "next",
    "url",
    "continue",
    "application_link",
    "company_terms_url",
    "terms_and_conditions_url",
    "resume_url",
];
const EVIL: [&str; 4] =
    ["https://evil.example/x", "//evil.example", "evil.example://x", "javascript:location='//evil.example'"];

/// Every address with a host or scheme of its own in what came: headers, links, forms, scripts.
fn leads(answer: &Answer) -> BTreeSet<String> {
    let location = answer.header("location");
    let text = format!("\"{location}\" {}", answer.text).replace("&#38;", "&").replace("\\u0026", "&");
    let ends = |c: char| c.is_whitespace() || "\"'<>`)".contains(c);
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("://") {
        let begin = text[..at].rfind(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)).map_or(0, |i| i + 1);
        let rest = &text[begin..];
        found.insert(rest[..rest.find(ends).unwrap_or(rest.len())].to_owned());
    }
    found
}

/// Where the token of these tests lets people go: its callbacks and pages; our own addresses; the name of a format; and the
/// directory's picture of the bank, which is shown and leads nobody.
fn allowed(world: &World, lead: &str) -> bool {
    let own = world.client.base.as_str();
    let named = ["app://success", "app://exit?from=bank", "app://event", "https://acme.example/"];
    let shown = ["http://www.w3.org/2000/svg", "https://bank.example/logo.svg"];
    lead.starts_with(own) || named.iter().any(|named| lead.starts_with(named)) || shown.contains(&lead)
}

fn check(world: &World, what: &str, answer: &Answer) {
    assert!(answer.status.as_u16() < 500, "{what}: {}", answer.status);
    assert!(!answer.text.contains("evil.example"), "{what}: {}", answer.text);
    let foreign: Vec<String> = leads(answer).into_iter().filter(|lead| !allowed(world, lead)).collect();
    assert!(foreign.is_empty(), "{what}: {foreign:?}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{what}: no address of a session goes along");
}

/// The same page, asked for with an address in every way that a request has.
async fn ask(world: &World, path: &str, evil: &str) {
    let glue = if path.contains('?') { '&' } else { '?' };
    let query: Vec<String> = NAMES.iter().map(|name| format!("{name}={}", evil.replace('\'', "%27"))).collect();
    let asked = format!("{path}{glue}{}", query.join("&"));
    check(world, &asked, &browse(world, &asked).await);
    for name in ["host", "x-forwarded-host", "x-forwarded-proto", "forwarded", "origin", "referer", "x-original-url"] {
        let client = world.client.with(None);
        let value = if name == "forwarded" { "host=evil.example".to_owned() } else { "evil.example".to_owned() };
        let header = (HeaderName::from_static(name), HeaderValue::from_str(&value).unwrap());
        let answer = Answer::of(client.request("GET", path).header(header.0, header.1)).await;
        check(world, &format!("{path} with {name}"), &answer);
    }
}

#[tokio::test]
async fn nobody_is_led_anywhere_but_where_the_token_says() {
    each(async |world| {
        let session = open(world, &body(), "").await;
        at_consent(world, &session).await;
        let failing = open(world, &body(), "").await;
        let consent = at_consent(world, &failing).await;
        let failed = submit(world, &consent, "id=\"step-form\"", |form| form).await;
        follow(world, &failed).await;
        let leaving = open(world, &body(), "").await;
        for evil in EVIL {
            let access = token(world, &body()).await;
            for path in [
                format!("/?access_token={access}"),
                "/?access_token=nonsense".to_owned(),
                format!("{session}/"),
                format!("{session}/start"),
                format!("{session}/institutions"),
                format!("{session}/consent"),
                format!("{failing}/failed"),
                format!("{leaving}/exit"),
                format!("{session}/status"),
                "/widget/s/nowhere/start".to_owned(),
                "/api/consents/callback/".to_owned(),
                "/portal/?access_token=nonsense".to_owned(),
            ] {
                ask(world, &path, evil).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_cannot_name_where_to_go() {
    each(async |world| {
        for evil in EVIL {
            let session = open(world, &body(), "").await;
            let extra: Vec<(String, String)> = NAMES.iter().flat_map(|name| fields(&[(name, evil)])).collect();
            let post = async |path: &str, more: &[(&str, &str)]| {
                let all: Vec<_> = fields(more).into_iter().chain(extra.clone()).collect();
                let answer = super::post(world, path, &all).await;
                check(world, path, &answer);
                answer
            };
            post(&format!("{session}/start"), &[]).await;
            post(&format!("{session}/institutions"), &[("institution", "ofmockbank_br_retail")]).await;
            post(&format!("{session}/institutions"), &[("institution", evil)]).await;
            let failed = post(&format!("{session}/consent"), &[("duration", "undefined")]).await;
            assert!(!failed.header("location").is_empty());
            post(&format!("{session}/failed"), &[("action", evil)]).await;
            post(&format!("{session}/exit"), &[("action", "confirm")]).await;
            let left = post(&format!("{session}/exit"), &[("action", "skip"), ("reason", evil)]).await;
            check(world, "the end", &follow(world, &left).await);
            post("/api/consents/callback/", &[("state", evil), ("code", evil), ("id_token", evil)]).await;
        }
    })
    .await;
}

#[test]
fn leads_are_found_wherever_they_hide() {
    let answer = |location: &str, text: &str| {
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert("location", location.parse().unwrap());
        Answer { status: reqwest::StatusCode::OK, headers, text: text.to_owned() }
    };
    let found =
        leads(&answer("myapp://a?b=c", "<a href='https://x.example/y'> url(http://z.example) \"s:\\u0026://q\""));
    for lead in ["myapp://a?b=c", "https://x.example/y", "http://z.example"] {
        assert!(found.contains(lead), "{found:?}");
    }
}
