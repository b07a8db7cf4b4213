//! The network as one thing: opened, asked for a receiver's kit, run.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use vinculo_fapi::mtls::{self, ListenerLimits, MtlsError, MtlsListener, Peer};

use crate::directory::Registrar;
use crate::faults::Faults;
use crate::keys::Keys;
use crate::network::Network;
use crate::outcomes::Outcomes;
use crate::pki::{Authority, Folder, new_key};
use crate::remote::RemoteKeys;
use crate::state::{Db, StateError};
use crate::urls::Urls;
use crate::usage::Usage;
use crate::{
    Clock, KnownClient, PeopleTls, ReceiverKit, ReceiverSettings, SandboxError, SandboxOptions, SandboxSettings,
    directory, known, listeners,
};

/// The label of the receiver that the settings name.
pub(crate) const MAIN_RECEIVER: &str = "main";
/// How long running requests may go on after the stop.
const GRACE: Duration = Duration::from_secs(5);
/// How often what has run out is forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(600);

/// The sandbox network: directory and banks behind two listeners.
pub struct Sandbox {
    net: Arc<Network>,
    kit: ReceiverKit,
    people: People,
    machines: MtlsListener,
    people_addr: SocketAddr,
    mtls_addr: SocketAddr,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("people", &self.people_addr).field("mtls", &self.mtls_addr).finish()
    }
}

impl Sandbox {
    /// Opens the network's data (making keys and certificates at the first start) and binds both listeners.
    pub async fn open(settings: SandboxSettings, clock: Arc<dyn Clock>) -> Result<Self, SandboxError> {
        Self::open_with(settings, SandboxOptions::default(), clock).await
    }

    /// As [`open`](Self::open), with options.
    pub async fn open_with(
        settings: SandboxSettings,
        options: SandboxOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SandboxError> {
        let scheme = if matches!(options.people_tls, PeopleTls::Off) { "http" } else { "https" };
        let (people, people_addr) = bind(settings.people_listen).await?;
        let (machines, mtls_addr) = bind(settings.mtls_listen).await?;
        let urls = Urls::new(
            &settings.people_url.clone().unwrap_or_else(|| format!("{scheme}://{people_addr}")),
            &settings.mtls_url.clone().unwrap_or_else(|| format!("https://{mtls_addr}")),
        );
        let folder = Folder::open(settings.data_dir.join("sandbox"))?;
        let net = open_network(&folder, urls, clock, &options.clients).await?;
        known::enter(&net, &options.clients)?;
        let machines = secured(machines, &net, &folder, &options.clients)?;
        let people = People::new(people, &options.people_tls, &net, &folder)?;
        let kit = directory::join(&net, MAIN_RECEIVER, &settings.receiver, None)?;
        Ok(Self { net, kit, people, machines, people_addr, mtls_addr })
    }

    /// The kit of the receiver named in the settings.
    pub fn receiver(&self) -> &ReceiverKit {
        &self.kit
    }

    /// Takes another receiver into the directory and returns its kit; asking again with the same `label` (lower-case
    /// letters, digits and hyphens) returns the same kit.
    pub fn join(&self, label: &str, receiver: &ReceiverSettings) -> Result<ReceiverKit, SandboxError> {
        directory::join(&self.net, label, receiver, None)
    }

    /// The address the people-facing listener is bound to.
    pub fn people_addr(&self) -> SocketAddr {
        self.people_addr
    }

    /// The address the mTLS listener is bound to.
    pub fn mtls_addr(&self) -> SocketAddr {
        self.mtls_addr
    }

    /// What the mTLS listener serves, for a listener without TLS in front of which somebody else says who calls: a bench.
    /// Handlers take the caller from the extension `ConnectInfo<Peer>`.
    #[doc(hidden)]
    pub fn machines_without_tls(&self) -> Router {
        listeners::machines(&self.net)
    }

    /// Public address of the people-facing pages, without a slash at the end.
    pub fn people_url(&self) -> &str {
        &self.net.urls.people
    }

    /// Public address of the mTLS listener, without a slash at the end.
    pub fn mtls_url(&self) -> &str {
        &self.net.urls.mtls
    }

    /// Serves both listeners until `stop` is cancelled, then lets running requests end.
    pub async fn run(self, stop: CancellationToken) -> Result<(), SandboxError> {
        let net = self.net;
        let people = self.people.serve(listeners::people(&net), stop.clone());
        let machines = listeners::machines(&net).into_make_service_with_connect_info::<Peer>();
        let machines = axum::serve(self.machines, machines).with_graceful_shutdown(stop.clone().cancelled_owned());
        let serving = async { tokio::try_join!(people, machines.into_future()) };
        let ended = async {
            stop.cancelled().await;
            net.stop.cancel();
            tokio::time::sleep(GRACE).await;
        };
        let broken = |source| SandboxError::Listen { address: "the sandbox's listeners".into(), source };
        tokio::select! {
            served = serving => served.map(|_| ()).map_err(broken),
            () = ended => Ok(()),
            () = prune(&net) => Ok(()),
        }
    }
}

/// The parts that need no listener.
async fn open_network(
    folder: &Folder,
    urls: Urls,
    clock: Arc<dyn Clock>,
    clients: &[KnownClient],
) -> Result<Arc<Network>, SandboxError> {
    let registrar = Registrar { ca: Authority::open(&folder.inside("ca")?)?, receivers: folder.inside("receivers")? };
    let db = Db::open(&folder.path("bank.redb")).await.map_err(|error| broken(&error))?;
    let outcomes = Outcomes::open(&db).map_err(|error| broken(&error))?;
    let faults = Faults::open(&db).map_err(|error| broken(&error))?;
    let keys = Keys::open(folder.inside("keys")?)?;
    let (stop, usage) = (CancellationToken::new(), Usage::open(&db));
    let people = crate::people::People::new();
    let remote = RemoteKeys::new(clients, registrar.ca.root_pem())?;
    Ok(Arc::new(Network { clock, db, keys, people, urls, outcomes, faults, usage, registrar, remote, stop }))
}

/// The people-facing listener.
enum People {
    Plain(TcpListener),
    Tls(MtlsListener),
}

impl People {
    fn new(listener: TcpListener, tls: &PeopleTls, net: &Network, folder: &Folder) -> Result<Self, SandboxError> {
        let (certificates, key) = match tls {
            PeopleTls::Off => return Ok(Self::Plain(listener)),
            PeopleTls::Own => {
                let key = folder.inside("ca")?.once("people.key.pem", new_key)?;
                (net.registrar.ca.server(hosts(&net.urls.people), &key)?, SecretString::from(key))
            }
            PeopleTls::Given { certificates_pem, key_pem } => (certificates_pem.clone(), key_pem.clone()),
        };
        let config = mtls::public_config(&certificates, &key).map_err(|error| SandboxError::Keys(error.to_string()))?;
        MtlsListener::new(listener, config, ListenerLimits::default())
            .map(Self::Tls)
            .map_err(|source| SandboxError::Listen { address: net.urls.people.clone(), source })
    }

    async fn serve(self, router: Router, stop: CancellationToken) -> std::io::Result<()> {
        let service = router.into_make_service();
        let stop = stop.cancelled_owned();
        match self {
            Self::Plain(listener) => axum::serve(listener, service).with_graceful_shutdown(stop).await,
            Self::Tls(listener) => axum::serve(listener, service).with_graceful_shutdown(stop).await,
        }
    }
}

/// Names of a listener's certificate: its public host, and this machine.
fn hosts(url: &str) -> Vec<String> {
    let mut hosts = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    let public = url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    hosts.extend(public.map(|host| host.trim_matches(['[', ']']).to_owned()).filter(|host| !hosts.contains(host)));
    hosts
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), SandboxError> {
    let failed = |source| SandboxError::Listen { address: address.to_string(), source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// TLS with a certificate of our CA for the public host and for this machine; clients show certificates of the same CA,
/// or those that the settings name.
fn secured(
    listener: TcpListener,
    net: &Network,
    folder: &Folder,
    clients: &[KnownClient],
) -> Result<MtlsListener, SandboxError> {
    let (ca, url) = (&net.registrar.ca, &net.urls.mtls);
    let key = folder.inside("ca")?.once("server.key.pem", new_key)?;
    let refuse = |error: MtlsError| SandboxError::Keys(error.to_string());
    // A foreign authority is believed about the one certificate that the settings name: it must not be able to make others
    // that pass for receivers of the directory.
    let named: Vec<&str> = clients.iter().map(|client| client.certificates_pem.as_str()).collect();
    let verifier = mtls::client_verifier_with(ca.root_pem(), &named).map_err(refuse)?;
    let certificate = ca.server(hosts(url), &key)?;
    let config = mtls::server_config_with(verifier, &certificate, &SecretString::from(key)).map_err(refuse)?;
    MtlsListener::new(listener, config, ListenerLimits::default())
        .map_err(|source| SandboxError::Listen { address: url.clone(), source })
}

/// Forgets what has run out, now and then.
async fn prune(net: &Network) {
    loop {
        if let Err(error) = net.db.prune(net.now()).await {
            tracing::error!(%error, "the sandbox could not forget what has run out");
        }
        tokio::time::sleep(PRUNE_EVERY).await;
    }
}

fn broken(error: &StateError) -> SandboxError {
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    SandboxError::State(format!("{error}: {cause}"))
}
