//! Subjects of transport certificates (BRCAC).

use rcgen::{DistinguishedName, DnType, DnValue, Error, string::PrintableString};

/// `UID`.
const UID: &[u64] = &[0, 9, 2342, 19_200_300, 100, 1, 1];
/// `organizationIdentifier`.
const ORGANIZATION_IDENTIFIER: &[u64] = &[2, 5, 4, 97];
/// `serialNumber`.
const SERIAL_NUMBER: &[u64] = &[2, 5, 4, 5];
/// `businessCategory`.
const BUSINESS_CATEGORY: &[u64] = &[2, 5, 4, 15];
/// `jurisdictionCountryName`.
const JURISDICTION_COUNTRY: &[u64] = &[1, 3, 6, 1, 4, 1, 311, 60, 2, 1, 3];

/// Whom a transport certificate is for.
#[derive(Debug)]
pub(crate) struct Holder<'a> {
    /// Host name.
    pub(crate) host: &'a str,
    /// The organisation's name.
    pub(crate) name: &'a str,
    /// The organisation's id in the directory.
    pub(crate) organisation_id: &'a str,
    /// The software statement's id.
    pub(crate) software_id: &'a str,
    /// The organisation's CNPJ.
    pub(crate) cnpj: &'a str,
}

impl Holder<'_> {
    /// The subject, with the string types that the standard prescribes.
    pub(crate) fn subject(&self) -> Result<DistinguishedName, Error> {
        let mut subject = DistinguishedName::new();
        subject.push(DnType::from_oid(BUSINESS_CATEGORY), utf8("Private Organization"));
        subject.push(DnType::from_oid(JURISDICTION_COUNTRY), printable("BR")?);
        subject.push(DnType::from_oid(SERIAL_NUMBER), printable(self.cnpj)?);
        subject.push(DnType::CountryName, printable("BR")?);
        subject.push(DnType::OrganizationName, utf8(self.name));
        subject.push(DnType::StateOrProvinceName, utf8("SP"));
        subject.push(DnType::LocalityName, utf8("São Paulo"));
        subject.push(DnType::from_oid(ORGANIZATION_IDENTIFIER), utf8(&format!("OFBBR-{}", self.organisation_id)));
        subject.push(DnType::from_oid(UID), utf8(self.software_id));
        subject.push(DnType::CommonName, utf8(self.host));
        Ok(subject)
    }
}

fn utf8(text: &str) -> DnValue {
    DnValue::Utf8String(text.to_owned())
}

fn printable(text: &str) -> Result<DnValue, Error> {
    Ok(DnValue::PrintableString(PrintableString::try_from(text)?))
}
