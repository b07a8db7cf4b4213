//! With a bank that answers: what a POST reads there, and what the log says of a whole journey.

use serde_json::json;
use vinculo_testkit::{App, Database, Journey, Person};

use crate::client::{Answer, Client, Keys};

async fn start(database: Database) -> Option<App> {
    App::builder(env!("CARGO_BIN_EXE_vinculo")).database(database).variable("VINCULO_LOG_FORMAT", "json").start().await
}

fn client(app: &App) -> Client {
    let keys = Keys { id: app.credentials.secret_id.clone(), password: app.credentials.secret_password.clone() };
    Client::new(&app.url, Some(keys))
}

#[tokio::test]
async fn a_post_reads_at_the_bank_and_keeps_or_does_not() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(app) = start(database).await else { continue };
        let link = Journey::connect(&app, &Person::RALPH).await;
        let client = client(&app);
        retrieve(&client, &link).await;
    }
}

async fn retrieve(client: &Client, link: &str) {
    let post = async |path: &str, body| client.post(&format!("/api/{path}/"), &body).await;
    let accounts = post("accounts", json!({"link": link})).await;
    assert_eq!(accounts.status, 201, "{}", accounts.text);
    let account = accounts.json()[0]["id"].as_str().unwrap().to_owned();
    let stored = client.get(&format!("/api/accounts/{account}/")).await.ok();
    assert_eq!(stored["id"], account.as_str());
    let owners = post("owners", json!({"link": link, "save_data": false})).await;
    assert_eq!((owners.status.as_u16(), owners.json().as_array().unwrap().len()), (200, 1));
    let balances = post("br/balances", json!({"link": link, "account_id": account})).await;
    assert_eq!(balances.json()[0]["account_id"], account.as_str());
    let days = json!({"link": link, "date_from": "2026-10-01", "date_to": "2026-10-31"});
    let transactions = post("transactions", days.clone()).await;
    assert_eq!(transactions.status, 201, "{}", transactions.text);
    for transaction in transactions.json().as_array().unwrap() {
        assert!(("2026-10-01"..="2026-10-31").contains(&transaction["value_date"].as_str().unwrap()), "{transaction}");
    }
    let few = client.post("/api/transactions/?fields=id", &days).await.json();
    assert!(few.as_array().unwrap().iter().all(|item| item.as_object().unwrap().len() == 1));
    let request = client.request("POST", "/api/transactions/").json(&days);
    let later = Answer::of(request.header("X-Belvo-Request-Mode", "async")).await;
    assert_eq!(later.status, 202);
}

#[tokio::test]
async fn the_log_of_a_journey_holds_nothing_personal_and_nothing_secret() {
    let app = start(Database::Sqlite).await.unwrap();
    let body = app.token_body(&Person::RALPH);
    let access = app.token(&body).await;
    let page = reqwest::get(format!("{}/?access_token={access}&external_id=user-4711", app.url)).await.unwrap();
    let session = page.url().path().split('/').nth(3).unwrap_or("no session").to_owned();
    let link = Journey::connect(&app, &Person::RALPH).await;
    let client = client(&app);
    client.get("/api/consents/?user_document=76109277673").await.ok();
    client.get(&format!("/api/transactions/?link={link}&page_size=1")).await.ok();
    client.get("/api/owners/?email=ralph.bragg@gmail.com").await.ok();
    let log = app.log();
    let lines: Vec<&str> = log.lines().filter(|line| line.starts_with('{')).collect();
    assert!(lines.iter().any(|line| line.contains("\"route\":\"/api/transactions\"")), "{log}");
    for line in &lines {
        let _: serde_json::Value = serde_json::from_str(line).expect("one JSON object per line");
    }
    let text = lines.join("\n");
    for secret in [
        "76109277673",
        "761.092.776",
        "Ralph",
        "ralph.bragg",
        "P@ssword01",
        "access_token",
        "user_document",
        "user-4711",
        "Basic ",
        access.as_str(),
        session.as_str(),
        app.credentials.secret_password.as_str(),
    ] {
        assert!(!text.contains(secret), "the log holds {secret}");
    }
}
