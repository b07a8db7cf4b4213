//! The directory's participants document (section 3.1).

use serde::Deserialize;

use super::value::{List, Text};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Participant {
    pub(crate) organisation_id: Text,
    pub(crate) status: Text,
    pub(crate) organisation_name: Text,
    pub(crate) legal_entity_name: Text,
    pub(crate) registration_number: Text,
    pub(crate) registered_name: Text,
    pub(crate) authorisation_servers: List<AuthorisationServer>,
    pub(crate) org_domain_role_claims: List<RoleClaim>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct AuthorisationServer {
    pub(crate) authorisation_server_id: Text,
    pub(crate) status: Text,
    pub(crate) api_resources: List<ApiResource>,
    pub(crate) customer_friendly_name: Text,
    pub(crate) customer_friendly_description: Text,
    pub(crate) customer_friendly_logo_uri: Text,
    pub(crate) developer_portal_uri: Text,
    #[serde(rename = "OpenIDDiscoveryDocument")]
    pub(crate) open_id_discovery_document: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ApiResource {
    pub(crate) api_family_type: Text,
    pub(crate) api_version: Text,
    pub(crate) status: Text,
    pub(crate) api_discovery_endpoints: List<ApiDiscoveryEndpoint>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ApiDiscoveryEndpoint {
    pub(crate) api_endpoint: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct RoleClaim {
    pub(crate) role: Text,
    pub(crate) status: Text,
}
