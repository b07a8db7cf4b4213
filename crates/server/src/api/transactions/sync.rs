use axum::extract::State;
use http::StatusCode;
use vinculo_domain::{Invalid, LinkId};
use vinculo_store::{StoredTransaction, TransactionChanges};

use super::view;
use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::{ApiError, ApiResult, Code};
use crate::api::query::{Filters, Query, word};
use crate::api::resume::no_link;
use crate::state::AppState;

/// `GET /api/transactions/sync/` (ours): what came, changed and went since a cursor.
pub(super) async fn transactions(State(state): State<AppState>, caller: Caller, query: Query) -> ApiResult {
    let mut filters = Filters::new(&query);
    filters.require("link", &[]);
    let link = filters.one::<LinkId>("link", word);
    let cursor = filters.one("cursor", |text| Ok::<_, Invalid>(text.to_owned()));
    let size = filters.page_size();
    filters.finish()?;
    let (link, application, store) = (link.ok_or(Code::Required)?, caller.application(), state.store());
    store.link(application, link).await?.ok_or_else(|| no_link(link))?;
    let from = store.transaction_cursor(application, link, cursor.as_deref()).await?;
    let from = from.ok_or_else(|| ApiError::field_with(Code::Invalid, "cursor", NOT_OURS))?;
    let changes = store.transaction_changes(&from, size).await?.ok_or_else(|| no_link(link))?;
    body(link, &changes, &query)
}

const NOT_OURS: &str = "This cursor was not made for this link. Start again without a cursor.";

fn body(link: LinkId, changes: &TransactionChanges, query: &Query) -> ApiResult {
    let texts = |all: &[StoredTransaction]| -> ApiResult<String> {
        let account = |one: &StoredTransaction| changes.accounts.get(&one.account).map(String::as_str);
        let bodies: Vec<String> = all.iter().map(|one| view::body(&one.body, account(one))).collect();
        answer::array_text(&bodies, query)
    };
    let removed = changes.removed.iter().map(|(id, account)| format!(r#"{{"id":"{id}","account":"{account}"}}"#));
    let text = format!(
        r#"{{"link":"{link}","added":{},"modified":{},"removed":[{}],"next_cursor":"{}","has_more":{}}}"#,
        texts(&changes.added)?,
        texts(&changes.modified)?,
        removed.collect::<Vec<_>>().join(","),
        changes.next,
        changes.more,
    );
    Ok(answer::json(StatusCode::OK, text))
}
