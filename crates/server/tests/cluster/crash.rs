//! kill −9 at ten moments of connect and first fetch. After the restart every link is complete, no transaction is
//! there twice or missing, every webhook has arrived at least once, and none tells of data that is not there.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use vinculo_testkit::{App, Database, Journey, Person, Receiver, eventually};

/// When the process dies, counted from the moment at which the bank's answer is posted to the callback.
const AFTER_CALLBACK_MS: [u64; 7] = [0, 30, 80, 160, 320, 640, 1_200];

#[tokio::test]
async fn nothing_is_lost_or_doubled_on_sqlite() {
    survive(Database::Sqlite).await;
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_on_postgres() {
    survive(Database::Postgres).await;
}

async fn survive(database: Database) {
    let Some(mut app) = App::builder(env!("CARGO_BIN_EXE_vinculo")).database(database).start().await else { return };
    let receiver = Receiver::start().await;
    app.add_webhook(receiver.url(), "Bearer crash-test");
    let whole = Journey::connect(&app, &Person::JANICE).await;
    settle(&app, &receiver, &whole).await;
    let expected = identities(&app, &whole).await;
    assert!(expected.len() >= 2_500, "the person has a long history: {}", expected.len());

    let mut links = Vec::new();
    for moment in 0..3 {
        links.push(die_before_the_bank(&mut app, moment).await);
    }
    for after in AFTER_CALLBACK_MS {
        links.extend(die_after_the_callback(&mut app, after).await);
    }
    assert!(links.len() >= 5, "most journeys end with a link: {}", links.len());
    for link in &links {
        settle(&app, &receiver, link).await;
        let found = identities(&app, link).await;
        assert_eq!(found, expected, "link {link} has exactly what the bank has");
    }
    no_webhook_without_data(&app, &receiver).await;
}

/// Kills after (0) the token, (1) the choice of the bank, (2) the hand-over; then the same session goes on to its end.
async fn die_before_the_bank(app: &mut App, moment: usize) -> String {
    let person = &Person::JANICE;
    let access = app.token(&app.token_body(person)).await;
    let mut journey;
    match moment {
        0 => {
            app.kill();
            app.launch().await;
            journey = Journey::open(app, &access).await;
        }
        1 => {
            journey = Journey::open(app, &access).await;
            journey.submit("id=\"step-form\"", |form| form).await;
            journey.choose(person.institution()).await;
            app.kill();
            app.launch().await;
            journey.reload().await;
        }
        _ => {
            journey = Journey::open(app, &access).await;
            journey.to_bank(person).await;
            app.kill();
            app.launch().await;
            journey.reload().await;
        }
    }
    if moment < 2 {
        journey.to_bank(person).await;
    }
    journey.log_in(person.login, "P@ssword01").await;
    journey.decide(true).await;
    journey.callback().await;
    let ending = journey.settle().await;
    assert_eq!(ending.step, "done", "{}", journey.page);
    ending.link.unwrap()
}

/// Kills some time after the callback. The code may have been spent in that moment: then the session says so, no link is
/// there, and nothing stays active at the bank.
async fn die_after_the_callback(app: &mut App, after_ms: u64) -> Option<String> {
    let person = &Person::JANICE;
    let access = app.token(&app.token_body(person)).await;
    let mut journey = Journey::open(app, &access).await;
    journey.answer_at_bank(person, true).await;
    journey.callback().await;
    tokio::time::sleep(Duration::from_millis(after_ms)).await;
    app.kill();
    app.launch().await;
    let ending = journey.settle().await;
    match ending.step.as_str() {
        "done" => ending.link,
        "failed" => None,
        other => panic!("the session stands at `{other}`: {}", journey.page),
    }
}

/// Waits until all three webhooks of a link have arrived.
async fn settle(app: &App, receiver: &Receiver, link: &str) {
    eventually(&format!("the webhooks of {link}"), || async {
        let kinds: BTreeSet<String> =
            receiver.of_link(link).iter().map(|hook| hook.text("webhook_type").to_owned()).collect();
        let wanted = ["ACCOUNTS", "OWNERS", "TRANSACTIONS"].map(str::to_owned);
        wanted.iter().all(|kind| kinds.contains(kind)).then_some(())
    })
    .await;
    let link = app.get(&format!("/api/links/{link}/")).await;
    assert_eq!(link["status"], "valid");
}

/// What the bank calls the transactions of a link, account by account: each exactly once.
async fn identities(app: &App, link: &str) -> BTreeSet<(String, String)> {
    let all = app.list(&format!("/api/transactions/?link={link}&page_size=1000&status=PROCESSED")).await;
    let name = |t: &Value| {
        let account = t["account"]["internal_identification"].as_str().unwrap().to_owned();
        (account, t["internal_identification"].as_str().unwrap().to_owned())
    };
    let set: BTreeSet<_> = all.iter().map(name).collect();
    assert_eq!(set.len(), all.len(), "no transaction is there twice");
    set
}

/// Every event counts what the API serves.
async fn no_webhook_without_data(app: &App, receiver: &Receiver) {
    for hook in receiver.all() {
        assert_eq!(hook.authorization.as_deref(), Some("Bearer crash-test"));
        let link = hook.text("link_id").to_owned();
        let (path, key) = match hook.text("webhook_type") {
            "OWNERS" => ("owners", "total_owners"),
            "ACCOUNTS" => ("accounts", "total_accounts"),
            "TRANSACTIONS" => ("transactions", "total_transactions"),
            _ => continue,
        };
        let count = &app.get(&format!("/api/{path}/?link={link}&page_size=1")).await["count"];
        assert_eq!(&hook.body["data"][key], count, "{}", hook.body);
    }
}
