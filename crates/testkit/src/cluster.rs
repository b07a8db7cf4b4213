//! Several real processes on one PostgreSQL: one with the network of banks, the others with web and worker, behind a load
//! balancer, and with a wire to the database that can be cut.

use std::net::SocketAddr;
use std::process::{Child, Stdio};
use std::time::Duration;

use reqwest::StatusCode;
use sqlx::{Connection, PgConnection};

use crate::app::free_ports;
use crate::{App, Database, Proxy, eventually};

/// The processes.
pub struct Cluster {
    /// How the outside sees them: the address of the load balancer, the keys, the bank. Commands and the bank reach the
    /// database past the wire.
    pub app: App,
    /// The wire between the processes and their database.
    pub wire: Proxy,
    nodes: Vec<Node>,
    _balancer: Proxy,
}

struct Node {
    url: String,
    child: Option<Child>,
}

impl Cluster {
    /// Starts so many processes with web and worker, and waits until all are ready. `None` when PostgreSQL is missing
    /// (said loudly).
    pub async fn start(binary: &str, processes: usize) -> Option<Self> {
        let ports: Vec<u16> = (0..processes).map(|_| free_ports()[0]).collect();
        let addresses = ports.iter().map(|port| SocketAddr::from(([127, 0, 0, 1], *port))).collect();
        let balancer = Proxy::start(addresses).await;
        let builder = App::builder(binary).database(Database::Postgres);
        let url = format!("http://{}", balancer.address());
        let mut app = builder.variable("VINCULO_PUBLIC_URL", &url).prepare().await?;
        app.spread = true;
        let mut database = url::Url::parse(app.variable("VINCULO_DATABASE_URL").unwrap()).unwrap();
        let server = (database.host_str().unwrap(), database.port().unwrap_or(5432));
        let server = tokio::net::lookup_host(server).await.unwrap().next().unwrap();
        let wire = Proxy::start(vec![server]).await;
        database.set_ip_host(wire.address().ip()).unwrap();
        database.set_port(Some(wire.address().port())).unwrap();
        app.run_as(&["serve", "--only", "sandbox"]);
        let kit = app.data_dir().join("sandbox-receiver.json");
        eventually("the network of banks is there", || async { kit.exists().then_some(()) }).await;
        let mut nodes = Vec::new();
        for (number, port) in ports.iter().enumerate() {
            let mut own = database.clone();
            own.query_pairs_mut().append_pair("application_name", &Self::name(number));
            let child = app
                .command(&["serve", "--only", "web", "--only", "worker"])
                .env("VINCULO_LISTEN", format!("127.0.0.1:{port}"))
                .env("VINCULO_DATABASE_URL", own.as_str())
                .stdin(Stdio::null())
                .stdout(app.log_file())
                .stderr(app.log_file())
                .spawn()
                .expect("the program starts");
            nodes.push(Node { url: format!("http://127.0.0.1:{port}"), child: Some(child) });
        }
        let mut cluster = Self { app, wire, nodes, _balancer: balancer };
        for number in 0..processes {
            cluster.becomes(number, StatusCode::OK).await;
        }
        cluster.app.finish().await;
        Some(cluster)
    }

    /// What the process with this number, from 0, calls itself at the database.
    pub fn name(number: usize) -> String {
        format!("vinculo-{number}")
    }

    /// Returns the address of one process, past the load balancer.
    pub fn url(&self, number: usize) -> &str {
        &self.nodes[number].url
    }

    /// Waits until `/health/ready` of a process answers with this status. A process that has ended fails the test.
    pub async fn becomes(&mut self, number: usize, status: StatusCode) {
        let node = &mut self.nodes[number];
        let (client, log) = (reqwest::Client::new(), self.app.log());
        eventually(&format!("process {number} says {status}"), || {
            let ended = node.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "process {number} ended: {ended:?}\n{log}");
            let request = client.get(format!("{}/health/ready", node.url)).timeout(Duration::from_secs(30));
            async move { request.send().await.ok().filter(|answer| answer.status() == status).map(|_| ()) }
        })
        .await;
    }

    /// Kills a process as a power cut would (SIGKILL).
    pub fn kill(&mut self, number: usize) {
        if let Some(mut child) = self.nodes[number].child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Looks into the database, past the wire.
    pub async fn database(&self) -> PgConnection {
        PgConnection::connect(self.app.variable("VINCULO_DATABASE_URL").unwrap()).await.unwrap()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for number in 0..self.nodes.len() {
            self.kill(number);
        }
    }
}
