//! Transport certificates: subject, thumbprint, validity.

use jiff::Timestamp;

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

/// A certificate that was read. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: std::sync::Arc<[u8]>,
    subject: Subject,
    not_before: Timestamp,
    not_after: Timestamp,
}

impl Certificate {
    /// Reads DER.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let _ = der;
        todo!()
    }
    /// Reads the first certificate of a PEM text.
    pub fn from_pem(pem: &str) -> Result<Self, CertificateError> {
        let _ = pem;
        todo!()
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
        crate::encoding::base64url(&crate::encoding::sha256(&self.der))
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate").field("thumbprint", &self.thumbprint()).finish()
    }
}
