//! Taking a receiver's software into the directory: ids, keys and certificates are made once and kept in files.

use secrecy::{ExposeSecret as _, SecretString};
use vinculo_fapi::jwks::{Jwk, JwkSet};
use vinculo_fapi::keys::{DecryptionKey, KeyError, SigningKey};

use crate::chance;
use crate::network::Network;
use crate::pki::{Authority, Folder, Holder, new_key};
use crate::state::{SOFTWARES, Software, StateError};
use crate::urls::Urls;
use crate::{ReceiverKit, ReceiverSettings, SandboxError};

/// The CNPJ of every receiver that the network makes up.
const CNPJ: &str = "11222333000181";
/// The file with the public keys that a receiver brought itself.
const PUBLISHED: &str = "published.jwks.json";

/// What it takes to let receivers in.
pub(crate) struct Registrar {
    /// Issues their certificates.
    pub(crate) ca: Authority,
    /// Keeps what they were given.
    pub(crate) receivers: Folder,
}

/// Makes or reads the kit of the receiver `label`, and enters its software into the directory as the settings say.
///
/// A receiver that brings public `keys` of its own has these published in place of those of its kit, from then on.
pub(crate) fn join(
    net: &Network,
    label: &str,
    receiver: &ReceiverSettings,
    keys: Option<&JwkSet>,
) -> Result<ReceiverKit, SandboxError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if label.is_empty() || label.len() > 40 || !label.bytes().all(plain) {
        return Err(SandboxError::Keys("a receiver's label has lower-case letters, digits and hyphens".into()));
    }
    let Registrar { ca, receivers } = &net.registrar;
    let folder = receivers.inside(label)?;
    let kit = kit(ca, &folder, receiver, &net.urls)?;
    if let Some(keys) = keys {
        folder.put(PUBLISHED, &keys.to_json())?;
    }
    let published = folder.get(PUBLISHED)?.and_then(|json| serde_json::from_str(&json).ok());
    enter(net, label, receiver, &kit, published)?;
    Ok(kit)
}

/// Enters the software of a kit into the directory, or brings the entry up to date.
fn enter(
    net: &Network,
    label: &str,
    receiver: &ReceiverSettings,
    kit: &ReceiverKit,
    published: Option<serde_json::Value>,
) -> Result<(), SandboxError> {
    let mut software = software(label, receiver, kit)?;
    if let Some(published) = published {
        software.jwks = published;
    }
    net.db
        .write_now(|tx| tx.put(&SOFTWARES, &software.id, &software))
        .map_err(|error: StateError| SandboxError::State(error.to_string()))
}

fn software(label: &str, receiver: &ReceiverSettings, kit: &ReceiverKit) -> Result<Software, SandboxError> {
    let signing = SigningKey::from_pkcs8_pem(kit.signing_key_pem.expose_secret()).map_err(broken)?;
    let encryption = DecryptionKey::from_pkcs8_pem(kit.encryption_key_pem.expose_secret()).map_err(broken)?;
    let transport = SigningKey::from_pkcs8_pem(kit.transport_key_pem.expose_secret()).map_err(broken)?;
    Ok(Software {
        id: kit.software_id.clone(),
        organisation_id: kit.organisation_id.clone(),
        label: label.to_owned(),
        name: receiver.name.clone(),
        cnpj: CNPJ.to_owned(),
        redirect_uris: receiver.redirect_uris.clone(),
        logo_uri: receiver.logo_uri.clone(),
        jwks: jwks([signing.public_jwk(), encryption.public_jwk()])?,
        transport_jwks: jwks([transport.public_jwk()])?,
    })
}

fn jwks(keys: impl IntoIterator<Item = Jwk>) -> Result<serde_json::Value, SandboxError> {
    serde_json::to_value(JwkSet::new(keys)).map_err(|_| SandboxError::Keys("a key set cannot be written".into()))
}

/// Makes or reads the files of a kit.
fn kit(ca: &Authority, folder: &Folder, receiver: &ReceiverSettings, urls: &Urls) -> Result<ReceiverKit, SandboxError> {
    let organisation_id = folder.once("organisation.id", || Ok(chance::uuid()))?;
    let software_id = folder.once("software.id", || Ok(chance::uuid()))?;
    let transport_key = folder.once("transport.key.pem", new_key)?;
    let holder = Holder {
        host: "receptora.vinculo.example",
        name: &receiver.name,
        organisation_id: &organisation_id,
        software_id: &software_id,
        cnpj: CNPJ,
    };
    let transport_cert_pem = folder.once("transport.cert.pem", || ca.transport(&holder, &transport_key))?;
    let signing_key = folder.once("signing.key.pem", new_key)?;
    let encryption_key = folder.once("encryption.key.pem", new_key)?;
    Ok(ReceiverKit {
        transport_cert_pem,
        transport_key_pem: SecretString::from(transport_key),
        signing_kid: SigningKey::from_pkcs8_pem(&signing_key).map_err(broken)?.kid().to_owned(),
        signing_key_pem: SecretString::from(signing_key),
        encryption_kid: DecryptionKey::from_pkcs8_pem(&encryption_key).map_err(broken)?.kid().to_owned(),
        encryption_key_pem: SecretString::from(encryption_key),
        ca_pem: ca.root_pem().to_owned(),
        participants_url: format!("{}/participants", urls.directory()),
        directory_issuer: urls.directory(),
        directory_token_url: urls.directory_token(),
        ssa_url: urls.assertion(&organisation_id, &software_id),
        keystore_url: urls.keystore(),
        jwks_url: urls.software_jwks(&organisation_id, &software_id),
        organisation_id,
        software_id,
    })
}

fn broken(error: KeyError) -> SandboxError {
    SandboxError::Keys(error.to_string())
}
