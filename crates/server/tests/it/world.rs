//! A running application with two customers, on a fresh database of each kind. Its connector is the real one; its bank
//! does not answer, so that nothing here depends on a bank.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{AssertSqlSafe, Executor as _, PgPool};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::OnceCell;
use vinculo_aggregator::Aggregator;
use vinculo_connector::{
    Connector, DirectorySettings, Identity, KeyPem, OpenFinance, OpenFinanceSettings, Registration, RegistrationError,
    RegistrationStore,
};
use vinculo_domain::{
    AccountId, ApplicationId, BalanceId, BillId, Category, ConsentDuration, ConsentId, ConsentStatus, Env,
    FetchResources, Identification, Institution, InstitutionCode, InstitutionKind, InstitutionStatus, LinkId,
    LinkStatus, ManualClock, Organisation, OwnerId, PermissionSet, RefreshRate, StaleIn, SystemEntropy, TransactionId,
};
use vinculo_sandbox::{ReceiverKit, ReceiverSettings, Sandbox, SandboxSettings};
use vinculo_server::{AppState, Parts, Settings, TokenKeys, router};
use vinculo_store::{
    Application, BankTokens, Consent, ConsentRecord, Link, MasterKeys, NewAccount, NewBalance, NewBill, NewOwner,
    NewTransaction, Store,
};

use crate::client::{Client, Keys};

pub(crate) const CPF: &str = "76109277673";
pub(crate) const NOW: &str = "2026-11-22T12:00:00Z";

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) env: Env,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) tokens: TokenKeys,
    /// The customer most tests are about.
    pub(crate) one: ApplicationId,
    /// Another customer.
    pub(crate) other: ApplicationId,
    /// Calls as the first customer.
    pub(crate) client: Client,
    /// Calls as the other one.
    pub(crate) stranger: Client,
    database: Kept,
}

enum Kept {
    Sqlite(#[expect(dead_code, reason = "removed when dropped")] TempDir),
    Postgres(PgPool, String),
}

/// Runs a test on SQLite, and on PostgreSQL where there is one.
pub(crate) async fn each(test: impl AsyncFn(&World)) {
    each_with(&[], test).await;
}

/// As [`each`], with settings.
pub(crate) async fn each_with(variables: &[(&str, &str)], test: impl AsyncFn(&World)) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    World::start(&url, Kept::Sqlite(folder), variables, &test).await;
    let Some(base) = vinculo_testkit::need("VINCULO_TEST_POSTGRES_URL", "PostgreSQL") else { return };
    let schema = format!("t{}", Env::system().hex32());
    let admin = PgPool::connect(&base).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
    let joint = if base.contains('?') { '&' } else { '?' };
    let url = format!("{base}{joint}options=-c%20search_path%3D{schema}");
    World::start(&url, Kept::Postgres(admin, schema), variables, &test).await;
}

impl World {
    async fn start(url: &str, database: Kept, variables: &[(&str, &str)], test: &impl AsyncFn(&World)) {
        let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
        let env = Env::new(clock.clone(), Arc::new(SystemEntropy));
        let master = MasterKeys::new(&[[7; 32]]).unwrap();
        let store = Store::connect(url, master.clone(), env.clone(), 8).await.unwrap();
        store.migrate().await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut settings = Settings::from_parts("", variables.iter().copied()).unwrap();
        settings.bound(listener.local_addr().unwrap());
        let base = format!("http://{}", settings.listen);
        let aggregation = vinculo_aggregator::Settings::new(base.clone());
        let aggregator = Aggregator::new(store.clone(), connector(&env).await, env.clone(), aggregation).unwrap();
        let tokens = TokenKeys::derive(&master);
        let state = AppState::new(Parts {
            settings,
            env: env.clone(),
            tokens: tokens.clone(),
            store: store.clone(),
            aggregator,
            sandbox_address: None,
        });
        let server = tokio::spawn(async move { axum::serve(listener, router(state)).await.unwrap() });
        let (one, keys) = customer(&store, &env, "ACME").await;
        let (other, other_keys) = customer(&store, &env, "Globex").await;
        crate::described::made_up(&base);
        let client = Client::new(&base, Some(keys));
        let stranger = client.with(Some(other_keys));
        let world = Self { store, env, clock, tokens, one, other, client, stranger, database };
        world.institutions().await;
        test(&world).await;
        server.abort();
        world.close().await;
    }

    async fn close(self) {
        self.store.close().await;
        if let Kept::Postgres(pool, schema) = &self.database {
            pool.execute(AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"))).await.unwrap();
            pool.close().await;
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.env.now()
    }

    /// Moves the clock.
    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    async fn institutions(&self) {
        let mut tx = self.store.begin().await.unwrap();
        for (code, kind, status) in [
            ("ofmockbank_br_retail", InstitutionKind::Retail, InstitutionStatus::Healthy),
            ("ofmockbank_br_business", InstitutionKind::Business, InstitutionStatus::Degraded),
            ("ofaurora_br_retail", InstitutionKind::Retail, InstitutionStatus::Down),
        ] {
            let institution = institution(code, kind, status);
            tx.upsert_institution(&institution, self.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// A link of the first customer, with its consent.
    pub(crate) async fn link(&self) -> LinkId {
        self.link_of(self.one).await.id
    }

    pub(crate) async fn link_of(&self, application: ApplicationId) -> Link {
        let consent = self.consent(application);
        let link = Link {
            id: consent.link,
            application,
            institution: bank(),
            consent: Some(consent.id),
            status: LinkStatus::Valid,
            access_mode: vinculo_domain::AccessMode::Recurrent,
            refresh_rate: Some(RefreshRate::Days7),
            external_id: Some("user-1".to_owned()),
            institution_user_id: "u".repeat(44),
            stale_in: StaleIn::default(),
            fetch_resources: FetchResources::default(),
            credentials_storage: "store".to_owned(),
            created_by: application.uuid(),
            created_at: self.now(),
            last_accessed_at: Some(self.now()),
        };
        let tokens = BankTokens {
            access: SecretString::from("access"),
            refresh: Some(SecretString::from("refresh")),
            expires_at: self.now() + SignedDuration::from_hours(1),
            scope: None,
        };
        let mut tx = self.store.begin().await.unwrap();
        tx.insert_consent(&consent).await.unwrap();
        tx.insert_link(&link, &tokens).await.unwrap();
        tx.commit().await.unwrap();
        link
    }

    fn consent(&self, application: ApplicationId) -> Consent {
        let identification =
            Identification { cpf: CPF.parse().unwrap(), name: "Ralph Bragg".to_owned(), company: None };
        Consent {
            id: ConsentId::new(&self.env),
            application,
            session: None,
            link: LinkId::new(&self.env),
            institution: bank(),
            status: ConsentStatus::Authorised,
            rejection: None,
            duration: ConsentDuration::Months12,
            expires_at: Some("2027-11-22T12:00:00Z".parse().unwrap()),
            permissions: PermissionSet::for_categories(&Category::DEFAULT, false),
            purpose: Some("Crédito".to_owned()),
            record: Some(ConsentRecord { identification, display_name: Some("Ralph Bragg".to_owned()) }),
            secrets: None,
            answered_at: None,
            created_at: self.now(),
            updated_at: self.now(),
        }
    }

    pub(crate) async fn account(&self, link: &Link, key: &str) -> AccountId {
        let id = AccountId::new(&self.env);
        let body = format!(
            r#"{{"id":"{id}","link":"{}","name":"Conta {key}","type":"CONTA_DEPOSITO_A_VISTA","balance":{{"current":1500.00,"available":90.50}},"currency":"BRL"}}"#,
            link.id
        );
        let account = NewAccount {
            id,
            bank_key: key.to_owned(),
            institution: bank(),
            category: Some("CHECKING_ACCOUNT".to_owned()),
            kind: "CONTA_DEPOSITO_A_VISTA".to_owned(),
            currency: Some("BRL".to_owned()),
            number: Some("24550245".to_owned()),
            public_identification_name: Some("AGENCY/ACCOUNT".to_owned()),
            public_identification_value: Some("6272/24550245".to_owned()),
            balance_current: "1500.00".parse().ok(),
            balance_available: "90.50".parse().ok(),
            created_at: self.now(),
            collected_at: self.now(),
            body,
        };
        let mut tx = self.store.begin().await.unwrap();
        tx.upsert_accounts(link.application, link.id, &[account]).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub(crate) async fn owner(&self, link: &Link) -> OwnerId {
        let id = OwnerId::new(&self.env);
        let owner = NewOwner {
            id,
            bank_key: CPF.to_owned(),
            email: Some("ralph.bragg@gmail.com".to_owned()),
            created_at: self.now(),
            collected_at: self.now(),
            body: format!(r#"{{"id":"{id}","link":"{}","display_name":"Ralph Bragg"}}"#, link.id),
        };
        let mut tx = self.store.begin().await.unwrap();
        tx.upsert_owners(link.application, link.id, &[owner]).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub(crate) async fn balance(&self, link: &Link, account: AccountId) -> BalanceId {
        let id = BalanceId::new(&self.env);
        let balance = NewBalance {
            id,
            account,
            created_at: self.now(),
            collected_at: self.now(),
            body: format!(r#"{{"id":"{id}","account_id":"{account}","available":90.50}}"#),
        };
        let mut tx = self.store.begin().await.unwrap();
        tx.upsert_balance(link.id, &balance).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Closed bills of a card, falling due on the tenth of this month and of those before it.
    pub(crate) async fn bills(&self, link: &Link, account: AccountId, count: i32) -> Vec<BillId> {
        let newest: Date = "2026-11-10".parse().unwrap();
        let bill = |n: i32| {
            let (id, due) = (BillId::new(&self.env), newest - jiff::Span::new().months(n));
            let body = format!(
                r#"{{"id":"{id}","created_at":"{now}","collected_at":"{now}","internal_identification":"bill-{n}","bill_name":null,"due_date":"{due}","currency":"BRL","total_amount":{total}00.10,"minimum_amount":10.00,"is_installment":false,"finance_charges":[],"payments":[]}}"#,
                now = self.now(),
                total = n + 1,
            );
            let bank_key = format!("bill-{n}");
            NewBill { id, bank_key, due_date: Some(due), created_at: self.now(), collected_at: self.now(), body }
        };
        let all: Vec<NewBill> = (0..count).map(bill).collect();
        let ids = all.iter().map(|bill| bill.id).collect();
        let mut tx = self.store.begin().await.unwrap();
        tx.upsert_bills(link.id, account, &all).await.unwrap();
        tx.commit().await.unwrap();
        ids
    }

    /// `count` transactions on consecutive days up to today, alternating in and out, of 10.01, 20.02, 30.03…
    pub(crate) async fn transactions(&self, link: &Link, account: AccountId, count: i64) -> Vec<TransactionId> {
        let today: Date = "2026-11-22".parse().unwrap();
        let all: Vec<NewTransaction> =
            (0..count).map(|n| self.transaction(n, today - SignedDuration::from_hours(24 * n))).collect();
        let ids = all.iter().map(|transaction| transaction.id).collect();
        let mut tx = self.store.begin().await.unwrap();
        tx.upsert_transactions(link.id, account, "round", &all).await.unwrap();
        tx.commit().await.unwrap();
        ids
    }

    /// The same as [`Self::transactions`] read again: those that are known keep their ids.
    pub(crate) async fn transactions_again(
        &self,
        link: &Link,
        account: AccountId,
        count: i64,
        known: &[TransactionId],
    ) {
        let today: Date = "2026-11-22".parse().unwrap();
        let mut tx = self.store.begin().await.unwrap();
        let mut all = Vec::new();
        for n in 0..count {
            let mut one = self.transaction(n, today - SignedDuration::from_hours(24 * n));
            let there = tx.known_transactions(account, &[&one.bank_key]).await.unwrap();
            if let Some(there) = there.get(&one.bank_key) {
                assert!(known.contains(&there.id));
                one.body = one.body.replace(&one.id.to_string(), &there.id.to_string());
                one.id = there.id;
            }
            all.push(one);
        }
        tx.upsert_transactions(link.id, account, "again", &all).await.unwrap();
        tx.commit().await.unwrap();
    }

    fn transaction(&self, n: i64, day: Date) -> NewTransaction {
        let id = TransactionId::new(&self.env);
        let kind = if n % 2 == 0 { "INFLOW" } else { "OUTFLOW" };
        let status = if n == 0 { "PENDING" } else { "PROCESSED" };
        let amount = format!("{}.{:02}", 10 * (n + 1), (n + 1) % 100);
        NewTransaction {
            id,
            bank_key: format!("k{n}"),
            value_date: day,
            accounting_date: Some(day),
            amount: amount.parse().unwrap(),
            currency: Some("BRL".to_owned()),
            kind: Some(kind.to_owned()),
            status: Some(status.to_owned()),
            reference: Some(format!("ref-{n}")),
            bill_name: None,
            provisional: status == "PENDING",
            created_at: self.now(),
            collected_at: self.now(),
            body: format!(
                r#"{{"id":"{id}","internal_identification":"k{n}","value_date":"{day}","amount":{amount},"type":"{kind}","status":"{status}","currency":"BRL"}}"#
            ),
        }
    }
}

pub(crate) fn bank() -> InstitutionCode {
    "ofmockbank_br_retail".parse().unwrap()
}

async fn customer(store: &Store, env: &Env, name: &str) -> (ApplicationId, Keys) {
    let id = ApplicationId::new(env);
    let application = Application { id, name: name.to_owned(), settings: "{}".to_owned(), created_at: env.now() };
    let mut tx = store.begin().await.unwrap();
    tx.insert_application(&application).await.unwrap();
    let key = tx.create_key(id, None).await.unwrap();
    tx.commit().await.unwrap();
    (id, Keys { id: key.id.to_string(), password: key.password.expose_secret().to_owned() })
}

fn institution(code: &str, kind: InstitutionKind, status: InstitutionStatus) -> Institution {
    let endpoint = |family: &str| vinculo_domain::ApiEndpoint {
        family: family.to_owned(),
        version: "2.4.2".to_owned(),
        // Nobody listens there.
        url: format!("https://127.0.0.1:1/open-banking/{family}/v2/{family}"),
    };
    Institution {
        id: 0,
        code: code.parse().unwrap(),
        kind,
        display_name: format!("Instituição {code}"),
        description: Some("Um banco".to_owned()),
        logo: Some("https://bank.example/logo.svg".to_owned()),
        website: Some("https://bank.example".to_owned()),
        primary_color: "#016FD0".to_owned(),
        organisation: Organisation {
            id: "o".to_owned(),
            name: "Banco S.A.".to_owned(),
            registration_number: "10573521000191".to_owned(),
        },
        authorization_server_id: "aa18fcd3-2f0b-40b1-87db-8930b10b78b1".to_owned(),
        discovery_url: "https://bank.example/.well-known/openid-configuration".to_owned(),
        endpoints: vec![endpoint("accounts"), endpoint("customers-personal")],
        status,
        popularity: None,
    }
}

/// Nothing is ever registered here.
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

/// A receiver's certificates and keys, from a network that has stopped listening.
async fn kit() -> &'static ReceiverKit {
    static KIT: OnceCell<ReceiverKit> = OnceCell::const_new();
    struct Clock;
    impl vinculo_sandbox::Clock for Clock {
        fn now(&self) -> Timestamp {
            NOW.parse().unwrap()
        }
    }
    KIT.get_or_init(|| async {
        let folder = tempfile::tempdir().unwrap();
        let any = "127.0.0.1:0".parse().unwrap();
        let receiver = ReceiverSettings {
            name: "Test".to_owned(),
            redirect_uris: vec!["https://a.example/".to_owned()],
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
        Sandbox::open(settings, Arc::new(Clock)).await.unwrap().receiver().clone()
    })
    .await
}

async fn connector(env: &Env) -> Arc<dyn Connector> {
    let kit = kit().await;
    let directory = DirectorySettings {
        participants_url: kit.participants_url.parse().unwrap(),
        token_url: kit.directory_token_url.parse().unwrap(),
        software_statement_url: kit.ssa_url.parse().unwrap(),
    };
    let key = |pem: &SecretString, kid: &str| KeyPem { pem: pem.clone(), kid: kid.to_owned() };
    let identity = Identity {
        software_id: kit.software_id.clone(),
        transport_certificate_pem: kit.transport_cert_pem.clone(),
        transport_key_pem: kit.transport_key_pem.clone(),
        signing_key: key(&kit.signing_key_pem, &kit.signing_kid),
        encryption_keys: vec![key(&kit.encryption_key_pem, &kit.encryption_kid)],
        authorities_pem: kit.ca_pem.clone(),
    };
    let redirects = vec!["https://a.example/".to_owned()];
    let mut settings = OpenFinanceSettings::new(directory, identity, redirects, env.clone(), Arc::new(NoRegistrations));
    settings.allow_http = true;
    settings.retry.attempts = 1;
    Arc::new(OpenFinance::new(settings).unwrap())
}
