//! The secrets under which webhooks are signed (Standard Webhooks: `whsec_` and base64 of the key).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use vinculo_domain::Env;

/// What stands before the key.
pub(crate) const PREFIX: &str = "whsec_";

/// The secrets of an endpoint: one that counts, and one that is on its way out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SigningSecrets {
    /// `whsec_…`.
    #[serde(with = "crate::secret")]
    pub current: SecretString,
    /// The one before, while both sign.
    pub previous: Option<PreviousSecret>,
}

/// A secret that has been replaced.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PreviousSecret {
    /// `whsec_…`.
    #[serde(with = "crate::secret")]
    pub secret: SecretString,
    /// Until when it signs, too.
    pub until: Timestamp,
}

impl SigningSecrets {
    /// Makes a fresh secret.
    pub fn new(env: &Env) -> Self {
        Self { current: fresh(env), previous: None }
    }

    /// Makes a fresh secret that takes the place of this one; this one signs beside it until `until`.
    #[must_use]
    pub fn rotated(&self, env: &Env, until: Timestamp) -> Self {
        Self { current: fresh(env), previous: Some(PreviousSecret { secret: self.current.clone(), until }) }
    }

    /// Returns the secrets that sign at `now`, the newest first.
    pub fn at(&self, now: Timestamp) -> impl Iterator<Item = &SecretString> {
        let previous = self.previous.as_ref().filter(|previous| now < previous.until);
        [&self.current].into_iter().chain(previous.map(|previous| &previous.secret))
    }
}

fn fresh(env: &Env) -> SecretString {
    SecretString::from(format!("{PREFIX}{}", STANDARD.encode(env.bytes::<32>())))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_replaced_secret_signs_until_its_time_and_no_longer() {
        let env = Env::system();
        let first = SigningSecrets::new(&env);
        let until: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let second = first.rotated(&env, until);
        let at = |secrets: &SigningSecrets, at: Timestamp| -> Vec<String> {
            secrets.at(at).map(|secret| secret.expose_secret().to_owned()).collect()
        };
        let before = until - jiff::SignedDuration::from_secs(1);
        assert_eq!(at(&second, before)[1], first.current.expose_secret());
        assert_eq!(at(&second, until).len(), 1);
        assert_ne!(second.current.expose_secret(), first.current.expose_secret());
        let third = second.rotated(&env, until);
        assert_eq!(at(&third, before), [third.current.expose_secret(), second.current.expose_secret()]);
    }

    #[test]
    fn a_secret_is_the_prefix_and_32_bytes_and_does_not_print() {
        let secrets = SigningSecrets::new(&Env::system());
        let key = secrets.current.expose_secret().strip_prefix(PREFIX).unwrap();
        assert_eq!(STANDARD.decode(key).unwrap().len(), 32);
        assert!(!format!("{secrets:?}").contains(key));
    }
}
