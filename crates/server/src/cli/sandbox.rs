use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::Subcommand;
use serde::Deserialize;
use serde_json::json;
use vinculo_domain::Env;

use crate::process::{self, Kit};
use crate::settings::Settings;

/// Making keys takes a while.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Let a new receiver join the running sandbox network: makes its certificate and keys, and settings to start with.
    IssueCertificate {
        /// Lower-case letters, digits and hyphens; the same label is the same receiver.
        #[arg(long)]
        label: String,
        /// Name that people see at the bank.
        #[arg(long)]
        name: String,
        /// Redirect URI of the receiver; may be given several times.
        #[arg(long, required = true)]
        redirect_uri: Vec<String>,
        /// Public keys of the receiver (JWK set), when it keeps keys of its own.
        #[arg(long, value_name = "FILE")]
        jwks: Option<PathBuf>,
        /// Folder for the files; made when it is missing.
        #[arg(long, value_name = "FOLDER")]
        out: PathBuf,
    },
}

/// What the network hands out.
#[derive(Deserialize)]
struct Issued {
    organisation_id: String,
    software_id: String,
    transport_cert_pem: String,
    transport_key_pem: String,
    signing_key_pem: String,
    encryption_key_pem: String,
    ca_pem: String,
    participants_url: String,
    directory_token_url: String,
    ssa_url: String,
}

pub(super) async fn run(command: &Command, settings: &Settings, env: Env, out: &mut impl Write) -> anyhow::Result<()> {
    let Command::IssueCertificate { label, name, redirect_uri, jwks, out: folder } = command;
    let keys: Option<serde_json::Value> = match jwks {
        Some(path) => Some(serde_json::from_str(&process::receiver::read(path)?).context("--jwks is no JSON")?),
        None => None,
    };
    let newcomer = json!({"label": label, "name": name, "redirect_uris": redirect_uri, "jwks": keys});
    let kit = process::load_kit(settings)?;
    let issued = Issued { ca_pem: kit.ca_pem.clone(), ..ask(&kit, &newcomer).await? };
    issued.write(folder, keys.is_none(), &env)?;
    writeln!(out, "The files are in {}; receiver.toml has the settings.", folder.display())?;
    if !issued.participants_url.starts_with("https:") {
        writeln!(
            out,
            "The network's pages are on plain http, which no receiver in production takes: set sandbox_tls."
        )?;
    }
    Ok(())
}

async fn ask(kit: &Kit, newcomer: &serde_json::Value) -> anyhow::Result<Issued> {
    let url = format!("{}/sandbox/receivers", kit.people_url());
    let sent = process::sandbox_client(kit, PATIENCE)?.post(&url).json(newcomer).send().await;
    let answer =
        sent.map_err(|error| error.without_url()).context("the sandbox network does not answer: start it first")?;
    let good = answer.status().is_success();
    let body = answer.bytes().await?;
    if !good {
        let refused: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        anyhow::bail!("the network refuses: {}", refused["error_description"].as_str().unwrap_or("no reason given"));
    }
    serde_json::from_slice(&body).context("the network's answer cannot be read")
}

impl Issued {
    fn write(&self, folder: &Path, with_keys: bool, env: &Env) -> anyhow::Result<()> {
        process::make_folder(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut files = vec![
            ("transport.pem", self.transport_cert_pem.as_str()),
            ("transport.key.pem", self.transport_key_pem.as_str()),
            ("ca.pem", self.ca_pem.as_str()),
        ];
        if with_keys {
            files.push(("signing.key.pem", self.signing_key_pem.as_str()));
            files.push(("encryption.key.pem", self.encryption_key_pem.as_str()));
        }
        let settings = self.settings(folder)?;
        files.push(("receiver.toml", settings.as_str()));
        for (name, text) in files {
            let path = folder.join(name);
            process::replace_file(&path, text, env).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    /// Settings of a receiver in this network; its own addresses and its master key are to be added.
    fn settings(&self, folder: &Path) -> anyhow::Result<String> {
        let end = format!("/organisations/{}/softwarestatements/{}/assertion", self.organisation_id, self.software_id);
        let api = self.ssa_url.strip_suffix(&end).context("the network's address of statements is unusual")?;
        let file = |name: &str| folder.join(name).display().to_string();
        let text = |text: &str| toml::Value::String(text.to_owned());
        let list = |path: String| toml::Value::Array(vec![toml::Value::String(path)]);
        let table = toml::Table::from_iter([
            ("environment".to_owned(), text("production")),
            ("directory_participants_url".to_owned(), text(&self.participants_url)),
            ("directory_authorization_url".to_owned(), text(&self.directory_token_url)),
            ("directory_api_url".to_owned(), text(api)),
            ("organisation_id".to_owned(), text(&self.organisation_id)),
            ("software_id".to_owned(), text(&self.software_id)),
            ("transport_certificate_file".to_owned(), text(&file("transport.pem"))),
            ("transport_key_file".to_owned(), text(&file("transport.key.pem"))),
            ("signing_key_files".to_owned(), list(file("signing.key.pem"))),
            ("encryption_key_files".to_owned(), list(file("encryption.key.pem"))),
            ("trust_anchor_files".to_owned(), list(file("ca.pem"))),
        ]);
        Ok(table.to_string())
    }
}
