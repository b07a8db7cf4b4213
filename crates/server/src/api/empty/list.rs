use axum::extract::State;
use uuid::Uuid;
use vinculo_domain::Invalid;
use vinculo_store::Page;

use super::table::Resource;
use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::query::{Filters, Query};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET`: the parameters are checked, then there is nothing.
pub(super) async fn list(
    resource: &'static Resource,
    _: State<AppState>,
    _: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    resource.filters.iter().for_each(|name| drop(filters.one_of(name, uuid)));
    filters.finish()?;
    List { address: &address, query: &query, paging }.answer(Page { count: 0, items: Vec::new() })
}

fn uuid(text: &str) -> Result<Uuid, Invalid> {
    let shown: String = text.chars().take(40).collect();
    Uuid::parse_str(text).map_err(|_| Invalid::new(format!("“{shown}” is not a valid UUID.")))
}
