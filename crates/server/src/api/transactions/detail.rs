use axum::extract::State;
use http::StatusCode;
use vinculo_domain::TransactionId;

use super::view;
use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `GET /api/transactions/{id}/`.
pub(super) async fn transaction(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<TransactionId>,
    query: Query,
) -> ApiResult {
    let found = state.store().transaction(caller.application(), id).await?;
    let (transaction, account) = found.ok_or(Code::NotFound)?;
    answer::object(StatusCode::OK, view::body(&transaction.body, account.as_deref()), &query)
}
