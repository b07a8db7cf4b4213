//! The id_token: signed with PS256, then always encrypted.

use jiff::{SignedDuration, Timestamp};

use crate::jwe::JweError;
use crate::jwks::{Jwk, JwkSet};
use crate::jws::JwsError;
use crate::keys::{DecryptionKeys, SigningKey};

/// Why an id_token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    /// It is not encrypted as the profile demands, or not to us.
    #[error("id_token: {0}")]
    Jwe(#[from] JweError),
    /// It is not signed as the profile demands, or not by the bank.
    #[error("id_token: {0}")]
    Jws(#[from] JwsError),
    /// `iss` is missing.
    #[error("id_token: no iss")]
    MissingIssuer,
    /// `iss` is another issuer.
    #[error("id_token: wrong iss")]
    Issuer,
    /// `sub` is missing or too long.
    #[error("id_token: no sub")]
    MissingSubject,
    /// `sub` differs between the two id_tokens of one authorization.
    #[error("id_token: sub differs from the first id_token")]
    Subject,
    /// `aud` is missing.
    #[error("id_token: no aud")]
    MissingAudience,
    /// `aud` does not name us.
    #[error("id_token: wrong aud")]
    Audience,
    /// `aud` names someone else beside us.
    #[error("id_token: an audience that is not trusted")]
    UntrustedAudience,
    /// `azp` is there and is not us.
    #[error("id_token: wrong azp")]
    AuthorizedParty,
    /// `exp` is missing.
    #[error("id_token: no exp")]
    MissingExpiry,
    /// `exp` is past.
    #[error("id_token: expired")]
    Expired,
    /// `iat` is missing.
    #[error("id_token: no iat")]
    MissingIssuedAt,
    /// `iat` is in the future.
    #[error("id_token: iat in the future")]
    IssuedInFuture,
    /// `iat` is too long ago.
    #[error("id_token: too old")]
    TooOld,
    /// `nbf` is in the future.
    #[error("id_token: not valid yet")]
    NotYet,
    /// `nonce` is missing.
    #[error("id_token: no nonce")]
    MissingNonce,
    /// `nonce` is not ours.
    #[error("id_token: wrong nonce")]
    Nonce,
    /// `s_hash` is missing.
    #[error("id_token: no s_hash")]
    MissingStateHash,
    /// `s_hash` does not fit the state.
    #[error("id_token: wrong s_hash")]
    StateHash,
    /// `c_hash` is missing.
    #[error("id_token: no c_hash")]
    MissingCodeHash,
    /// `c_hash` does not fit the code.
    #[error("id_token: wrong c_hash")]
    CodeHash,
    /// `at_hash` is there and does not fit the access token.
    #[error("id_token: wrong at_hash")]
    AccessTokenHash,
    /// `acr` is missing.
    #[error("id_token: no acr")]
    MissingAcr,
}

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

/// A decrypted id_token, not verified yet. It tells which of the bank's keys is needed.
pub struct Opened {} // skeleton

impl Opened {
    /// Returns the id of the bank's key that signed it, for [`JwksCache::get_for`](crate::jwks::JwksCache::get_for).
    pub fn kid(&self) -> Option<&str> {
        todo!()
    }
    /// Verifies signature and claims.
    pub fn verify(&self, bank_keys: &JwkSet, expected: &Expected<'_>, now: Timestamp) -> Result<IdToken, IdTokenError> {
        let _ = (bank_keys, expected, now);
        todo!()
    }
}

/// Decrypts an id_token.
pub fn open(token: &str, our_keys: &DecryptionKeys) -> Result<Opened, IdTokenError> {
    let _ = (token, our_keys);
    todo!()
}

/// Decrypts and verifies an id_token.
pub fn verify(
    token: &str,
    our_keys: &DecryptionKeys,
    bank_keys: &JwkSet,
    expected: &Expected<'_>,
    now: Timestamp,
) -> Result<IdToken, IdTokenError> {
    open(token, our_keys)?.verify(bank_keys, expected, now)
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
    let _ = (key, recipient, new, now);
    todo!()
}
