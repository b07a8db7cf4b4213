//! Without a finger or a mouse: keys alone, focus where it helps, and what people set for their eyes.

#![expect(clippy::panic, reason = "helpers of tests may fail the test")]

use serde_json::{Value, json};
use vinculo_testkit::{Browser, Person};

use crate::Scene;

/// Presses a key.
async fn press(browser: &Browser, key: &str) {
    let (code, text) = match key {
        "Tab" => (9, ""),
        "Enter" => (13, "\r"),
        " " => (32, " "),
        "ArrowDown" => (40, ""),
        other => panic!("{other} is no key of this test"),
    };
    let down = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
    for kind in [down, "keyUp"] {
        let event = json!({"type": kind, "key": key, "code": key, "text": text, "windowsVirtualKeyCode": code});
        browser.devtools("Input.dispatchKeyEvent", event).await;
    }
}

/// What is wrong with the element that has the focus: no ring, or something in front of it (WCAG 2.4.7, 2.4.11).
const FAULT: &str = "const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
    if (e === document.body) return '';
    if (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2) return 'no ring';
    const x = r.left + r.width / 2, y = r.top + r.height / 2, top = document.elementFromPoint(x, y);
    const seen = top && (e.contains(top) || top.contains(e) || (e.labels && [...e.labels].some(l => l.contains(top))));
    return seen ? '' : 'behind ' + (top ? top.outerHTML.slice(0, 80) : 'nothing at ' + x + ' ' + y);";

/// Goes on by the tab key until `css` has the focus. Everything on the way must be seen.
async fn tab_to(browser: &Browser, css: &str) {
    browser.see(css).await;
    for _ in 0..40 {
        press(browser, "Tab").await;
        let there = browser.script(&format!("return document.activeElement.matches({})", json!(css))).await;
        let fault = browser.script(FAULT).await;
        assert_eq!(
            fault,
            "",
            "on the way to {css}: {}",
            browser.script("return document.activeElement.outerHTML").await
        );
        if there == Value::Bool(true) {
            return;
        }
    }
    panic!("{css} cannot be reached by the tab key");
}

async fn write(browser: &Browser, text: &str) {
    browser.devtools("Input.insertText", json!({"text": text})).await;
}

/// The heading has the focus, so that a screen reader begins there.
async fn begins_at_the_heading(browser: &Browser) {
    vinculo_testkit::eventually("the heading has the focus", || async {
        (browser.script("return document.activeElement.tagName").await == "H1").then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_whole_journey_goes_by_keys_alone() {
    let Some(scene) = Scene::set().await else { return };
    let (browser, person) = (&scene.browser, &Person::RALPH);
    scene.open(&scene.token(person).await, "").await;
    browser.step("start").await;
    begins_at_the_heading(browser).await;
    tab_to(browser, "#continue").await;
    press(browser, "Enter").await;

    browser.step("institutions").await;
    begins_at_the_heading(browser).await;
    tab_to(browser, "#institution-search").await;
    write(browser, "mock").await;
    tab_to(browser, "[data-institution=ofmockbank_br_retail]").await;
    press(browser, "Enter").await;

    browser.step("consent").await;
    begins_at_the_heading(browser).await;
    tab_to(browser, "#duration").await;
    press(browser, "ArrowDown").await;
    assert_ne!(browser.script("return document.querySelector('#duration').selectedIndex").await, 0);
    tab_to(browser, "summary").await;
    press(browser, "Enter").await;
    assert_eq!(browser.script("return document.querySelector('details').open").await, true);
    tab_to(browser, "#continue").await;
    press(browser, "Enter").await;

    browser.step("handover").await;
    tab_to(browser, "#go-to-institution").await;
    press(browser, "Enter").await;
    at_the_bank(browser, person).await;

    browser.step("done").await;
    begins_at_the_heading(browser).await;
    tab_to(browser, "#finish").await;
    press(browser, "Enter").await;
    let success = scene.landing.visit("/success").await;
    let consents = scene.app.get(&format!("/api/consents/?link={}", success.parameters["link"])).await;
    assert_eq!(consents["results"][0]["consent_duration"], 366, "{consents}");
    scene.browser.quit().await;
}

async fn at_the_bank(browser: &Browser, person: &Person) {
    browser.see("main[data-bank-step=login]").await;
    tab_to(browser, "#login-document").await;
    write(browser, person.login).await;
    tab_to(browser, "#login-password").await;
    write(browser, "P@ssword01").await;
    tab_to(browser, "#login-submit").await;
    press(browser, "Enter").await;
    browser.see("main[data-bank-step=confirm]").await;
    tab_to(browser, "#resource-1").await;
    press(browser, " ").await;
    assert_eq!(browser.script("return document.querySelector('#resource-1').checked").await, false);
    tab_to(browser, "#approve").await;
    press(browser, "Enter").await;
}

#[tokio::test]
async fn leaving_goes_by_keys_too() {
    let Some(scene) = Scene::set().await else { return };
    let browser = &scene.browser;
    scene.open(&scene.token(&Person::RALPH).await, "").await;
    browser.step("start").await;
    for (screen, control) in
        [("#continue", "#close"), ("#confirm-exit", "#confirm-exit"), ("#survey-reason", "#survey-reason")]
    {
        browser.see(screen).await;
        begins_at_the_heading(browser).await;
        tab_to(browser, control).await;
        if control == "#survey-reason" {
            press(browser, "ArrowDown").await;
            tab_to(browser, "#continue").await;
        }
        press(browser, "Enter").await;
    }
    scene.landing.visit("/exit").await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn errors_are_announced_and_the_first_wrong_field_has_the_focus() {
    let Some(scene) = Scene::set().await else { return };
    let browser = &scene.browser;
    let mut body = scene.app.token_body_landing(&Person::RALPH, &scene.landing);
    body["widget"]["consent"].as_object_mut().unwrap().remove("identification_info");
    scene.open(&scene.app.token(&body).await, "").await;
    browser.tap("#continue").await;
    browser.step("identify").await;
    browser.write("#cpf", "76109277673").await;
    browser.tap("#continue").await;
    browser.see("#name-wrong").await;
    let said =
        "const field = document.activeElement, why = document.getElementById(field.getAttribute('aria-describedby'));
        return [field.id, field.getAttribute('aria-invalid'), why.getAttribute('role'), why.textContent.length > 5,
            document.querySelector('#cpf').hasAttribute('aria-invalid')]";
    assert_eq!(browser.script(said).await, json!(["name", "true", "alert", true, false]));

    scene.open(&scene.token(&Person::RALPH).await, "").await;
    scene.to_bank(&Person::RALPH).await;
    scene.log_in(&Person::RALPH).await;
    browser.tap("#deny").await;
    browser.step("failed").await;
    begins_at_the_heading(browser).await;
    assert_eq!(browser.script("return document.querySelectorAll('main [role=alert]').length").await, 1);
    scene.browser.quit().await;
}

#[tokio::test]
async fn whoever_wants_no_motion_gets_none() {
    let Some(scene) = Scene::set().await else { return };
    let browser = &scene.browser;
    browser.hold_timers().await;
    scene.open(&scene.token(&Person::RALPH).await, "").await;
    browser.tap("#continue").await;
    browser.tap("[data-institution=ofmockbank_br_retail]").await;
    browser.tap("#continue").await;
    browser.step("handover").await;
    let moving = "return document.getAnimations().filter(a => a.playState === 'running' && a.effect.getComputedTiming().activeDuration > 10).length";
    assert_ne!(browser.script(moving).await, 0, "the dots move for everybody else");
    let still = json!([{"name": "prefers-reduced-motion", "value": "reduce"}]);
    browser.devtools("Emulation.setEmulatedMedia", json!({"features": still})).await;
    assert_eq!(browser.script(moving).await, 0);
    scene.browser.quit().await;
}

#[tokio::test]
async fn the_systems_own_colours_leave_every_control_with_an_edge() {
    let Some(scene) = Scene::set().await else { return };
    let browser = &scene.browser;
    let forced = json!([{"name": "forced-colors", "value": "active"}]);
    browser.devtools("Emulation.setEmulatedMedia", json!({"features": forced})).await;
    scene.open(&scene.token(&Person::RALPH).await, "").await;
    let edges = "return [...document.querySelectorAll('.button, .bank, .field, select')].filter(e => e.offsetParent).map(e => getComputedStyle(e))
        .every(s => s.borderTopStyle === 'solid' && s.borderTopWidth !== '0px' && s.borderTopColor !== s.backgroundColor)";
    let line = "const s = document.querySelector('.progress i'); return getComputedStyle(s).backgroundColor !== getComputedStyle(document.body).backgroundColor";
    for next in ["#continue", "[data-institution=ofmockbank_br_retail]", "#continue"] {
        browser.see(next).await;
        assert_eq!(browser.script(edges).await, true, "{next}");
        assert_eq!(browser.script(line).await, true, "{next}");
        browser.tap(next).await;
    }
    scene.browser.quit().await;
}
