//! A link as the API shows it (reference, belvo-api 8.1).

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;
use vinculo_domain::{AccessMode, FetchResources, InstitutionCode, LinkId, LinkStatus, RefreshRate, StaleIn};
use vinculo_store::Link;

use crate::api::error::{ApiError, ApiResult};
use crate::api::time::{micros, micros_option};

#[derive(Serialize)]
struct View<'a> {
    id: LinkId,
    institution: &'a InstitutionCode,
    access_mode: AccessMode,
    #[serde(serialize_with = "micros_option")]
    last_accessed_at: Option<Timestamp>,
    #[serde(serialize_with = "micros")]
    created_at: Timestamp,
    external_id: Option<&'a str>,
    institution_user_id: &'a str,
    status: LinkStatus,
    created_by: Uuid,
    refresh_rate: Option<RefreshRate>,
    credentials_storage: &'a str,
    fetch_resources: &'a FetchResources,
    stale_in: StaleIn,
}

/// Writes a link.
pub(super) fn body(link: &Link) -> ApiResult<String> {
    let view = View {
        id: link.id,
        institution: &link.institution,
        access_mode: link.access_mode,
        last_accessed_at: link.last_accessed_at,
        created_at: link.created_at,
        external_id: link.external_id.as_deref(),
        institution_user_id: &link.institution_user_id,
        status: link.status,
        created_by: link.created_by,
        refresh_rate: link.refresh_rate,
        credentials_storage: &link.credentials_storage,
        fetch_resources: &link.fetch_resources,
        stale_in: link.stale_in,
    };
    serde_json::to_string(&view).map_err(ApiError::internal)
}
