//! Clients that the sandbox knows by its settings, and its pages on TLS: as a certifying client needs them.

use std::time::Duration;

use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use secrecy::SecretString;
use vinculo_connector::{
    Connector, ConnectorError, FixedInstitution, IdTokenError, Identity, KeyPem, OpenFinance, OpenFinanceSettings,
    OwnIdentity, TransportPem,
};
use vinculo_domain::{Clock as _, SystemClock};
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::keys::{DecryptionKey, SigningKey};
use vinculo_fapi::{client_assertion, mtls, par, pkce, request_object};
use vinculo_sandbox::{KnownClient, KnownKeys, PeopleTls, SandboxOptions};

use super::browser;
use super::fixed::described;
use super::network::{CALLBACK, Network, RALPH, Visit, find, pending};

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

    fn jwks(&self) -> String {
        JwkSet::new([self.signing.public_jwk(), self.encryption.public_jwk()]).to_json()
    }

    fn known(&self) -> KnownClient {
        KnownClient {
            client_id: self.id.to_owned(),
            name: format!("Cliente {}", self.id),
            redirect_uris: vec![CALLBACK.to_owned()],
            keys: KnownKeys::Set(self.jwks()),
            certificates_pem: self.certificate.clone(),
        }
    }

    /// Certificate and keys, as a receiver of another name would use them at one bank alone.
    fn own(&self) -> OwnIdentity {
        let key = |pem: SecretString, kid: &str| KeyPem { pem, kid: kid.to_owned() };
        OwnIdentity {
            transport: Some(TransportPem {
                certificate_pem: self.certificate.clone(),
                key_pem: self.transport_key.clone(),
            }),
            signing_key: Some(key(self.signing.to_pkcs8_pem().unwrap(), self.signing.kid())),
            encryption_keys: vec![key(self.encryption.to_pkcs8_pem().unwrap(), self.encryption.kid())],
        }
    }

    /// Settings with this client's keys, at the main bank, without a directory.
    async fn settings(&self, network: &Network) -> OpenFinanceSettings {
        let institution = find(&network.connector(), "ofmockbank_br_retail").await;
        let mut settings = network.settings();
        let own = self.own();
        let transport = own.transport.unwrap();
        settings.directory = None;
        settings.identity = Identity {
            software_id: String::new(),
            transport_certificate_pem: transport.certificate_pem,
            transport_key_pem: transport.key_pem,
            signing_key: own.signing_key.unwrap(),
            encryption_keys: own.encryption_keys,
            authorities_pem: network.kit.ca_pem.clone(),
        };
        settings.fixed = vec![FixedInstitution {
            institution,
            client_id: Some(self.id.to_owned()),
            authorities_pem: None,
            own: OwnIdentity::default(),
        }];
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
async fn a_bank_that_wants_another_certificate_and_other_keys_gets_them_and_nobody_else_does() {
    let stranger = Stranger::new("um");
    let network =
        Network::start_with(SandboxOptions { clients: vec![stranger.known()], ..SandboxOptions::default() }).await;
    let institution = described(&network).await;
    let with = |own: OwnIdentity| {
        let mut settings = network.settings();
        let client_id = Some(stranger.id.to_owned());
        settings.fixed =
            vec![FixedInstitution { institution: institution.clone(), client_id, authorities_pem: None, own }];
        OpenFinance::new(settings).unwrap()
    };
    let connector = with(stranger.own());
    for code in ["ofmine_br_retail", "ofmockbank_br_retail"] {
        let visit = Visit { connector: &connector, institution: find(&connector, code).await, who: RALPH };
        let (consent, tokens) = visit.connect().await;
        assert_eq!(connector.accounts(&visit.access(&consent, &tokens)).await.unwrap().len(), 2, "{code}");
    }
    assert_eq!(network.registrations.count(), 1, "the other bank knows us by registration");

    // Each part counts: without one of them the bank does not know us, or we cannot read what it says.
    let refused = async |own: OwnIdentity| {
        let error = with(own).consent(&institution, "urn:mockbank:1").await.unwrap_err();
        let ConnectorError::Refused { code, .. } = &error else { panic!("{error}") };
        assert_eq!(code.as_deref(), Some("invalid_client"));
    };
    refused(OwnIdentity { transport: None, ..stranger.own() }).await;
    refused(OwnIdentity { signing_key: None, ..stranger.own() }).await;
    let connector = with(OwnIdentity { encryption_keys: Vec::new(), ..stranger.own() });
    let visit = Visit { connector: &connector, institution: institution.clone(), who: RALPH };
    let authorization = visit.authorize(&visit.consent().await).await;
    let answer = browser::visit(&authorization.url, RALPH.login, true).await.good();
    let error = connector.exchange(&institution, &pending(&authorization), &answer).await.unwrap_err();
    assert!(matches!(error, ConnectorError::IdToken(IdTokenError::Encryption)), "{error}");
}

#[tokio::test]
async fn keys_at_an_address_are_fetched_and_asked_for_again_when_one_is_unknown() {
    let mut stranger = Stranger::new("um");
    let server = wiremock::MockServer::start().await;
    let serve = async |jwks: String| {
        server.reset().await;
        let answer = wiremock::ResponseTemplate::new(200).set_body_string(jwks);
        wiremock::Mock::given(wiremock::matchers::path("/jwks")).respond_with(answer).mount(&server).await;
    };
    serve(stranger.jwks()).await;
    let keys = KnownKeys::Address { url: format!("{}/jwks", server.uri()), authorities_pem: None };
    let clients = vec![KnownClient { keys, ..stranger.known() }];
    let network = Network::start_with(SandboxOptions { clients, ..SandboxOptions::default() }).await;
    let connect = async |stranger: &Stranger| {
        let connector = OpenFinance::new(stranger.settings(&network).await).unwrap();
        let institution = find(&connector, "ofmockbank_br_retail").await;
        Visit { connector: &connector, institution, who: RALPH }.connect().await;
    };
    connect(&stranger).await;
    assert_eq!(server.received_requests().await.unwrap().len(), 1, "the set is kept");
    // The client has another key now: the bank looks again, and once only.
    stranger.signing = SigningKey::generate().unwrap();
    serve(stranger.jwks()).await;
    connect(&stranger).await;
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
    for _ in 0..2 {
        stranger.signing = SigningKey::generate().unwrap();
        let connector = OpenFinance::new(stranger.settings(&network).await).unwrap();
        let institution = find(&connector, "ofmockbank_br_retail").await;
        let error = connector.consent(&institution, "urn:mockbank:1").await.unwrap_err();
        assert!(matches!(error, ConnectorError::Refused { .. }), "{error}");
    }
    assert_eq!(server.received_requests().await.unwrap().len(), 1, "a key that nobody knows floods nobody");
}

/// Pushes a request whose assertion and object are signed by keys of their own; returns the status and the error's code.
async fn push(network: &Network, stranger: &Stranger, consent: &str, object_key: &SigningKey) -> (u16, String) {
    let issuer = find(&network.connector(), "ofmockbank_br_retail").await.discovery_url;
    let issuer = issuer.split("/.well-known/").next().unwrap().to_owned();
    let discovery = reqwest::get(format!("{issuer}/.well-known/openid-configuration")).await.unwrap();
    let discovery: serde_json::Value = discovery.json().await.unwrap();
    let now = SystemClock.now();
    let object = request_object::NewRequest {
        client_id: stranger.id,
        issuer: &issuer,
        redirect_uri: CALLBACK,
        scope: &format!("openid consent:{consent} accounts"),
        state: "state-of-the-test",
        nonce: "nonce-of-the-test",
        code_challenge: &pkce::challenge(&pkce::generate()),
    };
    let object = request_object::make(object_key, &object, now).unwrap();
    let assertion = client_assertion::make(&stranger.signing, stranger.id, &issuer, now).unwrap();
    let client = mtls::client(&mtls::ClientSettings {
        identity: Some(mtls::ClientIdentity {
            certificates_pem: stranger.certificate.clone(),
            key_pem: stranger.transport_key.clone(),
        }),
        roots_pem: network.kit.ca_pem.clone(),
        connect_timeout: Duration::from_secs(10),
        timeout: Duration::from_secs(10),
        allow_http: false,
    });
    let url = discovery["pushed_authorization_request_endpoint"].as_str().unwrap();
    let form = par::PushForm::new(stranger.id, &object, &assertion);
    let answer = client.unwrap().post(url).form(&form).send().await.unwrap();
    let status = answer.status().as_u16();
    let body: serde_json::Value = answer.json().await.unwrap();
    (status, body["error"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_request_object_of_a_newer_key_than_the_assertions_makes_the_bank_look_again() {
    let stranger = Stranger::new("um");
    let server = wiremock::MockServer::start().await;
    let serve = async |keys: Vec<&SigningKey>| {
        server.reset().await;
        let keys = keys.into_iter().map(SigningKey::public_jwk).chain([stranger.encryption.public_jwk()]);
        let answer = wiremock::ResponseTemplate::new(200).set_body_string(JwkSet::new(keys).to_json());
        wiremock::Mock::given(wiremock::matchers::path("/jwks")).respond_with(answer).mount(&server).await;
    };
    serve(vec![&stranger.signing]).await;
    let keys = KnownKeys::Address { url: format!("{}/jwks", server.uri()), authorities_pem: None };
    let clients = vec![KnownClient { keys, ..stranger.known() }];
    let network = Network::start_with(SandboxOptions { clients, ..SandboxOptions::default() }).await;
    let connector = OpenFinance::new(stranger.settings(&network).await).unwrap();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let consent = Visit { connector: &connector, institution, who: RALPH }.consent().await.bank_consent_id;

    let (newer, unknown) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
    serve(vec![&stranger.signing, &newer]).await;
    assert_eq!(push(&network, &stranger, &consent, &newer).await, (201, String::new()));
    let refused = (400, "invalid_request_object".to_owned());
    assert_eq!(push(&network, &stranger, &consent, &unknown).await, refused);
    assert_eq!(server.received_requests().await.unwrap().len(), 1, "a key that nobody knows floods nobody");
}

#[tokio::test]
async fn a_client_whose_keys_cannot_be_fetched_is_refused() {
    let stranger = Stranger::new("um");
    let keys = KnownKeys::Address { url: "http://127.0.0.1:9/jwks".to_owned(), authorities_pem: None };
    let clients = vec![KnownClient { keys, ..stranger.known() }];
    let network = Network::start_with(SandboxOptions { clients, ..SandboxOptions::default() }).await;
    let connector = OpenFinance::new(stranger.settings(&network).await).unwrap();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let error = connector.consent(&institution, "urn:mockbank:1").await.unwrap_err();
    let ConnectorError::Refused { code, .. } = &error else { panic!("{error}") };
    assert_eq!(code.as_deref(), Some("invalid_client"));
}

#[tokio::test]
async fn the_authority_of_a_known_client_cannot_pass_anybody_off_as_a_receiver_of_the_directory() {
    let ca_key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, "An authority of its own");
    let ca_pem = params.clone().self_signed(&ca_key).unwrap().pem();
    let ca = rcgen::Issuer::new(params, ca_key);
    let issue = |uid: Option<&str>| {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let mut params = CertificateParams::new(vec!["client.example".to_owned()]).unwrap();
        if let Some(uid) = uid {
            params.distinguished_name.push(rcgen::DnType::CustomDnType(vec![0, 9, 2342, 19200300, 100, 1, 1]), uid);
        }
        let pem = params.signed_by(&key, &ca).unwrap().pem();
        (format!("{pem}{ca_pem}"), SecretString::from(key.serialize_pem()))
    };
    let (certificate, transport_key) = issue(None);
    let stranger = Stranger { certificate, transport_key, ..Stranger::new("um") };
    let clients = vec![stranger.known()];
    let network = Network::start_with(SandboxOptions { clients, ..SandboxOptions::default() }).await;
    let connector = OpenFinance::new(stranger.settings(&network).await).unwrap();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    Visit { connector: &connector, institution, who: RALPH }.consent().await;

    let (certificate, transport_key) = issue(Some(&network.kit.software_id));
    let mut settings = network.settings();
    settings.identity.transport_certificate_pem = certificate;
    settings.identity.transport_key_pem = transport_key;
    let error = OpenFinance::new(settings).unwrap().statement().await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unreachable(_)), "{error}");
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
