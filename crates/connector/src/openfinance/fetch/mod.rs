//! Reading a customer's data.

mod accounts;
mod bills;
mod cards;
mod contracts;
mod counted;
mod credit;
mod customers;
mod exchanges;
mod investments;
mod pages;
mod position;
mod resources;
mod transactions;

use http::header::ACCEPT;
use reqwest::RequestBuilder;
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use url::Url;
use vinculo_domain::Permission;

use super::OpenFinance;
use super::http::Reply;
use super::wire::envelope::Envelope;
use crate::{Access, ConnectorError, ProtocolError};

impl OpenFinance {
    fn data_request(&self, access: &Access, url: &Url) -> RequestBuilder {
        let request = self.line(&access.institution.authorization_server_id).http.client().get(url.clone());
        request.bearer_auth(access.access_token.expose_secret()).header(ACCEPT, "application/json")
    }

    /// Reads one answer of a data API. What counts is paid for before.
    async fn read_reply(&self, access: &Access, url: &Url) -> Result<Reply, ConnectorError> {
        self.http.secure(url)?;
        // Only the client differs from line to line, and the request has it already.
        let (request, most) = (|| self.data_request(access, url), self.http.limits.data_bytes);
        match counted::counted(&access.institution, url) {
            Some(call) => self.http.read_paid(request, most, access, &call).await,
            None => self.http.read(request, most).await,
        }
    }

    /// Reads the `data` of a single object.
    async fn read_data<T: DeserializeOwned>(&self, access: &Access, url: &Url) -> Result<T, ConnectorError> {
        let envelope: Envelope<T> = self.read_reply(access, url).await?.json()?;
        Ok(data(envelope)?.0)
    }

    /// Reads the `data` of a single object that the bank may not have, or not for this customer.
    async fn read_optional<T: DeserializeOwned>(
        &self,
        access: &Access,
        url: &Url,
    ) -> Result<Option<T>, ConnectorError> {
        where_present(self.read_data(access, url).await)
    }
}

/// Takes what the bank does not have, or not for this customer, as absent.
fn where_present<T>(read: Result<T, ConnectorError>) -> Result<Option<T>, ConnectorError> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(error) if is_absent(&error) => {
            tracing::debug!(error = %error, "not there, going on");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Takes a family that the bank does not serve at all as not offered, when its list is not there.
fn offered<T>(family: &'static str, list: Result<T, ConnectorError>) -> Result<T, ConnectorError> {
    list.map_err(|error| match error {
        ConnectorError::NotFound => ConnectorError::Unsupported(family),
        other => other,
    })
}

/// A product that the bank does not serve, an account that is blocked, an endpoint that it does not have.
fn is_absent(error: &ConnectorError) -> bool {
    matches!(
        error,
        ConnectorError::NotFound | ConnectorError::Forbidden { .. } | ConnectorError::Refused { status: 405 | 422, .. }
    )
}

/// Takes the data and the address of the next page out of an envelope.
fn data<T>(envelope: Envelope<T>) -> Result<(T, Option<String>), ProtocolError> {
    let data = envelope.data.ok_or_else(|| ProtocolError::Unreadable("data missing".to_owned()))?;
    Ok((data, envelope.links.unwrap_or_default().next.owned()))
}

/// Fails when the consent does not hold a permission.
fn require(access: &Access, permission: Permission) -> Result<(), ConnectorError> {
    if access.permissions.contains(permission) { Ok(()) } else { Err(ConnectorError::Unsupported(permission.as_str())) }
}
