//! The network of banks: the connector's settings, and the sandbox when it runs here.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jiff::SignedDuration;
use secrecy::SecretString;
use vinculo_aggregator::webhooks::AddressPolicy;
use vinculo_connector::{OpenFinance, OpenFinanceSettings, RegistrationStore};
use vinculo_domain::Env;
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::mtls::{self, ClientSettings};
use vinculo_sandbox::{KnownClient, KnownKeys, PeopleTls, ReceiverSettings, Sandbox, SandboxOptions, SandboxSettings};
use vinculo_store::Store;

use super::kit::Kit;
use super::receiver;
use super::registrations::Registrations;
use crate::settings::{Environment, SandboxClientSettings, Settings};

/// Lets the bank read our clock, as every bank on the real network has nearly the same.
struct SharedClock(Env);

impl vinculo_sandbox::Clock for SharedClock {
    fn now(&self) -> jiff::Timestamp {
        self.0.now()
    }

    fn advance(&self, by: jiff::SignedDuration) -> bool {
        self.0.shift(by)
    }
}

/// Opens the sandbox network: its listeners are bound when this returns.
pub(crate) async fn open_sandbox(settings: &Settings, env: &Env) -> anyhow::Result<Sandbox> {
    let sandbox = SandboxSettings {
        data_dir: settings.data_dir.clone(),
        people_listen: settings.sandbox_listen,
        people_url: settings.sandbox_public_url.clone(),
        mtls_listen: settings.sandbox_mtls_listen,
        mtls_url: settings.sandbox_mtls_url.clone(),
        receiver: ReceiverSettings {
            name: settings.receiver_name.clone(),
            redirect_uris: vec![settings.redirect_uri()],
            logo_uri: None,
        },
    };
    let clock = Arc::new(SharedClock(env.clone()));
    let options = SandboxOptions { people_tls: people_tls(settings)?, clients: known_clients(settings)? };
    Sandbox::open_with(sandbox, options, clock).await.context("cannot open the sandbox network")
}

fn known_clients(settings: &Settings) -> anyhow::Result<Vec<KnownClient>> {
    let named = |client: &SandboxClientSettings| {
        known_client(client).with_context(|| format!("sandbox client {}", client.client_id))
    };
    settings.sandbox_clients.iter().map(named).collect()
}

fn known_client(client: &SandboxClientSettings) -> anyhow::Result<KnownClient> {
    let anchors = &client.jwks_trust_anchor_files;
    let keys = match (&client.jwks_file, &client.jwks_url) {
        (_, Some(url)) => KnownKeys::Address {
            url: url.clone(),
            authorities_pem: if anchors.is_empty() { None } else { Some(receiver::authorities(anchors)?) },
        },
        (Some(file), None) => KnownKeys::Set(receiver::read(file)?),
        (None, None) => anyhow::bail!("it has neither `jwks_file` nor `jwks_url`"),
    };
    Ok(KnownClient {
        client_id: client.client_id.clone(),
        name: client.name.clone().unwrap_or_else(|| client.client_id.clone()),
        redirect_uris: client.redirect_uris.clone(),
        keys,
        certificates_pem: receiver::read(&client.certificate_file)?,
    })
}

fn people_tls(settings: &Settings) -> anyhow::Result<PeopleTls> {
    Ok(match &settings.sandbox_tls_files {
        Some((certificates, key)) => PeopleTls::Given {
            certificates_pem: receiver::read(certificates)?,
            key_pem: SecretString::from(receiver::read(key)?),
        },
        None if settings.sandbox_tls => PeopleTls::Own,
        None => PeopleTls::Off,
    })
}

/// What is known of a network of our own: with another certificate on its pages, that one's authority counts, too.
pub(crate) fn kit(sandbox: &Sandbox, settings: &Settings) -> anyhow::Result<Kit> {
    let mut kit = Kit::of(sandbox.receiver(), settings.redirect_uri());
    if let Some((certificates, _)) = &settings.sandbox_tls_files {
        kit.ca_pem = format!("{}\n{}", kit.ca_pem.trim_end(), receiver::read(certificates)?);
    }
    Ok(kit)
}

/// Makes the connector. In the sandbox environment it gets what any receiver gets: certificates, keys, addresses. It
/// reaches the banks by mTLS on the network, although they may run in the same process.
pub(crate) fn connector(
    settings: &Settings,
    env: &Env,
    store: &Store,
    kit: Option<Kit>,
) -> anyhow::Result<Arc<OpenFinance>> {
    connector_with(settings, env, Arc::new(Registrations::new(store.clone(), env.clone())), kit)
}

/// As [`connector`], with another place for registrations.
pub(crate) fn connector_with(
    settings: &Settings,
    env: &Env,
    registrations: Arc<dyn RegistrationStore>,
    kit: Option<Kit>,
) -> anyhow::Result<Arc<OpenFinance>> {
    let sandbox = settings.environment == Environment::Sandbox;
    let (directory, identity, redirect_uri) = if sandbox {
        let kit = kit.map_or_else(|| super::kit::load(settings), Ok)?;
        let redirect_uri = kit.redirect_uri.clone().unwrap_or_else(|| settings.redirect_uri());
        (Some(kit.directory()?), kit.identity(), redirect_uri)
    } else {
        (receiver::directory(settings)?, receiver::identity(settings)?, settings.redirect_uri())
    };
    let mut open = OpenFinanceSettings::new(directory, identity, vec![redirect_uri], env.clone(), registrations);
    open.fixed = receiver::institutions(&settings.institutions)?;
    open.allow_http = sandbox;
    open.limits.call_time = settings.bank_timeout;
    if sandbox {
        brands(&mut open);
    }
    Ok(Arc::new(OpenFinance::new(open).context("cannot set up the connector")?))
}

/// Returns the public halves of our keys: what a keystore must publish.
pub(crate) fn public_keys(settings: &Settings) -> anyhow::Result<JwkSet> {
    match settings.environment {
        Environment::Sandbox => super::kit::load(settings)?.public_keys(),
        Environment::Production => receiver::public_keys(settings),
    }
}

/// Makes a client for the open addresses of a sandbox network.
pub(crate) fn sandbox_client(kit: &Kit, patience: Duration) -> anyhow::Result<reqwest::Client> {
    Ok(mtls::client(&ClientSettings {
        identity: None,
        roots_pem: kit.ca_pem.clone(),
        connect_timeout: patience,
        timeout: patience,
        allow_http: true,
    })?)
}

/// How the aggregator works here.
pub(super) fn aggregator(settings: &Settings) -> vinculo_aggregator::Settings {
    vinculo_aggregator::Settings {
        webhook_addresses: webhook_addresses(settings),
        jobs: settings.worker_jobs,
        attempts: settings.job_attempts,
        webhook_timeout: settings.webhook_timeout,
        webhook_pause_after: SignedDuration::from_hours(24 * i64::from(settings.webhook_pause_days)),
        events_kept: (settings.events_kept > 0)
            .then(|| SignedDuration::from_hours(24 * i64::from(settings.events_kept))),
        stop_within: settings.shutdown / 2,
        ..vinculo_aggregator::Settings::new(settings.public_url.clone())
    }
}

/// Where webhooks may go.
pub(crate) fn webhook_addresses(settings: &Settings) -> AddressPolicy {
    let private = settings.webhook_private_networks;
    AddressPolicy { allow_loopback: private || settings.environment == Environment::Sandbox, allow_private: private }
}

/// What the participants document does not say of the sandbox's brands.
fn brands(open: &mut OpenFinanceSettings) {
    for brand in &vinculo_sandbox::BRANDS {
        let settings = vinculo_connector::BrandSettings {
            code: Some(format!("of{}", brand.slug)),
            primary_color: Some(brand.colour.to_owned()),
        };
        open.brands.insert(brand.authorisation_server_id.to_owned(), settings);
        if brand.health == vinculo_sandbox::Health::Good {
            open.popular.push(format!("of{}", brand.slug));
        }
    }
}
