//! A bank that is measured: its process, and where it listens.

use std::process::Stdio;
use std::time::Instant;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use vinculo_fapi::interaction_id::{self, InteractionId};

use crate::client::{Connection, Figures, tls};
use crate::kit::Kit;
use crate::messages::{Call, message, request};

/// Where a bank listens.
#[derive(Deserialize)]
pub(crate) struct Places {
    pub(crate) address: String,
    pub(crate) issuer: String,
    pub(crate) token: String,
    pub(crate) push: String,
    /// Only of ours: the other takes any consent.
    consents: Option<String>,
    ca_pem: Option<String>,
}

pub(crate) struct Target {
    pub(crate) name: &'static str,
    places: Places,
    tls: Option<TlsConnector>,
    consent: String,
    process: Child,
}

impl Target {
    pub(crate) async fn ours(kit: &Kit, with_tls: bool) -> Self {
        let (name, folder) = if with_tls { ("ours, mTLS", "tls") } else { ("ours, without TLS", "plain") };
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env("VINCULO_BENCH_KIT", kit.write(folder, with_tls));
        let (process, places) = start(command).await;
        let tls = with_tls.then(|| tls(kit, places.ca_pem.as_deref().unwrap_or_default()));
        let mut target = Self { name, places, tls, consent: String::new(), process };
        target.consent = target.new_consent(kit).await;
        target
    }

    pub(crate) async fn theirs(kit: &Kit, peers: &str) -> Self {
        let mut command = Command::new("node");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/profile/peer.mjs"));
        command.env("VINCULO_PEERS_FOLDER", peers).env("VINCULO_KIT", kit.write("peer", false));
        command.env("NODE_ENV", "production");
        let (process, places) = start(command).await;
        let consent = "urn:bench:1".to_owned();
        Self { name: "oidc-provider, without TLS", places, tls: None, consent, process }
    }

    /// Makes the consent that every pushed request is about.
    async fn new_consent(&self, kit: &Kit) -> String {
        let mut connection = Connection::open(&self.places.address, self.tls.as_ref()).await;
        let asked = message(Call::ClientCredentials, &kit.signing_key(), &self.places, "");
        let token: Value = serde_json::from_slice(connection.call(&asked, "200").await).unwrap();
        let headers = format!(
            "authorization: Bearer {}\r\n{}: {}\r\n",
            token["access_token"].as_str().unwrap(),
            interaction_id::HEADER,
            InteractionId::generate()
        );
        let body = json!({"data": {
            "loggedUser": {"document": {"identification": "76109277673", "rel": "CPF"}},
            "permissions": ["RESOURCES_READ", "ACCOUNTS_READ", "ACCOUNTS_BALANCES_READ"],
        }});
        let path = self.places.consents.as_deref().unwrap();
        let asked = request(path, "application/json", &headers, &body.to_string());
        let consent: Value = serde_json::from_slice(connection.call(&asked, "201").await).unwrap();
        consent["data"]["consentId"].as_str().unwrap().to_owned()
    }

    /// Makes `calls` messages, then sends them over so many connections.
    pub(crate) async fn load(&self, kit: &Kit, call: Call, connections: usize, calls: usize) -> Figures {
        let key = kit.signing_key();
        let messages: Vec<Vec<u8>> = (0..calls).map(|_| message(call, &key, &self.places, &self.consent)).collect();
        let mut all = JoinSet::new();
        let mut open = Vec::new();
        for part in messages.chunks(calls.div_ceil(connections)) {
            open.push((Connection::open(&self.places.address, self.tls.as_ref()).await, part.to_vec()));
        }
        let started = Instant::now();
        for (mut connection, part) in open {
            all.spawn(async move { connection.calls(&part, call.status()).await });
        }
        let took = all.join_all().await.concat();
        Figures::of(took, started.elapsed())
    }

    /// Reads a figure of the process's memory, in MiB.
    pub(crate) fn memory(&self, field: &str) -> u64 {
        let file = format!("/proc/{}/status", self.process.id().unwrap_or_default());
        let status = std::fs::read_to_string(file).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() / 1024
    }
}

/// Starts a bank and reads its first line. It ends with us: its input closes.
async fn start(mut command: Command) -> (Child, Places) {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut process = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
    (process, serde_json::from_str(&line).unwrap())
}
