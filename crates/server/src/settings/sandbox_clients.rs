//! `[[sandbox_clients]]` of the settings file: clients that the sandbox's banks know without a registration.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_file: Option<PathBuf>,
    /// Address of the public keys, in place of a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_url: Option<String>,
    /// Authorities that are trusted for that address beside the network's own; PEM.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jwks_trust_anchor_files: Vec<PathBuf>,
    /// Transport certificate, then the issuers of it; PEM.
    pub certificate_file: PathBuf,
}

/// Reads all tables.
pub(super) fn parse(value: toml::Value) -> Result<Vec<SandboxClientSettings>, SettingsError> {
    let wrong = |reason: String| SettingsError::Wrong { name: "sandbox_clients", origin: Origin::File, reason };
    let all: Vec<SandboxClientSettings> =
        value.try_into().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))?;
    for (i, client) in all.iter().enumerate() {
        client.check().map_err(wrong)?;
        if all[..i].iter().any(|earlier| earlier.client_id == client.client_id) {
            return Err(wrong(format!("{} comes twice", client.client_id)));
        }
    }
    Ok(all)
}

impl SandboxClientSettings {
    fn check(&self) -> Result<(), String> {
        let id = &self.client_id;
        // The id stands in keys and addresses.
        if id.is_empty() || id.len() > 200 || id.chars().any(|c| c.is_whitespace() || c.is_control() || c == '|') {
            return Err("`client_id` must have 1 to 200 characters, without spaces and |".to_owned());
        }
        if self.redirect_uris.is_empty() {
            return Err(format!("{id}: `redirect_uris` is empty"));
        }
        let redirect = |uri: &String| Url::parse(uri).is_ok_and(|url| url.has_host() && url.fragment().is_none());
        if let Some(bad) = self.redirect_uris.iter().find(|uri| !redirect(uri)) {
            return Err(format!("{id}: `redirect_uris` holds {bad}, which is no whole address without a fragment"));
        }
        if self.jwks_file.is_some() == self.jwks_url.is_some() {
            return Err(format!("{id}: give either `jwks_file` or `jwks_url`"));
        }
        let web = |url: &Url| matches!(url.scheme(), "https" | "http") && url.has_host() && url.username().is_empty();
        if self.jwks_url.as_deref().is_some_and(|url| !Url::parse(url).is_ok_and(|url| web(&url))) {
            return Err(format!("{id}: `jwks_url` must be an http or https URL"));
        }
        if self.jwks_url.is_none() && !self.jwks_trust_anchor_files.is_empty() {
            return Err(format!("{id}: `jwks_trust_anchor_files` is for `jwks_url`"));
        }
        Ok(())
    }
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
        let keys = "jwks_file = \"one.jwks\"";
        let mistakes = [
            ("\"one\"\n", "\"\"\n", "`client_id`"),
            ("[\"https://a.example/\"]", "[]", "`redirect_uris` is empty"),
            ("https://a.example/", "https://a.example/#x", "without a fragment"),
            ("https://a.example/", "/callback", "no whole address"),
            ("jwks_file", "jwks_fil", "jwks_fil"),
            (keys, "", "either `jwks_file` or `jwks_url`"),
            (keys, "jwks_file = \"a\"\njwks_url = \"https://a.example/\"", "either `jwks_file` or `jwks_url`"),
            (keys, "jwks_url = \"file:///etc/passwd\"", "`jwks_url` must be"),
            (keys, "jwks_file = \"a\"\njwks_trust_anchor_files = [\"b\"]", "is for `jwks_url`"),
        ];
        for (right, wrong, said) in mistakes {
            let error = Settings::from_parts(&GOOD.replacen(right, wrong, 1), []).unwrap_err().to_string();
            assert!(error.contains("`sandbox_clients`") && error.contains(said), "{wrong}: {error}");
        }
        let by_url = "jwks_url = \"https://a.example/jwks\"\njwks_trust_anchor_files = [\"ca.pem\"]";
        let settings = Settings::from_parts(&GOOD.replacen(keys, by_url, 1), []).unwrap();
        assert_eq!(Settings::from_parts(&print(&settings), []).unwrap().sandbox_clients, settings.sandbox_clients);
        assert!(Settings::from_parts(&format!("{GOOD}{GOOD}"), []).unwrap_err().to_string().contains("twice"));
    }
}
