use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;
use vinculo_domain::{Env, Institution};

use super::RegistrationStore;

/// Everything that the connector needs to know.
pub struct OpenFinanceSettings {
    /// Where the directory is; `None` where only [`fixed`](Self::fixed) institutions are to be reached.
    pub directory: Option<DirectorySettings>,
    /// Institutions given by the settings; they win over those of the directory with the same code.
    pub fixed: Vec<FixedInstitution>,
    /// Who we are.
    pub identity: Identity,
    /// Addresses that banks send people back to, as in the software statement.
    pub redirect_uris: Vec<String>,
    /// What we know better than the directory, by authorization server id.
    pub brands: BTreeMap<String, BrandSettings>,
    /// Codes of the popular brands without `_br_retail` or `_br_business`, most popular first.
    pub popular: Vec<String>,
    /// Client ids by authorization server id, where we are registered already and must not register.
    pub client_ids: BTreeMap<String, String>,
    /// Time and chance.
    pub env: Env,
    /// Keeps registrations.
    pub registrations: Arc<dyn RegistrationStore>,
    /// How calls are made.
    pub transport: Transport,
    /// Whether open documents (discovery, keys, participants) may come by plain `http`: for the sandbox network on
    /// one machine, never in production. Tokens and data travel by mTLS only, whatever this says.
    pub allow_http: bool,
    /// Bounds.
    pub limits: Limits,
    /// When calls are repeated.
    pub retry: Retry,
}

impl OpenFinanceSettings {
    /// Takes what has no default; the other fields can be changed afterwards.
    pub fn new(
        directory: impl Into<Option<DirectorySettings>>,
        identity: Identity,
        redirect_uris: Vec<String>,
        env: Env,
        registrations: Arc<dyn RegistrationStore>,
    ) -> Self {
        Self {
            directory: directory.into(),
            fixed: Vec::new(),
            identity,
            redirect_uris,
            brands: BTreeMap::new(),
            popular: Vec::new(),
            client_ids: BTreeMap::new(),
            env,
            registrations,
            transport: Transport::default(),
            allow_http: false,
            limits: Limits::default(),
            retry: Retry::default(),
        }
    }
}

/// An institution that the settings describe in full.
#[derive(Debug, Clone)]
pub struct FixedInstitution {
    /// What the directory would say. Institutions with the same `authorization_server_id` share registration and trust.
    pub institution: Institution,
    /// Our client id there; `None` registers with the directory's software statement.
    pub client_id: Option<String>,
    /// The only authorities that are trusted there, PEM; `None` trusts those of the [`Identity`].
    pub authorities_pem: Option<String>,
    /// What we show and use there in place of the [`Identity`]'s.
    pub own: OwnIdentity,
}

/// Certificate and keys that are used at one institution alone. What is not given is that of the [`Identity`].
#[derive(Debug, Clone, Default)]
pub struct OwnIdentity {
    /// Transport certificate and its key.
    pub transport: Option<TransportPem>,
    /// Key that signs assertions and request objects.
    pub signing_key: Option<KeyPem>,
    /// Keys that id_tokens are encrypted to, current one first.
    pub encryption_keys: Vec<KeyPem>,
}

impl OwnIdentity {
    /// Says whether nothing is given.
    pub fn is_empty(&self) -> bool {
        self.transport.is_none() && self.signing_key.is_none() && self.encryption_keys.is_empty()
    }
}

/// A transport certificate and its key.
#[derive(Debug, Clone)]
pub struct TransportPem {
    /// Certificate with its chain, PEM.
    pub certificate_pem: String,
    /// Its key, PKCS#8 PEM.
    pub key_pem: SecretString,
}

/// What the settings know of a brand.
#[derive(Debug, Clone, Default)]
pub struct BrandSettings {
    /// Code without `_br_retail` or `_br_business` (e.g. `ofmockbank`); derived from the brand's name otherwise.
    pub code: Option<String>,
    /// Main colour, `#rrggbb`; the directory has none.
    pub primary_color: Option<String>,
}

/// Where the directory of participants is.
#[derive(Debug, Clone)]
pub struct DirectorySettings {
    /// The participants document.
    pub participants_url: Url,
    /// Token endpoint of the directory, by mTLS; or its discovery document (`…/.well-known/openid-configuration`), which
    /// names the endpoint.
    pub token_url: Url,
    /// Where our software statement assertion is.
    pub software_statement_url: Url,
}

/// Who we are on the network.
#[derive(Clone)]
pub struct Identity {
    /// Software statement id; also our client id at the directory.
    pub software_id: String,
    /// Transport certificate (BRCAC) with its chain, PEM.
    pub transport_certificate_pem: String,
    /// Key of the transport certificate, PKCS#8 PEM.
    pub transport_key_pem: SecretString,
    /// Key that signs assertions and request objects.
    pub signing_key: KeyPem,
    /// Keys that id_tokens are encrypted to, current one first.
    pub encryption_keys: Vec<KeyPem>,
    /// Authorities that we trust, PEM, one after the other: only these, never the system's.
    pub authorities_pem: String,
}

/// A private key with its name.
#[derive(Debug, Clone)]
pub struct KeyPem {
    /// PKCS#8 PEM.
    pub pem: SecretString,
    /// Name in the keystore.
    pub kid: String,
}

/// How calls are made.
#[derive(Debug, Clone, Default)]
pub enum Transport {
    /// By TLS with our certificate, to `https` addresses only.
    #[default]
    MutualTls,
    /// With a client made by a test, to any address.
    #[doc(hidden)]
    Client(reqwest::Client),
}

/// Bounds on what comes from outside.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of the participants document.
    pub participants_bytes: usize,
    /// Bytes of a data answer.
    pub data_bytes: usize,
    /// Bytes of a discovery document, key set, token or consent answer.
    pub protocol_bytes: usize,
    /// Time for one call, from connecting to the last byte.
    pub call_time: Duration,
    /// Time for the participants document.
    pub participants_time: Duration,
    /// Pages of one listing.
    pub pages: u32,
    /// Items asked for per page; the standard allows 1000. A bank may give fewer.
    pub page_size: u16,
    /// Items of a listing that is kept in memory as a whole: accounts, resources, owners.
    pub items: usize,
    /// Time that the bank may take to gather resources (202).
    pub gathering_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            participants_bytes: 64 << 20,
            data_bytes: 10 << 20,
            protocol_bytes: 1 << 20,
            call_time: Duration::from_secs(15),
            participants_time: Duration::from_secs(60),
            pages: 1000,
            page_size: 1000,
            items: 1000,
            gathering_time: Duration::from_secs(30),
        }
    }
}

/// When a read is repeated.
#[derive(Debug, Clone)]
pub struct Retry {
    /// Calls in all, the first one included.
    pub attempts: u32,
    /// Wait before the second call; doubles each time, with jitter.
    pub first_wait: Duration,
    /// Longest wait. A bank that wants to be left alone for longer ends the attempts.
    pub longest_wait: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 3, first_wait: Duration::from_millis(300), longest_wait: Duration::from_secs(10) }
    }
}
