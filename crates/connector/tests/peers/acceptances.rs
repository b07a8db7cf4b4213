//! What the client must accept (section 13.2 of the reference).

use serde_json::{Value, json};
use vinculo_connector::{Connector, ConnectorError};
use vinculo_domain::{Clock as _, SystemClock};

use crate::bank::{Bank, CLIENT_ID};
use crate::visitor::Visitor;

/// Forgeries that are none: the token is made by hand, and good.
fn good() -> Vec<Value> {
    vec![
        json!({}),
        json!({"set": {"aud": [CLIENT_ID]}}),
        json!({"set": {"aud": [CLIENT_ID], "azp": CLIENT_ID}}),
        json!({"drop": ["at_hash", "auth_time"]}),
        json!({"set": {"acr": "urn:brasil:openbanking:loa2"}}),
        json!({"set": {"unknown": {"claim": [1, 2]}}}),
        json!({"shift": {"exp": -60}}),
        json!({"sign": {"header": {"typ": "JWT"}}}),
        json!({"encrypt": {"header": {"iss": "x", "aud": "y"}}}),
    ]
}

#[tokio::test]
async fn good_id_tokens_of_other_shapes_are_accepted() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = Visitor::new(&bank);
    for mut forgery in good() {
        for at in ["authorization", "token"] {
            forgery["at"] = json!(at);
            bank.behave(&json!({"forge": forgery})).await;
            let (_, authorization, answer) = visitor.visit().await;
            let tokens = visitor.exchange(&authorization, &answer).await;
            assert!(tokens.is_ok(), "{forgery}: {}", tokens.unwrap_err());
        }
    }
}

#[tokio::test]
async fn without_scope_what_was_asked_for_is_assumed_and_without_expiry_the_least() {
    let Some(bank) = Bank::start().await else { return };
    bank.behave(&json!({"leave_out": ["scope", "expires_in"]})).await;
    let visitor = Visitor::new(&bank);
    let (consent, authorization, answer) = visitor.visit().await;
    let tokens = visitor.exchange(&authorization, &answer).await.unwrap();
    assert_eq!(tokens.scope, authorization.scopes);
    let left = tokens.expires_at.duration_since(SystemClock.now()).as_secs();
    assert!((200..=300).contains(&left), "{left}");
    assert_eq!(visitor.connector.accounts(&visitor.access(&consent, &tokens)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_401_leads_to_a_refresh_twice_in_a_row() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = Visitor::new(&bank);
    let (consent, mut tokens) = visitor.connect().await;
    bank.behave(&json!({"unauthorised": {"accounts": 2}})).await;
    for _ in 0..2 {
        bank.forget().await;
        let error = visitor.connector.accounts(&visitor.access(&consent, &tokens)).await.unwrap_err();
        assert!(matches!(error, ConnectorError::Unauthorised), "{error}");
        assert_eq!(bank.calls().await.len(), 1, "the same token is not tried again");
        let refresh = tokens.refresh_token.clone().unwrap();
        tokens = visitor.connector.refresh(&visitor.institution, &refresh).await.unwrap();
    }
    assert_eq!(visitor.connector.accounts(&visitor.access(&consent, &tokens)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_401_at_the_consents_leads_to_one_fresh_token_of_our_own() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = Visitor::new(&bank);
    visitor.try_consent().await.unwrap();
    bank.behave(&json!({"unauthorised": {"consents": 1}})).await;
    visitor.try_consent().await.unwrap();
    let consents = "POST /open-banking/consents/v3/consents";
    assert_eq!(bank.calls().await, [consents, "POST /token", consents]);
    bank.behave(&json!({"unauthorised": {"consents": 9}})).await;
    let error = visitor.try_consent().await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unauthorised), "{error}");
    assert_eq!(bank.calls().await, [consents, "POST /token", consents]);
}

#[tokio::test]
async fn a_peer_that_serves_the_list_of_accounts_and_no_details_is_no_failure() {
    let Some(bank) = Bank::start().await else { return };
    bank.behave(&json!({"sparse": true})).await;
    let visitor = Visitor::new(&bank);
    let (consent, tokens) = visitor.connect().await;
    let accounts = visitor.connector.accounts(&visitor.access(&consent, &tokens)).await.unwrap();
    assert!(accounts.is_empty());
}
