//! Certificates and keys: readable, in date, of the right layout, fitting each other.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use vinculo_fapi::certificate::Certificate;
use vinculo_fapi::mtls::{ClientIdentity, ClientSettings, client};

use super::report::{Found, Report};
use super::{keys, open_to_others};
use crate::process::{Kit, receiver};
use crate::settings::{InstitutionSettings, ReceiverSettings, Settings, missing};

/// Certificates that end sooner than this are worth a word.
const SOON: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Checks what the sandbox network handed out.
pub(super) fn of_kit(kit: &Kit, now: Timestamp, report: &mut Report<'_, impl Write>) -> anyhow::Result<()> {
    report.say("transport certificate", transport(&kit.transport_cert_pem, Some(&kit.software_id), None, now))?;
    report.say("transport key", fits(&kit.transport_cert_pem, &kit.transport_key_pem, &kit.ca_pem))?;
    report.say("authority", authorities(&kit.ca_pem, now))
}

/// Checks the files of the settings.
pub(super) fn of_files(settings: &Settings, now: Timestamp, report: &mut Report<'_, impl Write>) -> anyhow::Result<()> {
    let receiver = &settings.receiver;
    let certificate = report.take("transport certificate", certificate_file(receiver, now))?;
    let key = report.take("transport key", key_file(receiver))?;
    let anchors = report.take("authorities", anchor_files(receiver, now))?;
    if let (Some(certificate), Some(key)) = (&certificate, &key) {
        let roots = anchors.as_deref().unwrap_or(certificate);
        report.say("certificate and key", fits(certificate, key, roots))?;
    }
    keys::of_files(receiver, report)
}

/// Checks the files that one institution has in place of ours.
pub(super) fn of_institution(
    institution: &InstitutionSettings,
    settings: &Settings,
    now: Timestamp,
    report: &mut Report<'_, impl Write>,
) -> anyhow::Result<()> {
    let named = |what: &str| format!("{} {what}", institution.code);
    let files = &institution.trust_anchor_files;
    if !files.is_empty() {
        report.say(&named("authorities"), receiver::authorities(files).and_then(|pem| authorities(&pem, now)))?;
    }
    if let (Some(certificate), Some(key)) = (&institution.transport_certificate_file, &institution.transport_key_file) {
        let certificate = report.take(&named("transport certificate"), other_certificate(certificate, now))?;
        let key = report.take(&named("transport key"), secret_file(key))?;
        if let (Some(certificate), Some(key)) = (&certificate, &key) {
            report.say(&named("certificate and key"), fits(certificate, key, certificate))?;
        }
    }
    let ours = &settings.receiver;
    for (what, files) in [
        ("signing keys", keys::signing(&institution.signing_key_files)),
        ("encryption keys", keys::encryption(&institution.encryption_key_files)),
    ] {
        if let Some(found) = files {
            report.say(&named(what), found)?;
        }
    }
    let without_client = institution.client_id.is_none() && !institution.encryption_key_files.is_empty();
    if without_client && ours.software_id.is_some() {
        let text = "banks take the keys of a registration from the keystore: these must be published there, too";
        report.say(&named("registration"), Ok(Found::Doubt(text.to_owned())))?;
    }
    Ok(())
}

/// Checks a certificate that one bank asked for: its dates count, its subject is that bank's affair.
fn other_certificate(path: &Path, now: Timestamp) -> anyhow::Result<(String, Found)> {
    let pem = receiver::read(path)?;
    let certificate = Certificate::from_pem(&pem).with_context(|| format!("{} is no certificate", path.display()))?;
    let end = in_date(&certificate, now).with_context(|| path.display().to_string())?;
    let mut doubts: Vec<String> = soon(end, now).into_iter().collect();
    let subject = certificate.subject();
    if subject.software_id.is_none() || subject.organisation_id.is_none() {
        doubts.push("its subject has no UID and OFBBR-… of a BRCAC; well if this bank asked for another".to_owned());
    }
    Ok((pem, Found::of(doubts, format!("valid until {end:.0}"))))
}

fn secret_file(path: &Path) -> anyhow::Result<(String, Found)> {
    let found = Found::of(open_to_others(path).into_iter().collect(), "readable");
    Ok((receiver::read(path)?, found))
}

fn certificate_file(receiver: &ReceiverSettings, now: Timestamp) -> anyhow::Result<(String, Found)> {
    let path = receiver.transport_certificate.as_ref();
    let path = path.ok_or_else(|| missing("transport_certificate_file", "banks ask for it at every call"))?;
    let pem = receiver::read(path)?;
    let (software, organisation) = (receiver.software_id.as_deref(), receiver.organisation_id.as_deref());
    let found = transport(&pem, software, organisation, now).with_context(|| path.display().to_string())?;
    Ok((pem, found))
}

fn key_file(receiver: &ReceiverSettings) -> anyhow::Result<(String, Found)> {
    let path = receiver.transport_key.as_ref();
    let path = path.ok_or_else(|| missing("transport_key_file", "it belongs to the transport certificate"))?;
    secret_file(path)
}

fn anchor_files(receiver: &ReceiverSettings, now: Timestamp) -> anyhow::Result<(String, Found)> {
    let files = &receiver.trust_anchors;
    anyhow::ensure!(!files.is_empty(), missing("trust_anchor_files", "only authorities that you name are trusted"));
    let pem = receiver::authorities(files)?;
    let found = authorities(&pem, now)?;
    Ok((pem, found))
}

/// Checks dates and subject of a transport certificate (section 2).
fn transport(pem: &str, software: Option<&str>, organisation: Option<&str>, now: Timestamp) -> anyhow::Result<Found> {
    let certificate = Certificate::from_pem(pem).context("is no certificate in PEM")?;
    let end = in_date(&certificate, now)?;
    let subject = certificate.subject();
    let uid = subject.software_id.as_deref();
    let uid =
        uid.context("its subject has no UID: it must be the software statement's id; ask for a BRCAC certificate")?;
    if let Some(software) = software {
        anyhow::ensure!(
            uid == software,
            "its UID is {uid}, and `software_id` is {software}: one of them is another software's"
        );
    }
    let id = subject.organisation_id.as_deref();
    let id =
        id.context("its subject has no organizationIdentifier OFBBR-<organisation id>: ask for a BRCAC certificate")?;
    if let Some(organisation) = organisation {
        anyhow::ensure!(
            id == organisation,
            "its organizationIdentifier names {id}, and `organisation_id` is {organisation}: one of them is another's"
        );
    }
    let mut doubts: Vec<String> = soon(end, now).into_iter().collect();
    if subject.serial_number.is_none() {
        doubts.push("its subject has no serialNumber (the CNPJ); some banks ask for it".to_owned());
    }
    Ok(Found::of(doubts, format!("valid until {end:.0}, UID {uid}, OFBBR-{id}")))
}

/// Checks every certificate of a text.
fn authorities(pem: &str, now: Timestamp) -> anyhow::Result<Found> {
    const END: &str = "-----END CERTIFICATE-----";
    let blocks: Vec<&str> = pem.split_inclusive(END).filter(|block| block.contains(END)).collect();
    anyhow::ensure!(!blocks.is_empty(), "there is no certificate in PEM");
    let read = |block: &&str| Certificate::from_pem(block);
    let all = blocks.iter().map(read).collect::<Result<Vec<_>, _>>().context("one is no certificate in PEM")?;
    let gone = all.iter().filter(|certificate| !certificate.is_valid_at(now)).count();
    anyhow::ensure!(gone < all.len(), "not one is in date: replace them, or check this machine's clock");
    let near = all.iter().filter(|c| c.is_valid_at(now) && soon(c.not_after(), now).is_some()).count();
    let mut doubts = Vec::new();
    if gone > 0 {
        doubts.push(format!("{gone} of {} are not in date", all.len()));
    }
    if near > 0 {
        doubts.push(format!("{near} of {} end within 30 days", all.len()));
    }
    Ok(Found::of(doubts, format!("{} trusted, all in date", all.len())))
}

/// Checks that a key belongs to a certificate, by what TLS itself says.
fn fits(certificate: &str, key: &str, roots: &str) -> anyhow::Result<Found> {
    let identity =
        ClientIdentity { certificates_pem: certificate.to_owned(), key_pem: SecretString::from(key.to_owned()) };
    let settings = ClientSettings {
        identity: Some(identity),
        roots_pem: roots.to_owned(),
        connect_timeout: Duration::from_secs(1),
        timeout: Duration::from_secs(1),
        allow_http: false,
    };
    client(&settings).context("take the key that the certificate was asked for with")?;
    Ok(Found::Well("belong together".to_owned()))
}

fn in_date(certificate: &Certificate, now: Timestamp) -> anyhow::Result<Timestamp> {
    let (start, end) = (certificate.not_before(), certificate.not_after());
    anyhow::ensure!(now >= start, "not valid before {start:.0}: check this machine's clock");
    anyhow::ensure!(now <= end, "ended {end:.0}: replace it");
    Ok(end)
}

fn soon(end: Timestamp, now: Timestamp) -> Option<String> {
    (end.duration_since(now) < SOON).then(|| format!("ends {end:.0}, which is soon: replace it"))
}
