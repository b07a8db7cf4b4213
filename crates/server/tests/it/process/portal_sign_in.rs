//! The portal without a token: whoever proves at a bank who they are gets in, in their own browser, and nobody else.

use serde_json::{Value, json};
use vinculo_testkit::{App, Form, Journey, Person, Receiver, text_between};

use super::portal::{consent, follow};

const COOKIE: &str = "vinculo_portal";
const STEP_FORM: &str = "id=\"step-form\"";

async fn start() -> App {
    App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap()
}

fn typed(form: Form, person: &Person) -> Form {
    let form = form.set("cpf", person.cpf);
    match person.company {
        Some((cnpj, _)) => form.set("company", "1").set("cnpj", cnpj),
        None => form,
    }
}

/// From the entrance to the list of institutions.
async fn say_who(app: &App, person: &Person) -> Journey {
    let mut journey = Journey::at(app, "/portal/?mode=landing&locale=pt").await;
    assert_eq!((journey.status.as_u16(), journey.step()), (200, "portal-sign-in"), "{}", journey.page);
    journey.submit(STEP_FORM, |form| typed(form, person)).await;
    assert_eq!(journey.step(), "institutions", "{}", journey.page);
    journey
}

/// To the bank's answer, which the browser holds in its address.
async fn to_answer(app: &App, person: &Person) -> Journey {
    let mut journey = say_who(app, person).await;
    journey.answer_at_bank(person, true).await;
    journey
}

/// The whole way into the portal.
async fn sign_in(app: &App, person: &Person) -> Journey {
    let mut journey = to_answer(app, person).await;
    journey.callback().await;
    journey.settle().await;
    assert_eq!(journey.step(), "portal-open", "{}", journey.page);
    journey.submit(STEP_FORM, |form| form).await;
    assert_eq!(journey.step(), "portal-list", "{}", journey.page);
    journey
}

/// Another application, and its keys.
fn customer(app: &App) -> (String, String) {
    let made = app.run(&["keys", "create", "--application", "Loja"]);
    let after = |label: &str| made.split(label).nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    (after("secret id:"), after("secret password:"))
}

async fn get_as(app: &App, keys: &(String, String), path: &str) -> Value {
    let client = reqwest::Client::new();
    let answer = client.get(format!("{}{path}", app.url)).basic_auth(&keys.0, Some(&keys.1)).send().await.unwrap();
    answer.json().await.unwrap()
}

/// Connects a person with another application, and returns the consent.
async fn connect_with(app: &App, keys: &(String, String), person: &Person) -> String {
    let mut body = app.token_body(person);
    (body["id"], body["password"]) = (json!(keys.0), json!(keys.1));
    Journey::connect_by(app, person, &body).await;
    get_as(app, keys, "/api/consents/").await["results"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_person_sees_and_ends_what_they_share_with_every_application() {
    let app = start().await;
    let receiver = Receiver::start().await;
    app.add_webhook(receiver.url(), "x");
    let loja = customer(&app);
    let (link, ours) = Journey::connect_for_a_term(&app, &Person::RALPH).await;
    let theirs = connect_with(&app, &loja, &Person::RALPH).await;
    let (_, janices) = Journey::connect_for_a_term(&app, &Person::JANICE).await;

    let mut journey = sign_in(&app, &Person::RALPH).await;
    for (id, name) in [(&ours, "Demo · "), (&theirs, "Loja · ")] {
        assert!(journey.page.contains(id.as_str()) && journey.page.contains(name), "{name}: {}", journey.page);
    }
    assert!(!journey.page.contains(&janices) && !journey.page.contains(Person::RALPH.cpf));
    assert_eq!(journey.page.matches("class=\"bank\"").count(), 2, "the sign-in's own consent is no sharing");
    app.revoked_at_banks(1).await;

    // What applications see: nothing of it.
    for (keys, consents) in
        [(&(app.credentials.secret_id.clone(), app.credentials.secret_password.clone()), 2), (&loja, 1)]
    {
        assert_eq!(get_as(&app, keys, "/api/consents/").await["count"], consents);
        assert_eq!(get_as(&app, keys, "/api/links/").await["count"], consents);
        assert_eq!(get_as(&app, keys, "/api/widget-sessions/").await["count"], consents);
    }
    assert!(!app.run(&["keys", "list"]).contains("portal"));
    let links = app.list("/api/links/").await;
    let known = |hook: &vinculo_testkit::Received| links.iter().any(|link| link["id"] == hook.text("link_id"));
    assert!(receiver.all().iter().all(known), "{:?}", receiver.all());

    // Ends one, renews the other; each is its own application's.
    let list = journey.url.clone();
    journey.get(format!("{list}/{theirs}").parse().unwrap()).await;
    assert!(journey.page.contains("Compartilhado com") && journey.page.contains("Loja"), "{}", journey.page);
    follow(&mut journey, "revoke").await;
    assert!(journey.page.contains("Loja deixa de receber"), "{}", journey.page);
    journey.submit(STEP_FORM, |form| form).await;
    assert!(journey.page.contains("Compartilhamento encerrado."), "{}", journey.page);
    assert_eq!(get_as(&app, &loja, &format!("/api/consents/{theirs}/")).await["status"], "REJECTED");
    assert_eq!(consent(&app, &ours).await["status"], "AUTHORISED");
    journey.get(format!("{list}/{ours}/renew").parse().unwrap()).await;
    journey.submit(STEP_FORM, |form| form.set("duration", "275")).await;
    assert_eq!(journey.step(), "portal-consent", "{}", journey.page);
    let renewed = consent(&app, &ours).await;
    assert_eq!((&renewed["consent_duration"], &renewed["link_id"]), (&json!(275), &json!(link)));

    // Somebody else's stays somebody else's.
    for below in [janices.clone(), format!("{janices}/renew"), format!("{janices}/revoke")] {
        journey.get(format!("{list}/{below}").parse().unwrap()).await;
        assert_eq!(journey.status, 404, "{below}");
    }
    journey.post(Form { action: format!("{list}/{janices}/revoke"), ..Form::default() }).await;
    assert_eq!((journey.status.as_u16(), &consent(&app, &janices).await["status"]), (404, &json!("AUTHORISED")));

    journey.get(list.clone()).await;
    journey.submit("id=\"sign-out\"", |form| form).await;
    assert_eq!((journey.step(), journey.holds(COOKIE)), ("portal-left", None));
    journey.get(list).await;
    assert_eq!((journey.status.as_u16(), journey.step()), (401, "portal-closed"));
}

#[tokio::test]
async fn a_company_sees_its_own_and_a_person_not_the_companys() {
    let app = start().await;
    let (_, persons) = Journey::connect_for_a_term(&app, &Person::RALPH).await;
    let (_, companys) = connect_company(&app).await;
    let company = sign_in(&app, &Person::BRAGG_MECHANICS).await;
    assert!(company.page.contains(&companys) && !company.page.contains(&persons), "{}", company.page);
    let person = sign_in(&app, &Person::RALPH).await;
    assert!(person.page.contains(&persons) && !person.page.contains(&companys), "{}", person.page);
}

async fn connect_company(app: &App) -> (String, String) {
    let person = Person::BRAGG_MECHANICS;
    let link = Journey::connect(app, &person).await;
    let all = app.list(&format!("/api/consents/?link_id={link}")).await;
    (link, all[0]["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn what_is_typed_wrong_is_said_and_nothing_is_lost() {
    let app = start().await;
    let mut journey = Journey::at(&app, "/portal/").await;
    for (cpf, company, cnpj, wrong) in [
        ("", None, "", "id=\"cpf-wrong\""),
        ("761.092.776-74", None, "", "id=\"cpf-wrong\""),
        ("50685362006773", None, "", "id=\"cpf-wrong\""),
        ("<script>", None, "", "id=\"cpf-wrong\""),
        (Person::RALPH.cpf, Some("1"), "", "id=\"cnpj-wrong\""),
        (Person::RALPH.cpf, Some("1"), "50685362006774", "id=\"cnpj-wrong\""),
    ] {
        journey
            .submit(STEP_FORM, |form| {
                let form = form.set("cpf", cpf).set("cnpj", cnpj);
                if let Some(ticked) = company { form.set("company", ticked) } else { form }
            })
            .await;
        assert_eq!((journey.status.as_u16(), journey.step()), (422, "portal-sign-in"), "{cpf} {cnpj}");
        assert!(journey.page.contains(wrong) && !journey.page.contains("<script>\""), "{}", journey.page);
        assert!(cpf.contains('<') || journey.page.contains(&format!("value=\"{cpf}\"")), "kept: {cpf}");
        assert!(journey.holds(COOKIE).is_none() && !journey.url.as_str().contains("761"));
    }
    let mut journey = say_who(&app, &Person::RALPH).await;
    // Back to the first page: what was typed is there, and may be changed.
    let back = text_between(&journey.page, "id=\"back\" class=\"icon\" href=\"", "\"").unwrap().to_owned();
    journey.get(journey.url.join(&back).unwrap()).await;
    assert_eq!(journey.step(), "portal-sign-in");
    assert!(journey.page.contains(Person::RALPH.cpf));
    journey.submit(STEP_FORM, |form| typed(form, &Person::BRAGG_MECHANICS)).await;
    assert!(journey.page.contains("ofmockbank_br_business") && !journey.page.contains("ofmockbank_br_retail"));
}

#[tokio::test]
async fn the_consent_is_of_one_day_and_says_so() {
    let app = start().await;
    let mut journey = say_who(&app, &Person::RALPH).await;
    journey.choose("ofmockbank_br_retail").await;
    for said in ["Conferir resumo do consentimento", "Prazo de compartilhamento", "1 dia, até ", "Dados cadastrais"] {
        assert!(journey.page.contains(said), "{said}: {}", journey.page);
    }
    for unsaid in ["<select", "Informações complementares", "Saldo", "até 12 meses", "conta conectada"] {
        assert!(!journey.page.contains(unsaid), "{unsaid}: {}", journey.page);
    }
    // A form that asks for more gets no more.
    journey.submit(STEP_FORM, |form| form.set("duration", "366")).await;
    assert_eq!(journey.step(), "handover");
    assert!(
        !journey.page.contains("<svg class=\"qr\"") && !journey.page.contains("class=\"code\""),
        "{}",
        journey.page
    );
    journey.leave_for_bank().await;
    journey.log_in(Person::RALPH.login, "P@ssword01").await;
    assert!(journey.page.contains("Dados cadastrais") && !journey.page.contains("Extratos"), "{}", journey.page);
}

#[tokio::test]
async fn an_answer_brought_by_another_browser_lets_nobody_in() {
    let app = start().await;
    Journey::connect_for_a_term(&app, &Person::RALPH).await;

    // Somebody types another person's document and sends them the way to the bank: the person confirms, in their browser.
    let mut attacker = say_who(&app, &Person::RALPH).await;
    attacker.choose("ofmockbank_br_retail").await;
    attacker.submit(STEP_FORM, |form| form).await;
    let handover = attacker.url.clone();
    let go = handover.join(&format!("{}/go", handover.path())).unwrap();
    attacker.get(go).await;
    let mut victim = Journey::open(&app, "none").await;
    victim.get(attacker.url.clone()).await;
    victim.log_in(Person::RALPH.login, "P@ssword01").await;
    victim.decide(true).await;
    victim.callback().await;
    assert_eq!((victim.status.as_u16(), victim.step()), (403, "portal-elsewhere"), "{}", victim.page);
    attacker.get(handover).await;
    assert_eq!(attacker.step(), "failed", "{}", attacker.page);
    assert!(attacker.page.contains("só vale no navegador em que começou"), "{}", attacker.page);
    let session = attacker.url.path().rsplit_once('/').unwrap().0.to_owned();
    attacker.post(Form { action: format!("{session}/done"), ..Form::default() }).await;
    assert_eq!(attacker.step(), "failed");

    // Somebody signs in up to the bank's answer, and sends that to another person, to be taken for them.
    let mut attacker = to_answer(&app, &Person::JANICE).await;
    let mut victim = Journey::open(&app, "none").await;
    victim.url = attacker.url.clone();
    victim.callback().await;
    assert_eq!((victim.status.as_u16(), victim.step(), victim.holds(COOKIE)), (403, "portal-elsewhere", None));
    attacker.callback().await;
    assert_eq!(attacker.settle().await.step, "failed", "{}", attacker.page);
    app.revoked_at_banks(2).await;
}

#[tokio::test]
async fn addresses_alone_open_nothing() {
    let app = start().await;
    Journey::connect_for_a_term(&app, &Person::RALPH).await;
    let mut stranger = Journey::open(&app, "none").await;
    let mut journey = say_who(&app, &Person::RALPH).await;
    let sign_in = journey.url.path().rsplit_once('/').unwrap().0.to_owned();
    journey.answer_at_bank(&Person::RALPH, true).await;
    let answer = journey.url.clone();
    journey.callback().await;
    journey.settle().await;
    let refused = async |stranger: &mut Journey, path: &str| {
        stranger.get(format!("{}{path}", app.url).parse().unwrap()).await;
        assert_eq!((stranger.status.as_u16(), stranger.step()), (403, "portal-elsewhere"), "{path}");
    };
    for step in
        ["", "/identify", "/institutions", "/consent", "/handover", "/handover/go", "/connecting", "/done", "/status"]
    {
        refused(&mut stranger, &format!("{sign_in}{step}")).await;
    }
    stranger.post(Form { action: format!("{sign_in}/done"), ..Form::default() }).await;
    assert_eq!(stranger.step(), "portal-elsewhere");

    journey.submit(STEP_FORM, |form| form).await;
    let visit = journey.url.clone();
    refused(&mut stranger, visit.path()).await;
    stranger.post(Form { action: format!("{}/exit", visit.path()), ..Form::default() }).await;
    assert_eq!(stranger.step(), "portal-elsewhere", "nor is it ended");

    // The same answer once more, and the same tap once more, lead to the one visit.
    journey.url = answer.clone();
    journey.callback().await;
    assert_eq!(journey.url, visit, "{}", journey.page);
    journey.post(Form { action: format!("{sign_in}/done"), ..Form::default() }).await;
    assert_eq!(journey.url, visit);
    stranger.url = answer;
    stranger.callback().await;
    assert_eq!((stranger.status.as_u16(), stranger.step()), (403, "portal-elsewhere"));
    journey.reload().await;
    assert_eq!(journey.step(), "portal-list", "a stranger's replay ends nobody's visit");

    // Somebody else who signs in has another visit, and no way into this one.
    let mut janice = self::sign_in(&app, &Person::JANICE).await;
    assert!(janice.page.contains("Você não compartilha dados por aqui."), "{}", janice.page);
    janice.get(visit.clone()).await;
    assert_eq!((janice.status.as_u16(), janice.step()), (403, "portal-elsewhere"));

    app.advance(31 * 60).await;
    journey.get(visit).await;
    assert_eq!((journey.status.as_u16(), journey.step()), (401, "portal-closed"));
}

#[tokio::test]
async fn time_runs_out_before_and_after_the_bank() {
    let app = start().await;
    let mut idle = say_who(&app, &Person::RALPH).await;
    let mut proven = to_answer(&app, &Person::JANICE).await;
    proven.callback().await;
    proven.settle().await;
    assert_eq!(proven.step(), "portal-open");
    let done = Form { action: proven.url.path().to_owned(), ..Form::default() };
    app.advance(31 * 60).await;
    idle.reload().await;
    assert_eq!((idle.status.as_u16(), idle.step()), (401, "portal-closed"), "{}", idle.page);
    proven.post(done).await;
    assert_eq!((proven.status.as_u16(), proven.step()), (401, "portal-closed"), "{}", proven.page);
    assert!(proven.page.contains("/portal/?locale=pt"), "and says how to come in again");
}

#[tokio::test]
async fn who_says_no_at_the_bank_may_try_again_or_elsewhere() {
    let app = start().await;
    let mut journey = say_who(&app, &Person::RALPH).await;
    journey.answer_at_bank(&Person::RALPH, false).await;
    journey.callback().await;
    assert_eq!(journey.settle().await.step, "failed");
    assert!(journey.page.contains("Não foi confirmado") && journey.page.contains("id=\"other-institution\""));

    // Somebody else's login at the bank is no proof.
    journey.submit(STEP_FORM, |form| form.set("action", "retry")).await;
    journey.to_bank(&Person::RALPH).await;
    journey.log_in(Person::JANICE.login, "P@ssword01").await;
    assert!(journey.page.contains("data-bank-step=\"refused\""), "{}", journey.page);
    journey.come_back().await;
    journey.callback().await;
    assert_eq!(journey.settle().await.step, "failed");
    assert!(journey.page.contains("Não é a mesma pessoa"), "{}", journey.page);

    journey.submit(STEP_FORM, |form| form.set("action", "other")).await;
    assert_eq!(journey.step(), "institutions");
    journey.submit("id=\"close\"", |form| form).await;
    assert_eq!(journey.step(), "portal-sign-in", "{}", journey.page);
}

#[tokio::test]
async fn so_many_may_sign_in_at_once_and_an_operator_may_close_the_door() {
    let app =
        App::builder(env!("CARGO_BIN_EXE_vinculo")).variable("VINCULO_PORTAL_SIGN_INS", "1").start().await.unwrap();
    say_who(&app, &Person::RALPH).await;
    let mut second = Journey::at(&app, "/portal/?locale=en").await;
    second.submit(STEP_FORM, |form| typed(form, &Person::JANICE)).await;
    assert_eq!((second.status.as_u16(), second.step(), second.holds(COOKIE)), (429, "portal-full", None));
    app.advance(31 * 60).await;
    say_who(&app, &Person::JANICE).await;

    let closed =
        App::builder(env!("CARGO_BIN_EXE_vinculo")).variable("VINCULO_PORTAL_SIGN_INS", "0").start().await.unwrap();
    let mut nobody = Journey::at(&closed, "/portal/").await;
    assert_eq!((nobody.status.as_u16(), nobody.step()), (401, "portal-closed"));
    let form = Form {
        action: "/portal/".to_owned(),
        fields: vec![("cpf".to_owned(), Person::RALPH.cpf.to_owned())],
        ..Form::default()
    };
    nobody.post(form).await;
    assert_eq!((nobody.status.as_u16(), nobody.holds(COOKIE)), (401, None));
}
