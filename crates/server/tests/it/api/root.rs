use crate::client::{Answer, Keys};
use crate::world::each;

#[tokio::test]
async fn right_keys_get_in_and_wrong_ones_do_not() {
    each(async |world| {
        assert_eq!(world.client.get("/api/").await.ok()["application"], "ACME");
        let right = world.client.keys.clone().unwrap();
        let wrong = |id: &str, password: &str| Some(Keys { id: id.to_owned(), password: password.to_owned() });
        for keys in [
            None,
            wrong("", ""),
            wrong("nobody", "nothing"),
            wrong(&right.id, ""),
            wrong(&right.id, "wrong"),
            wrong(&right.id, &format!("{} ", right.password)),
            wrong(&right.password, &right.id),
            wrong("\u{0}", "x"),
            wrong(&right.id, &world.stranger.keys.clone().unwrap().password),
        ] {
            let answer = world.client.with(keys.clone()).get("/api/").await;
            assert_eq!(answer.refused(), "401 authentication_failed", "{keys:?}");
            assert!(answer.text.contains("Invalid Secret Keys"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_revoked_key_gets_in_no_more() {
    each(async |world| {
        let mut tx = world.store.begin().await.unwrap();
        assert!(tx.revoke_key(world.client.keys.clone().unwrap().id.parse().unwrap()).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(world.client.get("/api/").await.refused(), "401 authentication_failed");
    })
    .await;
}

#[tokio::test]
async fn other_ways_to_show_keys_are_refused() {
    each(async |world| {
        for value in ["", "Basic", "Basic !!!", "Bearer abc", "Basic YWJj", "Digest username=\"a\""] {
            let request = world.client.with(None).request("GET", "/api/links/").header("authorization", value);
            assert_eq!(Answer::of(request).await.refused(), "401 authentication_failed", "{value}");
        }
    })
    .await;
}
