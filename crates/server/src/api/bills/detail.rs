use axum::extract::State;
use http::StatusCode;
use vinculo_domain::BillId;
use vinculo_domain::model::splice_account_of_bill;

use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `GET /api/bills/{id}/`.
pub(super) async fn bill(State(state): State<AppState>, caller: Caller, Id(id): Id<BillId>, query: Query) -> ApiResult {
    let (bill, account) = state.store().bill(caller.application(), id).await?.ok_or(Code::NotFound)?;
    answer::object(StatusCode::OK, splice_account_of_bill(&bill.body, account.as_deref()), &query)
}
