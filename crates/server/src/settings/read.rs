//! Layers of settings, one name at a time.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;
use vinculo_store::MasterKeys;

use super::error::Origin;
use super::names::{NAMES, PREFIX, is_reserved, nearest};
use super::{Environment, LogFormat, Settings, SettingsError, institutions, receiver, sandbox_clients};

/// Reads the file and the variables of this process.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub(super) fn from_process() -> Result<Settings, SettingsError> {
    let named = std::env::var("VINCULO_CONFIG").ok().filter(|name| !name.is_empty());
    let path = PathBuf::from(named.clone().unwrap_or_else(|| "vinculo.toml".to_owned()));
    let file = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(SettingsError::File { path, source }),
    };
    // Variables that are no UTF-8 cannot be ours.
    let variables =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    from_parts(&file, variables)
}

pub(super) fn from_parts(
    file: &str,
    variables: impl Iterator<Item = (String, String)>,
) -> Result<Settings, SettingsError> {
    let mut layers = Layers::default();
    layers.add_file(file)?;
    layers.add_variables(variables)?;
    build(&layers)
}

/// A value as text, and where it stands.
#[derive(Default)]
pub(super) struct Layers {
    values: BTreeMap<&'static str, (String, Option<Origin>)>,
    /// Tables of the file.
    institutions: Option<toml::Value>,
    sandbox_clients: Option<toml::Value>,
}

impl Layers {
    fn add_file(&mut self, text: &str) -> Result<(), SettingsError> {
        // The parser's message quotes the line, which may hold a secret: only its place is passed on.
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].lines().count().max(1));
            SettingsError::Toml(format!("{} (line {line})", error.message()))
        })?;
        for (name, value) in table {
            let tables = match name.as_str() {
                "institutions" => Some(&mut self.institutions),
                "sandbox_clients" => Some(&mut self.sandbox_clients),
                _ => None,
            };
            if let Some(tables) = tables {
                *tables = Some(value);
                continue;
            }
            let value = match value {
                toml::Value::String(text) => text,
                toml::Value::Array(parts) => parts.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join(","),
                other => other.to_string(),
            };
            self.add(&name, value, Origin::File)?;
        }
        Ok(())
    }

    fn add_variables(&mut self, variables: impl Iterator<Item = (String, String)>) -> Result<(), SettingsError> {
        for (variable, value) in variables {
            let Some(name) = variable.strip_prefix(PREFIX) else { continue };
            if !is_reserved(&variable) && !value.is_empty() {
                self.add(&name.to_ascii_lowercase(), value, Origin::Variable(variable.clone()))?;
            }
        }
        Ok(())
    }

    fn add(&mut self, name: &str, value: String, origin: Origin) -> Result<(), SettingsError> {
        let Some(known) = NAMES.iter().find(|known| **known == name) else {
            return Err(SettingsError::Unknown { name: name.to_owned(), origin, hint: nearest(name) });
        };
        self.values.insert(known, (value, Some(origin)));
        Ok(())
    }

    /// Reads one setting with `parse`, whose error is the reason shown.
    pub(super) fn get<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, SettingsError> {
        let Some((value, origin)) = self.values.get(name) else { return Ok(None) };
        parse(value).map(Some).map_err(|reason| SettingsError::Wrong {
            name,
            origin: origin.clone().unwrap_or(Origin::File),
            reason,
        })
    }
}

fn build(layers: &Layers) -> Result<Settings, SettingsError> {
    let environment = layers.get("environment", environment)?.unwrap_or(Environment::Sandbox);
    let sandbox = environment == Environment::Sandbox;
    let listen = layers.get("listen", address)?.unwrap_or_else(|| local(8080));
    let public_url = layers.get("public_url", web_address)?;
    let data_dir = layers.get("data_dir", |text| Ok(PathBuf::from(text)))?.unwrap_or_else(|| PathBuf::from("./data"));
    let database_url = layers.get("database_url", database)?;
    let master_key = layers.get("master_key", master_keys)?;
    if !sandbox && master_key.is_none() {
        return Err(SettingsError::Missing {
            name: "master_key",
            reason: "production seals under a key that you keep",
        });
    }
    if !sandbox && public_url.is_none() {
        return Err(SettingsError::Missing { name: "public_url", reason: "banks send people back to it" });
    }
    let seconds = |name, most| layers.get(name, number(1, most)).map(|n| n.map(Duration::from_secs));
    Ok(Settings {
        environment,
        listen,
        public_url_given: public_url.is_some(),
        public_url: public_url.unwrap_or_else(|| url_of(listen)),
        database_url: database_url
            .unwrap_or_else(|| SecretString::from(format!("sqlite:{}", data_dir.join("vinculo.db").display()))),
        data_dir,
        database_connections: layers.get("database_connections", number(1, 1_000))?.unwrap_or(16) as u32,
        master_key,
        sandbox_listen: layers.get("sandbox_listen", address)?.unwrap_or_else(|| local(8090)),
        sandbox_public_url: layers.get("sandbox_public_url", web_address)?,
        sandbox_mtls_listen: layers.get("sandbox_mtls_listen", address)?.unwrap_or_else(|| local(8091)),
        sandbox_mtls_url: layers.get("sandbox_mtls_url", web_address)?,
        sandbox_tls: layers.get("sandbox_tls", own_tls)?.unwrap_or(false),
        sandbox_tls_files: tls_files(layers)?,
        sandbox_clients: match &layers.sandbox_clients {
            Some(tables) => sandbox_clients::parse(tables.clone())?,
            None => Vec::new(),
        },
        log: layers.get("log", |text| Ok(text.to_owned()))?.unwrap_or_else(|| "info".to_owned()),
        log_format: layers.get("log_format", log_format)?.unwrap_or(if sandbox {
            LogFormat::Pretty
        } else {
            LogFormat::Json
        }),
        trust_forwarded: layers.get("trust_forwarded", truth)?.unwrap_or(false),
        request_timeout: seconds("request_timeout_seconds", 3_600)?.unwrap_or(Duration::from_secs(300)),
        body_limit: layers.get("body_limit_bytes", number(1_024, 100 << 20))?.unwrap_or(1 << 20) as usize,
        shutdown: seconds("shutdown_seconds", 3_600)?.unwrap_or(Duration::from_secs(20)),
        worker_jobs: layers.get("worker_jobs", number(1, 256))?.unwrap_or(4) as usize,
        job_attempts: layers.get("job_attempts", number(1, 100))?.unwrap_or(12) as u32,
        bank_timeout: seconds("bank_timeout_seconds", 120)?.unwrap_or(Duration::from_secs(15)),
        webhook_timeout: seconds("webhook_timeout_seconds", 120)?.unwrap_or(Duration::from_secs(5)),
        webhook_pause_days: layers.get("webhook_pause_days", number(1, 365))?.unwrap_or(5) as u32,
        events_kept: layers.get("events_kept", days_kept)?.unwrap_or(90) as u32,
        link_deletions_per_minute: layers.get("link_deletions_per_minute", number(0, 1_000_000))?.unwrap_or(5) as u32,
        portal_sign_ins: layers.get("portal_sign_ins", number(0, 1_000_000))?.unwrap_or(1_000) as u32,
        webhook_private_networks: layers.get("webhook_private_networks", truth)?.unwrap_or(false),
        receiver_name: layers.get("receiver_name", |text| Ok(text.to_owned()))?.unwrap_or_else(|| "Vínculo".to_owned()),
        directory: receiver::directory(layers)?,
        receiver: receiver::receiver(layers)?,
        institutions: match &layers.institutions {
            Some(tables) => institutions::parse(tables.clone(), environment)?,
            None => Vec::new(),
        },
    })
}

fn own_tls(text: &str) -> Result<bool, String> {
    match text {
        "off" => Ok(false),
        "own" => Ok(true),
        _ => Err("must be off or own".to_owned()),
    }
}

fn tls_files(layers: &Layers) -> Result<Option<(PathBuf, PathBuf)>, SettingsError> {
    let file = |name| layers.get(name, |text| Ok(PathBuf::from(text)));
    match (file("sandbox_tls_certificate_file")?, file("sandbox_tls_key_file")?) {
        (Some(certificate), Some(key)) => Ok(Some((certificate, key))),
        (None, None) => Ok(None),
        (Some(_), None) => {
            Err(SettingsError::Missing { name: "sandbox_tls_key_file", reason: "it belongs to the certificate" })
        }
        (None, Some(_)) => {
            Err(SettingsError::Missing { name: "sandbox_tls_certificate_file", reason: "it belongs to the key" })
        }
    }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

/// The address under which this machine's browser reaches a listener.
pub(super) fn url_of(address: SocketAddr) -> String {
    let host = match address.ip() {
        ip if ip.is_unspecified() => "127.0.0.1".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    format!("http://{host}:{}", address.port())
}

fn environment(text: &str) -> Result<Environment, String> {
    match text {
        "sandbox" => Ok(Environment::Sandbox),
        "production" => Ok(Environment::Production),
        _ => Err("must be sandbox or production".to_owned()),
    }
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        _ => Err("must be pretty or json".to_owned()),
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "must be an address and a port, such as 127.0.0.1:8080".to_owned())
}

fn web_address(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|_| "must be a URL, such as https://vinculo.example.com".to_owned())?;
    let bare =
        url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !bare {
        return Err("must be an http or https URL without user name, query and fragment".to_owned());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn master_keys(text: &str) -> Result<MasterKeys, String> {
    let wrong = |_| "must be 64 hex digits or base64 of 32 bytes; several form a ring, separated by commas".to_owned();
    MasterKeys::parse(&SecretString::from(text)).map_err(wrong)
}

fn database(text: &str) -> Result<SecretString, String> {
    let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    if known { Ok(SecretString::from(text)) } else { Err("must start with sqlite: or postgres://".to_owned()) }
}

fn truth(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("must be true or false".to_owned()),
    }
}

fn number(least: u64, most: u64) -> impl Fn(&str) -> Result<u64, String> {
    move |text| match text.parse() {
        Ok(n) if (least..=most).contains(&n) => Ok(n),
        _ => Err(format!("must be a number from {least} to {most}")),
    }
}

fn days_kept(text: &str) -> Result<u64, String> {
    let least = vinculo_aggregator::Settings::EVENTS_KEPT_LEAST.as_hours().unsigned_abs() / 24;
    let most = 3_650;
    let days = number(0, most)(text).ok().filter(|days| *days == 0 || *days >= least);
    days.ok_or_else(|| format!("must be a number of days from {least} to {most}, or 0 to keep everything"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn without_anything_it_just_runs() {
        let settings = Settings::from_parts("", []).unwrap();
        assert_eq!(settings.public_url, "http://127.0.0.1:8080");
        assert_eq!(settings.redirect_uri(), "http://127.0.0.1:8080/api/consents/callback/");
        assert_eq!(settings.database_url.expose_secret(), "sqlite:./data/vinculo.db");
        assert_eq!(settings.environment, Environment::Sandbox);
        assert!(!settings.webhook_private_networks);
    }

    #[test]
    fn variables_win_over_the_file_and_empty_ones_do_not_count() {
        let file = "listen = \"127.0.0.1:1\"\nworker_jobs = 9\ntrust_forwarded = true";
        let variables = [("VINCULO_LISTEN", "0.0.0.0:2"), ("VINCULO_WORKER_JOBS", ""), ("PATH", "/")];
        let settings = Settings::from_parts(file, variables).unwrap();
        assert_eq!(settings.public_url, "http://127.0.0.1:2");
        assert_eq!((settings.worker_jobs, settings.trust_forwarded), (9, true));
    }

    #[test]
    fn a_bound_port_changes_the_public_address_only_when_none_was_given() {
        let mut settings = Settings::from_parts("listen = \"127.0.0.1:0\"", []).unwrap();
        settings.bound(local(4321));
        assert_eq!(settings.public("/x/"), "http://127.0.0.1:4321/x/");
        let mut settings = Settings::from_parts("", [("VINCULO_PUBLIC_URL", "https://v.example/base/")]).unwrap();
        settings.bound(local(4321));
        assert_eq!(settings.public("/x/"), "https://v.example/base/x/");
    }

    #[test]
    fn every_setting_refuses_a_wrong_value_and_names_itself() {
        let free = |name: &str| ["data_dir", "log", "receiver_name"].contains(&name) || name.contains("_file");
        for name in NAMES.iter().filter(|name| !free(name)) {
            let variable = format!("VINCULO_{}", name.to_ascii_uppercase());
            let error = Settings::from_parts("", [(variable.as_str(), "§wrong§")]).unwrap_err().to_string();
            assert!(error.contains(&format!("`{name}`")) && error.contains(&variable), "{error}");
            assert!(!error.contains("§wrong§"), "{error}");
        }
    }

    #[test]
    fn events_are_kept_for_a_month_at_least_or_for_ever() {
        let read =
            |days| Settings::from_parts("", [("VINCULO_EVENTS_KEPT", days)]).map(|settings| settings.events_kept);
        assert_eq!(read("").unwrap(), 90);
        for (text, days) in [("0", 0), ("31", 31), ("90", 90), ("3650", 3_650)] {
            assert_eq!(read(text).unwrap(), days);
        }
        for wrong in ["1", "7", "30", "3651", "-1", "31.5", "31d", " 31", "1e2", "99999999999999999999", "none"] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.contains("`events_kept`") && error.contains("VINCULO_EVENTS_KEPT"), "{error}");
            assert!(error.ends_with("must be a number of days from 31 to 3650, or 0 to keep everything"), "{error}");
        }
        assert_eq!(Settings::from_parts("events_kept = 31", []).unwrap().events_kept, 31);
        assert!(Settings::from_parts("events_kept = true", []).is_err());
    }

    #[test]
    fn unknown_names_are_refused_with_a_hint() {
        let error = Settings::from_parts("publc_url = \"x\"", []).unwrap_err().to_string();
        assert_eq!(error, "unknown setting `publc_url` in the settings file; did you mean `public_url`?");
        assert!(Settings::from_parts("", [("VINCULO_NONSENSE_AT_ALL", "x")]).is_err());
        assert!(Settings::from_parts("", [("VINCULO_TEST_POSTGRES_URL", "x")]).is_ok());
    }

    #[test]
    fn a_broken_file_is_refused_without_repeating_it() {
        let error = Settings::from_parts("listen = \"a\"\nmaster_key = \"secret", []).unwrap_err().to_string();
        assert!(error.contains("line 2") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn production_wants_a_key_and_an_address() {
        let production = ("VINCULO_ENVIRONMENT", "production");
        assert!(Settings::from_parts("", [production]).unwrap_err().to_string().contains("master_key"));
        let keyed = [production, ("VINCULO_MASTER_KEY", KEY)];
        assert!(Settings::from_parts("", keyed).unwrap_err().to_string().contains("public_url"));
        let whole = [production, ("VINCULO_MASTER_KEY", KEY), ("VINCULO_PUBLIC_URL", "https://v.example")];
        let settings = Settings::from_parts("", whole).unwrap();
        assert_eq!((settings.log_format, settings.webhook_private_networks), (LogFormat::Json, false));
    }
}
