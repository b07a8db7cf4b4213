//! `vinculo doctor`: checks one thing after another, says what to do, and ends with a status that scripts can use.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use vinculo_domain::Env;
use vinculo_fapi::certificate::Certificate;

use crate::process::{self, Kit};
use crate::settings::{Environment, Settings};

/// Certificates that end sooner than this are worth a word.
const SOON: SignedDuration = SignedDuration::from_hours(24 * 30);

/// How long the directory may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Collects findings as they are printed.
struct Report<'a, W> {
    out: &'a mut W,
    failed: bool,
}

impl<W: Write> Report<'_, W> {
    /// Prints what a check found; returns what it gave for the checks that build on it.
    fn take<T>(&mut self, what: &str, found: anyhow::Result<(T, String)>) -> anyhow::Result<Option<T>> {
        match found {
            Ok((value, said)) => {
                writeln!(self.out, "ok    {what}: {said}")?;
                Ok(Some(value))
            }
            Err(error) => {
                self.failed = true;
                writeln!(self.out, "FAIL  {what}: {error:#}")?;
                Ok(None)
            }
        }
    }
}

pub(super) async fn run(settings: &Settings, env: Env, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let mut report = Report { out, failed: false };
    let said = format!("{}, public address {}", settings.environment.as_str(), settings.public_url);
    report.take("settings", Ok(((), said)))?;
    report.take("data folder", folder(settings, &env))?;
    report.take("database", database(settings, &env).await)?;
    if settings.environment == Environment::Sandbox {
        let kit = report.take("receiver's kit", process::load_kit(settings).map(|kit| (kit, "found".to_owned())))?;
        if let Some(kit) = kit {
            report.take("transport certificate", certificate(&kit.transport_cert_pem, env.now()))?;
            report.take("authority", certificate(&kit.ca_pem, env.now()))?;
            report.take("directory", directory(&kit).await)?;
        }
    }
    Ok(if report.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn folder(settings: &Settings, env: &Env) -> anyhow::Result<((), String)> {
    process::master_keys(settings, env)?;
    let path = settings.data_dir.join(format!(".doctor-{}", env.hex32()));
    std::fs::write(&path, b"").with_context(|| format!("{} cannot be written to", settings.data_dir.display()))?;
    std::fs::remove_file(&path)?;
    Ok(((), format!("{}, writable, master key readable", settings.data_dir.display())))
}

async fn database(settings: &Settings, env: &Env) -> anyhow::Result<((), String)> {
    let store = process::open_store(settings, env).await?;
    let counts = store.job_counts(env.now()).await?;
    let backend = store.backend();
    store.close().await;
    let dead = if counts.dead > 0 {
        format!("; {} jobs given up, see `vinculo jobs list`", counts.dead)
    } else {
        String::new()
    };
    Ok(((), format!("{backend}, migrated{dead}")))
}

fn certificate(pem: &str, now: Timestamp) -> anyhow::Result<((), String)> {
    let certificate = Certificate::from_pem(pem).context("cannot be read")?;
    let end = certificate.not_after();
    anyhow::ensure!(
        now >= certificate.not_before(),
        "not valid before {:.0}: check this machine's clock",
        certificate.not_before()
    );
    anyhow::ensure!(now <= end, "ended {end:.0}: replace it");
    let soon = if end.duration_since(now) < SOON { ", which is soon: replace it" } else { "" };
    Ok(((), format!("valid until {end:.0}{soon}")))
}

async fn directory(kit: &Kit) -> anyhow::Result<((), String)> {
    let authority = reqwest::Certificate::from_pem(kit.ca_pem.as_bytes())?;
    let client = reqwest::Client::builder().tls_certs_only([authority]).timeout(PATIENCE).no_proxy().build()?;
    let answer = client
        .get(&kit.participants_url)
        .send()
        .await
        .with_context(|| format!("{} cannot be reached: is the sandbox network running?", kit.participants_url))?;
    anyhow::ensure!(answer.status().is_success(), "{} answers {}", kit.participants_url, answer.status());
    Ok(((), format!("{} answers", kit.participants_url)))
}
