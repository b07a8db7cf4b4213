//! The check of access tokens.

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use vinculo_fapi::mtls::Peer;
use vinculo_fapi::token;

use super::ApiError;
use crate::chance;
use crate::network::Bank;
use crate::state::{AccessToken, CONSENTS, Consent, GRANTS, Grant, Status, TOKENS};

/// A token that is good here and now.
pub(crate) struct Held {
    /// The token.
    pub(crate) token: AccessToken,
    /// The person's grant and its consent; none for a token of the client alone.
    pub(crate) granted: Option<(Grant, Consent)>,
}

impl Held {
    /// Says whether the token carries `scope`.
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.token.scopes.iter().any(|held| held == scope)
    }

    /// Refuses a token without `scope`.
    pub(crate) fn require(&self, scope: &str) -> Result<(), ApiError> {
        if self.has(scope) { Ok(()) } else { Err(ApiError::forbidden(format!("O token não tem o escopo {scope}."))) }
    }

    /// Refuses a token of a person where one of the client alone is due.
    pub(crate) fn require_client(&self, scope: &str) -> Result<(), ApiError> {
        if self.granted.is_some() {
            return Err(ApiError::unauthorised("É necessário um token obtido por client_credentials."));
        }
        self.require(scope)
    }

    /// The documents that forced outcomes may name: the person's and the company's.
    pub(crate) fn documents(&self) -> Vec<&str> {
        let Some((grant, _)) = &self.granted else { return Vec::new() };
        std::iter::once(grant.person.as_str()).chain(grant.company.as_deref()).collect()
    }
}

impl FromRequestParts<Bank> for Held {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, bank: &Bank) -> Result<Self, ApiError> {
        check(parts, bank)
    }
}

/// The thumbprint of the certificate that the caller showed.
pub(crate) fn peer_thumbprint(extensions: &http::Extensions) -> Option<String> {
    let peer = extensions.get::<axum::extract::ConnectInfo<Peer>>()?;
    peer.0.certificate.as_ref().map(vinculo_fapi::certificate::Certificate::thumbprint)
}

/// Checks the token: known, of this brand, not run out, bound to the caller's certificate, its client still registered,
/// its grant and consent in force.
pub(crate) fn check(parts: &Parts, bank: &Bank) -> Result<Held, ApiError> {
    let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = header.and_then(token::bearer).ok_or_else(|| ApiError::unauthorised("Token de acesso ausente."))?;
    let invalid = || ApiError::unauthorised("Token de acesso inválido ou expirado.");
    let token = bank.net.db.get(&TOKENS, &chance::hash(bearer))?.ok_or_else(invalid)?;
    let bound = peer_thumbprint(&parts.extensions).is_some_and(|thumbprint| thumbprint == token.thumbprint);
    if token.brand != bank.brand.slug || token.expires_at <= bank.now() || !bound {
        return Err(invalid());
    }
    bank.client(&token.client_id)?.ok_or_else(invalid)?;
    let granted = token.grant.as_deref().map(|id| granted(bank, id)).transpose()?;
    Ok(Held { token, granted })
}

/// The grant behind a token, if it and its consent are in force.
fn granted(bank: &Bank, id: &str) -> Result<(Grant, Consent), ApiError> {
    let over = || ApiError::unauthorised("O consentimento não está mais autorizado.");
    let grant = bank.net.db.get(&GRANTS, id)?.filter(|grant| !grant.revoked).ok_or_else(over)?;
    let consent = bank.net.db.get(&CONSENTS, &grant.consent_id)?.map(|consent| consent.at(bank.now()));
    let consent = consent.filter(|consent| consent.status == Status::Authorised).ok_or_else(over)?;
    Ok((grant, consent))
}
