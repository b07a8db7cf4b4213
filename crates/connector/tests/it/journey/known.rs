//! Clients that the sandbox knows by its settings, and its pages on TLS: as a certifying client needs them.

use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use secrecy::SecretString;
use vinculo_connector::{
    Connector, ConnectorError, FixedInstitution, Identity, KeyPem, OpenFinance, OpenFinanceSettings,
};
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::keys::{DecryptionKey, SigningKey};
use vinculo_sandbox::{KnownClient, PeopleTls, SandboxOptions};

use super::network::{CALLBACK, Network, RALPH, Visit, find};

/// A client with a certificate that no authority of the network has seen.
struct Stranger {
    id: &'static str,
    certificate: String,
    transport_key: SecretString,
    signing: SigningKey,
    encryption: DecryptionKey,
}

impl Stranger {
    fn new(id: &'static str) -> Self {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let certificate = CertificateParams::new(vec![format!("{id}.example")]).unwrap().self_signed(&key).unwrap();
        Self {
            id,
            certificate: certificate.pem(),
            transport_key: SecretString::from(key.serialize_pem()),
            signing: SigningKey::generate().unwrap(),
            encryption: DecryptionKey::generate().unwrap(),
        }
    }

    fn known(&self) -> KnownClient {
        KnownClient {
            client_id: self.id.to_owned(),
            name: format!("Cliente {}", self.id),
            redirect_uris: vec![CALLBACK.to_owned()],
            jwks: JwkSet::new([self.signing.public_jwk(), self.encryption.public_jwk()]).to_json(),
            certificates_pem: self.certificate.clone(),
        }
    }

    /// Settings with this client's keys, at the main bank, without a directory.
    async fn settings(&self, network: &Network) -> OpenFinanceSettings {
        let institution = find(&network.connector(), "ofmockbank_br_retail").await;
        let mut settings = network.settings();
        let key = |pem: SecretString, kid: &str| KeyPem { pem, kid: kid.to_owned() };
        settings.directory = None;
        settings.identity = Identity {
            software_id: String::new(),
            transport_certificate_pem: self.certificate.clone(),
            transport_key_pem: self.transport_key.clone(),
            signing_key: key(self.signing.to_pkcs8_pem().unwrap(), self.signing.kid()),
            encryption_keys: vec![key(self.encryption.to_pkcs8_pem().unwrap(), self.encryption.kid())],
            authorities_pem: network.kit.ca_pem.clone(),
        };
        settings.fixed =
            vec![FixedInstitution { institution, client_id: Some(self.id.to_owned()), authorities_pem: None }];
        settings
    }
}

#[tokio::test]
async fn two_clients_known_by_settings_go_all_the_way_each_with_its_own_certificate() {
    let strangers = [Stranger::new("um"), Stranger::new("dois")];
    let clients = strangers.iter().map(Stranger::known).collect();
    let network = Network::start_with(SandboxOptions { clients, ..SandboxOptions::default() }).await;
    for stranger in &strangers {
        let connector = OpenFinance::new(stranger.settings(&network).await).unwrap();
        let institution = find(&connector, "ofmockbank_br_retail").await;
        let visit = Visit { connector: &connector, institution, who: RALPH };
        let (consent, tokens) = visit.connect().await;
        assert_eq!(connector.accounts(&visit.access(&consent, &tokens)).await.unwrap().len(), 2);
        connector.refresh(&visit.institution, tokens.refresh_token.as_ref().unwrap()).await.unwrap();
    }
    assert_eq!(network.registrations.count(), 0);

    // One with the other's certificate is neither.
    let mut settings = strangers[0].settings(&network).await;
    settings.identity.transport_certificate_pem = strangers[1].certificate.clone();
    settings.identity.transport_key_pem = strangers[1].transport_key.clone();
    let connector = OpenFinance::new(settings).unwrap();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let error = connector.consent(&institution, "urn:mockbank:1").await.unwrap_err();
    let ConnectorError::Refused { code, .. } = &error else { panic!("{error}") };
    assert_eq!(code.as_deref(), Some("invalid_client"));
}

#[tokio::test]
async fn a_client_that_is_not_in_the_settings_any_more_is_unknown() {
    let stranger = Stranger::new("um");
    let network = Network::start().await;
    let connector = OpenFinance::new(stranger.settings(&network).await).unwrap();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let error = connector.consent(&institution, "urn:mockbank:1").await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unreachable(_)), "TLS refuses its certificate: {error}");
}

#[tokio::test]
async fn with_pages_on_tls_a_client_that_takes_no_plain_http_gets_along() {
    let network = Network::start_with(SandboxOptions { people_tls: PeopleTls::Own, ..SandboxOptions::default() }).await;
    assert!(network.people_url.starts_with("https://"));
    let mut settings = network.settings();
    settings.allow_http = false;
    let connector = OpenFinance::new(settings).unwrap();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    assert!(connector.discover(&institution).await.unwrap().issuer.starts_with("https://"));
    Visit { connector: &connector, institution, who: RALPH }.consent().await;
    assert_eq!(network.registrations.count(), 1);
}
