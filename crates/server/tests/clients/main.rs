//! Unmodified third-party programs against ours: belvo-python 0.39.1, belvo 0.28.0 (npm), and schemathesis over the
//! document.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests may fail the test")]

mod document;

use std::process::Command;

use vinculo_testkit::{App, Journey, Person, Receiver, eventually, need};

/// Starts the program with two links: one to read, with thousands of transactions, and one to delete.
async fn app_with_links() -> (App, String, String) {
    let app = App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap();
    let receiver = Receiver::start().await;
    app.add_webhook(receiver.url(), "Bearer x");
    let link = Journey::connect(&app, &Person::JANICE).await;
    let spare = Journey::connect(&app, &Person::RALPH).await;
    for id in [&link, &spare] {
        // Transactions come last.
        eventually("the link's history is complete", || async {
            receiver.of_link(id).iter().any(|hook| hook.text("webhook_type") == "TRANSACTIONS").then_some(())
        })
        .await;
    }
    (app, link, spare)
}

fn run(mut command: Command, app: &App, link: &str, spare: &str) {
    command
        .env("VINCULO_URL", &app.url)
        .env("VINCULO_SECRET_ID", &app.credentials.secret_id)
        .env("VINCULO_SECRET_PASSWORD", &app.credentials.secret_password)
        .env("VINCULO_LINK", link)
        .env("VINCULO_SPARE_LINK", spare);
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("all checks passed"), "{out}\n{err}");
}

#[tokio::test]
async fn belvo_python_reads_everything_it_knows() {
    let Some(python) = need("VINCULO_TEST_PYTHON", "Python with belvo-python") else { return };
    let (app, link, spare) = app_with_links().await;
    let mut command = Command::new(python);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/client.py"));
    run(command, &app, &link, &spare);
}

#[tokio::test]
async fn belvo_js_reads_everything_it_knows() {
    let Some(folder) = need("VINCULO_TEST_NODE_FOLDER", "Node with belvo") else { return };
    let (app, link, spare) = app_with_links().await;
    let mut command = Command::new("node");
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/client.js"));
    command.env("NODE_PATH", format!("{folder}/node_modules"));
    run(command, &app, &link, &spare);
}
