//! The TLS configuration of a listener that asks for client certificates.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};
use rustls_pki_types::{CertificateDer, UnixTime};
use secrecy::SecretString;

use super::{ALPN, MtlsError, VERSIONS, certificates, key, provider, roots};

/// What a listener shows and whom it trusts; all PEM.
#[derive(Clone)]
pub struct ServerSettings {
    /// Our certificate, then its issuers. The key must be RSA for TLS 1.2: its two suites know no other.
    pub certificates_pem: String,
    /// Our key, PKCS#8.
    pub key_pem: SecretString,
    /// The roots that client certificates must come from.
    pub client_roots_pem: String,
}

/// Makes the TLS configuration: client certificates are optional but never untrusted; TLS 1.3, and TLS 1.2 with the two
/// suites of the profile; no resumption.
pub fn server_config(settings: &ServerSettings) -> Result<Arc<ServerConfig>, MtlsError> {
    let verifier = client_verifier(&settings.client_roots_pem)?;
    server_config_with(verifier, &settings.certificates_pem, &settings.key_pem)
}

/// Makes the TLS configuration of a listener for browsers: it asks for no certificate.
pub fn public_config(certificates_pem: &str, key_pem: &SecretString) -> Result<Arc<ServerConfig>, MtlsError> {
    server_config_with(WebPkiClientVerifier::no_client_auth(), certificates_pem, key_pem)
}

/// Makes the usual verifier of client certificates: optional, but never untrusted.
pub fn client_verifier(roots_pem: &str) -> Result<Arc<dyn ClientCertVerifier>, MtlsError> {
    let roots = Arc::new(roots(roots_pem)?);
    let builder = WebPkiClientVerifier::builder_with_provider(roots, provider()).allow_unauthenticated();
    let verifier = builder.build().map_err(|_| MtlsError::Config)?;
    Ok(verifier)
}

/// Makes a verifier that believes certificates of `roots_pem`, and beside them single certificates that are named: each
/// text of `named_pem` holds one certificate, then its issuers. What else such an issuer has signed is not believed.
pub fn client_verifier_with(roots_pem: &str, named_pem: &[&str]) -> Result<Arc<dyn ClientCertVerifier>, MtlsError> {
    let usual = client_verifier(roots_pem)?;
    if named_pem.is_empty() {
        return Ok(usual);
    }
    let first = |pem: &&str| certificates(pem)?.into_iter().next().ok_or(MtlsError::Certificates);
    let certificates = named_pem.iter().map(first).collect::<Result<_, _>>()?;
    let named = client_verifier(&named_pem.join("\n"))?;
    let hints = [usual.root_hint_subjects(), named.root_hint_subjects()].concat();
    Ok(Arc::new(Named { usual, named, certificates, hints }))
}

/// Believes certificates of the usual authorities, and those that are named one by one.
#[derive(Debug)]
struct Named {
    usual: Arc<dyn ClientCertVerifier>,
    /// Believes the issuers of the named ones; asked about these alone.
    named: Arc<dyn ClientCertVerifier>,
    certificates: Vec<CertificateDer<'static>>,
    hints: Vec<DistinguishedName>,
}

impl ClientCertVerifier for Named {
    fn client_auth_mandatory(&self) -> bool {
        self.usual.client_auth_mandatory()
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        let usual = self.usual.verify_client_cert(end_entity, intermediates, now);
        if usual.is_ok() || !self.certificates.contains(end_entity) {
            return usual;
        }
        self.named.verify_client_cert(end_entity, intermediates, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

/// Makes the TLS configuration with another verifier, for chains that the usual one does not understand.
pub fn server_config_with(
    verifier: Arc<dyn ClientCertVerifier>,
    certificates_pem: &str,
    key_pem: &SecretString,
) -> Result<Arc<ServerConfig>, MtlsError> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&VERSIONS)
        .map_err(|_| MtlsError::Config)?
        .with_client_cert_verifier(verifier)
        .with_single_cert(certificates(certificates_pem)?, key(key_pem)?)
        .map_err(|_| MtlsError::Key)?;
    // The network forbids resumption: no stored sessions, no tickets.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.alpn_protocols = vec![ALPN.to_vec()];
    Ok(Arc::new(config))
}
