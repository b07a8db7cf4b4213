//! A rule: where, what, how often.

use http::Method;
use serde::{Deserialize, Serialize};

use super::pattern::Pattern;
use super::{Effect, Who};
use crate::brand::{BRANDS, Brand};

/// The name under which the directory is struck.
const DIRECTORY: &str = "directory";
/// The most strikes that can be asked for.
const MOST_TIMES: u32 = 1_000_000;
/// The longest id of a consent or client, in bytes.
const LONGEST_ID: usize = 256;

/// One rule, as it is posted to `/sandbox/faults`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Where it strikes; everything, unless told otherwise.
    #[serde(default, rename = "match")]
    pub matching: Matching,
    /// What happens.
    pub effect: Effect,
    /// How often; absent means until it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

/// Where a rule strikes: wherever all that is named fits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matching {
    /// A brand, by its slug (`mockbank`) or by an institution of it (`ofmockbank_br_retail`); `directory` for the directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// A pattern of the path within the bank: `accounts/v2/accounts/*/transactions`, `auth/token`, `auth/s/*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Pattern>,
    /// `GET`, `POST`, `PUT` or `DELETE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// CPF or CNPJ of whom the call is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Id of the consent that the call is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<String>,
    /// The receiver, by its `client_id` at the bank or by its software id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
}

impl Fault {
    /// Reads a rule, and says what is wrong with it.
    pub(super) fn parse(body: &[u8]) -> Result<Self, String> {
        let mut fault: Self = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        fault.effect.check()?;
        if fault.times.is_some_and(|times| !(1..=MOST_TIMES).contains(&times)) {
            return Err(format!("times goes from 1 to {MOST_TIMES}"));
        }
        fault.matching.check()?;
        Ok(fault)
    }
}

impl Matching {
    fn check(&mut self) -> Result<(), String> {
        if let Some(name) = &mut self.brand {
            let slug = slug(name);
            if slug != DIRECTORY && !BRANDS.iter().any(|brand| brand.slug == slug) {
                return Err("there is no such brand".to_owned());
            }
            *name = slug.to_owned();
        }
        if let Some(method) = &self.method
            && !["GET", "POST", "PUT", "DELETE"].contains(&method.as_str())
        {
            return Err("method is GET, POST, PUT or DELETE".to_owned());
        }
        if let Some(person) = &self.person
            && !(matches!(person.len(), 11 | 14) && person.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        {
            return Err("person is a CPF or CNPJ without punctuation".to_owned());
        }
        let ids = [("consent", &self.consent), ("client", &self.client)];
        match ids.iter().find(|(_, id)| id.as_ref().is_some_and(|id| id.is_empty() || id.len() > LONGEST_ID)) {
            Some((name, _)) => Err(format!("{name} has 1 to {LONGEST_ID} bytes")),
            None => Ok(()),
        }
    }

    /// Says whether address and method fit.
    pub(super) fn reaches(&self, brand: Option<&Brand>, method: &Method, path: &str) -> bool {
        let here = brand.map_or(DIRECTORY, |brand| brand.slug);
        self.brand.as_deref().is_none_or(|wanted| wanted == here)
            && self.method.as_deref().is_none_or(|wanted| wanted == method.as_str())
            && self.path.as_ref().is_none_or(|pattern| pattern.fits(path))
    }

    /// Says whether a call is about the right person, consent and receiver.
    pub(super) fn concerns(&self, who: &Who) -> bool {
        let among = |wanted: &Option<String>, found: &[String]| {
            wanted.as_ref().is_none_or(|wanted| found.iter().any(|found| found == wanted))
        };
        among(&self.person, &who.documents)
            && among(&self.client, &who.clients)
            && self.consent.as_ref().is_none_or(|wanted| who.consent.as_ref() == Some(wanted))
    }
}

/// The slug in the name of a brand or of one of its institutions (`of<slug>_br_retail`).
fn slug(name: &str) -> &str {
    let inner = name.strip_prefix("of").and_then(|rest| rest.split_once("_br_"));
    inner.map_or(name, |(slug, _)| slug)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(value: &serde_json::Value) -> Result<Fault, String> {
        Fault::parse(value.to_string().as_bytes())
    }

    #[test]
    fn rules_read_as_they_are_written() {
        let whole = json!({
            "match": {
                "brand": "mockbank", "path": "accounts/v2/accounts/*/transactions", "method": "GET",
                "person": "76109277673", "consent": "urn:mockbank:1", "client": "c",
            },
            "effect": {"kind": "status", "status": 529, "retry_after": 30, "code": "X_1", "after": true},
            "times": 3,
        });
        assert_eq!(serde_json::to_value(parse(&whole).unwrap()).unwrap(), whole);
        let named = parse(&json!({"match": {"brand": "ofaurora_br_business"}, "effect": {"kind": "garbage"}})).unwrap();
        assert_eq!(named.matching.brand.as_deref(), Some("aurora"));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let garbage = json!({"kind": "garbage"});
        for bad in [
            json!({}),
            json!({"effect": {"kind": "explode"}}),
            json!({"effect": {"kind": "garbage", "more": 1}}),
            json!({"effect": {"kind": "status", "status": 200}}),
            json!({"effect": {"kind": "status", "status": 600}}),
            json!({"effect": {"kind": "status", "status": 423, "retry_after": 9_999_999}}),
            json!({"effect": {"kind": "status", "status": 400, "code": "a b"}}),
            json!({"effect": {"kind": "status", "status": 400, "code": ""}}),
            json!({"effect": {"kind": "status"}}),
            json!({"effect": {"kind": "delay"}}),
            json!({"effect": {"kind": "delay", "seconds": 121}}),
            json!({"effect": {"kind": "delay", "seconds": -1}}),
            json!({"effect": {"kind": "delay", "clock_seconds": 99_999_999}}),
            json!({"effect": {"kind": "duplicate", "records": 0}}),
            json!({"effect": {"kind": "vanish", "records": 1_001}}),
            json!({"effect": {"kind": "wrong_id_token"}}),
            json!({"effect": {"kind": "wrong_id_token", "claim": "colour"}}),
            json!({"effect": {"kind": "wrong_id_token", "claim": "signature"}}),
            json!({"effect": garbage, "times": 0}),
            json!({"effect": garbage, "times": 1_000_001}),
            json!({"effect": garbage, "times": "often"}),
            json!({"effect": garbage, "match": {"brand": "nowhere"}}),
            json!({"effect": garbage, "match": {"brand": ""}}),
            json!({"effect": garbage, "match": {"path": "a/**/b"}}),
            json!({"effect": garbage, "match": {"path": ""}}),
            json!({"effect": garbage, "match": {"method": "PATCH"}}),
            json!({"effect": garbage, "match": {"method": "get"}}),
            json!({"effect": garbage, "match": {"person": "761.092.776-73"}}),
            json!({"effect": garbage, "match": {"consent": ""}}),
            json!({"effect": garbage, "match": {"client": "x".repeat(257)}}),
            json!({"effect": garbage, "match": {"step": "accounts"}}),
            json!({"effect": garbage, "more": 1}),
        ] {
            assert!(parse(&bad).is_err(), "{bad}");
        }
    }
}
