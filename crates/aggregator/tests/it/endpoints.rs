//! Several endpoints: what each wants, the order in which it comes, and what becomes of one that fails for days.

use vinculo_aggregator::webhooks;
use vinculo_domain::{EventType, Resource};
use vinculo_store::{DeliveryFilter, DeliveryStatus, Endpoint, Paging, PauseReason};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::world::{World, each, received, receiver};

async fn held(world: &World) -> i64 {
    let filter = DeliveryFilter { status: Some(vec![DeliveryStatus::Held]), ..DeliveryFilter::default() };
    world.store().deliveries(world.application, &filter, Paging::default()).await.unwrap().count
}

async fn resume(world: &World, endpoint: &Endpoint) {
    let mut tx = world.store().begin().await.unwrap();
    webhooks::resume(&mut tx, &world.env, world.application, endpoint.id).await.unwrap();
    tx.commit().await.unwrap();
}

fn kinds(bodies: &[serde_json::Value]) -> Vec<&str> {
    bodies.iter().map(|body| body["webhook_type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn each_endpoint_gets_the_types_it_wants() {
    each(async |world| {
        let (all, some, none) = (receiver(200).await, receiver(200).await, receiver(200).await);
        let with = |url: &str, types: Option<Vec<EventType>>| Endpoint {
            types,
            ..Endpoint::new(&world.env, world.application, url)
        };
        world.put_endpoint(&with(&all.uri(), None)).await;
        let wanted = vec![EventType::Resource(Resource::Transactions), EventType::WidgetSession];
        world.put_endpoint(&with(&some.uri(), Some(wanted))).await;
        world.put_endpoint(&with(&none.uri(), Some(vec![]))).await;
        world.connect().await;
        assert_eq!(kinds(&received(&all).await), ["WIDGET_SESSION", "OWNERS", "ACCOUNTS", "BILLS", "TRANSACTIONS"]);
        assert_eq!(kinds(&received(&some).await), ["WIDGET_SESSION", "TRANSACTIONS"]);
        assert!(received(&none).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_events_of_a_link_carry_numbers_without_gaps() {
    each(async |world| {
        let server = receiver(200).await;
        world.add_endpoint(&server.uri()).await;
        let link = world.connect().await;
        vinculo_aggregator::links::fetch_later(&world.aggregator, world.application, link.id, None, None)
            .await
            .unwrap();
        world.run().await;
        let requests = server.received_requests().await.unwrap();
        let numbers: Vec<_> =
            requests.iter().map(|r| r.headers["vinculo-link-sequence"].to_str().unwrap().to_owned()).collect();
        assert_eq!(numbers, ["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_that_fails_for_days_is_paused_which_the_others_are_told_and_gets_it_all_when_it_is_resumed() {
    each(async |world| {
        let broken = MockServer::start().await;
        let down = Mock::given(any()).respond_with(ResponseTemplate::new(502)).mount_as_scoped(&broken).await;
        let endpoint = Endpoint::new(&world.env, world.application, broken.uri());
        world.put_endpoint(&endpoint).await;
        let well = receiver(200).await;
        world.add_endpoint(&well.uri()).await;
        let link = world.connect().await;
        world.run_for(24 * 6).await;
        assert!(world.store().endpoint(endpoint.id).await.unwrap().unwrap().active, "nothing was sent for days");
        vinculo_aggregator::links::fetch_later(&world.aggregator, world.application, link.id, None, None)
            .await
            .unwrap();
        world.run_for(24 * 6).await;
        let found = world.store().endpoint(endpoint.id).await.unwrap().unwrap();
        assert_eq!((found.active, found.paused.map(|(_, reason)| reason)), (false, Some(PauseReason::Failing)));
        let told = received(&well).await;
        let told: Vec<_> = told.iter().filter(|body| body["webhook_type"] == "WEBHOOK").collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["webhook_code"], "endpoint_paused");
        assert_eq!(told[0]["data"]["endpoint_id"], endpoint.id.to_string());
        assert_eq!(told[0]["data"]["last_status"], 502);
        assert_eq!(told[0]["link_id"], serde_json::Value::Null);
        drop(down);
        Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&broken).await;
        let waiting = held(world).await;
        assert!(waiting >= 5, "the round's events and the pause itself: {waiting}");
        let before = received(&broken).await.len();
        world.run_for(24).await;
        assert_eq!(received(&broken).await.len(), before, "paused is paused");
        resume(world, &endpoint).await;
        world.run().await;
        assert_eq!(held(world).await, 0);
        let arrived = received(&broken).await.split_off(before);
        assert_eq!(i64::try_from(arrived.len()).unwrap(), waiting);
        assert!(kinds(&arrived).contains(&"WEBHOOK"));
        let found = world.store().endpoint(endpoint.id).await.unwrap().unwrap();
        assert!(found.active && found.paused.is_none() && found.failing_since.is_none());
    })
    .await;
}

#[tokio::test]
async fn what_was_held_when_nobody_looked_is_let_go_by_the_sweep() {
    each(async |world| {
        let server = receiver(200).await;
        let endpoint = Endpoint::new(&world.env, world.application, server.uri());
        world.put_endpoint(&endpoint).await;
        let mut tx = world.store().begin().await.unwrap();
        webhooks::pause(&mut tx, world.application, endpoint.id).await.unwrap();
        tx.commit().await.unwrap();
        world.connect().await;
        assert!(received(&server).await.is_empty());
        assert_eq!(held(world).await, 5);
        // Resumed without its job, as if the events had been written a moment later.
        let mut tx = world.store().begin().await.unwrap();
        assert!(tx.resume_endpoint(endpoint.id).await.unwrap());
        tx.commit().await.unwrap();
        world.tick().await;
        world.run().await;
        assert_eq!(received(&server).await.len(), 5);
    })
    .await;
}
