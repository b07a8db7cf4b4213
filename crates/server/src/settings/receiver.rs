//! Settings of the real network: the directory, and who we are there.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use super::SettingsError;
use super::error::Origin;
use super::read::Layers;

/// Where a directory of participants is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryAddresses {
    /// `directory_participants_url`: the participants document.
    pub participants: Url,
    /// `directory_authorization_url`: the token endpoint, or the discovery document that names it.
    pub authorization: Url,
    /// `directory_api_url`: where software statements are; without a slash at the end.
    pub api: Url,
}

impl DirectoryAddresses {
    /// The official directory; its sandbox inserts `.sandbox` before `.directory`.
    fn official(sandbox: bool) -> Option<Self> {
        let domain = format!("{}directory.openbankingbrasil.org.br", if sandbox { "sandbox." } else { "" });
        let url = |host: &str, path: &str| Url::parse(&format!("https://{host}.{domain}{path}")).ok();
        Some(Self {
            participants: url("data", "/participants")?,
            authorization: url("auth", "/.well-known/openid-configuration")?,
            api: url("matls-api", "")?,
        })
    }

    /// Returns where the assertion about a software statement is.
    pub(crate) fn statement(&self, organisation: &str, software: &str) -> Option<Url> {
        let path = format!("/organisations/{organisation}/softwarestatements/{software}/assertion");
        Url::parse(&format!("{}{path}", self.api.as_str().trim_end_matches('/'))).ok()
    }
}

/// A private key in a file, and the name that the keystore gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct KeyFile {
    /// PKCS#8, PEM.
    pub path: PathBuf,
    /// Written behind the path, as in `signing.pem#kid`; the key's thumbprint (RFC 7638) where it is not.
    pub kid: Option<String>,
}

impl From<String> for KeyFile {
    fn from(text: String) -> Self {
        match text.rsplit_once('#') {
            Some((path, kid)) => Self { path: path.into(), kid: Some(kid.to_owned()).filter(|kid| !kid.is_empty()) },
            None => Self { path: text.into(), kid: None },
        }
    }
}

impl From<KeyFile> for String {
    fn from(file: KeyFile) -> Self {
        file.to_string()
    }
}

impl fmt::Display for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kid = self.kid.as_ref().map(|kid| format!("#{kid}")).unwrap_or_default();
        write!(f, "{}{kid}", self.path.display())
    }
}

/// Who we are on the real network. Not used in the sandbox environment, whose network hands out all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReceiverSettings {
    /// `organisation_id`: our organisation in the directory.
    pub organisation_id: Option<String>,
    /// `software_id`: our software statement; also the `UID` of the transport certificate.
    pub software_id: Option<String>,
    /// `transport_certificate_file`: certificate (BRCAC) and chain, PEM.
    pub transport_certificate: Option<PathBuf>,
    /// `transport_key_file`: its key, PKCS#8 PEM.
    pub transport_key: Option<PathBuf>,
    /// `signing_key_files`: the first signs; the others are only published, until no bank asks for them.
    pub signing_keys: Vec<KeyFile>,
    /// `encryption_key_files`: the current one first; the others still decrypt.
    pub encryption_keys: Vec<KeyFile>,
    /// `trust_anchor_files`: the authorities that we trust, PEM; no others are.
    pub trust_anchors: Vec<PathBuf>,
}

/// Reads the directory: a preset, with addresses in place of its own.
pub(super) fn directory(layers: &Layers) -> Result<Option<DirectoryAddresses>, SettingsError> {
    let preset = layers.get("directory", |text| match text {
        "production" => Ok(DirectoryAddresses::official(false)),
        "sandbox" => Ok(DirectoryAddresses::official(true)),
        "none" => Ok(None),
        _ => Err("must be production, sandbox or none".to_owned()),
    })?;
    let Some(mut addresses) = preset.unwrap_or_else(|| DirectoryAddresses::official(false)) else {
        return no_addresses(layers);
    };
    let places = [
        ("directory_participants_url", &mut addresses.participants),
        ("directory_authorization_url", &mut addresses.authorization),
        ("directory_api_url", &mut addresses.api),
    ];
    for (name, place) in places {
        if let Some(url) = layers.get(name, secure_address)? {
            *place = url;
        }
    }
    Ok(Some(addresses))
}

fn no_addresses(layers: &Layers) -> Result<Option<DirectoryAddresses>, SettingsError> {
    let names = ["directory_participants_url", "directory_authorization_url", "directory_api_url"];
    for name in names {
        layers.get(name, |_| Err::<(), _>("`directory` is none".to_owned()))?;
    }
    Ok(None)
}

/// Reads who we are.
pub(super) fn receiver(layers: &Layers) -> Result<ReceiverSettings, SettingsError> {
    let path = |text: &str| Ok(PathBuf::from(text));
    Ok(ReceiverSettings {
        organisation_id: layers.get("organisation_id", id)?,
        software_id: layers.get("software_id", id)?,
        transport_certificate: layers.get("transport_certificate_file", path)?,
        transport_key: layers.get("transport_key_file", path)?,
        signing_keys: layers.get("signing_key_files", key_files)?.unwrap_or_default(),
        encryption_keys: layers.get("encryption_key_files", key_files)?.unwrap_or_default(),
        trust_anchors: layers
            .get("trust_anchor_files", |text| Ok(list(text).map(PathBuf::from).collect()))?
            .unwrap_or_default(),
    })
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

fn key_files(text: &str) -> Result<Vec<KeyFile>, String> {
    Ok(list(text).map(|part| KeyFile::from(part.to_owned())).collect())
}

fn id(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let good = (1..=100).contains(&text.len()) && text.chars().all(plain);
    if good { Ok(text.to_owned()) } else { Err("must be the id that the directory shows".to_owned()) }
}

fn secure_address(text: &str) -> Result<Url, String> {
    let wrong = || "must be an https URL without user name, query and fragment".to_owned();
    let url = Url::parse(text).map_err(|_| wrong())?;
    let bare =
        url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    if url.scheme() == "https" && url.has_host() && bare { Ok(url) } else { Err(wrong()) }
}

/// Says that a setting of the real network is missing.
pub(crate) fn missing(name: &'static str, reason: &'static str) -> SettingsError {
    SettingsError::Missing { name, reason }
}

/// Says what is wrong with the institutions of the file.
pub(super) fn wrong_institutions(reason: String) -> SettingsError {
    SettingsError::Wrong { name: "institutions", origin: Origin::File, reason }
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    fn read(file: &str) -> Result<Settings, String> {
        Settings::from_parts(file, []).map_err(|error| error.to_string())
    }

    #[test]
    fn the_official_directories_are_presets() {
        let directory = read("").unwrap().directory.unwrap();
        assert_eq!(directory.participants.as_str(), "https://data.directory.openbankingbrasil.org.br/participants");
        let directory = read("directory = \"sandbox\"").unwrap().directory.unwrap();
        assert_eq!(
            directory.authorization.as_str(),
            "https://auth.sandbox.directory.openbankingbrasil.org.br/.well-known/openid-configuration"
        );
        assert_eq!(
            directory.statement("o", "s").unwrap().as_str(),
            "https://matls-api.sandbox.directory.openbankingbrasil.org.br/organisations/o/softwarestatements/s/assertion"
        );
    }

    #[test]
    fn addresses_can_be_given_one_by_one_and_are_never_plain() {
        let directory = read("directory_api_url = \"https://d.example/base/\"").unwrap().directory.unwrap();
        assert_eq!(
            directory.statement("o", "s").unwrap().as_str(),
            "https://d.example/base/organisations/o/softwarestatements/s/assertion"
        );
        assert!(read("directory_api_url = \"http://d.example\"").unwrap_err().contains("https"));
    }

    #[test]
    fn without_a_directory_no_address_of_it_is_taken() {
        assert_eq!(read("directory = \"none\"").unwrap().directory, None);
        let both = "directory = \"none\"\ndirectory_api_url = \"https://d.example\"";
        assert!(read(both).unwrap_err().contains("`directory` is none"));
    }

    #[test]
    fn keys_are_lists_with_or_without_names() {
        let receiver = read("signing_key_files = [\"keys/new.pem#k2\", \"keys/old.pem\"]").unwrap().receiver;
        let [new, old] = receiver.signing_keys.as_slice() else { panic!("{receiver:?}") };
        assert_eq!((new.path.to_str(), new.kid.as_deref()), (Some("keys/new.pem"), Some("k2")));
        assert_eq!((old.path.to_str(), old.kid.as_deref()), (Some("keys/old.pem"), None));
        let one = Settings::from_parts("", [("VINCULO_ENCRYPTION_KEY_FILES", "a.pem, b.pem")]).unwrap();
        assert_eq!(one.receiver.encryption_keys.len(), 2);
    }
}
