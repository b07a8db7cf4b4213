//! Sandbox network, connector, store, aggregator, API: all of it in one process, over real sockets.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use vinculo_aggregator::connect::{self, CallbackForm};
use vinculo_aggregator::{Aggregator, institutions, worker};
use vinculo_connector::{
    BrandSettings, DirectorySettings, Identity, KeyPem, OpenFinance, OpenFinanceSettings, Registration,
    RegistrationError, RegistrationStore,
};
use vinculo_domain::{
    ApplicationId, Category, Clock as _, ConsentDuration, Env, Feature, FetchResources, Identification, LinkId, Locale,
    SessionId, SessionState, SessionStatus, Step, SystemClock, WidgetConfig,
};
use vinculo_sandbox::{ReceiverKit, ReceiverSettings, Sandbox, SandboxSettings};
use vinculo_server::{AppState, Parts, Settings, TokenKeys, router};
use vinculo_store::{Application, MasterKeys, Store, Token, WidgetSession};

use super::{CALLBACK, Who, browser};
use crate::client::{Client, Keys};

const MOCK_BANK: &str = "7844e311-aa1f-4f67-9475-cbd989310b3e";

/// What is fetched: everything.
const RESOURCES: [&str; 8] =
    ["ACCOUNTS", "BALANCES", "TRANSACTIONS", "OWNERS", "BILLS", "INVESTMENTS", "INVESTMENT_TRANSACTIONS", "EXCHANGES"];

struct Wall;

impl vinculo_sandbox::Clock for Wall {
    fn now(&self) -> jiff::Timestamp {
        SystemClock.now()
    }
}

/// One registration, in memory: there is one bank.
#[derive(Default)]
struct Registrations(std::sync::Mutex<Option<Registration>>);

#[async_trait]
impl RegistrationStore for Registrations {
    async fn load(&self, _: &str) -> Result<Option<Registration>, RegistrationError> {
        Ok(self.0.lock().unwrap().clone())
    }

    async fn keep(&self, registration: &Registration) -> Result<Registration, RegistrationError> {
        Ok(self.0.lock().unwrap().get_or_insert_with(|| registration.clone()).clone())
    }
}

/// Everything, running. Stops when dropped.
pub(super) struct Chain {
    pub(super) store: Store,
    pub(super) client: Client,
    pub(super) kit: ReceiverKit,
    aggregator: Aggregator,
    application: ApplicationId,
    env: Env,
    stop: CancellationToken,
    _folder: TempDir,
}

impl Drop for Chain {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Chain {
    pub(super) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (env, stop) = (Env::system(), CancellationToken::new());
        let kit = network(&folder, &stop).await;
        let master = MasterKeys::new(&[[7; 32]]).unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let store = Store::connect(&url, master.clone(), env.clone(), 8).await.unwrap();
        store.migrate().await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut settings = Settings::from_parts("", []).unwrap();
        settings.bound(listener.local_addr().unwrap());
        let base = format!("http://{}", settings.listen);
        let connector = Arc::new(connector(&kit, &env));
        let aggregation = vinculo_aggregator::Settings::new("https://receiver.test");
        assert_eq!(aggregation.redirect_uri(), CALLBACK);
        let aggregator = Aggregator::new(store.clone(), connector, env.clone(), aggregation).unwrap();
        institutions::refresh(&aggregator).await.unwrap();
        let state = AppState::new(Parts {
            settings,
            env: env.clone(),
            tokens: TokenKeys::derive(&master),
            store: store.clone(),
            aggregator: aggregator.clone(),
            sandbox_address: None,
        });
        tokio::spawn(async move { axum::serve(listener, router(state)).await.unwrap() });
        let (application, keys) = customer(&store, &env).await;
        let client = Client::new(&base, Some(keys));
        Self { store, client, kit, aggregator, application, env, stop, _folder: folder }
    }

    /// Walks a person to a link whose data has been read.
    pub(super) async fn connect(&self, who: Who) -> LinkId {
        let session = SessionId::new(&self.env);
        self.open(&session, who).await;
        let begun = connect::begin(&self.aggregator, &session, ConsentDuration::Months12).await.unwrap();
        let handover = begun.state.handover.expect("an address at the bank");
        let fragment = browser::visit(&handover.authorization_url, who.login, true).await;
        let answer = fragment.good();
        let form = CallbackForm {
            state: fragment.get("state").map(|text| SecretString::from(text.to_owned())),
            code: Some(answer.code),
            id_token: Some(answer.id_token),
            ..CallbackForm::default()
        };
        connect::callback(&self.aggregator, &form).await.unwrap();
        // Twice: what is due, and what that made due.
        while worker::run_due(&self.aggregator).await.unwrap() > 0 {}
        let finished = self.store.session(&session).await.unwrap().unwrap();
        assert_eq!(finished.status, SessionStatus::Success, "{who:?}: {:?}", finished.last_error);
        finished.link.unwrap()
    }

    async fn open(&self, id: &SessionId, who: Who) {
        let now = self.env.now();
        let mut config = WidgetConfig::new(Feature::ConsentLinkCreation);
        config.categories = Category::ALL.to_vec();
        config.fetch_resources = FetchResources::from_names(RESOURCES);
        let kind = if who.cnpj.is_some() { "business" } else { "retail" };
        let identification = Identification {
            cpf: who.cpf.parse().unwrap(),
            name: "Alguém".to_owned(),
            company: who.cnpj.map(|cnpj| (cnpj.parse().unwrap(), "Alguma".to_owned())),
        };
        let later = now + Duration::from_secs(600);
        let token = Token {
            jti: self.env.hex32(),
            application: self.application,
            key: None,
            feature: config.feature.as_str().into(),
            config: Some(serde_json::to_string(&config).unwrap()),
            created_at: now,
            expires_at: later,
            used_at: None,
            link: None,
        };
        let session = WidgetSession {
            id: id.clone(),
            application: self.application,
            token: token.jti.clone(),
            status: SessionStatus::Open,
            step: Step::Consent,
            locale: Locale::Pt,
            institution: Some(format!("ofmockbank_br_{kind}").parse().unwrap()),
            consent: None,
            link: None,
            external_id: None,
            last_error: None,
            state: SessionState { identification: Some(identification), ..SessionState::default() },
            version: 0,
            created_at: now,
            updated_at: now,
            expires_at: later,
        };
        let mut tx = self.store.begin().await.unwrap();
        tx.insert_token(&token).await.unwrap();
        tx.insert_session(&session).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn network(folder: &TempDir, stop: &CancellationToken) -> ReceiverKit {
    let any = "127.0.0.1:0".parse().unwrap();
    let receiver = ReceiverSettings {
        name: "Receptora de teste".to_owned(),
        redirect_uris: vec![CALLBACK.to_owned()],
        logo_uri: None,
    };
    let settings = SandboxSettings {
        data_dir: folder.path().to_owned(),
        people_listen: any,
        people_url: None,
        mtls_listen: any,
        mtls_url: None,
        receiver,
    };
    let sandbox = Sandbox::open(settings, Arc::new(Wall)).await.unwrap();
    let kit = sandbox.receiver().clone();
    tokio::spawn(sandbox.run(stop.clone()));
    kit
}

fn connector(kit: &ReceiverKit, env: &Env) -> OpenFinance {
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
    let registrations = Arc::new(Registrations::default());
    let redirects = vec![CALLBACK.to_owned()];
    let mut settings = OpenFinanceSettings::new(directory, identity, redirects, env.clone(), registrations);
    let brand = BrandSettings { code: Some("ofmockbank".to_owned()), primary_color: None };
    settings.brands.insert(MOCK_BANK.to_owned(), brand);
    settings.allow_http = true;
    // Small enough that lists have pages.
    settings.limits.page_size = 100;
    OpenFinance::new(settings).unwrap()
}

async fn customer(store: &Store, env: &Env) -> (ApplicationId, Keys) {
    let id = ApplicationId::new(env);
    let application = Application { id, name: "ACME".to_owned(), settings: "{}".to_owned(), created_at: env.now() };
    let mut tx = store.begin().await.unwrap();
    tx.insert_application(&application).await.unwrap();
    let key = tx.create_key(id, None).await.unwrap();
    tx.commit().await.unwrap();
    let password = secrecy::ExposeSecret::expose_secret(&key.password).to_owned();
    (id, Keys { id: key.id.to_string(), password })
}
