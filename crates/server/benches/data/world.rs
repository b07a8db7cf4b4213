//! The product without its process: store, connector, aggregator, router.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use vinculo_aggregator::Aggregator;
use vinculo_aggregator::webhooks::AddressPolicy;
use vinculo_connector::{
    DirectorySettings, Identity, KeyPem, OpenFinance, OpenFinanceSettings, Registration, RegistrationError,
    RegistrationStore, Transport,
};
use vinculo_domain::{
    AccessMode, AccountId, ApplicationId, Category, ConsentDuration, ConsentId, ConsentStatus, Env, FetchResources,
    Identification, LinkId, LinkStatus, PermissionSet, StaleIn,
};
use vinculo_fapi::keys::{DecryptionKey, SigningKey};
use vinculo_server::{AppState, Parts, Settings, TokenKeys};
use vinculo_store::{Application, BankTokens, Consent, ConsentRecord, Link, MasterKeys, NewAccount, Store};

use crate::bank;

pub(crate) struct World {
    pub(crate) env: Env,
    pub(crate) store: Store,
    pub(crate) aggregator: Aggregator,
    pub(crate) application: ApplicationId,
    /// Secret id and password.
    pub(crate) keys: (String, String),
    master: MasterKeys,
}

impl World {
    /// A world on the database at `url`, whose bank knows so many transactions.
    pub(crate) async fn start(url: &str, env: Env, transactions: usize) -> Self {
        let master = MasterKeys::new(&[[7; 32]]).unwrap();
        let connections = settings().database_connections;
        let store = Store::connect(url, master.clone(), env.clone(), connections).await.unwrap();
        store.migrate().await.unwrap();
        let bank = bank::start(env.now(), transactions).await;
        let application = ApplicationId::new(&env);
        let record =
            Application { id: application, name: "Bench".into(), settings: "{}".into(), created_at: env.now() };
        let mut tx = store.begin().await.unwrap();
        tx.upsert_institution(&bank::institution(&bank), env.now()).await.unwrap();
        tx.insert_application(&record).await.unwrap();
        let key = tx.create_key(application, None).await.unwrap();
        tx.commit().await.unwrap();
        let keys = (key.id.to_string(), key.password.expose_secret().to_owned());
        let connector = Arc::new(connector(&bank, &env));
        let aggregation = vinculo_aggregator::Settings {
            webhook_addresses: AddressPolicy { allow_loopback: true, allow_private: false },
            ..vinculo_aggregator::Settings::new("http://127.0.0.1")
        };
        let aggregator = Aggregator::new(store.clone(), connector, env.clone(), aggregation).unwrap();
        Self { env, store, aggregator, application, keys, master }
    }

    /// What the web role serves.
    pub(crate) fn router(&self) -> axum::Router {
        vinculo_server::router(AppState::new(Parts {
            settings: settings(),
            env: self.env.clone(),
            tokens: TokenKeys::derive(&self.master),
            store: self.store.clone(),
            aggregator: self.aggregator.clone(),
            sandbox_address: None,
        }))
    }

    /// A link as it stands when its first fetch begins.
    pub(crate) async fn link(&self) -> LinkId {
        let consent = self.consent();
        let link = Link {
            id: consent.link,
            application: self.application,
            institution: consent.institution.clone(),
            consent: Some(consent.id),
            status: LinkStatus::Valid,
            access_mode: AccessMode::Single,
            refresh_rate: None,
            external_id: Some("user-1".to_owned()),
            institution_user_id: "u".repeat(44),
            stale_in: StaleIn::default(),
            fetch_resources: FetchResources::default(),
            credentials_storage: "365d".to_owned(),
            created_by: self.application.uuid(),
            created_at: self.env.now(),
            last_accessed_at: None,
        };
        let tokens = BankTokens {
            access: SecretString::from("access"),
            refresh: None,
            expires_at: self.env.now() + SignedDuration::from_hours(30 * 24),
            scope: None,
        };
        let mut tx = self.store.begin().await.unwrap();
        tx.insert_consent(&consent).await.unwrap();
        tx.insert_link(&link, &tokens).await.unwrap();
        tx.commit().await.unwrap();
        link.id
    }

    /// An account without a balance.
    pub(crate) fn account(&self, id: AccountId) -> NewAccount {
        NewAccount {
            id,
            bank_key: id.to_string(),
            institution: bank::institution("").code,
            category: Some("CHECKING_ACCOUNT".to_owned()),
            kind: "CONTA_DEPOSITO_A_VISTA".to_owned(),
            currency: Some("BRL".to_owned()),
            number: None,
            public_identification_name: None,
            public_identification_value: None,
            balance_current: None,
            balance_available: None,
            created_at: self.env.now(),
            collected_at: self.env.now(),
            body: "{}".to_owned(),
        }
    }

    fn consent(&self) -> Consent {
        let now = self.env.now();
        let identification =
            Identification { cpf: "76109277673".parse().unwrap(), name: "Ralph Bragg".to_owned(), company: None };
        Consent {
            id: ConsentId::new(&self.env),
            application: self.application,
            session: None,
            link: LinkId::new(&self.env),
            institution: bank::institution("").code,
            status: ConsentStatus::Authorised,
            rejection: None,
            duration: ConsentDuration::Months12,
            expires_at: None,
            permissions: PermissionSet::for_categories(&Category::DEFAULT, false),
            purpose: None,
            record: Some(ConsentRecord { identification, display_name: None }),
            secrets: None,
            answered_at: None,
            created_at: now,
            updated_at: now,
        }
    }
}

fn settings() -> Settings {
    Settings::from_parts("", std::iter::empty::<(&str, &str)>()).unwrap()
}

/// The connector of the product with its own bounds. Only its HTTP client is another one: without TLS.
fn connector(bank: &str, env: &Env) -> OpenFinance {
    let key = |pem: SecretString| KeyPem { pem, kid: "k".to_owned() };
    let identity = Identity {
        software_id: "software".to_owned(),
        transport_certificate_pem: String::new(),
        transport_key_pem: SecretString::from(""),
        signing_key: key(SigningKey::generate().unwrap().to_pkcs8_pem().unwrap()),
        encryption_keys: vec![key(DecryptionKey::generate().unwrap().to_pkcs8_pem().unwrap())],
        authorities_pem: String::new(),
    };
    let url = || bank.parse().unwrap();
    let directory = DirectorySettings { participants_url: url(), token_url: url(), software_statement_url: url() };
    let mut settings = OpenFinanceSettings::new(directory, identity, vec![], env.clone(), Arc::new(NoRegistrations));
    settings.transport = Transport::Client(reqwest::Client::builder().no_proxy().build().unwrap());
    OpenFinance::new(settings).unwrap()
}

/// Nothing is registered here: reading data needs no registration.
struct NoRegistrations;

#[async_trait]
impl RegistrationStore for NoRegistrations {
    async fn load(&self, _: &str) -> Result<Option<Registration>, RegistrationError> {
        Ok(None)
    }

    async fn keep(&self, registration: &Registration) -> Result<Registration, RegistrationError> {
        Ok(registration.clone())
    }
}
