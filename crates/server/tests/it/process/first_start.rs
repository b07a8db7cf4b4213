use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use vinculo_testkit::App;

use crate::client::{Client, Keys};

async fn start() -> App {
    App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap()
}

fn credentials(app: &App) -> Value {
    serde_json::from_str(&std::fs::read_to_string(app.data_dir().join("demo-credentials.json")).unwrap()).unwrap()
}

async fn opens(app: &App, credentials: &Value) -> bool {
    let text = |name: &str| credentials[name].as_str().unwrap().to_owned();
    let keys = Keys { id: text("secret_id"), password: text("secret_password") };
    Client::new(&app.url, Some(keys)).get("/api/").await.status == 200
}

#[tokio::test]
async fn the_first_start_makes_keys_and_shows_them_once() {
    let mut app = start().await;
    let first = credentials(&app);
    assert_eq!(first["base_url"], app.url);
    assert!(opens(&app, &first).await);
    let password = first["secret_password"].as_str().unwrap();
    assert_eq!(app.log().matches(password).count(), 1);
    assert!(app.log().contains(&format!("{}/demo/", app.url)), "the log names the demo");
    for name in ["demo-credentials.json", "master.key", "sandbox-receiver.json"] {
        let mode = std::fs::metadata(app.data_dir().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    app.kill();
    app.launch().await;
    assert_eq!(credentials(&app), first, "another start changes nothing");
    assert_eq!(app.log().matches(password).count(), 1, "and shows nothing again");
}

#[tokio::test]
async fn keys_that_are_missing_or_wrong_are_made_again() {
    let mut app = start().await;
    let file = app.data_dir().join("demo-credentials.json");
    for broken in [None, Some("{"), Some(r#"{"secret_id":"x","secret_password":"y","base_url":"z"}"#)] {
        app.kill();
        match broken {
            None => std::fs::remove_file(&file).unwrap(),
            Some(text) => std::fs::write(&file, text).unwrap(),
        }
        app.launch().await;
        assert!(opens(&app, &credentials(&app)).await, "{broken:?}");
    }
    assert_eq!(
        app.run(&["keys", "list"]).matches("Demo (").count(),
        1,
        "one application, whatever happened to the file"
    );
}

#[tokio::test]
async fn an_address_that_changed_is_written_down() {
    let mut app = start().await;
    app.kill();
    let mut file = credentials(&app);
    let keys = (file["secret_id"].clone(), file["secret_password"].clone());
    file["base_url"] = "http://elsewhere".into();
    std::fs::write(app.data_dir().join("demo-credentials.json"), file.to_string()).unwrap();
    app.launch().await;
    let now = credentials(&app);
    assert_eq!(
        (now["base_url"].as_str().unwrap(), (now["secret_id"].clone(), now["secret_password"].clone())),
        (app.url.as_str(), keys)
    );
}
