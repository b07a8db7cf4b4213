//! The demo's own webhook endpoint: registered like anybody's, reached over the network like anybody's.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use vinculo_domain::ApplicationId;
use vinculo_store::{Endpoint, StoreError};

use super::api::Keys;
use crate::state::AppState;

const PATH: &str = "/demo/webhooks/";

/// Where this process reaches itself: loopback, whatever stands in front of it.
fn base(state: &AppState) -> String {
    let listen = state.settings().listen;
    let host = if listen.ip().is_unspecified() { "127.0.0.1".to_owned() } else { listen.ip().to_string() };
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    format!("http://{host}:{}{PATH}", listen.port())
}

/// Makes sure that events of the Demo application come here, and returns the application. An endpoint of another
/// address, from a start on another port, is replaced.
pub(super) async fn ensure(state: &AppState, keys: &Keys) -> Result<Option<ApplicationId>, StoreError> {
    let Some(caller) = state.store().authenticate(&keys.secret_id, &keys.secret_password).await? else {
        return Ok(None);
    };
    let application = caller.application.id;
    let base = base(state);
    let mut tx = state.store().begin().await?;
    let endpoints = tx.endpoints(application).await?;
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        endpoints.iter().filter(|endpoint| endpoint.url.contains(PATH)).partition(|e| e.url.starts_with(&base));
    if !here.is_empty() {
        return Ok(Some(application));
    }
    for endpoint in elsewhere {
        tx.remove_endpoint(endpoint.id).await?;
    }
    let endpoint = Endpoint::new(state.env(), application, format!("{base}{}", state.env().hex32()));
    tx.insert_endpoint(&endpoint).await?;
    tx.commit().await?;
    Ok(Some(application))
}

/// `POST /demo/webhooks/<secret>`: takes an event. What it says is read from the record of deliveries, which outlives
/// this process; here only the sender's knowledge of the address is checked.
pub(super) async fn receive(State(state): State<AppState>, Path(secret): Path<String>, body: String) -> Response {
    if let Some(refusal) = super::refused(&state) {
        return refusal;
    }
    match is_ours(&state, &secret).await {
        Ok(true) if serde_json::from_str::<serde_json::Value>(&body).is_ok() => StatusCode::NO_CONTENT.into_response(),
        Ok(true) => StatusCode::BAD_REQUEST.into_response(),
        Ok(false) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "an event for the demo could not be taken");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn is_ours(state: &AppState, secret: &str) -> Result<bool, StoreError> {
    let Ok(api) = super::api::Api::open(state).await else { return Ok(false) };
    let Some(caller) = state.store().authenticate(&api.keys.secret_id, &api.keys.secret_password).await? else {
        return Ok(false);
    };
    let endpoints = state.store().endpoints(caller.application.id).await?;
    let tail = |endpoint: &Endpoint| endpoint.url.rsplit_once(PATH).map(|(_, tail)| tail.to_owned());
    let same = |known: &String| aws_lc_rs::constant_time::verify_slices_are_equal(known.as_bytes(), secret.as_bytes());
    Ok(endpoints.iter().filter_map(tail).any(|known| same(&known).is_ok()))
}
