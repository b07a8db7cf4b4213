//! The client that shows a certificate.

use std::time::Duration;

use rustls::ClientConfig;
use rustls::client::Resumption;
use secrecy::SecretString;

use super::{ALPN, MtlsError, VERSIONS, certificates, key, provider, roots};

/// A certificate chain and its key, both PEM.
#[derive(Clone)]
pub struct ClientIdentity {
    /// The certificate, then its issuers.
    pub certificates_pem: String,
    /// The key, PKCS#8.
    pub key_pem: SecretString,
}

/// How a client connects.
#[derive(Clone)]
pub struct ClientSettings {
    /// Whom to present ourselves as; none for calls that need no certificate.
    pub identity: Option<ClientIdentity>,
    /// The roots to trust, PEM; no others are.
    pub roots_pem: String,
    /// How long a connection may take, handshake included.
    pub connect_timeout: Duration,
    /// How long a whole call may take.
    pub timeout: Duration,
    /// Whether plain `http` may be called (without certificate, of course): for the sandbox network on one machine.
    pub allow_http: bool,
}

/// How long an idle connection is kept: less than the time-outs that banks' gateways have.
const IDLE: Duration = Duration::from_secs(30);

/// Makes a client: TLS 1.2 or later, the suites of the profile, no resumption, no redirects, no proxy.
pub fn client(settings: &ClientSettings) -> Result<reqwest::Client, MtlsError> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(config(settings)?)
        .https_only(!settings.allow_http)
        .connect_timeout(settings.connect_timeout)
        .timeout(settings.timeout)
        .pool_idle_timeout(IDLE)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .user_agent(concat!("vinculo/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| MtlsError::Config)
}

/// Makes the TLS configuration.
fn config(settings: &ClientSettings) -> Result<ClientConfig, MtlsError> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&VERSIONS)
        .map_err(|_| MtlsError::Config)?
        .with_root_certificates(roots(&settings.roots_pem)?);
    let mut config = match &settings.identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let chain = certificates(&identity.certificates_pem)?;
            builder.with_client_auth_cert(chain, key(&identity.key_pem)?).map_err(|_| MtlsError::Key)?
        }
    };
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![ALPN.to_vec()];
    Ok(config)
}
