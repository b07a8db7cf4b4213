//! The network's front page, the brands' logos and style.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use http::{StatusCode, header};

use crate::brand::{BRANDS, Brand};
use crate::network::Network;
use crate::people::{PASSWORD, Person};

/// The style of every bank; the colour comes before it.
const STYLE: &str = include_str!("assets/bank.css");

/// The way back to the receiver goes by itself.
const RETURN: &str = include_str!("assets/return.js");

/// Who takes part, and who can log in.
#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    brands: &'static [Brand],
    people: Vec<&'static Person>,
    password: &'static str,
}

/// The front page and the assets, on the people-facing listener.
pub(crate) fn router(net: Arc<Network>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/assets/{brand}/logo.svg", get(logo))
        .route("/assets/{brand}/bank.css", get(style))
        .route("/assets/{brand}/return.js", get(script))
        .with_state(net)
}

async fn home(State(net): State<Arc<Network>>) -> Response {
    let page = HomePage { brands: &BRANDS, people: net.people.all(), password: PASSWORD };
    page.render().map(Html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

async fn logo(Path(brand): Path<String>) -> Response {
    asset(&brand, "image/svg+xml", Brand::logo)
}

async fn style(Path(brand): Path<String>) -> Response {
    asset(&brand, "text/css; charset=utf-8", |brand| format!(":root{{--brand:{}}}\n{STYLE}", brand.colour))
}

async fn script(Path(brand): Path<String>) -> Response {
    asset(&brand, "text/javascript; charset=utf-8", |_| RETURN.to_owned())
}

fn asset(brand: &str, kind: &'static str, write: impl FnOnce(&Brand) -> String) -> Response {
    let Some(brand) = Brand::find(brand) else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, write(brand)).into_response()
}
