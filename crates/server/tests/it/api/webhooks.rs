use serde_json::{Value, json};
use vinculo_domain::{ApplicationId, EventId, EventType, LinkId, Resource};
use vinculo_store::{Attempt, Event, Outcome};

use crate::world::{World, each, each_with};

const URL: &str = "https://hooks.example.com/in?x=1";

async fn add(world: &World, body: Value) -> Value {
    world.client.post("/api/webhooks/", &body).await.ok()
}

async fn an_event(world: &World, application: ApplicationId, kind: EventType) -> Event {
    let event = Event {
        id: EventId::new(&world.env),
        application,
        link: Some(LinkId::new(&world.env)),
        kind,
        code: "historical_update".to_owned(),
        dedup_key: None,
        body: "{}".to_owned(),
        sequence: None,
        created_at: world.now(),
    };
    let mut tx = world.store.begin().await.unwrap();
    tx.insert_event(&event).await.unwrap();
    tx.commit().await.unwrap();
    event
}

#[tokio::test]
async fn an_endpoint_shows_its_secret_once_and_its_authorization_never() {
    each(async |world| {
        let made = add(world, json!({"url": URL, "authorization": "Bearer topsecret"})).await;
        let secret = made["secret"].as_str().unwrap();
        assert!(secret.starts_with("whsec_"));
        let id = made["id"].as_str().unwrap();
        let one = world.client.get(&format!("/api/webhooks/{id}/")).await;
        assert!(!one.text.contains("topsecret") && !one.text.contains(secret));
        insta::allow_duplicates! { insta::assert_json_snapshot!(one.ok(), { ".id" => "[id]" }, @r#"
        {
          "id": "[id]",
          "url": "https://hooks.example.com/in?x=1",
          "authorization": true,
          "types": null,
          "legacy_codes": false,
          "active": true,
          "paused_reason": null,
          "paused_at": null,
          "failing_since": null,
          "created_at": "2026-11-22T12:00:00.000000Z"
        }
        "#); }
        assert_eq!(world.client.get("/api/webhooks/").await.ok()["results"], json!([one.ok()]));
        let rotated = world.client.post(&format!("/api/webhooks/{id}/secret/"), &json!({"overlap_hours": 0})).await;
        assert_ne!(rotated.ok()["secret"], made["secret"]);
        let wrong = json!({"overlap_hours": 169});
        let refused = world.client.post(&format!("/api/webhooks/{id}/secret/"), &wrong).await.refused();
        assert_eq!(refused, "400 overlap_hours=invalid");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_an_endpoint_is_refused_with_every_reason() {
    each_with(&[("VINCULO_ENVIRONMENT", "sandbox")], async |world| {
        let refused = async |body: Value| world.client.post("/api/webhooks/", &body).await.refused();
        assert_eq!(refused(json!({})).await, "400 url=required");
        assert_eq!(refused(json!({"url": null})).await, "400 url=null");
        for url in
            ["nonsense", "ftp://a.example/", "http://10.0.0.1/", "http://169.254.169.254/", "http://a:b@c.example/"]
        {
            assert_eq!(refused(json!({"url": url})).await, "400 url=invalid", "{url}");
        }
        let all = json!({"url": 7, "authorization": "a\nb", "types": ["LINK", "LINKS", 7], "legacy_codes": "maybe"});
        assert_eq!(
            refused(all).await,
            "400 url=invalid authorization=invalid types.2=invalid types.1=invalid_choice legacy_codes=invalid"
        );
        assert_eq!(refused(json!({"url": URL, "types": ["LINKS"]})).await, "400 types.0=invalid_choice");
        assert_eq!(refused(json!({"url": URL, "types": "LINK"})).await, "400 types=not_a_list");
        assert_eq!(world.client.get("/api/webhooks/").await.ok()["count"], 0);
    })
    .await;
}

#[tokio::test]
async fn there_is_an_end_to_how_many_there_are() {
    each(async |world| {
        for _ in 0..50 {
            add(world, json!({"url": URL})).await;
        }
        let refused = world.client.post("/api/webhooks/", &json!({"url": URL})).await.refused();
        assert_eq!(refused, "400 validation_error");
        let page = world.client.get("/api/webhooks/?page=2&page_size=20").await.ok();
        assert_eq!((page["count"].as_i64(), page["results"].as_array().unwrap().len()), (Some(50), 20));
        assert!(page["next"].is_string() && page["previous"].is_string());
        assert_eq!(world.client.get("/api/webhooks/?page=4&page_size=20").await.refused(), "404 not_found");
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_is_changed_paused_resumed_and_removed() {
    each(async |world| {
        let id = add(world, json!({"url": URL, "authorization": "Bearer x"})).await["id"].as_str().unwrap().to_owned();
        let path = format!("/api/webhooks/{id}/");
        let patch = async |body: Value| world.client.send("PATCH", &path, &body).await;
        let body = json!({"types": ["LINK", "CONSENT", "LINK"], "legacy_codes": true, "authorization": null});
        let changed = patch(body).await.ok();
        assert_eq!(changed["types"], json!(["LINK", "CONSENT"]));
        assert_eq!((&changed["legacy_codes"], &changed["authorization"]), (&json!(true), &json!(false)));
        assert_eq!(patch(json!({"types": null})).await.ok()["types"], Value::Null);
        assert_eq!(patch(json!({"url": "http://[::1]:9/"})).await.ok()["url"], "http://[::1]:9/", "the sandbox's own");
        assert_eq!(patch(json!({"url": "http://10.0.0.1/"})).await.refused(), "400 url=invalid");
        let paused = patch(json!({"active": false})).await.ok();
        assert_eq!((&paused["active"], &paused["paused_reason"]), (&json!(false), &json!("asked")));
        an_event(world, world.one, EventType::Link).await;
        let held = world.client.get(&format!("{path}deliveries/?status=held")).await.ok();
        assert_eq!(held["count"], 1);
        let resumed = patch(json!({"active": true})).await.ok();
        assert_eq!((&resumed["active"], &resumed["paused_reason"]), (&json!(true), &Value::Null));
        assert_eq!(world.store.job_counts(world.now()).await.unwrap().due, 1, "what was held is let go");
        assert_eq!(world.client.delete(&path).await.status, 204);
        for answer in [world.client.get(&path).await, world.client.delete(&path).await, patch(json!({})).await] {
            assert_eq!(answer.refused(), "404 not_found");
        }
    })
    .await;
}

#[tokio::test]
async fn the_log_tells_every_attempt() {
    each(async |world| {
        let id = add(world, json!({"url": URL})).await["id"].as_str().unwrap().to_owned();
        let event = an_event(world, world.one, EventType::Resource(Resource::Accounts)).await;
        an_event(world, world.one, EventType::Link).await;
        an_event(world, world.other, EventType::Link).await;
        let path = format!("/api/webhooks/{id}/deliveries/");
        let of_event = format!("{path}?webhook_id={}", Event::webhook_id(event.id));
        let delivery = world.client.get(&of_event).await.ok()["results"][0]["id"].as_str().unwrap().parse().unwrap();
        let mut tx = world.store.begin().await.unwrap();
        for (status, error, outcome) in [
            (Some(500), Some("the endpoint answered 500"), Outcome::RetryAt(world.now())),
            (Some(204), None, Outcome::Delivered),
        ] {
            let attempt = Attempt { status, error: error.map(str::to_owned), took_ms: 12, outcome };
            tx.record_attempt(delivery, &attempt).await.unwrap();
        }
        tx.commit().await.unwrap();
        let line = world.client.get(&of_event).await.ok()["results"][0].clone();
        insta::allow_duplicates! { insta::assert_json_snapshot!(line, {
            ".id" => "[id]", ".webhook_id" => "[id]", ".link_id" => "[id]"
        }, @r#"
        {
          "id": "[id]",
          "webhook_id": "[id]",
          "webhook_type": "ACCOUNTS",
          "webhook_code": "historical_update",
          "link_id": "[id]",
          "sequence": 1,
          "status": "delivered",
          "created_at": "2026-11-22T12:00:00.000000Z",
          "next_attempt_at": null,
          "delivered_at": "2026-11-22T12:00:00.000000Z",
          "attempts": [
            {
              "number": 1,
              "at": "2026-11-22T12:00:00.000000Z",
              "status": 500,
              "error": "the endpoint answered 500",
              "took_ms": 12
            },
            {
              "number": 2,
              "at": "2026-11-22T12:00:00.000000Z",
              "status": 204,
              "error": null,
              "took_ms": 12
            }
          ]
        }
        "#); }
        for (query, expected) in [
            ("".to_owned(), 2),
            ("?status=delivered".to_owned(), 1),
            ("?status__in=pending,held".to_owned(), 1),
            ("?webhook_type=LINK".to_owned(), 1),
            ("?webhook_type=CONSENT".to_owned(), 0),
            (format!("?link={}", event.link.unwrap()), 1),
            ("?created_at__gt=2026-11-22".to_owned(), 0),
        ] {
            assert_eq!(world.client.get(&format!("{path}{query}")).await.ok()["count"], expected, "{query}");
        }
        assert_eq!(world.client.get(&format!("{path}?status=lost")).await.refused(), "400 status=invalid_choice");
    })
    .await;
}

#[tokio::test]
async fn events_are_sent_again_by_id_time_or_cursor() {
    each(async |world| {
        let event = an_event(world, world.one, EventType::Link).await;
        let id = add(world, json!({"url": URL})).await["id"].as_str().unwrap().to_owned();
        let path = format!("/api/webhooks/{id}/replay/");
        let webhook = Event::webhook_id(event.id);
        for body in [
            json!({"webhook_id": webhook}),
            json!({"since": webhook}),
            json!({"from": "2026-11-22", "to": "2026-11-23T00:00:00Z"}),
        ] {
            let answer = world.client.post(&path, &body).await;
            assert_eq!(answer.status, 202, "{body}");
            assert_eq!(answer.json()["events"], 1, "{body}");
            assert_eq!(answer.json()["request_id"].as_str().unwrap().len(), 32);
        }
        assert_eq!(
            world.client.post(&path, &json!({"from": "2026-11-01", "to": "2026-11-02"})).await.ok()["events"],
            0
        );
        let deliveries = world.client.get(&format!("/api/webhooks/{id}/deliveries/")).await.ok();
        assert_eq!(deliveries["count"], 1, "it was not there when the event happened, and gets it now");
        let unknown = Event::webhook_id(EventId::new(&world.env));
        let foreign = Event::webhook_id(an_event(world, world.other, EventType::Link).await.id);
        for (body, refusal) in [
            (json!({}), "400 validation_error"),
            (json!({"webhook_id": webhook, "since": webhook}), "400 validation_error"),
            (json!({"to": "2026-11-22"}), "400 validation_error"),
            (json!({"from": "2026-11-23", "to": "2026-11-22"}), "400 to=invalid"),
            (json!({"from": "yesterday"}), "400 from=invalid"),
            (json!({"webhook_id": "x"}), "400 webhook_id=invalid"),
            (json!({"webhook_id": unknown}), "404 not_found"),
            (json!({"since": foreign}), "404 not_found"),
        ] {
            assert_eq!(world.client.post(&path, &body).await.refused(), refusal, "{body}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_event_that_was_removed_is_not_found_and_a_cursor_on_it_begins_at_what_is_left() {
    each(async |world| {
        let id = add(world, json!({"url": URL})).await["id"].as_str().unwrap().to_owned();
        let (replay, log) = (format!("/api/webhooks/{id}/replay/"), format!("/api/webhooks/{id}/deliveries/"));
        let tried = Event::webhook_id(an_event(world, world.one, EventType::Link).await.id);
        world.client.send("PATCH", &format!("/api/webhooks/{id}/"), &json!({"active": false})).await.ok();
        let held = Event::webhook_id(an_event(world, world.one, EventType::Link).await.id);
        world.pass(40 * 86_400);
        an_event(world, world.one, EventType::Link).await;
        let mut tx = world.store.begin().await.unwrap();
        assert_eq!(tx.remove_events(world.now(), None, 10).await.unwrap().count, 1, "the first is on its way");
        tx.commit().await.unwrap();
        assert_eq!(world.client.get(&log).await.ok()["count"], 2);
        let refused = world.client.post(&replay, &json!({"webhook_id": held})).await;
        assert_eq!((refused.status.as_u16(), &refused.json()[0]["code"]), (404, &json!("not_found")));
        assert_eq!(refused.json()[0]["request_id"].as_str().unwrap().len(), 32);
        let again = world.client.post(&replay, &json!({"since": held})).await;
        assert_eq!((again.status.as_u16(), &again.json()["events"]), (202, &json!(2)));
        assert_eq!(world.client.post(&replay, &json!({"webhook_id": tried})).await.status, 202);
        let young = Event::webhook_id(EventId::new(&world.env));
        assert_eq!(world.client.post(&replay, &json!({"since": young})).await.refused(), "404 not_found");
    })
    .await;
}

#[tokio::test]
async fn endpoints_of_others_are_not_there() {
    each(async |world| {
        let id = add(world, json!({"url": URL})).await["id"].as_str().unwrap().to_owned();
        let path = format!("/api/webhooks/{id}/");
        assert_eq!(world.stranger.get("/api/webhooks/").await.ok()["count"], 0);
        let stranger = &world.stranger;
        for answer in [
            stranger.get(&path).await,
            stranger.send("PATCH", &path, &json!({"active": false})).await,
            stranger.delete(&path).await,
            stranger.post(&format!("{path}secret/"), &json!({})).await,
            stranger.get(&format!("{path}deliveries/")).await,
            stranger.post(&format!("{path}replay/"), &json!({"from": "2026-11-22T00:00:00Z"})).await,
        ] {
            assert_eq!(answer.refused(), "404 not_found");
        }
        let nobody = world.client.with(None);
        assert_eq!(nobody.get("/api/webhooks/").await.refused(), "401 authentication_failed");
        assert_eq!(world.client.get(&path).await.ok()["active"], true);
    })
    .await;
}
