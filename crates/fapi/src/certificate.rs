//! Transport certificates: subject, thumbprint, validity.

use std::sync::Arc;

use jiff::Timestamp;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use uuid::Uuid;
use x509_parser::der_parser::{Oid, oid};
use x509_parser::oid_registry::{
    OID_X509_COMMON_NAME, OID_X509_ORGANIZATION_NAME, OID_X509_ORGANIZATIONAL_UNIT, OID_X509_SERIALNUMBER,
};
use x509_parser::parse_x509_certificate;
use x509_parser::time::ASN1Time;
use x509_parser::x509::X509Name;

use crate::encoding::{base64url, sha256};

/// The largest certificate read, in bytes.
const MAX_LEN: usize = 64 * 1024;
/// The longest value of a subject's attribute, in bytes.
const MAX_VALUE: usize = 256;
/// What stands before the organisation's id.
const PREFIX: &str = "OFBBR-";
/// `UID`, user id.
const UID: Oid<'static> = oid!(0.9.2342.19200300.100.1.1);
/// `organizationIdentifier`.
const ORGANISATION_IDENTIFIER: Oid<'static> = oid!(2.5.4.97);

/// Why a certificate could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Not one X.509 certificate in DER (or PEM).
    #[error("not a valid certificate")]
    Malformed,
    /// More bytes than a certificate may have.
    #[error("the certificate is too large")]
    TooLarge,
}

/// The parts of a subject that the network gives meaning to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// `CN`: the host name of a transport certificate.
    pub common_name: Option<String>,
    /// `O`.
    pub organisation_name: Option<String>,
    /// `serialNumber`: the CNPJ.
    pub serial_number: Option<String>,
    /// `UID`: the software statement's id.
    pub software_id: Option<String>,
    /// The organisation's id: from `organizationIdentifier` (`OFBBR-…`), else from a legacy `OU`.
    pub organisation_id: Option<String>,
}

impl Subject {
    fn of_name(name: &X509Name<'_>) -> Self {
        // A certificate of today says it in one attribute. Only where that is absent does an OU of the days before
        // August 2022 count, and only one that is an organisation id in shape.
        let organisation_id = match values(name, &ORGANISATION_IDENTIFIER).next() {
            Some(_) => one(name, &ORGANISATION_IDENTIFIER).and_then(|id| id.strip_prefix(PREFIX).map(str::to_owned)),
            None => only(values(name, &OID_X509_ORGANIZATIONAL_UNIT).filter(|unit| is_uuid(unit))),
        };
        Self {
            common_name: one(name, &OID_X509_COMMON_NAME),
            organisation_name: one(name, &OID_X509_ORGANIZATION_NAME),
            serial_number: one(name, &OID_X509_SERIALNUMBER),
            software_id: one(name, &UID),
            organisation_id: organisation_id.filter(|id| !id.is_empty()),
        }
    }
}

/// Lists the values of an attribute.
fn values<'a>(name: &'a X509Name<'_>, oid: &'a Oid<'_>) -> impl Iterator<Item = String> + 'a {
    let short = |value: &&str| value.len() <= MAX_VALUE;
    name.iter_by_oid(oid).filter_map(move |value| value.as_str().ok().filter(short).map(str::to_owned))
}

/// Takes the value of an attribute that comes once. One that comes twice means nothing: whom would it name?
fn only(mut values: impl Iterator<Item = String>) -> Option<String> {
    values.next().filter(|_| values.next().is_none())
}

/// Takes the value of an attribute that comes once.
fn one(name: &X509Name<'_>, oid: &Oid<'_>) -> Option<String> {
    only(values(name, oid))
}

/// Says whether a text has the shape of an organisation id.
fn is_uuid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

/// A certificate that was read. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Arc<[u8]>,
    subject: Subject,
    not_before: Timestamp,
    not_after: Timestamp,
}

impl Certificate {
    /// Reads DER.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > MAX_LEN {
            return Err(CertificateError::TooLarge);
        }
        let (rest, parsed) = parse_x509_certificate(der).map_err(|_| CertificateError::Malformed)?;
        if !rest.is_empty() {
            return Err(CertificateError::Malformed);
        }
        let time = |time: ASN1Time| Timestamp::from_second(time.timestamp()).map_err(|_| CertificateError::Malformed);
        let not_before = time(parsed.validity().not_before)?;
        let not_after = time(parsed.validity().not_after)?;
        Ok(Self { der: der.into(), subject: Subject::of_name(parsed.subject()), not_before, not_after })
    }

    /// Reads the first certificate of a PEM text.
    pub fn from_pem(pem: &str) -> Result<Self, CertificateError> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| CertificateError::Malformed)?;
        Self::from_der(&der)
    }

    /// Returns the DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }
    /// Returns the subject.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }
    /// Returns when it starts to be valid.
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }
    /// Returns when it expires.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }
    /// Says whether it is valid at `now`.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.not_before <= now && now <= self.not_after
    }
    /// Computes `x5t#S256` (RFC 8705, 3.1): base64url of the SHA-256 of the DER.
    pub fn thumbprint(&self) -> String {
        base64url(&sha256(&self.der))
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate").field("thumbprint", &self.thumbprint()).finish()
    }
}
