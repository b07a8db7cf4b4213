//! The portal with a bank that answers: see, renew, end; and who does not get in.

use serde_json::{Value, json};
use vinculo_testkit::{App, Ending, Journey, Person};

/// A token that opens the portal for a person.
fn body(app: &App, person: &Person) -> Value {
    json!({
        "id": app.credentials.secret_id,
        "password": app.credentials.secret_password,
        "scopes": "read_consents,write_consents,write_consent_callback",
        "widget": {
            "openfinance_feature": "consent_management",
            "consent": {
                "permissions": ["REGISTER", "ACCOUNTS", "CREDIT_CARDS", "CREDIT_OPERATIONS"],
                "identification_info": person.identification(),
            },
        },
    })
}

/// Opens the portal. A journey's pages are pages like any others.
async fn portal(app: &App, person: &Person, more: &str) -> Journey {
    let access = app.token(&body(app, person)).await;
    let mut journey = Journey::open(app, "none").await;
    journey.get(format!("{}/portal/?access_token={access}&locale=pt{more}", app.url).parse().unwrap()).await;
    assert!(!journey.url.as_str().contains("access_token"), "the token leaves the address");
    journey
}

pub(super) async fn consent(app: &App, id: &str) -> Value {
    app.get(&format!("/api/consents/{id}/")).await
}

pub(super) async fn follow(journey: &mut Journey, id: &str) {
    let before = journey.page.split(&format!("id=\"{id}\"")).next().unwrap().rfind('<').unwrap();
    let href = vinculo_testkit::text_between(&journey.page[before..], "href=\"", "\"").unwrap().to_owned();
    journey.get(journey.url.join(&href).unwrap()).await;
}

#[tokio::test]
async fn a_person_renews_and_ends_what_they_share() {
    let app = App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap();
    let (link, id) = Journey::connect_for_a_term(&app, &Person::RALPH).await;
    let before = consent(&app, &id).await;
    assert_eq!(before["consent_duration"], 92);

    let mut journey = portal(&app, &Person::RALPH, &format!("&action=renew&consent_id={id}&link_id={link}")).await;
    assert_eq!(journey.step(), "portal-renew", "{}", journey.page);
    journey.submit("id=\"step-form\"", |form| form.set("duration", "275")).await;
    assert_eq!(journey.step(), "portal-consent", "{}", journey.page);
    assert!(journey.page.contains("Prazo alterado por você"));
    let renewed = consent(&app, &id).await;
    assert_eq!((&renewed["consent_duration"], &renewed["link_id"]), (&json!(275), &json!(link)));
    assert_ne!(renewed["expired_at"], before["expired_at"]);

    follow(&mut journey, "renew").await;
    assert!(!journey.page.contains("value=\"92\""), "only later ends are offered");
    for wrong in ["92", "365", "", "undefined; DROP TABLE"] {
        journey.submit("id=\"step-form\"", |form| form.set("duration", wrong)).await;
        assert_eq!(journey.step(), "portal-renew", "{wrong}: {}", journey.page);
        assert!(journey.page.contains("Escolha um prazo que termine depois do atual."), "{wrong}");
    }
    assert_eq!(consent(&app, &id).await["expired_at"], renewed["expired_at"]);
    follow(&mut journey, "keep").await;

    follow(&mut journey, "revoke").await;
    assert_eq!(journey.step(), "portal-revoke");
    journey.submit("id=\"step-form\"", |form| form).await;
    assert_eq!(journey.step(), "portal-consent");
    assert!(journey.page.contains("Compartilhamento encerrado.") && !journey.page.contains("id=\"revoke\""));
    assert_eq!(consent(&app, &id).await["status"], "REJECTED");
    assert_eq!(app.get(&format!("/api/links/{link}/")).await["status"], "invalid");
    app.revoked_at_banks(1).await;
    // Once more changes nothing.
    let again = journey.url.join(&format!("{}/revoke", journey.url.path())).unwrap();
    journey.get(again).await;
    assert_eq!(journey.step(), "portal-consent");
}

/// From the consent's page of the widget to its end.
async fn through_the_bank(journey: &mut Journey, person: &Person, approve: bool) -> Ending {
    journey.answer_at_bank(person, approve).await;
    journey.callback().await;
    journey.settle().await
}

async fn consents_of(app: &App, link: &str) -> Vec<(String, String)> {
    let all = app.list(&format!("/api/consents/?link_id={link}")).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all.iter().map(|consent| (text(&consent["id"]), text(&consent["status"]))).collect()
}

#[tokio::test]
async fn where_the_bank_wants_a_new_consent_link_and_data_stay() {
    let app = App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap();
    let (link, first) = Journey::connect_for_a_term(&app, &Person::GABRIEL).await;
    let owners = async || app.list(&format!("/api/owners/?link={link}")).await.len();
    let before = vinculo_testkit::eventually("owners", || async { Some(owners().await).filter(|n| *n > 0) }).await;
    let renewal = async || {
        let more = format!("&action=renew&consent_id={first}");
        let mut journey = portal(&app, &Person::GABRIEL, &more).await;
        journey.submit("id=\"step-form\"", |form| form.set("duration", "275")).await;
        assert_eq!(journey.step(), "portal-renew", "{}", journey.page);
        assert!(journey.page.contains("mais de uma pessoa precisa aprovar"), "{}", journey.page);
        assert!(!journey.page.contains("sem novo acesso"), "what is said before does not hold any more");
        journey.submit("id=\"step-form\"", |form| form.set("way", "institution").set("duration", "275")).await;
        assert_eq!(journey.step(), "consent", "{}", journey.page);
        journey
    };

    // Refused at the bank: everything is as it was.
    let mut journey = renewal().await;
    assert_eq!(through_the_bank(&mut journey, &Person::GABRIEL, false).await.step, "failed");
    assert_eq!(app.get(&format!("/api/links/{link}/")).await["status"], "valid");
    assert_eq!(consent(&app, &first).await["status"], "AUTHORISED");
    let answer = app.request(reqwest::Method::POST, "/api/owners/").json(&json!({"link": link})).send().await.unwrap();
    assert_eq!(answer.status(), 201, "the link still reads by its first consent");

    let mut journey = renewal().await;
    assert_eq!(through_the_bank(&mut journey, &Person::GABRIEL, true).await.step, "done");
    let back = vinculo_testkit::text_between(&journey.page, "id=\"finish\" class=\"button\" href=\"", "\"").unwrap();
    assert!(back.contains("/portal/s/") && back.contains(&format!("?link={link}&")), "the way back: {back}");
    let consents = consents_of(&app, &link).await;
    let active: Vec<_> = consents.iter().filter(|(_, status)| status == "AUTHORISED").collect();
    assert_eq!((active.len(), active[0].0 == first), (1, false), "{consents:?}");
    let renewed = consent(&app, &active[0].0).await;
    assert_eq!((&renewed["consent_duration"], &renewed["link_id"]), (&json!(275), &json!(link)));
    assert_eq!(app.get(&format!("/api/links/{link}/")).await["status"], "valid");
    assert_eq!((app.get("/api/links/").await["count"].as_i64(), owners().await), (Some(1), before));
    let answer = app.request(reqwest::Method::POST, "/api/owners/").json(&json!({"link": link})).send().await.unwrap();
    assert_eq!(answer.status(), 201, "the link reads by its new consent");
    app.revoked_at_banks(1).await;
}

#[tokio::test]
async fn a_token_for_a_link_renews_that_link_and_no_other_persons() {
    let app = App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap();
    let (link, id) = Journey::connect_for_a_term(&app, &Person::RALPH).await;
    let open = async |person: &Person| {
        let mut body = app.token_body(person);
        body["link_id"] = json!(link);
        let mut journey = Journey::open(&app, &app.token(&body).await).await;
        journey.submit("id=\"step-form\"", |form| form).await;
        assert_eq!(journey.step(), "consent", "no other institution is offered: {}", journey.page);
        journey
    };
    let mut stranger = open(&Person::JANICE).await;
    stranger.submit("id=\"step-form\"", |form| form).await;
    assert_eq!(stranger.step(), "failed", "{}", stranger.page);
    assert_eq!(consents_of(&app, &link).await, [(id.clone(), "AUTHORISED".to_owned())]);

    // Ended first: a link that does not work any more works again.
    let mut journey = portal(&app, &Person::RALPH, "").await;
    journey.get(format!("{}/{id}/revoke", journey.url).parse().unwrap()).await;
    journey.submit("id=\"step-form\"", |form| form).await;
    assert_eq!(app.get(&format!("/api/links/{link}/")).await["status"], "invalid");
    let ending = through_the_bank(&mut open(&Person::RALPH).await, &Person::RALPH, true).await;
    assert_eq!((ending.step.as_str(), ending.link.as_deref()), ("done", Some(link.as_str())));
    assert_eq!(app.get(&format!("/api/links/{link}/")).await["status"], "valid");
    assert_eq!(app.get("/api/links/").await["count"], 1);
    assert_eq!(consents_of(&app, &link).await.len(), 2);
}

#[tokio::test]
async fn a_person_sees_their_own_and_nobody_elses() {
    let app = App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap();
    let (_, ralphs) = Journey::connect_for_a_term(&app, &Person::RALPH).await;
    let list = portal(&app, &Person::RALPH, "").await;
    assert_eq!(list.step(), "portal-list");
    assert!(list.page.contains(&ralphs) && list.page.contains("Ativos"), "{}", list.page);
    assert!(!list.page.contains(Person::RALPH.cpf));
    let mut journey = portal(&app, &Person::JANICE, "").await;
    assert!(!journey.page.contains(&ralphs) && journey.page.contains("Você não compartilha dados"));
    for below in [ralphs.clone(), format!("{ralphs}/renew"), format!("{ralphs}/revoke"), "x".to_owned()] {
        let url = format!("{}/{below}", journey.url);
        let mut stranger = Journey::open(&app, "none").await;
        stranger.get(url.parse().unwrap()).await;
        assert_eq!(stranger.status, 404, "{below}");
    }
    let post = vinculo_testkit::Form { action: format!("{}/{ralphs}/revoke", journey.url), ..Default::default() };
    journey.post(post).await;
    assert_eq!(journey.status, 404);
    assert_eq!(consent(&app, &ralphs).await["status"], "AUTHORISED");
}

#[tokio::test]
async fn other_tokens_and_old_visits_open_nothing() {
    let app = App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap();
    let connecting = app.token(&app.token_body(&Person::RALPH)).await;
    let mut nobody = body(&app, &Person::RALPH);
    nobody["widget"]["consent"].as_object_mut().unwrap().remove("identification_info");
    let anonymous = app.token(&nobody).await;
    let expired = app.token(&body(&app, &Person::RALPH)).await;
    let journey = portal(&app, &Person::RALPH, "").await;
    app.advance(31 * 60).await;
    for token in ["forged", &connecting, &anonymous, &expired] {
        let mut refused = Journey::open(&app, "none").await;
        refused.get(format!("{}/portal/?access_token={token}", app.url).parse().unwrap()).await;
        assert_eq!((refused.status.as_u16(), refused.step()), (401, "portal-closed"), "{token}");
    }
    let mut old = journey;
    old.reload().await;
    assert_eq!((old.status.as_u16(), old.step()), (401, "portal-closed"));
}
