//! Every outcome that the sandbox's people and brands show by themselves: what the user reads, what the application
//! hears, and what stays in the session's record.

use serde_json::Value;
use vinculo_testkit::{Browser, Person, eventually};

use crate::Scene;

/// What somebody does at the bank.
#[derive(Clone, Copy)]
enum Act {
    /// Logs in, and the bank refuses at once.
    Enter,
    /// Gives a password that the bank does not take, until it has had enough.
    Guess,
    /// Logs in and confirms.
    Confirm,
    /// Logs in and cancels.
    Cancel,
    /// Cancels without logging in.
    Leave,
    /// Logs in as somebody else.
    EnterAs(&'static Person),
}

/// Whom the bank refuses: a name, the person, what they do, the code, words of the page, and the beginning of the message.
const REFUSALS: [(&str, &Person, Act, &str, &str, &str); 11] = [
    ("locked", &Person::LAURO, Act::Enter, "login_error", "Acesso bloqueado", "The user account is locked, user needs"),
    ("password", &Person::OLGA, Act::Guess, "login_error", "Não deu para entrar", "Invalid credentials provided"),
    (
        "sessions",
        &Person::VANIA,
        Act::Enter,
        "too_many_sessions",
        "Muitas sessões abertas",
        "Impossible to login, a session",
    ),
    ("time", &Person::EXPEDITO, Act::Confirm, "session_expired", "faça login novamente", "The session you are trying"),
    ("forged", &Person::FAUSTO, Act::Confirm, "unexpected_error", "Ocorreu um erro", "Vínculo is unable to process"),
    ("scope", &Person::INACIO, Act::Enter, "unsupported_operation", "Ocorreu um erro", "The resource you are trying"),
    (
        "risk",
        &Person::MURILO,
        Act::Confirm,
        "login_error",
        "verifique o seu CPF ou CNPJ",
        "The user account access was",
    ),
    ("denied", &Person::GABRIEL, Act::Cancel, "login_error", "Conexão não autorizada", "The user account access was"),
    ("cancelled", &Person::GABRIEL, Act::Leave, "login_error", "Conexão não autorizada", "The user account access was"),
    (
        "owner",
        &Person::NINA,
        Act::EnterAs(&Person::RALPH),
        "login_error",
        "não são do titular",
        "The user account access",
    ),
    (
        "company",
        &Person::BRAGG_MECHANICS,
        Act::EnterAs(&Person::LAURO),
        "login_error",
        "não são do titular",
        "The user account",
    ),
];

async fn act(scene: &Scene, person: &Person, act: Act) {
    let browser = &scene.browser;
    match act {
        Act::Enter => scene.enter(person).await,
        Act::EnterAs(other) => scene.enter(other).await,
        Act::Guess => {
            for _ in 0..4 {
                let before = browser.load().await;
                scene.enter(person).await;
                eventually("the page that answers", || async { (browser.load().await != before).then_some(()) }).await;
                browser.see("#login-problem").await;
                browser.clear("#login-document").await;
            }
            scene.enter(person).await;
        }
        Act::Confirm | Act::Cancel => {
            scene.log_in(person).await;
            browser.tap(if matches!(act, Act::Confirm) { "#approve" } else { "#deny" }).await;
        }
        Act::Leave => browser.tap("#cancel").await,
    }
    // A refusal stays until it has been read; every other answer goes back by itself.
    browser.see("main[data-bank-step=refused] #return, main[data-step]").await;
    if browser.has("main[data-bank-step=refused]").await {
        browser.tap("#return").await;
    }
}

/// The only session of an `external_id`.
async fn record(scene: &Scene, name: &str) -> Value {
    let list = scene.app.get(&format!("/api/widget-sessions/?external_id={name}")).await;
    assert_eq!(list["count"], 1, "{list}");
    let id = list["results"][0]["id"].as_str().unwrap().to_owned();
    scene.app.get(&format!("/api/widget-sessions/{id}/")).await
}

fn kinds(record: &Value, kind: &str) -> Vec<Value> {
    let events = record["events"].as_array().unwrap().iter();
    events.filter(|event| event["kind"] == kind).map(|event| event["data"].clone()).collect()
}

#[tokio::test]
async fn every_refusal_has_its_page_its_code_and_its_message() {
    let Some(scene) = Scene::set().await else { return };
    for (name, who, what, code, text, message) in REFUSALS {
        let access = scene.token(who).await;
        scene.open(&access, &format!("&external_id={name}")).await;
        scene.to_bank(who).await;
        act(&scene, who, what).await;
        scene.browser.see(&format!("[data-step=failed] [data-error={code}]")).await;
        let page = scene.browser.text("main").await;
        assert!(page.contains(text), "{name}: {page}");
        scene.browser.see("#continue").await;
        scene.browser.see("#leave").await;

        let told = eventually("the event", || async {
            let all = scene.landing.visits("/event");
            all.into_iter().find(|visit| visit.parameters.get("error").is_some_and(|error| error == code))
        })
        .await;
        assert!(told.referer.is_none(), "{:?}", told.referer);
        let record = record(&scene, name).await;
        assert_eq!(record["last_error"]["code"], code, "{name}");
        assert!(record["last_error"]["message"].as_str().unwrap().starts_with(message), "{name}: {record}");
        let errors = kinds(&record, "ERROR");
        assert_eq!(errors.len(), 1, "{name}: {record}");
        assert!(errors[0]["error_message"].as_str().unwrap().starts_with(message), "{name}: {record}");
        let stages: Vec<_> = kinds(&record, "STEP").into_iter().map(|data| data["stage"].clone()).collect();
        assert!(
            stages.starts_with(&["started".into(), "chose".into(), "consented".into(), "sent".into()]),
            "{stages:?}"
        );
    }
    let violations = scene.violations().await;
    assert!(violations.is_empty(), "{violations:#?}");
    scene.browser.quit().await;
}

#[tokio::test]
async fn what_the_user_should_know_of_a_new_link_stands_on_the_result() {
    let Some(scene) = Scene::set().await else { return };
    for (name, who, warning, text) in [
        ("pending", &Person::GABRIEL, "pending_authorisation", "Falta a aprovação de outra pessoa"),
        ("nothing", &Person::NINA, "no_accounts", "Não encontramos contas suas"),
        ("part", &Person::PAULA, "partial_data", "não está disponível"),
    ] {
        let access = scene.token(who).await;
        scene.open(&access, &format!("&external_id={name}")).await;
        scene.connect(who).await;
        let page = scene.browser.text("main").await;
        assert!(page.contains(text), "{name}: {page}");
        let record = record(&scene, name).await;
        assert!(kinds(&record, "WARNING").iter().any(|data| data["warning"] == warning), "{name}: {record}");
        assert_eq!(record["status"], "success");
        assert!(scene.landing.visits("/event").is_empty(), "a warning of ours is a message only");
        scene.browser.tap("#finish").await;
        eventually("the success", || async {
            scene.landing.visits("/success").into_iter().find(|visit| visit.parameters["link"] == record["link"])
        })
        .await;
    }
    scene.browser.quit().await;
}

#[tokio::test]
async fn a_return_that_never_comes_leaves_a_way_on_and_ends_by_itself() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::IVO).await;
    scene.open(&access, "&external_id=never").await;
    scene.to_bank(&Person::IVO).await;
    scene.log_in(&Person::IVO).await;
    scene.browser.tap("#approve").await;
    scene.browser.see("main[data-bank-step=done]").await;
    assert!(!scene.browser.has("#return").await, "this bank forgets the way back");

    scene.open(&access, "").await;
    scene.browser.step("handover").await;
    scene.browser.see("#go-to-institution").await;
    scene.browser.tap("#restart").await;
    scene.browser.step("consent").await;
    scene.browser.tap("#continue").await;
    scene.browser.step("handover").await;
    scene.app.advance(66 * 60).await;
    eventually("the session has run out", || async {
        (record(&scene, "never").await["status"] == "expired").then_some(())
    })
    .await;
    scene.open_session(&record(&scene, "never").await).await;
    scene.browser.step("exit").await;
    assert!(scene.browser.text("main").await.contains("Sessão expirada"));
    scene.browser.quit().await;
}

#[tokio::test]
async fn brands_that_are_not_well_say_so_in_time() {
    let Some(scene) = Scene::set_with(&[("VINCULO_BANK_TIMEOUT_SECONDS", "8")]).await else { return };
    let browser = &scene.browser;
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "&external_id=brands").await;
    browser.tap("#continue").await;
    browser.step("institutions").await;

    // Down: a tap says why, tells the application, and the page stays.
    let down = "[data-institution=ofeclipse_br_retail]";
    assert!(browser.text(down).await.contains("Fora do ar"));
    browser.tap(down).await;
    browser.see("#down-note:not([hidden])").await;
    let told = scene.landing.visit("/event").await;
    assert_eq!(told.parameters["warning"], "institution_disabled");
    assert_eq!(told.parameters["warning_message"], "The institution is temporarily unavailable.");
    browser.step("institutions").await;
    eventually("the record knows", || async {
        let record = record(&scene, "brands").await;
        kinds(&record, "WARNING").iter().any(|data| data["institution"] == "ofeclipse_br_retail").then_some(())
    })
    .await;

    // Unstable: marked, and choosable.
    assert!(browser.text("[data-institution=ofgaroa_br_retail]").await.contains("Pode demorar mais que o normal"));
    browser.tap("[data-institution=ofgaroa_br_retail]").await;
    browser.step("consent").await;
    assert!(browser.text("main").await.contains("Banco Garoa está com instabilidade"));
    let degraded = kinds(&record(&scene, "brands").await, "WARNING");
    assert_eq!(degraded[1]["warning"], "institution_degraded", "{degraded:?}");
    assert_eq!(scene.landing.visits("/event").len(), 1, "only the warning that Belvo's clients know reaches the app");

    // Nobody there, closed, and silent: each with its own code, and the way to another.
    for (code, error) in [
        ("ofneblina_br_retail", "institution_down"),
        ("ofpoente_br_retail", "institution_unavailable"),
        ("ofsilencio_br_retail", "request_timeout"),
    ] {
        if browser.has("#back").await {
            browser.tap("#back").await;
        } else {
            browser.tap("#other-institution").await;
        }
        browser.tap(&format!("[data-institution={code}]")).await;
        browser.step("consent").await;
        browser.tap("#continue").await;
        browser.see(&format!("[data-step=failed] [data-error={error}]")).await;
    }

    // The one that said that it is closed is now marked so, for everybody.
    browser.tap("#other-institution").await;
    browser.step("institutions").await;
    assert!(browser.text("[data-institution=ofpoente_br_retail]").await.contains("Fora do ar"));

    // The slow one: the page that waits says what for, and goes on by itself.
    browser.tap("[data-institution=ofjabuti_br_retail]").await;
    browser.step("consent").await;
    browser.tap("#continue").await;
    browser.step("handover").await;
    browser.see("#go-to-institution").await;
    let violations = scene.violations().await;
    assert!(violations.is_empty(), "{violations:#?}");
    scene.browser.quit().await;
}

#[tokio::test]
async fn a_bank_that_closes_while_its_row_is_on_the_screen_is_not_chosen() {
    let Some(scene) = Scene::set().await else { return };
    let Some(other) = Browser::start().await else { return };
    let poente = "[data-institution=ofpoente_br_retail]";
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "&external_id=late").await;
    scene.browser.tap("#continue").await;
    scene.browser.see(poente).await;

    let second = scene.token(&Person::JANICE).await;
    other.goto(&format!("{}/?access_token={second}", scene.app.url)).await.unwrap();
    other.tap("#continue").await;
    other.tap(poente).await;
    other.step("consent").await;
    other.tap("#continue").await;
    other.see("[data-error=institution_unavailable]").await;
    other.quit().await;

    scene.browser.tap(poente).await;
    scene.browser.see("#down-note:not([hidden])").await;
    scene.browser.step("institutions").await;
    let told = eventually("the warning", || async {
        scene.landing.visits("/event").into_iter().find(|visit| visit.parameters.contains_key("warning"))
    })
    .await;
    assert_eq!(told.parameters["warning"], "institution_disabled");
    let record = record(&scene, "late").await;
    assert_eq!((record["step"].as_str(), kinds(&record, "WARNING").len()), (Some("institutions"), 1));
    scene.browser.quit().await;
}

#[tokio::test]
async fn without_script_brands_that_are_not_well_say_so_too() {
    let Some(browser) = Browser::with(false, "light").await else { return };
    let Some(scene) = Scene::around(browser, &[("VINCULO_BANK_TIMEOUT_SECONDS", "8")]).await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "&external_id=plain").await;
    scene.browser.tap("#continue").await;
    scene.browser.tap("[data-institution=ofeclipse_br_retail]").await;
    scene.browser.see("#down-note:not([hidden])").await;
    let record = record(&scene, "plain").await;
    assert_eq!(kinds(&record, "WARNING")[0]["warning"], "institution_disabled");
    for (code, end) in [
        ("ofneblina_br_retail", "[data-step=failed] [data-error=institution_down]"),
        ("ofpoente_br_retail", "[data-step=failed] [data-error=institution_unavailable]"),
        ("ofsilencio_br_retail", "[data-step=failed] [data-error=request_timeout]"),
        ("ofgaroa_br_retail", "#go-to-institution"),
        ("ofjabuti_br_retail", "#go-to-institution"),
    ] {
        let access = scene.token(&Person::RALPH).await;
        scene.open(&access, "").await;
        scene.browser.tap("#continue").await;
        scene.browser.tap(&format!("[data-institution={code}]")).await;
        scene.browser.step("consent").await;
        scene.browser.tap("#continue").await;
        scene.browser.see(end).await;
    }
    scene.browser.quit().await;
}

/// What the bank answers stands in the fragment, which only a script can read: up to there, everything works without.
#[tokio::test]
async fn without_script_every_outcome_comes_as_far_as_the_callback() {
    let Some(scene) = Scene::with_script(false).await else { return };
    // A forged id_token looks like an approval until it is read.
    let refusals = REFUSALS.map(|(name, who, what, ..)| (name, who, what, name != "forged"));
    let warnings = [("pending", &Person::GABRIEL), ("nothing", &Person::NINA), ("part", &Person::PAULA)];
    let warnings = warnings.map(|(name, who)| (name, who, Act::Confirm, false));
    for (name, who, what, refused) in refusals.into_iter().chain(warnings) {
        let access = scene.token(who).await;
        scene.open(&access, "").await;
        scene.to_bank(who).await;
        act(&scene, who, what).await;
        let address = eventually("the callback page", || async {
            let address = scene.browser.address().await;
            address.contains("/api/consents/callback/").then_some(address)
        })
        .await;
        scene.browser.see("main[data-step=callback] noscript").await;
        let answer = address.split_once('#').map(|(_, fragment)| fragment.to_owned());
        let answer = answer.unwrap_or_else(|| panic!("{name}: the answer is in the fragment: {address}"));
        let has = |key: &str| answer.split('&').any(|part| part.starts_with(key));
        assert!(has("state=") && has("error=") == refused && has("code=") != refused, "{name}: {answer}");
    }
    scene.browser.quit().await;
}
