//! Every parameter of the opening address, every message to the host, and what leaves the pages.

use serde_json::{Value, json};
use vinculo_testkit::{Person, eventually};

use crate::Scene;

/// Stands in for an app's webview: it keeps what the widget posts and where it goes, and cancels ways to a scheme.
const HOST: &str = "
    const keep = (key, value) => {
        const all = JSON.parse(sessionStorage.getItem(key) || '[]');
        all.push(value);
        sessionStorage.setItem(key, JSON.stringify(all));
    };
    window.ReactNativeWebView = {postMessage: text => keep('test.messages', text)};
    navigation.addEventListener('navigate', event => {
        if (/^http/.test(event.destination.url)) return;
        keep('test.ways', event.destination.url);
        event.preventDefault();
    });";

impl Scene {
    async fn hosted(&self) {
        self.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": HOST})).await;
    }

    async fn messages(&self) -> Vec<Value> {
        let all = self.browser.script("return JSON.parse(sessionStorage.getItem('test.messages') || '[]')").await;
        let texts = all.as_array().cloned().unwrap_or_default();
        texts.iter().map(|text| serde_json::from_str(text.as_str().unwrap()).unwrap()).collect()
    }

    async fn ways(&self) -> Vec<String> {
        let all = self.browser.script("return JSON.parse(sessionStorage.getItem('test.ways') || '[]')").await;
        all.as_array().unwrap().iter().map(|way| way.as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn an_apps_webview_hears_every_message_and_is_sent_to_its_scheme() {
    let Some(scene) = Scene::set().await else { return };
    scene.hosted().await;
    let access = scene.app.token(&scene.app.token_body(&Person::RALPH)).await;
    scene.open(&access, "").await;
    scene.browser.tap("#continue").await;
    scene.browser.tap("[data-institution=ofeclipse_br_retail]").await;
    scene.browser.see("#down-note:not([hidden])").await;
    scene.browser.step("institutions").await;
    let warned = "testapp://event?warning=institution_disabled&warning_message=The%20institution%20is%20temporarily%20unavailable.";
    assert_eq!(scene.ways().await, [warned]);
    scene.browser.tap("[data-institution=ofmockbank_br_retail]").await;
    scene.browser.step("consent").await;
    scene.browser.tap("#continue").await;
    scene.browser.step("handover").await;
    scene.browser.tap("#go-to-institution").await;
    scene.log_in(&Person::RALPH).await;
    scene.browser.tap("#deny").await;
    scene.browser.step("failed").await;
    let ways = scene.ways().await;
    assert!(ways[1].starts_with("testapp://event?error=login_error&error_message=The%20user%20account"), "{ways:?}");
    scene.browser.tap("#continue").await;
    scene.browser.step("consent").await;
    scene.go_to_bank().await;
    scene.log_in(&Person::RALPH).await;
    scene.browser.tap("#approve").await;
    scene.browser.step("done").await;
    let ways = eventually("the way back", || async { Some(scene.ways().await).filter(|ways| ways.len() > 2) }).await;
    assert!(ways[2].starts_with("testapp://success?link=") && ways[2].ends_with("&institution=ofmockbank_br_retail"));

    let messages = scene.messages().await;
    let of = |name: &str| messages.iter().filter(|m| m["eventName"] == name).cloned().collect::<Vec<_>>();
    let loads: Vec<_> = of("PAGE_LOAD").iter().map(|m| m["metadata"]["page"].as_str().unwrap().to_owned()).collect();
    for page in ["/start", "/institutions", "/consent", "/handover", "/failed", "/done"] {
        assert!(loads.contains(&page.to_owned()), "{page}: {loads:?}");
    }
    let second = &of("PAGE_LOAD")[1]["metadata"];
    assert_eq!(*second, json!({"page": "/institutions", "from": "/start", "institution_name": ""}));
    let warning = &of("WARNING")[0];
    assert_eq!(warning["meta_data"]["warning_code"], "institution_disabled");
    assert_eq!(warning["meta_data"]["institution_name"], "ofeclipse_br_retail");
    let error = &of("ERROR")[0];
    assert_eq!(error["meta_data"]["error_code"], "login_error");
    assert_eq!(error["meta_data"]["institution_name"], "ofmockbank_br_retail");
    assert!(error["request_id"].is_string() && error["meta_data"]["timestamp"].is_string());
    assert_eq!(of("ERROR").len(), 1, "each error is told once");
    let success = &of("SUCCESS")[0];
    assert_eq!(success["institution"], "ofmockbank_br_retail");
    assert!(ways[2].contains(success["link"].as_str().unwrap()));
    assert!(of("EXIT").is_empty());
    scene.browser.quit().await;
}

#[tokio::test]
async fn leaving_and_expiring_reach_an_apps_scheme_too() {
    let Some(scene) = Scene::set().await else { return };
    scene.hosted().await;
    let access = scene.app.token(&scene.app.token_body(&Person::RALPH)).await;
    scene.open(&access, "&show_abandon_survey=false").await;
    scene.browser.tap("#close").await;
    scene.browser.tap("#confirm-exit").await;
    let left = eventually("the way back", || async { scene.ways().await.into_iter().next() }).await;
    assert_eq!(left, "testapp://exit?meta_data_step=abandon-survey");
    let exit = scene.messages().await.into_iter().find(|m| m["eventName"] == "EXIT").unwrap();
    assert_eq!(exit["meta_data"], json!({"institution_name": "", "step": "abandon-survey"}));
    assert_eq!(exit["last_encountered_error"], Value::Null);

    let access = scene.app.token(&scene.app.token_body(&Person::RALPH)).await;
    scene.app.advance(11 * 60).await;
    scene.open(&access, "").await;
    let ways = eventually("the error", || async { Some(scene.ways().await).filter(|ways| ways.len() > 1) }).await;
    let told = "testapp://event?error=ACCESS_TOKEN_NOT_VALID&error_message=The%20access%20token%20was%20not%20provided%20or%20is%20not%20valid";
    assert_eq!(ways.last().unwrap(), told, "{ways:?}");
    scene.browser.quit().await;
}

#[tokio::test]
async fn every_parameter_does_what_it_says() {
    let Some(scene) = Scene::set().await else { return };
    let browser = &scene.browser;
    let open = async |more: &str| {
        let access = scene.token(&Person::RALPH).await;
        browser.goto(&format!("{}/?access_token={access}{more}", scene.app.url)).await.unwrap();
        browser.step("start").await;
    };
    for (locale, lang, title) in [
        ("", "pt-BR", "Conecte sua conta"),
        ("&locale=en", "en", "Connect your account"),
        ("&locale=es", "es", "Conecta tu cuenta"),
        ("&locale=PT-br&mode=webapp&integration_type=openfinance&resources=ACCOUNTS&show_intro=1", "pt-BR", "Conecte"),
        ("&locale=xx", "pt-BR", "Conecte"),
    ] {
        open(locale).await;
        assert_eq!(browser.script("return document.documentElement.lang").await, lang, "{locale}");
        assert!(browser.text("h1").await.starts_with(title), "{locale}");
    }
    for (more, step) in [
        ("&institution=ofmockbank_br_retail", "consent"),
        ("&institutions=narnia,ofmockbank_br_retail", "consent"),
        ("&institutions=ofmockbank_br_retail,ofaurora_br_retail", "institutions"),
        ("&institutions=ofeclipse_br_retail", "institutions"),
        ("&institution_types=retail&country_codes=BR", "institutions"),
    ] {
        open(more).await;
        browser.tap("#continue").await;
        browser.step(step).await;
    }
    for more in ["&institutions=narnia", "&institution_types=business", "&country_codes=MX"] {
        open(more).await;
        browser.tap("#continue").await;
        browser.step("institutions").await;
        assert!(!browser.has("[data-institution]").await, "{more}");
        browser.tap("#leave").await;
        browser.step("exit").await;
    }
    open("&access_mode=single&external_id=only-once&institution=ofmockbank_br_retail").await;
    browser.tap("#continue").await;
    browser.step("consent").await;
    browser.tap("#continue").await;
    browser.step("handover").await;
    browser.tap("#go-to-institution").await;
    scene.log_in(&Person::RALPH).await;
    browser.tap("#approve").await;
    browser.step("done").await;
    let links = scene.app.get("/api/links/?external_id=only-once").await;
    assert_eq!((links["count"].as_i64(), links["results"][0]["access_mode"].as_str()), (Some(1), Some("single")));
    scene.browser.quit().await;
}

#[tokio::test]
async fn both_searches_find_the_same_in_the_same_order() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.browser.tap("#continue").await;
    scene.browser.step("institutions").await;
    let list = scene.browser.address().await;
    let shown = "return [...document.querySelectorAll('#banks > li:not([hidden]) [data-institution]')].map(b => b.dataset.institution)";
    for query in [
        "mock",
        "banco",
        "BANCO",
        "Ipê",
        "ipe",
        "coperativa",
        "silencio",
        "Silêncio",
        "simulado",
        "bnaco aurora",
        "s.a.",
        "oop",
        "girasol",
        "gira sol",
        "pagamentos simulada",
        "x",
        "zzzz",
        "a",
        "mock bank",
        "jabutti",
        "💰",
        "aurora banco",
    ] {
        let typed = format!(
            "const s = document.getElementById('institution-search'); s.value = {}; s.dispatchEvent(new Event('input')); {shown}",
            json!(query)
        );
        let here = scene.browser.script(&typed).await;
        let mut url = url(&list);
        url.push_str(&format!("?q={}", encoded(query)));
        let there = reqwest::get(&url).await.unwrap().text().await.unwrap();
        let there: Vec<&str> =
            there.split("data-institution=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(here, json!(there), "{query}");
    }
    scene.browser.quit().await;
}

fn url(list: &str) -> String {
    list.split('?').next().unwrap().to_owned()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn a_token_that_has_connected_says_that_all_is_well() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.connect(&Person::RALPH).await;
    scene.browser.tap("#finish").await;
    scene.landing.visit("/success").await;
    scene.open(&access, "").await;
    scene.browser.see("#finish").await;
    let page = scene.browser.text("main").await;
    assert!(page.contains("Conta já conectada"), "{page}");
    let event = scene.landing.visit("/event").await;
    assert_eq!(event.parameters["error"], "ACCESS_TOKEN_NOT_VALID");
    let strangers: Vec<_> = scene.landing.all().into_iter().filter(|visit| visit.referer.is_some()).collect();
    // The app's own pages may name themselves, as they do when they ask for their icon.
    let own = |referer: &String| referer.starts_with(&format!("{}/", scene.landing.url));
    assert!(
        strangers.iter().all(|visit| visit.referer.as_ref().is_some_and(own)),
        "no address of ours reaches the app: {strangers:?}"
    );
    scene.browser.quit().await;
}
