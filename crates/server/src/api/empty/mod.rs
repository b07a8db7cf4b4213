//! Resources that hold nothing: enrichment, and paths of other products that unmodified clients read as a matter of course
//! (reference, belvo-api 4.3). Each is one line in a table. Lists check their parameters like any other and answer an empty
//! envelope; POST answers that it is not supported.

mod list;
mod post;
mod table;

pub(crate) use table::{ALL as EMPTY, Resource as EmptyResource};

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::auth::Caller;
use super::error::{ApiError, Code};
use super::query::Query;
use super::resume;
use crate::http::origin::ClientAddress;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    table::ALL.iter().fold(Router::new(), |router, resource| {
        let all = get(move |state: State<AppState>, caller: Caller, address: ClientAddress, query: Query| {
            list::list(resource, state, caller, address, query)
        })
        .post(post::retrieve)
        .patch(resume::session);
        router.route(resource.path, all).route(&format!("{}/{{id}}", resource.path), get(nothing).delete(nothing))
    })
}

/// There is no record, whatever its id.
async fn nothing(_: Caller) -> ApiError {
    Code::NotFound.into()
}
