use super::{at_consent, body, browse, follow, open, post, step, submit, token};
use crate::world::{World, each};

async fn leave(world: &World, page: &crate::client::Answer) -> crate::client::Answer {
    let asked = follow(world, &submit(world, page, "id=\"close\"", |form| form).await).await;
    assert!(asked.text.contains("id=\"confirm-exit\""));
    let confirmed = submit(world, &asked, "id=\"confirm-exit\"", |form| form.set("action", "confirm")).await;
    let survey = follow(world, &confirmed).await;
    assert!(survey.text.contains("id=\"survey-reason\""));
    let skipped = submit(world, &survey, "id=\"skip-survey\"", |form| form.set("action", "skip")).await;
    follow(world, &skipped).await
}

fn finish(page: &str) -> String {
    let tag = page.split("id=\"finish\"").nth(1).unwrap().split('>').next().unwrap();
    vinculo_testkit::text_between(tag, "href=\"", "\"").unwrap().replace("&#38;", "&")
}

#[tokio::test]
async fn leaving_at_the_start_says_so() {
    each(async |world| {
        let session = open(world, &body(), "&external_id=user-7").await;
        let start = browse(world, &format!("{session}/start")).await;
        world.pass(1);
        let left = leave(world, &start).await;
        assert_eq!(finish(&left.text), "app://exit?from=bank&meta_data_step=abandon-survey");
        let id = session.rsplit('/').next().unwrap();
        let record = world.client.get(&format!("/api/widget-sessions/{id}/")).await.ok();
        assert_eq!((record["status"].as_str(), record["external_id"].as_str()), (Some("exited"), Some("user-7")));
        let events = record["events"].as_array().unwrap();
        assert_eq!(events.len(), 2, "{events:?}");
        assert_eq!((&events[0]["kind"], &events[0]["data"]["stage"]), (&"STEP".into(), &"started".into()));
        assert_eq!(
            (&events[1]["kind"], &events[1]["data"]["meta_data_step"]),
            (&"EXIT".into(), &"abandon-survey".into())
        );
    })
    .await;
}

#[tokio::test]
async fn leaving_later_names_the_bank_and_leaving_after_an_error_names_it() {
    each(async |world| {
        let session = open(world, &body(), "").await;
        let consent = at_consent(world, &session).await;
        let left = leave(world, &consent).await;
        assert_eq!(finish(&left.text), "app://exit?from=bank&meta_data_institution_name=ofmockbank_br_retail");

        let session = open(world, &body(), "").await;
        let consent = at_consent(world, &session).await;
        let failed = follow(world, &submit(world, &consent, "id=\"step-form\"", |form| form).await).await;
        let url = finish(&leave(world, &failed).await.text);
        assert!(url.contains("last_encountered_error_code=unsupported_operation&"), "{url}");
        assert!(url.contains("&last_encountered_error_message=The%20resource%20you%20are"), "{url}");
        assert!(url.contains("meta_data_institution_name=ofmockbank_br_retail") && !url.contains("meta_data_step"));
    })
    .await;
}

#[tokio::test]
async fn a_session_that_was_left_stays_left() {
    each(async |world| {
        let access = token(world, &body()).await;
        let session = super::session_of(&browse(world, &format!("/?access_token={access}")).await);
        let start = browse(world, &format!("{session}/start")).await;
        leave(world, &start).await;
        for path in ["start", "institutions", "consent", "handover"] {
            let answer = browse(world, &format!("{session}/{path}")).await;
            assert_eq!(answer.header("location"), format!("{session}/exit"), "{path}");
        }
        assert_eq!(post(world, &format!("{session}/start"), &[]).await.header("location"), format!("{session}/exit"));
        let fresh = super::session_of(&browse(world, &format!("/?access_token={access}")).await);
        assert_ne!(fresh, session, "a token that made no link may start again");
    })
    .await;
}

#[tokio::test]
async fn staying_leads_back_to_where_the_user_was() {
    each(async |world| {
        let session = open(world, &body(), "").await;
        let consent = at_consent(world, &session).await;
        let asked = follow(world, &submit(world, &consent, "id=\"close\"", |form| form).await).await;
        assert!(asked.text.contains(&format!("id=\"stay\" class=\"button\" href=\"{session}/consent\"")));
        assert_eq!(step(&browse(world, &format!("{session}/consent")).await.text), "consent");
    })
    .await;
}

#[tokio::test]
async fn a_session_whose_time_is_over_says_so_and_tells_its_application() {
    each(async |world| {
        let session = open(world, &body(), "").await;
        world.pass(31 * 60);
        let answer = browse(world, &format!("{session}/start")).await;
        let over = follow(world, &answer).await;
        assert!(over.text.contains("Sessão expirada"), "{}", over.text);
        assert!(finish(&over.text).starts_with("app://event?error=session_expired_ob&error_message="));
        let late = post(world, &format!("{session}/start"), &[]).await;
        assert_eq!(late.header("location"), format!("{session}/exit"));
    })
    .await;
}
