//! The directory's own authorization server: `client_credentials` by certificate alone (`tls_client_auth`).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use http::{StatusCode, header};
use jiff::SignedDuration;
use serde_json::json;
use vinculo_fapi::http::Form;
use vinculo_fapi::mtls::Peer;
use vinculo_fapi::oauth_error::{OAuthError, code};
use vinculo_fapi::random;

use super::OWNER;
use crate::chance;
use crate::network::Network;
use crate::state::{AccessToken, SOFTWARES, StateError, TOKENS};

/// The scope that opens software statements.
pub(super) const SCOPE: &str = "directory:software";
/// How long a token lives.
const LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// The directory's discovery document.
pub(super) async fn discovery(State(net): State<Arc<Network>>) -> Response {
    let token = net.urls.directory_token();
    let document = json!({
        "issuer": net.urls.directory(),
        "token_endpoint": token,
        "jwks_uri": format!("{}/openbanking.jwks", net.urls.keystore()),
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": [SCOPE],
        "token_endpoint_auth_methods_supported": ["tls_client_auth"],
        "tls_client_certificate_bound_access_tokens": true,
        "mtls_endpoint_aliases": {"token_endpoint": token},
    });
    Json(document).into_response()
}

/// Gives the software of the certificate a token.
pub(super) async fn token(
    State(net): State<Arc<Network>>,
    peer: Option<Extension<ConnectInfo<Peer>>>,
    body: Bytes,
) -> Response {
    let Ok(form) = Form::parse(&body) else {
        return refused(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, "the form cannot be read");
    };
    if form.get("grant_type") != Some("client_credentials") {
        return refused(StatusCode::BAD_REQUEST, code::UNSUPPORTED_GRANT_TYPE, "only client_credentials is offered");
    }
    if !form.get("scope").unwrap_or(SCOPE).split(' ').all(|scope| scope == SCOPE) {
        return refused(StatusCode::BAD_REQUEST, code::INVALID_SCOPE, "only directory:software is offered");
    }
    let certificate = peer.and_then(|Extension(ConnectInfo(peer))| peer.certificate);
    let shown = certificate.as_ref().and_then(|certificate| certificate.subject().software_id.clone());
    match (shown, certificate) {
        (Some(shown), Some(certificate)) if form.get("client_id") == Some(shown.as_str()) => {
            issue(&net, shown, certificate.thumbprint()).await
        }
        _ => refused(StatusCode::UNAUTHORIZED, code::INVALID_CLIENT, "the certificate is not this client's"),
    }
}

async fn issue(net: &Network, software: String, thumbprint: String) -> Response {
    let token = random::token();
    let key = chance::hash(&token);
    let record = AccessToken {
        brand: OWNER.to_owned(),
        client_id: software,
        grant: None,
        scopes: vec![SCOPE.to_owned()],
        thumbprint,
        expires_at: net.now() + LIFETIME,
    };
    let known = net.db.write(move |tx| {
        let known = tx.get(&SOFTWARES, &record.client_id)?.is_some();
        if known {
            tx.put(&TOKENS, &key, &record)?;
        }
        Ok::<_, StateError>(known)
    });
    match known.await {
        Ok(true) => {
            let body = json!({
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": LIFETIME.as_secs(),
                "scope": SCOPE,
            });
            ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
        }
        Ok(false) => refused(StatusCode::UNAUTHORIZED, code::INVALID_CLIENT, "the software is not in the directory"),
        Err(error) => {
            tracing::error!(%error, "the sandbox directory failed");
            refused(StatusCode::INTERNAL_SERVER_ERROR, code::SERVER_ERROR, "the directory failed")
        }
    }
}

fn refused(status: StatusCode, error: &str, description: &str) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, kind, OAuthError::new(error, description).to_json()).into_response()
}
