use serde_json::json;
use vinculo_store::AllowanceKey;

use crate::client::Answer;
use crate::world::{each, each_with};

#[tokio::test]
async fn a_link_has_every_key_of_the_reference() {
    each(async |world| {
        let link = world.link().await;
        let one = world.client.get(&format!("/api/links/{link}/")).await.ok();
        insta::allow_duplicates! { insta::assert_json_snapshot!(one, { ".id" => "[id]", ".created_by" => "[id]" }, @r#"
        {
          "id": "[id]",
          "institution": "ofmockbank_br_retail",
          "access_mode": "recurrent",
          "last_accessed_at": "2026-11-22T12:00:00.000000Z",
          "created_at": "2026-11-22T12:00:00.000000Z",
          "external_id": "user-1",
          "institution_user_id": "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu",
          "status": "valid",
          "created_by": "[id]",
          "refresh_rate": "7d",
          "credentials_storage": "store",
          "fetch_resources": [
            "ACCOUNTS",
            "TRANSACTIONS",
            "OWNERS",
            "BILLS"
          ],
          "stale_in": "365d"
        }
        "#); }
        assert_eq!(world.client.get("/api/links/").await.ok()["results"], json!([one]));
        let few = world.client.get(&format!("/api/links/{link}?fields=id,status")).await.ok();
        assert_eq!(few, json!({"id": link, "status": "valid"}));
    })
    .await;
}

#[tokio::test]
async fn links_are_filtered_as_asked() {
    each(async |world| {
        let link = world.link().await;
        for (query, expected) in [
            (format!("id={link}"), 1),
            ("institution=ofaurora_br_retail".to_owned(), 0),
            ("institution__in=ofaurora_br_retail,ofmockbank_br_retail".to_owned(), 1),
            ("access_mode=single".to_owned(), 0),
            ("created_at__gte=2026-11-22".to_owned(), 1),
            ("created_at__lt=2026-11-22".to_owned(), 0),
            (format!("created_by__not_in={}", world.one), 0),
            (format!("created_by__not_in={}", world.other), 1),
            ("external_id=user-1&status=valid&refresh_rate=7d".to_owned(), 1),
            ("external_id__in=user-2".to_owned(), 0),
            (format!("institution_user_id={}", "u".repeat(44)), 1),
            ("status__in=invalid,unconfirmed".to_owned(), 0),
        ] {
            assert_eq!(world.client.get(&format!("/api/links/?{query}")).await.ok()["count"], expected, "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn deleting_a_link_erases_everything_below_it() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let account = world.account(&link, "a").await;
        world.transactions(&link, account, 3).await;
        let path = format!("/api/links/{}/", link.id);
        let answer = world.client.delete(&path).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
        assert_eq!(world.client.get(&path).await.refused(), "404 not_found");
        assert_eq!(world.client.delete(&path).await.refused(), "404 not_found");
        assert_eq!(world.client.get(&format!("/api/accounts/{account}/")).await.refused(), "404 not_found");
        assert_eq!(world.client.get(&format!("/api/transactions/?link={}", link.id)).await.ok()["count"], 0);
    })
    .await;
}

#[tokio::test]
async fn five_links_a_minute_can_be_deleted_and_any_number_in_the_background() {
    each(async |world| {
        let delete = async || {
            let link = world.link().await;
            world.client.delete(&format!("/api/links/{link}")).await
        };
        for _ in 0..5 {
            assert_eq!(delete().await.status, 204);
        }
        assert_eq!(delete().await.refused(), "429 too_many_requests");
        assert_eq!(world.client.get("/api/links/").await.ok()["count"], 1, "the sixth is still there");
        let link = world.link().await;
        let request = world.client.request("DELETE", &format!("/api/links/{link}/"));
        let answer = Answer::of(request.header("X-Belvo-Request-Mode", "async")).await;
        assert_eq!((answer.status.as_u16(), answer.ok()["request_id"].as_str().unwrap().len()), (202, 32));
        world.pass(60);
        assert_eq!(delete().await.status, 204);
    })
    .await;
}

#[tokio::test]
async fn the_limit_is_a_setting() {
    each_with(&[("VINCULO_LINK_DELETIONS_PER_MINUTE", "0")], async |world| {
        for _ in 0..7 {
            let link = world.link().await;
            assert_eq!(world.client.delete(&format!("/api/links/{link}/")).await.status, 204);
        }
    })
    .await;
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_refuses_what_is_wrong() {
    each(async |world| {
        let link = world.link().await;
        let path = format!("/api/links/{link}/");
        let patch = async |body| world.client.send("PATCH", &path, &body).await;
        let single = patch(json!({"access_mode": "single"})).await.ok();
        assert_eq!((single["access_mode"].as_str(), single["refresh_rate"].is_null()), (Some("single"), true));
        let changed = patch(json!({"stale_in": "42d", "fetch_resources": ["ACCOUNTS", "NARNIA"], "odd": 1})).await.ok();
        assert_eq!((&changed["stale_in"], &changed["fetch_resources"]), (&json!("42d"), &json!(["ACCOUNTS"])));
        assert_eq!(changed["access_mode"], "single");
        for (body, said) in [
            (json!({"access_mode": "twice"}), "400 access_mode=invalid_choice"),
            (json!({"access_mode": 1}), "400 access_mode=invalid"),
            (json!({"stale_in": "42"}), "400 stale_in=invalid"),
            (json!({"fetch_resources": "ACCOUNTS"}), "400 fetch_resources=not_a_list"),
            (json!({"fetch_resources": [1]}), "400 fetch_resources.0=invalid"),
        ] {
            assert_eq!(patch(body).await.refused(), said);
        }
        assert_eq!(world.client.get(&path).await.ok(), changed, "nothing wrong changed anything");
        assert_eq!(world.client.send("PUT", &path, &json!({"password": "x"})).await.ok(), changed);
    })
    .await;
}

#[tokio::test]
async fn links_come_from_the_widget_only() {
    each(async |world| {
        let post = async |body| world.client.post("/api/links/", &body).await.refused();
        assert_eq!(post(json!({})).await, "400 institution=required username=required password=required");
        let whole = |institution| json!({"institution": institution, "username": "a", "password": "b"});
        assert_eq!(post(whole("narnia")).await, "400 institution=does_not_exist");
        assert_eq!(post(whole("ofmockbank_br_retail")).await, "400 unsupported_operation");
    })
    .await;
}

#[tokio::test]
async fn a_refresh_is_accepted_once_in_ten_minutes() {
    each(async |world| {
        let link = world.link().await;
        let refresh = async |body| world.client.post(&format!("/api/links/{link}/refresh/"), &body).await;
        assert_eq!(refresh(json!({"fetch_resources": "ACCOUNTS"})).await.refused(), "400 fetch_resources=not_a_list");
        let answer = refresh(json!({"fetch_resources": ["ACCOUNTS"]})).await;
        assert_eq!((answer.status.as_u16(), answer.ok()["request_id"].as_str().unwrap().len()), (202, 32));
        assert_eq!(refresh(json!({})).await.refused(), "409 link_refreshed");
        world.pass(600);
        assert_eq!(refresh(json!({})).await.status, 202);
    })
    .await;
}

#[tokio::test]
async fn there_is_no_session_to_resume() {
    each(async |world| {
        let link = world.link().await;
        let session = "0123456789abcdef0123456789abcdef";
        for path in ["/api/links/", "/api/accounts/", "/api/owners/", "/api/transactions/", "/api/incomes/"] {
            let patch = async |body| world.client.send("PATCH", path, &body).await.refused();
            assert_eq!(patch(json!({"session": session, "link": link})).await, "400 session_expired", "{path}");
            let wrong = json!({"session": "x", "link": "y", "save_data": 3, "token": {}});
            assert_eq!(patch(wrong).await, "400 session=invalid link=invalid token=invalid save_data=invalid");
        }
    })
    .await;
}

#[tokio::test]
async fn the_quota_tells_what_is_used_and_left_this_month() {
    each(async |world| {
        let link = world.link().await;
        let take = async |endpoint, scope, times| {
            let mut tx = world.store.begin().await.unwrap();
            for _ in 0..times {
                let key = AllowanceKey { link: &link.to_string(), month: "2026-11", endpoint, scope };
                tx.take_allowance(key, 8).await.unwrap();
            }
            tx.commit().await.unwrap();
        };
        take("owners", "", 9).await;
        take("transactions", "a", 2).await;
        take("transactions", "b", 3).await;
        let path = format!("/api/links/{link}/quota/");
        let quota = world.client.get(&path).await.ok();
        assert_eq!((&quota["month"], &quota["resets_at"]), (&json!("2026-11"), &json!("2026-12-01T03:00:00.000000Z")));
        let endpoints = quota["endpoints"].as_array().unwrap();
        let line = |name: &str| endpoints.iter().find(|line| line["endpoint"] == name).unwrap();
        assert_eq!(line("owners"), &json!({"endpoint": "owners", "limit": 8, "used": 8, "left": 0}));
        assert_eq!(line("balances"), &json!({"endpoint": "balances", "limit": 420, "used": 0, "left": 420}));
        assert_eq!(line("transactions"), &json!({"endpoint": "transactions", "limit": 8, "used": 3, "left": 5}));
        for (name, limit) in [("bills", 30), ("loan_payments", 120), ("fund_details", 8), ("exchange_events", 30)] {
            assert_eq!(line(name), &json!({"endpoint": name, "limit": limit, "used": 0, "left": limit}));
        }
        world.pass(9 * 24 * 3_600);
        let quota = world.client.get(&path).await.ok();
        assert_eq!((&quota["month"], &quota["endpoints"][0]["used"]), (&json!("2026-12"), &json!(0)));
        assert_eq!(world.stranger.get(&path).await.refused(), "404 not_found");
    })
    .await;
}
