//! A private PostgreSQL for the tests: own cluster, own port, gone afterwards.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::shell;

/// Whether a commit waits for the disk.
#[derive(Clone, Copy)]
pub(crate) enum Commits {
    /// No: tests kill our own processes, never the machine.
    Hasty,
    /// Yes, as on any server that keeps people's data.
    Durable,
}

/// A running cluster; dropping it stops and removes it.
pub(crate) struct Cluster {
    binaries: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes and starts a cluster, installing PostgreSQL when it is missing.
    pub(crate) fn start(commits: Commits) -> Result<Self> {
        let binaries = match binaries() {
            Some(found) => found,
            None => {
                shell::apt_install(&["postgresql"])?;
                binaries().context("PostgreSQL is still missing after its installation")?
            }
        };
        let folder = std::env::temp_dir().join(format!("vinculo-test-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        if shell::is_root() {
            shell::run(Command::new("chown").arg("postgres:").arg(&folder))?;
        }
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let cluster = Self { binaries, folder, port };
        cluster.initialise(commits)?;
        Ok(cluster)
    }

    /// Returns the address of the administrative database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn initialise(&self, commits: Commits) -> Result<()> {
        let data = self.folder.join("data");
        let data = data.to_string_lossy();
        self.call("initdb", &["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"])?;
        let hasty = match commits {
            Commits::Hasty => "-c fsync=off -c full_page_writes=off",
            Commits::Durable => "",
        };
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c max_connections=200 {hasty}",
            self.port,
            self.folder.display()
        );
        let log = self.folder.join("log");
        self.call("pg_ctl", &["-D", &data, "-w", "-l", &log.to_string_lossy(), "-o", &options, "start"])
    }

    /// PostgreSQL refuses to run as root, so root hands over to the `postgres` user.
    fn call(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let program = self.binaries.join(program);
        let mut command = if shell::is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        command.args(arguments).current_dir(&self.folder).stdout(Stdio::null()).stdin(Stdio::null());
        shell::run(&mut command)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        if self.call("pg_ctl", &["-D", &data.to_string_lossy(), "-m", "immediate", "stop"]).is_err() {
            shell::say("PostgreSQL could not be stopped");
        }
        if std::fs::remove_dir_all(&self.folder).is_err() {
            shell::say(&format!("{} could not be removed", self.folder.display()));
        }
    }
}

fn binaries() -> Option<PathBuf> {
    // Debian keeps the server's programs out of the PATH, one folder a version.
    let mut versions: Vec<PathBuf> =
        std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(|e| e.ok().map(|e| e.path().join("bin"))).collect();
    versions.sort();
    let on_path = shell::find("initdb").and_then(|file| file.parent().map(PathBuf::from));
    versions.into_iter().rev().chain(on_path).find(|f| f.join("initdb").is_file() && f.join("pg_ctl").is_file())
}

/// Takes the address that somebody set for their own server, or starts a cluster.
pub(crate) fn url(commits: Commits) -> Result<(String, Option<Cluster>)> {
    match std::env::var("VINCULO_TEST_POSTGRES_URL") {
        Ok(url) if !url.is_empty() => Ok((url, None)),
        Err(std::env::VarError::NotUnicode(_)) => bail!("VINCULO_TEST_POSTGRES_URL is not text"),
        _ => {
            shell::say("starting PostgreSQL");
            let cluster = Cluster::start(commits)?;
            Ok((cluster.url(), Some(cluster)))
        }
    }
}
