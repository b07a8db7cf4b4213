use axum::extract::State;
use vinculo_domain::{ConsentStatus, Document, LinkId};
use vinculo_store::{ConsentFilter, Page};

use super::view::Writer;
use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::query::{Filters, Query, word};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET /api/consents/`: by `user_document` (older spelling `document_number`), or all of them.
pub(super) async fn consents(
    State(state): State<AppState>,
    caller: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    let document = filters.one::<Document>("user_document", word);
    let older = filters.one::<Document>("document_number", word);
    let mut filter = ConsentFilter {
        document: document.or(older),
        link: filters.one_of::<LinkId>("link", word),
        status: filters.one_of::<ConsentStatus>("status", word),
    };
    filter.link = filter.link.or(filters.one_of::<LinkId>("link_id", word));
    filters.finish()?;
    let page = state.store().consents(caller.application(), &filter, paging).await?;
    let mut writer = Writer::new(&state, &caller.0.application.name);
    let mut items = Vec::with_capacity(page.items.len());
    for consent in &page.items {
        items.push(writer.body(consent).await?);
    }
    List { address: &address, query: &query, paging }.answer(Page { count: page.count, items })
}
