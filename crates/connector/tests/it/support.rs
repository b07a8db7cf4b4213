//! A connector that talks to a local server without TLS, and what goes with it.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::json;
use vinculo_connector::{
    Access, CreditFamily, DirectorySettings, Identity, KeyPem, Limits, OpenFinance, OpenFinanceSettings, Registration,
    RegistrationError, RegistrationStore, Retry, Transport, Window,
};
use vinculo_domain::{
    ApiEndpoint, Category, Env, Institution, InstitutionKind, InstitutionStatus, Organisation, PermissionSet,
};
use vinculo_fapi::keys::{DecryptionKey, SigningKey};

/// Registrations in memory; counts what is kept.
#[derive(Default)]
pub(crate) struct Registrations(Mutex<HashMap<String, Registration>>);

impl Registrations {
    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// The registration at a server.
    pub(crate) fn at(&self, server: &str) -> Option<Registration> {
        self.0.lock().unwrap().get(server).cloned()
    }

    /// Changes what is kept, behind the connector's back.
    pub(crate) fn change(&self, server: &str, change: impl FnOnce(&mut Registration)) {
        change(self.0.lock().unwrap().get_mut(server).unwrap());
    }
}

#[async_trait]
impl RegistrationStore for Registrations {
    async fn load(&self, server: &str) -> Result<Option<Registration>, RegistrationError> {
        Ok(self.0.lock().unwrap().get(server).cloned())
    }

    async fn keep(&self, registration: &Registration) -> Result<Registration, RegistrationError> {
        let mut all = self.0.lock().unwrap();
        let server = registration.authorization_server_id.clone();
        Ok(all.entry(server).or_insert_with(|| registration.clone()).clone())
    }

    async fn forget(&self, registration: &Registration) -> Result<(), RegistrationError> {
        self.0.lock().unwrap().remove(&registration.authorization_server_id);
        Ok(())
    }
}

fn keys() -> &'static (SecretString, SecretString) {
    static KEYS: OnceLock<(SecretString, SecretString)> = OnceLock::new();
    KEYS.get_or_init(|| {
        let signing = SigningKey::generate().unwrap().to_pkcs8_pem().unwrap();
        let decryption = DecryptionKey::generate().unwrap().to_pkcs8_pem().unwrap();
        (signing, decryption)
    })
}

/// Bounds small enough to be hit.
pub(crate) fn tight() -> Limits {
    Limits {
        participants_bytes: 64 << 10,
        data_bytes: 64 << 10,
        call_time: Duration::from_secs(10),
        pages: 4,
        items: 50,
        gathering_time: Duration::from_millis(20),
        ..Limits::default()
    }
}

/// A connector for a server without TLS.
pub(crate) fn connector(server: &str, limits: Limits) -> OpenFinance {
    let (signing, decryption) = keys();
    let key = |pem: &SecretString, kid: &str| KeyPem { pem: pem.clone(), kid: kid.to_owned() };
    let identity = Identity {
        software_id: "software".to_owned(),
        transport_certificate_pem: String::new(),
        transport_key_pem: SecretString::from(""),
        signing_key: key(signing, "sig"),
        encryption_keys: vec![key(decryption, "enc")],
        authorities_pem: String::new(),
    };
    let url = |path: &str| format!("{server}{path}").parse().unwrap();
    let directory = DirectorySettings {
        participants_url: url("/participants"),
        token_url: url("/directory/token"),
        software_statement_url: url("/directory/assertion"),
    };
    let registrations = std::sync::Arc::new(Registrations::default());
    let mut settings = OpenFinanceSettings::new(directory, identity, vec![], Env::system(), registrations);
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    settings.transport = Transport::Client(client);
    settings.limits = limits;
    settings.retry =
        Retry { attempts: 3, first_wait: Duration::from_millis(1), longest_wait: Duration::from_millis(5) };
    OpenFinance::new(settings).unwrap()
}

/// A bank whose APIs are all at `server`.
pub(crate) fn institution(server: &str) -> Institution {
    let families = [("consents", "3"), ("resources", "3"), ("accounts", "2")];
    let customers = [("customers-personal", "customers", "2"), ("customers-business", "customers", "2")];
    let credit = CreditFamily::ALL.map(|family| (family.as_str(), family.as_str(), "2"));
    let families = families.iter().map(|(family, major)| (*family, *family, *major)).chain(customers).chain(credit);
    let endpoint = |(family, path, major): (&str, &str, &str)| ApiEndpoint {
        family: family.to_owned(),
        version: format!("{major}.0.0"),
        url: format!("{server}/open-banking/{path}/v{major}/{path}"),
    };
    Institution {
        id: 1,
        code: "oftest_br_retail".parse().unwrap(),
        kind: InstitutionKind::Retail,
        display_name: "Test".to_owned(),
        description: None,
        logo: None,
        website: None,
        primary_color: "#000000".to_owned(),
        organisation: Organisation { id: "o".to_owned(), name: "O".to_owned(), registration_number: "1".to_owned() },
        authorization_server_id: "as".to_owned(),
        discovery_url: format!("{server}/.well-known/openid-configuration"),
        endpoints: families.map(endpoint).collect(),
        status: InstitutionStatus::Healthy,
        popularity: None,
    }
}

/// The right to read everything of a person.
pub(crate) fn access(server: &str) -> Access {
    Access {
        institution: institution(server),
        access_token: SecretString::from("token-of-the-test"),
        permissions: PermissionSet::for_categories(&Category::ALL, false),
        meter: None,
    }
}

pub(crate) fn window() -> Window {
    Window { from: "2026-01-01".parse().unwrap(), to: "2026-03-01".parse().unwrap() }
}

/// A transaction as a bank sends it.
pub(crate) fn transaction(id: &str) -> serde_json::Value {
    json!({
        "transactionId": id, "completedAuthorisedPaymentType": "TRANSACAO_EFETIVADA", "creditDebitType": "DEBITO",
        "transactionName": "Padaria", "type": "CARTAO", "transactionAmount": {"amount": "12.5000", "currency": "BRL"},
        "transactionDateTime": "2026-02-10T12:29:03.374Z",
    })
}
