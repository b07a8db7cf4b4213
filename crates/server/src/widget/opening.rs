//! Opening the widget: the token is checked, a session is made or found, and the token leaves the address for good.
//!
//! The order matters: signature, expiry, feature, use. A token that was not signed here names nothing at all; one
//! that was may still name the addresses that are told why it does not open.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use vinculo_aggregator::connect;
use vinculo_domain::{
    ErrorCode, Feature, Locale, SessionId, SessionState, SessionStatus, Stage, Step, WidgetConfig, WidgetParams,
};
use vinculo_store::{StoreError, Token, WidgetSession};

use super::events;
use super::flow::IDLE;
use super::over::OverPage;
use super::params::{Opening, external_id};
use super::phrases::words;
use super::shell::{Script, Shell, page, policy, session_address};
use super::stop::{Flow, see};
use super::visit::{Change, change, config, expire, standing};
use crate::state::AppState;
use crate::token::{Claims, TokenError};

/// How long the page of a token that opens nothing is shown before the app is told, in milliseconds.
const TELL_AFTER_MS: u32 = 2_500;

/// `GET /` and `GET /widget/`.
pub(super) async fn open(State(state): State<AppState>, RawQuery(query): RawQuery) -> Flow {
    let opening = Opening::parse(&query.unwrap_or_default());
    let locale = opening.params.locale;
    let Some(token) = &opening.access_token else { return Ok(refuse(&state, locale)) };
    let (claims, expired) = match state.tokens().open_access(token, state.env().now()) {
        Ok(claims) => (claims, false),
        Err(TokenError::Expired(claims)) => (*claims, true),
        Err(TokenError::Forged) => return Ok(refuse(&state, locale)),
    };
    enter(&state, &claims, expired, opening.params).await
}

async fn enter(state: &AppState, claims: &Claims, expired: bool, params: WidgetParams) -> Flow {
    let locale = params.locale;
    let Some(token) = state.store().token(&claims.jti).await? else { return Ok(refuse(state, locale)) };
    let config = config(Some(&token));
    if let Some(session) = unfinished(state, &claims.jti).await? {
        return Ok(resume(&session, &config));
    }
    if expired || config.feature != Feature::ConsentLinkCreation || token.used_at.is_some() {
        return Ok(report(state, locale, &config, token.used_at.is_some()));
    }
    let mut session = fresh(state, &token, &config, narrowed(state, &token, &config, params).await?);
    let mut tx = state.store().begin().await?;
    match tx.insert_session(&session).await {
        Ok(()) => {
            connect::stage(state.aggregator(), &mut tx, &session, Stage::Started, None).await?;
            tx.commit().await?;
        }
        Err(StoreError::Conflict) => {
            drop(tx);
            // Opened twice at the same moment: both end in the one session.
            session = unfinished(state, &claims.jti).await?.ok_or(StoreError::Conflict)?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(resume(&session, &config))
}

/// Finds the session that goes on with this token. One whose time is over has ended, also when nobody has written
/// that down yet: here it is, so that a token that is still good can open a new one.
async fn unfinished(state: &AppState, jti: &str) -> Flow<Option<WidgetSession>> {
    let Some(mut session) = state.store().open_session_of_token(jti).await? else { return Ok(None) };
    expire(&mut session, state.env().now());
    if session.status == SessionStatus::Open {
        return Ok(Some(session));
    }
    let ended = change(state, &session.id, |session| match session.status {
        SessionStatus::Expired => Change::write().finished(),
        _ => Change::none(),
    });
    Ok(Some(ended.await?).filter(|session| session.status == SessionStatus::Open))
}

fn resume(session: &WidgetSession, config: &WidgetConfig) -> Response {
    let step = standing(session, config).stands();
    see(&format!("{}/{}", session_address(&session.id), step.as_str()))
}

/// A token for a link that is there renews that one, which is possible at its institution alone.
async fn narrowed(
    state: &AppState,
    token: &Token,
    config: &WidgetConfig,
    mut params: WidgetParams,
) -> Flow<WidgetParams> {
    if let Some(id) = config.link_id {
        let link = state.store().link(token.application, id).await?;
        params.institutions = Some(link.into_iter().map(|link| link.institution).collect());
    }
    Ok(params)
}

/// A session of a token, at its start.
pub(crate) fn fresh(state: &AppState, token: &Token, config: &WidgetConfig, params: WidgetParams) -> WidgetSession {
    let now = state.env().now();
    let named = config.external_id.as_deref().and_then(external_id);
    WidgetSession {
        id: SessionId::new(state.env()),
        application: token.application,
        token: token.jti.clone(),
        status: SessionStatus::Open,
        step: Step::Start,
        locale: params.locale,
        institution: None,
        consent: None,
        link: None,
        external_id: params.external_id.clone().or(named),
        last_error: None,
        state: SessionState {
            identification: config.identification.clone(),
            duration: config.default_duration,
            params,
            ..SessionState::default()
        },
        version: 0,
        created_at: now,
        updated_at: now,
        expires_at: now.checked_add(IDLE).unwrap_or(now),
    }
}

/// The page of a token that names nothing: missing, forged, or of a kind that opens nothing.
fn refuse(state: &AppState, locale: Locale) -> Response {
    let policy = policy(state);
    let text = &words(locale).errors.of(ErrorCode::AccessTokenNotValid);
    let shell = Shell::bare(locale, "failed", &policy).titled(&text.title);
    page(StatusCode::UNAUTHORIZED, &policy, &OverPage::saying(shell, &text.text))
}

/// The page of a token that was signed here and does not open: the application is told, and the button leads there.
fn report(state: &AppState, locale: Locale, config: &WidgetConfig, used: bool) -> Response {
    let policy = policy(state).event(config.callbacks.event.as_ref());
    let code = ErrorCode::AccessTokenNotValid;
    let url = events::error_url(&config.callbacks, code);
    let message = events::error_message(&state.env().uuid().to_string(), code, "", state.env().now());
    let script = Script::of(Step::Failed, &SessionState::default(), config).ending(&url, TELL_AFTER_MS, message);
    let errors = &words(locale).errors;
    let text = if used { &errors.connected } else { errors.of(ErrorCode::SessionExpiredOb) };
    let shell = Shell::bare(locale, "failed", &policy).dressed(config).titled(&text.title).scripted(script);
    // 200: hosts of webviews hide pages with an error status, and the script on this one has something to tell.
    page(StatusCode::OK, &policy, &OverPage::saying(shell, &text.text).leading_to(url))
}
