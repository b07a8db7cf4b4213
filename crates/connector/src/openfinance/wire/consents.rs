//! Consents v3.

use serde::{Deserialize, Serialize};

use super::value::{List, Moment, Text};

/// The body of `POST /consents`.
#[derive(Serialize)]
pub(crate) struct NewConsentBody<'a> {
    pub(crate) data: NewConsentData<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewConsentData<'a> {
    pub(crate) logged_user: Party<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) business_entity: Option<Party<'a>>,
    pub(crate) permissions: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expiration_date_time: Option<String>,
}

/// The body of `POST /consents/{consentId}/extends`.
#[derive(Serialize)]
pub(crate) struct ExtensionBody<'a> {
    pub(crate) data: ExtensionData<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExtensionData<'a> {
    pub(crate) logged_user: Party<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) business_entity: Option<Party<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expiration_date_time: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Party<'a> {
    pub(crate) document: PartyDocument<'a>,
}

#[derive(Serialize)]
pub(crate) struct PartyDocument<'a> {
    pub(crate) identification: &'a str,
    pub(crate) rel: &'static str,
}

/// A consent.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Consent {
    pub(crate) consent_id: Text,
    pub(crate) creation_date_time: Moment,
    pub(crate) status: Text,
    pub(crate) status_update_date_time: Moment,
    pub(crate) permissions: List<Text>,
    pub(crate) expiration_date_time: Moment,
    pub(crate) rejection: Option<RejectionBody>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct RejectionBody {
    pub(crate) rejected_by: Text,
    pub(crate) reason: Option<Reason>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reason {
    pub(crate) code: Text,
}
