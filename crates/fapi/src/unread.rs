//! What a handler leaves unread of a request's body.
//!
//! Whoever refuses a request early has not read its body. A server that then hangs up while the caller is still
//! sending makes the caller see a broken connection instead of the answer (RFC 9112, 9.6), and maybe send the next
//! request into it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes, HttpBody as _};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{Stream, StreamExt as _};

/// The most that is read and thrown away, in bytes.
const MOST: usize = 1024 * 1024;

/// How long the caller may take to send it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Reads what the handler left of the body, within bounds, before the answer goes out. Where there is more, the answer
/// says `Connection: close`.
pub async fn layer(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let mut rest = Shared(Arc::new(Mutex::new(body.into_data_stream())));
    let mut response = next.run(Request::from_parts(parts, Body::from_stream(rest.clone()))).await;
    if !matches!(tokio::time::timeout(PATIENCE, discard(&mut rest)).await, Ok(true)) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Reads to the end, and says whether it was reached.
async fn discard(rest: &mut Shared) -> bool {
    let mut read = 0;
    while let Some(chunk) = rest.next().await {
        read += chunk.map_or(MOST + 1, |bytes| bytes.len());
        if read > MOST {
            return false;
        }
    }
    true
}

/// A body that the handler reads, and after it we.
#[derive(Clone)]
struct Shared(Arc<Mutex<BodyDataStream>>);

impl Stream for Shared {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).poll_next_unpin(cx)
    }
}
