use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use vinculo_domain::{ConsentId, ConsentStatus, PermissionSet};
use vinculo_store::{ConsentChange, Page};

use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::{ApiError, ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::{Filters, Query};
use crate::api::time::{micros, micros_option};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

#[derive(Serialize)]
struct View<'a> {
    number: i64,
    #[serde(serialize_with = "micros")]
    at: Timestamp,
    by: &'a str,
    what: &'a str,
    status: ConsentStatus,
    #[serde(serialize_with = "micros_option")]
    expired_at: Option<Timestamp>,
    permissions: &'a PermissionSet,
    detail: &'a RawValue,
}

/// `GET /api/consents/{id}/history/` (ours): who changed what, when, with which text, permissions and term.
pub(super) async fn consent(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ConsentId>,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    filters.finish()?;
    state.store().consent(caller.application(), id).await?.ok_or(Code::NotFound)?;
    let all = state.store().consent_history(id).await?;
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let (size, before) = (paging.size as usize, (paging.page as usize).saturating_sub(1));
    let page = all.iter().skip(before.saturating_mul(size)).take(size);
    let items = page.map(line).collect::<ApiResult<_>>()?;
    List { address: &address, query: &query, paging }.answer(Page { count, items })
}

fn line(change: &ConsentChange) -> ApiResult<String> {
    let view = View {
        number: change.number,
        at: change.at,
        by: &change.actor,
        what: &change.what,
        status: change.status,
        expired_at: change.expires_at,
        permissions: &change.permissions,
        detail: serde_json::from_str(&change.detail).map_err(ApiError::internal)?,
    };
    serde_json::to_string(&view).map_err(ApiError::internal)
}
