//! Consents: the API's request, the bank's answer.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use vinculo_domain::{ConsentStatus, Identification, PermissionSet, Rejection};

use super::missing;
use crate::openfinance::wire::consents::{
    Consent, ExtensionBody, ExtensionData, NewConsentBody, NewConsentData, Party, PartyDocument,
};
use crate::openfinance::wire::value::Text;
use crate::{BankConsent, Extension, NewConsent, ProtocolError};

/// Writes the body of `POST /consents`. Without an end the field is absent, which means "indeterminate".
pub(crate) fn request(consent: &NewConsent) -> NewConsentBody<'_> {
    let (logged_user, business_entity) = parties(&consent.identification);
    NewConsentBody {
        data: NewConsentData {
            logged_user,
            business_entity,
            permissions: consent.permissions.iter().map(|permission| permission.as_str()).collect(),
            expiration_date_time: consent.expires_at.map(seconds),
        },
    }
}

/// Writes the body of `POST /consents/{consentId}/extends`.
pub(crate) fn extension(extension: &Extension) -> ExtensionBody<'_> {
    let (logged_user, business_entity) = parties(&extension.identification);
    let expiration_date_time = extension.expires_at.map(seconds);
    ExtensionBody { data: ExtensionData { logged_user, business_entity, expiration_date_time } }
}

fn parties(identification: &Identification) -> (Party<'_>, Option<Party<'_>>) {
    let party = |identification, rel| Party { document: PartyDocument { identification, rel } };
    let company = identification.company.as_ref().map(|(cnpj, _)| party(cnpj.as_str(), "CNPJ"));
    (party(identification.cpf.as_str(), "CPF"), company)
}

fn seconds(at: Timestamp) -> String {
    DateTimePrinter::new().precision(Some(0)).timestamp_to_string(&at)
}

/// Reads a consent of the bank.
///
/// `REJECTED` for having reached its end is the API's `EXPIRED`. Permissions that we do not know are passed over.
///
/// # Errors
/// No `consentId`, or an unknown status.
pub(crate) fn answer(wire: &Consent) -> Result<BankConsent, ProtocolError> {
    let rejection = rejection(wire);
    let created_at = wire.creation_date_time.0.or(wire.status_update_date_time.0);
    let created_at = created_at.ok_or_else(|| missing("creationDateTime"))?;
    Ok(BankConsent {
        bank_consent_id: wire.consent_id.cut(256).ok_or_else(|| missing("consentId"))?,
        status: status(wire.status.get(), rejection.as_ref())?,
        permissions: permissions(&wire.permissions.0),
        created_at,
        updated_at: wire.status_update_date_time.0.unwrap_or(created_at),
        expires_at: wire.expiration_date_time.0,
        rejection,
    })
}

fn status(word: Option<&str>, rejection: Option<&Rejection>) -> Result<ConsentStatus, ProtocolError> {
    let ran_out = rejection.is_some_and(|r| r.reason == "CONSENT_MAX_DATE_REACHED");
    match word {
        Some("AWAITING_AUTHORISATION") => Ok(ConsentStatus::AwaitingAuthorisation),
        Some("AUTHORISED") => Ok(ConsentStatus::Authorised),
        Some("REJECTED") if ran_out => Ok(ConsentStatus::Expired),
        Some("REJECTED") => Ok(ConsentStatus::Rejected),
        _ => Err(missing("status")),
    }
}

fn rejection(wire: &Consent) -> Option<Rejection> {
    let body = wire.rejection.as_ref()?;
    let reason = body.reason.as_ref().and_then(|reason| reason.code.owned());
    Some(Rejection { rejected_by: body.rejected_by.or_empty(), reason: reason.unwrap_or_default() })
}

fn permissions(list: &[Text]) -> PermissionSet {
    list.iter().filter_map(|text| text.get()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openfinance::map::fuzz::spoilt;
    use proptest::prelude::*;
    use vinculo_domain::{Category, Identification};

    const OFFICIAL: &str = r#"{"consentId":"urn:bancoex:C1DD33123","creationDateTime":"2021-05-21T08:30:00Z","status":"REJECTED",
        "statusUpdateDateTime":"2021-05-22T08:30:00Z","permissions":["ACCOUNTS_READ","RESOURCES_READ","NOVA_READ"],
        "expirationDateTime":"2021-06-21T08:30:00Z","rejection":{"rejectedBy":"USER","reason":{"code":"CUSTOMER_MANUALLY_REJECTED","additionalInformation":"x"}}}"#;

    fn read(json: &str) -> Result<BankConsent, ProtocolError> {
        answer(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn a_bank_consent_reads() {
        let consent = read(OFFICIAL).unwrap();
        assert_eq!(consent.status, ConsentStatus::Rejected);
        assert_eq!(consent.permissions.iter().count(), 2);
        assert_eq!(consent.rejection.unwrap().reason, "CUSTOMER_MANUALLY_REJECTED");
    }

    #[test]
    fn reaching_the_end_is_expiry() {
        let consent = read(&OFFICIAL.replace("CUSTOMER_MANUALLY_REJECTED", "CONSENT_MAX_DATE_REACHED")).unwrap();
        assert_eq!(consent.status, ConsentStatus::Expired);
    }

    #[test]
    fn without_id_status_or_date_it_is_no_consent() {
        assert!(read(&OFFICIAL.replace("consentId", "id")).is_err());
        assert!(read(&OFFICIAL.replace("\"status\"", "\"estado\"")).is_err());
        assert!(read(&OFFICIAL.replace("2021-05-2", "ontem")).is_err());
        assert!(read(&OFFICIAL.replace("\"REJECTED\"", "\"CONSUMED\"")).is_err());
        assert!(read("{}").is_err());
    }

    fn new(company: bool, expires: bool) -> String {
        let identification = Identification {
            cpf: "76109277673".parse().unwrap(),
            name: "Ralph Bragg".to_owned(),
            company: company.then(|| ("50685362006773".parse().unwrap(), "Bragg Ltda".to_owned())),
        };
        let expires_at = expires.then(|| "2027-03-01T12:00:00.123456Z".parse().unwrap());
        let permissions = PermissionSet::for_categories(&[Category::Exchanges], company);
        serde_json::to_string(&request(&NewConsent { identification, permissions, expires_at })).unwrap()
    }

    #[test]
    fn a_person_without_an_end() {
        assert_eq!(
            new(false, false),
            r#"{"data":{"loggedUser":{"document":{"identification":"76109277673","rel":"CPF"}},"permissions":["RESOURCES_READ","EXCHANGES_READ"]}}"#
        );
    }

    #[test]
    fn a_company_with_an_end_in_whole_seconds() {
        let json = new(true, true);
        assert!(json.contains(r#""businessEntity":{"document":{"identification":"50685362006773","rel":"CNPJ"}}"#));
        assert!(json.contains(r#""expirationDateTime":"2027-03-01T12:00:00Z""#), "{json}");
        assert!(!json.contains("Bragg"));
    }

    proptest! {
        #[test]
        fn a_spoilt_consent_is_handled(json in spoilt(OFFICIAL)) {
            let _ = answer(&serde_json::from_str(&json).unwrap_or_default());
        }
    }
}
