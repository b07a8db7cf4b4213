//! The listener and the client, over real sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use rcgen::{CertificateParams, date_time_ymd};
use rustls::crypto::aws_lc_rs::{cipher_suite, default_provider};
use rustls::{CipherSuite, ClientConfig, HandshakeKind, ProtocolVersion, RootCertStore, SupportedCipherSuite};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use vinculo_fapi::certificate::Certificate;
use vinculo_fapi::mtls::{
    self, ClientIdentity, ClientSettings, ListenerLimits, MtlsError, MtlsListener, Peer, ServerSettings, server_config,
};

use crate::certificate::{Authority, authority, client, server};
use crate::common::{BANK_PEM, CLIENT_PEM, STRANGER_PEM};

/// A bank that says who called.
struct Bank {
    ca: Authority,
    addr: SocketAddr,
}

impl Bank {
    async fn open(limits: ListenerLimits) -> Self {
        Self::open_with(limits, &[]).await
    }

    /// A bank that believes single certificates beside those of its authority.
    async fn open_with(limits: ListenerLimits, named: &[&str]) -> Self {
        let ca = authority("Test CA");
        let verifier = mtls::client_verifier_with(&ca.pem(), named).unwrap();
        let config = mtls::server_config_with(verifier, &server(&ca), &SecretString::from(BANK_PEM)).unwrap();
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = MtlsListener::new(tcp, config, limits).unwrap();
        let addr = listener.addr();
        let router = Router::new().route("/", get(who));
        let service = router.into_make_service_with_connect_info::<Peer>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { ca, addr }
    }

    /// Calls with the given certificate; the answer is its thumbprint, or "nobody".
    async fn call(&self, certificate: Option<String>) -> reqwest::Result<String> {
        let client = mtls::client(&self.settings(certificate)).unwrap();
        client.get(format!("https://localhost:{}/", self.addr.port())).send().await?.text().await
    }

    fn settings(&self, certificate: Option<String>) -> ClientSettings {
        let key_pem = SecretString::from(CLIENT_PEM);
        ClientSettings {
            identity: certificate.map(|certificates_pem| ClientIdentity { certificates_pem, key_pem }),
            roots_pem: self.ca.pem(),
            connect_timeout: Duration::from_secs(20),
            timeout: Duration::from_secs(30),
            allow_http: false,
        }
    }

    /// A good client of this bank: its certificate, and the thumbprint that the bank should see.
    fn good(&self) -> (Option<String>, String) {
        let pem = client(&self.ca, |_| {});
        let thumbprint = Certificate::from_pem(&pem).unwrap().thumbprint();
        (Some(pem), thumbprint)
    }

    /// Shakes hands with rustls directly, with suites of our choice.
    async fn shake(&self, suites: &[SupportedCipherSuite]) -> std::io::Result<TlsStream<TcpStream>> {
        self.shake_with(&Arc::new(self.config(suites))).await
    }

    fn config(&self, suites: &[SupportedCipherSuite]) -> ClientConfig {
        let mut provider = default_provider();
        provider.cipher_suites = suites.to_vec();
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.ca.pem().as_bytes()).unwrap()).unwrap();
        ClientConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth()
    }

    async fn shake_with(&self, config: &Arc<ClientConfig>) -> std::io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(self.addr).await?;
        TlsConnector::from(config.clone()).connect("localhost".try_into().unwrap(), stream).await
    }
}

async fn who(ConnectInfo(peer): ConnectInfo<Peer>) -> String {
    peer.certificate.map_or_else(|| "nobody".to_owned(), |certificate| certificate.thumbprint())
}

#[tokio::test]
async fn a_certificate_reaches_the_handler() {
    let bank = Bank::open(ListenerLimits::default()).await;
    let (certificate, thumbprint) = bank.good();
    assert_eq!(bank.call(certificate).await.unwrap(), thumbprint);
}

#[tokio::test]
async fn a_call_without_certificate_is_seen_as_such() {
    let bank = Bank::open(ListenerLimits::default()).await;
    assert_eq!(bank.call(None).await.unwrap(), "nobody");
}

#[tokio::test]
async fn certificates_that_must_not_be_trusted_do_not_get_through() {
    let bank = Bank::open(ListenerLimits::default()).await;
    let expired = |params: &mut CertificateParams| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    };
    assert!(bank.call(Some(client(&authority("Other CA"), |_| {}))).await.is_err(), "of another authority");
    assert!(bank.call(Some(client(&bank.ca, expired))).await.is_err(), "expired");
    let of_server = |params: &mut CertificateParams| {
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    };
    assert!(bank.call(Some(client(&bank.ca, of_server))).await.is_err(), "not for clients");
    let (certificate, thumbprint) = bank.good();
    assert_eq!(bank.call(certificate).await.unwrap(), thumbprint, "others are served all the same");
}

#[tokio::test]
async fn a_certificate_that_is_named_is_believed_and_what_else_its_issuer_signed_is_not() {
    let other = authority("Other CA");
    let named = client(&other, |_| {});
    let chain = format!("{named}{}", other.pem());
    let bank = Bank::open_with(ListenerLimits::default(), &[&chain]).await;
    let thumbprint = Certificate::from_pem(&named).unwrap().thumbprint();
    assert_eq!(bank.call(Some(named)).await.unwrap(), thumbprint);
    let longer = |params: &mut CertificateParams| params.not_after = date_time_ymd(2044, 1, 1);
    assert!(bank.call(Some(client(&other, longer))).await.is_err(), "signed by the same authority, and not named");
    assert!(bank.call(Some(client(&authority("Third CA"), |_| {}))).await.is_err());
    let (certificate, thumbprint) = bank.good();
    assert_eq!(
        bank.call(certificate.clone()).await.unwrap(),
        thumbprint,
        "the bank's own authority is believed as before"
    );
    // One of the bank's own authority may be named, too, without its issuers.
    let verifier = mtls::client_verifier_with(&bank.ca.pem(), &[&certificate.unwrap()]).unwrap();
    assert!(!verifier.client_auth_mandatory());
    for wrong in ["", "nonsense"] {
        assert!(mtls::client_verifier_with(&other.pem(), &[wrong]).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn the_client_trusts_its_own_roots_only() {
    let bank = Bank::open(ListenerLimits::default()).await;
    let stranger = ClientSettings { roots_pem: authority("Other CA").pem(), ..bank.settings(None) };
    let url = format!("https://localhost:{}/", bank.addr.port());
    assert!(mtls::client(&stranger).unwrap().get(&url).send().await.is_err());
    let by_address = format!("https://127.0.0.1:{}/", bank.addr.port());
    let client = mtls::client(&bank.settings(None)).unwrap();
    assert!(client.get(by_address).send().await.is_err(), "the certificate is for another name");
}

#[tokio::test]
async fn garbage_instead_of_a_handshake_harms_nobody() {
    let bank = Bank::open(ListenerLimits::default()).await;
    for garbage in [b"GET / HTTP/1.1\r\n\r\n".as_slice(), &[0; 64], &[0x16, 3, 1, 0xff, 0xff], b""] {
        let mut stream = TcpStream::connect(bank.addr).await.unwrap();
        stream.write_all(garbage).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.ok();
    }
    assert_eq!(bank.call(None).await.unwrap(), "nobody");
}

#[tokio::test]
async fn slow_handshakes_do_not_hold_up_others() {
    let limits = ListenerLimits { handshakes: 16, ..ListenerLimits::default() };
    let bank = Bank::open(limits).await;
    let mut silent = Vec::new();
    for _ in 0..12 {
        silent.push(TcpStream::connect(bank.addr).await.unwrap());
    }
    assert_eq!(bank.call(None).await.unwrap(), "nobody");
}

#[tokio::test]
async fn a_handshake_that_never_ends_gives_its_place_back() {
    let limits = ListenerLimits { handshake_timeout: Duration::from_millis(200), handshakes: 1 };
    let bank = Bank::open(limits).await;
    let mut silent = TcpStream::connect(bank.addr).await.unwrap();
    assert_eq!(bank.call(None).await.unwrap(), "nobody");
    assert_eq!(silent.read(&mut [0]).await.unwrap(), 0, "the silent one was hung up on");
}

#[tokio::test]
async fn only_the_suites_of_the_profile_are_spoken() {
    let bank = Bank::open(ListenerLimits::default()).await;
    for suite in
        [cipher_suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, cipher_suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]
    {
        let stream = bank.shake(&[suite]).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(ProtocolVersion::TLSv1_2));
        assert_eq!(stream.get_ref().1.negotiated_cipher_suite(), Some(suite));
    }
    assert!(bank.shake(&[cipher_suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]).await.is_err());
    let newest = bank.shake(&default_provider().cipher_suites).await.unwrap();
    assert_eq!(newest.get_ref().1.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    assert_eq!(
        newest.get_ref().1.negotiated_cipher_suite().map(|suite| suite.suite()),
        Some(CipherSuite::TLS13_AES_256_GCM_SHA384)
    );
}

#[tokio::test]
async fn sessions_are_not_resumed() {
    let bank = Bank::open(ListenerLimits::default()).await;
    let suites =
        [vec![cipher_suite::TLS13_AES_128_GCM_SHA256], vec![cipher_suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]];
    for suites in suites {
        let willing = Arc::new(bank.config(&suites));
        for _ in 0..3 {
            let mut stream = bank.shake_with(&willing).await.unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            assert!(answer.ends_with(b"nobody"));
            let kind = stream.get_ref().1.handshake_kind();
            assert!(matches!(kind, Some(HandshakeKind::Full | HandshakeKind::FullWithHelloRetryRequest)), "{kind:?}");
        }
    }
}

/// The first message of a handshake, as a client of that version without extensions sends it.
fn hello(version: [u8; 2], suites: &[[u8; 2]]) -> Vec<u8> {
    let mut body = version.to_vec();
    body.extend([7; 32]);
    body.push(0);
    body.extend(u16::try_from(suites.len() * 2).unwrap().to_be_bytes());
    body.extend(suites.concat());
    body.extend([1, 0]);
    let len = u16::try_from(body.len()).unwrap();
    let mut record = vec![0x16, 3, 1];
    record.extend((len + 4).to_be_bytes());
    record.extend([1, 0]);
    record.extend(len.to_be_bytes());
    record.extend(body);
    record
}

#[tokio::test]
async fn older_versions_and_other_suites_are_turned_away_at_the_first_message() {
    let bank = Bank::open(ListenerLimits::default()).await;
    let (gcm, cbc, static_rsa) = ([0xc0, 0x2f], [0xc0, 0x13], [0x00, 0x9c]);
    let hellos = [
        ("SSL 3.0", hello([3, 0], &[gcm])),
        ("TLS 1.0", hello([3, 1], &[gcm, cbc])),
        ("TLS 1.1", hello([3, 2], &[gcm, cbc])),
        ("CBC", hello([3, 3], &[cbc])),
        ("no forward secrecy", hello([3, 3], &[static_rsa])),
    ];
    for (name, hello) in hellos {
        let mut stream = TcpStream::connect(bank.addr).await.unwrap();
        stream.write_all(&hello).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        // An alert, fatal, and nothing after it.
        assert!(matches!(answer.as_slice(), [0x15, 3, _, 0, 2, 2, _]), "{name}: {answer:?}");
    }
    assert_eq!(bank.call(None).await.unwrap(), "nobody", "others are served all the same");
}

/// A bank that would resume sessions and speak every suite; it tells how each handshake went.
async fn generous(
    suites: &[SupportedCipherSuite],
) -> (Authority, SocketAddr, tokio::sync::mpsc::Receiver<HandshakeKind>) {
    let ca = authority("Test CA");
    let mut provider = default_provider();
    provider.cipher_suites = suites.to_vec();
    let certificate = CertificateDer::from_pem_slice(server(&ca).as_bytes()).unwrap();
    let key = rustls_pki_types::PrivateKeyDer::from_pem_slice(BANK_PEM.as_bytes()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = tcp.local_addr().unwrap();
    let (sender, receiver) = tokio::sync::mpsc::channel(8);
    tokio::spawn(async move {
        while let Ok((stream, _)) = tcp.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            if stream.read(&mut [0; 4096]).await.is_err() {
                continue;
            }
            sender.send(stream.get_ref().1.handshake_kind().unwrap()).await.ok();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await.ok();
            stream.shutdown().await.ok();
        }
    });
    (ca, addr, receiver)
}

#[tokio::test]
async fn the_client_never_resumes_a_session_and_speaks_no_other_suite() {
    for suite in [cipher_suite::TLS13_AES_128_GCM_SHA256, cipher_suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384] {
        let (ca, addr, mut kinds) = generous(&[suite]).await;
        let client = mtls::client(&alone(&ca)).unwrap();
        for _ in 0..3 {
            client.get(format!("https://localhost:{}/", addr.port())).send().await.unwrap();
            assert_ne!(kinds.recv().await.unwrap(), HandshakeKind::Resumed);
        }
    }
    let (ca, addr, _) = generous(&[cipher_suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]).await;
    let refused = mtls::client(&alone(&ca)).unwrap().get(format!("https://localhost:{}/", addr.port())).send().await;
    assert!(refused.is_err());
}

/// A client without a certificate that trusts this authority.
fn alone(ca: &Authority) -> ClientSettings {
    let time = Duration::from_secs(20);
    ClientSettings { identity: None, roots_pem: ca.pem(), connect_timeout: time, timeout: time, allow_http: false }
}

#[tokio::test]
async fn a_listener_that_is_dropped_lets_go_of_its_port() {
    let ca = authority("Test CA");
    let settings = ServerSettings {
        certificates_pem: server(&ca),
        key_pem: SecretString::from(BANK_PEM),
        client_roots_pem: ca.pem(),
    };
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = server_config(&settings).unwrap();
    let listener = MtlsListener::new(tcp, config, ListenerLimits::default()).unwrap();
    let addr = listener.addr();
    let mut waiting = TcpStream::connect(addr).await.unwrap();
    drop(listener);
    waiting.read_to_end(&mut Vec::new()).await.ok();
    assert!(TcpStream::connect(addr).await.is_err());
}

#[test]
fn settings_that_do_not_fit_are_refused() {
    let ca = authority("Test CA");
    let settings = |certificates: &str, key: &str, roots: &str| {
        let settings = ServerSettings {
            certificates_pem: certificates.to_owned(),
            key_pem: SecretString::from(key),
            client_roots_pem: roots.to_owned(),
        };
        server_config(&settings).map(|_| ())
    };
    let certificate = server(&ca);
    assert_eq!(settings(&certificate, BANK_PEM, &ca.pem()), Ok(()));
    assert_eq!(settings("", BANK_PEM, &ca.pem()), Err(MtlsError::Certificates));
    assert_eq!(settings(&certificate, "", &ca.pem()), Err(MtlsError::Key));
    assert_eq!(settings(&certificate, STRANGER_PEM, &ca.pem()), Err(MtlsError::Key));
    assert_eq!(settings(&certificate, BANK_PEM, ""), Err(MtlsError::NoRoots));
    assert_eq!(
        settings(&certificate, BANK_PEM, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        Err(MtlsError::Certificates)
    );
}

#[tokio::test]
async fn the_client_follows_no_redirects_and_calls_no_plain_http() {
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = tcp.local_addr().unwrap();
    let router = Router::new().route("/", get(|| async { axum::response::Redirect::to("/else") }));
    tokio::spawn(async move { axum::serve(tcp, router).await });
    let ca = authority("Test CA");
    let settings = |allow_http| ClientSettings {
        identity: None,
        roots_pem: ca.pem(),
        connect_timeout: Duration::from_secs(5),
        timeout: Duration::from_secs(5),
        allow_http,
    };
    let url = format!("http://{addr}/");
    let answer = mtls::client(&settings(true)).unwrap().get(&url).send().await.unwrap();
    assert_eq!(answer.status(), reqwest::StatusCode::SEE_OTHER);
    assert!(mtls::client(&settings(false)).unwrap().get(&url).send().await.is_err());
}
