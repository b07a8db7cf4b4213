//! The participants document.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header;
use serde_json::{Value, json};

use crate::brand::{BRANDS, Brand};
use crate::network::Network;
use crate::troubled::Health;
use crate::urls::Urls;

/// Lists every bank; receivers may keep it for a quarter of an hour.
pub(super) async fn participants(State(net): State<Arc<Network>>) -> Response {
    let organisations: Vec<Value> = BRANDS.iter().map(|brand| organisation(brand, &net.urls)).collect();
    ([(header::CACHE_CONTROL, "public, max-age=900")], Json(organisations)).into_response()
}

fn organisation(brand: &Brand, urls: &Urls) -> Value {
    json!({
        "OrganisationId": brand.organisation_id,
        "Status": "Active",
        "OrganisationName": brand.legal_name,
        "CreatedOn": "2025-01-02T12:00:00.000Z",
        "LegalEntityName": brand.legal_name,
        "CountryOfRegistration": "BR",
        "CompanyRegister": "Cadastro Nacional da Pessoa Jurídica",
        "RegistrationNumber": brand.cnpj,
        "RegistrationId": brand.ispb,
        "RegisteredName": brand.legal_name,
        "AddressLine1": "Avenida da Simulação, 1000",
        "AddressLine2": "",
        "City": "São Paulo",
        "Postcode": "01310100",
        "Country": "BR",
        "ParentOrganisationReference": "",
        "Contacts": [],
        "AuthorisationServers": [authorisation_server(brand, urls)],
        "OrgDomainClaims": [{
            "AuthorisationDomainName": "Open Banking",
            "AuthorityName": "Banco Central do Brasil",
            "RegistrationId": brand.ispb,
            "Status": "Active",
        }],
        "OrgDomainRoleClaims": [{
            "Status": "Active",
            "AuthorisationDomain": "Open Banking",
            "Role": "DADOS",
            "Authorisations": [],
            "RegistrationId": brand.ispb,
        }],
    })
}

fn authorisation_server(brand: &Brand, urls: &Urls) -> Value {
    json!({
        "AuthorisationServerId": brand.authorisation_server_id,
        "Status": if brand.health == Health::Away { "Inactive" } else { "Active" },
        "OrganisationId": brand.organisation_id,
        "AutoRegistrationSupported": true,
        "ApiResources": resources(brand, urls),
        "CustomerFriendlyName": brand.name,
        "CustomerFriendlyDescription": brand.description,
        "CustomerFriendlyLogoUri": urls.logo(brand),
        "DeveloperPortalUri": urls.people,
        "TermsOfServiceUri": urls.people,
        "NotificationWebhook": null,
        "NotificationWebhookStatus": null,
        "OpenIDDiscoveryDocument": format!("{}/.well-known/openid-configuration", urls.issuer(brand)),
        "PayloadSigningCertLocationUri": format!("{}/{}/application.jwks", urls.keystore(), brand.organisation_id),
        "ParentAuthorisationServerId": null,
    })
}

/// An API family: its name, version and endpoints.
pub(super) type Family = (&'static str, &'static str, &'static [&'static str]);

/// Families that every brand offers.
const COMMON: [Family; 3] = [
    (
        "consents",
        "3.3.1",
        &[
            "consents/v3/consents",
            "consents/v3/consents/{consentId}",
            "consents/v3/consents/{consentId}/extends",
            "consents/v3/consents/{consentId}/extensions",
        ],
    ),
    ("resources", "3.1.0", &["resources/v3/resources"]),
    (
        "accounts",
        "2.5.1",
        &[
            "accounts/v2/accounts",
            "accounts/v2/accounts/{accountId}",
            "accounts/v2/accounts/{accountId}/balances",
            "accounts/v2/accounts/{accountId}/transactions",
            "accounts/v2/accounts/{accountId}/transactions-current",
            "accounts/v2/accounts/{accountId}/overdraft-limits",
        ],
    ),
];

/// What a shaky brand offers and cannot give at the moment.
const INACTIVE: Family = ("exchanges", "1.0.0", &["exchanges/v1/operations"]);

/// For brands that serve persons.
const PERSONAL: Family = (
    "customers-personal",
    "2.3.0",
    &[
        "customers/v2/personal/identifications",
        "customers/v2/personal/qualifications",
        "customers/v2/personal/financial-relations",
    ],
);

/// For brands that serve companies.
const BUSINESS: Family = (
    "customers-business",
    "2.3.0",
    &[
        "customers/v2/business/identifications",
        "customers/v2/business/qualifications",
        "customers/v2/business/financial-relations",
    ],
);

/// For brands that give credit.
const CREDIT: [Family; 5] = [
    (
        "credit-cards-accounts",
        "2.4.0",
        &[
            "credit-cards-accounts/v2/accounts",
            "credit-cards-accounts/v2/accounts/{creditCardAccountId}",
            "credit-cards-accounts/v2/accounts/{creditCardAccountId}/limits",
            "credit-cards-accounts/v2/accounts/{creditCardAccountId}/bills",
            "credit-cards-accounts/v2/accounts/{creditCardAccountId}/bills/{billId}/transactions",
            "credit-cards-accounts/v2/accounts/{creditCardAccountId}/transactions",
            "credit-cards-accounts/v2/accounts/{creditCardAccountId}/transactions-current",
        ],
    ),
    (
        "loans",
        "2.6.0",
        &[
            "loans/v2/contracts",
            "loans/v2/contracts/{contractId}",
            "loans/v2/contracts/{contractId}/warranties",
            "loans/v2/contracts/{contractId}/scheduled-instalments",
            "loans/v2/contracts/{contractId}/payments",
        ],
    ),
    (
        "financings",
        "2.4.0",
        &[
            "financings/v2/contracts",
            "financings/v2/contracts/{contractId}",
            "financings/v2/contracts/{contractId}/warranties",
            "financings/v2/contracts/{contractId}/scheduled-instalments",
            "financings/v2/contracts/{contractId}/payments",
        ],
    ),
    (
        "unarranged-accounts-overdraft",
        "2.4.0",
        &[
            "unarranged-accounts-overdraft/v2/contracts",
            "unarranged-accounts-overdraft/v2/contracts/{contractId}",
            "unarranged-accounts-overdraft/v2/contracts/{contractId}/warranties",
            "unarranged-accounts-overdraft/v2/contracts/{contractId}/scheduled-instalments",
            "unarranged-accounts-overdraft/v2/contracts/{contractId}/payments",
        ],
    ),
    (
        "invoice-financings",
        "2.4.0",
        &[
            "invoice-financings/v2/contracts",
            "invoice-financings/v2/contracts/{contractId}",
            "invoice-financings/v2/contracts/{contractId}/warranties",
            "invoice-financings/v2/contracts/{contractId}/scheduled-instalments",
            "invoice-financings/v2/contracts/{contractId}/payments",
        ],
    ),
];

fn resources(brand: &Brand, urls: &Urls) -> Vec<Value> {
    let personal = brand.persons.then_some(PERSONAL);
    let business = brand.companies.then_some(BUSINESS);
    let base = urls.api(brand);
    let credit = CREDIT.into_iter().filter(|_| brand.credit);
    let families = COMMON.into_iter().chain(super::investments::FAMILIES).chain(personal).chain(business).chain(credit);
    let mut all: Vec<Value> = families.map(|family| resource(brand, &base, family)).collect();
    if brand.health == Health::Shaky {
        all.retain(|known| known["ApiFamilyType"] != INACTIVE.0);
        let mut inactive = resource(brand, &base, INACTIVE);
        inactive["Status"] = "Inactive".into();
        all.push(inactive);
    }
    all
}

fn resource(brand: &Brand, base: &str, (family, version, endpoints): Family) -> Value {
    let id = |path: &str| name_based(&format!("{}|{path}", brand.slug));
    let endpoints: Vec<Value> = endpoints
        .iter()
        .map(|path| json!({"ApiDiscoveryId": id(path), "ApiEndpoint": format!("{base}/{path}")}))
        .collect();
    json!({
        "ApiResourceId": id(family),
        "ApiVersion": version,
        "ApiDiscoveryEndpoints": endpoints,
        "FamilyComplete": true,
        "ApiCertificationUri": null,
        "CertificationStatus": null,
        "CertificationStartDate": null,
        "CertificationExpirationDate": null,
        "ApiFamilyType": family,
        "Status": "Active",
    })
}

/// A UUID that depends on `name` alone.
fn name_based(name: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_ref()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls() -> Urls {
        Urls::new("http://127.0.0.1:8090", "https://127.0.0.1:8091")
    }

    fn families(slug: &str) -> Vec<String> {
        let server = authorisation_server(Brand::find(slug).unwrap(), &urls());
        let resources = server["ApiResources"].as_array().unwrap().clone();
        resources.iter().map(|resource| resource["ApiFamilyType"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_brand_offers_customer_data_of_those_it_serves() {
        assert!(families("mockbank").contains(&"customers-personal".to_owned()));
        assert!(families("mockbank").contains(&"customers-business".to_owned()));
        assert!(!families("girassol").contains(&"customers-business".to_owned()));
        assert!(!families("cardume").contains(&"customers-personal".to_owned()));
        assert!(families("cardume").contains(&"credit-cards-accounts".to_owned()));
        assert!(!families("girassol").contains(&"credit-cards-accounts".to_owned()));
    }

    #[test]
    fn endpoints_are_whole_addresses_on_the_mtls_listener() {
        let server = authorisation_server(Brand::find("mockbank").unwrap(), &urls());
        assert_eq!(
            server["ApiResources"][0]["ApiDiscoveryEndpoints"][0]["ApiEndpoint"],
            "https://127.0.0.1:8091/mockbank/open-banking/consents/v3/consents"
        );
        assert_eq!(
            server["OpenIDDiscoveryDocument"],
            "http://127.0.0.1:8090/auth/mockbank/.well-known/openid-configuration"
        );
    }
}
