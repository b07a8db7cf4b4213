//! Refresh tokens: rotation is never required, and followed where it happens.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use vinculo_connector::{Connector, ConnectorError, Tokens};

use crate::bank::Bank;
use crate::visitor::Visitor;

async fn refreshed(visitor: &Visitor<'_>, token: &SecretString) -> Result<Tokens, ConnectorError> {
    visitor.connector.refresh(&visitor.institution, token).await
}

fn text(tokens: &Tokens) -> &str {
    tokens.refresh_token.as_ref().unwrap().expose_secret()
}

#[tokio::test]
async fn a_bank_that_does_not_rotate_is_refreshed_with_the_same_token() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = Visitor::new(&bank);
    let (consent, first) = visitor.connect().await;
    for leave_out in [json!([]), json!(["refresh_token"]), json!(["refresh_token", "scope", "id_token", "expires_in"])]
    {
        bank.behave(&json!({"leave_out": leave_out})).await;
        let next = refreshed(&visitor, first.refresh_token.as_ref().unwrap()).await.unwrap();
        assert_eq!(text(&next), text(&first));
        assert_ne!(next.access_token.expose_secret(), first.access_token.expose_secret());
        assert_eq!(visitor.connector.accounts(&visitor.access(&consent, &next)).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_bank_that_rotates_is_followed() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = Visitor::new(&bank);
    let (consent, first) = visitor.connect().await;
    bank.behave(&json!({"rotate": true})).await;
    let mut current = first.clone();
    for _ in 0..3 {
        let next = refreshed(&visitor, current.refresh_token.as_ref().unwrap()).await.unwrap();
        assert_ne!(text(&next), text(&current));
        assert_eq!(visitor.connector.accounts(&visitor.access(&consent, &next)).await.unwrap().len(), 1);
        current = next;
    }
    // A client that had kept the first one would be lost now.
    let error = refreshed(&visitor, first.refresh_token.as_ref().unwrap()).await.unwrap_err();
    assert!(matches!(error, ConnectorError::InvalidGrant), "{error}");
}

#[tokio::test]
async fn an_invented_refresh_token_is_no_grant() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = Visitor::new(&bank);
    let error = refreshed(&visitor, &SecretString::from("invented")).await.unwrap_err();
    assert!(matches!(error, ConnectorError::InvalidGrant), "{error}");
}
