//! What receivers send.

use axum::body::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::api::ApiError;

/// The body of a new consent.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewConsent {
    pub(super) logged_user: Party,
    pub(super) business_entity: Option<Party>,
    pub(super) permissions: Vec<String>,
    pub(super) expiration_date_time: Option<String>,
    pub(super) is_linked: Option<bool>,
}

/// The body of a renewal.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Renewal {
    pub(super) logged_user: Party,
    pub(super) business_entity: Option<Party>,
    pub(super) expiration_date_time: Option<String>,
}

/// Somebody with a document.
#[derive(Debug, Deserialize)]
pub(super) struct Party {
    document: Document,
}

#[derive(Debug, Deserialize)]
struct Document {
    identification: String,
    rel: String,
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

/// Reads a body; what is not of its shape is a 400 that repeats nothing of it.
pub(super) fn read<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, ApiError> {
    let envelope: Envelope<T> =
        serde_json::from_slice(bytes).map_err(|_| ApiError::bad_request("O corpo da requisição é inválido."))?;
    Ok(envelope.data)
}

impl Party {
    /// The CPF, digits only, with its check digits right.
    pub(super) fn cpf(self) -> Result<String, ApiError> {
        let Document { identification, rel } = self.document;
        if rel == "CPF" && is_cpf(&identification) {
            return Ok(identification);
        }
        Err(ApiError::bad_request("loggedUser.document deve ser um CPF válido."))
    }

    /// The CNPJ, fourteen characters, with its check digits right.
    pub(super) fn cnpj(self) -> Result<String, ApiError> {
        let Document { identification, rel } = self.document;
        if rel == "CNPJ" && is_cnpj(&identification) {
            return Ok(identification);
        }
        Err(ApiError::bad_request("businessEntity.document deve ser um CNPJ válido."))
    }
}

/// Reads a date-time of the standard: UTC, whole seconds, twenty characters.
pub(super) fn date_time(text: Option<&str>) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = text else { return Ok(None) };
    let written = text.len() == 20 && text.as_bytes()[10] == b'T' && text.ends_with('Z');
    let at = text.parse().ok().filter(|_| written);
    at.map(Some).ok_or_else(|| ApiError::bad_request("expirationDateTime deve estar no formato yyyy-mm-ddThh:mm:ssZ."))
}

/// Companies of the official test identities whose check digits are wrong as published.
const PUBLISHED_TEST_COMPANIES: [&str; 2] = ["50685362006773", "50685362000673"];

fn is_cpf(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let check = |upto: usize| {
        let sum: u32 =
            digits[..upto].iter().zip((2..=upto as u32 + 1).rev()).map(|(digit, weight)| digit * weight).sum();
        (sum * 10) % 11 % 10
    };
    text.len() == 11 && digits.len() == 11 && check(9) == digits[9] && check(10) == digits[10]
}

/// Letters count as their ASCII value − 48; only the first twelve places may hold any.
fn is_cnpj(text: &str) -> bool {
    let bytes = text.as_bytes();
    let formed = bytes.len() == 14
        && bytes[..12].iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && bytes[12..].iter().all(u8::is_ascii_digit);
    let published = PUBLISHED_TEST_COMPANIES.contains(&text);
    published || formed && (12..14).all(|place| cnpj_check(&bytes[..place]) == u32::from(bytes[place] - b'0'))
}

fn cnpj_check(bytes: &[u8]) -> u32 {
    let sum: u32 = bytes.iter().rev().zip((2..=9).cycle()).map(|(byte, weight)| u32::from(byte - 48) * weight).sum();
    match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_checked_to_the_last_digit() {
        assert!(is_cpf("76109277673"));
        for bad in ["76109277672", "7610927767", "761092776733", "7610927767a", ""] {
            assert!(!is_cpf(bad), "{bad}");
        }
        for good in ["50685362006773", "5W685362006744", "43053510000130"] {
            assert!(is_cnpj(good), "{good}");
        }
        for bad in ["50685362006774", "5w685362006744", "5W6853620067A4", "é0685362006773", ""] {
            assert!(!is_cnpj(bad), "{bad}");
        }
    }

    #[test]
    fn date_times_have_one_spelling() {
        assert!(date_time(Some("2027-11-22T09:00:00Z")).unwrap().is_some());
        assert!(date_time(None).unwrap().is_none());
        for bad in ["2027-11-22", "2027-11-22T09:00:00.000Z", "2027-11-22T09:00:00+00:00", "2027-13-22T09:00:00Z", ""] {
            assert!(date_time(Some(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn bodies_of_another_shape_are_refused() {
        for bad in ["", "[]", "{}", r#"{"data":{}}"#, r#"{"data":{"loggedUser":{"document":1},"permissions":[]}}"#] {
            assert!(read::<NewConsent>(&Bytes::from(bad)).is_err(), "{bad}");
        }
    }
}
