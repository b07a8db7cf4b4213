//! The demo's way into the API: the same routes, the same checks, the same keys as anybody's, without a detour over the
//! network.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::state::AppState;

/// Largest answer that is read.
const MAX_ANSWER: usize = 8 * 1024 * 1024;

/// The file that the first start wrote.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Keys {
    /// User of HTTP Basic.
    pub(super) secret_id: String,
    /// Password of HTTP Basic.
    pub(super) secret_password: String,
}

/// Why the API did not answer as hoped.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    /// The keys of the Demo application are not there.
    #[error("the keys of the Demo application cannot be read")]
    Keys,
    /// The API refused.
    #[error("the API answered {0}")]
    Status(StatusCode, Value),
    /// The answer cannot be read.
    #[error("the API's answer cannot be read")]
    Answer,
}

/// Calls the API with the Demo application's keys.
#[derive(Clone)]
pub(super) struct Api {
    state: AppState,
    pub(super) keys: Keys,
}

impl Api {
    /// Reads the keys.
    pub(super) async fn open(state: &AppState) -> Result<Self, CallError> {
        let path = state.settings().data_dir.join("demo-credentials.json");
        let text = tokio::fs::read_to_string(path).await.map_err(|_| CallError::Keys)?;
        let keys = serde_json::from_str(&text).map_err(|_| CallError::Keys)?;
        Ok(Self { state: state.clone(), keys })
    }

    /// Reads.
    pub(super) async fn get(&self, path: &str) -> Result<Value, CallError> {
        self.call(Method::GET, path, Body::empty()).await
    }

    /// Writes.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, CallError> {
        self.call(Method::POST, path, Body::from(body.to_string())).await
    }

    async fn call(&self, method: Method, path: &str, body: Body) -> Result<Value, CallError> {
        let basic = STANDARD.encode(format!("{}:{}", self.keys.secret_id, self.keys.secret_password));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(AUTHORIZATION, format!("Basic {basic}"))
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .map_err(|_| CallError::Answer)?;
        // A router never fails by itself: every failure is an answer.
        let Ok(answer) = crate::router(self.state.clone()).oneshot(request).await;
        let (status, body) = (answer.status(), answer.into_body());
        let bytes = axum::body::to_bytes(body, MAX_ANSWER).await.map_err(|_| CallError::Answer)?;
        let value = serde_json::from_slice(&bytes).map_err(|_| CallError::Answer)?;
        if status.is_success() { Ok(value) } else { Err(CallError::Status(status, value)) }
    }
}
