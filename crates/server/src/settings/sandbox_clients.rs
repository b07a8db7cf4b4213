//! `[[sandbox_clients]]` of the settings file: clients that the sandbox's banks know without a registration.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::SettingsError;
use super::error::Origin;

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxClientSettings {
    /// Client id, at every brand.
    pub client_id: String,
    /// Name that people see; the client id where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where answers may go.
    pub redirect_uris: Vec<String>,
    /// Public keys, a JWK set.
    pub jwks_file: PathBuf,
    /// Transport certificate, then the issuers of it; PEM.
    pub certificate_file: PathBuf,
}

/// Reads all tables.
pub(super) fn parse(value: toml::Value) -> Result<Vec<SandboxClientSettings>, SettingsError> {
    let wrong = |reason: String| SettingsError::Wrong { name: "sandbox_clients", origin: Origin::File, reason };
    let all: Vec<SandboxClientSettings> =
        value.try_into().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))?;
    for (i, client) in all.iter().enumerate() {
        let id = &client.client_id;
        // The id stands in keys and addresses.
        if id.is_empty() || id.len() > 200 || id.chars().any(|c| c.is_whitespace() || c.is_control() || c == '|') {
            return Err(wrong("`client_id` must have 1 to 200 characters, without spaces and |".to_owned()));
        }
        if client.redirect_uris.is_empty() {
            return Err(wrong(format!("{id}: `redirect_uris` is empty")));
        }
        if all[..i].iter().any(|earlier| earlier.client_id == *id) {
            return Err(wrong(format!("{id} comes twice")));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use crate::settings::{Settings, print};

    const GOOD: &str = "[[sandbox_clients]]\nclient_id = \"one\"\nredirect_uris = [\"https://a.example/\"]\n\
                        jwks_file = \"one.jwks\"\ncertificate_file = \"one.pem\"\n";

    #[test]
    fn clients_are_read_printed_and_refused_by_name() {
        let settings = Settings::from_parts(GOOD, []).unwrap();
        assert_eq!(settings.sandbox_clients[0].client_id, "one");
        assert_eq!(Settings::from_parts(&print(&settings), []).unwrap().sandbox_clients, settings.sandbox_clients);
        for (right, wrong) in [("\"one\"\n", "\"\"\n"), ("[\"https://a.example/\"]", "[]"), ("jwks_file", "jwks_fil")] {
            let error = Settings::from_parts(&GOOD.replacen(right, wrong, 1), []).unwrap_err().to_string();
            assert!(error.contains("`sandbox_clients`"), "{error}");
        }
        assert!(Settings::from_parts(&format!("{GOOD}{GOOD}"), []).unwrap_err().to_string().contains("twice"));
    }
}
