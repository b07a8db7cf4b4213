//! The records, apart from consents.
//!
//! Codes and tokens are never here, only their SHA-256 as keys of the tables.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use vinculo_fapi::certificate::Certificate;

/// A software statement of the directory: one receiver's application.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Software {
    /// The software statement's id.
    pub(crate) id: String,
    /// The organisation's id.
    pub(crate) organisation_id: String,
    /// The name it was made under, unique in the network.
    pub(crate) label: String,
    /// The client name that people see.
    pub(crate) name: String,
    /// The organisation's CNPJ.
    pub(crate) cnpj: String,
    /// The redirect URIs of the statement.
    pub(crate) redirect_uris: Vec<String>,
    /// The receiver's logo.
    pub(crate) logo_uri: Option<String>,
    /// The public signing and encryption keys, as a JWK set.
    pub(crate) jwks: serde_json::Value,
    /// The public key of the transport certificate, as a JWK set.
    pub(crate) transport_jwks: serde_json::Value,
}

/// A client registered with a brand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Client {
    /// The client's id.
    pub(crate) id: String,
    /// The brand's slug.
    pub(crate) brand: String,
    /// The software statement it came with.
    pub(crate) software_id: String,
    /// The organisation of the statement.
    pub(crate) organisation_id: String,
    /// The name that people see.
    pub(crate) name: String,
    /// Where answers may go.
    pub(crate) redirect_uris: Vec<String>,
    /// What it may ask for.
    pub(crate) scopes: Vec<String>,
    /// Its keys' address.
    pub(crate) jwks_uri: String,
    /// SHA-256 of the registration access token.
    pub(crate) access_hash: String,
    /// The registration as it is echoed.
    pub(crate) metadata: serde_json::Value,
    /// When it registered.
    pub(crate) created_at: Timestamp,
    /// Thumbprint of the one certificate of a client that the settings name; none for those that registered, whose
    /// certificate names their software.
    #[serde(default)]
    pub(crate) certificate: Option<String>,
}

impl Client {
    /// Says whether a certificate is this client's.
    pub(crate) fn holds(&self, certificate: &Certificate) -> bool {
        match &self.certificate {
            Some(thumbprint) => *thumbprint == certificate.thumbprint(),
            None => certificate.subject().software_id.as_deref() == Some(self.software_id.as_str()),
        }
    }
}

/// A pushed authorization request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pushed {
    /// The brand's slug.
    pub(crate) brand: String,
    /// The client that pushed it.
    pub(crate) client_id: String,
    /// Where the answer goes.
    pub(crate) redirect_uri: String,
    /// The scopes asked for.
    pub(crate) scopes: Vec<String>,
    /// The consent named in the scopes.
    pub(crate) consent_id: String,
    /// The client's `state`.
    pub(crate) state: Option<String>,
    /// The client's `nonce`.
    pub(crate) nonce: String,
    /// The PKCE challenge.
    pub(crate) code_challenge: String,
    /// The `acr` that the id_tokens will carry.
    pub(crate) acr: String,
    /// Until when a person may log in with it.
    pub(crate) expires_at: Timestamp,
    /// The interaction that consumed it, once somebody has logged in.
    pub(crate) interaction: Option<String>,
    /// How many wrong passwords were given for it.
    #[serde(default)]
    pub(crate) wrong_passwords: u8,
}

/// How an interaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Used {
    /// The person confirmed.
    Approved,
    /// The person cancelled.
    Denied,
    /// The bank refused; [`Interaction::refusal`] says why.
    Refused,
}

/// Why a bank refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Refusal {
    /// The consent names another CPF.
    OtherPerson,
    /// The person does not act for the consent's company.
    NotForCompany,
    /// The bank serves only companies, and the consent names none.
    CompanyMissing,
    /// The bank has locked the user.
    LockedOut,
    /// Too many wrong passwords.
    WrongPassword,
    /// A session of the user is open elsewhere.
    LoggedInElsewhere,
    /// The scope is not given to this receiver.
    Scope,
    /// The bank's risk rules.
    Risk,
    /// The time to authorise was over.
    TimeIsOver,
    /// The consent has ended meanwhile.
    Over,
}

/// A person who has logged in and looks at the confirmation page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Interaction {
    /// The brand's slug.
    pub(crate) brand: String,
    /// The pushed request it answers.
    pub(crate) request_uri: String,
    /// CPF of the person who logged in.
    pub(crate) person: String,
    /// When they logged in.
    pub(crate) authenticated_at: Timestamp,
    /// Until when the page may be answered.
    pub(crate) expires_at: Timestamp,
    /// How it ended.
    pub(crate) used: Option<Used>,
    /// Why the bank refused, where it did.
    #[serde(default)]
    pub(crate) refusal: Option<Refusal>,
}

/// An authorization code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    /// The grant it stands for.
    pub(crate) grant: String,
    /// The redirect URI it went to.
    pub(crate) redirect_uri: String,
    /// The PKCE challenge.
    pub(crate) code_challenge: String,
    /// Until when it may be used.
    pub(crate) expires_at: Timestamp,
    /// It has been used.
    pub(crate) used: bool,
}

/// What a person granted to a client.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Grant {
    /// The brand's slug.
    pub(crate) brand: String,
    /// The client.
    pub(crate) client_id: String,
    /// CPF of the person.
    pub(crate) person: String,
    /// CNPJ of the company, for a company's data.
    pub(crate) company: Option<String>,
    /// The consent.
    pub(crate) consent_id: String,
    /// The scopes granted.
    pub(crate) scopes: Vec<String>,
    /// The client's `nonce`, for the id_token of the token endpoint.
    pub(crate) nonce: String,
    /// How sure the bank is of the person.
    pub(crate) acr: String,
    /// When the person logged in.
    pub(crate) authenticated_at: Timestamp,
    /// The grant is dead: its code was used twice.
    pub(crate) revoked: bool,
}

/// An access token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AccessToken {
    /// The brand's slug, or `directory`.
    pub(crate) brand: String,
    /// The client, or the software statement at the directory.
    pub(crate) client_id: String,
    /// The grant; none for a token of the client alone.
    pub(crate) grant: Option<String>,
    /// The scopes.
    pub(crate) scopes: Vec<String>,
    /// SHA-256 thumbprint of the certificate it is bound to (`x5t#S256`).
    pub(crate) thumbprint: String,
    /// Until when it may be used.
    pub(crate) expires_at: Timestamp,
}

/// An id that must not come again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// When it may be forgotten.
    pub(crate) expires_at: Timestamp,
}
