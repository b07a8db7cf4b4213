//! The portal's pages that say something and show nothing of anybody.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use vinculo_domain::Locale;

use super::sign_in::entrance;
use crate::state::AppState;
use crate::widget::over::OverPage;
use crate::widget::params::Opening;
use crate::widget::phrases::words;
use crate::widget::shell::{Shell, page, policy};

/// Says something, and leads to the entrance where there is one.
pub(super) fn said(
    state: &AppState,
    locale: Locale,
    step: &'static str,
    status: StatusCode,
    title: &str,
    text: &str,
) -> Response {
    let policy = policy(state);
    let mut shell = Shell::bare(locale, step, &policy).titled(title);
    shell.nav_title.clone_from(&words(locale).portal.name);
    let mut over = OverPage::saying(shell, text);
    if status.is_success() {
        over = over.calm();
    }
    if state.settings().portal_sign_ins > 0 {
        over = over.going_on(entrance(locale), &words(locale).portal.sign_in);
    }
    page(status, &policy, &over)
}

/// The page of a token that opens nothing, and of a visit that is over.
pub(crate) fn closed(state: &AppState, locale: Locale) -> Response {
    let t = &words(locale).portal;
    let (title, text) = if state.settings().portal_sign_ins > 0 {
        (&t.closed_public_title, &t.closed_public)
    } else {
        (&t.closed_title, &t.closed)
    };
    said(state, locale, "portal-closed", StatusCode::UNAUTHORIZED, title, text)
}

/// The page of a sign-in, or of a visit, that belongs to another browser.
pub(crate) fn elsewhere(state: &AppState, locale: Locale) -> Response {
    let t = &words(locale).portal;
    said(state, locale, "portal-elsewhere", StatusCode::FORBIDDEN, &t.elsewhere_title, &t.elsewhere)
}

/// `GET /portal/left`: the page after signing out.
pub(super) async fn left(State(state): State<AppState>, RawQuery(query): RawQuery) -> Response {
    let locale = Opening::parse(&query.unwrap_or_default()).params.locale;
    let t = &words(locale).portal;
    said(&state, locale, "portal-left", StatusCode::OK, &t.left_title, &t.left)
}
