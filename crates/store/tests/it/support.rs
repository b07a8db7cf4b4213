//! A fresh database per test, on each kind, and the records that tests start from.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Executor, PgPool, SqlitePool};
use tempfile::TempDir;
use vinculo_domain::{
    AccessMode, AccountId, Amount, ApplicationId, BillId, ConsentDuration, ConsentId, ConsentStatus, Env,
    FetchResources, Identification, InstitutionCode, LinkId, LinkStatus, Locale, ManualClock, PermissionSet,
    RefreshRate, SeededEntropy, SessionId, SessionState, SessionStatus, StaleIn, Step, TransactionId,
};
use vinculo_store::{
    Application, BankTokens, Consent, ConsentRecord, ConsentSecrets, Link, MasterKeys, NewAccount, NewBill,
    NewTransaction, PendingAuthorization, Store, Token, WidgetSession,
};

pub(crate) const CPF: &str = "76109277673";
pub(crate) const OTHER_CPF: &str = "52998224725";
pub(crate) const MASTER: [u8; 32] = [7; 32];

pub(crate) enum Raw {
    Sqlite { pool: SqlitePool, _dir: TempDir },
    Postgres { pool: PgPool, schema: String },
}

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) env: Env,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) url: String,
    pub(crate) application: ApplicationId,
    raw: Raw,
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads where the test database is")]
fn postgres_url() -> Option<String> {
    std::env::var("VINCULO_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
}

/// Runs a test on SQLite, and on PostgreSQL where there is one.
pub(crate) async fn each(test: impl AsyncFn(&World)) {
    let world = World::sqlite().await;
    test(&world).await;
    world.close().await;
    match postgres_url() {
        Some(url) => {
            let world = World::postgres(&url).await;
            test(&world).await;
            world.close().await;
        }
        None => println!("SKIPPED: PostgreSQL (VINCULO_TEST_POSTGRES_URL is not set)"),
    }
}

fn fresh_env() -> (Env, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new("2026-11-22T12:00:00Z".parse().unwrap()));
    let seed = u64::from_be_bytes(Env::system().bytes());
    (Env::new(clock.clone(), Arc::new(SeededEntropy::new(seed))), clock)
}

impl World {
    async fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("test.db").display());
        Self::start(url.clone(), async || Raw::Sqlite { pool: SqlitePool::connect(&url).await.unwrap(), _dir: dir })
            .await
    }

    async fn postgres(base: &str) -> Self {
        let schema = format!("t{}", Env::system().hex32());
        let admin = PgPool::connect(base).await.unwrap();
        admin.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
        let joint = if base.contains('?') { '&' } else { '?' };
        let url = format!("{base}{joint}options=-c%20search_path%3D{schema}");
        admin.close().await;
        Self::start(url.clone(), async || Raw::Postgres { pool: PgPool::connect(&url).await.unwrap(), schema }).await
    }

    async fn start(url: String, raw: impl AsyncFnOnce() -> Raw) -> Self {
        let (env, clock) = fresh_env();
        let store = Store::connect(&url, MasterKeys::new(&[MASTER]).unwrap(), env.clone(), 8).await.unwrap();
        store.migrate().await.unwrap();
        let application = ApplicationId::new(&env);
        let world = Self { store, env, clock, url, application, raw: raw().await };
        world.add_application(application).await;
        world
    }

    async fn close(self) {
        self.store.close().await;
        if let Raw::Postgres { pool, schema } = &self.raw {
            pool.execute(AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"))).await.unwrap();
            pool.close().await;
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.env.now()
    }

    pub(crate) fn later(&self, seconds: i64) -> Timestamp {
        self.now().checked_add(SignedDuration::from_secs(seconds)).unwrap()
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    /// The same database opened by another process, with the given master keys.
    pub(crate) async fn other_process(&self, keys: &[[u8; 32]]) -> Store {
        Store::connect(&self.url, MasterKeys::new(keys).unwrap(), self.env.clone(), 4).await.unwrap()
    }

    /// Runs a statement behind the store's back.
    pub(crate) async fn raw(&self, sql: String) -> u64 {
        match &self.raw {
            Raw::Sqlite { pool, .. } => pool.execute(AssertSqlSafe(sql)).await.unwrap().rows_affected(),
            Raw::Postgres { pool, .. } => pool.execute(AssertSqlSafe(sql)).await.unwrap().rows_affected(),
        }
    }

    /// Reads one number behind the store's back.
    pub(crate) async fn number(&self, sql: String) -> i64 {
        match &self.raw {
            Raw::Sqlite { pool, .. } => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(pool).await.unwrap(),
            Raw::Postgres { pool, .. } => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(pool).await.unwrap(),
        }
    }

    /// Reads lines of text behind the store's back.
    pub(crate) async fn lines(&self, sql: String) -> Vec<String> {
        match &self.raw {
            Raw::Sqlite { pool, .. } => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap(),
            Raw::Postgres { pool, .. } => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap(),
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.raw, Raw::Sqlite { .. })
    }

    /// Every value of a table as one text, blobs in hex: to search for what must not be there.
    pub(crate) async fn dump(&self, table: &str) -> String {
        if !self.is_sqlite() {
            return self.lines(format!("SELECT t::text FROM {table} t")).await.join("\n");
        }
        let columns = self.lines(format!("SELECT name FROM pragma_table_info('{table}')")).await;
        let all = columns.iter().map(|c| format!("quote(\"{c}\")")).collect::<Vec<_>>().join(" || ' ' || ");
        self.lines(format!("SELECT {all} FROM {table}")).await.join("\n")
    }

    pub(crate) async fn add_application(&self, id: ApplicationId) {
        let mut tx = self.store.begin().await.unwrap();
        let application =
            Application { id, name: format!("App {id}"), settings: "{}".to_owned(), created_at: self.now() };
        tx.insert_application(&application).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn other_application(&self) -> ApplicationId {
        let id = ApplicationId::new(&self.env);
        self.add_application(id).await;
        id
    }

    pub(crate) fn a_token(&self) -> Token {
        Token {
            jti: self.env.hex32(),
            application: self.application,
            key: None,
            feature: "consent_link_creation".to_owned(),
            config: Some(format!(r#"{{"cpf":"{CPF}"}}"#)),
            created_at: self.now(),
            expires_at: self.later(600),
            used_at: None,
            link: None,
        }
    }

    pub(crate) async fn token(&self) -> Token {
        let token = self.a_token();
        let mut tx = self.store.begin().await.unwrap();
        tx.insert_token(&token).await.unwrap();
        tx.commit().await.unwrap();
        token
    }

    pub(crate) fn a_session(&self, token: &Token) -> WidgetSession {
        WidgetSession {
            id: SessionId::new(&self.env),
            application: token.application,
            token: token.jti.clone(),
            status: SessionStatus::Open,
            step: Step::Start,
            locale: Locale::Pt,
            institution: None,
            consent: None,
            link: None,
            external_id: None,
            last_error: None,
            state: SessionState { identification: Some(person(CPF)), ..SessionState::default() },
            version: 0,
            created_at: self.now(),
            updated_at: self.now(),
            expires_at: self.later(600),
        }
    }

    pub(crate) fn a_consent(&self, application: ApplicationId) -> Consent {
        Consent {
            id: ConsentId::new(&self.env),
            application,
            session: Some(SessionId::new(&self.env)),
            link: LinkId::new(&self.env),
            institution: bank(),
            status: ConsentStatus::AwaitingAuthorisation,
            rejection: None,
            duration: ConsentDuration::Months12,
            expires_at: Some(self.later(1_000_000)),
            permissions: PermissionSet::for_categories(&[vinculo_domain::Category::Accounts], false),
            purpose: Some("Crédito".to_owned()),
            record: Some(ConsentRecord { identification: person(CPF), display_name: None }),
            secrets: Some(self.secrets(&self.env.secret())),
            answered_at: None,
            created_at: self.now(),
            updated_at: self.now(),
        }
    }

    pub(crate) fn secrets(&self, state: &str) -> ConsentSecrets {
        ConsentSecrets {
            bank_consent_id: SecretString::from("urn:bank:c1"),
            authorization: Some(PendingAuthorization {
                state: SecretString::from(state),
                nonce: SecretString::from("the nonce"),
                code_verifier: SecretString::from("the verifier"),
                request_uri: "urn:request".to_owned(),
                url: SecretString::from("https://bank/authorize"),
                redirect_uri: "https://here/callback".to_owned(),
                scope: "openid".to_owned(),
                expires_at: self.later(60),
            }),
            answer: None,
            tokens: None,
        }
    }

    pub(crate) fn a_link(&self, application: ApplicationId, id: LinkId) -> Link {
        Link {
            id,
            application,
            institution: bank(),
            consent: None,
            status: LinkStatus::Valid,
            access_mode: AccessMode::Recurrent,
            refresh_rate: Some(RefreshRate::Days7),
            external_id: None,
            institution_user_id: "u".repeat(44),
            stale_in: StaleIn::default(),
            fetch_resources: FetchResources::default(),
            credentials_storage: "store".to_owned(),
            created_by: application.uuid(),
            created_at: self.now(),
            last_accessed_at: None,
        }
    }

    pub(crate) async fn link_of(&self, application: ApplicationId) -> LinkId {
        let id = LinkId::new(&self.env);
        self.add_link(&self.a_link(application, id)).await;
        id
    }

    pub(crate) async fn link(&self) -> LinkId {
        self.link_of(self.application).await
    }

    pub(crate) async fn add_link(&self, link: &Link) {
        let mut tx = self.store.begin().await.unwrap();
        tx.insert_link(link, &self.bank_tokens("a")).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) fn bank_tokens(&self, access: &str) -> BankTokens {
        BankTokens {
            access: SecretString::from(access),
            refresh: Some(SecretString::from("refresh")),
            expires_at: self.later(900),
            scope: None,
        }
    }

    pub(crate) fn an_account(&self, bank_key: &str) -> NewAccount {
        let id = AccountId::new(&self.env);
        NewAccount {
            id,
            bank_key: bank_key.to_owned(),
            institution: bank(),
            category: Some("CHECKING_ACCOUNT".to_owned()),
            kind: "CONTA_DEPOSITO_A_VISTA".to_owned(),
            currency: Some("BRL".to_owned()),
            number: Some("24550245".to_owned()),
            public_identification_name: None,
            public_identification_value: None,
            balance_current: Some(amount("100.00")),
            balance_available: Some(amount("90.50")),
            created_at: self.now(),
            collected_at: self.now(),
            body: format!(r#"{{"id":"{id}","name":"Conta Corrente {bank_key}"}}"#),
        }
    }

    pub(crate) async fn account(&self, link: LinkId) -> AccountId {
        let account = self.an_account("main");
        self.add_accounts(link, std::slice::from_ref(&account)).await;
        account.id
    }

    pub(crate) async fn add_accounts(&self, link: LinkId, accounts: &[NewAccount]) {
        let application = self.store.link_by_id(link).await.unwrap().unwrap().application;
        let mut tx = self.store.begin().await.unwrap();
        tx.upsert_accounts(application, link, accounts).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) fn a_transaction(&self, bank_key: &str, value_date: &str) -> NewTransaction {
        let id = TransactionId::new(&self.env);
        NewTransaction {
            id,
            bank_key: bank_key.to_owned(),
            value_date: date(value_date),
            accounting_date: None,
            amount: amount("12.34"),
            currency: Some("BRL".to_owned()),
            kind: Some("OUTFLOW".to_owned()),
            status: Some("PROCESSED".to_owned()),
            reference: None,
            bill_name: None,
            provisional: false,
            created_at: self.now(),
            collected_at: self.now(),
            body: format!(r#"{{"id":"{id}","description":"Padaria do Zé {bank_key}"}}"#),
        }
    }

    pub(crate) fn a_bill(&self, bank_key: &str, due_date: &str) -> NewBill {
        let id = BillId::new(&self.env);
        NewBill {
            id,
            bank_key: bank_key.to_owned(),
            due_date: Some(date(due_date)),
            created_at: self.now(),
            collected_at: self.now(),
            body: format!(
                r#"{{"id":"{id}","internal_identification":"{bank_key}","bill_name":"jan-2026","due_date":"{due_date}","currency":"BRL","total_amount":100.10,"minimum_amount":null,"is_installment":null,"finance_charges":[],"payments":[]}}"#
            ),
        }
    }

    pub(crate) async fn add_bills(&self, link: LinkId, account: AccountId, bills: &[NewBill]) {
        let mut tx = self.store.begin().await.unwrap();
        tx.upsert_bills(link, account, bills).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn add_transactions(&self, link: LinkId, account: AccountId, all: &[NewTransaction]) {
        let mut tx = self.store.begin().await.unwrap();
        tx.upsert_transactions(link, account, "r1", all).await.unwrap();
        tx.commit().await.unwrap();
    }
}

pub(crate) fn person(cpf: &str) -> Identification {
    Identification { cpf: cpf.parse().unwrap(), name: "Ralph Bragg".to_owned(), company: None }
}

pub(crate) fn bank() -> InstitutionCode {
    "ofmockbank_br_retail".parse().unwrap()
}

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}
