//! The document as the program prints it, and the events of a real connection held against it.

use serde_json::Value;
use vinculo_testkit::{App, Journey, Person, Receiver, eventually};

use crate::described::{document, invalid};

#[tokio::test]
async fn the_command_prints_what_the_process_serves() {
    let app = App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap();
    let mut printed: Value = serde_json::from_str(&app.run(&["openapi"])).unwrap();
    let mut served: Value = reqwest::get(format!("{}/openapi.json", app.url)).await.unwrap().json().await.unwrap();
    // A command does not know the port that the process was given.
    for document in [&mut printed, &mut served] {
        assert!(document["servers"][0]["url"].as_str().unwrap().starts_with("http://127.0.0.1"));
        document["servers"].take();
    }
    assert_eq!(printed, served);
}

#[tokio::test]
async fn every_event_of_a_connection_is_as_described() {
    let app = App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap();
    let receiver = Receiver::start().await;
    app.add_webhook(receiver.url(), "Bearer x");
    let link = Journey::connect(&app, &Person::RALPH).await;
    eventually("the link's history is complete", || async {
        receiver.of_link(&link).iter().any(|hook| hook.text("webhook_type") == "TRANSACTIONS").then_some(())
    })
    .await;
    let document = document(&app.url).await;
    let hooks = receiver.of_link(&link);
    assert!(hooks.len() > 3, "{}", hooks.len());
    for hook in hooks {
        let code = hook.text("webhook_code").to_owned();
        let wrong = invalid(&document, &place(&document, &code), &hook.body);
        assert!(wrong.is_empty(), "{code}: {wrong:#?}");
    }
}

/// Where the schema of an event stands.
fn place(document: &Value, code: &str) -> String {
    const SCHEMA: &str = "post/requestBody/content/application~1json/schema";
    let knows = |hook: &Value| {
        let codes = hook.pointer(&format!("/{SCHEMA}/properties/webhook_code/enum")).unwrap();
        codes.as_array().unwrap().iter().any(|known| known == code)
    };
    let hooks = document["webhooks"].as_object().unwrap();
    let (name, _) = hooks.iter().find(|(_, hook)| knows(hook)).unwrap_or_else(|| panic!("{code} is not described"));
    format!("/webhooks/{name}/{SCHEMA}")
}
