//! One call to a bank: bounded in time and size, with a fresh interaction id.

use std::time::Duration;

use http::header::{ACCEPT, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use url::Url;
use vinculo_domain::Env;
use vinculo_fapi::http::{BodyError, read_body};
use vinculo_fapi::interaction_id::{self, InteractionId};
use vinculo_fapi::oauth_error::{OAuthError, code};

use super::wire::envelope::Errors;
use super::{Limits, Retry, retry};
use crate::{Access, Call, ConnectorError, ProtocolError};

/// The client and its bounds. Cheap to clone.
#[derive(Clone)]
pub(super) struct Http {
    client: Client,
    /// Whether tokens may go to `https` addresses only. Off in tests alone.
    tls_only: bool,
    pub(super) limits: Limits,
    retry: Retry,
    env: Env,
}

/// A whole answer.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    retry_after: Option<Duration>,
}

impl Http {
    pub(super) fn new(client: Client, tls_only: bool, limits: Limits, retry: Retry, env: Env) -> Self {
        Self { client, tls_only, limits, retry, env }
    }

    /// Returns the client, to build requests with.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Returns the time.
    pub(super) fn now(&self) -> jiff::Timestamp {
        self.env.now()
    }

    /// Refuses an address that must not see a token.
    pub(super) fn secure(&self, url: &Url) -> Result<(), ConnectorError> {
        if self.tls_only && url.scheme() != "https" {
            return Err(ProtocolError::Discovery("an address for tokens is not https".to_owned()).into());
        }
        Ok(())
    }

    /// Sends a request once, whatever comes back.
    pub(super) async fn once(&self, request: RequestBuilder, limit: usize) -> Result<Reply, ConnectorError> {
        self.timed(request, limit, self.limits.call_time).await.map_err(no_connection)
    }

    async fn timed(&self, request: RequestBuilder, limit: usize, most: Duration) -> Result<Reply, ConnectorError> {
        let request = request.header(interaction_id::HEADER, InteractionId::generate().to_string());
        let request = request.timeout(most);
        let whole = async {
            let response = request.send().await.map_err(unreachable)?;
            self.reply(response, limit).await
        };
        // The client has its own time-out; this one also holds when a test brings another client.
        let reply = tokio::time::timeout(most, whole).await.map_err(|_| ConnectorError::Timeout)??;
        tracing::debug!(status = reply.status, bytes = reply.body.len(), "the institution answered");
        Ok(reply)
    }

    /// Opens a page and reads no more than its head.
    pub(super) async fn opened(&self, request: RequestBuilder) -> Result<(u16, http::HeaderMap), ConnectorError> {
        let response = request.timeout(self.limits.call_time).send().await.map_err(unreachable)?;
        Ok((response.status().as_u16(), response.headers().clone()))
    }

    async fn reply(&self, response: Response, limit: usize) -> Result<Reply, ConnectorError> {
        let status = response.status().as_u16();
        let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = header.and_then(|value| retry::retry_after(value, self.env.now()));
        let body = read_body(response, limit).await.map_err(|error| match error {
            BodyError::TooLarge { limit } => ProtocolError::TooLarge { limit_bytes: limit }.into(),
            BodyError::Timeout => ConnectorError::Timeout,
            BodyError::Broken | BodyError::Json => ConnectorError::Broken("the answer".to_owned()),
        })?;
        Ok(Reply { status, body, retry_after })
    }

    /// Reads: sends the request until it succeeds or asking again makes no sense. Only for what changes nothing.
    pub(super) async fn read(
        &self,
        request: impl Fn() -> RequestBuilder,
        limit: usize,
    ) -> Result<Reply, ConnectorError> {
        self.read_within(request, limit, self.limits.call_time).await
    }

    /// [`Self::read`] with its own time for each call.
    pub(super) async fn read_within(
        &self,
        request: impl Fn() -> RequestBuilder,
        limit: usize,
        most: Duration,
    ) -> Result<Reply, ConnectorError> {
        let request = &request;
        let attempt = move || async move { self.timed(request(), limit, most).await.and_then(Reply::data) };
        self.repeated(attempt).await.map_err(no_connection)
    }

    /// [`Self::read`] of a call that counts: every time that it is made it is paid for.
    pub(super) async fn read_paid(
        &self,
        request: impl Fn() -> RequestBuilder + Sync,
        limit: usize,
        access: &Access,
        call: &Call,
    ) -> Result<Reply, ConnectorError> {
        let (request, most) = (&request, self.limits.call_time);
        let attempt = move || async move {
            let made = async { self.timed(request(), limit, most).await.and_then(Reply::data) };
            access.paid(call, made).await
        };
        self.repeated(attempt).await
    }

    async fn repeated<F: Future<Output = Result<Reply, ConnectorError>>>(
        &self,
        attempt_once: impl Fn() -> F,
    ) -> Result<Reply, ConnectorError> {
        let mut attempt = 1;
        loop {
            let error = match attempt_once().await {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            let [chance] = self.env.bytes::<1>();
            let Some(wait) = self.retry.wait(attempt, &error, chance) else { return Err(error) };
            tracing::debug!(attempt, wait_ms = wait.as_millis(), error = %error, "asking the institution again");
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// Reads a document that needs no token, as JSON bytes.
    pub(super) async fn open_document(
        &self,
        url: &Url,
        limit: usize,
        most: Duration,
    ) -> Result<Vec<u8>, ConnectorError> {
        let request = || self.client.get(url.clone()).header(ACCEPT, "application/json");
        Ok(self.read_within(request, limit, most).await?.body)
    }
}

/// Where calls are not counted it makes no difference when a connection was lost.
fn no_connection(error: ConnectorError) -> ConnectorError {
    match error {
        ConnectorError::Broken(why) => ConnectorError::Unreachable(why),
        other => other,
    }
}

/// Says what went wrong without the address, which may hold identifiers.
fn unreachable(error: reqwest::Error) -> ConnectorError {
    if error.is_timeout() {
        return ConnectorError::Timeout;
    }
    let never_sent = error.is_connect() || error.is_builder();
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    if never_sent { ConnectorError::Unreachable(cause.to_string()) } else { ConnectorError::Broken(cause.to_string()) }
}

impl Reply {
    /// Takes the answer of a data API: good ones pass, others become errors (section 7.4).
    pub(super) fn data(self) -> Result<Self, ConnectorError> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        Err(match self.status {
            401 => ConnectorError::Unauthorised,
            403 => ConnectorError::Forbidden { code: Errors::code(&self.body) },
            404 => ConnectorError::NotFound,
            423 => ConnectorError::LimitReached,
            status @ 400..=499 if status != 429 => ConnectorError::Refused { status, code: Errors::code(&self.body) },
            _ => self.trouble(),
        })
    }

    /// Takes the answer of an authorization server: good ones pass, others become errors (RFC 6749, 5.2).
    pub(super) fn oauth(self) -> Result<Self, ConnectorError> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        if !(400..500).contains(&self.status) || self.status == 429 {
            return Err(self.trouble());
        }
        let error = OAuthError::parse(&self.body).map(|error| error.error);
        Err(match error.as_deref() {
            Some(code::INVALID_GRANT) => ConnectorError::InvalidGrant,
            Some(code::TEMPORARILY_UNAVAILABLE) => self.trouble(),
            _ => ConnectorError::Refused { status: self.status, code: error },
        })
    }

    fn trouble(&self) -> ConnectorError {
        match self.status {
            429 => ConnectorError::RateLimited { retry_after: self.retry_after },
            status @ 400..=599 => ConnectorError::Unavailable { status, retry_after: self.retry_after },
            status => ProtocolError::Status(status).into(),
        }
    }

    /// Reads the body as JSON. The parser bounds the depth, at 128.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, ProtocolError> {
        if self.body.is_empty() {
            return Err(ProtocolError::Empty);
        }
        serde_json::from_slice(&self.body).map_err(|error| unreadable(&error))
    }
}

/// Names the place: the parser's own words could quote the content.
pub(super) fn unreadable(error: &serde_json::Error) -> ProtocolError {
    let kind = match error.classify() {
        serde_json::error::Category::Eof => "cut off",
        serde_json::error::Category::Data => "unexpected type",
        _ => "not JSON, or too deep",
    };
    ProtocolError::Unreadable(format!("{kind} at line {} column {}", error.line(), error.column()))
}
