//! The directory and the institutions of the settings: reached, readable, of one mind with us.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context as _;
use async_trait::async_trait;
use http::header::DATE;
use jiff::{SignedDuration, Timestamp};
use vinculo_connector::{Connector as _, OpenFinance, Registration, RegistrationError, RegistrationStore};
use vinculo_domain::{Clock as _, Env, Institution, SystemClock};
use vinculo_fapi::http::{MAX_PROTOCOL_BODY, read_body};
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::mtls::{ClientSettings, client};
use vinculo_fapi::ssa::SoftwareStatement;

use super::keys;
use super::report::{Found, Report};
use crate::process::{self, receiver};
use crate::settings::{Environment, Settings};

/// How far our clock may be from others' before it is worth a word, and before banks refuse what we sign.
const DRIFT: [SignedDuration; 2] = [SignedDuration::from_secs(5), SignedDuration::from_secs(30)];

/// Looking at things registers nowhere, and leaves the database alone.
struct Nowhere;

#[async_trait]
impl RegistrationStore for Nowhere {
    async fn load(&self, _: &str) -> Result<Option<Registration>, RegistrationError> {
        Ok(None)
    }

    async fn keep(&self, _: &Registration) -> Result<Registration, RegistrationError> {
        Err(RegistrationError("the doctor registers nowhere".to_owned()))
    }
}

/// What is asked, and how.
struct Network<'a> {
    settings: &'a Settings,
    connector: Arc<OpenFinance>,
    /// Without a certificate: for what is open to everybody.
    open: reqwest::Client,
    participants: Option<String>,
}

pub(super) async fn check(settings: &Settings, env: &Env, report: &mut Report<'_, impl Write>) -> anyhow::Result<()> {
    let network = match Network::new(settings, env) {
        Ok(network) => network,
        // The reason stands in a line above.
        Err(_) => {
            return report.say("network", Err(anyhow::anyhow!("not looked at: certificates or keys are missing")));
        }
    };
    if network.participants.is_some() {
        let date = report.take("directory", network.reach().await)?;
        if let Some(date) = date {
            report.say("clock", clock(date, SystemClock.now()))?;
            report.say("participants", network.participants().await)?;
            if let Some(statement) = report.take("software statement", network.statement().await)? {
                report.say("keystore", network.keystore(&statement).await)?;
            }
        }
    } else if settings.institutions.is_empty() {
        report.say("institutions", Err(anyhow::anyhow!("there is no directory and no [[institutions]]")))?;
    }
    for institution in &settings.institutions {
        let name = format!("institution {}", institution.code);
        report.say(&name, network.institution(&institution.institution()).await)?;
    }
    Ok(())
}

impl<'a> Network<'a> {
    fn new(settings: &'a Settings, env: &Env) -> anyhow::Result<Self> {
        let connector = process::connector_with(settings, env, Arc::new(Nowhere), None)?;
        let (participants, roots_pem) = match settings.environment {
            Environment::Sandbox => {
                let kit = process::load_kit(settings)?;
                (Some(kit.participants_url), kit.ca_pem)
            }
            Environment::Production => {
                let participants = settings.directory.as_ref().map(|directory| directory.participants.to_string());
                (participants, receiver::authorities(&settings.receiver.trust_anchors)?)
            }
        };
        let open = client(&ClientSettings {
            identity: None,
            roots_pem,
            connect_timeout: settings.bank_timeout,
            timeout: settings.bank_timeout,
            allow_http: settings.environment == Environment::Sandbox,
        })?;
        Ok(Self { settings, connector, open, participants })
    }

    /// Reaches the directory; gives the time that it has.
    async fn reach(&self) -> anyhow::Result<(Option<String>, Found)> {
        let url = self.participants.as_deref().unwrap_or_default();
        let advice = match self.settings.environment {
            Environment::Sandbox => "is the sandbox network running?",
            Environment::Production => "is the way out open, and is its authority among `trust_anchor_files`?",
        };
        let sent = self.open.get(url).send().await.map_err(|error| error.without_url());
        let answer = sent.with_context(|| format!("{url} cannot be reached: {advice}"))?;
        anyhow::ensure!(answer.status().is_success(), "{url} answers {}", answer.status());
        let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok()).map(str::to_owned);
        Ok((date, Found::Well(format!("{url} answers"))))
    }

    async fn participants(&self) -> anyhow::Result<Found> {
        let all = self.connector.institutions().await?;
        let own = self.settings.institutions.len();
        anyhow::ensure!(all.len() > own, "the directory names no institution that can be connected");
        Ok(Found::Well(format!("{} institutions can be connected", all.len() - own)))
    }

    /// Reads what the directory says of us, which also shows that it lets us in.
    async fn statement(&self) -> anyhow::Result<(SoftwareStatement, Found)> {
        let advice = "does the directory know this certificate, and are `organisation_id` and `software_id` right?";
        let statement = self.connector.statement().await.with_context(|| advice.to_owned())?;
        let callback = match self.settings.environment {
            Environment::Sandbox => process::load_kit(self.settings)?.redirect_uri,
            Environment::Production => Some(self.settings.redirect_uri()),
        };
        let callback = callback.unwrap_or_else(|| self.settings.redirect_uri());
        anyhow::ensure!(
            statement.software_redirect_uris.contains(&callback),
            "it lacks the redirect URI {callback}: add it at the directory, or correct `public_url`"
        );
        let mut doubts = Vec::new();
        if !statement.software_statement_roles.iter().any(|role| role.role == "DADOS") {
            doubts.push("it has no role DADOS: banks will not share data".to_owned());
        }
        let said = format!("“{}”, with our redirect URI", statement.software_client_name);
        Ok((statement, Found::of(doubts, said)))
    }

    async fn keystore(&self, statement: &SoftwareStatement) -> anyhow::Result<Found> {
        let url = statement.software_jwks_uri.as_str();
        let published = self.key_set(url).await.with_context(|| url.to_owned())?;
        keys::published(&process::public_keys(self.settings)?, &published)
    }

    async fn key_set(&self, url: &str) -> anyhow::Result<JwkSet> {
        let answer = self.open.get(url).send().await.map_err(|error| error.without_url())?;
        anyhow::ensure!(answer.status().is_success(), "answers {}", answer.status());
        Ok(JwkSet::parse(&read_body(answer, MAX_PROTOCOL_BODY).await?)?)
    }

    /// Reads an institution's discovery document and keys.
    async fn institution(&self, institution: &Institution) -> anyhow::Result<Found> {
        let discovery = self.connector.discover(institution).await?;
        let keys = self.connector.keys(institution).await?;
        Ok(Found::Well(format!("issuer {}, {} keys", discovery.issuer, keys.keys().len())))
    }
}

/// Compares our clock with that of an answer.
fn clock(date: Option<String>, now: Timestamp) -> anyhow::Result<Found> {
    let theirs = date.and_then(|date| jiff::fmt::rfc2822::parse(&date).ok()).map(|date| date.timestamp());
    let Some(theirs) = theirs else { return Ok(Found::Doubt("the directory does not say what time it is".to_owned())) };
    let apart = now.duration_since(theirs);
    let said = format!(
        "{} s {} the directory's",
        apart.abs().as_secs(),
        if apart.is_negative() { "behind" } else { "ahead of" }
    );
    anyhow::ensure!(apart.abs() <= DRIFT[1], "{said}: banks refuse what we sign; set this machine's clock by NTP");
    let doubts = if apart.abs() > DRIFT[0] { vec![format!("{said}: set it by NTP")] } else { Vec::new() };
    Ok(Found::of(doubts, "agrees with the directory's"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_judged_by_its_distance() {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let at = |date: &str| clock(Some(date.to_owned()), now);
        assert!(matches!(at("Sun, 22 Nov 2026 12:00:03 GMT"), Ok(Found::Well(_))));
        assert!(
            matches!(at("Sun, 22 Nov 2026 11:59:50 GMT"), Ok(Found::Doubt(said)) if said.starts_with("10 s ahead"))
        );
        let wrong = at("Sun, 22 Nov 2026 12:01:00 GMT").unwrap_err().to_string();
        assert!(wrong.starts_with("60 s behind") && wrong.contains("NTP"), "{wrong}");
        assert!(matches!(clock(None, now), Ok(Found::Doubt(_))));
        assert!(matches!(at("yesterday"), Ok(Found::Doubt(_))));
    }
}
