//! Events are kept for a time.

use jiff::SignedDuration;
use vinculo_aggregator::webhooks::{self, Range};
use vinculo_aggregator::{Error, Settings, links};
use vinculo_domain::{EndpointId, EventId, EventType};
use vinculo_store::{AuditFilter, DeliveryFilter, Event, Paging};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::world::{World, each, each_tuned, received, receiver};

/// The least that can be set.
fn a_month(settings: &mut Settings) {
    settings.events_kept = Some(Settings::EVENTS_KEPT_LEAST);
}

fn days(world: &World, count: i64) {
    world.pass(SignedDuration::from_hours(24 * count));
}

async fn another_round(world: &World) {
    let link = world.the_link().await;
    links::fetch_later(&world.aggregator, world.application, link.id, None, None).await.unwrap();
    world.run().await;
}

async fn answer(server: &MockServer, status: u16) {
    server.reset().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(status)).mount(server).await;
}

async fn replay(world: &World, endpoint: EndpointId, range: Range) -> Result<i64, Error> {
    let done = webhooks::replay(world.store(), &world.env, world.application, endpoint, range, "api:key").await;
    done.map(|(_, count)| count)
}

async fn ids(world: &World) -> Vec<EventId> {
    world.events().await.into_iter().map(|event| event.id).collect()
}

async fn arrived(server: &MockServer) -> Vec<String> {
    let mut ids: Vec<_> =
        received(server).await.iter().map(|body| body["webhook_id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

fn sent(events: &[EventId]) -> Vec<String> {
    events.iter().map(|id| Event::webhook_id(*id)).collect()
}

/// The events of a connection that are gone, and those of a later round that are left.
async fn a_month_later(world: &World) -> (Vec<EventId>, Vec<EventId>) {
    world.connect().await;
    let old = ids(world).await;
    days(world, 32);
    another_round(world).await;
    world.tick().await;
    let young = ids(world).await;
    assert!(!young.is_empty() && young.iter().all(|id| !old.contains(id)));
    (old, young)
}

async fn assert_only(young: &[EventId], old: &[EventId], server: &MockServer) {
    let got = arrived(server).await;
    assert!(sent(young).iter().all(|id| got.contains(id)) && sent(old).iter().all(|id| !got.contains(id)));
}

async fn logged(world: &World) -> Vec<EventId> {
    let log = world.store().delivery_log(world.application, &DeliveryFilter::default(), Paging::default()).await;
    let log = log.unwrap();
    assert_eq!(log.count, i64::try_from(log.items.len()).unwrap());
    assert!(log.items.iter().all(|one| !one.attempts.is_empty()));
    let mut ids: Vec<_> = log.items.into_iter().map(|one| one.event.id).collect();
    ids.sort();
    ids
}

async fn audited(world: &World) -> i64 {
    world.store().audit_log(&AuditFilter::default(), Paging::default()).await.unwrap().count
}

#[tokio::test]
async fn after_ninety_days_an_event_goes_with_what_was_written_of_its_delivery() {
    each(async |world| {
        let server = receiver(200).await;
        world.add_endpoint(&server.uri()).await;
        let link = world.connect().await;
        let first = world.events().await;
        days(world, 89);
        world.tick().await;
        assert_eq!(ids(world).await, first.iter().map(|event| event.id).collect::<Vec<_>>(), "not a day too early");
        world.run().await;
        another_round(world).await;
        let young = ids(world).await.split_off(first.len());
        assert!(!young.is_empty());
        let before = audited(world).await;
        days(world, 2);
        world.tick().await;
        assert_eq!(ids(world).await, young);
        assert_eq!(logged(world).await, young);
        assert!(audited(world).await >= before, "evidence stays");
        assert_eq!(world.links().await[0].id, link.id);
        another_round(world).await;
        let mut numbers: Vec<_> = world.events().await.iter().filter_map(|event| event.sequence).collect();
        numbers.sort_unstable();
        let begun = numbers[0];
        let last_of_the_first = first.iter().filter_map(|event| event.sequence).max().unwrap();
        assert_eq!(begun, last_of_the_first + 1);
        let goes_on: Vec<_> = (begun..).take(numbers.len()).collect();
        assert_eq!(numbers, goes_on, "numbers go on without gaps");
    })
    .await;
}

#[tokio::test]
async fn what_is_being_tried_stays_and_arrives_before_it_goes() {
    each_tuned(a_month, async |world| {
        let server = receiver(200).await;
        let endpoint = world.add_endpoint(&server.uri()).await;
        world.connect().await;
        let first = ids(world).await;
        days(world, 30);
        answer(&server, 500).await;
        replay(world, endpoint, Range::One(first[3])).await.unwrap();
        world.run().await;
        days(world, 2);
        world.tick().await;
        let left = ids(world).await;
        assert!(left.contains(&first[3]) && first.iter().filter(|id| left.contains(id)).count() == 1);
        answer(&server, 200).await;
        world.run().await;
        let again = Event::webhook_id(first[3]);
        assert_eq!(arrived(&server).await.iter().filter(|id| **id == again).count(), 1);
        days(world, 1);
        world.tick().await;
        assert!(!ids(world).await.contains(&first[3]));
        assert_eq!(world.store().job_counts(world.env.now()).await.unwrap().dead, 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_held_for_longer_is_not_let_go_any_more() {
    each_tuned(a_month, async |world| {
        let server = receiver(200).await;
        let endpoint = world.add_endpoint(&server.uri()).await;
        let mut tx = world.store().begin().await.unwrap();
        webhooks::pause(&mut tx, world.application, endpoint).await.unwrap();
        tx.commit().await.unwrap();
        let (old, young) = a_month_later(world).await;
        let mut tx = world.store().begin().await.unwrap();
        webhooks::resume(&mut tx, &world.env, world.application, endpoint).await.unwrap();
        tx.commit().await.unwrap();
        world.run().await;
        assert_only(&young, &old, &server).await;
    })
    .await;
}

#[tokio::test]
async fn a_cursor_that_is_gone_begins_at_the_oldest_that_is_left() {
    each_tuned(a_month, async |world| {
        let (old, young) = a_month_later(world).await;
        let server = receiver(200).await;
        let endpoint = world.add_endpoint(&server.uri()).await;
        assert!(matches!(replay(world, endpoint, Range::One(old[2])).await, Err(Error::NotFound)));
        let count = replay(world, endpoint, Range::Since(old[2])).await.unwrap();
        assert_eq!(count, i64::try_from(young.len()).unwrap());
        world.run().await;
        assert_only(&young, &old, &server).await;
    })
    .await;
}

#[tokio::test]
async fn a_cursor_that_never_was_is_not_found() {
    each_tuned(a_month, async |world| {
        world.connect().await;
        days(world, 20);
        let of_this_month = EventId::new(&world.env);
        days(world, 20);
        let endpoint = world.add_endpoint("https://app.example/").await;
        let long_before_us = "0191a000-0000-7000-8000-000000000000".parse().unwrap();
        let none_of_ours = "5d7e53ef-7b3c-4b4a-8c1b-3f6d1a2b3c4d".parse().unwrap();
        for id in [of_this_month, EventId::new(&world.env), long_before_us, none_of_ours] {
            assert!(matches!(replay(world, endpoint, Range::Since(id)).await, Err(Error::NotFound)), "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn without_a_time_everything_stays() {
    let keep = |settings: &mut Settings| settings.events_kept = None;
    each_tuned(keep, async |world| {
        world.connect().await;
        let all = ids(world).await;
        days(world, 3_000);
        world.tick().await;
        assert_eq!(ids(world).await, all);
    })
    .await;
}

async fn tell(world: &World, count: usize) {
    let mut tx = world.store().begin().await.unwrap();
    for _ in 0..count {
        let event = Event {
            id: EventId::new(&world.env),
            application: world.application,
            link: None,
            kind: EventType::Link,
            code: "link_deleted".into(),
            dedup_key: None,
            body: "{}".into(),
            sequence: None,
            created_at: world.env.now(),
        };
        tx.insert_event(&event).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn however_many_are_over_all_go_in_one_look() {
    each(async |world| {
        tell(world, 1_201).await;
        days(world, 91);
        let young = world.env.now();
        tell(world, 3).await;
        world.tick().await;
        let left = world.events().await;
        assert_eq!(left.iter().filter(|event| event.kind == EventType::Link).count(), 3);
        assert!(left.iter().all(|event| event.created_at > young));
    })
    .await;
}
