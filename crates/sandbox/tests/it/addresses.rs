//! Issuer and addresses as configured: behind a proxy, or directly on TLS.

use std::sync::Arc;

use serde_json::Value;
use tokio_util::sync::CancellationToken;
use vinculo_fapi::discovery::{Discovery, UrlPolicy};
use vinculo_sandbox::{PeopleTls, Sandbox, SandboxOptions, SandboxSettings};

use crate::support::{answer, clock, http, settings};

const PEOPLE: &str = "https://bank.example";
const MACHINES: &str = "https://matls.bank.example";

/// A network whose public addresses are these; returns where it really listens, and a client that trusts it.
async fn started(
    public: bool,
    people_tls: PeopleTls,
) -> (String, reqwest::Client, CancellationToken, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let local = "127.0.0.1:0".parse().unwrap();
    let of = SandboxSettings {
        data_dir: dir.path().to_owned(),
        people_listen: local,
        people_url: public.then(|| PEOPLE.to_owned()),
        mtls_listen: local,
        mtls_url: public.then(|| MACHINES.to_owned()),
        receiver: settings("Vínculo Testes"),
    };
    let scheme = if matches!(people_tls, PeopleTls::Off) { "http" } else { "https" };
    let options = SandboxOptions { people_tls, ..SandboxOptions::default() };
    let sandbox = Sandbox::open_with(of, options, clock()).await.unwrap();
    let here = format!("{scheme}://{}", sandbox.people_addr());
    let client = http(sandbox.receiver(), false);
    let stop = CancellationToken::new();
    tokio::spawn(sandbox.run(stop.clone()));
    (here, client, stop, dir)
}

async fn get(client: &reqwest::Client, address: &str) -> Value {
    let (status, body) = answer(client.get(address).send().await.unwrap()).await;
    assert_eq!(status, 200, "{address}");
    body
}

#[tokio::test]
async fn behind_a_proxy_the_issuer_and_every_address_are_the_configured_ones() {
    let (here, client, stop, _dir) = started(true, PeopleTls::Off).await;
    let document = get(&client, &format!("{here}/auth/mockbank/.well-known/openid-configuration")).await;
    assert_eq!(document["issuer"], format!("{PEOPLE}/auth/mockbank"));
    let bytes = document.to_string();
    // A client that takes no plain http gets along with it.
    let parsed = Discovery::parse(bytes.as_bytes(), &format!("{PEOPLE}/auth/mockbank"), UrlPolicy::HttpsOnly).unwrap();
    assert!(parsed.authorization_endpoint.as_str().starts_with(&format!("{PEOPLE}/")));
    assert!(parsed.token_endpoint().as_str().starts_with(&format!("{MACHINES}/")));
    let participants = get(&client, &format!("{here}/directory/participants")).await.to_string();
    // One brand is at an address where nobody answers, on purpose.
    let participants = participants.replace("https://127.0.0.1:1/neblina/", "");
    let directory = get(&client, &format!("{here}/directory/.well-known/openid-configuration")).await.to_string();
    for text in [&bytes, &participants, &directory] {
        assert!(!text.contains("127.0.0.1") && !text.contains("http://"), "{text}");
    }
    stop.cancel();
}

#[tokio::test]
async fn on_tls_the_issuer_is_https_and_the_pages_come_with_a_certificate_of_the_network() {
    let (here, client, stop, _dir) = started(false, PeopleTls::Own).await;
    let document = get(&client, &format!("{here}/auth/mockbank/.well-known/openid-configuration")).await;
    assert_eq!(document["issuer"], format!("{here}/auth/mockbank"));
    let stranger = reqwest::Client::builder().no_proxy().build().unwrap();
    assert!(stranger.get(&here).send().await.is_err(), "nobody else trusts it");
    assert!(client.get(here.replace("https", "http")).send().await.is_err(), "plain http is not spoken there");
    stop.cancel();
}

#[tokio::test]
async fn a_certificate_that_does_not_fit_its_key_is_refused_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let local = "127.0.0.1:0".parse().unwrap();
    let of = SandboxSettings {
        data_dir: dir.path().to_owned(),
        people_listen: local,
        people_url: None,
        mtls_listen: local,
        mtls_url: None,
        receiver: settings("Vínculo Testes"),
    };
    let given = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let other = rcgen::KeyPair::generate().unwrap();
    let people_tls = PeopleTls::Given { certificates_pem: given.cert.pem(), key_pem: other.serialize_pem().into() };
    let options = SandboxOptions { people_tls, ..SandboxOptions::default() };
    let refused = Sandbox::open_with(of, options, Arc::clone(&clock()) as _).await.unwrap_err();
    assert!(refused.to_string().contains("private key"), "{refused}");
}
