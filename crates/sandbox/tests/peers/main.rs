//! Independent counterparts of the sandbox bank: a certified client library from npm.

use std::process::Command;
use std::sync::Arc;

use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use vinculo_sandbox::{Clock, ReceiverSettings, Sandbox, SandboxSettings};

/// The library checks against the machine's clock, so the bank uses it, too.
struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "another program shares this clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::panic,
    reason = "the test's tools are named by the environment"
)]
fn peers() -> Option<String> {
    match std::env::var("VINCULO_TEST_PEERS_FOLDER") {
        Ok(folder) if !folder.is_empty() => Some(folder),
        _ if std::env::var("VINCULO_TEST_REQUIRE_ALL").is_ok() => panic!("set VINCULO_TEST_PEERS_FOLDER"),
        _ => {
            eprintln!("SKIPPED: openid-client is missing (set VINCULO_TEST_PEERS_FOLDER, or run `cargo xtask test`)");
            None
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn openid_client_is_served_as_the_profile_says_and_its_misuse_refused() {
    let Some(folder) = peers() else { return };
    let home = tempfile::tempdir().unwrap();
    let redirect = "https://receiver.example/callback";
    let any = "127.0.0.1:0".parse().unwrap();
    let settings = SandboxSettings {
        data_dir: home.path().to_path_buf(),
        people_listen: any,
        people_url: None,
        mtls_listen: any,
        mtls_url: None,
        receiver: ReceiverSettings {
            name: "Receptora independente".to_owned(),
            redirect_uris: vec![redirect.to_owned()],
            logo_uri: None,
        },
    };
    let sandbox = Sandbox::open(settings, Arc::new(MachineClock)).await.unwrap();
    let kit = sandbox.receiver().clone();
    let kit = json!({
        "issuer": format!("{}/auth/mockbank", sandbox.people_url()),
        "api": format!("{}/mockbank/open-banking", sandbox.mtls_url()),
        "redirect_uri": redirect,
        "software_id": kit.software_id,
        "ca_pem": kit.ca_pem,
        "transport_cert_pem": kit.transport_cert_pem,
        "transport_key_pem": kit.transport_key_pem.expose_secret(),
        "signing_key_pem": kit.signing_key_pem.expose_secret(),
        "signing_kid": kit.signing_kid,
        "encryption_key_pem": kit.encryption_key_pem.expose_secret(),
        "encryption_kid": kit.encryption_kid,
        "directory_token_url": kit.directory_token_url,
        "ssa_url": kit.ssa_url,
        "jwks_url": kit.jwks_url,
    });
    let file = home.path().join("kit.json");
    std::fs::write(&file, kit.to_string()).unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(sandbox.run(stop.clone()));

    let mut node = Command::new("node");
    node.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/receiver.mjs"));
    node.env("VINCULO_PEERS_FOLDER", folder).env("VINCULO_KIT", file);
    let output = tokio::task::spawn_blocking(move || node.output().unwrap()).await.unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("all checks passed"), "{out}\n{err}");
    stop.cancel();
    running.await.unwrap().unwrap();
}
