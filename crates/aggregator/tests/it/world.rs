//! An application with a token and a session, a bank, and an aggregator on a fresh database of each kind.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor, PgPool, SqlitePool};
use tempfile::TempDir;
use vinculo_aggregator::connect::{self, CallbackForm};
use vinculo_aggregator::webhooks::AddressPolicy;
use vinculo_aggregator::{Aggregator, Settings, institutions, worker};
use vinculo_domain::{
    ApplicationId, Clock, ConsentDuration, ConsentStatus, EndpointId, Env, Feature, FetchResources, Identification,
    LinkId, Locale, ManualClock, SeededEntropy, SessionId, SessionState, SessionStatus, Step, WidgetConfig,
};
use vinculo_store::{
    Application, Consent, ConsentFilter, Endpoint, Event, EventFilter, Link, LinkFilter, MasterKeys, Paging, Store,
    Token, TransactionFilter, WidgetSession,
};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::bank::{AUTHORIZATION_CODE, Bank, CODE};

/// A clock that is moved by hand and otherwise goes on by a millisecond whenever it is read, so that what happens later
/// is later.
struct Flowing(ManualClock);

impl Clock for Flowing {
    fn now(&self) -> Timestamp {
        self.0.advance(SignedDuration::from_millis(1));
        self.0.now()
    }
}

/// Reads one column of text.
macro_rules! texts {
    ($pool:expr, $sql:expr) => {
        sqlx::query_scalar::<_, String>(AssertSqlSafe($sql.to_owned())).fetch_all($pool).await.unwrap()
    };
}

pub(crate) struct World {
    pub(crate) aggregator: Aggregator,
    pub(crate) bank: Bank,
    pub(crate) env: Env,
    clock: Arc<Flowing>,
    pub(crate) application: ApplicationId,
    pub(crate) session: SessionId,
    pub(crate) token: String,
    url: String,
    settings: Settings,
    _dir: Option<TempDir>,
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads where the test database is")]
fn postgres() -> Option<String> {
    let url = std::env::var("VINCULO_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        println!("SKIPPED: PostgreSQL (VINCULO_TEST_POSTGRES_URL is not set)");
    }
    url
}

/// Runs a test on SQLite, and on PostgreSQL where there is one.
pub(crate) async fn each(test: impl AsyncFn(&World)) {
    each_tuned(|_| {}, test).await;
}

/// As [`each`], with other settings.
pub(crate) async fn each_tuned(tune: impl Fn(&mut Settings), test: impl AsyncFn(&World)) {
    let tuned = || {
        let mut settings = settings();
        tune(&mut settings);
        settings
    };
    on_sqlite(tuned(), &test).await;
    let Some(base) = postgres() else { return };
    let schema = format!("a{}", Env::system().hex32());
    let joint = if base.contains('?') { '&' } else { '?' };
    let url = format!("{base}{joint}options=-c%20search_path%3D{schema}");
    on_postgres(&base, &format!("SCHEMA {schema}"), "CASCADE", url, tuned(), &test).await;
}

/// As [`each`], on a PostgreSQL database of its own: what was deleted stays in the files for as long as anybody in the same
/// database may still see it.
pub(crate) async fn each_alone(test: impl AsyncFn(&World)) {
    on_sqlite(settings(), &test).await;
    let Some(base) = postgres() else { return };
    let name = format!("a{}", Env::system().hex32());
    let (server, options) = base.split_once('?').unwrap_or((&base, ""));
    let url = format!("{}/{name}?{options}", server.rsplit_once('/').unwrap().0);
    on_postgres(&base, &format!("DATABASE {name}"), "WITH (FORCE)", url, settings(), &test).await;
}

async fn on_sqlite(settings: Settings, test: impl AsyncFn(&World)) {
    let world = World::in_file("{}", settings).await;
    test(&world).await;
    world.aggregator.store().close().await;
}

/// Makes a place, and drops it `how` afterwards.
async fn on_postgres(base: &str, place: &str, how: &str, url: String, settings: Settings, test: impl AsyncFn(&World)) {
    let admin = PgPool::connect(base).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE {place}"))).await.unwrap();
    let world = World::start(url, None, "{}", settings).await;
    test(&world).await;
    world.aggregator.store().close().await;
    admin.execute(AssertSqlSafe(format!("DROP {place} {how}"))).await.unwrap();
    admin.close().await;
}

fn settings() -> Settings {
    Settings {
        webhook_addresses: AddressPolicy { allow_loopback: true, allow_private: false },
        webhook_timeout: Duration::from_millis(300),
        poll: Duration::from_millis(20),
        stop_within: Duration::from_millis(50),
        ..Settings::new("http://127.0.0.1:8080/")
    }
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        Self::sqlite_with("{}").await
    }

    /// The same with an application of its own settings.
    pub(crate) async fn sqlite_with(application: &str) -> Self {
        Self::in_file(application, settings()).await
    }

    async fn in_file(application: &str, settings: Settings) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("test.db").display());
        Self::start(url, Some(dir), application, settings).await
    }

    async fn start(url: String, dir: Option<TempDir>, application_settings: &str, settings: Settings) -> Self {
        let clock = Arc::new(Flowing(ManualClock::new("2026-11-22T12:00:00Z".parse().unwrap())));
        let seed = u64::from_be_bytes(Env::system().bytes());
        let env = Env::new(clock.clone(), Arc::new(SeededEntropy::new(seed)));
        let store = Store::connect(&url, MasterKeys::new(&[[7; 32]]).unwrap(), env.clone(), 8).await.unwrap();
        store.migrate().await.unwrap();
        let bank = Bank::new(env.clone());
        let aggregator = Aggregator::new(store, Arc::new(bank.clone()), env.clone(), settings.clone()).unwrap();
        institutions::refresh(&aggregator).await.unwrap();
        let application = ApplicationId::new(&env);
        let session = SessionId::new(&env);
        let world =
            Self { aggregator, bank, clock, application, session, token: env.hex32(), env, url, settings, _dir: dir };
        world.fill(application_settings).await;
        world
    }

    async fn fill(&self, settings: &str) {
        let mut tx = self.store().begin().await.unwrap();
        let now = self.env.now();
        let application =
            Application { id: self.application, name: "ACME".into(), settings: settings.into(), created_at: now };
        tx.insert_application(&application).await.unwrap();
        tx.commit().await.unwrap();
        self.add_session(&self.session, &self.token).await;
    }

    /// A token and a session that stands where the user accepts.
    pub(crate) async fn add_session(&self, id: &SessionId, jti: &str) {
        self.add_session_of(self.application, Feature::ConsentLinkCreation, id, jti).await;
    }

    /// The same of any application.
    pub(crate) async fn add_session_of(&self, application: ApplicationId, feature: Feature, id: &SessionId, jti: &str) {
        let now = self.env.now();
        let mut config = WidgetConfig::new(feature);
        config.fetch_resources = FetchResources::from_names(["ACCOUNTS", "TRANSACTIONS", "OWNERS", "BILLS"]);
        let identification =
            Identification { cpf: "76109277673".parse().unwrap(), name: "Ralph Bragg".into(), company: None };
        let later = now.checked_add(SignedDuration::from_mins(10)).unwrap();
        let token = Token {
            jti: jti.to_owned(),
            application,
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
            application,
            token: jti.to_owned(),
            status: SessionStatus::Open,
            step: Step::Consent,
            locale: Locale::Pt,
            institution: Some(CODE.parse().unwrap()),
            consent: None,
            link: None,
            external_id: Some("user-42".into()),
            last_error: None,
            state: SessionState { identification: Some(identification), ..SessionState::default() },
            version: 0,
            created_at: now,
            updated_at: now,
            expires_at: later,
        };
        let mut tx = self.store().begin().await.unwrap();
        tx.insert_token(&token).await.unwrap();
        tx.insert_session(&session).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) fn store(&self) -> &Store {
        self.aggregator.store()
    }

    pub(crate) fn pass(&self, by: SignedDuration) {
        self.clock.0.advance(by);
    }

    /// Everything that the database holds: all columns of all rows of all tables as text, binary ones in hex; with SQLite
    /// also its files, byte by byte, and with PostgreSQL the pages of the tables.
    pub(crate) async fn everything(&self) -> Vec<u8> {
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let pool = SqlitePool::connect(&self.url).await.unwrap();
            let mut all = Vec::new();
            for table in texts!(&pool, "SELECT name FROM sqlite_master WHERE type = 'table'") {
                let columns = texts!(&pool, format!("SELECT name FROM pragma_table_info('{table}')"));
                let columns: Vec<_> = columns.iter().map(|name| format!("quote(\"{name}\")")).collect();
                all.extend(texts!(&pool, format!("SELECT {} FROM {table}", columns.join(" || ' ' || "))));
            }
            pool.close().await;
            let mut bytes = all.join("\n").into_bytes();
            for file in [path.to_owned(), format!("{path}-wal")] {
                bytes.extend(std::fs::read(file).unwrap_or_default());
            }
            return bytes;
        }
        let pool = PgPool::connect(&self.url).await.unwrap();
        // What is in memory is written, so that the files are the truth.
        pool.execute("CHECKPOINT").await.unwrap();
        let mut bytes = Vec::new();
        for table in texts!(&pool, "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()") {
            bytes.extend(texts!(&pool, format!("SELECT t::text FROM {table} t")).join("\n").into_bytes());
            let pages = format!("SELECT pg_read_binary_file(pg_relation_filepath('{table}'))");
            let pages: Vec<u8> = sqlx::query_scalar(AssertSqlSafe(pages)).fetch_one(&pool).await.unwrap();
            bytes.extend(pages);
        }
        pool.close().await;
        bytes
    }

    /// Another process on the same database.
    pub(crate) async fn other_process(&self) -> Aggregator {
        let keys = MasterKeys::new(&[[7; 32]]).unwrap();
        let store = Store::connect(&self.url, keys, self.env.clone(), 4).await.unwrap();
        Aggregator::new(store, Arc::new(self.bank.clone()), self.env.clone(), self.settings.clone()).unwrap()
    }

    pub(crate) async fn begin(&self) -> WidgetSession {
        connect::begin(&self.aggregator, &self.session, ConsentDuration::Months12).await.unwrap()
    }

    pub(crate) fn answer(state: &str) -> CallbackForm {
        CallbackForm {
            state: Some(SecretString::from(state.to_owned())),
            code: Some(SecretString::from(AUTHORIZATION_CODE)),
            id_token: Some(SecretString::from("id_token")),
            ..CallbackForm::default()
        }
    }

    pub(crate) async fn callback(&self, form: &CallbackForm) -> Option<WidgetSession> {
        connect::callback(&self.aggregator, form).await.unwrap()
    }

    /// The user's way up to the callback.
    pub(crate) async fn approve(&self) {
        self.begin().await;
        self.bank.approve();
        self.callback(&Self::answer("state-1")).await.unwrap();
    }

    /// The whole way, to a link with its data.
    pub(crate) async fn connect(&self) -> Link {
        self.approve().await;
        self.run().await;
        self.the_link().await
    }

    /// Runs what is due.
    pub(crate) async fn run(&self) -> usize {
        worker::run_due(&self.aggregator).await.unwrap()
    }

    /// Runs what is due by the clock.
    pub(crate) async fn tick(&self) {
        worker::tick(&self.aggregator).await.unwrap();
    }

    /// Runs everything, as time passes, until nothing is left to do within `hours`.
    pub(crate) async fn run_for(&self, hours: i64) {
        let end = self.env.now().checked_add(SignedDuration::from_hours(hours)).unwrap();
        loop {
            self.run().await;
            match self.store().next_job_at().await.unwrap() {
                Some(next) if next <= end => self.pass(next.duration_since(self.env.now())),
                _ => return,
            }
        }
    }

    pub(crate) async fn links(&self) -> Vec<Link> {
        let page = self.store().links(self.application, &LinkFilter::default(), Paging::default()).await.unwrap();
        page.items
    }

    pub(crate) async fn the_link(&self) -> Link {
        let mut links = self.links().await;
        assert_eq!(links.len(), 1);
        links.remove(0)
    }

    pub(crate) async fn the_session(&self) -> WidgetSession {
        self.store().session(&self.session).await.unwrap().unwrap()
    }

    pub(crate) async fn consents(&self) -> Vec<Consent> {
        let filter = ConsentFilter::default();
        self.store().consents(self.application, &filter, Paging::default()).await.unwrap().items
    }

    pub(crate) async fn statuses(&self) -> Vec<ConsentStatus> {
        self.consents().await.into_iter().map(|consent| consent.status).collect()
    }

    /// All events, oldest first.
    pub(crate) async fn events(&self) -> Vec<Event> {
        let filter = EventFilter::default();
        let mut all = self.store().events(self.application, &filter, Paging::default()).await.unwrap().items;
        all.sort_by_key(|event| event.id);
        all
    }

    /// The bodies of the events about data.
    pub(crate) async fn announced(&self) -> Vec<Value> {
        let all = self.events().await;
        let bodies = all.iter().map(|event| serde_json::from_str::<Value>(&event.body).unwrap());
        bodies.filter(|body| body["webhook_type"] != "WIDGET_SESSION").collect()
    }

    pub(crate) async fn transactions(&self, link: LinkId) -> i64 {
        let filter = TransactionFilter { link: vec![link], ..TransactionFilter::default() };
        self.store().transactions(self.application, &filter, Paging::default()).await.unwrap().count
    }

    pub(crate) async fn add_endpoint(&self, url: &str) -> EndpointId {
        let mut endpoint = Endpoint::new(&self.env, self.application, url);
        endpoint.authorization = Some(SecretString::from("Basic dXNlcjpwYXNz"));
        self.put_endpoint(&endpoint).await;
        endpoint.id
    }

    pub(crate) async fn put_endpoint(&self, endpoint: &Endpoint) {
        let mut tx = self.store().begin().await.unwrap();
        tx.insert_endpoint(endpoint).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// A receiver that answers every event with `status`.
pub(crate) async fn receiver(status: u16) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(status)).mount(&server).await;
    server
}

/// What a receiver got.
pub(crate) async fn received(server: &MockServer) -> Vec<Value> {
    let requests = server.received_requests().await.unwrap();
    requests.iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
}
