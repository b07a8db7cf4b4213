//! Sending again.

use jiff::SignedDuration;
use vinculo_aggregator::webhooks::{self, Range};
use vinculo_aggregator::{Error, links};
use vinculo_domain::{ApplicationId, EndpointId, EventId, EventType, Resource};
use vinculo_store::{DeliveryFilter, DeliveryStatus, Endpoint, Event, Paging};

use crate::world::{World, each, received, receiver};

async fn replay(world: &World, endpoint: EndpointId, range: Range) -> Result<i64, Error> {
    let done = webhooks::replay(world.store(), &world.env, world.application, endpoint, range, "api:key").await;
    done.map(|(_, count)| count)
}

fn ids(bodies: &[serde_json::Value]) -> Vec<String> {
    bodies.iter().map(|body| body["webhook_id"].as_str().unwrap().to_owned()).collect()
}

async fn another_round(world: &World) {
    let link = world.the_link().await;
    links::fetch_later(&world.aggregator, world.application, link.id, None, None).await.unwrap();
    world.run().await;
}

#[tokio::test]
async fn one_event_is_sent_again_the_same() {
    each(async |world| {
        let server = receiver(200).await;
        let endpoint = world.add_endpoint(&server.uri()).await;
        world.connect().await;
        let event = world.events().await.remove(2);
        world.pass(SignedDuration::from_hours(24 * 30));
        assert_eq!(replay(world, endpoint, Range::One(event.id)).await.unwrap(), 1);
        world.run().await;
        let all = received(&server).await;
        assert_eq!(all.len(), 6);
        assert_eq!(all[5], all[2], "the same body, id included");
        assert_eq!(all[5]["webhook_id"], Event::webhook_id(event.id));
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_again_has_its_three_days_again() {
    each(async |world| {
        let server = receiver(500).await;
        let endpoint = world.add_endpoint(&server.uri()).await;
        world.connect().await;
        world.run_for(24 * 10).await;
        let event = world.events().await.remove(0);
        let before = received(&server).await.len();
        replay(world, endpoint, Range::One(event.id)).await.unwrap();
        world.run_for(24).await;
        assert!(received(&server).await.len() > before + 5);
        let filter = DeliveryFilter { event: Some(vec![event.id]), ..DeliveryFilter::default() };
        let found = world.store().deliveries(world.application, &filter, Paging::default()).await.unwrap();
        assert_eq!(found.items[0].status, DeliveryStatus::Pending);
    })
    .await;
}

#[tokio::test]
async fn a_time_is_sent_again_of_the_types_that_are_wanted() {
    each(async |world| {
        world.connect().await;
        world.pass(SignedDuration::from_hours(1));
        let from = world.env.now();
        another_round(world).await;
        let to = world.env.now();
        world.pass(SignedDuration::from_hours(1));
        another_round(world).await;
        // Added afterwards: nothing was ever meant for it.
        let server = receiver(200).await;
        let types = Some(vec![EventType::Resource(Resource::Owners), EventType::Resource(Resource::Bills)]);
        let endpoint = Endpoint { types, ..Endpoint::new(&world.env, world.application, server.uri()) };
        world.put_endpoint(&endpoint).await;
        assert_eq!(replay(world, endpoint.id, Range::Between(from, to)).await.unwrap(), 4);
        world.run().await;
        let want = world.events().await.into_iter().filter(|e| from <= e.created_at && e.created_at < to);
        let want: Vec<_> = want.filter(|e| endpoint.wants(e.kind)).map(|e| Event::webhook_id(e.id)).collect();
        assert_eq!(want.len(), 2);
        assert_eq!(ids(&received(&server).await), want);
    })
    .await;
}

#[tokio::test]
async fn everything_since_a_cursor_is_sent_again_and_nothing_long_before_it() {
    each(async |world| {
        world.connect().await;
        for _ in 0..3 {
            world.pass(SignedDuration::from_hours(1));
            another_round(world).await;
        }
        let all = world.events().await;
        let cursor = &all[6];
        let server = receiver(200).await;
        let endpoint = world.add_endpoint(&server.uri()).await;
        replay(world, endpoint, Range::Since(cursor.id)).await.unwrap();
        world.run().await;
        // The cursor's own round, which may have been written at the same time, and the two after it.
        let want: Vec<_> = all.iter().skip(5).map(|event| Event::webhook_id(event.id)).collect();
        let mut got = ids(&received(&server).await);
        got.sort();
        assert_eq!(got, want);
    })
    .await;
}

#[tokio::test]
async fn a_long_time_is_sent_again_part_by_part_and_each_event_once() {
    each(async |world| {
        let link = world.connect().await;
        let mut tx = world.store().begin().await.unwrap();
        for number in 0..450 {
            let event = Event {
                id: EventId::new(&world.env),
                application: world.application,
                link: Some(link.id),
                kind: EventType::Link,
                code: "link_deleted".into(),
                dedup_key: None,
                body: format!(r#"{{"webhook_id":"{number}","webhook_type":"LINK"}}"#),
                sequence: None,
                // Many at the same instant: the order by id takes over.
                created_at: world.env.now() - SignedDuration::from_secs(number / 100),
            };
            tx.insert_event(&event).await.unwrap();
        }
        tx.commit().await.unwrap();
        let server = receiver(200).await;
        let endpoint = world.add_endpoint(&server.uri()).await;
        let (from, to) = (world.env.now() - SignedDuration::from_hours(1), world.env.now());
        replay(world, endpoint, Range::Between(from, to)).await.unwrap();
        world.run().await;
        let mut got = ids(&received(&server).await);
        assert_eq!(got.len(), 455);
        got.sort();
        got.dedup();
        assert_eq!(got.len(), 455);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_sent_again_for_strangers_or_to_what_is_removed() {
    each(async |world| {
        let server = receiver(200).await;
        let endpoint = world.add_endpoint(&server.uri()).await;
        world.connect().await;
        let event = world.events().await.remove(0);
        let stranger = ApplicationId::new(&world.env);
        let range = Range::One(event.id);
        let foreign = webhooks::replay(world.store(), &world.env, stranger, endpoint, range, "x").await;
        assert!(matches!(foreign, Err(Error::NotFound)));
        for range in [Range::One(EventId::new(&world.env)), Range::Since(EventId::new(&world.env))] {
            assert!(matches!(replay(world, endpoint, range).await, Err(Error::NotFound)));
        }
        let mut tx = world.store().begin().await.unwrap();
        tx.remove_endpoint(endpoint).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(replay(world, endpoint, range).await, Err(Error::NotFound)));
        world.run().await;
        assert_eq!(received(&server).await.len(), 5);
    })
    .await;
}
