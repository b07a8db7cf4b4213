//! The ways in which a page of the widget is not shown.

use axum::response::{IntoResponse, Redirect, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use vinculo_domain::Locale;
use vinculo_store::StoreError;

use super::over::OverPage;
use super::phrases::words;
use super::security::{Policy, private};
use super::shell::{Shell, page};

/// An answer other than the page that was asked for.
#[derive(Debug)]
pub(crate) struct Stop(Box<Response>);

/// What a handler of the widget gives.
pub(crate) type Flow<T = Response> = Result<T, Stop>;

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<Response> for Stop {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the widget could not use the database");
        if error.is_outage() { busy(Vec::new()).into() } else { trouble().into() }
    }
}

/// Goes on to another page of our own by 303, which turns a post into a page that can be reloaded.
pub(crate) fn see(url: &str) -> Response {
    let mut response = Redirect::to(url).into_response();
    private(response.headers_mut());
    response
}

/// 404: no such session.
pub(crate) fn missing() -> Response {
    let words = &words(Locale::Pt).missing;
    plain(StatusCode::NOT_FOUND, &words.title, &words.text)
}

/// 500: our own failure.
pub(crate) fn trouble() -> Response {
    let words = &words(Locale::Pt).trouble;
    plain(StatusCode::INTERNAL_SERVER_ERROR, &words.title, &words.text)
}

/// 503: the database cannot be reached, which passes. The page leads on: to the address that was asked for, or, with what
/// a bank has answered, to the callback again.
pub(crate) fn busy(answer: Vec<(String, String)>) -> Response {
    let words = &words(Locale::Pt).trouble;
    let policy = Policy { nonce: "none".to_owned(), ..Policy::default() }.leading_away();
    let shell = Shell::bare(Locale::Pt, "error", &policy).titled(&words.title);
    let mut response =
        page(StatusCode::SERVICE_UNAVAILABLE, &policy, &OverPage::saying(shell, &words.text).again().keeping(answer));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// What the aggregator could not do: a page that leads on where it passes.
pub(crate) fn failed(error: &vinculo_aggregator::Error, answer: Vec<(String, String)>) -> Response {
    match error {
        vinculo_aggregator::Error::Store(error) if error.is_outage() => busy(answer),
        _ => trouble(),
    }
}

/// A page that says something and leads nowhere. It loads nothing that needs more than this process.
pub(crate) fn plain(status: StatusCode, title: &str, text: &str) -> Response {
    // Nothing on this page runs, so a nonce that never changes opens nothing.
    let policy = Policy { nonce: "none".to_owned(), ..Policy::default() };
    let shell = Shell::bare(Locale::Pt, "error", &policy).titled(title);
    page(status, &policy, &OverPage::saying(shell, text))
}
