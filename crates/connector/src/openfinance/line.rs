//! How a bank is reached: who we are there, a client that trusts certain authorities, and the key sets fetched with it.

use std::collections::HashMap;
use std::sync::Arc;

use secrecy::ExposeSecret;
use vinculo_fapi::jwks::{CacheSettings, JwksCache};
use vinculo_fapi::keys::{DecryptionKey, DecryptionKeys, SigningKey};
use vinculo_fapi::mtls::{ClientIdentity, ClientSettings, client};

use super::http::Http;
use super::{FixedInstitution, Identity, KeyPem, OpenFinanceSettings, Transport, TransportPem, internal};
use crate::ConnectorError;

/// A way to one bank, or to all where we are the same and trust the same authorities.
pub(super) struct Line {
    pub(super) http: Http,
    pub(super) jwks: JwksCache,
    /// Signs what we say there.
    pub(super) signing_key: SigningKey,
    /// Decrypts what is said to us there.
    pub(super) decryption_keys: DecryptionKeys,
    /// What a person's browser would be: it trusts the same authorities and shows no certificate.
    pub(super) visitor: Http,
}

impl Line {
    /// Makes the line of every bank that has none of its own.
    pub(super) fn main(settings: &OpenFinanceSettings) -> Result<Self, ConnectorError> {
        Self::new(settings, &settings.identity)
    }

    /// Makes the line of an institution that the settings describe; `None` where the main one serves it.
    fn of(settings: &OpenFinanceSettings, fixed: &FixedInstitution) -> Option<Result<Self, ConnectorError>> {
        if fixed.authorities_pem.is_none() && fixed.own.is_empty() {
            return None;
        }
        Some(Self::new(settings, &identity_at(&settings.identity, fixed)))
    }

    fn new(settings: &OpenFinanceSettings, identity: &Identity) -> Result<Self, ConnectorError> {
        let shown = TransportPem {
            certificate_pem: identity.transport_certificate_pem.clone(),
            key_pem: identity.transport_key_pem.clone(),
        };
        let (client, tls_only) = transport(settings, identity, Some(shown))?;
        let (browser, _) = transport(settings, identity, None)?;
        let http = |client: reqwest::Client| {
            Http::new(client, tls_only, settings.limits.clone(), settings.retry.clone(), settings.env.clone())
        };
        Ok(Self {
            jwks: JwksCache::new(Arc::new(client.clone()), CacheSettings::default()),
            signing_key: signing_key(&identity.signing_key)?,
            decryption_keys: decryption_keys(&identity.encryption_keys)?,
            visitor: http(browser),
            http: http(client),
        })
    }

    /// Names the keys that a bank knows us by.
    pub(super) fn kids(&self) -> [&str; 2] {
        [self.signing_key.kid(), self.decryption_keys.current().kid()]
    }
}

/// Makes the lines of institutions with authorities, a certificate or keys of their own, by authorization server. What one
/// bank's authority signs is believed of that bank only.
pub(super) fn lines(settings: &OpenFinanceSettings) -> Result<HashMap<String, Line>, ConnectorError> {
    let own = settings.fixed.iter().filter_map(|fixed| Some((fixed, Line::of(settings, fixed)?)));
    own.map(|(fixed, line)| Ok((fixed.institution.authorization_server_id.clone(), line?))).collect()
}

/// Who we are at an institution.
fn identity_at(main: &Identity, fixed: &FixedInstitution) -> Identity {
    let mut identity = main.clone();
    let own = fixed.own.clone();
    if let Some(transport) = own.transport {
        identity.transport_certificate_pem = transport.certificate_pem;
        identity.transport_key_pem = transport.key_pem;
    }
    if let Some(signing_key) = own.signing_key {
        identity.signing_key = signing_key;
    }
    if !own.encryption_keys.is_empty() {
        identity.encryption_keys = own.encryption_keys;
    }
    if let Some(authorities_pem) = fixed.authorities_pem.clone() {
        identity.authorities_pem = authorities_pem;
    }
    identity
}

fn signing_key(key: &KeyPem) -> Result<SigningKey, ConnectorError> {
    let made = SigningKey::from_pkcs8_pem(key.pem.expose_secret()).map_err(internal)?;
    Ok(made.with_kid(key.kid.as_str()))
}

fn decryption_keys(keys: &[KeyPem]) -> Result<DecryptionKeys, ConnectorError> {
    let read = |key: &KeyPem| -> Result<DecryptionKey, ConnectorError> {
        let made = DecryptionKey::from_pkcs8_pem(key.pem.expose_secret()).map_err(internal)?;
        Ok(made.with_kid(key.kid.as_str()))
    };
    let (current, older) = keys.split_first().ok_or_else(|| internal("no encryption key"))?;
    older.iter().try_fold(DecryptionKeys::new(read(current)?), |all, key| Ok(all.and(read(key)?)))
}

/// Makes a client that shows `shown`; says whether it speaks TLS only where it matters.
fn transport(
    settings: &OpenFinanceSettings,
    identity: &Identity,
    shown: Option<TransportPem>,
) -> Result<(reqwest::Client, bool), ConnectorError> {
    if let Transport::Client(client) = &settings.transport {
        return Ok((client.clone(), false));
    }
    let made = client(&ClientSettings {
        identity: shown.map(|shown| ClientIdentity { certificates_pem: shown.certificate_pem, key_pem: shown.key_pem }),
        roots_pem: identity.authorities_pem.clone(),
        connect_timeout: settings.limits.call_time,
        timeout: settings.limits.call_time,
        allow_http: settings.allow_http,
    });
    Ok((made.map_err(internal)?, true))
}
