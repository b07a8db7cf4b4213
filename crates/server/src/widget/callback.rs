//! The address to which banks send the browser back.
//!
//! The bank answers in the fragment, which no server sees: the page reads it, clears it from the history and posts it
//! here. The first post counts; any further one shows the same result. A page that is loaded again has only the `state`
//! left: it asks with `again` where the session stands, and that answers nothing.

use askama::Template;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use bytes::Bytes;
use http::StatusCode;
use secrecy::SecretString;
use vinculo_aggregator::connect::{self, CallbackForm};
use vinculo_domain::Locale;
use vinculo_store::WidgetSession;

use super::assets::{Assets, CALLBACK_JS, assets};
use super::browser::Browser;
use super::phrases::{Phrases, words};
use super::shell::{page, policy};
use super::step::app::after_the_bank;
use super::stop::{Flow, failed, plain, see};
use crate::state::AppState;

/// Largest body that is read: two encrypted tokens and some words.
const MAX_BODY: usize = 96 * 1024;

/// Largest query that is read.
const MAX_QUERY: usize = 16 * 1024;

/// Marks a post that only asks where the session stands.
const AGAIN: &str = "again";

/// What a bank may answer with.
const FIELDS: [&str; 5] = ["code", "id_token", "state", "error", "error_description"];

/// The page that carries the answer over. It is in Portuguese: at this point nobody is known yet.
#[derive(Debug, Template)]
#[template(path = "widget/callback.html")]
pub(super) struct CallbackPage {
    t: &'static Phrases,
    assets: &'static Assets,
    nonce: String,
    script: &'static str,
    /// What a bank put into the query instead of the fragment, so that the form works without script.
    fields: Vec<(String, String)>,
    answered: bool,
}

impl CallbackPage {
    pub(super) fn new(locale: Locale, nonce: String, query: &str) -> Self {
        let fields = fields(query.as_bytes());
        let answered = fields.iter().any(|(name, _)| name == "state");
        Self { t: words(locale), assets: assets(), nonce, script: CALLBACK_JS, fields, answered }
    }
}

/// Reads what a bank may answer with; each name once, the first counts.
fn fields(encoded: &[u8]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (name, value) in url::form_urlencoded::parse(encoded).take(50) {
        if FIELDS.contains(&name.as_ref()) && !found.iter().any(|(known, _)| *known == name) {
            found.push((name.into_owned(), value.into_owned()));
        }
    }
    found
}

/// `GET` and `POST /api/consents/callback`.
pub(super) fn route() -> MethodRouter<AppState> {
    get(show).post(take).layer(DefaultBodyLimit::max(MAX_BODY))
}

async fn show(State(state): State<AppState>, RawQuery(query): RawQuery) -> Response {
    let query = query.filter(|query| query.len() <= MAX_QUERY).unwrap_or_default();
    let policy = policy(&state).leading_away();
    page(StatusCode::OK, &policy, &CallbackPage::new(Locale::Pt, policy.nonce.clone(), &query))
}

async fn take(State(state): State<AppState>, browser: Browser, body: Bytes) -> Flow {
    let mut form = CallbackForm::default();
    let given = fields(&body);
    for (name, value) in given.clone() {
        match name.as_str() {
            "state" => form.state = Some(SecretString::from(value)),
            "code" => form.code = Some(SecretString::from(value)),
            "id_token" => form.id_token = Some(SecretString::from(value)),
            "error" => form.error = Some(value),
            _ => form.error_description = Some(value),
        }
    }
    let asks = url::form_urlencoded::parse(&body).take(50).any(|(name, _)| name == AGAIN);
    let found = match &form.state {
        Some(name) => answer(&state, &browser, name, &form, asks).await,
        None => Ok(None),
    };
    match found {
        Ok(Some(session)) => Ok(see(&after_the_bank(&state, &session, browser).await?)),
        Ok(None) => Ok(unknown()),
        Err(error) => {
            tracing::error!(%error, "the bank's answer could not be kept");
            Err(failed(&error, again(given, asks)).into())
        }
    }
}

/// What is posted again by somebody who is asked to try again: the answer itself, or the question where it stands.
fn again(mut given: Vec<(String, String)>, asks: bool) -> Vec<(String, String)> {
    if asks {
        given.push((AGAIN.to_owned(), "1".to_owned()));
    }
    given
}

/// Takes the answer, unless it is only asked where the session stands. An answer that belongs to another browser is refused, and
/// its session with it.
async fn answer(
    state: &AppState,
    browser: &Browser,
    name: &SecretString,
    form: &CallbackForm,
    asks: bool,
) -> Result<Option<WidgetSession>, vinculo_aggregator::Error> {
    let whose = connect::whose(state.aggregator(), name).await?;
    let is_ours = whose.as_ref().is_none_or(|session| browser.may_go_on_with(session));
    if asks {
        return Ok(whose);
    }
    if !is_ours {
        connect::refuse_elsewhere(state.aggregator(), name).await?;
        return Ok(whose);
    }
    connect::callback(state.aggregator(), form).await
}

/// 400: a `state` that is not ours names no session, and leads nowhere.
fn unknown() -> Response {
    let words = &words(Locale::Pt).callback;
    plain(StatusCode::BAD_REQUEST, &words.unknown_title, &words.unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_known_names_are_carried_over_and_each_once() {
        let found = fields(b"state=a&state=b&code=c&evil=x&error=access_denied&error_description=n%C3%A3o+quis");
        let names: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected = [("state", "a"), ("code", "c"), ("error", "access_denied"), ("error_description", "não quis")];
        assert_eq!(names, expected);
    }

    #[test]
    fn an_answer_in_the_query_works_without_script() {
        let html = CallbackPage::new(Locale::Pt, "n".into(), "state=s&error=x%22%3E%3Cscript%3E").render().unwrap();
        assert!(html.contains("name=\"state\" value=\"s\""), "{html}");
        assert!(!html.contains("x\"><script>"));
        let empty = CallbackPage::new(Locale::Pt, "n".into(), "").render().unwrap();
        assert!(empty.contains("<noscript>") && empty.contains("class=\"button\" hidden"));
    }
}
