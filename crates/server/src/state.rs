//! What every handler gets: settings, time and chance, and the doors to the rest of the house.

use std::net::SocketAddr;
use std::sync::Arc;

use vinculo_aggregator::Aggregator;
use vinculo_domain::{CallbackPolicy, Env};
use vinculo_store::Store;

use crate::api::Limits;
use crate::settings::Settings;
use crate::token::TokenKeys;

/// Shared by all handlers; cheap to clone. Taken with `State(state): State<AppState>`.
#[derive(Clone)]
pub struct AppState {
    inner: Arc<Inner>,
}

/// What a state is made of.
pub struct Parts {
    /// The settings of the process.
    pub settings: Settings,
    /// Clock and entropy.
    pub env: Env,
    /// The keys that sign access tokens.
    pub tokens: TokenKeys,
    /// The database.
    pub store: Store,
    /// What happens to links.
    pub aggregator: Aggregator,
    /// Where the sandbox network listens, when it runs in this process.
    pub sandbox_address: Option<SocketAddr>,
}

struct Inner {
    parts: Parts,
    limits: Limits,
}

impl AppState {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self { inner: Arc::new(Inner { parts, limits: Limits::default() }) }
    }

    /// The settings of the process.
    pub fn settings(&self) -> &Settings {
        &self.inner.parts.settings
    }

    /// Clock and entropy.
    pub fn env(&self) -> &Env {
        &self.inner.parts.env
    }

    /// The keys that sign access tokens.
    pub fn tokens(&self) -> &TokenKeys {
        &self.inner.parts.tokens
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.inner.parts.store
    }

    /// What happens to links.
    pub fn aggregator(&self) -> &Aggregator {
        &self.inner.parts.aggregator
    }

    /// Which addresses an application may name.
    pub fn callback_policy(&self) -> CallbackPolicy {
        self.settings().callback_policy()
    }

    /// Where the sandbox network listens, when it runs in this process.
    pub(crate) fn sandbox_address(&self) -> Option<SocketAddr> {
        self.inner.parts.sandbox_address
    }

    /// How often applications may do things.
    pub(crate) fn limits(&self) -> &Limits {
        &self.inner.limits
    }
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppState")
    }
}
