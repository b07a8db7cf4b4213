//! `[[institutions]]` of the settings file: institutions that are described here instead of in a directory.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;
use vinculo_domain::{ApiEndpoint, Institution, InstitutionCode, InstitutionKind, InstitutionStatus, Organisation};

use super::receiver::wrong_institutions;
use super::{Environment, KeyFile, SettingsError};

/// The families of APIs that an institution may name; `customers` stands for both of its kinds.
const FAMILIES: [&str; 17] = [
    "consents",
    "resources",
    "customers",
    "customers-personal",
    "customers-business",
    "accounts",
    "credit-cards-accounts",
    "loans",
    "financings",
    "unarranged-accounts-overdraft",
    "invoice-financings",
    "bank-fixed-incomes",
    "credit-fixed-incomes",
    "funds",
    "variable-incomes",
    "treasure-titles",
    "exchanges",
];

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstitutionSettings {
    /// Code, by which the API and the widget know it.
    pub code: InstitutionCode,
    /// `retail` or `business`; by the code's ending where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<InstitutionKind>,
    /// Name that people see.
    pub display_name: String,
    /// Main colour, `#rrggbb`.
    #[serde(default = "grey", alias = "primary_color")]
    pub color: String,
    /// Address of the square logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Address of the web site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Address of the OpenID Connect discovery document.
    pub discovery_url: String,
    /// Our client id there; without it we register with the directory's software statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The only authorities that are trusted there, PEM; those of the settings where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trust_anchor_files: Vec<PathBuf>,
    /// The transport certificate (with its chain, PEM) that this bank wants in place of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport_certificate_file: Option<PathBuf>,
    /// Its key, PKCS#8 PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport_key_file: Option<PathBuf>,
    /// Signing keys for this bank in place of ours; the first signs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signing_key_files: Vec<KeyFile>,
    /// Encryption keys for this bank in place of ours; the first is the current one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub encryption_key_files: Vec<KeyFile>,
    /// Base address of each API, by family: `accounts = "https://…/open-banking/accounts/v2"`.
    pub apis: BTreeMap<String, String>,
}

fn grey() -> String {
    "#5b6572".to_owned()
}

/// Reads all tables.
pub(super) fn parse(value: toml::Value, environment: Environment) -> Result<Vec<InstitutionSettings>, SettingsError> {
    let all: Vec<InstitutionSettings> =
        value.try_into().map_err(|error: toml::de::Error| wrong_institutions(error.message().to_owned()))?;
    for institution in &all {
        institution.check(environment).map_err(|why| wrong_institutions(format!("{}: {why}", institution.code)))?;
    }
    for (i, one) in all.iter().enumerate() {
        for other in &all[i + 1..] {
            one.check_beside(other).map_err(wrong_institutions)?;
        }
    }
    Ok(all)
}

impl InstitutionSettings {
    fn check(&self, environment: Environment) -> Result<(), String> {
        self.kind().ok_or("`kind` is missing, and the code does not end in _retail or _business")?;
        if self.display_name.trim().is_empty() || self.display_name.chars().count() > 100 {
            return Err("`display_name` must have 1 to 100 characters".to_owned());
        }
        let hex = |hex: &str| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !self.color.strip_prefix('#').is_some_and(hex) {
            return Err("`color` must look like #1f3a8a".to_owned());
        }
        for (name, url) in [("logo", &self.logo), ("website", &self.website)] {
            url.as_deref().map_or(Ok(()), |url| address(name, url, true).map(drop))?;
        }
        address("discovery_url", &self.discovery_url, environment == Environment::Sandbox)?;
        if self.client_id.as_deref().is_some_and(|id| id.is_empty() || id.len() > 512) {
            return Err("`client_id` must have 1 to 512 characters".to_owned());
        }
        if self.transport_certificate_file.is_some() != self.transport_key_file.is_some() {
            return Err("`transport_certificate_file` and `transport_key_file` belong together".to_owned());
        }
        if !self.apis.contains_key("consents") {
            return Err("`apis` must have consents".to_owned());
        }
        self.apis.iter().try_for_each(|(family, base)| check_api(family, base))
    }

    fn check_beside(&self, other: &Self) -> Result<(), String> {
        if self.code == other.code {
            return Err(format!("{} comes twice", self.code));
        }
        if self.discovery_url == other.discovery_url && self.who_we_are() != other.who_we_are() {
            return Err(format!(
                "{} and {} have the same discovery_url: they must have the same client_id, trust_anchor_files, \
                 certificate and keys",
                self.code, other.code
            ));
        }
        Ok(())
    }

    /// What is one for all institutions of an authorization server.
    fn who_we_are(&self) -> impl PartialEq + use<'_> {
        let transport = (&self.transport_certificate_file, &self.transport_key_file);
        (&self.client_id, &self.trust_anchor_files, transport, &self.signing_key_files, &self.encryption_key_files)
    }

    /// Returns whom it serves.
    fn kind(&self) -> Option<InstitutionKind> {
        self.kind.or_else(|| self.code.as_str().rsplit('_').next()?.parse().ok())
    }

    /// Returns it as a directory would have described it. Its discovery document stands for its authorization server.
    pub(crate) fn institution(&self) -> Institution {
        Institution {
            id: 0,
            code: self.code.clone(),
            kind: self.kind().unwrap_or(InstitutionKind::Retail),
            display_name: self.display_name.trim().to_owned(),
            description: None,
            logo: self.logo.clone(),
            website: self.website.clone(),
            primary_color: self.color.clone(),
            organisation: Organisation {
                id: self.code.to_string(),
                name: self.display_name.trim().to_owned(),
                registration_number: String::new(),
            },
            authorization_server_id: self.discovery_url.clone(),
            discovery_url: self.discovery_url.clone(),
            endpoints: self.apis.iter().flat_map(|(family, base)| endpoints(family, base)).collect(),
            status: InstitutionStatus::Healthy,
            popularity: None,
        }
    }
}

fn address(name: &str, text: &str, plain: bool) -> Result<Url, String> {
    let wrong = || format!("`{name}` must be an {}https URL", if plain { "http or " } else { "" });
    let url = Url::parse(text).map_err(|_| wrong())?;
    let scheme = url.scheme() == "https" || (plain && url.scheme() == "http");
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if scheme && url.has_host() && bare && text.len() <= 2048 { Ok(url) } else { Err(wrong()) }
}

fn check_api(family: &str, base: &str) -> Result<(), String> {
    if !FAMILIES.contains(&family) {
        return Err(format!("`apis` knows no family `{family}`; the families are {}", FAMILIES.join(", ")));
    }
    // Tokens go there.
    let url = address(&format!("apis.{family}"), base, false)?;
    let versioned = url.query().is_none() && major(base).is_some();
    if versioned { Ok(()) } else { Err(format!("`apis.{family}` must lead to a version, as in …/{family}/v2")) }
}

/// Returns the major version that an address leads to.
fn major(base: &str) -> Option<&str> {
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    base.split('/').find_map(|segment| segment.strip_prefix('v').filter(digits))
}

/// Addresses in the way in which a directory advertises them, from which the base is found again.
fn endpoints(family: &str, base: &str) -> Vec<ApiEndpoint> {
    let names = match family {
        "customers" => vec!["customers-personal", "customers-business"],
        other => vec![other],
    };
    let endpoint = |name: &str| ApiEndpoint {
        family: name.to_owned(),
        version: major(base).map(|major| format!("{major}.0.0")).unwrap_or_default(),
        url: format!("{}/", base.trim_end_matches('/')),
    };
    names.into_iter().map(endpoint).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    const GOOD: &str = r##"
        [[institutions]]
        code = "ofmine_br_business"
        display_name = "Banco meu"
        color = "#1f3a8a"
        discovery_url = "https://auth.mine.example/.well-known/openid-configuration"
        client_id = "me"
        trust_anchor_files = ["mine-ca.pem"]
        transport_certificate_file = "mine.pem"
        transport_key_file = "mine.key.pem"
        signing_key_files = ["mine-new.pem#k2", "mine-old.pem"]
        encryption_key_files = ["mine-enc.pem"]
        [institutions.apis]
        consents = "https://api.mine.example/open-banking/consents/v3"
        accounts = "https://api.mine.example/open-banking/accounts/v2/accounts"
        customers = "https://api.mine.example/open-banking/customers/v2/"
    "##;

    fn read(file: &str) -> Result<Settings, String> {
        Settings::from_parts(file, []).map_err(|error| error.to_string())
    }

    #[test]
    fn a_table_describes_an_institution_as_a_directory_would() {
        let settings = read(GOOD).unwrap();
        let institution = settings.institutions[0].institution();
        assert_eq!(institution.kind, InstitutionKind::Business);
        let base = |family, major| institution.api_base(family, major);
        assert_eq!(base("consents", 3), Some("https://api.mine.example/open-banking/consents/v3"));
        assert_eq!(base("accounts", 2), Some("https://api.mine.example/open-banking/accounts/v2"));
        assert_eq!(base("customers-business", 2), Some("https://api.mine.example/open-banking/customers/v2"));
        assert_eq!(base("resources", 3), None);
        let keys: Vec<String> = settings.institutions[0].signing_key_files.iter().map(ToString::to_string).collect();
        assert_eq!(keys, ["mine-new.pem#k2", "mine-old.pem"]);
    }

    #[test]
    fn what_is_printed_reads_back() {
        let settings = read(GOOD).unwrap();
        let again = read(&crate::settings::print(&settings)).unwrap();
        assert_eq!(again.institutions, settings.institutions);
    }

    #[test]
    fn each_mistake_is_named() {
        let mistakes = [
            ("code = \"ofmine_br_business\"", "code = \"Of Mine\"", "institution code"),
            ("code = \"ofmine_br_business\"", "code = \"ofmine\"", "`kind` is missing"),
            ("display_name = \"Banco meu\"", "display_name = \" \"", "display_name"),
            ("#1f3a8a", "blue", "`color`"),
            ("client_id = \"me\"", "client_id = \"\"", "client_id"),
            ("client_id = \"me\"", "client_idd = \"me\"", "client_idd"),
            ("client_id = \"me\"", "logo = \"javascript:1\"", "`logo`"),
            ("https://auth.mine.example/", "ftp://auth.mine.example/", "`discovery_url`"),
            ("transport_key_file = \"mine.key.pem\"", "", "belong together"),
            ("transport_certificate_file = \"mine.pem\"", "", "belong together"),
            ("signing_key_files = [", "signing_key_file = [", "signing_key_file"),
            ("consents = ", "consent = ", "consents"),
            ("accounts = ", "acounts = ", "`acounts`"),
            ("/accounts/v2/accounts", "/accounts", "…/accounts/v2"),
            (
                "https://api.mine.example/open-banking/customers",
                "http://api.mine.example/open-banking/customers",
                "https",
            ),
        ];
        for (right, wrong, said) in mistakes {
            let error = read(&GOOD.replacen(right, wrong, 1)).unwrap_err();
            assert!(error.contains("`institutions`") && error.contains(said), "{wrong}: {error}");
        }
    }

    #[test]
    fn two_tables_fit_together() {
        let twice = format!("{GOOD}{GOOD}");
        assert!(read(&twice).unwrap_err().contains("twice"));
        let other = GOOD.replace("_business", "_retail");
        assert_eq!(read(&format!("{GOOD}{other}")).unwrap().institutions.len(), 2);
        let other = other.replace("\"me\"", "\"you\"");
        assert!(read(&format!("{GOOD}{other}")).unwrap_err().contains("same client_id"));
        let other = GOOD.replace("_business", "_retail").replace("mine-enc.pem", "other-enc.pem");
        assert!(read(&format!("{GOOD}{other}")).unwrap_err().contains("certificate and keys"));
    }

    #[test]
    fn plain_discovery_is_for_the_sandbox_environment_only() {
        let plain = GOOD.replace("https://auth.mine", "http://auth.mine");
        assert!(read(&plain).is_ok());
        let production = format!(
            "environment = \"production\"\npublic_url = \"https://v.example\"\nmaster_key = \"{}\"\n",
            "00".repeat(32)
        );
        assert!(read(&format!("{production}{plain}")).unwrap_err().contains("`discovery_url` must be an https"));
        assert!(read(&format!("{production}{GOOD}")).is_ok());
    }
}
