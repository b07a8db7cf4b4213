//! Whom a request is about, as far as it says so by itself: nothing here is checked, and nothing is let in by it.

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::AUTHORIZATION;
use http::request::Parts;
use serde_json::Value;
use url::form_urlencoded;
use vinculo_fapi::{client_assertion, token};

use super::Place;
use crate::chance;
use crate::network::Network;
use crate::state::{CODES, CONSENTS, Consent, GRANTS, INTERACTIONS, PUSHED, REFRESH, StateError, TOKENS};

/// Whom a request is about.
#[derive(Debug, Default)]
pub(super) struct Who {
    /// Receivers, by client id and software id.
    pub(super) clients: Vec<String>,
    /// CPF and CNPJ.
    pub(super) documents: Vec<String>,
    /// The consent.
    pub(super) consent: Option<String>,
}

impl Who {
    /// Reads it from a request at `path` of `place`.
    pub(super) fn of(place: &Place, path: &str, parts: &Parts, body: &Bytes) -> Result<Self, StateError> {
        let mut who = Self::default();
        let net = place.net();
        who.by_bearer(net, parts)?;
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        match segments.as_slice() {
            ["consents", _, "consents", id, ..] => who.by_consent(net, id)?,
            ["consents", _, "consents"] => who.by_new_consent(body),
            ["auth", "s", id] => who.by_interaction(net, id)?,
            ["auth", ..] => {
                who.by_parameters(net, parts.uri.query().unwrap_or_default().as_bytes())?;
                who.by_parameters(net, body)?;
            }
            _ => {}
        }
        who.add_software(place)?;
        Ok(who)
    }

    fn by_bearer(&mut self, net: &Network, parts: &Parts) -> Result<(), StateError> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some(bearer) = header.and_then(token::bearer) else { return Ok(()) };
        let Some(token) = net.db.get(&TOKENS, &chance::hash(bearer))? else { return Ok(()) };
        self.clients.push(token.client_id);
        token.grant.map_or(Ok(()), |grant| self.by_grant(net, &grant))
    }

    fn by_grant(&mut self, net: &Network, id: &str) -> Result<(), StateError> {
        let Some(grant) = net.db.get(&GRANTS, id)? else { return Ok(()) };
        self.documents.push(grant.person);
        self.documents.extend(grant.company);
        self.by_consent(net, &grant.consent_id)
    }

    fn by_consent(&mut self, net: &Network, id: &str) -> Result<(), StateError> {
        let consent: Option<Consent> = net.db.get(&CONSENTS, id)?;
        let Some(consent) = consent else { return Ok(()) };
        self.clients.push(consent.client_id);
        self.documents.push(consent.logged_user);
        self.documents.extend(consent.business);
        self.consent = Some(consent.id);
        Ok(())
    }

    fn by_new_consent(&mut self, body: &Bytes) {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        for party in ["loggedUser", "businessEntity"] {
            let document = body["data"][party]["document"]["identification"].as_str();
            self.documents.extend(document.map(str::to_owned));
        }
    }

    fn by_interaction(&mut self, net: &Network, id: &str) -> Result<(), StateError> {
        let Some(interaction) = net.db.get(&INTERACTIONS, id)? else { return Ok(()) };
        self.documents.push(interaction.person);
        self.by_pushed(net, &interaction.request_uri)
    }

    fn by_pushed(&mut self, net: &Network, request_uri: &str) -> Result<(), StateError> {
        let Some(pushed) = net.db.get(&PUSHED, request_uri)? else { return Ok(()) };
        self.clients.push(pushed.client_id);
        self.by_consent(net, &pushed.consent_id)
    }

    fn by_parameters(&mut self, net: &Network, form: &[u8]) -> Result<(), StateError> {
        for (name, value) in form_urlencoded::parse(form) {
            match &*name {
                "client_id" => self.clients.push(value.into_owned()),
                "client_assertion" => self.clients.extend(client_assertion::peek_client_id(&value)),
                "request_uri" => self.by_pushed(net, &value)?,
                "request" => consent_in(&value).map_or(Ok(()), |id| self.by_consent(net, &id))?,
                "code" => {
                    let code = net.db.get(&CODES, &chance::hash(&value))?;
                    code.map_or(Ok(()), |code| self.by_grant(net, &code.grant))?;
                }
                "refresh_token" => {
                    let grant = net.db.get(&REFRESH, &chance::hash(&value))?;
                    grant.map_or(Ok(()), |grant| self.by_grant(net, &grant))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A receiver may be named by its software as well: its client id is another at every bank.
    fn add_software(&mut self, place: &Place) -> Result<(), StateError> {
        let Some(bank) = place.bank() else { return Ok(()) };
        self.clients.dedup();
        for id in self.clients.clone() {
            self.clients.extend(bank.client(&id)?.map(|client| client.software_id));
        }
        Ok(())
    }
}

/// The consent that the scope of a request object names.
fn consent_in(request: &str) -> Option<String> {
    let payload = URL_SAFE_NO_PAD.decode(request.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    let scope = claims["scope"].as_str()?;
    scope.split_whitespace().find_map(|scope| scope.strip_prefix("consent:")).map(str::to_owned)
}
