//! `/demo/done/<kind>`: the application's own page after the widget, with everything that has arrived.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use vinculo_domain::LinkId;

use super::api::Api;
use super::live::Live;
use super::refused;
use crate::state::AppState;
use crate::widget::assets::{Assets, assets};
use crate::widget::shell::{page, policy};

/// Most parameters of an event that are shown.
const PARAMETERS: usize = 12;

/// One call that does the same.
#[derive(Debug, Clone)]
struct Call {
    title: &'static str,
    command: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "demo/result.html")]
pub(super) struct ResultPage {
    assets: &'static Assets,
    nonce: String,
    kind: &'static str,
    title: &'static str,
    lede: &'static str,
    received: String,
    parameters: Vec<(String, String)>,
    link: Option<LinkId>,
    live: Option<Live>,
    setup: String,
    calls: Vec<Call>,
}

/// The part of the page that changes while data arrives.
#[derive(Debug, Template)]
#[template(path = "demo/live.html")]
pub(super) struct LivePart {
    live: Option<Live>,
}

/// Title and explanation of an event.
fn told(kind: &str) -> Option<(&'static str, &'static str, &'static str)> {
    match kind {
        "success" => {
            Some(("success", "Conta conectada", "O widget devolveu a pessoa para cá. O resto chega por webhook."))
        }
        "exit" => Some(("exit", "A pessoa saiu antes do fim", "O widget contou em que ponto, e se houve erro.")),
        "event" => Some(("event", "O widget avisou um erro", "O token não abre o widget: peça outro e abra de novo.")),
        _ => None,
    }
}

fn read(query: Option<&str>) -> Vec<(String, String)> {
    let query = query.unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).into_owned().take(PARAMETERS).collect()
}

fn link_of(parameters: &[(String, String)]) -> Option<LinkId> {
    parameters.iter().find(|(name, _)| name == "link").and_then(|(_, value)| value.parse().ok())
}

async fn collect(state: &AppState, link: Option<LinkId>) -> Option<Live> {
    let api = Api::open(state).await.ok()?;
    match Live::of(state, &api, link?).await {
        Ok(live) => Some(live),
        Err(error) => {
            tracing::warn!(%error, "the demo could not read the data");
            None
        }
    }
}

/// Shows the page.
pub(super) async fn show(
    State(state): State<AppState>,
    Path(kind): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    if let Some(refusal) = refused(&state) {
        return refusal;
    }
    let Some((kind, title, lede)) = told(&kind) else { return crate::widget::not_found() };
    let parameters = read(query.as_deref());
    let link = link_of(&parameters);
    let live = collect(&state, link).await;
    let policy = policy(&state);
    let base = &state.settings().public_url;
    let shown = ResultPage {
        assets: assets(),
        nonce: policy.nonce.clone(),
        kind,
        title,
        lede,
        received: format!("{base}/demo/done/{kind}"),
        parameters,
        link,
        live,
        setup: setup(&state),
        calls: link.map(|link| calls(base, link)).unwrap_or_default(),
    };
    page(StatusCode::OK, &policy, &shown)
}

/// Shows the changing part alone, for the script.
pub(super) async fn live(
    State(state): State<AppState>,
    Path(kind): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    if let Some(refusal) = refused(&state) {
        return refusal;
    }
    if told(&kind).is_none() {
        return crate::widget::not_found();
    }
    let live = collect(&state, link_of(&read(query.as_deref()))).await;
    page(StatusCode::OK, &policy(&state), &LivePart { live })
}

/// Reads the keys into the shell; they appear in no page and in no history of the shell.
fn setup(state: &AppState) -> String {
    let file = state.settings().data_dir.join("demo-credentials.json");
    let file = file.display();
    format!(
        "ID=$(python3 -c 'import json;k=json.load(open(\"{file}\"));print(k[\"secret_id\"]+\":\"+k[\"secret_password\"])')"
    )
}

fn calls(base: &str, link: LinkId) -> Vec<Call> {
    let get = |path: &str| format!("curl -u \"$ID\" \"{base}{path}\"");
    vec![
        Call { title: "O vínculo", command: get(&format!("/api/links/{link}/")) },
        Call { title: "Quem é", command: get(&format!("/api/owners/?link={link}")) },
        Call { title: "Contas e saldos", command: get(&format!("/api/accounts/?link={link}")) },
        Call {
            title: "Transações do último mês, 10 por página",
            command: get(&format!(
                "/api/transactions/?link={link}&value_date__gte=$(date -d '30 days ago' +%F)&page_size=10"
            )),
        },
        Call {
            title: "Apagar o vínculo e os dados, e revogar o consentimento no banco",
            command: format!("curl -u \"$ID\" -X DELETE \"{base}/api/links/{link}/\""),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_is_taken_only_when_it_is_one() {
        assert!(link_of(&read(Some("link=cb65f82c-dc93-4d3e-8270-9a27528397f5&institution=x"))).is_some());
        assert!(link_of(&read(Some("link=../../x"))).is_none());
        assert!(link_of(&read(None)).is_none());
    }

    #[test]
    fn both_templates_render_with_and_without_data() {
        let live = Live { total: 1, ..Live::default() };
        for live in [None, Some(live)] {
            assert!(LivePart { live: live.clone() }.render().is_ok());
            let shown = ResultPage {
                assets: assets(),
                nonce: "n".into(),
                kind: "success",
                title: "t",
                lede: "l",
                received: "http://x".into(),
                parameters: read(Some("link=<script>")),
                link: None,
                live,
                setup: String::new(),
                calls: calls("http://x", "cb65f82c-dc93-4d3e-8270-9a27528397f5".parse().unwrap()),
            };
            let html = shown.render().unwrap();
            assert!(!html.contains("link=<script>") && html.contains("&#60;script&#62;"), "{html}");
        }
    }

    #[test]
    fn no_call_shows_a_key() {
        for call in calls("http://x", "cb65f82c-dc93-4d3e-8270-9a27528397f5".parse().unwrap()) {
            assert!(call.command.contains("\"$ID\""));
        }
    }
}
