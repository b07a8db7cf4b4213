//! `POST /register`.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use secrecy::SecretString;
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::oauth_error::code;
use vinculo_fapi::random;
use vinculo_fapi::registration::ClientMetadata;
use vinculo_fapi::ssa::{self, SoftwareStatement};

use super::{Shown, answer, certificate, kept, scopes};
use crate::auth::OAuthFailure;
use crate::chance;
use crate::network::Bank;
use crate::state::{CLIENTS, Client, SOFTWARES, StateError};

/// Registers the software of a statement.
///
/// There is one registration per software statement: who registers again gets the same client id with a new access
/// token, so that a receiver that died between our answer and its own commit finds its way back.
pub(super) async fn create(State(bank): State<Bank>, peer: Shown, body: Bytes) -> Result<Response, OAuthFailure> {
    if let Some(forced) = bank.strike(&["registration"], &[]).await {
        return Ok(forced);
    }
    let certificate = certificate(peer)?;
    let asked = ClientMetadata::parse(&body).map_err(OAuthFailure::bad_request)?;
    let statement = verified(&bank, &asked)?;
    let keys = keys(&bank, &statement)?;
    let admitted = asked.admit(&statement, certificate.subject(), &keys).map_err(OAuthFailure::bad_request)?;
    let access = random::token();
    let client = client(&bank, &statement, &admitted, &access)?;
    let client = bank.net.db.write(move |tx| {
        let earlier = tx.all(&CLIENTS)?.into_iter().map(|(_, earlier)| earlier);
        let same = |earlier: &Client| earlier.brand == client.brand && earlier.software_id == client.software_id;
        let id = earlier.into_iter().find(same).map_or_else(chance::uuid, |earlier| earlier.id);
        let client = Client { id, ..client };
        tx.put(&CLIENTS, &format!("{}|{}", client.brand, client.id), &client)?;
        Ok::<_, StateError>(client)
    });
    answer(&bank, StatusCode::CREATED, &client.await?, SecretString::from(access))
}

/// The software statement, signed by the directory and fresh.
fn verified(bank: &Bank, asked: &ClientMetadata) -> Result<SoftwareStatement, OAuthFailure> {
    let refuse = |text: String| OAuthFailure::with(StatusCode::BAD_REQUEST, code::INVALID_SOFTWARE_STATEMENT, text);
    let signed = asked.software_statement.as_deref().ok_or_else(|| refuse("no software statement".into()))?;
    let directory = JwkSet::new([bank.directory_key()?.public_jwk()]);
    ssa::verify(signed, &directory, ssa::SANDBOX_ISSUER, bank.now()).map_err(|error| refuse(error.to_string()))
}

/// The keys at the statement's `jwks_uri`, which is always in the network's own keystore.
pub(super) fn keys(bank: &Bank, statement: &SoftwareStatement) -> Result<JwkSet, OAuthFailure> {
    let software = bank.net.db.get(&SOFTWARES, &statement.software_id)?;
    let json = software.map(|software| software.jwks.to_string()).unwrap_or_default();
    Ok(JwkSet::parse(json.as_bytes()).unwrap_or_default())
}

fn client(
    bank: &Bank,
    statement: &SoftwareStatement,
    admitted: &ClientMetadata,
    access: &str,
) -> Result<Client, OAuthFailure> {
    Ok(Client {
        id: String::new(),
        brand: bank.brand.slug.to_owned(),
        software_id: statement.software_id.clone(),
        organisation_id: statement.org_id.clone(),
        name: statement.software_client_name.clone(),
        redirect_uris: admitted.redirect_uris.clone(),
        scopes: scopes(admitted),
        jwks_uri: admitted.jwks_uri.clone().unwrap_or_default(),
        access_hash: chance::hash(access),
        metadata: kept(admitted)?,
        certificate: None,
        created_at: bank.now(),
    })
}
