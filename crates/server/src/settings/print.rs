//! `vinculo config print`.

use std::path::PathBuf;

use secrecy::ExposeSecret as _;
use url::Url;

use super::{DirectoryAddresses, KeyFile, LogFormat, Settings};

/// Writes all settings as a TOML file that could be used again, secrets hidden.
pub(crate) fn print(settings: &Settings) -> String {
    let mut text = String::new();
    for (name, value) in lines(settings) {
        match value {
            Some(value) => text.push_str(&format!("{name} = {value}\n")),
            None => text.push_str(&format!("# {name} is not set\n")),
        }
    }
    if !settings.institutions.is_empty() {
        let tables = toml::Table::from_iter([("institutions".to_owned(), tables(settings))]);
        text.push_str(&format!("\n{tables}"));
    }
    if !settings.sandbox_clients.is_empty() {
        let clients = settings.sandbox_clients.iter().filter_map(|client| toml::Value::try_from(client).ok());
        let tables = toml::Table::from_iter([("sandbox_clients".to_owned(), toml::Value::Array(clients.collect()))]);
        text.push_str(&format!("\n{tables}"));
    }
    text
}

fn tables(settings: &Settings) -> toml::Value {
    let tables = settings.institutions.iter().filter_map(|institution| toml::Value::try_from(institution).ok());
    toml::Value::Array(tables.collect())
}

fn lines(s: &Settings) -> Vec<(&'static str, Option<String>)> {
    let quoted = |text: &str| Some(toml::Value::String(text.to_owned()).to_string());
    let url = |url: &Option<String>| url.as_ref().and_then(|url| quoted(url));
    let tls_file = |pick: fn(&(PathBuf, PathBuf)) -> &PathBuf| {
        s.sandbox_tls_files.as_ref().and_then(|files| quoted(&pick(files).display().to_string()))
    };
    let format = if s.log_format == LogFormat::Json { "json" } else { "pretty" };
    vec![
        ("environment", quoted(s.environment.as_str())),
        ("listen", quoted(&s.listen.to_string())),
        ("public_url", quoted(&s.public_url)),
        ("data_dir", quoted(&s.data_dir.display().to_string())),
        ("database_url", quoted(&without_password(s.database_url.expose_secret()))),
        ("database_connections", Some(s.database_connections.to_string())),
        ("master_key", s.master_key.as_ref().and_then(|_| quoted("(hidden)"))),
        ("sandbox_listen", quoted(&s.sandbox_listen.to_string())),
        ("sandbox_public_url", url(&s.sandbox_public_url)),
        ("sandbox_mtls_listen", quoted(&s.sandbox_mtls_listen.to_string())),
        ("sandbox_mtls_url", url(&s.sandbox_mtls_url)),
        ("sandbox_tls", quoted(if s.sandbox_tls { "own" } else { "off" })),
        ("sandbox_tls_certificate_file", tls_file(|files| &files.0)),
        ("sandbox_tls_key_file", tls_file(|files| &files.1)),
        ("log", quoted(&s.log)),
        ("log_format", quoted(format)),
        ("trust_forwarded", Some(s.trust_forwarded.to_string())),
        ("request_timeout_seconds", Some(s.request_timeout.as_secs().to_string())),
        ("body_limit_bytes", Some(s.body_limit.to_string())),
        ("shutdown_seconds", Some(s.shutdown.as_secs().to_string())),
        ("worker_jobs", Some(s.worker_jobs.to_string())),
        ("job_attempts", Some(s.job_attempts.to_string())),
        ("bank_timeout_seconds", Some(s.bank_timeout.as_secs().to_string())),
        ("webhook_timeout_seconds", Some(s.webhook_timeout.as_secs().to_string())),
        ("webhook_pause_days", Some(s.webhook_pause_days.to_string())),
        ("events_kept", Some(s.events_kept.to_string())),
        ("link_deletions_per_minute", Some(s.link_deletions_per_minute.to_string())),
        ("portal_sign_ins", Some(s.portal_sign_ins.to_string())),
        ("webhook_private_networks", Some(s.webhook_private_networks.to_string())),
        ("receiver_name", quoted(&s.receiver_name)),
    ]
    .into_iter()
    .chain(network(s))
    .collect()
}

/// The real network.
fn network(s: &Settings) -> Vec<(&'static str, Option<String>)> {
    let quoted = |text: &str| Some(toml::Value::String(text.to_owned()).to_string());
    let path = |path: &Option<PathBuf>| path.as_ref().and_then(|path| quoted(&path.display().to_string()));
    let list = |all: Vec<String>| match all.is_empty() {
        true => None,
        false => Some(toml::Value::Array(all.into_iter().map(toml::Value::String).collect()).to_string()),
    };
    let keys = |files: &[KeyFile]| list(files.iter().map(ToString::to_string).collect());
    let (directory, receiver) = (s.directory.as_ref(), &s.receiver);
    let id = |id: &Option<String>| id.as_deref().and_then(quoted);
    let address = |pick: fn(&DirectoryAddresses) -> &Url| directory.and_then(|d| quoted(pick(d).as_str()));
    vec![
        // The addresses say which one it is.
        ("directory", quoted("none").filter(|_| directory.is_none())),
        ("directory_participants_url", address(|d| &d.participants)),
        ("directory_authorization_url", address(|d| &d.authorization)),
        ("directory_api_url", address(|d| &d.api)),
        ("organisation_id", id(&receiver.organisation_id)),
        ("software_id", id(&receiver.software_id)),
        ("transport_certificate_file", path(&receiver.transport_certificate)),
        ("transport_key_file", path(&receiver.transport_key)),
        ("signing_key_files", keys(&receiver.signing_keys)),
        ("encryption_key_files", keys(&receiver.encryption_keys)),
        ("trust_anchor_files", list(receiver.trust_anchors.iter().map(|path| path.display().to_string()).collect())),
    ]
}

/// Hides everything in a database address in which a password can stand.
fn without_password(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    if url.scheme() == "sqlite" {
        return address.to_owned();
    }
    if url.password().is_some() {
        let _ = url.set_password(Some("hidden"));
    }
    if url.query().is_some() {
        url.set_query(Some("hidden"));
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::names::NAMES;

    #[test]
    fn every_setting_is_shown_and_no_secret_is() {
        let variables = [
            ("VINCULO_MASTER_KEY", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
            ("VINCULO_DATABASE_URL", "postgres://me:topsecret@db/x?password=alsosecret"),
        ];
        let text = print(&Settings::from_parts("", variables).unwrap());
        for name in NAMES {
            assert!(text.contains(name), "{name}");
        }
        assert!(!text.contains("topsecret") && !text.contains("alsosecret") && !text.contains("0102"), "{text}");
    }

    #[test]
    fn what_is_printed_can_be_read_back() {
        let settings = Settings::from_parts("worker_jobs = 7", []).unwrap();
        let again = Settings::from_parts(&print(&settings), []).unwrap();
        assert_eq!(print(&again), print(&settings));
    }
}
