//! Keys of clients that the settings name, fetched from the addresses that the settings give.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use vinculo_fapi::jwks::{CacheSettings, JwkSet, JwksCache};
use vinculo_fapi::mtls::{ClientSettings, client};

use crate::{KnownClient, KnownKeys, SandboxError, known};

/// How long an address may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Key sets by software statement, each with its own trust.
pub(crate) struct RemoteKeys(HashMap<String, (String, JwksCache)>);

impl RemoteKeys {
    /// Takes the addresses of `clients`; nothing is fetched yet.
    pub(crate) fn new(clients: &[KnownClient], ca_pem: &str) -> Result<Self, SandboxError> {
        let address = |known: &KnownClient| match &known.keys {
            KnownKeys::Set(_) => None,
            KnownKeys::Address { url, authorities_pem } => {
                let cache = cache(ca_pem, authorities_pem.as_deref());
                let cache = cache.map_err(|error| SandboxError::Keys(format!("client {}: {error}", known.client_id)));
                Some(cache.map(|cache| (known::software_id(&known.client_id), (url.clone(), cache))))
            }
        };
        Ok(Self(clients.iter().filter_map(address).collect::<Result<_, _>>()?))
    }

    /// Returns the keys at the address of a software; `None` where it has none. `kid` names the one that is needed: where the
    /// set lacks it, the address is asked again, at most once a minute.
    pub(crate) async fn get(&self, software: &str, kid: Option<&str>, now: Timestamp) -> Option<JwkSet> {
        let (url, cache) = self.0.get(software)?;
        let found = match kid {
            Some(kid) => cache.get_for(url, Some(kid), now).await,
            None => cache.get(url, now).await,
        };
        // Without keys nothing of the client is believed; the cache has said why.
        Some(found.map(|keys| (*keys).clone()).unwrap_or_default())
    }
}

fn cache(ca_pem: &str, authorities_pem: Option<&str>) -> Result<JwksCache, String> {
    let http = client(&ClientSettings {
        identity: None,
        roots_pem: format!("{ca_pem}\n{}", authorities_pem.unwrap_or_default()),
        connect_timeout: PATIENCE,
        timeout: PATIENCE,
        allow_http: true,
    });
    Ok(JwksCache::new(Arc::new(http.map_err(|error| error.to_string())?), CacheSettings::default()))
}
