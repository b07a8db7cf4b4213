use super::{browse, fields, post};
use crate::world::each;

const PATH: &str = "/api/consents/callback/";

#[tokio::test]
async fn the_page_carries_the_answer_over_and_keeps_nothing() {
    each(async |world| {
        for path in [PATH, "/api/consents/callback"] {
            let page = browse(world, path).await;
            assert_eq!(page.status, 200);
            assert_eq!(page.header("cache-control"), "no-store");
            assert!(page.header("content-security-policy").contains("form-action 'self'"));
            assert!(page.text.contains("<noscript>") && page.text.contains("location.hash"));
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_not_ours_leads_nowhere() {
    each(async |world| {
        for form in [
            fields(&[]),
            fields(&[("state", "")]),
            fields(&[("state", "unknown"), ("code", "c"), ("id_token", "t")]),
            fields(&[("state", "unknown"), ("error", "access_denied")]),
            fields(&[("error_description", "risk_analysis_denied")]),
            fields(&[("state", &"s".repeat(40_000))]),
        ] {
            let answer = post(world, PATH, &form).await;
            assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""), "{}", answer.text);
            assert!(answer.text.contains("Não reconhecemos este retorno"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_without_end_is_not_read() {
    each(async |world| {
        let answer = post(world, PATH, &fields(&[("code", &"x".repeat(200_000))])).await;
        assert_eq!(answer.status, 413, "{}", answer.text);
    })
    .await;
}
