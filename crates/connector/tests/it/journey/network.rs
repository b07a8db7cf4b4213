//! A sandbox network of its own, and a connector that joined it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use vinculo_connector::{
    Access, Authorization, AuthorizationRequest, BankConsent, BrandSettings, Connector, DirectorySettings, Identity,
    KeyPem, NewConsent, OpenFinance, OpenFinanceSettings, Pending, Retry, Tokens, Window,
};
use vinculo_domain::{
    Category, Clock as _, ConsentDuration, Env, Identification, Institution, PermissionSet, SystemClock, SystemEntropy,
};
use vinculo_sandbox::{ReceiverKit, ReceiverSettings, Sandbox, SandboxOptions, SandboxSettings};

use super::browser;
use crate::support::Registrations;

pub(super) const CALLBACK: &str = "https://receiver.test/api/consents/callback/";
/// Another redirect URI of the software statement.
pub(super) const OTHER_CALLBACK: &str = "https://other.receiver.test/api/consents/callback/";
pub(super) const MOCK_BANK: &str = "7844e311-aa1f-4f67-9475-cbd989310b3e";

/// The machine's clock, moved forward as a test wants; the network and its receiver share it.
#[derive(Default)]
pub(super) struct Wall(AtomicI64);

impl Wall {
    pub(super) fn pass(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60, Ordering::SeqCst);
    }

    fn time(&self) -> jiff::Timestamp {
        SystemClock.now() + SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

impl vinculo_sandbox::Clock for Wall {
    fn now(&self) -> jiff::Timestamp {
        self.time()
    }
}

impl vinculo_domain::Clock for Wall {
    fn now(&self) -> jiff::Timestamp {
        self.time()
    }
}

/// A running network. Stops when dropped.
pub(super) struct Network {
    pub(super) kit: ReceiverKit,
    pub(super) people_url: String,
    pub(super) registrations: Arc<Registrations>,
    pub(super) clock: Arc<Wall>,
    stop: CancellationToken,
    _folder: TempDir,
}

impl Drop for Network {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Network {
    pub(super) async fn start() -> Self {
        Self::start_with(SandboxOptions::default()).await
    }

    pub(super) async fn start_with(options: SandboxOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let anywhere = "127.0.0.1:0".parse().unwrap();
        let receiver = ReceiverSettings {
            name: "Receptora de teste".to_owned(),
            redirect_uris: vec![CALLBACK.to_owned(), OTHER_CALLBACK.to_owned()],
            logo_uri: None,
        };
        let settings = SandboxSettings {
            data_dir: folder.path().to_owned(),
            people_listen: anywhere,
            people_url: None,
            mtls_listen: anywhere,
            mtls_url: None,
            receiver,
        };
        let clock = Arc::<Wall>::default();
        let sandbox = Sandbox::open_with(settings, options, Arc::<Wall>::clone(&clock)).await.unwrap();
        let (kit, people_url) = (sandbox.receiver().clone(), sandbox.people_url().to_owned());
        let stop = CancellationToken::new();
        tokio::spawn(sandbox.run(stop.clone()));
        Self { kit, people_url, registrations: Arc::default(), clock, stop, _folder: folder }
    }

    pub(super) fn settings(&self) -> OpenFinanceSettings {
        let kit = &self.kit;
        let identity = Identity {
            software_id: kit.software_id.clone(),
            transport_certificate_pem: kit.transport_cert_pem.clone(),
            transport_key_pem: kit.transport_key_pem.clone(),
            signing_key: KeyPem { pem: kit.signing_key_pem.clone(), kid: kit.signing_kid.clone() },
            encryption_keys: vec![KeyPem { pem: kit.encryption_key_pem.clone(), kid: kit.encryption_kid.clone() }],
            authorities_pem: kit.ca_pem.clone(),
        };
        let directory = DirectorySettings {
            participants_url: kit.participants_url.parse().unwrap(),
            token_url: kit.directory_token_url.parse().unwrap(),
            software_statement_url: kit.ssa_url.parse().unwrap(),
        };
        let redirects = vec![CALLBACK.to_owned()];
        let store = Arc::clone(&self.registrations);
        let env = Env::new(Arc::<Wall>::clone(&self.clock), Arc::new(SystemEntropy));
        let mut settings = OpenFinanceSettings::new(directory, identity, redirects, env, store);
        let brand = BrandSettings { code: Some("ofmockbank".to_owned()), primary_color: Some("#016FD0".to_owned()) };
        settings.brands.insert(MOCK_BANK.to_owned(), brand);
        settings.popular = vec!["ofmockbank".to_owned()];
        settings.allow_http = true;
        settings.limits.page_size = 500;
        settings.retry = Retry { attempts: 3, first_wait: Duration::from_millis(1), ..Retry::default() };
        settings
    }

    pub(super) fn connector(&self) -> OpenFinance {
        OpenFinance::new(self.settings()).unwrap()
    }

    /// Makes the network fail on command.
    pub(super) async fn force(&self, step: &str, kind: &str, times: Option<u32>) {
        let body = json!({"step": step, "kind": kind, "times": times}).to_string();
        let request = reqwest::Client::new().post(format!("{}/sandbox/outcomes", self.people_url)).body(body);
        assert_eq!(request.send().await.unwrap().status(), 201);
    }

    pub(super) async fn relent(&self) {
        let request = reqwest::Client::new().delete(format!("{}/sandbox/outcomes", self.people_url));
        assert_eq!(request.send().await.unwrap().status(), 204);
    }
}

/// Finds an institution by its code.
pub(super) async fn find(connector: &OpenFinance, code: &str) -> Institution {
    let all = connector.institutions().await.unwrap();
    all.into_iter().find(|institution| institution.code.as_str() == code).unwrap()
}

/// Somebody to share: CPF and login, and a company's CNPJ.
#[derive(Clone, Copy)]
pub(super) struct Who {
    pub(super) cpf: &'static str,
    pub(super) login: &'static str,
    pub(super) cnpj: Option<&'static str>,
}

pub(super) const RALPH: Who = Who { cpf: "76109277673", login: "ralph.bragg@gmail.com", cnpj: None };
pub(super) const JANICE: Who = Who { cpf: "96644087000", login: "janice.matos@email.com", cnpj: None };
pub(super) const LILIAN: Who =
    Who { cpf: "37964623168", login: "lilian.psicologia@email.com", cnpj: Some("43053510000130") };
pub(super) const ALICE: Who = Who { cpf: "08116143018", login: "alice.silva@email.com", cnpj: Some("5W685362006744") };

/// One person's way through one bank.
pub(super) struct Visit<'a> {
    pub(super) connector: &'a OpenFinance,
    pub(super) institution: Institution,
    pub(super) who: Who,
}

impl Visit<'_> {
    pub(super) async fn consent(&self) -> BankConsent {
        self.consent_for(&[Category::Register, Category::Accounts]).await
    }

    async fn consent_for(&self, categories: &[Category]) -> BankConsent {
        let new = NewConsent {
            identification: Identification {
                cpf: self.who.cpf.parse().unwrap(),
                name: "Alguém".to_owned(),
                company: self.who.cnpj.map(|cnpj| (cnpj.parse().unwrap(), "Alguma".to_owned())),
            },
            permissions: PermissionSet::for_categories(categories, self.who.cnpj.is_some()),
            expires_at: ConsentDuration::Months12.end(SystemClock.now()),
        };
        self.connector.create_consent(&self.institution, &new).await.unwrap()
    }

    pub(super) fn request(&self, consent: &BankConsent) -> AuthorizationRequest {
        AuthorizationRequest {
            bank_consent_id: consent.bank_consent_id.clone(),
            permissions: consent.permissions.clone(),
            redirect_uri: CALLBACK.to_owned(),
        }
    }

    pub(super) async fn authorize(&self, consent: &BankConsent) -> Authorization {
        self.connector.authorize(&self.institution, &self.request(consent)).await.unwrap()
    }

    /// Goes from consent to tokens, approving everything.
    pub(super) async fn connect(&self) -> (BankConsent, Tokens) {
        self.connect_for(&[Category::Register, Category::Accounts]).await
    }

    /// [`Self::connect`], sharing all of these.
    pub(super) async fn connect_for(&self, categories: &[Category]) -> (BankConsent, Tokens) {
        let consent = self.consent_for(categories).await;
        let authorization = self.authorize(&consent).await;
        let answer = browser::visit(&authorization.url, self.who.login, true).await.good();
        let tokens = self.connector.exchange(&self.institution, &pending(&authorization), &answer).await.unwrap();
        (consent, tokens)
    }

    pub(super) fn access(&self, consent: &BankConsent, tokens: &Tokens) -> Access {
        Access {
            institution: self.institution.clone(),
            access_token: tokens.access_token.clone(),
            permissions: consent.permissions.clone(),
            meter: None,
        }
    }
}

/// What is kept while the person is away.
pub(super) fn pending(authorization: &Authorization) -> Pending {
    Pending {
        state: authorization.state.clone(),
        nonce: authorization.nonce.clone(),
        code_verifier: authorization.code_verifier.clone(),
        scopes: authorization.scopes.clone(),
        redirect_uri: CALLBACK.to_owned(),
    }
}

/// The last twelve months.
pub(super) fn year() -> Window {
    let today = SystemClock.now().to_zoned(TimeZone::get("America/Sao_Paulo").unwrap()).date();
    Window { from: today.saturating_sub(12.months()), to: today }
}

/// Puts other text into a secret.
pub(super) fn with_last_changed(secret: &SecretString) -> SecretString {
    let mut text = secret.expose_secret().to_owned();
    let last = if text.pop() == Some('A') { 'B' } else { 'A' };
    text.push(last);
    SecretString::from(text)
}

/// Reads our own JSON back, to look at it as a client does.
pub(super) fn as_json(value: &impl serde::Serialize) -> Value {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}
