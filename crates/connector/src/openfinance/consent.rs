//! Consents v3 (section 9).

use http::Method;
use http::header::ACCEPT;
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use vinculo_domain::Institution;

use super::http::Reply;
use super::map::consent;
use super::wire::consents::Consent;
use super::wire::envelope::Envelope;
use super::{OpenFinance, endpoint};
use crate::{Access, BankConsent, ConnectorError, Extension, NewConsent, ProtocolError};

impl OpenFinance {
    pub(super) async fn post_consent(
        &self,
        institution: &Institution,
        new: &NewConsent,
    ) -> Result<BankConsent, ConnectorError> {
        let url = self.consents_url(institution, &[])?;
        let body = consent::request(new);
        let request = |token: &SecretString| self.consent_call(institution, Method::POST, &url, token).json(&body);
        let reply = self.with_client_token(institution, request).await?.data()?;
        read(&reply)
    }

    pub(super) async fn post_extension(
        &self,
        access: &Access,
        extension: &Extension,
    ) -> Result<BankConsent, ConnectorError> {
        let institution = &access.institution;
        let url = self.consents_url(institution, &[&extension.bank_consent_id, "extends"])?;
        let request = self
            .consent_call(institution, Method::POST, &url, &access.access_token)
            .header("x-fapi-customer-ip-address", extension.ip.to_string())
            .header("x-customer-user-agent", &extension.user_agent)
            .json(&consent::extension(extension));
        let reply = self.http.once(request, self.http.limits.protocol_bytes).await?.data()?;
        read(&reply)
    }

    pub(super) async fn get_consent(&self, institution: &Institution, id: &str) -> Result<BankConsent, ConnectorError> {
        let url = self.consents_url(institution, &[id])?;
        let limit = self.http.limits.protocol_bytes;
        let token = self.client_token(institution).await?;
        let call = |token: &SecretString| self.consent_call(institution, Method::GET, &url, token);
        let first = self.http.read(|| call(&token), limit).await;
        let reply = match first {
            Err(ConnectorError::Unauthorised) => {
                let token = self.fresh_client_token(institution).await?;
                self.http.read(|| call(&token), limit).await?
            }
            other => other?,
        };
        read(&reply)
    }

    pub(super) async fn delete_consent(&self, institution: &Institution, id: &str) -> Result<(), ConnectorError> {
        let url = self.consents_url(institution, &[id])?;
        let request = |token: &SecretString| self.consent_call(institution, Method::DELETE, &url, token);
        match self.with_client_token(institution, request).await?.data() {
            Ok(_) | Err(ConnectorError::NotFound) => Ok(()),
            // Already rejected or revoked: what we want is so.
            Err(ConnectorError::Refused { status: 422, code }) if is_rejected(code.as_deref()) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Sends a request with our own token; with a fresh one if the bank has forgotten the last.
    async fn with_client_token(
        &self,
        institution: &Institution,
        request: impl Fn(&SecretString) -> RequestBuilder,
    ) -> Result<Reply, ConnectorError> {
        let limit = self.http.limits.protocol_bytes;
        let token = self.client_token(institution).await?;
        let reply = self.http.once(request(&token), limit).await?;
        // A 401 says that nothing was done, so even a POST can be sent again.
        if reply.status != 401 {
            return Ok(reply);
        }
        let token = self.fresh_client_token(institution).await?;
        self.http.once(request(&token), limit).await
    }

    async fn fresh_client_token(&self, institution: &Institution) -> Result<SecretString, ConnectorError> {
        self.client_tokens.forget(&institution.authorization_server_id);
        self.client_token(institution).await
    }

    fn consent_call(
        &self,
        institution: &Institution,
        method: Method,
        url: &Url,
        token: &SecretString,
    ) -> RequestBuilder {
        let client = self.line(&institution.authorization_server_id).http.client();
        let request = client.request(method, url.clone());
        request.bearer_auth(token.expose_secret()).header(ACCEPT, "application/json")
    }

    fn consents_url(&self, institution: &Institution, below: &[&str]) -> Result<Url, ConnectorError> {
        let segments = [&["consents"], below].concat();
        let url = endpoint(institution, "consents", 3, &segments)?;
        self.http.secure(&url)?;
        Ok(url)
    }
}

fn is_rejected(code: Option<&str>) -> bool {
    code.is_some_and(|code| code == "CONSENTIMENTO_EM_STATUS_REJEITADO")
}

fn read(reply: &Reply) -> Result<BankConsent, ConnectorError> {
    let envelope: Envelope<Consent> = reply.json()?;
    let wire = envelope.data.ok_or_else(|| ProtocolError::Unreadable("data missing".to_owned()))?;
    Ok(consent::answer(&wire)?)
}
