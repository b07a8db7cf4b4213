use std::path::Path;
use std::process::Command;

use secrecy::SecretString;
use serde_json::json;
use vinculo_domain::Env;
use vinculo_store::{MasterKeys, Store};
use vinculo_testkit::{App, Journey, Person};

use crate::client::{Client, Keys};

async fn start() -> App {
    App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap()
}

/// Runs a command that must fail and returns what it said.
fn refused(app: &App, arguments: &[&str]) -> String {
    let output = app.command(arguments).output().unwrap();
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// The word behind a label of a command's answer.
fn after(text: &str, label: &str) -> String {
    text.split(label).nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn keys_are_created_listed_and_revoked() {
    let app = start().await;
    let made = app.run(&["keys", "create", "--application", "Loja", "--label", "CI"]);
    let keys = Keys { id: after(&made, "secret id:"), password: after(&made, "secret password:") };
    let client = Client::new(&app.url, Some(keys.clone()));
    assert_eq!(client.get("/api/").await.ok()["application"], "Loja");
    app.run(&["keys", "create", "--application", "Loja"]);
    let list = app.run(&["keys", "list"]);
    assert!(list.contains(&keys.id) && list.contains("“CI”") && !list.contains(&keys.password), "{list}");
    assert_eq!(list.matches("Loja (").count(), 1, "a known name makes no second application");
    app.run(&["keys", "revoke", &keys.id]);
    assert_eq!(client.get("/api/").await.refused(), "401 authentication_failed");
    assert!(refused(&app, &["keys", "revoke", &keys.id]).contains("revoked"));
    assert!(app.run(&["keys", "list"]).contains("revoked"));
}

#[tokio::test]
async fn webhooks_are_added_listed_and_removed() {
    let app = start().await;
    let added = app.run(&["webhooks", "add", "http://127.0.0.1:9/hook", "--authorization", "Bearer topsecret"]);
    let id = added.split_whitespace().next().unwrap();
    let list = app.run(&["webhooks", "list"]);
    assert!(list.contains(id) && list.contains("with authorization") && !list.contains("topsecret"), "{list}");
    for wrong in ["ftp://a.example", "not a url", "http://"] {
        refused(&app, &["webhooks", "add", wrong]);
    }
    refused(&app, &["webhooks", "add", "http://127.0.0.1:9/", "--authorization", "a\nb"]);
    refused(&app, &["webhooks", "add", "http://127.0.0.1:9/", "--application", "Nobody"]);
    app.run(&["webhooks", "remove", id]);
    refused(&app, &["webhooks", "pause", id]);
    assert_eq!(app.run(&["webhooks", "list"]), "");
    refused(&app, &["webhooks", "remove", id]);
}

#[tokio::test]
async fn an_endpoint_is_managed_from_the_command_line() {
    let app = start().await;
    let wanted = ["--type", "TRANSACTIONS", "--type", "LINK"];
    let added = app.run(&[&["webhooks", "add", "http://127.0.0.1:9/hook"], &wanted[..]].concat());
    let (id, secret) = (added.split_whitespace().next().unwrap(), after(&added, "signing secret:"));
    assert!(secret.starts_with("whsec_"), "{added}");
    let list = app.run(&["webhooks", "list"]);
    assert!(list.contains("only TRANSACTIONS, LINK") && !list.contains(&secret), "{list}");
    refused(&app, &["webhooks", "add", "http://127.0.0.1:9/", "--type", "LINKS"]);
    app.run(&["webhooks", "pause", id]);
    assert!(app.run(&["webhooks", "list"]).contains("(asked)"));
    app.run(&["webhooks", "resume", id]);
    assert!(!app.run(&["webhooks", "list"]).contains("paused"));
    let rotated = app.run(&["webhooks", "rotate", id, "--overlap-hours", "1"]);
    assert_ne!(after(&rotated, "signing secret:"), secret);
    refused(&app, &["webhooks", "rotate", id, "--overlap-hours", "169"]);
    assert_eq!(app.run(&["webhooks", "deliveries", id]), "");
    assert!(app.run(&["webhooks", "replay", id, "--from", "2026-01-01T00:00:00Z"]).contains("0 events"));
    let nobody = "0199a000000070008000000000000000";
    assert!(refused(&app, &["webhooks", "replay", id, "--event", nobody]).contains("no such event"));
    assert!(refused(&app, &["webhooks", "replay", id, "--since", nobody]).contains("no such event"));
    refused(&app, &["webhooks", "replay", id]);
    refused(&app, &["webhooks", "replay", id, "--to", "2026-01-01T00:00:00Z"]);
    refused(&app, &["webhooks", "replay", nobody, "--from", "2026-01-01T00:00:00Z"]);
}

#[tokio::test]
async fn a_person_is_erased_with_a_receipt() {
    let app = start().await;
    let dry = app.run(&["erase", "--document", "761.092.776-73", "--dry-run"]);
    let dry: serde_json::Value = serde_json::from_str(&dry).unwrap();
    assert_eq!((dry["document"].as_str(), dry["receipt"].as_str().map(str::len)), (Some("***.092.776-**"), Some(36)));
    let done = app.run(&["erase", "--document", "76109277673", "--application", "Demo", "--compact"]);
    let done: serde_json::Value = serde_json::from_str(&done).unwrap();
    assert_eq!(done["consents"], serde_json::json!([]));
    assert_ne!(done["receipt"], dry["receipt"]);
    for wrong in [
        &["erase"][..],
        &["erase", "--document", "1"],
        &["erase", "--document", "76109277673", "--application", "Nobody"],
    ] {
        refused(&app, wrong);
    }
}

#[tokio::test]
async fn doctor_says_what_is_well_and_what_is_not() {
    let mut app = start().await;
    let said = app.run(&["doctor"]);
    for part in ["settings", "data folder", "database", "transport certificate", "authority", "directory"] {
        assert!(said.contains(&format!("ok    {part}")), "{said}");
    }
    app.kill();
    let output = app.command(&["doctor"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!output.status.success() && said.contains("FAIL  directory"), "{said}");
    assert!(said.contains("is the sandbox network running?"), "{said}");
}

/// Runs the doctor over a data folder; returns what it said.
fn doctor(data: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vinculo"));
    command.arg("doctor").current_dir(data.parent().unwrap());
    for name in ["VINCULO_CONFIG", "VINCULO_DATABASE_URL", "VINCULO_MASTER_KEY"] {
        command.env_remove(name);
    }
    let output = command.env("VINCULO_DATA_DIR", data).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn doctor_makes_and_migrates_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let said = doctor(&data);
    assert!(said.contains("warn  data folder: ") && said.contains("the first start makes it"), "{said}");
    assert!(said.contains("warn  database: there is none yet"), "{said}");
    assert!(!data.exists(), "nothing was made");

    // A database that an earlier version left, or another process is about to migrate.
    std::fs::create_dir(&data).unwrap();
    let url = format!("sqlite:{}", data.join("vinculo.db").display());
    let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    let master = || MasterKeys::parse(&SecretString::from(key)).unwrap();
    let store = Store::connect(&url, master(), Env::system(), 1).await.unwrap();
    let said = doctor(&data);
    assert!(said.contains("FAIL  database: there is a database, and not the master key"), "{said}");
    std::fs::write(data.join("master.key"), key).unwrap();
    let said = doctor(&data);
    assert!(said.contains("warn  database: sqlite, ") && said.contains("0001 first"), "{said}");
    assert!(said.contains("`vinculo migrate`"), "{said}");
    assert!(!store.pending_migrations().await.unwrap().is_empty(), "it only looked");
    store.migrate().await.unwrap();
    assert!(doctor(&data).contains("ok    database: sqlite, migrated"));
    store.close().await;
}

#[tokio::test]
async fn the_other_commands_answer() {
    let app = start().await;
    assert!(app.run(&["migrate"]).contains("up to date"));
    assert!(app.run(&["jobs", "list"]).contains("0 given up"));
    assert!(app.run(&["jobs", "retry", "0199a000-0000-7000-8000-000000000000"]).contains("not among those"));
    let settings = app.run(&["config", "print"]);
    assert!(settings.contains("environment = \"sandbox\"") && settings.contains(&app.url), "{settings}");
    assert!(refused(&app, &["narnia"]).contains("unrecognized"));
    refused(&app, &["jobs", "retry"]);
    let nobody = "0199a000-0000-7000-8000-000000000000";
    assert!(refused(&app, &["links", "rate", nobody, "24h"]).contains("no such recurrent link"));
    refused(&app, &["links", "rate", nobody, "25h"]);
}

#[tokio::test]
async fn wrong_settings_are_named() {
    let app = start().await;
    let wrong = |name: &str, value: &str| {
        let output = app.command(&["config", "print"]).env(name, value).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(wrong("VINCULO_LISTEN", "nowhere").contains("`listen` (environment variable VINCULO_LISTEN)"));
    assert!(wrong("VINCULO_LISTN", "127.0.0.1:1").contains("did you mean `listen`?"));
    assert!(wrong("VINCULO_ENVIRONMENT", "production").contains("`master_key` is missing"));
    assert!(wrong("VINCULO_CONFIG", "/nowhere.toml").contains("cannot read the settings file"));
    let key = wrong("VINCULO_MASTER_KEY", "a-secret-that-is-too-short");
    assert!(key.contains("`master_key`") && !key.contains("a-secret"), "{key}");
}

#[tokio::test]
async fn the_funnel_counts_real_visits_by_step_and_institution() {
    let app = start().await;
    let visit = async || {
        let access = app.token(&app.token_body(&Person::RALPH)).await;
        Journey::open(&app, &access).await
    };
    assert_eq!(visit().await.step(), "start");
    for approve in [true, false] {
        let mut journey = visit().await;
        journey.answer_at_bank(&Person::RALPH, approve).await;
        journey.callback().await;
        assert_eq!(journey.settle().await.step, if approve { "done" } else { "failed" });
    }
    let funnel: serde_json::Value = serde_json::from_str(&app.run(&["funnel", "--json"])).unwrap();
    let bank = &funnel["institutions"]["ofmockbank_br_retail"];
    let steps = json!({"chose": 2, "consented": 2, "sent": 2, "authorised": 1, "linked": 1});
    assert_eq!(bank["sessions"], steps, "{funnel}");
    assert_eq!((&bank["consents_sent"], &bank["consents_authorised"]), (&json!(2), &json!(1)));
    assert_eq!((&bank["conversion"], &funnel["total"]["sessions"]["started"]), (&json!(0.5), &json!(3)));

    let text = app.run(&["funnel", "--application", "Demo"]);
    assert!(text.contains("started") && text.contains("50.0 %"), "{text}");
    let none = app.run(&["funnel", "--to", "2020-01-01T00:00:00Z", "--from", "2019-01-01T00:00:00Z"]);
    assert!(!none.contains("ofmockbank"), "{none}");
    assert!(refused(&app, &["funnel", "--application", "Nobody"]).contains("Nobody"));
    refused(&app, &["funnel", "--from", "yesterday"]);
}
