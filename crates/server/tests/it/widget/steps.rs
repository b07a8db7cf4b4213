use serde_json::json;

use super::{at_consent, body, browse, fields, follow, open, post, step, submit};
use crate::world::each;

#[tokio::test]
async fn an_address_that_is_ahead_leads_to_where_the_session_stands() {
    each(async |world| {
        let session = open(world, &body(), "").await;
        for ahead in ["institutions", "consent", "handover", "handover/go", "connecting", "done", "failed"] {
            let answer = browse(world, &format!("{session}/{ahead}")).await;
            assert_eq!(answer.header("location"), format!("{session}/start"), "{ahead}");
        }
        for bare in [session.clone(), format!("{session}/")] {
            assert_eq!(browse(world, &bare).await.header("location"), format!("{session}/start"));
        }
    })
    .await;
}

#[tokio::test]
async fn posts_that_are_ahead_change_nothing() {
    each(async |world| {
        let session = open(world, &body(), "").await;
        for (path, form) in [
            ("institutions", fields(&[("institution", "ofmockbank_br_retail")])),
            ("consent", fields(&[("duration", "92")])),
            ("failed", fields(&[("action", "retry")])),
        ] {
            let answer = post(world, &format!("{session}/{path}"), &form).await;
            assert_eq!(answer.header("location"), format!("{session}/start"), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn unknown_sessions_and_steps_are_pages_that_say_so() {
    each(async |world| {
        let session = open(world, &body(), "").await;
        for path in
            [format!("/widget/s/{}/start", "0".repeat(40)), "/widget/s/x/start".into(), format!("{session}/nowhere")]
        {
            let answer = browse(world, &path).await;
            assert_eq!(answer.status, 404, "{path}");
            assert!(answer.text.contains("<h1"), "{path}: {}", answer.text);
        }
    })
    .await;
}

#[tokio::test]
async fn people_see_brands_for_people_and_what_is_down_is_not_taken() {
    each(async |world| {
        let session = open(world, &body(), "").await;
        let start = browse(world, &format!("{session}/start")).await;
        let list = follow(world, &submit(world, &start, "id=\"step-form\"", |form| form).await).await;
        assert!(list.text.contains("data-institution=\"ofmockbank_br_retail\""));
        assert!(!list.text.contains("_br_business"), "brands for companies are not shown to people");
        let path = format!("{session}/institutions");
        for wrong in ["ofmockbank_br_business", "narnia", ""] {
            let answer = post(world, &path, &fields(&[("institution", wrong)])).await;
            assert_eq!(answer.header("location"), path, "{wrong}");
        }
        let down = post(world, &path, &fields(&[("institution", "ofaurora_br_retail")])).await;
        let page = follow(world, &down).await;
        assert!(page.text.contains("está fora do ar no momento"), "{}", page.text);
    })
    .await;
}

#[tokio::test]
async fn the_search_works_without_script() {
    each(async |world| {
        let session = open(world, &body(), "").await;
        post(world, &format!("{session}/start"), &[]).await;
        let has = async |query: &str| {
            browse(world, &format!("{session}/institutions?q={query}")).await.text.contains("ofmockbank_br_retail\"")
        };
        assert!(has("MOCKBANK").await && has("institui%C3%A7ao").await && has("banco").await);
        assert!(!has("zzzz").await);
        let none = browse(world, &format!("{session}/institutions?q=%3Cb%3Ezz")).await;
        assert!(none.text.contains("Nada encontrado para “&#60;b&#62;zz”"), "{}", none.text);
    })
    .await;
}

#[tokio::test]
async fn the_consent_says_who_shares_what_and_for_how_long() {
    each(async |world| {
        let mut lasting = body();
        lasting["widget"]["consent"]["default_consent_duration_days"] = json!(183);
        let session = open(world, &lasting, "").await;
        let page = at_consent(world, &session).await;
        assert_eq!(step(&page.text), "consent");
        for words in [
            "Ralph Bragg",
            "***.092.776-**",
            "Crédito sob medida.",
            "Dados cadastrais",
            "Dados do Cartão de Crédito",
            "Informações da conta, saldo disponível",
            "histórico",
            "<option value=\"183\" selected>6 meses",
            "https://acme.example/termos",
        ] {
            assert!(page.text.contains(words), "{words}: {}", page.text);
        }
        assert!(!page.text.contains(crate::world::CPF), "the whole document stands on no page");
    })
    .await;
}

#[tokio::test]
async fn a_bank_without_what_is_needed_ends_in_an_error_with_ways_on() {
    each(async |world| {
        let session = open(world, &body(), "").await;
        let page = at_consent(world, &session).await;
        let answer = submit(world, &page, "id=\"step-form\"", |form| form).await;
        assert_eq!(answer.header("location"), format!("{session}/failed"));
        let failed = follow(world, &answer).await;
        assert!(failed.text.contains("data-error=\"unsupported_operation\""), "{}", failed.text);
        let again = submit(world, &failed, "id=\"continue\"", |form| form.set("action", "retry")).await;
        assert_eq!(step(&follow(world, &again).await.text), "consent");
        let twice = submit(world, &failed, "id=\"continue\"", |form| form.set("action", "other")).await;
        assert_eq!(twice.header("location"), format!("{session}/consent"), "an old page moves nobody");
    })
    .await;
}

#[tokio::test]
async fn who_was_not_named_is_asked_and_checked() {
    each(async |world| {
        let mut nameless = body();
        nameless["widget"]["consent"].as_object_mut().unwrap().remove("identification_info");
        let session = open(world, &nameless, "").await;
        let answer = post(world, &format!("{session}/start"), &[]).await;
        let asked = follow(world, &answer).await;
        assert_eq!(step(&asked.text), "identify");
        let wrong = submit(world, &asked, "id=\"step-form\"", |form| form.set("cpf", "76109277674")).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("aria-invalid=\"true\"") && wrong.text.contains("76109277674"));
        let company = |form: vinculo_testkit::Form| {
            form.set("cpf", "761.092.776-73")
                .set("name", "Ralph Bragg")
                .set("company", "1")
                .set("cnpj", "50.685.362/0067-73")
                .set("company_name", "Bragg Mechanics")
        };
        let right = submit(world, &asked, "id=\"step-form\"", company).await;
        let list = follow(world, &right).await;
        assert!(list.text.contains("data-institution=\"ofmockbank_br_business\""), "{}", list.text);
        assert!(!list.text.contains("ofmockbank_br_retail"));
    })
    .await;
}

#[tokio::test]
async fn one_institution_left_is_not_asked_for_and_none_left_is_said() {
    each(async |world| {
        let one = open(world, &body(), "&institutions=ofmockbank_br_retail,narnia").await;
        let answer = post(world, &format!("{one}/start"), &[]).await;
        let consent = follow(world, &answer).await;
        assert_eq!(step(&consent.text), "consent");
        assert!(consent.text.contains(&format!("id=\"back\" class=\"icon\" href=\"{one}/start\"")));
        let none = open(world, &body(), "&institutions=narnia").await;
        let answer = post(world, &format!("{none}/start"), &[]).await;
        let said = follow(world, &answer).await;
        assert!(said.text.contains("Nenhuma instituição disponível") && said.text.contains("id=\"leave\""));
    })
    .await;
}

#[tokio::test]
async fn the_status_tells_a_waiting_page_where_to_go() {
    each(async |world| {
        let session = open(world, &body(), "").await;
        let status = browse(world, &format!("{session}/status")).await;
        assert_eq!(status.json(), json!({"step": "start", "ready": false, "sent": false}));
        assert_eq!(status.header("cache-control"), "no-store");
    })
    .await;
}
