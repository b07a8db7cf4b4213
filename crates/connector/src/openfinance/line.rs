//! How a bank is reached: a client that trusts certain authorities, and the key sets fetched with it.

use std::collections::HashMap;
use std::sync::Arc;

use vinculo_fapi::jwks::{CacheSettings, JwksCache};
use vinculo_fapi::mtls::{ClientIdentity, ClientSettings, client};

use super::http::Http;
use super::{OpenFinanceSettings, Transport, internal};
use crate::ConnectorError;

/// A way to one bank, or to all that trust the same authorities.
pub(super) struct Line {
    pub(super) http: Http,
    pub(super) jwks: JwksCache,
}

impl Line {
    /// Makes a line that trusts `authorities_pem` alone.
    pub(super) fn new(settings: &OpenFinanceSettings, authorities_pem: &str) -> Result<Self, ConnectorError> {
        let (client, tls_only) = transport(settings, authorities_pem)?;
        Ok(Self {
            jwks: JwksCache::new(Arc::new(client.clone()), CacheSettings::default()),
            http: Http::new(client, tls_only, settings.limits.clone(), settings.retry.clone(), settings.env.clone()),
        })
    }
}

/// Makes the lines of institutions with authorities of their own, by authorization server. What one bank's authority
/// signs is believed of that bank only.
pub(super) fn lines(settings: &OpenFinanceSettings) -> Result<HashMap<String, Line>, ConnectorError> {
    let own = settings.fixed.iter().filter_map(|fixed| Some((fixed, fixed.authorities_pem.as_deref()?)));
    own.map(|(fixed, pem)| Ok((fixed.institution.authorization_server_id.clone(), Line::new(settings, pem)?))).collect()
}

fn transport(settings: &OpenFinanceSettings, authorities_pem: &str) -> Result<(reqwest::Client, bool), ConnectorError> {
    if let Transport::Client(client) = &settings.transport {
        return Ok((client.clone(), false));
    }
    let identity = &settings.identity;
    let made = client(&ClientSettings {
        identity: Some(ClientIdentity {
            certificates_pem: identity.transport_certificate_pem.clone(),
            key_pem: identity.transport_key_pem.clone(),
        }),
        roots_pem: authorities_pem.to_owned(),
        connect_timeout: settings.limits.call_time,
        timeout: settings.limits.call_time,
        allow_http: settings.allow_http,
    });
    Ok((made.map_err(internal)?, true))
}
