//! The HTTP client of webhooks: no redirects, no proxies, no cookies, a time limit, guarded addresses, bounded answers.

use std::sync::Arc;
use std::time::Duration;

use reqwest::ClientBuilder;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::guard::{AddressPolicy, GuardedResolver, Refused};
use super::names::Names;

/// As much of an answer as is read, so that the connection can be used again; more is cut off.
const MAX_ANSWER: usize = 16 * 1024;

/// Sends events to endpoints.
#[derive(Debug, Clone)]
pub struct WebhookClient {
    http: reqwest::Client,
    policy: AddressPolicy,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// JSON.
    pub body: String,
    /// Headers beside `Content-Type` and `Authorization`.
    pub headers: Vec<(&'static str, String)>,
}

/// Why an attempt did not deliver. The text is for the operator and names nothing personal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The address cannot be read.
    #[error("the address cannot be read")]
    Address,
    /// The address leads where webhooks may not go.
    #[error("the address is not public")]
    Refused,
    /// The configured `Authorization` value cannot stand in a header.
    #[error("the authorization value cannot stand in a header")]
    Authorization,
    /// No answer in time.
    #[error("no answer in time")]
    Timeout,
    /// No connection, or it broke.
    #[error("the connection failed")]
    Connection,
}

impl WebhookClient {
    /// Makes a client that waits `timeout` for an endpoint's whole answer.
    ///
    /// # Errors
    /// The TLS library cannot be set up.
    pub fn new(policy: AddressPolicy, names: &Arc<dyn Names>, timeout: Duration) -> Result<Self, reqwest::Error> {
        let http = match builder(policy, names, timeout).build() {
            Ok(http) => http,
            Err(error) => {
                // A machine without root certificates can still reach receivers over http; https ones fail, visibly.
                tracing::warn!(%error, "no root certificates: webhooks to https addresses will fail");
                builder(policy, names, timeout).tls_certs_only([]).build()?
            }
        };
        Ok(Self { http, policy })
    }

    /// Posts a message and returns the status of the answer, whatever it is.
    ///
    /// # Errors
    /// The endpoint was not reached, or did not answer in time.
    pub async fn post(
        &self,
        address: &str,
        authorization: Option<&SecretString>,
        message: Message,
    ) -> Result<u16, SendError> {
        let url = Url::parse(address).map_err(|_| SendError::Address)?;
        self.policy.check(&url).map_err(|Refused| SendError::Refused)?;
        let mut request = self.http.post(url).header(CONTENT_TYPE, "application/json");
        for (name, value) in message.headers {
            request = request.header(name, value);
        }
        request = request.body(message.body);
        if let Some(secret) = authorization {
            let mut value = HeaderValue::from_str(secret.expose_secret()).map_err(|_| SendError::Authorization)?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let mut answer = request.send().await.map_err(|error| classify(&error))?;
        let status = answer.status().as_u16();
        // The status decides. What follows it is drained a little, and never kept.
        let mut read = 0;
        while read < MAX_ANSWER {
            match answer.chunk().await {
                Ok(Some(chunk)) => read += chunk.len(),
                Ok(None) | Err(_) => break,
            }
        }
        Ok(status)
    }
}

fn builder(policy: AddressPolicy, names: &Arc<dyn Names>, timeout: Duration) -> ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("vinculo/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .timeout(timeout)
        .connect_timeout(timeout)
        .pool_idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(4)
        .dns_resolver(GuardedResolver::shared(policy, Arc::clone(names)))
}

fn classify(error: &reqwest::Error) -> SendError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if inner.downcast_ref::<Refused>().is_some() {
            return SendError::Refused;
        }
        cause = inner.source();
    }
    if error.is_timeout() { SendError::Timeout } else { SendError::Connection }
}
