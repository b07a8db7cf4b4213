use super::{body, browse, open};
use crate::world::each;

#[tokio::test]
async fn pages_run_nothing_but_their_own() {
    each(async |world| {
        let session = open(world, &body(), "").await;
        let page = browse(world, &format!("{session}/start")).await;
        let policy = page.header("content-security-policy");
        let nonce = vinculo_testkit::text_between(policy, "script-src 'nonce-", "'").unwrap();
        assert!(page.text.contains(&format!("nonce=\"{nonce}\"")));
        for rule in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"] {
            assert!(policy.contains(rule), "{rule}: {policy}");
        }
        assert!(!policy.contains("unsafe"));
        let again = browse(world, &format!("{session}/start")).await;
        assert!(!again.header("content-security-policy").contains(nonce), "every answer has its own nonce");
    })
    .await;
}

#[tokio::test]
async fn files_are_kept_for_ever_by_what_they_hold() {
    each(async |world| {
        let session = open(world, &body(), "").await;
        let page = browse(world, &format!("{session}/start")).await;
        let files: Vec<&str> = page.text.split('"').filter(|part| part.starts_with("/widget/assets/")).collect();
        assert_eq!(files.len(), 2, "{files:?}");
        for file in files {
            let answer = browse(world, file).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        }
        assert_eq!(browse(world, "/widget/assets/0/nothing.css").await.status, 404);
    })
    .await;
}
