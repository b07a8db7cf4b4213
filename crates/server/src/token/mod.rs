//! Access and refresh tokens: JWTs signed here with HS512 and opaque to everybody else (reference, belvo-widget 2.3).

mod jwt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use vinculo_domain::ApplicationId;

pub use jwt::TokenKeys;

/// For how long a token can open the widget.
pub(crate) const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// What a token says. Names and shapes are those of the published samples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// `access` or `refresh`.
    pub token_type: TokenType,
    /// Seconds since the epoch.
    pub iat: i64,
    /// Seconds since the epoch.
    pub exp: i64,
    /// 32 hex characters; the widget's configuration is kept under it.
    pub jti: String,
    /// The API user: the application, as in a link's `created_by`.
    pub user_id: String,
    /// The application.
    pub organization_id: ApplicationId,
    /// The application's name.
    pub organization_name: String,
    /// Scopes as asked for.
    pub scopes: Vec<String>,
    /// `sandbox` or `production`.
    pub environment: String,
    /// Host of the API.
    pub api_url: String,
    /// Host of the API.
    pub iss: String,
    /// Of no meaning here; present in the samples.
    pub credentials_storage: String,
    /// Retention as asked for.
    pub stale_in: String,
    /// Resources as asked for.
    pub fetch_resources: Vec<String>,
}

/// Which of the two tokens of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenType {
    /// Opens the widget.
    Access,
    /// Well-formed, and of no use anywhere.
    Refresh,
}

/// Why a token does not open the widget.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not signed here, or not an access token: it names nothing.
    #[error("the token was not signed here")]
    Forged,
    /// Signed here, but too old: its callbacks may still be told.
    #[error("the token has expired")]
    Expired(Box<Claims>),
}

impl TokenKeys {
    /// Checks signature, kind and age of an access token.
    ///
    /// # Errors
    /// [`TokenError::Forged`] before anything in the token is believed, then [`TokenError::Expired`].
    pub fn open_access(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        let claims: Claims = self.verify(token).ok_or(TokenError::Forged)?;
        if claims.token_type != TokenType::Access {
            return Err(TokenError::Forged);
        }
        let age = now.as_second() - claims.iat;
        if age > LIFETIME.as_secs() || now.as_second() >= claims.exp {
            return Err(TokenError::Expired(Box::new(claims)));
        }
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vinculo_store::MasterKeys;

    fn keys(byte: u8) -> TokenKeys {
        TokenKeys::derive(&MasterKeys::new(&[[byte; 32]]).unwrap())
    }

    fn claims(token_type: TokenType) -> Claims {
        Claims {
            token_type,
            iat: 1_000,
            exp: 2_200,
            jti: "a".repeat(32),
            user_id: "u".into(),
            organization_id: "0199a000-0000-7000-8000-000000000000".parse().unwrap(),
            organization_name: "Demo".into(),
            scopes: vec!["write_links".into()],
            environment: "sandbox".into(),
            api_url: "127.0.0.1".into(),
            iss: "127.0.0.1".into(),
            credentials_storage: "365d".into(),
            stale_in: "300d".into(),
            fetch_resources: vec!["ACCOUNTS".into()],
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_token_opens_for_ten_minutes() {
        let token = keys(1).sign(&claims(TokenType::Access));
        assert_eq!(keys(1).open_access(&token, at(1_600)).unwrap(), claims(TokenType::Access));
        assert!(matches!(keys(1).open_access(&token, at(1_601)), Err(TokenError::Expired(_))));
    }

    #[test]
    fn a_token_of_another_key_or_kind_is_forged() {
        let access = keys(1).sign(&claims(TokenType::Access));
        let refresh = keys(1).sign(&claims(TokenType::Refresh));
        assert_eq!(keys(2).open_access(&access, at(1_100)), Err(TokenError::Forged));
        assert_eq!(keys(1).open_access(&refresh, at(1_100)), Err(TokenError::Forged));
    }

    #[test]
    fn changing_any_byte_breaks_it() {
        let token = keys(1).sign(&claims(TokenType::Access));
        for at_byte in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at_byte] = if bytes[at_byte] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(keys(1).open_access(&changed, at(1_100)), Err(TokenError::Forged), "byte {at_byte}");
        }
    }

    #[test]
    fn unsigned_and_shapeless_tokens_are_forged() {
        let token = keys(1).sign(&claims(TokenType::Access));
        let body = token.split('.').nth(1).unwrap();
        let none = format!("eyJhbGciOiJub25lIn0.{body}.");
        for text in ["", ".", "..", "a.b.c", &none, &format!("{token}."), &format!("{token}="), &"x".repeat(100_000)] {
            assert_eq!(keys(1).open_access(text, at(1_100)), Err(TokenError::Forged));
        }
    }

    #[test]
    fn an_older_key_of_the_ring_still_opens() {
        let token = keys(1).sign(&claims(TokenType::Access));
        let ring = |bytes: &[[u8; 32]]| TokenKeys::derive(&MasterKeys::new(bytes).unwrap());
        assert!(ring(&[[2; 32], [1; 32]]).open_access(&token, at(1_100)).is_ok());
        assert!(ring(&[[2; 32], [3; 32]]).open_access(&token, at(1_100)).is_err());
    }
}
