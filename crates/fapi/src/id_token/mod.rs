//! The id_token: signed with PS256, then always encrypted.

mod error;
mod verify;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::encoding::half_hash;
use crate::jwks::Jwk;
use crate::keys::SigningKey;
use crate::{jwe, jws};

pub use error::IdTokenError;
pub use verify::{Opened, open, verify};

/// Where an id_token came from, and what came with it.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// In the fragment: `s_hash` and `c_hash` are required.
    Authorization {
        /// The state that was sent.
        state: &'a str,
        /// The code that came along.
        code: &'a str,
    },
    /// From the token endpoint: the hashes are checked where present.
    Token {
        /// The access token that came along.
        access_token: &'a str,
        /// The state that was sent.
        state: &'a str,
        /// The code that was exchanged.
        code: &'a str,
    },
}

/// What an id_token is compared with.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// The bank's issuer, letter for letter.
    pub issuer: &'a str,
    /// Our client id.
    pub client_id: &'a str,
    /// The nonce that was sent.
    pub nonce: &'a str,
    /// Where the id_token came from.
    pub source: Source<'a>,
}

/// An id_token that passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdToken {
    /// Whom it is about, in the bank's words. Personal: not for logs.
    pub subject: String,
    /// How sure the bank is.
    pub acr: String,
    /// When the user authenticated, where given.
    pub auth_time: Option<Timestamp>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

impl IdToken {
    /// Checks that the id_token of the token endpoint is about the same person as the first one.
    pub fn same_subject(&self, first: &Self) -> Result<(), IdTokenError> {
        if self.subject == first.subject { Ok(()) } else { Err(IdTokenError::Subject) }
    }
}

/// What the bank puts into an id_token.
#[derive(Clone, Copy)]
pub struct NewIdToken<'a> {
    /// The bank's issuer.
    pub issuer: &'a str,
    /// Whom it is about.
    pub subject: &'a str,
    /// The client, as audience.
    pub client_id: &'a str,
    /// The client's nonce.
    pub nonce: &'a str,
    /// How sure the bank is, e.g. `urn:brasil:openbanking:loa2`.
    pub acr: &'a str,
    /// When the user authenticated.
    pub auth_time: Timestamp,
    /// The client's state, where it sent one: for `s_hash`.
    pub state: Option<&'a str>,
    /// The code, where it goes along: for `c_hash`.
    pub code: Option<&'a str>,
    /// The access token, where it goes along: for `at_hash`.
    pub access_token: Option<&'a str>,
    /// For how long it is good.
    pub lifetime: SignedDuration,
}

/// Makes an id_token: signed with `key`, encrypted to the client's key `recipient`.
pub fn make(key: &SigningKey, recipient: &Jwk, new: &NewIdToken<'_>, now: Timestamp) -> Result<String, IdTokenError> {
    let issued = now.as_second();
    let mut claims = json!({
        "iss": new.issuer,
        "sub": new.subject,
        "aud": new.client_id,
        "iat": issued,
        "exp": issued.saturating_add(new.lifetime.as_secs()),
        "auth_time": new.auth_time.as_second(),
        "nonce": new.nonce,
        "acr": new.acr,
    });
    for (claim, value) in [("s_hash", new.state), ("c_hash", new.code), ("at_hash", new.access_token)] {
        if let Some(value) = value {
            claims[claim] = half_hash(value).into();
        }
    }
    let signed = jws::sign(key, &claims)?;
    Ok(jwe::encrypt(signed.as_bytes(), Some("JWT"), recipient)?)
}
