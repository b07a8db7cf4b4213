//! Parts of the program as processes of their own, on one database and one data folder.

use std::process::{Child, Stdio};

use serde_json::Value;
use vinculo_testkit::{App, Database, Journey, Person, eventually};

use crate::client::{Client, Keys};

/// A process that is ended with the test.
struct Part(Child);

impl Drop for Part {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_address() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

fn part(app: &App, arguments: &[&str], variables: &[(&str, &str)]) -> Part {
    let mut command = app.command(arguments);
    command.envs(variables.iter().copied()).stdout(Stdio::null()).stderr(Stdio::null());
    Part(command.spawn().unwrap())
}

fn client(app: &App, base: &str) -> Client {
    let keys = Keys { id: app.credentials.secret_id.clone(), password: app.credentials.secret_password.clone() };
    Client::new(base, Some(keys))
}

#[tokio::test]
async fn a_second_web_process_serves_what_the_first_one_made() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(app) = App::builder(env!("CARGO_BIN_EXE_vinculo")).database(database).start().await else { continue };
        let link = Journey::connect(&app, &Person::RALPH).await;
        let address = free_address();
        let base = format!("http://{address}");
        let _second = part(&app, &["serve", "--only", "web"], &[("VINCULO_LISTEN", &address)]);
        let _worker = part(&app, &["worker"], &[]);
        let ready = reqwest::Client::new();
        eventually("the second process is ready", || {
            let request = ready.get(format!("{base}/health/ready"));
            async move { request.send().await.ok().filter(|answer| answer.status() == 200).map(|_| ()) }
        })
        .await;
        let (one, two) = (client(&app, &app.url), client(&app, &base));
        let path = format!("/api/links/{link}/");
        // The first fetch goes on meanwhile, and is seen in the link.
        eventually("both tell the same of the link", || async {
            (one.get(&path).await.ok() == two.get(&path).await.ok()).then_some(())
        })
        .await;
        let posted = two.post("/api/accounts/", &serde_json::json!({"link": link})).await;
        assert_eq!(posted.status, 201, "it reaches the bank on its own: {}", posted.text);
        let listed: Value = one.get(&format!("/api/accounts/?link={link}")).await.ok();
        assert_eq!(listed["count"], posted.json().as_array().unwrap().len());
        assert_eq!(two.delete(&path).await.status, 204);
        assert_eq!(one.get(&path).await.status, 404);
    }
}

#[tokio::test]
async fn a_stop_signal_ends_it_in_order() {
    let app = App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap();
    let address = free_address();
    let variables = [
        ("VINCULO_LISTEN", address.as_str()),
        ("VINCULO_SANDBOX_LISTEN", "127.0.0.1:0"),
        ("VINCULO_SANDBOX_MTLS_LISTEN", "127.0.0.1:0"),
    ];
    let mut second = part(&app, &["serve", "--only", "web", "--only", "worker"], &variables);
    let client = reqwest::Client::new();
    eventually("it is ready", || {
        let request = client.get(format!("http://{address}/health/ready"));
        async move { request.send().await.ok().filter(|answer| answer.status() == 200).map(|_| ()) }
    })
    .await;
    let sent = std::process::Command::new("kill").args(["-TERM", &second.0.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let ended = eventually("it ends", || std::future::ready(second.0.try_wait().unwrap())).await;
    assert!(ended.success(), "{ended}");
}

#[tokio::test]
async fn without_a_network_it_says_what_to_start_first() {
    let app = App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap();
    let empty = tempfile::tempdir().unwrap();
    let folder = empty.path().display().to_string();
    let output = app.command(&["worker"]).env("VINCULO_DATA_DIR", folder).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("start the sandbox network first"), "{said}");
}
