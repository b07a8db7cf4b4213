//! What the client checks of an id_token.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{Expected, IdToken, IdTokenError, Source};
use crate::claims::{Audience, numeric_date};
use crate::encoding::{half_hash, same};
use crate::jwks::JwkSet;
use crate::jws::Unverified;
use crate::keys::DecryptionKeys;
use crate::{jwe, jws};

/// How far clocks may be apart.
const LEEWAY: SignedDuration = SignedDuration::from_mins(5);
/// How long ago an id_token may have been issued: it answers a question of a moment ago.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(1);
/// The longest subject or `acr`, in bytes.
const MAX_TEXT: usize = 255;

/// The claims; each is checked for presence by its own rule.
#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    azp: Option<String>,
    nonce: Option<String>,
    acr: Option<String>,
    s_hash: Option<String>,
    c_hash: Option<String>,
    at_hash: Option<String>,
    #[serde(default, deserialize_with = "numeric_date")]
    exp: Option<Timestamp>,
    #[serde(default, deserialize_with = "numeric_date")]
    iat: Option<Timestamp>,
    #[serde(default, deserialize_with = "numeric_date")]
    nbf: Option<Timestamp>,
    #[serde(default, deserialize_with = "numeric_date")]
    auth_time: Option<Timestamp>,
}

/// A decrypted id_token, not verified yet. It tells which of the bank's keys is needed.
pub struct Opened {
    signed: String,
    kid: Option<String>,
}

impl Opened {
    /// Returns the id of the bank's key that signed it, for [`JwksCache::get_for`](crate::jwks::JwksCache::get_for).
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Verifies signature and claims.
    pub fn verify(&self, bank_keys: &JwkSet, expected: &Expected<'_>, now: Timestamp) -> Result<IdToken, IdTokenError> {
        let claims: Claims = jws::verify(&self.signed, bank_keys)?.claims()?;
        check_parties(&claims, expected)?;
        let (issued_at, expires_at) = check_times(&claims, now)?;
        match claims.nonce.as_deref() {
            None => return Err(IdTokenError::MissingNonce),
            Some(nonce) if !same(nonce, expected.nonce) => return Err(IdTokenError::Nonce),
            Some(_) => {}
        }
        check_hashes(&claims, expected.source)?;
        let text = |text: Option<String>| text.filter(|text| !text.is_empty() && text.len() <= MAX_TEXT);
        let subject = text(claims.sub).ok_or(IdTokenError::MissingSubject)?;
        let acr = text(claims.acr).ok_or(IdTokenError::MissingAcr)?;
        Ok(IdToken { subject, acr, auth_time: claims.auth_time, issued_at, expires_at })
    }
}

/// Decrypts an id_token; an inner algorithm other than PS256 is refused here already.
pub fn open(token: &str, our_keys: &DecryptionKeys) -> Result<Opened, IdTokenError> {
    let signed = jwe::decrypt(token, our_keys)?;
    let signed = String::from_utf8(signed).map_err(|_| jws::JwsError::Malformed)?;
    let kid = Unverified::parse(&signed)?.header().kid.clone();
    Ok(Opened { signed, kid })
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

/// Checks who says it, and to whom (OpenID Connect Core, 3.1.3.7).
fn check_parties(claims: &Claims, expected: &Expected<'_>) -> Result<(), IdTokenError> {
    match claims.iss.as_deref() {
        None => return Err(IdTokenError::MissingIssuer),
        Some(iss) if iss != expected.issuer => return Err(IdTokenError::Issuer),
        Some(_) => {}
    }
    let audience = claims.aud.as_ref().map(Audience::all).filter(|all| !all.is_empty());
    let audience = audience.ok_or(IdTokenError::MissingAudience)?;
    if !audience.iter().any(|aud| aud == expected.client_id) {
        return Err(IdTokenError::Audience);
    }
    // We trust no one else with what is meant for us, whatever `azp` says.
    if audience.iter().any(|aud| aud != expected.client_id) {
        return Err(IdTokenError::UntrustedAudience);
    }
    if claims.azp.as_deref().is_some_and(|azp| azp != expected.client_id) {
        return Err(IdTokenError::AuthorizedParty);
    }
    Ok(())
}

/// Checks the times and returns `iat` and `exp`.
fn check_times(claims: &Claims, now: Timestamp) -> Result<(Timestamp, Timestamp), IdTokenError> {
    let exp = claims.exp.ok_or(IdTokenError::MissingExpiry)?;
    let iat = claims.iat.ok_or(IdTokenError::MissingIssuedAt)?;
    if now.duration_since(exp) > LEEWAY {
        return Err(IdTokenError::Expired);
    }
    if iat.duration_since(now) > LEEWAY {
        return Err(IdTokenError::IssuedInFuture);
    }
    if now.duration_since(iat) > MAX_AGE + LEEWAY {
        return Err(IdTokenError::TooOld);
    }
    if claims.nbf.is_some_and(|nbf| nbf.duration_since(now) > LEEWAY) {
        return Err(IdTokenError::NotYet);
    }
    Ok((iat, exp))
}

/// Checks that the id_token belongs to what came along with it.
fn check_hashes(claims: &Claims, source: Source<'_>) -> Result<(), IdTokenError> {
    let (state, code, access_token, required) = match source {
        Source::Authorization { state, code } => (state, code, None, true),
        Source::Token { access_token, state, code } => (state, code, Some(access_token), false),
    };
    if required && claims.s_hash.is_none() {
        return Err(IdTokenError::MissingStateHash);
    }
    if required && claims.c_hash.is_none() {
        return Err(IdTokenError::MissingCodeHash);
    }
    let differs = |hash: &Option<String>, text| hash.as_ref().is_some_and(|hash| !same(hash, &half_hash(text)));
    if differs(&claims.s_hash, state) {
        return Err(IdTokenError::StateHash);
    }
    if differs(&claims.c_hash, code) {
        return Err(IdTokenError::CodeHash);
    }
    if access_token.is_some_and(|token| differs(&claims.at_hash, token)) {
        return Err(IdTokenError::AccessTokenHash);
    }
    Ok(())
}
