//! New keys on a system that lives: nothing that was begun with the old ones is lost.

use std::process::Output;

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use vinculo_fapi::keys::{DecryptionKey, SigningKey};
use vinculo_testkit::{App, Journey, Person, eventually};

use super::production::{Receiver, issue};

/// Puts these files into the settings, the first ones current.
fn keys(receiver: &Receiver, signing: [&str; 2], encryption: [&str; 2]) {
    let list = |names: [&str; 2]| names.map(|name| format!("\"{}\"", receiver.file(name).display())).join(", ");
    receiver.edit(|text| {
        let line = |line: &str| match line.split(' ').next().unwrap_or_default() {
            "signing_key_files" => format!("signing_key_files = [{}]\n", list(signing)),
            "encryption_key_files" => format!("encryption_key_files = [{}]\n", list(encryption)),
            _ => format!("{line}\n"),
        };
        text.lines().map(line).collect()
    });
}

/// Has the directory publish the keys of the settings.
fn publish(receiver: &Receiver) {
    let path = receiver.file("public.jwks");
    std::fs::write(&path, receiver.app.run(&["jwks"])).unwrap();
    let settings = std::fs::read_to_string(receiver.file("receiver.toml")).unwrap();
    issue(&receiver.network, receiver.folder.path(), &receiver.app.url, Some(&path));
    // The network writes its own proposal; ours stays.
    std::fs::write(receiver.file("receiver.toml"), settings).unwrap();
}

/// The kids that a bank sees.
fn published(jwks: &str) -> Vec<String> {
    let set: Value = serde_json::from_str(jwks).unwrap();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn restart(app: &mut App) {
    app.kill();
    app.launch().await;
}

/// Fetches accounts with an access token that the bank no longer takes.
async fn read_with_a_fresh_token(receiver: &Receiver, link: &str) {
    receiver.network.force(json!({"step": "accounts", "kind": "status:401", "times": 1})).await;
    let request = receiver.app.request(reqwest::Method::POST, "/api/accounts/").json(&json!({"link": link}));
    let answer = request.send().await.unwrap();
    let (status, body) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{status}: {body}");
    let accounts: Value = serde_json::from_str(&body).unwrap();
    let is_deposit = |account: &&Value| account["credit_data"].is_null() && account["loan_data"].is_null();
    assert_eq!(accounts.as_array().unwrap().iter().filter(is_deposit).count(), 2, "{body}");
}

fn client_id(app: &App) -> String {
    let shown = app.run(&["registration", "show", "ofmockbank_br_retail"]);
    shown.split("client id:").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn new_keys_lose_no_consent_no_token_and_no_running_session() {
    let mut receiver = Receiver::start().await;
    let link = Journey::connect(&receiver.app, &Person::RALPH).await;
    let before = client_id(&receiver.app);
    // Somebody stands at the bank's confirmation page while all this happens.
    let access = receiver.app.token(&receiver.app.token_body(&Person::JANICE)).await;
    let mut journey = Journey::open(&receiver.app, &access).await;
    journey.to_bank(&Person::JANICE).await;
    journey.log_in(Person::JANICE.login, "P@ssword01").await;

    // First the new keys are known here and published beside the old ones,
    let fresh = [
        ("signing.2.pem", SigningKey::generate().unwrap().to_pkcs8_pem().unwrap()),
        ("encryption.2.pem", DecryptionKey::generate().unwrap().to_pkcs8_pem().unwrap()),
    ];
    for (name, pem) in &fresh {
        std::fs::write(receiver.file(name), pem.expose_secret()).unwrap();
    }
    keys(&receiver, ["signing.key.pem", "signing.2.pem"], ["encryption.key.pem", "encryption.2.pem"]);
    restart(&mut receiver.app).await;
    publish(&receiver);
    // then they become the current ones.
    keys(&receiver, ["signing.2.pem", "signing.key.pem"], ["encryption.2.pem", "encryption.key.pem"]);
    let now = published(&receiver.app.run(&["jwks"]));
    publish(&receiver);
    restart(&mut receiver.app).await;
    assert_eq!(now.len(), 4);
    let Output { status, stdout, .. } = receiver.app.command(&["doctor"]).output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stdout));

    // The session goes on: its id_token is encrypted to the new key, its code was asked for with the old one.
    journey.decide(true).await;
    journey.callback().await;
    assert_eq!(journey.settle().await.step, "done", "{}", journey.page);
    // Tokens of before refresh, with an assertion signed by the new key.
    read_with_a_fresh_token(&receiver, &link).await;
    assert_eq!(client_id(&receiver.app), before, "the same client at the bank");
    // Later the old ones are retired.
    for name in ["signing.key.pem", "encryption.key.pem"] {
        std::fs::remove_file(receiver.file(name)).unwrap();
    }
    receiver.edit(|text| {
        let old = |name: &str| format!(", \"{}\"", receiver.file(name).display());
        text.replace(&old("signing.key.pem"), "").replace(&old("encryption.key.pem"), "")
    });
    publish(&receiver);
    restart(&mut receiver.app).await;
    read_with_a_fresh_token(&receiver, &link).await;
    Journey::connect(&receiver.app, &Person::BRAGG_MECHANICS).await;

    // The consent of before is ours still: deleting the link ends it at the bank.
    let gone = receiver.app.request(reqwest::Method::DELETE, &format!("/api/links/{link}/")).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    eventually("the consent is revoked at the bank", || async {
        receiver.app.run(&["jobs", "list"]).contains("0 pending").then_some(())
    })
    .await;
}
