//! `schemathesis` over our own document, with keys and without: all its checks, the same cases in every run.

use std::path::Path;
use std::process::Command;

use vinculo_testkit::{App, Journey, Person, eventually, need};

/// Examples of each operation that are thrown at it beside those that cover its schema.
const EXAMPLES: &str = "5";

/// Starts the program with one link that has its data.
async fn app_with_a_link() -> (App, String) {
    let app = App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap();
    let link = Journey::connect(&app, &Person::RALPH).await;
    eventually("the link has transactions", || async {
        let keys = &app.credentials;
        let url = format!("{}/api/transactions/?link={link}&page_size=1", app.url);
        let request = reqwest::Client::new().get(url).basic_auth(&keys.secret_id, Some(&keys.secret_password));
        let page: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        (page["count"].as_u64()? > 0).then_some(())
    })
    .await;
    (app, link)
}

/// Runs it and returns what it said.
fn judge(program: &str, app: &App, link: &str, with_keys: bool, phases: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/document");
    let scratch = tempfile::tempdir().unwrap();
    let mut command = Command::new(program);
    command.current_dir(scratch.path());
    command.env("PYTHONPATH", &folder).env("PYTHONDONTWRITEBYTECODE", "1").env("SCHEMATHESIS_HOOKS", "checks");
    command.env("VINCULO_LINK", link);
    command.arg("--config-file").arg(folder.join("schemathesis.toml"));
    command.arg("run").arg(format!("{}/openapi.json", app.url));
    command.args(["--checks", "all", "--continue-on-failure", "--no-color", "--warnings", "off"]);
    // One at a time and without chance: the same cases in the same order.
    command.args(["--seed", "1", "--generation-deterministic", "--workers", "1"]);
    command.args(["--phases", phases, "--max-examples", EXAMPLES]);
    if with_keys {
        // Older spellings are the same code under other names; a test in Rust holds them together.
        command.arg("--exclude-deprecated");
        command.arg("--auth").arg(format!("{}:{}", app.credentials.secret_id, app.credentials.secret_password));
    }
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    out.into_owned()
}

/// How many cases a summary tells of.
fn cases(said: &str) -> u32 {
    let line = said.lines().skip_while(|line| !line.starts_with("Test cases:")).nth(1).expect("a summary");
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn schemathesis_finds_nothing_wrong_with_keys() {
    let Some(program) = need("VINCULO_TEST_SCHEMATHESIS", "schemathesis") else { return };
    let (app, link) = app_with_a_link().await;
    let said = judge(&program, &app, &link, true, "examples,coverage,fuzzing,stateful");
    assert!(cases(&said) > 1_000, "{said}");
}

#[tokio::test]
async fn schemathesis_finds_nothing_wrong_without_keys() {
    let Some(program) = need("VINCULO_TEST_SCHEMATHESIS", "schemathesis") else { return };
    let (app, link) = app_with_a_link().await;
    let said = judge(&program, &app, &link, false, "examples,fuzzing");
    assert!(cases(&said) > 300, "{said}");
}
