//! What every handler works with.

use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::keys::SigningKey;

use crate::brand::Brand;
use crate::directory::Registrar;
use crate::faults::Faults;
use crate::keys::Keys;
use crate::outcomes::Outcomes;
use crate::people::People;
use crate::remote::RemoteKeys;
use crate::state::{CLIENTS, Client, Db, SOFTWARES, StateError};
use crate::urls::Urls;
use crate::usage::Usage;
use crate::{Clock, SandboxError};

/// The network: its state, its keys, its people, its clock.
pub(crate) struct Network {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) db: Db,
    pub(crate) keys: Keys,
    pub(crate) people: People,
    pub(crate) urls: Urls,
    pub(crate) outcomes: Outcomes,
    pub(crate) faults: Faults,
    pub(crate) usage: Usage,
    pub(crate) registrar: Registrar,
    pub(crate) remote: RemoteKeys,
    /// Cancelled when the network stops: what hangs on purpose lets go.
    pub(crate) stop: CancellationToken,
}

/// One brand of the network; the state of its routers.
#[derive(Clone)]
pub(crate) struct Bank {
    pub(crate) net: Arc<Network>,
    pub(crate) brand: &'static Brand,
}

/// Something failed on our side; the caller learns nothing of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The database.
    #[error(transparent)]
    State(#[from] StateError),
    /// A key.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// A message could not be made.
    #[error("a message could not be made: {0}")]
    Message(&'static str),
}

impl Network {
    /// The time, in whole seconds: what the standard's dates can hold.
    pub(crate) fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_second(now.as_second()).unwrap_or(now)
    }
}

impl Bank {
    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        self.net.now()
    }

    /// The brand's issuer.
    pub(crate) fn issuer(&self) -> String {
        self.net.urls.issuer(self.brand)
    }

    /// The brand's signing key.
    pub(crate) fn signing_key(&self) -> Result<SigningKey, Failure> {
        Ok(self.net.keys.signing(self.brand.slug)?)
    }

    /// The directory's signing key.
    pub(crate) fn directory_key(&self) -> Result<SigningKey, Failure> {
        Ok(self.net.keys.signing(crate::directory::OWNER)?)
    }

    /// Finds a registered client.
    pub(crate) fn client(&self, id: &str) -> Result<Option<Client>, StateError> {
        self.net.db.get(&CLIENTS, &self.client_key(id))
    }

    /// The key of a client's record.
    pub(crate) fn client_key(&self, id: &str) -> String {
        format!("{}|{id}", self.brand.slug)
    }

    /// The keys of a client, from the directory's keystore or from the address that the settings give; `kid` names the one
    /// that is needed, where it is known.
    pub(crate) async fn client_jwks(&self, client: &Client, kid: Option<&str>) -> Result<JwkSet, StateError> {
        if let Some(keys) = self.net.remote.get(&client.software_id, kid, self.now()).await {
            return Ok(keys);
        }
        let software = self.net.db.get(&SOFTWARES, &client.software_id)?;
        let json = software.map(|software| software.jwks.to_string()).unwrap_or_default();
        Ok(JwkSet::parse(json.as_bytes()).unwrap_or_default())
    }

    /// The id under which this brand knows a person: the same for every client, telling nothing.
    pub(crate) fn subject(&self, cpf: &str) -> String {
        self.net.keys.deriver().derive("sub", &format!("{}|{cpf}", self.brand.slug))
    }
}
