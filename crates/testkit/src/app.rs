//! The program as a process.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::{Person, eventually, need};

/// Which database the program runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// The embedded one.
    Sqlite,
    /// A fresh database on the test server.
    Postgres,
}

/// The keys of the Demo application.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// User of HTTP Basic.
    pub secret_id: String,
    /// Password of HTTP Basic.
    pub secret_password: String,
}

/// Settings of a program under test.
pub struct AppBuilder {
    binary: PathBuf,
    database: Database,
    variables: Vec<(String, String)>,
    settings: Option<String>,
}

impl AppBuilder {
    /// Gives the process a settings file (`vinculo.toml` in its working folder).
    pub fn settings_file(mut self, toml: &str) -> Self {
        self.settings = Some(toml.to_owned());
        self
    }

    /// Chooses the database; SQLite unless said otherwise.
    pub fn database(mut self, database: Database) -> Self {
        self.database = database;
        self
    }

    /// Sets an environment variable of the process.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts the program and waits until it is ready. `None` when the database is missing (said loudly).
    pub async fn start(self) -> Option<App> {
        let mut app = self.prepare().await?;
        app.launch().await;
        app.finish().await;
        Some(app)
    }

    /// Makes everything ready but starts nothing.
    pub(crate) async fn prepare(self) -> Option<App> {
        let home = tempfile::tempdir().unwrap();
        if let Some(toml) = &self.settings {
            std::fs::write(home.path().join("vinculo.toml"), toml).unwrap();
        }
        let [api, people, mtls] = free_ports();
        let given = |name: &str| self.variables.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.clone());
        let scheme = if given("VINCULO_SANDBOX_TLS").as_deref() == Some("own") { "https" } else { "http" };
        let url = given("VINCULO_PUBLIC_URL").unwrap_or_else(|| format!("http://127.0.0.1:{api}"));
        let mut variables = vec![
            ("VINCULO_DATA_DIR".to_owned(), home.path().join("data").display().to_string()),
            ("VINCULO_LISTEN".to_owned(), format!("127.0.0.1:{api}")),
            ("VINCULO_PUBLIC_URL".to_owned(), format!("http://127.0.0.1:{api}")),
            ("VINCULO_SANDBOX_LISTEN".to_owned(), format!("127.0.0.1:{people}")),
            ("VINCULO_SANDBOX_PUBLIC_URL".to_owned(), format!("{scheme}://127.0.0.1:{people}")),
            ("VINCULO_SANDBOX_MTLS_LISTEN".to_owned(), format!("127.0.0.1:{mtls}")),
            ("VINCULO_SANDBOX_MTLS_URL".to_owned(), format!("https://127.0.0.1:{mtls}")),
        ];
        if self.database == Database::Postgres {
            variables.push(("VINCULO_DATABASE_URL".to_owned(), fresh_database().await?));
        }
        variables.extend(self.variables);
        Some(App {
            binary: self.binary,
            variables,
            url,
            bank_url: format!("{scheme}://127.0.0.1:{people}"),
            child: None,
            credentials: Credentials { secret_id: String::new(), secret_password: String::new() },
            home,
            spread: false,
        })
    }
}

/// A running program.
pub struct App {
    binary: PathBuf,
    variables: Vec<(String, String)>,
    /// Address of API and widget.
    pub url: String,
    /// Address of the bank's pages.
    pub bank_url: String,
    child: Option<Child>,
    /// Keys of the Demo application.
    pub credentials: Credentials,
    home: tempfile::TempDir,
    /// People make a new connection for every page, so that a load balancer sends them about.
    pub(crate) spread: bool,
}

impl App {
    /// Prepares a program; `binary` is `env!("CARGO_BIN_EXE_vinculo")` in the server's tests.
    pub fn builder(binary: &str) -> AppBuilder {
        AppBuilder { binary: binary.into(), database: Database::Sqlite, variables: Vec::new(), settings: None }
    }

    /// Returns the data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Returns the file that holds what the process printed.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.home.path().join("log")).unwrap_or_default()
    }

    /// Returns the value that the process is given for a setting.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Opens the file that holds what processes print.
    pub(crate) fn log_file(&self) -> std::fs::File {
        std::fs::OpenOptions::new().create(true).append(true).open(self.home.path().join("log")).unwrap()
    }

    /// Starts the process with these arguments, and waits for nothing.
    pub(crate) fn run_as(&mut self, arguments: &[&str]) {
        let mut command = self.command(arguments);
        command.stdin(Stdio::null()).stdout(self.log_file()).stderr(self.log_file());
        self.child = Some(command.spawn().expect("the program starts"));
    }

    /// What is to be known of a program once it is ready.
    pub(crate) async fn finish(&mut self) {
        let production = self.variable("VINCULO_ENVIRONMENT") == Some("production");
        self.credentials = if production { self.make_credentials() } else { self.read_credentials() };
        if !production {
            // The directory is read right after the start, and until then there is no bank to choose.
            let app = &*self;
            eventually("the directory has been read", || async {
                (app.get("/api/institutions/?page_size=1").await["count"] != 0).then_some(())
            })
            .await;
        }
    }

    /// Starts the process (again) and waits until it is ready.
    pub async fn launch(&mut self) {
        self.run_as(&["serve"]);
        let client = reqwest::Client::new();
        let ready = format!("{}/health/ready", self.url);
        eventually("the program is ready", || {
            let ended = self.child.as_mut().and_then(|c| c.try_wait().unwrap());
            assert!(ended.is_none(), "the program ended early: {ended:?}\n{}", self.log());
            let request = client.get(&ready);
            async move { request.send().await.ok().filter(|a| a.status() == StatusCode::OK).map(|_| ()) }
        })
        .await;
    }

    /// Prepares another command of the program with the same settings.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).current_dir(self.home.path());
        command.envs(self.variables.iter().map(|(n, v)| (n.as_str(), v.as_str())));
        command
    }

    /// Runs another command to its end and returns what it printed.
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("the program starts");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Kills the process as a power cut would (SIGKILL).
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Production has no application of its own: makes one.
    fn make_credentials(&self) -> Credentials {
        let made = self.run(&["keys", "create", "--application", "Loja"]);
        let after = |label: &str| made.split(label).nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        Credentials { secret_id: after("secret id:"), secret_password: after("secret password:") }
    }

    fn read_credentials(&self) -> Credentials {
        let path: &Path = &self.data_dir().join("demo-credentials.json");
        let json: Value = serde_json::from_slice(&std::fs::read(path).expect("demo credentials exist")).unwrap();
        Credentials {
            secret_id: json["secret_id"].as_str().unwrap().to_owned(),
            secret_password: json["secret_password"].as_str().unwrap().to_owned(),
        }
    }

    /// Registers a webhook address for the Demo application.
    pub fn add_webhook(&self, url: &str, authorization: &str) {
        self.run(&["webhooks", "add", url, "--authorization", authorization]);
    }

    /// Calls the API with the Demo application's keys.
    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        reqwest::Client::new()
            .request(method, format!("{}{path}", self.url))
            .basic_auth(&self.credentials.secret_id, Some(&self.credentials.secret_password))
    }

    /// Reads from the API; a status other than 200 fails the test.
    pub async fn get(&self, path: &str) -> Value {
        let answer = self.request(reqwest::Method::GET, path).send().await.unwrap();
        let (status, body) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Reads all pages of a list.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let mut page = self.get(&path).await;
            all.append(page["results"].as_array_mut().unwrap());
            next = page["next"].as_str().map(|url| url.strip_prefix(&self.url).unwrap().to_owned());
        }
        all
    }

    /// Makes a token body for a person, with callbacks of a custom scheme.
    pub fn token_body(&self, person: &Person) -> Value {
        json!({
            "id": self.credentials.secret_id,
            "password": self.credentials.secret_password,
            "scopes": "read_institutions,write_links,read_consents,write_consents,write_consent_callback,delete_consents",
            "stale_in": "300d",
            "fetch_resources": ["ACCOUNTS", "TRANSACTIONS", "OWNERS"],
            "widget": {
                "openfinance_feature": "consent_link_creation",
                "callback_urls": {"success": "testapp://success", "exit": "testapp://exit", "event": "testapp://event"},
                "consent": {
                    "purpose": "Teste de ponta a ponta.",
                    "terms_and_conditions_url": "https://example.com/termos",
                    "permissions": ["REGISTER", "ACCOUNTS", "CREDIT_CARDS", "CREDIT_OPERATIONS"],
                    "identification_info": person.identification(),
                },
                "branding": {
                    "company_icon": "https://example.com/icon.svg",
                    "company_logo": "https://example.com/logo.svg",
                    "company_name": "ACME",
                    "company_terms_url": "https://example.com/termos",
                },
            },
        })
    }

    /// Makes a token body whose callbacks lead to pages that can be watched.
    pub fn token_body_landing(&self, person: &Person, landing: &crate::Landing) -> Value {
        let mut body = self.token_body(person);
        for event in ["success", "exit", "event"] {
            body["widget"]["callback_urls"][event] = json!(format!("{}/{event}", landing.url));
        }
        body
    }

    /// Moves the clock of the whole system, bank included.
    pub async fn advance(&self, seconds: i64) {
        let url = format!("{}/sandbox/clock", self.bank_url);
        let answer = reqwest::Client::new().post(url).json(&json!({"advance_seconds": seconds})).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// Gets a widget token and returns its `access`.
    pub async fn token(&self, body: &Value) -> String {
        let answer = reqwest::Client::new().post(format!("{}/api/token/", self.url)).json(body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, StatusCode::OK, "{text}");
        let body: Value = serde_json::from_str(&text).unwrap();
        body["access"].as_str().unwrap().to_owned()
    }

    /// Forces outcomes at the bank: the body of `POST /sandbox/outcomes`.
    pub async fn force(&self, outcome: Value) {
        let url = format!("{}/sandbox/outcomes", self.bank_url);
        let client = reqwest::Client::builder().tls_danger_accept_invalid_certs(true).build().unwrap();
        let answer = client.post(url).json(&outcome).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// Returns how every consent stands at its bank.
    pub async fn bank_consents(&self) -> Vec<Value> {
        let url = format!("{}/sandbox/consents", self.bank_url);
        let mut answer: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        std::mem::take(answer["consents"].as_array_mut().unwrap())
    }

    /// Waits until banks say of so many consents that they were ended after they had been authorised.
    pub async fn revoked_at_banks(&self, count: usize) {
        eventually(&format!("banks have ended {count} consents"), || async {
            let all = self.bank_consents().await;
            let ended = all.iter().filter(|consent| consent["rejection"]["code"] == "CUSTOMER_MANUALLY_REVOKED");
            (ended.count() == count).then_some(())
        })
        .await;
    }

    /// Adds a fault: the body of `POST /sandbox/faults`.
    pub async fn fault(&self, fault: Value) {
        let url = format!("{}/sandbox/faults", self.bank_url);
        let answer = reqwest::Client::new().post(url).json(&fault).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// Returns the faults in force, with how often each has struck.
    pub async fn faults(&self) -> Vec<Value> {
        let url = format!("{}/sandbox/faults", self.bank_url);
        reqwest::get(url).await.unwrap().json().await.unwrap()
    }

    /// Removes all faults.
    pub async fn heal(&self) {
        let url = format!("{}/sandbox/faults", self.bank_url);
        assert!(reqwest::Client::new().delete(url).send().await.unwrap().status().is_success());
    }

    /// Takes all forced outcomes back.
    pub async fn force_nothing(&self) {
        let url = format!("{}/sandbox/outcomes", self.bank_url);
        let client = reqwest::Client::builder().tls_danger_accept_invalid_certs(true).build().unwrap();
        assert!(client.delete(url).send().await.unwrap().status().is_success());
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(40).collect();
            eprintln!("--- the program's last lines ---");
            tail.iter().rev().for_each(|line| eprintln!("{line}"));
        }
    }
}

/// Ports below those that the system gives to outgoing connections, so that none is taken between two starts; each
/// process begins elsewhere and never gives a port twice.
pub(crate) fn free_ports() -> [u16; 3] {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    const FIRST: u32 = 10_000;
    const COUNT: u32 = 22_000;
    let begin = std::process::id().wrapping_mul(331);
    let next = || FIRST + begin.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % COUNT;
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    [(); 3].map(|()| (0..COUNT).find_map(|_| u16::try_from(next()).ok().filter(is_free)).expect("a free port"))
}

async fn fresh_database() -> Option<String> {
    let server = need("VINCULO_TEST_POSTGRES_URL", "PostgreSQL")?;
    let mut url = url::Url::parse(&server).unwrap();
    let [unique, ..] = free_ports();
    let name = format!("vinculo_app_{}_{unique}", std::process::id());
    let mut connection = PgConnection::connect(&server).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
    url.set_path(&name);
    Some(url.into())
}
