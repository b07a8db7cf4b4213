//! An institution as the API shows it (reference, belvo-api 7).

use serde::Serialize;
use vinculo_domain::Institution;

use crate::api::error::{ApiError, ApiResult};

/// Always the same here; clients filter by them all the same.
pub(super) const COUNTRY: &str = "BR";
pub(super) const TYPE: &str = "bank";

#[derive(Serialize)]
struct View<'a> {
    id: i64,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    website: Option<&'a str>,
    display_name: &'a str,
    country_codes: [&'static str; 1],
    primary_color: &'a str,
    logo: Option<&'a str>,
    icon_logo: Option<&'a str>,
    text_logo: Option<&'a str>,
    code: Option<&'static str>,
    form_fields: [(); 0],
    features: [(); 0],
    resources: Vec<&'static str>,
    integration_type: &'static str,
    status: &'static str,
    openbanking_information: OpenBanking<'a>,
}

#[derive(Serialize)]
struct OpenBanking<'a> {
    description: Option<&'a str>,
    participants: [&'a str; 1],
    authorization_server_id: &'a str,
}

/// Writes an institution.
pub(super) fn body(institution: &Institution) -> ApiResult<String> {
    let logo = institution.logo.as_deref();
    let view = View {
        id: institution.id,
        name: institution.code.as_str(),
        kind: TYPE,
        website: institution.website.as_deref(),
        display_name: &institution.display_name,
        country_codes: [COUNTRY],
        primary_color: &institution.primary_color,
        logo,
        icon_logo: logo,
        text_logo: logo,
        code: None,
        form_fields: [],
        features: [],
        resources: resources(institution),
        integration_type: "openfinance",
        status: institution.status.wire(),
        openbanking_information: OpenBanking {
            description: institution.description.as_deref(),
            participants: [&institution.organisation.name],
            authorization_server_id: &institution.authorization_server_id,
        },
    };
    serde_json::to_string(&view).map_err(ApiError::internal)
}

/// What the institution offers, by the families that it advertises.
pub(super) fn resources(institution: &Institution) -> Vec<&'static str> {
    let has = |part: &str| institution.endpoints.iter().any(|endpoint| endpoint.family.contains(part));
    // Cards and contracts are accounts here; balances of their own have the deposit accounts alone.
    let accounts = has("accounts") || has("loans") || has("financings");
    let deposit = institution.endpoints.iter().any(|endpoint| endpoint.family == "accounts");
    let all = [
        ("ACCOUNTS", accounts),
        ("BALANCES", deposit),
        ("BILLS", has("credit-cards")),
        ("EXCHANGES", has("exchanges")),
        ("INVESTMENTS", has("incomes") || has("funds") || has("treasure")),
        ("INVESTMENT_TRANSACTIONS", has("incomes") || has("funds") || has("treasure")),
        ("OWNERS", has("customers")),
        ("TRANSACTIONS", accounts),
    ];
    all.into_iter().filter(|(_, offered)| *offered).map(|(name, _)| name).collect()
}
