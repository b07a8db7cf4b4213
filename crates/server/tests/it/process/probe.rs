//! `vinculo probe` and `vinculo registration` against the sandbox network.

use std::process::Output;

use serde_json::json;
use vinculo_testkit::App;

const RALPH: &str = "76109277673";
const STEPS: [&str; 14] = [
    "institution",
    "discovery",
    "client",
    "consent",
    "par",
    "authorization",
    "tokens",
    "consent status",
    "resources",
    "owners",
    "accounts",
    "credit",
    "balances",
    "transactions",
];

async fn start() -> App {
    App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap()
}

fn probe(app: &App, arguments: &[&str]) -> (bool, String) {
    let all: Vec<&str> = ["probe"].iter().chain(arguments).copied().collect();
    let Output { status, stdout, stderr } = app.command(&all).output().unwrap();
    (status.success(), String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
}

/// The steps that went well, in order.
fn good(said: &str) -> Vec<String> {
    let steps = said.lines().filter_map(|line| line.split("  ok    ").nth(1));
    steps.map(|rest| rest.split("  ").next().unwrap().trim().to_owned()).collect()
}

#[tokio::test]
async fn a_whole_journey_is_printed_and_its_consent_revoked() {
    let app = start().await;
    let (well, said) = probe(&app, &["ofmockbank_br_retail", "--cpf", RALPH]);
    assert!(well, "{said}");
    let steps: Vec<&str> = STEPS.into_iter().chain(["revoke"]).collect();
    assert_eq!(good(&said), steps, "{said}");
    assert!(said.contains("AUTHORISED") && said.contains("urn:mockbank:") && said.contains("2 accounts"), "{said}");
    assert!(!said.contains(RALPH), "nothing personal is printed: {said}");
    // The order to approve is used up: nobody else is let in by it.
    let outcomes = reqwest::get(format!("{}/sandbox/outcomes", app.bank_url)).await.unwrap().text().await.unwrap();
    assert_eq!(outcomes, "[]");
}

#[tokio::test]
async fn a_company_with_a_refreshed_token_and_a_consent_that_is_kept() {
    let app = start().await;
    let company = ["ofmockbank_br_business", "--cpf", "08116143018", "--cnpj", "5W685362006744"];
    let more = [
        "--permissions",
        "REGISTER,ACCOUNTS_READ,ACCOUNTS_BALANCES_READ",
        "--fetch",
        "owners,accounts",
        "--refresh",
        "--keep",
    ];
    let (well, said) = probe(&app, &[company.as_slice(), more.as_slice()].concat());
    assert!(well && said.contains("kept"), "{said}");
    assert_eq!(good(&said)[8..], ["refresh", "owners", "accounts"], "{said}");
}

#[tokio::test]
async fn without_a_running_network_one_is_started_for_the_journey() {
    let mut app = start().await;
    app.kill();
    let (well, said) = probe(&app, &["ofmockbank_br_retail", "--cpf", RALPH, "--fetch", "accounts"]);
    assert!(well && said.contains("starting one for this journey"), "{said}");
}

#[tokio::test]
async fn the_first_refusal_ends_it_with_its_reason() {
    let app = start().await;
    // Nobody with this CPF banks there.
    let (well, said) = probe(&app, &["ofmockbank_br_retail", "--cpf", "11144477735"]);
    assert!(!well && said.contains("access_denied"), "{said}");
    assert_eq!(good(&said).last().unwrap(), "revoke", "{said}");
    app.force(json!({"step": "consents:create", "kind": "status:500", "times": 1})).await;
    let (well, said) = probe(&app, &["ofmockbank_br_retail", "--cpf", RALPH]);
    assert!(!well && said.contains("FAIL  consent ") && said.contains("500"), "{said}");
    assert_eq!(good(&said), ["institution", "discovery", "client"], "{said}");
    let (well, said) = probe(&app, &["ofnobody_br_retail", "--cpf", RALPH]);
    assert!(!well && said.contains("no such institution"), "{said}");
    assert!(!probe(&app, &["ofmockbank_br_retail", "--cpf", "11144477736"]).0);
    assert!(!probe(&app, &["ofmockbank_br_retail", "--cpf", RALPH, "--permissions", "NONSENSE"]).0);
}

#[tokio::test]
async fn a_bank_that_breaks_the_protocol_hears_nothing_more() {
    let app = start().await;
    app.force(json!({"step": "token:authorization_code", "kind": "garbage", "times": 1})).await;
    let (well, said) = probe(&app, &["ofmockbank_br_retail", "--cpf", RALPH]);
    assert!(!well && said.contains("FAIL  tokens") && said.contains("silence"), "{said}");
    assert_eq!(good(&said).last().unwrap(), "authorization", "not revoked: {said}");
}

#[tokio::test]
async fn fresh_tokens_are_fetched_while_the_bank_says_401() {
    let app = start().await;
    app.force(json!({"step": "accounts", "kind": "status:401", "times": 2})).await;
    let (well, said) = probe(&app, &["ofmockbank_br_retail", "--cpf", RALPH, "--fetch", "accounts"]);
    assert!(well && said.contains("after 2 fresh tokens"), "{said}");
}

#[tokio::test]
async fn registrations_are_shown_renewed_and_deleted() {
    let app = start().await;
    let bank = "ofmockbank_br_retail";
    assert!(app.run(&["registration", "show", bank]).contains("none of ours"));
    let made = app.run(&["registration", "update", bank]);
    let id = made.split_whitespace().last().unwrap();
    let shown = app.run(&["registration", "show", bank]);
    assert!(shown.contains(id) && shown.contains("/api/consents/callback/") && shown.contains("/register/"), "{shown}");
    assert_eq!(app.run(&["registration", "update", bank]), made, "the same client");
    assert!(app.run(&["registration", "delete", bank]).contains("Deleted"));
    assert!(app.run(&["registration", "delete", bank]).contains("none"));
    assert!(probe(&app, &[bank, "--cpf", RALPH, "--fetch", "accounts"]).0, "registered again at the next use");
}
