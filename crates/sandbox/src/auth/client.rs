//! Who calls: `private_key_jwt`, and the certificate of the same software.

use axum::Extension;
use axum::extract::ConnectInfo;
use vinculo_fapi::client_assertion;
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::jws::Unverified;
use vinculo_fapi::mtls::Peer;

use super::OAuthFailure;
use crate::network::Bank;
use crate::state::{Client, SEEN, Seen, StateError};

/// The certificate of the connection, as the listener leaves it for handlers.
pub(super) type Shown = Option<Extension<ConnectInfo<Peer>>>;

/// A client that has proved who it is.
pub(super) struct Caller {
    /// The client.
    pub(super) client: Client,
    /// Its public keys.
    pub(super) keys: JwkSet,
    /// Thumbprint of the certificate it showed.
    pub(super) thumbprint: String,
}

impl Caller {
    /// Returns the client's keys to check another JWS of the same call with, which may be signed by another of them.
    pub(super) async fn keys_for(&self, bank: &Bank, jws: &str) -> Result<JwkSet, StateError> {
        bank.client_jwks(&self.client, kid(jws).as_deref()).await
    }
}

/// The key that a JWS names.
fn kid(jws: &str) -> Option<String> {
    Unverified::parse(jws).ok().and_then(|unverified| unverified.header().kid.clone())
}

/// Which names a client assertion may call this server by.
pub(super) fn audiences(bank: &Bank, endpoints: &[&str]) -> Vec<String> {
    let endpoints = endpoints.iter().map(|name| bank.net.urls.endpoint(bank.brand, name));
    std::iter::once(bank.issuer()).chain(endpoints).collect()
}

/// Checks certificate, assertion, and that the assertion has not been used before.
pub(super) async fn authenticate(
    bank: &Bank,
    peer: Shown,
    assertion: &str,
    stated: Option<&str>,
    endpoints: &[&str],
) -> Result<Caller, OAuthFailure> {
    let certificate = peer.and_then(|Extension(ConnectInfo(peer))| peer.certificate);
    let certificate = certificate.ok_or_else(|| OAuthFailure::unauthorised("a client certificate is required"))?;
    let id = client_assertion::peek_client_id(assertion).map_err(|error| refused(&error))?;
    if stated.is_some_and(|stated| stated != id) {
        return Err(OAuthFailure::unauthorised("client_id is not the client of the assertion"));
    }
    let unknown = || OAuthFailure::unauthorised("the client is unknown");
    let client = bank.client(&id)?.ok_or_else(unknown)?;
    let keys = bank.client_jwks(&client, kid(assertion).as_deref()).await?;
    let audiences = audiences(bank, endpoints);
    let audiences: Vec<&str> = audiences.iter().map(String::as_str).collect();
    let verified = client_assertion::verify(assertion, &client.id, &keys, &audiences, bank.now());
    let verified = verified.map_err(|error| refused(&error))?;
    if !client.holds(&certificate) {
        return Err(OAuthFailure::unauthorised("the certificate is not this client's"));
    }
    once(bank, &client.id, &verified).await?;
    Ok(Caller { client, keys, thumbprint: certificate.thumbprint() })
}

/// Refuses an assertion that was used before.
async fn once(bank: &Bank, client: &str, assertion: &client_assertion::Assertion) -> Result<(), OAuthFailure> {
    let key = format!("assertion|{}|{client}|{}", bank.brand.slug, assertion.jti);
    let seen = Seen { expires_at: assertion.expires_at };
    let first = bank.net.db.write(move |tx| {
        let first = tx.get(&SEEN, &key)?.is_none();
        if first {
            tx.put(&SEEN, &key, &seen)?;
        }
        Ok::<_, StateError>(first)
    });
    if first.await? { Ok(()) } else { Err(OAuthFailure::unauthorised("the assertion was used before")) }
}

fn refused(error: &client_assertion::ClientAssertionError) -> OAuthFailure {
    OAuthFailure::unauthorised(error.to_string())
}
