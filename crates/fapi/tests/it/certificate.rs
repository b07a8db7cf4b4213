//! Transport certificates, and the authority that the tests make them with.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use vinculo_fapi::certificate::{Certificate, CertificateError, Subject};

use crate::common::{BANK_PEM, CLIENT_PEM, STRANGER_PEM, b64};

pub(crate) const SOFTWARE_ID: &str = "0f0ff0ff-1111-4222-8333-444444444444";
pub(crate) const ORGANISATION_ID: &str = "b961c4eb-509d-4edf-afeb-35642b38185d";

/// `UID`.
fn uid() -> DnType {
    DnType::CustomDnType(vec![0, 9, 2342, 19_200_300, 100, 1, 1])
}

/// `organizationIdentifier`.
fn organisation_identifier() -> DnType {
    DnType::CustomDnType(vec![2, 5, 4, 97])
}

/// An authority that signs certificates for tests.
pub(crate) type Authority = CertifiedIssuer<'static, KeyPair>;

pub(crate) fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    CertifiedIssuer::self_signed(params, KeyPair::from_pem(STRANGER_PEM).unwrap()).unwrap()
}

/// What a transport certificate holds: the subject of the standard, and policies as the real chains have them.
fn transport() -> CertificateParams {
    let mut params = CertificateParams::new(vec!["receiver.example".to_owned()]).unwrap();
    let subject = [
        (DnType::CommonName, "receiver.example"),
        (DnType::OrganizationName, "Receptora S.A."),
        (DnType::CustomDnType(vec![2, 5, 4, 5]), "12345678000195"),
        (uid(), SOFTWARE_ID),
        (organisation_identifier(), "OFBBR-b961c4eb-509d-4edf-afeb-35642b38185d"),
    ];
    for (kind, value) in subject {
        params.distinguished_name.push(kind, value);
    }
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    // certificatePolicies: 2.16.76.1.2.1
    let policies = vec![0x30, 0x09, 0x30, 0x07, 0x06, 0x05, 0x60, 0x4c, 0x01, 0x02, 0x01];
    params.custom_extensions.push(CustomExtension::from_oid_content(&[2, 5, 29, 32], policies));
    params
}

/// Makes a client's certificate, changed by `change`.
pub(crate) fn client(authority: &Authority, change: impl FnOnce(&mut CertificateParams)) -> String {
    let mut params = transport();
    change(&mut params);
    params.signed_by(&KeyPair::from_pem(CLIENT_PEM).unwrap(), authority).unwrap().pem()
}

/// Makes a server's certificate for `localhost`.
pub(crate) fn server(authority: &Authority) -> String {
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.signed_by(&KeyPair::from_pem(BANK_PEM).unwrap(), authority).unwrap().pem()
}

fn subject(change: impl FnOnce(&mut CertificateParams)) -> Subject {
    Certificate::from_pem(&client(&authority("CA"), change)).unwrap().subject().clone()
}

#[test]
fn a_transport_certificate_says_whose_it_is() {
    let text = |text: &str| Some(text.to_owned());
    let expected = Subject {
        common_name: text("receiver.example"),
        organisation_name: text("Receptora S.A."),
        serial_number: text("12345678000195"),
        software_id: text(SOFTWARE_ID),
        organisation_id: text(ORGANISATION_ID),
    };
    assert_eq!(subject(|_| {}), expected);
}

#[test]
fn a_legacy_unit_counts_only_where_the_identifier_is_absent() {
    let legacy = |unit: &str| {
        let unit = unit.to_owned();
        subject(move |params| {
            params.distinguished_name.remove(organisation_identifier());
            params.distinguished_name.push(DnType::OrganizationalUnitName, unit);
        })
    };
    assert_eq!(legacy(ORGANISATION_ID).organisation_id.as_deref(), Some(ORGANISATION_ID));
    assert_eq!(legacy("Treasury").organisation_id, None);
    let both = subject(|params| {
        let other = "00000000-0000-4000-8000-000000000000";
        params.distinguished_name.push(DnType::OrganizationalUnitName, other);
    });
    assert_eq!(both.organisation_id.as_deref(), Some(ORGANISATION_ID));
}

#[test]
fn identifiers_of_other_kinds_name_no_organisation() {
    for value in ["OFBBR-", "VATBR-123", ORGANISATION_ID, "ofbbr-b961c4eb"] {
        let subject = subject(|params| {
            params.distinguished_name.push(organisation_identifier(), value);
            params.distinguished_name.push(DnType::OrganizationalUnitName, ORGANISATION_ID);
        });
        assert_eq!(subject.organisation_id, None, "{value}");
    }
}

#[test]
fn what_comes_twice_means_nothing() {
    let twice = subject(|params| {
        params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 3]), "other.example");
    });
    assert_eq!(twice.common_name, None);
}

#[test]
fn a_subject_may_be_bare() {
    let bare = subject(|params| params.distinguished_name = rcgen::DistinguishedName::new());
    assert_eq!(bare, Subject::default());
}

#[test]
fn a_certificate_has_its_time() {
    let pem = client(&authority("CA"), |params| {
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2027, 1, 1);
    });
    let certificate = Certificate::from_pem(&pem).unwrap();
    for (time, valid) in [
        ("2025-12-31T23:59:59Z", false),
        ("2026-01-01T00:00:00Z", true),
        ("2027-01-01T00:00:00Z", true),
        ("2027-01-01T00:00:01Z", false),
    ] {
        assert_eq!(certificate.is_valid_at(time.parse().unwrap()), valid, "{time}");
    }
}

#[test]
fn the_thumbprint_is_that_of_the_whole_certificate() {
    let certificate = Certificate::from_pem(&client(&authority("CA"), |_| {})).unwrap();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, certificate.der());
    assert_eq!(certificate.thumbprint(), b64(digest));
    assert_eq!(Certificate::from_der(certificate.der()), Ok(certificate.clone()));
    assert!(!format!("{certificate:?}").contains("receiver"), "names do not get into logs by accident");
}

#[test]
fn what_is_no_certificate_is_refused() {
    let certificate = Certificate::from_pem(&client(&authority("CA"), |_| {})).unwrap();
    let der = certificate.der();
    assert_eq!(Certificate::from_der(&[der, &[0]].concat()), Err(CertificateError::Malformed));
    assert_eq!(Certificate::from_der(&der[..der.len() - 1]), Err(CertificateError::Malformed));
    assert_eq!(Certificate::from_der(&[0x30; 70_000]), Err(CertificateError::TooLarge));
    for bad in ["", "x", BANK_PEM] {
        assert_eq!(Certificate::from_pem(bad), Err(CertificateError::Malformed));
    }
}
