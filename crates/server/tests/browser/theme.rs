//! Branding and theme, as the browser computes them.

use serde_json::{Value, json};
use vinculo_testkit::{App, Browser, Look, Person};

/// A program and a browser, without the application's pages.
async fn scene() -> Option<(App, Browser)> {
    let browser = Browser::start().await?;
    Some((App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await?, browser))
}

/// Opens the start screen of a token with this look.
async fn open(app: &App, browser: &Browser, branding: Value, theme: &[(&str, &str)], scheme: Option<&str>) {
    let mut body = app.token_body(&Person::RALPH);
    let theme: Vec<Value> = theme.iter().map(|(key, value)| json!({"css_key": key, "value": value})).collect();
    body["widget"]["theme"] = json!(theme);
    for (key, value) in branding.as_object().unwrap() {
        body["widget"]["branding"][key] = value.clone();
    }
    if let Some(scheme) = scheme {
        body["widget"]["color_scheme"] = json!(scheme);
    }
    let access = app.token(&body).await;
    browser.goto(&format!("{}/?access_token={access}&locale=pt", app.url)).await.unwrap();
    browser.step("start").await;
}

/// What the browser computed for a property of an element.
async fn computed(browser: &Browser, css: &str, property: &str) -> String {
    let script = format!("return getComputedStyle(document.querySelector({}))[{}]", json!(css), json!(property));
    browser.script(&script).await.as_str().unwrap().to_owned()
}

async fn expect(browser: &Browser, wanted: &[(&str, &str, &str)]) {
    for (css, property, value) in wanted {
        assert_eq!(computed(browser, css, property).await, *value, "{css} {property}");
    }
}

#[tokio::test]
async fn what_a_token_asks_for_is_what_people_see() {
    let Some((app, browser)) = scene().await else { return };
    let theme = [
        ("--color-primary-base", "#7A00CC"),
        ("--button-border-radius", "3px"),
        ("--button-font-color", "rgb(255, 255, 238)"),
        ("--nav-bar-background-color", "#F4ECFB"),
        ("--nav-bar-title-color", "#2B0047"),
        ("--nav-bar-title-align", "start"),
        ("--nav-bar-icon-color", "#4B0082"),
        ("--nav-bar-icon-size", "20px"),
        ("--nav-bar-box-shadow", "0 1px 2px #000000"),
        ("--nav-bar-border-color", "#C9A6E8"),
        ("--nav-bar-left-icon", "arrow_left"),
        ("--nav-bar-right-icon", "close_outlined"),
        ("--banner-background-color-info", "#E9F1FF"),
        ("--banner-border-radius", "5px"),
        ("--banner-border-color-left-info", "#0663F9"),
        ("--banner-icon-color-info", "#0663F9"),
        ("--banner-title-color", "#161A1D"),
        ("--banner-body-color", "#414D58"),
        ("--banner-title-font-weight", "700"),
        ("--banner-body-font-weight", "500"),
        ("--input-text-border-color", "#4B0082"),
        ("--input-text-border-radius", "9px"),
        ("--input-text-icon-color", "#7A00CC"),
        ("--input-text-placeholder-color", "#4B0082"),
    ];
    open(&app, &browser, json!({}), &theme, None).await;
    let start = [
        ("#continue", "backgroundColor", "rgb(122, 0, 204)"),
        ("#continue", "color", "rgb(255, 255, 238)"),
        ("#continue", "borderTopLeftRadius", "3px"),
        (".nav", "backgroundColor", "rgb(244, 236, 251)"),
        (".nav", "boxShadow", "rgb(0, 0, 0) 0px 1px 2px 0px"),
        (".nav p", "color", "rgb(43, 0, 71)"),
        (".nav p", "textAlign", "start"),
        ("#close", "color", "rgb(75, 0, 130)"),
        ("#close svg", "width", "20px"),
        ("#close .ring", "display", "inline"),
        (".progress", "backgroundColor", "rgb(201, 166, 232)"),
        (".progress i", "backgroundColor", "rgb(122, 0, 204)"),
        (".notice", "backgroundColor", "rgb(233, 241, 255)"),
        (".notice", "borderTopLeftRadius", "5px"),
        (".notice", "borderLeftWidth", "4px"),
        (".notice", "borderLeftColor", "rgb(6, 99, 249)"),
        (".notice svg", "color", "rgb(6, 99, 249)"),
        (".notice", "color", "rgb(65, 77, 88)"),
        (".notice", "fontWeight", "500"),
        (".notice b", "color", "rgb(22, 26, 29)"),
        (".notice b", "fontWeight", "700"),
    ];
    expect(&browser, &start).await;
    browser.tap("#continue").await;
    browser.step("institutions").await;
    let institutions = [
        ("#back .shaft", "display", "inline"),
        ("#institution-search", "borderTopLeftRadius", "9px"),
        (".search svg", "color", "rgb(122, 0, 204)"),
    ];
    expect(&browser, &institutions).await;
    browser.script("document.activeElement.blur()").await;
    expect(&browser, &[("#institution-search", "borderTopColor", "rgb(75, 0, 130)")]).await;
    let console = browser.console().await;
    let violations: Vec<_> = console.iter().filter(|line| line.contains("Content Security Policy")).collect();
    assert!(violations.is_empty(), "{violations:?}");
    browser.quit().await;
}

#[tokio::test]
async fn the_dark_has_its_own_keys_and_nothing_light_leaks_into_it() {
    let Some((app, browser)) = scene().await else { return };
    let theme = [
        ("--nav-bar-background-color", "#FFFFFF"),
        ("--nav-bar-background-color-dark", "#011432"),
        ("--banner-background-color", "#FFFFFF"),
        ("--color-primary-base", "#0B7A4B"),
    ];
    open(&app, &browser, json!({}), &theme, None).await;
    browser.look(&Look::DARK).await;
    let dark = [
        ("body", "backgroundColor", "rgb(18, 22, 27)"),
        (".nav", "backgroundColor", "rgb(1, 20, 50)"),
        (".nav p", "color", "rgb(255, 255, 255)"),
        (".notice", "backgroundColor", "rgb(26, 31, 38)"),
        ("#continue", "backgroundColor", "rgb(11, 122, 75)"),
    ];
    expect(&browser, &dark).await;

    // The token's word counts for more than the system's.
    open(&app, &browser, json!({}), &[], Some("LIGHT")).await;
    expect(&browser, &[("body", "backgroundColor", "rgb(255, 255, 255)")]).await;
    browser.look(&Look::LIGHT).await;
    open(&app, &browser, json!({}), &[], Some("DARK")).await;
    expect(&browser, &[("body", "backgroundColor", "rgb(18, 22, 27)")]).await;
    browser.quit().await;
}

#[tokio::test]
async fn refused_values_are_left_out_and_words_stay_readable() {
    let Some((app, browser)) = scene().await else { return };
    let theme = [
        ("--button-border-radius", "calc(1px)"),
        ("--nav-bar-background-color", "red;}body{display:none"),
        ("--nav-bar-title-align", "left"),
        ("--nonsense", "}{"),
        ("--color-primary-base", "#FFE600"),
        ("--button-font-color", "#FFFFFF"),
        ("--tab-text-color", "#FEFEFE"),
    ];
    open(&app, &browser, json!({}), &theme, None).await;
    let wanted = [
        ("#continue", "backgroundColor", "rgb(255, 230, 0)"),
        ("#continue", "color", "rgb(17, 22, 29)"),
        ("#continue", "borderTopLeftRadius", "12px"),
        (".nav", "backgroundColor", "rgb(255, 255, 255)"),
        (".nav p", "textAlign", "center"),
    ];
    expect(&browser, &wanted).await;
    browser.quit().await;
}

#[tokio::test]
async fn icon_logo_name_and_terms_are_the_tokens() {
    let Some((app, browser)) = scene().await else { return };
    let picture = format!("{}/demo/icon.svg", app.url);
    let branding = json!({
        "company_name": "Horta & <Filhos>", "company_icon": picture, "company_logo": format!("{picture}?logo"),
        "company_terms_url": "https://example.com/termos-da-horta",
    });
    open(&app, &browser, branding, &[], None).await;
    assert_eq!(browser.script("return document.querySelector('.nav p').textContent").await, "Horta & <Filhos>");
    assert_eq!(
        browser.script("return document.querySelector('.terms').href").await,
        "https://example.com/termos-da-horta"
    );
    let loaded =
        "const image = document.querySelector('.mark img'); return image.decode().then(() => image.naturalWidth > 0)";
    assert_eq!(browser.script(loaded).await, true);
    browser.tap("#close").await;
    browser.step("exit").await;
    let logo = "const image = document.querySelector('.logo img');
        return image.decode().then(() => [image.alt, image.referrerPolicy, new URL(image.src).search])";
    assert_eq!(browser.script(logo).await, json!(["Horta & <Filhos>", "no-referrer", "?logo"]));
    browser.quit().await;
}

#[tokio::test]
async fn a_picture_that_never_comes_leaves_the_initial() {
    let Some((app, browser)) = scene().await else { return };
    let nowhere = format!("{}/nowhere.svg", app.url);
    open(&app, &browser, json!({"company_name": "Horta", "company_icon": nowhere}), &[], None).await;
    vinculo_testkit::eventually("the picture is given up", || async {
        (browser.script("return document.querySelectorAll('.mark img').length").await == 0).then_some(())
    })
    .await;
    assert_eq!(browser.script("return document.querySelector('.mark').innerText").await, "H");
    browser.quit().await;
}

#[tokio::test]
async fn our_own_mark_stands_in_the_middle_when_a_token_asks_for_it() {
    let Some((app, browser)) = scene().await else { return };
    browser.hold_timers().await;
    for (asked, marks) in [(true, 3), (false, 2)] {
        open(&app, &browser, json!({"show_belvo_middle_logo": asked}), &[], None).await;
        browser.tap("#continue").await;
        browser.tap("[data-institution=ofmockbank_br_retail]").await;
        browser.tap("#continue").await;
        browser.step("handover").await;
        let count = "return document.querySelectorAll('.way .mark, .way .tile').length";
        assert_eq!(browser.script(count).await, marks, "{asked}");
    }
    browser.quit().await;
}

#[tokio::test]
async fn labels_sit_on_the_border_when_a_token_asks_for_it() {
    let Some((app, browser)) = scene().await else { return };
    let top = "const label = document.querySelector('label[for=cpf]').getBoundingClientRect();
        const field = document.querySelector('#cpf').getBoundingClientRect();
        return label.top < field.top && label.bottom > field.top";
    for (variation, across) in [("outlined", true), ("top", false)] {
        let mut body = app.token_body(&Person::RALPH);
        body["widget"]["consent"].as_object_mut().unwrap().remove("identification_info");
        body["widget"]["theme"] = json!([{"css_key": "--input-text-label-variation", "value": variation}]);
        let access = app.token(&body).await;
        browser.goto(&format!("{}/?access_token={access}&locale=pt", app.url)).await.unwrap();
        browser.tap("#continue").await;
        browser.step("identify").await;
        assert_eq!(browser.script(top).await, across, "{variation}");
    }
    browser.quit().await;
}
