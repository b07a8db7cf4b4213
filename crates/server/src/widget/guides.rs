//! The guides of `docs/webview/` promise addresses to people who write apps: what they say is what this program does.

use url::Url;
use vinculo_domain::{CallbackPolicy, CallbackUrl, Callbacks, ErrorCode, Warning};

use super::events::{self, Exit};

const GUIDES: [(&str, &str); 5] = [
    ("ios.md", include_str!("../../../../docs/webview/ios.md")),
    ("android.md", include_str!("../../../../docs/webview/android.md")),
    ("react-native.md", include_str!("../../../../docs/webview/react-native.md")),
    ("flutter.md", include_str!("../../../../docs/webview/flutter.md")),
    ("web.md", include_str!("../../../../docs/webview/web.md")),
];
const README: &str = include_str!("../../../../docs/webview/README.md");

/// The addresses that a document states: what an app does, and with which address.
fn rules(document: &str) -> Vec<(&str, &str)> {
    let block = document.split("```urls\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_default();
    block.lines().filter_map(|line| line.split_once(' ')).map(|(what, url)| (what, url.trim())).collect()
}

fn callbacks(base: &str) -> Callbacks {
    let url = |event: &str| CallbackUrl::parse(&format!("{base}{event}"), CallbackPolicy::Production).ok();
    Callbacks { success: url("success"), exit: url("exit"), event: url("event") }
}

/// Where this program goes for each of the four events, with the values of the documents.
fn stated(callbacks: &Callbacks) -> Vec<(&'static str, String)> {
    let link = "cb65f82c-dc93-4d3e-8270-9a27528397f5".parse().unwrap();
    let chosen = "ofmockbank_br_retail";
    let failed = Exit {
        error: Some(ErrorCode::InstitutionDown.into()),
        institution: Some(chosen.parse().unwrap()),
        at_start: false,
    };
    vec![
        ("success", events::success_url(callbacks, link, chosen)),
        ("exit", events::exit_url(callbacks, &Exit { at_start: true, ..Exit::default() })),
        ("exit", events::exit_url(callbacks, &failed)),
        ("error", events::error_url(callbacks, ErrorCode::AccessTokenNotValid)),
        ("warning", events::warning_url(callbacks, Warning::InstitutionDisabled)),
    ]
}

#[test]
fn every_guide_states_the_same_addresses() {
    let common = rules(README);
    assert!(common.len() >= 9, "{common:?}");
    for (name, guide) in GUIDES {
        let own = rules(guide);
        // A web site has web addresses where an app has its scheme.
        let as_app =
            |(what, url): (&str, &str)| (what.to_owned(), url.replace("https://app.example.com/connect/", "myapp://"));
        let app: Vec<_> = common.iter().copied().map(as_app).collect();
        let own: Vec<_> = own.into_iter().map(as_app).collect();
        assert_eq!(own, app, "{name}");
    }
}

#[test]
fn the_four_events_go_where_the_guides_say() {
    for (name, document) in GUIDES.into_iter().chain([("README.md", README)]) {
        let base = if name == "web.md" { "https://app.example.com/connect/" } else { "myapp://" };
        let stated = stated(&callbacks(base));
        let events: Vec<(&str, String)> = rules(document)
            .into_iter()
            .filter(|(what, _)| matches!(*what, "success" | "exit" | "error" | "warning"))
            .map(|(what, url)| (what, url.to_owned()))
            .collect();
        assert_eq!(events, stated, "{name}");
    }
}

#[test]
fn an_app_that_follows_the_rules_routes_every_address_right() {
    let widget = "widget.example.com";
    for (what, url) in rules(README) {
        let url = Url::parse(url).unwrap();
        let ours = url.scheme() == "myapp";
        let stays = url.scheme() == "https" && url.host_str() == Some(widget);
        let query: Vec<String> = url.query_pairs().map(|(key, _)| key.into_owned()).collect();
        let has = |key: &str| query.iter().any(|known| known == key);
        match what {
            "open" => assert!(stays && has("access_token") && url.path() == "/", "{url}"),
            "load" => {
                assert!(stays && (url.path().starts_with("/widget/s/") || url.path() == "/api/consents/callback/"))
            }
            "outside" => assert!(!stays && !ours, "{url}"),
            "resume" => {
                let address = url.query_pairs().find(|(key, _)| key == "resume_url").unwrap().1.into_owned();
                let resume = Url::parse(&address).unwrap();
                assert!(resume.scheme() == "https" && resume.host_str() == Some(widget), "{address}");
                let link = CallbackUrl::parse("https://app.example.com/back", CallbackPolicy::Production).unwrap();
                assert_eq!(url.as_str(), link.with(&[("session", "SESSION"), ("resume_url", &address)]));
            }
            // By the parameters, as the guides' code tells them apart.
            "success" => assert!(ours && has("link") && has("institution")),
            "exit" => assert!(ours && !has("link") && !has("error") && !has("warning")),
            "error" => assert!(ours && has("error") && has("error_message")),
            "warning" => assert!(ours && has("warning") && has("warning_message")),
            other => panic!("no such rule: {other}"),
        }
    }
}

#[test]
fn the_code_of_every_guide_keeps_the_rules() {
    for (name, guide) in GUIDES {
        for parameter in ["access_token", "locale", "mode", "warning"] {
            assert!(guide.contains(parameter), "{name} says nothing of {parameter}");
        }
        if name != "web.md" {
            assert!(guide.contains("resume_url"), "{name} does not come back by App2App");
            assert!(guide.contains("bank") && guide.contains("unaltered"), "{name} keeps the bank's pages inside");
        }
        assert!(guide.contains("## Traps"), "{name} names no trap");
    }
}
