//! `/demo/`: who connects, and how the application wants to be told.

use askama::Template;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Api, CallError};
use super::people::{LOGIN_PASSWORD, Somebody, all};
use super::{hook, refused};
use crate::state::AppState;
use crate::widget::assets::{Assets, assets};
use crate::widget::security::Policy;
use crate::widget::shell::{page, policy};

/// The page.
#[derive(Debug, Template)]
#[template(path = "demo/start.html")]
pub(super) struct StartPage {
    assets: &'static Assets,
    nonce: String,
    people: Vec<Somebody>,
    password: &'static str,
    base_url: String,
    problem: Option<String>,
}

impl StartPage {
    fn new(state: &AppState, policy: &Policy, problem: Option<String>) -> Self {
        Self {
            assets: assets(),
            nonce: policy.nonce.clone(),
            people: all(),
            password: LOGIN_PASSWORD,
            base_url: state.settings().public_url.clone(),
            problem,
        }
    }
}

/// Shows the page.
pub(super) async fn show(State(state): State<AppState>) -> Response {
    if let Some(refusal) = refused(&state) {
        return refusal;
    }
    let policy = policy(&state);
    page(StatusCode::OK, &policy, &StartPage::new(&state, &policy, None))
}

/// What was chosen.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    person: String,
    /// `web` or `app`.
    callback: String,
    locale: String,
    color_scheme: String,
    accent: String,
    access_mode: String,
    /// Opens on the main bank instead of the list.
    one_bank: Option<String>,
    /// Leaves without question and survey.
    no_questions: Option<String>,
}

/// Asks for a token, as an application's back end does, and opens the widget with it.
pub(super) async fn begin(State(state): State<AppState>, Form(choice): Form<Choice>) -> Response {
    if let Some(refusal) = refused(&state) {
        return refusal;
    }
    match open(&state, &choice).await {
        Ok(url) => crate::widget::see(&url),
        Err(error) => {
            tracing::warn!(%error, "the demo could not begin");
            let policy = policy(&state);
            let problem = match error {
                CallError::Status(_, body) => format!("A API recusou o pedido: {body}"),
                other => format!("Não foi possível começar: {other}."),
            };
            page(StatusCode::BAD_GATEWAY, &policy, &StartPage::new(&state, &policy, Some(problem)))
        }
    }
}

async fn open(state: &AppState, choice: &Choice) -> Result<String, CallError> {
    let api = Api::open(state).await?;
    if let Err(error) = hook::ensure(state, &api.keys).await {
        tracing::error!(%error, "the demo's webhook endpoint could not be registered");
    }
    let people = all();
    let somebody = people.iter().find(|one| one.key == choice.person).or(people.first()).ok_or(CallError::Answer)?;
    let body = token_body(&api, &state.settings().public_url, somebody, choice);
    let answer = api.post("/api/token/", &body).await?;
    let access = answer.get("access").and_then(Value::as_str).ok_or(CallError::Answer)?;
    Ok(widget_url(access, somebody, choice))
}

fn token_body(api: &Api, public_url: &str, somebody: &Somebody, choice: &Choice) -> Value {
    let landing = |kind: &str| match choice.callback.as_str() {
        "app" => format!("vinculodemo://{kind}"),
        _ => format!("{public_url}/demo/done/{kind}"),
    };
    let mut body = json!({
        "id": api.keys.secret_id,
        "password": api.keys.secret_password,
        "scopes": "read_institutions,write_links,read_consents,write_consents,write_consent_callback,delete_consents",
        "stale_in": "300d",
        "fetch_resources": ["ACCOUNTS", "TRANSACTIONS", "OWNERS"],
        "widget": {
            "purpose": "Organizar suas finanças em um só lugar, com a visão de todas as suas contas.",
            "openfinance_feature": "consent_link_creation",
            "callback_urls": {
                "success": landing("success"), "exit": landing("exit"), "event": landing("event"),
            },
            "consent": {
                "terms_and_conditions_url": "https://www.bcb.gov.br/estabilidadefinanceira/openfinance",
                "permissions": ["REGISTER", "ACCOUNTS", "CREDIT_CARDS", "CREDIT_OPERATIONS"],
                "identification_info": somebody.identification(),
            },
            "branding": {
                "company_icon": format!("{public_url}/demo/icon.svg"),
                "company_logo": format!("{public_url}/demo/icon.svg"),
                "company_name": "Horta",
                "company_terms_url": "https://www.bcb.gov.br/estabilidadefinanceira/openfinance",
            },
            "theme": [{"css_key": "--color-primary-base", "value": accent(&choice.accent)}],
        },
    });
    if matches!(choice.color_scheme.as_str(), "LIGHT" | "DARK") {
        body["widget"]["color_scheme"] = json!(choice.color_scheme);
    }
    body
}

/// The colours that the page offers.
fn accent(choice: &str) -> &'static str {
    match choice {
        "blue" => "#0663F9",
        "plum" => "#7A1FA2",
        "yellow" => "#FFD400",
        "ink" => "#1B1F24",
        _ => "#0B7A4B",
    }
}

fn widget_url(access: &str, somebody: &Somebody, choice: &Choice) -> String {
    let locale = match choice.locale.as_str() {
        known @ ("en" | "es") => known,
        _ => "pt",
    };
    let mode = if choice.access_mode == "single" { "single" } else { "recurrent" };
    let mut url = format!(
        "/?access_token={}&locale={locale}&access_mode={mode}&external_id=demo-{}",
        utf8_percent_encode(access, NON_ALPHANUMERIC),
        somebody.key
    );
    if choice.one_bank.is_some() {
        let kind = if somebody.cnpj.is_some() { "business" } else { "retail" };
        url.push_str(&format!("&institutions=ofmockbank_br_{kind}"));
    }
    if choice.no_questions.is_some() {
        url.push_str("&show_close_dialog=false&show_abandon_survey=false");
    }
    url
}

/// `GET /demo/icon.svg`: the made-up company's icon.
pub(super) async fn icon(State(state): State<AppState>) -> Response {
    const ICON: &str = include_str!("../../assets/horta.svg");
    if let Some(refusal) = refused(&state) {
        return refusal;
    }
    ([(http::header::CONTENT_TYPE, "image/svg+xml"), (http::header::CACHE_CONTROL, "public, max-age=3600")], ICON)
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_carries_what_was_chosen() {
        let somebody = &all()[0];
        let plain = widget_url("a.b-c", somebody, &Choice::default());
        assert_eq!(plain, "/?access_token=a%2Eb%2Dc&locale=pt&access_mode=recurrent&external_id=demo-ralph");
        let choice = Choice {
            locale: "xx".into(),
            access_mode: "single".into(),
            one_bank: Some("1".into()),
            no_questions: Some("1".into()),
            ..Choice::default()
        };
        let full = widget_url("a", somebody, &choice);
        assert!(full.contains("locale=pt&access_mode=single") && full.contains("institutions=ofmockbank_br_retail"));
        assert!(full.ends_with("&show_close_dialog=false&show_abandon_survey=false"));
    }
}
