use axum::extract::State;
use vinculo_domain::{EndpointId, EventId, EventType, LinkId};
use vinculo_store::{DeliveryFilter, DeliveryStatus, Page};

use super::{fields, view};
use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::id::Id;
use crate::api::query::{Filters, Query, word};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET /api/webhooks/{id}/deliveries/`: what was sent there, with every attempt, newest first.
pub(super) async fn endpoint(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<EndpointId>,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    let filter = DeliveryFilter {
        endpoint: Some(vec![id]),
        event: filters.one_of::<EventId>("webhook_id", word),
        status: filters.one_of::<DeliveryStatus>("status", word),
        kind: filters.one_of::<EventType>("webhook_type", word),
        link: filters.one_of::<LinkId>("link", word),
        created_at: filters.instants("created_at"),
    };
    filters.finish()?;
    fields::find(&state, &caller, id).await?;
    let page = state.store().delivery_log(caller.application(), &filter, paging).await?;
    let items = page.items.iter().map(view::delivery).collect::<ApiResult<_>>()?;
    List { address: &address, query: &query, paging }.answer(Page { count: page.count, items })
}
