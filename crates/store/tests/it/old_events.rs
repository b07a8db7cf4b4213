//! Events go when their time is over.

use jiff::Timestamp;
use vinculo_domain::{DeliveryId, EventId, LinkId};
use vinculo_store::{
    Attempt, DeliveryFilter, Event, EventFilter, Outcome, Paging, PauseReason, RemovedEvents, StoreError,
};

use crate::support::{World, each};
use crate::webhooks::{an_event, emit, endpoint};

const DAY: i64 = 86_400;

/// Removes what is older than `before`, in one part.
async fn remove(w: &World, before: Timestamp, after: Option<EventId>, limit: u32) -> RemovedEvents {
    let mut tx = w.store.begin().await.unwrap();
    let removed = tx.remove_events(before, after, limit).await.unwrap();
    tx.commit().await.unwrap();
    removed
}

async fn attempt(w: &World, delivery: DeliveryId, outcome: Outcome) {
    let mut tx = w.store.begin().await.unwrap();
    tx.record_attempt(delivery, &Attempt { status: Some(200), error: None, took_ms: 3, outcome }).await.unwrap();
    tx.commit().await.unwrap();
}

/// An event of a link, and how it went with it.
async fn told(w: &World, link: LinkId, outcome: Outcome) -> EventId {
    let event = Event { link: Some(link), ..an_event(w, None) };
    for delivery in emit(w, &event).await.unwrap() {
        attempt(w, delivery, outcome).await;
    }
    event.id
}

/// The ids that are left, oldest first.
async fn left(w: &World) -> Vec<EventId> {
    let page = w.store.events(w.application, &EventFilter::default(), Paging::default()).await.unwrap();
    page.items.iter().rev().map(|event| event.id).collect()
}

async fn rows(w: &World) -> [i64; 3] {
    let mut counts = [0; 3];
    for (count, table) in counts.iter_mut().zip(["events", "deliveries", "delivery_attempts"]) {
        *count = w.number(format!("SELECT count(*) FROM {table}")).await;
    }
    counts
}

#[tokio::test]
async fn old_events_go_with_their_deliveries_and_log_and_numbers_go_on() {
    each(async |w| {
        endpoint(w, w.application).await;
        let link = LinkId::new(&w.env);
        told(w, link, Outcome::Delivered).await;
        w.pass(DAY);
        told(w, link, Outcome::Failed).await;
        w.pass(DAY);
        let limit = w.now();
        let at_the_limit = told(w, link, Outcome::Delivered).await;
        w.pass(DAY);
        let young = told(w, link, Outcome::Delivered).await;
        assert_eq!(rows(w).await, [4, 4, 4]);
        assert_eq!(remove(w, limit, None, 10).await.count, 2);
        assert_eq!(left(w).await, [at_the_limit, young]);
        assert_eq!(rows(w).await, [2, 2, 2]);
        assert_eq!(remove(w, limit, None, 10).await, RemovedEvents::default(), "nothing is left to do");
        let next = told(w, link, Outcome::Delivered).await;
        assert_eq!(w.store.event(w.application, next).await.unwrap().unwrap().sequence, Some(5));
    })
    .await;
}

#[tokio::test]
async fn what_is_on_its_way_stays_until_that_is_over() {
    each(async |w| {
        endpoint(w, w.application).await;
        let link = LinkId::new(&w.env);
        // Two endpoints: it has arrived at one, the other is still tried.
        let event = Event { link: Some(link), ..an_event(w, None) };
        endpoint(w, w.application).await;
        let ways = emit(w, &event).await.unwrap();
        attempt(w, ways[0], Outcome::Delivered).await;
        attempt(w, ways[1], Outcome::RetryAt(w.later(60))).await;
        let arrived = told(w, link, Outcome::Delivered).await;
        w.pass(DAY);
        assert_eq!(remove(w, w.now(), None, 10).await.count, 1);
        assert_eq!((left(w).await, rows(w).await), (vec![event.id], [1, 2, 2]));
        assert!(w.store.event(w.application, arrived).await.unwrap().is_none());
        attempt(w, ways[1], Outcome::Failed).await;
        assert_eq!(remove(w, w.now(), None, 10).await.count, 1);
        assert_eq!(rows(w).await, [0, 0, 0]);
        attempt_of_the_lost(w, ways[1]).await;
    })
    .await;
}

async fn attempt_of_the_lost(w: &World, delivery: DeliveryId) {
    let mut tx = w.store.begin().await.unwrap();
    let attempt = Attempt { status: None, error: None, took_ms: 0, outcome: Outcome::Failed };
    assert!(matches!(tx.record_attempt(delivery, &attempt).await, Err(StoreError::NotFound)));
    drop(tx);
    assert!(w.store.delivery_work(delivery).await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_held_for_a_paused_endpoint_goes_and_the_rest_is_let_go() {
    each(async |w| {
        let id = endpoint(w, w.application).await;
        let mut tx = w.store.begin().await.unwrap();
        tx.pause_endpoint(id, PauseReason::Asked).await.unwrap();
        tx.commit().await.unwrap();
        emit(w, &an_event(w, None)).await;
        w.pass(DAY);
        let young = an_event(w, None);
        emit(w, &young).await;
        assert_eq!(remove(w, w.now(), None, 10).await.count, 1);
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.resume_endpoint(id).await.unwrap());
        let released = tx.release_deliveries(id, 10).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(released.len(), 1);
        assert_eq!(w.store.delivery_work(released[0]).await.unwrap().unwrap().event.id, young.id);
    })
    .await;
}

#[tokio::test]
async fn parts_follow_each_other_to_the_end_past_what_stays() {
    each(async |w| {
        let link = LinkId::new(&w.env);
        let mut stay = Vec::new();
        for number in 0..25 {
            // Several in the same millisecond, and of another application, too.
            if number % 3 == 0 {
                w.pass(1);
            }
            if number == 10 {
                endpoint(w, w.application).await;
            }
            let pending = Event { link: Some(link), ..an_event(w, None) };
            match emit(w, &pending).await.unwrap().is_empty() {
                true => {}
                false if number % 2 == 0 => stay.push(pending.id),
                false => {
                    let filter = DeliveryFilter { event: Some(vec![pending.id]), ..DeliveryFilter::default() };
                    let found = w.store.deliveries(w.application, &filter, Paging::default()).await.unwrap();
                    attempt(w, found.items[0].id, Outcome::Delivered).await;
                }
            }
        }
        let stranger = w.other_application().await;
        emit(w, &Event { application: stranger, ..an_event(w, None) }).await;
        w.pass(1);
        let (mut after, mut parts) = (None, Vec::new());
        loop {
            let part = remove(w, w.now(), after, 4).await;
            if part.last.is_none() {
                break;
            }
            parts.push(part.count);
            after = part.last;
        }
        // Ten before the endpoint was there, seven that had arrived, and the other application's.
        assert_eq!(parts, [4, 4, 4, 4, 2]);
        let mut found = left(w).await;
        found.sort();
        stay.sort();
        assert_eq!(found, stay);
        assert_eq!(w.store.events(stranger, &EventFilter::default(), Paging::default()).await.unwrap().count, 0);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_sent_again_of_what_is_gone_and_a_range_goes_on_behind_it() {
    each(async |w| {
        let id = endpoint(w, w.application).await;
        let link = LinkId::new(&w.env);
        let mut all = Vec::new();
        for _ in 0..4 {
            all.push(told(w, link, Outcome::Delivered).await);
            w.pass(1);
        }
        let limit = w.later(-2);
        remove(w, limit, None, 10).await;
        let mut tx = w.store.begin().await.unwrap();
        assert!(matches!(tx.redeliver(all[1], id).await, Err(StoreError::NotFound)));
        tx.rollback().await.unwrap();
        let between = async |after| w.store.events_between(w.application, w.later(-60), w.now(), after, 10).await;
        let ids = |events: Vec<Event>| events.iter().map(|event| event.id).collect::<Vec<_>>();
        assert_eq!(ids(between(Some(all[1])).await.unwrap()), all[2..]);
        assert_eq!(ids(between(Some(all[2])).await.unwrap()), all[3..]);
        let never = "5d7e53ef-7b3c-4b4a-8c1b-3f6d1a2b3c4d".parse().unwrap();
        assert!(matches!(between(Some(never)).await, Err(StoreError::NotFound)), "an id that is none of ours");
    })
    .await;
}

#[tokio::test]
async fn an_id_tells_when_it_was_made() {
    each(async |w| {
        assert_eq!(Event::dated(EventId::new(&w.env)), Some(w.now()));
        for other in ["00000000-0000-0000-0000-000000000000", "5d7e53ef-7b3c-4b4a-8c1b-3f6d1a2b3c4d"] {
            assert_eq!(Event::dated(other.parse().unwrap()), None);
        }
    })
    .await;
}

#[tokio::test]
async fn who_has_an_event_sent_again_keeps_it_and_who_comes_later_does_not_find_it() {
    each(async |w| {
        if w.is_sqlite() {
            // There is one writer at a time.
            return;
        }
        let id = endpoint(w, w.application).await;
        let event = told(w, LinkId::new(&w.env), Outcome::Delivered).await;
        w.pass(DAY);
        let mut replay = w.store.begin().await.unwrap();
        replay.redeliver(event, id).await.unwrap();
        assert_eq!(remove(w, w.now(), None, 10).await.count, 0, "it is stepped over");
        replay.commit().await.unwrap();
        assert_eq!(remove(w, w.now(), None, 10).await.count, 0, "it is on its way");
        let work = w.store.deliveries(w.application, &DeliveryFilter::default(), Paging::default()).await.unwrap();
        attempt(w, work.items[0].id, Outcome::Delivered).await;
        let mut removal = w.store.begin().await.unwrap();
        assert_eq!(removal.remove_events(w.now(), None, 10).await.unwrap().count, 1);
        let again = async {
            let mut tx = w.store.begin().await.unwrap();
            tx.redeliver(event, id).await
        };
        let (again, removed) = tokio::join!(again, removal.commit());
        removed.unwrap();
        assert!(matches!(again, Err(StoreError::NotFound)));
    })
    .await;
}
