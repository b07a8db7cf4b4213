//! Settings: environment `VINCULO_*`, over a TOML file, over defaults that just run.
//!
//! The file is `VINCULO_CONFIG`, or `vinculo.toml` in the working folder when there is one. A setting has the same
//! name everywhere: `VINCULO_PUBLIC_URL` in the environment is `public_url` in the file. Empty variables count as not set.
//! Only the tables `[[institutions]]` and `[[sandbox_clients]]` stand in the file alone.

mod error;
mod institutions;
mod names;
mod print;
mod read;
mod receiver;
mod sandbox_clients;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use vinculo_domain::CallbackPolicy;
use vinculo_store::MasterKeys;

pub use error::SettingsError;
pub use institutions::InstitutionSettings;
pub(crate) use print::print;
pub(crate) use receiver::missing;
pub use receiver::{DirectoryAddresses, KeyFile, ReceiverSettings};
pub use sandbox_clients::SandboxClientSettings;

/// Which network the process belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// The built-in bank network runs in the same process; everything is made up.
    Sandbox,
    /// Real banks, real people.
    Production,
}

impl Environment {
    /// Returns the name as in the settings and in the claims of a token.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object per line.
    Json,
}

/// All settings of a process, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `environment`: `sandbox` (default) or `production`.
    pub environment: Environment,
    /// `listen`: where API, widget and the rest listen. Default `127.0.0.1:8080`; port 0 takes any free port.
    pub listen: SocketAddr,
    /// `public_url`: the address under which browsers and banks reach us, without a slash at the end. Default: from `listen`.
    pub public_url: String,
    /// Whether `public_url` was given, so that it stays when port 0 becomes a real port.
    pub public_url_given: bool,
    /// `data_dir`: folder for everything that is kept in files. Default `./data`.
    pub data_dir: PathBuf,
    /// `database_url`: `sqlite:<path>` or `postgres://…`. Default: `vinculo.db` in the data folder.
    pub database_url: secrecy::SecretString,
    /// `database_connections`: most connections to the database. Default 16.
    pub database_connections: u32,
    /// `master_key`: 64 hex digits or base64 of 32 bytes; several, separated by commas, form a ring whose first key seals.
    /// `None` in the sandbox environment: the key is generated into `<data_dir>/master.key`.
    pub master_key: Option<MasterKeys>,
    /// `sandbox_listen`: where the sandbox's pages for people listen. Default `127.0.0.1:8090`.
    pub sandbox_listen: SocketAddr,
    /// `sandbox_public_url`: the address of those pages. Default: from `sandbox_listen`.
    pub sandbox_public_url: Option<String>,
    /// `sandbox_mtls_listen`: where the sandbox's mTLS interfaces listen. Default `127.0.0.1:8091`.
    pub sandbox_mtls_listen: SocketAddr,
    /// `sandbox_mtls_url`: the address of those interfaces. Default: from `sandbox_mtls_listen`.
    pub sandbox_mtls_url: Option<String>,
    /// `sandbox_tls`: how the sandbox's pages for people, and with them the banks' issuers, are served: `off` (default) or
    /// `own`, with a certificate of the network's authority. With both files it is their certificate.
    pub sandbox_tls: bool,
    /// `sandbox_tls_certificate_file` and `sandbox_tls_key_file`: certificate with its chain and key (PKCS#8), PEM.
    pub sandbox_tls_files: Option<(PathBuf, PathBuf)>,
    /// `[[sandbox_clients]]`: clients that the sandbox's banks know without a registration.
    pub sandbox_clients: Vec<SandboxClientSettings>,
    /// `log`: filter of log lines, as `RUST_LOG` has it. Default `info`.
    pub log: String,
    /// `log_format`: `pretty` or `json`. Default `pretty` in the sandbox environment, `json` in production.
    pub log_format: LogFormat,
    /// `trust_forwarded`: believe `X-Forwarded-Proto` and `X-Forwarded-Host` of a proxy in front. Default `false`.
    pub trust_forwarded: bool,
    /// `request_timeout_seconds`: a request that takes longer is answered 408. Default 300.
    pub request_timeout: Duration,
    /// `body_limit_bytes`: largest request body. Default 1 MiB.
    pub body_limit: usize,
    /// `shutdown_seconds`: how long running work may take after a stop signal. Default 20.
    pub shutdown: Duration,
    /// `worker_jobs`: how many jobs run at the same time. Default 4.
    pub worker_jobs: usize,
    /// `job_attempts`: after so many failures a job is dead and a resource of a link is given up. Default 12.
    pub job_attempts: u32,
    /// `bank_timeout_seconds`: how long one call to a bank may take. Default 15.
    pub bank_timeout: Duration,
    /// `webhook_timeout_seconds`: how long a webhook's receiver may take to answer. Default 5.
    pub webhook_timeout: Duration,
    /// `webhook_pause_days`: an endpoint that has failed for so many days is paused. Default 5.
    pub webhook_pause_days: u32,
    /// `events_kept`: for so many days events are kept with their deliveries and the log of these; 0 for ever. Default 90.
    pub events_kept: u32,
    /// `link_deletions_per_minute`: synchronous link deletions per application; 0 for no limit. Default 5.
    pub link_deletions_per_minute: u32,
    /// `portal_sign_ins`: how many people may be signing in to the portal at a bank at the same time; 0: the portal opens by token
    /// only. Default 1000.
    pub portal_sign_ins: u32,
    /// `webhook_private_networks`: whether webhooks may go to private addresses. Default `false`; loopback is always
    /// allowed in the sandbox environment.
    pub webhook_private_networks: bool,
    /// `receiver_name`: how banks name us to people. Default `Vínculo`.
    pub receiver_name: String,
    /// `directory`: `production` (default), `sandbox` (the official one) or `none`; single addresses can be replaced. Not
    /// used in the sandbox environment, whose network has its own.
    pub directory: Option<DirectoryAddresses>,
    /// Who we are on the real network.
    pub receiver: ReceiverSettings,
    /// `[[institutions]]`: institutions described in the file.
    pub institutions: Vec<InstitutionSettings>,
}

impl Settings {
    /// Reads the settings of this process.
    ///
    /// # Errors
    /// Names the setting that is wrong, where it came from and why.
    pub fn load() -> Result<Self, SettingsError> {
        read::from_process()
    }

    /// Reads settings from the text of a file and from variables, for tests.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_parts<'a>(
        file: &str,
        variables: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, SettingsError> {
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        read::from_parts(file, variables)
    }

    /// Returns which addresses an application may name, by environment.
    pub fn callback_policy(&self) -> CallbackPolicy {
        match self.environment {
            Environment::Sandbox => CallbackPolicy::Sandbox,
            Environment::Production => CallbackPolicy::Production,
        }
    }

    /// Returns `path` below the public address; `path` starts with a slash.
    pub fn public(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// Returns the address to which banks send people back.
    pub fn redirect_uri(&self) -> String {
        self.public("/api/consents/callback/")
    }

    /// Takes over the real port after port 0 was bound, unless the public address was given.
    pub fn bound(&mut self, address: SocketAddr) {
        self.listen = address;
        if !self.public_url_given {
            self.public_url = read::url_of(address);
        }
    }
}
