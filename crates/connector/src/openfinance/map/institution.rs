//! Brands of the participants document.

use std::collections::{BTreeMap, BTreeSet};

use vinculo_domain::{
    ApiEndpoint, Institution, InstitutionCode, InstitutionKind, InstitutionStatus, Organisation, fold,
};

use crate::openfinance::settings::BrandSettings;
use crate::openfinance::wire::participants::{ApiResource, AuthorisationServer, Participant};

/// Colours of brands that the settings do not know: dark enough for white text.
const COLOURS: [&str; 8] = ["#1f3a8a", "#7a1f4b", "#1c6b3c", "#7c3f00", "#0b5c73", "#5b2a86", "#8c1d18", "#3d4a5c"];

/// What the settings say about brands.
pub(crate) struct Knowledge<'a> {
    /// By authorization server id.
    pub(crate) brands: &'a BTreeMap<String, BrandSettings>,
    /// Codes without ending, most popular first.
    pub(crate) popular: &'a [String],
}

/// Maps the document to institutions, ordered by code: one per authorization server and kind of customer.
///
/// A server is left out when its organisation is not active or not a holder of data, when it has no name or discovery
/// document, or when it offers no consents of version 3.
pub(crate) fn institutions(participants: &[Participant], knowledge: &Knowledge<'_>) -> Vec<Institution> {
    let mut servers: Vec<(&Participant, &AuthorisationServer)> = participants
        .iter()
        .filter(|participant| is_holder(participant))
        .flat_map(|participant| participant.authorisation_servers.0.iter().map(move |server| (participant, server)))
        .filter(|(_, server)| is_usable(server))
        .collect();
    // Codes must not depend on the order of the document.
    servers.sort_by_key(|(_, server)| server.authorisation_server_id.or_empty());
    servers.dedup_by_key(|(_, server)| server.authorisation_server_id.or_empty());
    let mut taken = BTreeSet::new();
    let mut all: Vec<Institution> = Vec::new();
    // Codes that the settings give are handed out first.
    servers.sort_by_key(|(_, server)| given_code(server, knowledge).is_none());
    for (participant, server) in servers {
        let code = code(server, knowledge, &mut taken);
        all.extend(
            kinds(server).into_iter().filter_map(|kind| institution(participant, server, &code, kind, knowledge)),
        );
    }
    all.sort_by(|a, b| a.code.cmp(&b.code));
    all
}

fn is_holder(participant: &Participant) -> bool {
    let active = |text: Option<&str>| text.is_none_or(|status| status.eq_ignore_ascii_case("active"));
    let claims = &participant.org_domain_role_claims.0;
    let holder = claims.iter().any(|claim| claim.role.get() == Some("DADOS") && active(claim.status.get()));
    active(participant.status.get()) && (claims.is_empty() || holder)
}

fn is_usable(server: &AuthorisationServer) -> bool {
    let named = [&server.authorisation_server_id, &server.customer_friendly_name, &server.open_id_discovery_document];
    let consents = server.api_resources.0.iter().any(|resource| {
        resource.api_family_type.get() == Some("consents")
            && resource.api_version.get().is_some_and(|version| version.starts_with("3."))
    });
    named.iter().all(|text| text.get().is_some()) && consents
}

/// The directory's flags for persons and companies are not in the open document: the customer APIs tell the same.
/// A server that offers neither is taken to serve persons.
fn kinds(server: &AuthorisationServer) -> Vec<InstitutionKind> {
    let offers = |family: &str| server.api_resources.0.iter().any(|r| r.api_family_type.get() == Some(family));
    let kinds = [
        (InstitutionKind::Retail, offers("customers-personal")),
        (InstitutionKind::Business, offers("customers-business")),
    ];
    let found: Vec<InstitutionKind> = kinds.into_iter().filter(|(_, offered)| *offered).map(|(kind, _)| kind).collect();
    if found.is_empty() { vec![InstitutionKind::Retail] } else { found }
}

fn given_code<'a>(server: &AuthorisationServer, knowledge: &Knowledge<'a>) -> Option<&'a str> {
    let brand = knowledge.brands.get(server.authorisation_server_id.get()?)?;
    brand.code.as_deref()
}

/// Returns the code without ending: the one of the settings, else `of` and the folded name. Where two brands would
/// share a code, the later one (by id) gets the first four characters of its id behind it.
fn code(server: &AuthorisationServer, knowledge: &Knowledge<'_>, taken: &mut BTreeSet<String>) -> String {
    let id = server.authorisation_server_id.or_empty();
    let plain = |text: &str, most: usize| -> String {
        fold(text).chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(most).collect()
    };
    let derived = || match plain(&server.customer_friendly_name.or_empty(), 40) {
        name if name.is_empty() => format!("of{}", plain(&id, 12)),
        name => format!("of{name}"),
    };
    let mut code = given_code(server, knowledge).map_or_else(derived, str::to_owned);
    if taken.contains(&code) {
        code.push_str(&plain(&id, 4));
    }
    taken.insert(code.clone());
    code
}

fn institution(
    participant: &Participant,
    server: &AuthorisationServer,
    code: &str,
    kind: InstitutionKind,
    knowledge: &Knowledge<'_>,
) -> Option<Institution> {
    let id = server.authorisation_server_id.owned()?;
    let rank = knowledge.popular.iter().position(|popular| popular == code);
    let full: InstitutionCode = format!("{code}_br_{}", kind.as_str()).parse().ok()?;
    Some(Institution {
        id: 0,
        code: full,
        kind,
        display_name: server.customer_friendly_name.owned()?,
        description: server.customer_friendly_description.owned(),
        logo: server.customer_friendly_logo_uri.owned().filter(|url| is_web_address(url)),
        website: server.developer_portal_uri.owned().filter(|url| is_web_address(url)),
        primary_color: colour(&id, knowledge),
        organisation: Organisation {
            id: participant.organisation_id.or_empty(),
            name: organisation_name(participant),
            registration_number: participant.registration_number.or_empty(),
        },
        authorization_server_id: id,
        discovery_url: server.open_id_discovery_document.owned()?,
        endpoints: server.api_resources.0.iter().flat_map(endpoints).collect(),
        status: status(server),
        popularity: rank.and_then(|rank| i32::try_from(rank + 1).ok()),
    })
}

fn organisation_name(participant: &Participant) -> String {
    let names = [&participant.organisation_name, &participant.registered_name, &participant.legal_entity_name];
    names.iter().find_map(|name| name.owned()).unwrap_or_default()
}

fn is_web_address(text: &str) -> bool {
    text.len() <= 2048 && url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

fn colour(id: &str, knowledge: &Knowledge<'_>) -> String {
    let given = knowledge.brands.get(id).and_then(|brand| brand.primary_color.as_deref());
    let number: usize = id.bytes().map(usize::from).sum();
    given.unwrap_or(COLOURS[number % COLOURS.len()]).to_owned()
}

fn endpoints(resource: &ApiResource) -> Vec<ApiEndpoint> {
    let (Some(family), Some(version)) = (resource.api_family_type.get(), resource.api_version.get()) else {
        return Vec::new();
    };
    let endpoint = |url: String| ApiEndpoint { family: family.to_owned(), version: version.to_owned(), url };
    let urls = resource.api_discovery_endpoints.0.iter().filter(|_| is_active(resource));
    urls.filter_map(|e| e.api_endpoint.owned()).map(endpoint).collect()
}

fn is_active(resource: &ApiResource) -> bool {
    resource.status.get().is_none_or(|status| status.eq_ignore_ascii_case("active"))
}

/// A server that is not active is down; one that lists an API of which no version is active is unstable.
fn status(server: &AuthorisationServer) -> InstitutionStatus {
    let resources = &server.api_resources.0;
    let families = |active: bool| -> BTreeSet<&str> {
        let those = resources.iter().filter(|resource| is_active(resource) == active);
        those.filter_map(|resource| resource.api_family_type.get()).collect()
    };
    match server.status.get() {
        Some(status) if !status.eq_ignore_ascii_case("active") => InstitutionStatus::Down,
        _ if families(false).is_subset(&families(true)) => InstitutionStatus::Healthy,
        _ => InstitutionStatus::Degraded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openfinance::map::fuzz::spoilt;
    use proptest::prelude::*;

    fn server(id: &str, name: &str, families: &[&str]) -> serde_json::Value {
        let resource = |family: &&str| {
            let version = if *family == "consents" { "3.3.1" } else { "2.3.0" };
            serde_json::json!({
                "ApiFamilyType": family, "ApiVersion": version, "Status": "Active",
                "ApiDiscoveryEndpoints": [{"ApiEndpoint": format!("https://b.br/open-banking/{family}/v{}/x", &version[..1])}],
            })
        };
        serde_json::json!({
            "AuthorisationServerId": id, "CustomerFriendlyName": name,
            "CustomerFriendlyLogoUri": "https://b.br/logo.svg",
            "OpenIDDiscoveryDocument": "https://b.br/.well-known/openid-configuration",
            "ApiResources": families.iter().map(resource).collect::<Vec<_>>(),
        })
    }

    fn organisation(servers: Vec<serde_json::Value>) -> serde_json::Value {
        serde_json::json!({
            "OrganisationId": "o", "Status": "Active", "OrganisationName": "Banco S.A.", "RegistrationNumber": "01",
            "AuthorisationServers": servers, "OrgDomainRoleClaims": [{"Role": "DADOS", "Status": "Active"}],
        })
    }

    fn map(document: &serde_json::Value) -> Vec<Institution> {
        let participants: Vec<Participant> = serde_json::from_str(&document.to_string()).unwrap();
        let mock = BrandSettings { code: Some("ofmockbank".to_owned()), primary_color: Some("#016FD0".to_owned()) };
        let brands = BTreeMap::from([("7844".to_owned(), mock)]);
        institutions(&participants, &Knowledge { brands: &brands, popular: &["ofmockbank".to_owned()] })
    }

    fn codes(document: &serde_json::Value) -> Vec<String> {
        map(document).into_iter().map(|i| i.code.to_string()).collect()
    }

    const BOTH: [&str; 4] = ["consents", "accounts", "customers-personal", "customers-business"];

    #[test]
    fn an_api_of_which_no_version_is_active_makes_a_server_unstable() {
        let mut one = server("1", "Garoa", &["consents", "accounts", "accounts"]);
        let mut status = |first: &str, second: &str| {
            one["ApiResources"][1]["Status"] = first.into();
            one["ApiResources"][2]["Status"] = second.into();
            map(&serde_json::json!([organisation(vec![one.clone()])])).remove(0).status
        };
        assert_eq!(status("Active", "Active"), InstitutionStatus::Healthy);
        assert_eq!(status("Inactive", "Active"), InstitutionStatus::Healthy, "an old version that has gone");
        assert_eq!(status("Inactive", "Inactive"), InstitutionStatus::Degraded);
    }

    #[test]
    fn a_server_for_both_gives_two_institutions() {
        let document = serde_json::json!([organisation(vec![server("7844", "OF Mock Bank", &BOTH)])]);
        assert_eq!(codes(&document), ["ofmockbank_br_business", "ofmockbank_br_retail"]);
        let retail = &map(&document)[1];
        assert_eq!(retail.display_name, "OF Mock Bank");
        assert_eq!(retail.primary_color, "#016FD0");
        assert_eq!(retail.popularity, Some(1));
        assert_eq!(retail.organisation.name, "Banco S.A.");
        assert_eq!(retail.api_base("accounts", 2), Some("https://b.br/open-banking/accounts/v2"));
        assert_eq!(retail.api_base("accounts", 3), None);
    }

    #[test]
    fn codes_are_derived_from_names_without_accents() {
        let document = serde_json::json!([organisation(vec![
            server("1", "Cooperativa Ipê!", &["consents", "customers-personal"]),
            server("2", "银行", &["consents", "customers-business"]),
        ])]);
        assert_eq!(codes(&document), ["of2_br_business", "ofcooperativaipe_br_retail"]);
    }

    #[test]
    fn equal_names_get_different_codes_whatever_the_order() {
        let (a, b) = (server("aaaa-1", "Banco X", &BOTH[..3]), server("bbbb-2", "Banco X", &BOTH[..3]));
        let one = serde_json::json!([organisation(vec![a.clone(), b.clone()])]);
        let two = serde_json::json!([organisation(vec![b]), organisation(vec![a])]);
        assert_eq!(codes(&one), ["ofbancox_br_retail", "ofbancoxbbbb_br_retail"]);
        assert_eq!(codes(&one), codes(&two));
    }

    #[test]
    fn who_cannot_be_used_is_left_out() {
        let mut inactive = organisation(vec![server("1", "A", &BOTH)]);
        inactive["Status"] = "Withdrawn".into();
        let mut payments_only = organisation(vec![server("2", "B", &BOTH)]);
        payments_only["OrgDomainRoleClaims"] = serde_json::json!([{"Role": "PAGTO", "Status": "Active"}]);
        let no_consents = organisation(vec![server("3", "C", &["accounts", "customers-personal"])]);
        let mut nameless = server("4", "", &BOTH);
        nameless["CustomerFriendlyName"] = serde_json::Value::Null;
        let document = serde_json::json!([inactive, payments_only, no_consents, organisation(vec![nameless]), {}]);
        assert_eq!(codes(&document), Vec::<String>::new());
    }

    #[test]
    fn the_same_server_twice_counts_once() {
        let twice = vec![server("1", "A", &BOTH[..3]), server("1", "A", &BOTH[..3])];
        assert_eq!(codes(&serde_json::json!([organisation(twice)])), ["ofa_br_retail"]);
    }

    #[test]
    fn logos_are_web_addresses() {
        let mut evil = server("1", "A", &BOTH[..3]);
        evil["CustomerFriendlyLogoUri"] = "javascript:alert(1)".into();
        assert_eq!(map(&serde_json::json!([organisation(vec![evil])]))[0].logo, None);
    }

    const DOCUMENT: &str = r#"[{"OrganisationId":"o","Status":"Active","OrganisationName":"B","RegistrationNumber":"01",
        "AuthorisationServers":[{"AuthorisationServerId":"1","CustomerFriendlyName":"A","OpenIDDiscoveryDocument":"https://b.br/.well-known/x",
        "CustomerFriendlyLogoUri":"https://b.br/l.svg","ApiResources":[{"ApiFamilyType":"consents","ApiVersion":"3.3.1","Status":"Active",
        "ApiDiscoveryEndpoints":[{"ApiEndpoint":"https://b.br/open-banking/consents/v3/consents"}]}]}],
        "OrgDomainRoleClaims":[{"Role":"DADOS","Status":"Active"}]}]"#;

    proptest! {
        #[test]
        fn a_spoilt_document_is_handled(json in spoilt(DOCUMENT)) {
            let participants: Vec<Participant> = serde_json::from_str(&json).unwrap_or_default();
            institutions(&participants, &Knowledge { brands: &BTreeMap::new(), popular: &[] });
        }
    }
}
