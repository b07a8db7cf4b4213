//! The banks, on the year's clock, and a connector that has joined them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use vinculo_connector::{
    BrandSettings, DirectorySettings, Identity, KeyPem, OpenFinance, OpenFinanceSettings, Registration,
    RegistrationError, RegistrationStore, Retry,
};
use vinculo_domain::{Clock as _, Env, ManualClock};
use vinculo_sandbox::{BRANDS, ReceiverKit, ReceiverSettings, Sandbox, SandboxSettings};

use crate::world::folder;

/// Where banks send people back to.
pub(crate) const CALLBACK: &str = "http://127.0.0.1:8080/api/consents/callback/";

/// The year's clock, as the banks read and move it.
struct Shared(Arc<ManualClock>);

impl vinculo_sandbox::Clock for Shared {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn advance(&self, by: SignedDuration) -> bool {
        self.0.advance(by);
        true
    }
}

/// A running network; stops when dropped.
pub(crate) struct Network {
    people_url: String,
    kit: ReceiverKit,
    registrations: Arc<Registrations>,
    control: reqwest::Client,
    stop: CancellationToken,
    _folder: TempDir,
}

impl Drop for Network {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Network {
    pub(crate) async fn start(clock: Arc<ManualClock>) -> Self {
        let folder = folder();
        let anywhere = "127.0.0.1:0".parse().unwrap();
        let settings = SandboxSettings {
            data_dir: folder.path().to_owned(),
            people_listen: anywhere,
            people_url: None,
            mtls_listen: anywhere,
            mtls_url: None,
            receiver: ReceiverSettings {
                name: "Um ano".to_owned(),
                redirect_uris: vec![CALLBACK.to_owned()],
                logo_uri: None,
            },
        };
        let sandbox = Sandbox::open(settings, Arc::new(Shared(clock))).await.unwrap();
        let (people_url, kit) = (sandbox.people_url().to_owned(), sandbox.receiver().clone());
        let stop = CancellationToken::new();
        tokio::spawn(sandbox.run(stop.clone()));
        let control = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let network = Self { people_url, kit, registrations: Arc::default(), control, stop, _folder: folder };
        // People approve by themselves: nobody sits at the screen for two hundred links.
        network.post("outcomes", &json!({"step": "authorize", "kind": "approved"})).await;
        network
    }

    /// A connector of its own, as another process has.
    pub(crate) fn connector(&self, env: &Env) -> OpenFinance {
        let kit = &self.kit;
        let key = |pem: &SecretString, kid: &str| KeyPem { pem: pem.clone(), kid: kid.to_owned() };
        let identity = Identity {
            software_id: kit.software_id.clone(),
            transport_certificate_pem: kit.transport_cert_pem.clone(),
            transport_key_pem: kit.transport_key_pem.clone(),
            signing_key: key(&kit.signing_key_pem, &kit.signing_kid),
            encryption_keys: vec![key(&kit.encryption_key_pem, &kit.encryption_kid)],
            authorities_pem: kit.ca_pem.clone(),
        };
        let directory = DirectorySettings {
            participants_url: kit.participants_url.parse().unwrap(),
            token_url: kit.directory_token_url.parse().unwrap(),
            software_statement_url: kit.ssa_url.parse().unwrap(),
        };
        let registrations: Arc<Registrations> = Arc::clone(&self.registrations);
        let redirects = vec![CALLBACK.to_owned()];
        let mut settings = OpenFinanceSettings::new(directory, identity, redirects, env.clone(), registrations);
        for brand in &BRANDS {
            let named = BrandSettings { code: Some(format!("of{}", brand.slug)), primary_color: None };
            settings.brands.insert(brand.authorisation_server_id.to_owned(), named);
        }
        settings.allow_http = true;
        settings.retry =
            Retry { attempts: 3, first_wait: Duration::from_millis(1), longest_wait: Duration::from_millis(4) };
        OpenFinance::new(settings).unwrap()
    }

    /// Goes to the bank as a browser does, and returns the address back with its fragment.
    pub(crate) async fn visit(&self, address: &str) -> String {
        let response = self.control.get(address).send().await.unwrap();
        assert_eq!(response.status(), 303, "the bank approves by itself");
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    async fn post(&self, what: &str, body: &Value) -> Value {
        let request = self.control.post(format!("{}/sandbox/{what}", self.people_url)).json(body);
        let response = request.send().await.unwrap();
        let status = response.status();
        let answer = response.text().await.unwrap();
        assert_eq!(status, 201, "{answer}");
        serde_json::from_str(&answer).unwrap()
    }

    /// Has the bank misbehave; returns the rule's number.
    pub(crate) async fn fault(&self, fault: &Value) -> u64 {
        self.post("faults", fault).await["id"].as_u64().unwrap()
    }

    /// Takes rules back; returns how often they have struck.
    pub(crate) async fn forgive(&self, rules: &[u64]) -> u64 {
        let address = format!("{}/sandbox/faults", self.people_url);
        let all: Vec<Value> = self.control.get(&address).send().await.unwrap().json().await.unwrap();
        let mut struck = 0;
        for rule in all.iter().filter(|rule| rule["id"].as_u64().is_some_and(|id| rules.contains(&id))) {
            struck += rule["struck"].as_u64().unwrap();
            let gone = self.control.delete(format!("{address}/{}", rule["id"])).send().await.unwrap();
            assert_eq!(gone.status(), 204);
        }
        struck
    }

    /// How often data was asked for, as the banks have counted.
    pub(crate) async fn usage(&self) -> Vec<Value> {
        let address = format!("{}/sandbox/usage", self.people_url);
        let mut answer: Value = self.control.get(address).send().await.unwrap().json().await.unwrap();
        std::mem::take(answer["usage"].as_array_mut().unwrap())
    }
}

/// Registrations in memory, shared by all processes of the year.
#[derive(Default)]
struct Registrations(Mutex<HashMap<String, Registration>>);

#[async_trait]
impl RegistrationStore for Registrations {
    async fn load(&self, server: &str) -> Result<Option<Registration>, RegistrationError> {
        Ok(self.0.lock().unwrap().get(server).cloned())
    }

    async fn keep(&self, registration: &Registration) -> Result<Registration, RegistrationError> {
        let mut all = self.0.lock().unwrap();
        Ok(all.entry(registration.authorization_server_id.clone()).or_insert_with(|| registration.clone()).clone())
    }

    async fn forget(&self, registration: &Registration) -> Result<(), RegistrationError> {
        self.0.lock().unwrap().remove(&registration.authorization_server_id);
        Ok(())
    }
}
