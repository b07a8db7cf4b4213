use std::sync::Arc;

use vinculo_connector::Connector;
use vinculo_domain::{Env, Institution, InstitutionCode, LinkId, WidgetConfig};
use vinculo_store::{Store, StoreError, Token, Tx};

use crate::breaker::Breaker;
use crate::keyed::KeyedLocks;
use crate::webhooks::{Endpoints, WebhookClient};
use crate::{Error, Settings};

/// Everything that work on links needs. Cheap to clone.
#[derive(Clone)]
pub struct Aggregator(Arc<Inner>);

struct Inner {
    store: Store,
    connector: Arc<dyn Connector>,
    env: Env,
    settings: Settings,
    webhooks: WebhookClient,
    endpoints: Endpoints,
    refreshing: KeyedLocks<LinkId>,
    breaker: Breaker,
}

impl std::fmt::Debug for Aggregator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Aggregator")
    }
}

impl Aggregator {
    /// Puts the parts together.
    ///
    /// # Errors
    /// [`Error::Client`] when TLS for webhooks cannot be set up.
    pub fn new(store: Store, connector: Arc<dyn Connector>, env: Env, settings: Settings) -> Result<Self, Error> {
        let webhooks =
            WebhookClient::new(settings.webhook_addresses, &settings.webhook_names, settings.webhook_timeout)
                .map_err(Error::Client)?;
        let endpoints = Endpoints::new(settings.deliveries_per_endpoint);
        let refreshing = KeyedLocks::default();
        Ok(Self(Arc::new(Inner {
            store,
            connector,
            env,
            settings,
            webhooks,
            endpoints,
            refreshing,
            breaker: Breaker::default(),
        })))
    }

    /// Returns the database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Returns clock and random source.
    pub fn env(&self) -> &Env {
        &self.0.env
    }

    /// Returns the settings.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Returns the way to the institutions.
    pub fn connector(&self) -> &dyn Connector {
        &*self.0.connector
    }

    pub(crate) fn webhooks(&self) -> &WebhookClient {
        &self.0.webhooks
    }

    pub(crate) fn endpoints(&self) -> &Endpoints {
        &self.0.endpoints
    }

    pub(crate) fn refreshing(&self) -> &KeyedLocks<LinkId> {
        &self.0.refreshing
    }

    pub(crate) fn breaker(&self) -> &Breaker {
        &self.0.breaker
    }

    pub(crate) async fn institution(&self, code: &InstitutionCode) -> Result<Institution, Error> {
        Ok(self.store().institution_by_code(code).await?.ok_or(StoreError::NotFound)?)
    }
}

/// Reads what a token decides about its widget.
pub(crate) fn read_config(token: Option<Token>) -> Result<WidgetConfig, Error> {
    let config = token.and_then(|token| token.config).ok_or(Error::NotFound)?;
    serde_json::from_str(&config).map_err(|_| Error::Corrupt("tokens"))
}

/// The same inside a transaction.
pub(crate) async fn config_of(tx: &mut Tx, jti: &str) -> Result<WidgetConfig, Error> {
    read_config(tx.token(jti).await?)
}
