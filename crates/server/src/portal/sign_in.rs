//! Coming in without a token: the person says who they are, and proves it at a bank, by the widget's own steps.

use axum::extract::{Form, RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use vinculo_domain::{
    ApplicationId, Category, ConsentDuration, Feature, Identification, Locale, Step, WidgetConfig, WidgetParams,
};
use vinculo_store::{Token, WidgetSession};

use super::pages::said;
use crate::state::AppState;
use crate::widget::browser::{keep, secret};
use crate::widget::opening;
use crate::widget::params::Opening;
use crate::widget::phrases::words;
use crate::widget::shell::{Shell, page, policy, session_address};
use crate::widget::step::identify::{Asks, IdentifyForm, IdentifyPage};
use crate::widget::stop::{Flow, see, trouble};

/// Returns the address of the entrance.
pub(crate) fn entrance(locale: Locale) -> String {
    format!("/portal/?locale={}", locale.as_str())
}

/// Asks who is there.
pub(super) fn ask(state: &AppState, locale: Locale) -> Response {
    asked(state, locale, IdentifyForm::default(), Default::default(), StatusCode::OK)
}

fn asked(
    state: &AppState,
    locale: Locale,
    form: IdentifyForm,
    wrong: crate::widget::step::identify::Wrong,
    status: StatusCode,
) -> Response {
    let policy = policy(state);
    let shell = Shell::bare(locale, "portal-sign-in", &policy).dressed(&config(locale)).progress(1);
    page(status, &policy, &IdentifyPage::sign_in(shell, entrance(locale), form, wrong))
}

/// Takes the answer, and leads to the list of institutions; or shows what is wrong with it.
pub(super) async fn take(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    Form(form): Form<IdentifyForm>,
) -> Flow {
    let locale = Opening::parse(&query.unwrap_or_default()).params.locale;
    let most = i64::from(state.settings().portal_sign_ins);
    if most == 0 {
        return Ok(super::closed(&state, locale));
    }
    let who = match form.read(Asks::SIGN_IN, &words(locale).identify) {
        Ok(who) => who,
        Err(wrong) => return Ok(asked(&state, locale, form, wrong, StatusCode::UNPROCESSABLE_ENTITY)),
    };
    if state.store().count_open_sessions(ApplicationId::PORTAL, state.env().now()).await? >= most {
        let t = &words(locale).portal;
        return Ok(said(&state, locale, "portal-full", StatusCode::TOO_MANY_REQUESTS, &t.full_title, &t.full));
    }
    let (secret, known) = secret(state.env());
    let session = begin(&state, locale, who, known).await?;
    let there = see(&format!("{}/{}", session_address(&session.id), Step::Institutions.as_str()));
    Ok(keep(there, state.settings(), &secret))
}

/// Opens a session for whoever signs in, held by their browser.
async fn begin(state: &AppState, locale: Locale, who: Identification, browser: String) -> Flow<WidgetSession> {
    let config = config(locale);
    let params =
        WidgetParams { locale, show_close_dialog: false, show_abandon_survey: false, ..WidgetParams::default() };
    let now = state.env().now();
    let token = Token {
        jti: state.env().hex32(),
        application: ApplicationId::PORTAL,
        key: None,
        feature: config.feature.as_str().to_owned(),
        config: Some(serde_json::to_string(&config).map_err(|_| trouble())?),
        created_at: now,
        expires_at: now,
        used_at: None,
        link: None,
    };
    let mut session = opening::fresh(state, &token, &config, params);
    session.step = Step::Institutions;
    session.state.identification = Some(who);
    session.state.browser = Some(browser);
    let mut tx = state.store().begin().await?;
    tx.insert_token(&token).await?;
    tx.insert_session(&session).await?;
    tx.commit().await?;
    Ok(session)
}

/// What a token for this would say: one day, who somebody is, in the portal's own name.
fn config(locale: Locale) -> WidgetConfig {
    let t = &words(locale).portal;
    let mut config = WidgetConfig::new(Feature::PortalSignIn);
    config.purpose.clone_from(&t.purpose);
    config.categories = vec![Category::Register];
    config.default_duration = ConsentDuration::Day;
    config.branding.company_name = Some(t.name.clone());
    config
}
