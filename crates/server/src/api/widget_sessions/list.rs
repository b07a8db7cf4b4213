use axum::extract::State;
use vinculo_domain::{LinkId, SessionStatus};
use vinculo_store::{Page, SessionFilter};

use super::view;
use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::query::{Filters, Query, text, word};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET /api/widget-sessions/`.
pub(super) async fn sessions(
    State(state): State<AppState>,
    caller: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    let filter = SessionFilter {
        status: filters.one_of::<SessionStatus>("status", word),
        external_id: filters.one_of("external_id", text),
        link: filters.one_of::<LinkId>("link", word),
        created_at: filters.instants("created_at"),
    };
    filters.finish()?;
    let page = state.store().sessions(caller.application(), &filter, paging).await?;
    let items = page.items.iter().map(|session| view::body(session, None)).collect::<ApiResult<_>>()?;
    List { address: &address, query: &query, paging }.answer(Page { count: page.count, items })
}
