//! The making of id_tokens, and of wrong ones where a fault asks for them.

use jiff::SignedDuration;
use vinculo_fapi::id_token::{self, NewIdToken};
use vinculo_fapi::jwks::Jwk;

use crate::faults::{self, Claim};
use crate::network::{Bank, Failure};

/// How long ago an id_token that has run out was made.
const LONG_AGO: SignedDuration = SignedDuration::from_hours(24);

impl Bank {
    /// Makes an id_token for the key `recipient`.
    pub(super) fn id_token(&self, recipient: &Jwk, new: &NewIdToken<'_>) -> Result<String, Failure> {
        let (mut new, mut key, mut now) = (*new, self.signing_key()?, self.now());
        match faults::forged_claim() {
            None => {}
            // The right name on the wrong key: only the signature tells.
            Some(Claim::Signature) => key = self.directory_key()?.with_kid(key.kid()),
            Some(Claim::Nonce) => new.nonce = "nobody asked with this",
            Some(Claim::Issuer) => new.issuer = "https://another.bank.example",
            Some(Claim::Audience) => new.client_id = "another client",
            Some(Claim::Expired) => now = now.checked_sub(LONG_AGO).unwrap_or(now),
            Some(Claim::CodeHash) => new.code = Some("another code"),
            Some(Claim::StateHash) => new.state = Some("another state"),
        }
        id_token::make(&key, recipient, &new, now).map_err(|_| Failure::Message("id_token"))
    }
}
