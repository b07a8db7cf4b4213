//! Who we are on the real network, from files.

use std::path::Path;

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use vinculo_connector::{DirectorySettings, FixedInstitution, Identity, KeyPem, OwnIdentity, TransportPem};
use vinculo_fapi::jwks::{Jwk, JwkSet, KeyUse};
use vinculo_fapi::keys::{DecryptionKey, SigningKey};

use crate::settings::{InstitutionSettings, KeyFile, Settings, missing};

/// The largest file read: a bundle of every authority of the web is a quarter of it.
const MAX_FILE: u64 = 1 << 20;

/// Reads a file of settings.
pub(crate) fn read(path: &Path) -> anyhow::Result<String> {
    let said = || format!("cannot read {}", path.display());
    let size = std::fs::metadata(path).with_context(said)?.len();
    anyhow::ensure!(size <= MAX_FILE, "{} is larger than {MAX_FILE} bytes", path.display());
    std::fs::read_to_string(path).with_context(said)
}

/// Reads the identity: certificate, keys and authorities.
pub(crate) fn identity(settings: &Settings) -> anyhow::Result<Identity> {
    let receiver = &settings.receiver;
    let certificate = receiver.transport_certificate.as_ref();
    let certificate =
        certificate.ok_or_else(|| missing("transport_certificate_file", "banks ask for it at every call"))?;
    let key = receiver.transport_key.as_ref();
    let key = key.ok_or_else(|| missing("transport_key_file", "it belongs to the transport certificate"))?;
    let signing = receiver.signing_keys.first();
    let signing = signing.ok_or_else(|| missing("signing_key_files", "every request to a bank is signed"))?;
    anyhow::ensure!(
        !receiver.encryption_keys.is_empty(),
        missing("encryption_key_files", "banks encrypt id_tokens to it")
    );
    anyhow::ensure!(
        !receiver.trust_anchors.is_empty(),
        missing("trust_anchor_files", "only authorities that you name are trusted")
    );
    Ok(Identity {
        software_id: receiver.software_id.clone().unwrap_or_default(),
        transport_certificate_pem: read(certificate)?,
        transport_key_pem: SecretString::from(read(key)?),
        signing_key: signing_key(signing)?.1,
        encryption_keys: receiver
            .encryption_keys
            .iter()
            .map(|file| Ok(encryption_key(file)?.1))
            .collect::<anyhow::Result<_>>()?,
        authorities_pem: authorities(&receiver.trust_anchors)?,
    })
}

/// Reads a signing key: its public half under its name, and itself.
pub(crate) fn signing_key(file: &KeyFile) -> anyhow::Result<(Jwk, KeyPem)> {
    let pem = SecretString::from(read(&file.path)?);
    let key = SigningKey::from_pkcs8_pem(pem.expose_secret()).with_context(|| unreadable_key(file))?;
    let key = file.kid.as_ref().map_or_else(|| key.clone(), |kid| key.clone().with_kid(kid.as_str()));
    Ok((key.public_jwk(), KeyPem { pem, kid: key.kid().to_owned() }))
}

/// Reads an encryption key: its public half under its name, and itself.
pub(crate) fn encryption_key(file: &KeyFile) -> anyhow::Result<(Jwk, KeyPem)> {
    let pem = SecretString::from(read(&file.path)?);
    let key = DecryptionKey::from_pkcs8_pem(pem.expose_secret()).with_context(|| unreadable_key(file))?;
    let key = file.kid.as_ref().map_or_else(|| key.clone(), |kid| key.clone().with_kid(kid.as_str()));
    Ok((key.public_jwk(), KeyPem { pem, kid: key.kid().to_owned() }))
}

fn unreadable_key(file: &KeyFile) -> String {
    let path = file.path.display();
    format!(
        "{path} cannot be used; another kind of private key becomes PKCS#8 by `openssl pkcs8 -topk8 -nocrypt -in {path}`"
    )
}

/// Returns the public halves of all keys, as the keystore must publish them.
pub(crate) fn public_keys(settings: &Settings) -> anyhow::Result<JwkSet> {
    let receiver = &settings.receiver;
    let signing = receiver.signing_keys.iter().map(|file| Ok(signing_key(file)?.0));
    let encryption = receiver.encryption_keys.iter().map(|file| Ok(encryption_key(file)?.0));
    Ok(JwkSet::new(signing.chain(encryption).collect::<anyhow::Result<Vec<_>>>()?))
}

/// Reads files of authorities into one text.
pub(crate) fn authorities(files: &[impl AsRef<Path>]) -> anyhow::Result<String> {
    let texts = files.iter().map(|path| read(path.as_ref())).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(texts.join("\n"))
}

/// Returns where the directory is; `None` where the settings name none.
pub(crate) fn directory(settings: &Settings) -> anyhow::Result<Option<DirectorySettings>> {
    let Some(directory) = &settings.directory else { return Ok(None) };
    let receiver = &settings.receiver;
    let organisation = receiver.organisation_id.as_ref();
    let organisation = organisation.ok_or_else(|| missing("organisation_id", "the directory knows us by it"))?;
    let software = receiver.software_id.as_ref();
    let software = software.ok_or_else(|| missing("software_id", "the directory knows us by it"))?;
    let statement = directory.statement(organisation, software);
    Ok(Some(DirectorySettings {
        participants_url: directory.participants.clone(),
        token_url: directory.authorization.clone(),
        software_statement_url: statement.context("`directory_api_url` is no address")?,
    }))
}

/// Returns the institutions of the settings, with what is trusted and shown there.
pub(crate) fn institutions(all: &[InstitutionSettings]) -> anyhow::Result<Vec<FixedInstitution>> {
    all.iter().map(fixed).collect()
}

fn fixed(institution: &InstitutionSettings) -> anyhow::Result<FixedInstitution> {
    let files = &institution.trust_anchor_files;
    let named = || format!("institution {}", institution.code);
    Ok(FixedInstitution {
        institution: institution.institution(),
        client_id: institution.client_id.clone(),
        authorities_pem: if files.is_empty() { None } else { Some(authorities(files).with_context(named)?) },
        own: own_identity(institution).with_context(named)?,
    })
}

/// Reads the certificate and the keys that an institution wants in place of ours.
fn own_identity(institution: &InstitutionSettings) -> anyhow::Result<OwnIdentity> {
    let transport = match (&institution.transport_certificate_file, &institution.transport_key_file) {
        (Some(certificate), Some(key)) => {
            Some(TransportPem { certificate_pem: read(certificate)?, key_pem: SecretString::from(read(key)?) })
        }
        _ => None,
    };
    let signing = institution.signing_key_files.first().map(signing_key).transpose()?;
    let encryption = institution.encryption_key_files.iter().map(|file| Ok(encryption_key(file)?.1));
    Ok(OwnIdentity {
        transport,
        signing_key: signing.map(|(_, key)| key),
        encryption_keys: encryption.collect::<anyhow::Result<_>>()?,
    })
}

/// Returns the public halves of the keys that an institution knows: its own, and ours where it has none of a kind.
pub(crate) fn public_keys_at(institution: &InstitutionSettings, ours: &JwkSet) -> anyhow::Result<JwkSet> {
    let kind = |own: Vec<Jwk>, key_use: KeyUse| -> Vec<Jwk> {
        let ours = ours.keys().iter().filter(|key| key.key_use() == Some(key_use)).cloned();
        if own.is_empty() { ours.collect() } else { own }
    };
    let signing = institution.signing_key_files.iter().map(|file| Ok(signing_key(file)?.0));
    let encryption = institution.encryption_key_files.iter().map(|file| Ok(encryption_key(file)?.0));
    let mut keys = kind(signing.collect::<anyhow::Result<_>>()?, KeyUse::Sig);
    keys.extend(kind(encryption.collect::<anyhow::Result<_>>()?, KeyUse::Enc));
    Ok(JwkSet::new(keys))
}
