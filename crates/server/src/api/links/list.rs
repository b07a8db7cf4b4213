use axum::extract::State;
use uuid::Uuid;
use vinculo_domain::{AccessMode, InstitutionCode, Invalid, LinkId, LinkStatus, RefreshRate};
use vinculo_store::{LinkFilter, Page};

use super::view;
use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::query::{Filters, Query, text, word};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET /api/links/`.
pub(super) async fn links(
    State(state): State<AppState>,
    caller: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    let filter = LinkFilter {
        id: filters.one_of::<LinkId>("id", word),
        institution: filters.one_of::<InstitutionCode>("institution", word),
        access_mode: filters.one::<AccessMode>("access_mode", word),
        created_at: filters.instants("created_at"),
        created_by_not_in: filters.many("created_by__not_in", user),
        external_id: filters.one_of("external_id", text),
        institution_user_id: filters.one_of("institution_user_id", text),
        refresh_rate: filters.one::<RefreshRate>("refresh_rate", word),
        status: filters.one_of::<LinkStatus>("status", word),
    };
    filters.finish()?;
    let page = state.store().links(caller.application(), &filter, paging).await?;
    let items = page.items.iter().map(view::body).collect::<ApiResult<_>>()?;
    List { address: &address, query: &query, paging }.answer(Page { count: page.count, items })
}

fn user(text: &str) -> Result<String, Invalid> {
    match Uuid::parse_str(text) {
        Ok(id) => Ok(id.to_string()),
        Err(_) => Err(Invalid::new("Enter a valid UUID.")),
    }
}
