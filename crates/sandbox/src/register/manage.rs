//! `GET`, `PUT` and `DELETE` of a registration: with its access token and the certificate of its software.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, header};
use secrecy::SecretString;
use vinculo_fapi::certificate::Certificate;
use vinculo_fapi::oauth_error::{OAuthError, code};
use vinculo_fapi::registration::ClientMetadata;
use vinculo_fapi::token::bearer;

use super::{Shown, answer, certificate, create, kept, scopes};
use crate::auth::OAuthFailure;
use crate::chance;
use crate::directory;
use crate::network::Bank;
use crate::state::{CLIENTS, Client, SOFTWARES};

/// A registration, the access token it was reached with, and the certificate shown.
struct Reached {
    client: Client,
    access: SecretString,
    certificate: Certificate,
}

/// Reads the registration.
pub(super) async fn read(
    State(bank): State<Bank>,
    Path(id): Path<String>,
    peer: Shown,
    headers: HeaderMap,
) -> Result<Response, OAuthFailure> {
    if let Some(forced) = bank.strike(&["registration"], &[]).await {
        return Ok(forced);
    }
    let reached = reach(&bank, &id, peer, &headers)?;
    answer(&bank, StatusCode::OK, &reached.client, reached.access)
}

/// Changes the registration, by the rules of a new one; the access token stays the same.
pub(super) async fn update(
    State(bank): State<Bank>,
    Path(id): Path<String>,
    peer: Shown,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OAuthFailure> {
    if let Some(forced) = bank.strike(&["registration"], &[]).await {
        return Ok(forced);
    }
    let reached = reach(&bank, &id, peer, &headers)?;
    let asked = ClientMetadata::parse(&body).map_err(OAuthFailure::bad_request)?;
    let client = changed(&bank, &reached, &asked)?;
    let (key, record) = (bank.client_key(&client.id), client.clone());
    bank.net.db.write(move |tx| tx.put(&CLIENTS, &key, &record)).await?;
    answer(&bank, StatusCode::OK, &client, reached.access)
}

/// The registration as it will be, checked against what the directory says today.
fn changed(bank: &Bank, reached: &Reached, asked: &ClientMetadata) -> Result<Client, OAuthFailure> {
    let software = bank.net.db.get(&SOFTWARES, &reached.client.software_id)?.ok_or_else(unknown)?;
    let statement = directory::statement(&software, &bank.net.urls);
    let keys = create::keys(bank, &statement)?;
    let admitted =
        asked.admit(&statement, reached.certificate.subject(), &keys).map_err(|error| metadata_error(&error))?;
    Ok(Client {
        name: statement.software_client_name,
        redirect_uris: admitted.redirect_uris.clone(),
        scopes: scopes(&admitted),
        jwks_uri: admitted.jwks_uri.clone().unwrap_or_default(),
        metadata: kept(&admitted)?,
        ..reached.client.clone()
    })
}

/// Deletes the registration; the client is unknown from then on.
pub(super) async fn delete(
    State(bank): State<Bank>,
    Path(id): Path<String>,
    peer: Shown,
    headers: HeaderMap,
) -> Result<Response, OAuthFailure> {
    if let Some(forced) = bank.strike(&["registration"], &[]).await {
        return Ok(forced);
    }
    let reached = reach(&bank, &id, peer, &headers)?;
    let key = bank.client_key(&reached.client.id);
    bank.net.db.write(move |tx| tx.remove(&CLIENTS, &key)).await?;
    Ok((StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response())
}

/// Lets in who holds the registration's access token and shows its software's certificate; everybody else gets the same
/// 401, whether the client exists or not.
fn reach(bank: &Bank, id: &str, peer: Shown, headers: &HeaderMap) -> Result<Reached, OAuthFailure> {
    let certificate = certificate(peer)?;
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let access = header.and_then(bearer).ok_or_else(unknown)?;
    let client = bank.client(id)?.ok_or_else(unknown)?;
    if !client.holds(&certificate) || chance::hash(access) != client.access_hash {
        return Err(unknown());
    }
    Ok(Reached { client, access: SecretString::from(access), certificate })
}

fn unknown() -> OAuthFailure {
    OAuthFailure::with(StatusCode::UNAUTHORIZED, code::INVALID_TOKEN, "the registration access token is not valid")
}

/// Every refusal of a change is about its metadata (DCR-BR).
fn metadata_error(error: &OAuthError) -> OAuthFailure {
    let text = error.error_description.clone().unwrap_or_default();
    OAuthFailure::with(StatusCode::BAD_REQUEST, code::INVALID_CLIENT_METADATA, text)
}
