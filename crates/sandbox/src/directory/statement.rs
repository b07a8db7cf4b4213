//! Software statement assertions.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::{Extensions, HeaderMap, StatusCode, header};
use vinculo_fapi::ssa::{self, SoftwareStatement, StatementRole};
use vinculo_fapi::token::bearer;

use super::{OWNER, token};
use crate::api::peer_thumbprint;
use crate::chance;
use crate::network::{Failure, Network};
use crate::state::{SOFTWARES, Software, TOKENS};
use crate::urls::Urls;

/// What the directory says of a software statement.
pub(crate) fn statement(software: &Software, urls: &Urls) -> SoftwareStatement {
    let (organisation, id) = (&software.organisation_id, &software.id);
    SoftwareStatement {
        software_mode: "Live".into(),
        software_redirect_uris: software.redirect_uris.clone(),
        software_statement_roles: vec![StatementRole {
            role: "DADOS".into(),
            authorisation_domain: "Open Banking".into(),
            status: "Active".into(),
        }],
        software_client_name: software.name.clone(),
        org_status: "Active".into(),
        software_client_id: id.clone(),
        software_id: id.clone(),
        software_client_description: Some(software.name.clone()),
        software_logo_uri: software.logo_uri.clone(),
        software_jwks_uri: urls.software_jwks(organisation, id),
        software_jwks_transport_uri: Some(urls.transport_jwks(organisation, id)),
        org_id: organisation.clone(),
        org_name: software.name.clone(),
        org_number: software.cnpj.clone(),
        software_environment: "sandbox".into(),
        software_version: "1.0".into(),
        software_roles: vec!["DADOS".into()],
        ..SoftwareStatement::default()
    }
}

/// Signs the statement of the caller's own software.
pub(super) async fn assertion(
    State(net): State<Arc<Network>>,
    Path((organisation, software)): Path<(String, String)>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    match signed(&net, &organisation, &software, &headers, &extensions) {
        Ok(Ok(jwt)) => ([(header::CONTENT_TYPE, "application/jwt")], jwt).into_response(),
        Ok(Err(status)) => status.into_response(),
        Err(error) => {
            tracing::error!(%error, "the sandbox directory failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The signed statement, or the status of the refusal.
fn signed(
    net: &Network,
    organisation: &str,
    software: &str,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<Result<String, StatusCode>, Failure> {
    let Some(caller) = caller(net, headers, extensions)? else { return Ok(Err(StatusCode::UNAUTHORIZED)) };
    if caller != software {
        return Ok(Err(StatusCode::FORBIDDEN));
    }
    let found = net.db.get(&SOFTWARES, software)?.filter(|found| found.organisation_id == organisation);
    let Some(found) = found else { return Ok(Err(StatusCode::NOT_FOUND)) };
    let key = net.keys.signing(OWNER)?;
    let signed = ssa::make(&key, ssa::SANDBOX_ISSUER, &statement(&found, &net.urls), net.now());
    Ok(Ok(signed.map_err(|_| Failure::Message("software statement"))?))
}

/// The software statement whose token the caller holds, bound to the certificate it shows.
fn caller(net: &Network, headers: &HeaderMap, extensions: &Extensions) -> Result<Option<String>, Failure> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(presented) = header.and_then(bearer) else { return Ok(None) };
    let held = net.db.get(&TOKENS, &chance::hash(presented))?.filter(|held| held.brand == OWNER);
    let good = held.filter(|held| {
        held.expires_at > net.now()
            && held.scopes.iter().any(|scope| scope == token::SCOPE)
            && peer_thumbprint(extensions).is_some_and(|thumbprint| thumbprint == held.thumbprint)
    });
    Ok(good.map(|held| held.client_id))
}
