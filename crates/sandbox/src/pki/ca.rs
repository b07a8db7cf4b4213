//! The certificate authority.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd,
};

use super::{Folder, Holder};
use crate::SandboxError;

/// The CA's key and root certificate.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    root_pem: String,
}

impl Authority {
    /// Reads the CA from its folder, or makes it.
    pub(crate) fn open(folder: &Folder) -> Result<Self, SandboxError> {
        let key = KeyPair::from_pem(&folder.once("ca.key.pem", new_key)?).map_err(broken)?;
        let root_pem =
            folder.once("ca.cert.pem", || Ok(root().map_err(broken)?.self_signed(&key).map_err(broken)?.pem()))?;
        Ok(Self { issuer: Issuer::new(root().map_err(broken)?, key), root_pem })
    }

    /// The root certificate, PEM.
    pub(crate) fn root_pem(&self) -> &str {
        &self.root_pem
    }

    /// Issues the certificate of the mTLS listener for `hosts`.
    pub(crate) fn server(&self, hosts: Vec<String>, key_pem: &str) -> Result<String, SandboxError> {
        let mut params = CertificateParams::new(hosts).map_err(broken)?;
        params.distinguished_name = named("Vínculo Sandbox Network");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(params, key_pem)
    }

    /// Issues a transport certificate in the layout of the standard.
    pub(crate) fn transport(&self, holder: &Holder<'_>, key_pem: &str) -> Result<String, SandboxError> {
        let mut params = CertificateParams::new(vec![holder.host.to_owned()]).map_err(broken)?;
        params.distinguished_name = holder.subject().map_err(broken)?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.custom_extensions = vec![policies()];
        self.issue(params, key_pem)
    }

    fn issue(&self, mut params: CertificateParams, key_pem: &str) -> Result<String, SandboxError> {
        let key = KeyPair::from_pem(key_pem).map_err(broken)?;
        params.not_before = date_time_ymd(2025, 1, 1);
        params.not_after = date_time_ymd(2045, 1, 1);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        params.use_authority_key_identifier_extension = true;
        Ok(params.signed_by(&key, &self.issuer).map_err(broken)?.pem())
    }
}

/// Makes an RSA-2048 key, PKCS #8 PEM.
pub(crate) fn new_key() -> Result<String, SandboxError> {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).map_err(broken)?;
    Ok(key.serialize_pem())
}

/// The root's parameters; always the same, so that the issuer can be rebuilt from its key alone.
fn root() -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = named("Vínculo Sandbox Issuing CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2045, 1, 1);
    Ok(params)
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, "BR");
    name.push(DnType::OrganizationName, "Rede de simulação Vínculo");
    name.push(DnType::CommonName, common_name);
    name
}

/// `certificatePolicies` with one policy, as real certificates carry it: readers must not stumble over it.
fn policies() -> CustomExtension {
    // SEQUENCE { SEQUENCE { OID 2.16.76.1.2.1.133 } }
    let der = [0x30, 0x0b, 0x30, 0x09, 0x06, 0x07, 0x60, 0x4c, 0x01, 0x02, 0x01, 0x81, 0x05];
    CustomExtension::from_oid_content(&[2, 5, 29, 32], der.to_vec())
}

/// rcgen's errors name no keys; they may be shown.
fn broken(error: rcgen::Error) -> SandboxError {
    SandboxError::Keys(error.to_string())
}
