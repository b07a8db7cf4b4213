//! The templates, and the headers of every page.

use askama::Template;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};

use crate::brand::Brand;
use crate::network::{Bank, Failure};
use crate::people::PASSWORD;
use crate::state::StateError;

/// Nothing but our own style, script and images; forms go only to us; nobody frames us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: http:; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// The login page.
#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct LoginPage<'a> {
    pub(super) brand: &'static Brand,
    pub(super) receiver: &'a str,
    pub(super) client_id: &'a str,
    pub(super) request_uri: &'a str,
    pub(super) document: &'a str,
    pub(super) company: bool,
    pub(super) problem: Option<&'a str>,
    pub(super) hint: Option<Hint>,
}

/// Who could log in here: the simulation says it openly.
pub(super) struct Hint {
    pub(super) name: &'static str,
    pub(super) login: &'static str,
}

impl Hint {
    /// The password that goes with it.
    pub(super) fn password(&self) -> &'static str {
        PASSWORD
    }
}

/// The confirmation page.
#[derive(Template)]
#[template(path = "confirm.html")]
pub(super) struct ConfirmPage<'a> {
    pub(super) brand: &'static Brand,
    pub(super) receiver: &'a str,
    pub(super) action: &'a str,
    pub(super) holder: &'a str,
    pub(super) document: &'a str,
    pub(super) term: &'a str,
    pub(super) end: &'a str,
    pub(super) accounts: &'a [Choice],
    pub(super) cards: &'a [Choice],
    pub(super) categories: &'a [super::categories::Category],
    pub(super) joining: &'a [&'static str],
    pub(super) problem: Option<&'a str>,
}

/// An account or a card that can be chosen.
pub(super) struct Choice {
    /// Its number on the page, from one.
    pub(super) number: usize,
    pub(super) id: String,
    pub(super) label: String,
    pub(super) pending: bool,
    pub(super) checked: bool,
    pub(super) card: bool,
}

/// The page on the way back to the receiver.
#[derive(Template)]
#[template(path = "done.html")]
pub(super) struct DonePage<'a> {
    pub(super) brand: &'static Brand,
    pub(super) receiver: &'a str,
    /// The way back; a bank that forgets to send people back shows none.
    pub(super) back: Option<&'a str>,
    pub(super) approved: bool,
}

/// The page that says why the bank refused.
#[derive(Template)]
#[template(path = "refused.html")]
pub(super) struct RefusedPage<'a> {
    pub(super) brand: &'static Brand,
    pub(super) receiver: &'a str,
    pub(super) back: &'a str,
    pub(super) what: &'a str,
    pub(super) todo: &'a str,
}

/// A page from which there is no way back to a receiver, because it is not known who asked.
#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    brand: &'static Brand,
    what: &'a str,
    todo: &'a str,
    code: &'a str,
}

/// Renders a page with the headers that all of them have.
pub(super) fn page(status: StatusCode, template: &impl Template) -> Response {
    let Ok(html) = template.render() else {
        tracing::error!("a page of the sandbox bank could not be rendered");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Sends the browser on, with the headers that pages have.
pub(super) fn see_other(address: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, location);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// A refusal that ends on a page of ours, never in a redirect.
#[derive(Debug)]
pub(super) struct PageError {
    status: StatusCode,
    what: &'static str,
    todo: &'static str,
    code: String,
}

impl PageError {
    /// The request cannot be read or its parts do not fit together.
    pub(super) fn invalid(code: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            what: "Este pedido de compartilhamento não é válido",
            todo: "Volte ao aplicativo que pediu seus dados e comece de novo.",
            code: code.to_owned(),
        }
    }

    /// The pushed request is unknown, used, or has expired.
    pub(super) fn gone() -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            what: "Este pedido já foi usado ou expirou",
            todo: "Volte ao aplicativo que pediu seus dados e comece de novo.",
            code: vinculo_fapi::oauth_error::code::INVALID_REQUEST_URI.to_owned(),
        }
    }

    /// The page for `brand`.
    pub(super) fn page(&self, brand: &'static Brand) -> Response {
        page(self.status, &ErrorPage { brand, what: self.what, todo: self.todo, code: &self.code })
    }
}

/// The page of a bank that is told to fail.
pub(crate) fn out_of_order(brand: &'static Brand, status: StatusCode, code: Option<&str>) -> Response {
    let error = PageError {
        status,
        what: "O banco não está disponível agora",
        todo: "Espere um instante e tente de novo.",
        code: code.unwrap_or(vinculo_fapi::oauth_error::code::SERVER_ERROR).to_owned(),
    };
    error.page(brand)
}

impl From<Failure> for PageError {
    fn from(error: Failure) -> Self {
        tracing::error!(%error, "a page of the sandbox bank failed");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            what: "Algo deu errado do nosso lado",
            todo: "Espere um instante e recarregue a página.",
            code: vinculo_fapi::oauth_error::code::SERVER_ERROR.to_owned(),
        }
    }
}

impl From<StateError> for PageError {
    fn from(error: StateError) -> Self {
        Failure::from(error).into()
    }
}

impl Bank {
    /// Turns the outcome of a page's handler into an answer.
    pub(super) fn shown(&self, outcome: Result<Response, PageError>) -> Response {
        outcome.unwrap_or_else(|error| error.page(self.brand))
    }
}
