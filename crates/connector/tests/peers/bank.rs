//! The bank's process, and a connector that is registered there.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use vinculo_connector::{
    DirectorySettings, Identity, KeyPem, OpenFinance, OpenFinanceSettings, Registration, RegistrationError,
    RegistrationStore,
};
use vinculo_domain::{ApiEndpoint, Env, Institution, InstitutionKind, InstitutionStatus, Organisation};
use vinculo_fapi::discovery::document_url;
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::keys::{DecryptionKey, SigningKey};
use vinculo_fapi::mtls::{self, ClientSettings};

use crate::certificates::{Authority, Pair};

pub(crate) const CALLBACK: &str = "https://receiver.test/api/consents/callback/";
pub(crate) const CLIENT_ID: &str = "a-client-known-before";
const SERVER_ID: &str = "oidc-provider";

/// Where the bank listens.
#[derive(Deserialize)]
struct Addresses {
    issuer: String,
    mtls: String,
    control: String,
}

/// A running bank. Ends with the test: its input closes.
pub(crate) struct Bank {
    addresses: Addresses,
    identity: Identity,
    /// What a person's browser is made of: it trusts the bank and shows no certificate.
    pub(crate) browser: reqwest::Client,
    control: reqwest::Client,
    _process: Child,
    _folder: TempDir,
}

#[expect(clippy::disallowed_methods, reason = "the test's tools are named by the environment")]
fn peers() -> Option<String> {
    match std::env::var("VINCULO_TEST_PEERS_FOLDER") {
        Ok(folder) if !folder.is_empty() => Some(folder),
        _ if std::env::var("VINCULO_TEST_REQUIRE_ALL").is_ok() => panic!("set VINCULO_TEST_PEERS_FOLDER"),
        _ => {
            eprintln!("SKIPPED: oidc-provider is missing (set VINCULO_TEST_PEERS_FOLDER, or run `cargo xtask test`)");
            None
        }
    }
}

impl Bank {
    /// Starts a bank that knows the receiver; `None` where the tools are missing.
    pub(crate) async fn start() -> Option<Self> {
        Self::start_with(json!({})).await
    }

    /// Starts a bank with more in its kit.
    pub(crate) async fn start_with(more: Value) -> Option<Self> {
        let peers = peers()?;
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new();
        let (signing, decryption) = (SigningKey::generate().unwrap(), DecryptionKey::generate().unwrap());
        let public = JwkSet::new([signing.public_jwk(), decryption.public_jwk()]).to_json();
        let mut kit = kit(&authority, &public);
        kit.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let identity = identity(&authority, &signing, &decryption);
        let (process, addresses) = spawn(folder.path(), &peers, &kit).await;
        let browser = browser(authority.pem);
        let control = reqwest::Client::builder().no_proxy().build().unwrap();
        Some(Self { addresses, identity, browser, control, _process: process, _folder: folder })
    }

    /// A connector with its client id in the settings: nothing is registered, no directory is asked.
    pub(crate) fn connector(&self) -> OpenFinance {
        OpenFinance::new(self.settings()).unwrap()
    }

    pub(crate) fn settings(&self) -> OpenFinanceSettings {
        let nowhere = "https://directory.invalid/".parse::<url::Url>().unwrap();
        let directory = DirectorySettings {
            participants_url: nowhere.clone(),
            token_url: nowhere.clone(),
            software_statement_url: nowhere,
        };
        let callbacks = vec![CALLBACK.to_owned()];
        let mut settings =
            OpenFinanceSettings::new(directory, self.identity.clone(), callbacks, Env::system(), Arc::new(Nobody));
        settings.client_ids.insert(SERVER_ID.to_owned(), CLIENT_ID.to_owned());
        settings
    }

    /// The bank as an institution of ours: what a certifying peer offers, and no more.
    pub(crate) fn institution(&self) -> Institution {
        let endpoint = |(family, version, path): (&str, &str, &str)| ApiEndpoint {
            family: family.to_owned(),
            version: version.to_owned(),
            url: format!("{}/open-banking/{path}", self.addresses.mtls),
        };
        let endpoints = [("consents", "3.3.1", "consents/v3/consents"), ("accounts", "2.5.1", "accounts/v2/accounts")];
        Institution {
            id: 1,
            code: "ofpeer_br_retail".parse().unwrap(),
            kind: InstitutionKind::Retail,
            display_name: "Banco Alheio".to_owned(),
            description: None,
            logo: None,
            website: None,
            primary_color: "#000000".to_owned(),
            organisation: Organisation {
                id: "o".to_owned(),
                name: "O".to_owned(),
                registration_number: "1".to_owned(),
            },
            authorization_server_id: SERVER_ID.to_owned(),
            discovery_url: document_url(&self.addresses.issuer),
            endpoints: endpoints.map(endpoint).to_vec(),
            status: InstitutionStatus::Healthy,
            popularity: None,
        }
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.addresses.issuer
    }

    /// Tells the bank how to behave from now on, and to forget what it saw.
    pub(crate) async fn behave(&self, behaviour: &Value) {
        let request = self.control.put(&self.addresses.control).body(behaviour.to_string());
        request.send().await.unwrap().error_for_status().unwrap();
    }

    /// Tells the bank to forget what it saw.
    pub(crate) async fn forget(&self) {
        let request = self.control.delete(&self.addresses.control);
        request.send().await.unwrap().error_for_status().unwrap();
    }

    /// Returns everything that the bank saw, in order.
    pub(crate) async fn seen(&self) -> Vec<Value> {
        let answer = self.control.get(&self.addresses.control).send().await.unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }

    /// Returns the calls that the bank saw: `POST /token`.
    pub(crate) async fn calls(&self) -> Vec<String> {
        self.seen().await.iter().filter_map(|entry| Some(entry["call"].as_str()?.to_owned())).collect()
    }
}

fn browser(roots_pem: String) -> reqwest::Client {
    let time = Duration::from_secs(20);
    let settings =
        ClientSettings { identity: None, roots_pem, connect_timeout: time, timeout: time, allow_http: false };
    mtls::client(&settings).unwrap()
}

/// What the bank has to know, private keys of its own included.
fn kit(authority: &Authority, client_jwks: &str) -> Value {
    let server = authority.server();
    let signing = SigningKey::generate().unwrap().to_pkcs8_pem().unwrap();
    json!({
        "ca_pem": authority.pem,
        "server_cert_pem": server.certificate,
        "server_key_pem": server.key,
        "bank_signing_key_pem": signing.expose_secret(),
        "client_id": CLIENT_ID,
        "redirect_uri": CALLBACK,
        "client_jwks": serde_json::from_str::<Value>(client_jwks).unwrap(),
    })
}

fn identity(authority: &Authority, signing: &SigningKey, decryption: &DecryptionKey) -> Identity {
    let Pair { certificate, key } = authority.client();
    Identity {
        software_id: "software".to_owned(),
        transport_certificate_pem: certificate,
        transport_key_pem: SecretString::from(key),
        signing_key: KeyPem { pem: signing.to_pkcs8_pem().unwrap(), kid: signing.kid().to_owned() },
        encryption_keys: vec![KeyPem { pem: decryption.to_pkcs8_pem().unwrap(), kid: decryption.kid().to_owned() }],
        authorities_pem: authority.pem.clone(),
    }
}

/// Starts the bank and reads its first line, which says where it listens.
async fn spawn(folder: &Path, peers: &str, kit: &Value) -> (Child, Addresses) {
    let (file, log) = (folder.join("kit.json"), folder.join("log"));
    std::fs::write(&file, kit.to_string()).unwrap();
    let mut node = Command::new("node");
    node.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/bank.mjs"));
    node.env("VINCULO_PEERS_FOLDER", peers).env("VINCULO_KIT", file);
    node.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(std::fs::File::create(&log).unwrap());
    let mut process = node.kill_on_drop(true).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
    let addresses = serde_json::from_str(&line);
    (process, addresses.unwrap_or_else(|_| panic!("{}", std::fs::read_to_string(log).unwrap())))
}

/// The directory of a receiver that must not register.
struct Nobody;

#[async_trait]
impl RegistrationStore for Nobody {
    async fn load(&self, _: &str) -> Result<Option<Registration>, RegistrationError> {
        panic!("the client id is given")
    }

    async fn keep(&self, _: &Registration) -> Result<Registration, RegistrationError> {
        panic!("the client id is given")
    }
}
