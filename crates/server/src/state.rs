//! What every handler gets: settings, time and chance, and the doors to the rest of the house.

use std::sync::Arc;

use vinculo_domain::{CallbackPolicy, Env};

use crate::settings::Settings;
use crate::token::TokenKeys;

/// Shared by all handlers; cheap to clone. Taken with `State(state): State<AppState>`.
#[derive(Clone)]
pub struct AppState {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    env: Env,
    tokens: TokenKeys,
}

impl AppState {
    /// Puts the parts together.
    pub fn new(settings: Settings, env: Env, tokens: TokenKeys) -> Self {
        Self { inner: Arc::new(Inner { settings, env, tokens }) }
    }

    /// The settings of the process.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Clock and entropy.
    pub fn env(&self) -> &Env {
        &self.inner.env
    }

    /// The keys that sign access tokens.
    pub fn tokens(&self) -> &TokenKeys {
        &self.inner.tokens
    }

    /// Which addresses an application may name.
    pub fn callback_policy(&self) -> CallbackPolicy {
        self.inner.settings.callback_policy()
    }
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppState")
    }
}
