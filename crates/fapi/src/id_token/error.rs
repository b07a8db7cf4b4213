//! Every reason to refuse an id_token.

use crate::jwe::JweError;
use crate::jws::JwsError;

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
