//! Discovery documents that the client must refuse, before any further call.

use serde_json::{Value, json};
use vinculo_connector::{ConnectorError, ProtocolError};

use crate::bank::Bank;
use crate::visitor::Visitor;

async fn refused(bank: &Bank, change: Value) {
    bank.behave(&json!({"discovery": change})).await;
    let error = Visitor::new(bank).try_consent().await.unwrap_err();
    assert!(matches!(error, ConnectorError::Protocol(ProtocolError::Discovery(_))), "{change}: {error}");
    assert_eq!(bank.calls().await, ["GET /.well-known/openid-configuration"], "{change}");
}

#[tokio::test]
async fn a_document_of_another_issuer_or_profile_is_refused_without_a_call() {
    let Some(bank) = Bank::start().await else { return };
    let issuer = bank.issuer();
    for other in ["https://other.example", &format!("{issuer}/INVALID"), &issuer.replace("https", "http"), ""] {
        refused(&bank, json!({"issuer": other})).await;
    }
    refused(&bank, json!({"issuer": null})).await;
    for list in [
        "id_token_signing_alg_values_supported",
        "id_token_encryption_alg_values_supported",
        "id_token_encryption_enc_values_supported",
        "request_object_signing_alg_values_supported",
        "token_endpoint_auth_methods_supported",
        "code_challenge_methods_supported",
        "response_types_supported",
    ] {
        refused(&bank, json!({list: ["something-else"]})).await;
    }
    let plain = issuer.replace("https", "http");
    for address in ["authorization_endpoint", "jwks_uri"] {
        refused(&bank, json!({address: format!("{plain}/x")})).await;
    }
    refused(&bank, json!({"mtls_endpoint_aliases": {"token_endpoint": format!("{plain}/token")}})).await;
    bank.behave(&json!({})).await;
    Visitor::new(&bank).try_consent().await.unwrap();
}
