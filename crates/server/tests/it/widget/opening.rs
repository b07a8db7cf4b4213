use serde_json::json;

use super::{body, browse, follow, open, session_of, step, token};
use crate::world::each;

#[tokio::test]
async fn a_token_opens_the_start_and_stays_in_no_address() {
    each(async |world| {
        let access = token(world, &body()).await;
        for path in ["/", "/widget/", "/widget"] {
            let answer = browse(world, &format!("{path}?access_token={access}&mode=webapp&nonsense=1")).await;
            assert_eq!(answer.header("referrer-policy"), "no-referrer");
            assert_eq!(answer.header("cache-control"), "no-store");
            let start = follow(world, &answer).await;
            assert_eq!((start.status.as_u16(), step(&start.text)), (200, "start"));
            assert!(!start.text.contains(&access) && !answer.header("location").contains(&access));
            assert!(start.headers.get("set-cookie").is_none());
        }
    })
    .await;
}

#[tokio::test]
async fn missing_and_forged_tokens_name_nothing() {
    each(async |world| {
        let access = token(world, &body()).await;
        let (head, tag) = access.rsplit_once('.').unwrap();
        let reversed: String = tag.chars().rev().collect();
        let refresh = world.client.post("/api/token/", &body()).await.ok()["refresh"].as_str().unwrap().to_owned();
        let forged =
            [String::new(), "x".into(), format!("{head}.{reversed}"), format!("{head}."), refresh, "a".repeat(20_000)];
        for token in forged {
            let answer = browse(world, &format!("/?access_token={token}")).await;
            assert_eq!(answer.status, 401, "{}", answer.text);
            assert_eq!(answer.header("location"), "");
            assert!(!answer.text.contains("app://") && !answer.text.contains("belvowidget"), "{}", answer.text);
        }
        assert_eq!(browse(world, "/").await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn an_expired_token_tells_its_application() {
    each(async |world| {
        let access = token(world, &body()).await;
        world.pass(10 * 60 + 1);
        let answer = browse(world, &format!("/?access_token={access}")).await;
        assert_eq!(answer.status, 200);
        assert!(
            answer.text.contains("app://event?error=ACCESS_TOKEN_NOT_VALID&#38;error_message=The%20access%20token")
        );
        assert!(answer.text.contains("id=\"finish\""), "there is a button back");
    })
    .await;
}

#[tokio::test]
async fn the_same_token_resumes_its_session_also_after_ten_minutes_and_not_for_ever() {
    each(async |world| {
        let access = token(world, &body()).await;
        let address = format!("/?access_token={access}");
        let first = session_of(&browse(world, &address).await);
        world.pass(15 * 60);
        assert_eq!(session_of(&browse(world, &address).await), first);
        world.pass(16 * 60);
        let late = browse(world, &address).await;
        assert!(late.text.contains("error=ACCESS_TOKEN_NOT_VALID"), "{} {}", late.status, late.text);
    })
    .await;
}

#[tokio::test]
async fn opened_twice_at_once_there_is_one_session() {
    each(async |world| {
        let address = format!("/?access_token={}", token(world, &body()).await);
        let (a, b, c) = tokio::join!(browse(world, &address), browse(world, &address), browse(world, &address));
        let sessions = [a, b, c].map(|answer| session_of(&answer));
        assert!(sessions.iter().all(|session| *session == sessions[0]), "{sessions:?}");
    })
    .await;
}

#[tokio::test]
async fn a_token_for_the_portal_does_not_open_the_widget() {
    each(async |world| {
        let mut portal = body();
        portal["widget"]["openfinance_feature"] = json!("consent_management");
        let access = token(world, &portal).await;
        let answer = browse(world, &format!("/?access_token={access}")).await;
        assert!(answer.text.contains("error=ACCESS_TOKEN_NOT_VALID"), "{} {}", answer.status, answer.text);
    })
    .await;
}

#[tokio::test]
async fn the_address_speaks_other_languages_and_unknown_ones_are_portuguese() {
    each(async |world| {
        for (locale, words) in
            [("en", "Connect your account"), ("es", "Conecta tu cuenta"), ("xx", "Conecte sua conta")]
        {
            let session = open(world, &body(), &format!("&locale={locale}")).await;
            // The first one counts.
            assert!(browse(world, &format!("{session}/start")).await.text.contains("Conecte sua conta"));
            let access = token(world, &body()).await;
            let answer = browse(world, &format!("/?access_token={access}&locale={locale}")).await;
            assert!(follow(world, &answer).await.text.contains(words), "{locale}");
        }
    })
    .await;
}
