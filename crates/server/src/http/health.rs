//! `/health/live` and `/health/ready`.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use axum::{Router, routing::get};
use http::StatusCode;
use serde_json::json;
use tokio::net::TcpStream;

use crate::api::answer;
use crate::state::AppState;

/// How long one check may take.
const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready))
}

/// The process runs.
async fn live() -> Response {
    answer::json(StatusCode::OK, json!({"status": "ok"}).to_string())
}

/// The process can do its work: the database answers and is migrated, the sandbox network listens where it runs here.
async fn ready(State(state): State<AppState>) -> Response {
    let database = matches!(tokio::time::timeout(PATIENCE, state.store().ping()).await, Ok(Ok(())));
    let sandbox = match state.sandbox_address() {
        Some(address) => Some(listens(address).await),
        None => None,
    };
    let good = database && sandbox != Some(false);
    let word = |good: bool| if good { "ok" } else { "failed" };
    let mut checks = serde_json::Map::from_iter([("database".to_owned(), word(database).into())]);
    if let Some(sandbox) = sandbox {
        checks.insert("sandbox".to_owned(), word(sandbox).into());
    }
    let body = json!({"status": word(good), "checks": checks});
    answer::json(if good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, body.to_string())
}

async fn listens(address: SocketAddr) -> bool {
    matches!(tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await, Ok(Ok(_)))
}
