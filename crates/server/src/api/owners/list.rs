use axum::extract::State;
use vinculo_domain::{LinkId, OwnerId};
use vinculo_store::OwnerFilter;

use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::query::{Filters, Query, email, text, word};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET /api/owners/`.
pub(super) async fn owners(
    State(state): State<AppState>,
    caller: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    let filter = OwnerFilter {
        link: filters.one_of::<LinkId>("link", word),
        id: filters.one_of::<OwnerId>("id", word),
        created_at: filters.instants("created_at"),
        email: filters.one("email", email),
        display_name_contains: filters.one("display_name__icontains", text),
    };
    filters.finish()?;
    let page = state.store().owners(caller.application(), &filter, paging).await?;
    List { address: &address, query: &query, paging }.stored(page)
}
