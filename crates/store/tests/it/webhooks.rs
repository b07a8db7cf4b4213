//! Endpoints, events, deliveries, audit.

use secrecy::{ExposeSecret, SecretString};
use vinculo_domain::{ApplicationId, AuditId, DeliveryId, EndpointId, EventId, EventType, LinkId, Resource};
use vinculo_store::{
    Attempt, AuditEntry, AuditFilter, DeliveryFilter, DeliveryStatus, Endpoint, Event, EventFilter, Outcome, Paging,
    PauseReason, StoreError,
};

use crate::access::hex;
use crate::support::{World, each};

pub(crate) async fn endpoint(w: &World, application: ApplicationId) -> EndpointId {
    let mut endpoint = Endpoint::new(&w.env, application, "https://app.example/hook");
    endpoint.authorization = Some(SecretString::from("Bearer hook-secret"));
    let mut tx = w.store.begin().await.unwrap();
    tx.insert_endpoint(&endpoint).await.unwrap();
    tx.commit().await.unwrap();
    endpoint.id
}

pub(crate) fn an_event(w: &World, dedup_key: Option<&str>) -> Event {
    Event {
        id: EventId::new(&w.env),
        application: w.application,
        link: Some(LinkId::new(&w.env)),
        kind: EventType::Resource(Resource::Accounts),
        code: "historical_update".to_owned(),
        dedup_key: dedup_key.map(str::to_owned),
        body: r#"{"data":{"total_accounts":2}}"#.to_owned(),
        sequence: None,
        created_at: w.now(),
    }
}

pub(crate) async fn emit(w: &World, event: &Event) -> Option<Vec<DeliveryId>> {
    let mut tx = w.store.begin().await.unwrap();
    let deliveries = tx.insert_event(event).await.unwrap();
    tx.commit().await.unwrap();
    deliveries
}

#[tokio::test]
async fn an_event_goes_to_each_active_endpoint_of_its_application_once() {
    each(async |w| {
        let stranger = w.other_application().await;
        let (first, second) = (endpoint(w, w.application).await, endpoint(w, w.application).await);
        endpoint(w, stranger).await;
        let event = an_event(w, Some("link/round/ACCOUNTS"));
        let deliveries = emit(w, &event).await.unwrap();
        assert_eq!(deliveries.len(), 2);
        assert_eq!(emit(w, &an_event(w, Some("link/round/ACCOUNTS"))).await, None, "the same event is written once");
        assert_eq!(emit(w, &an_event(w, None)).await.unwrap().len(), 2);

        let work = w.store.delivery_work(deliveries[0]).await.unwrap().unwrap();
        assert_eq!(work.event, Event { sequence: Some(1), ..event.clone() });
        assert!([first, second].contains(&work.endpoint.id));
        assert_eq!(work.endpoint.authorization.unwrap().expose_secret(), "Bearer hook-secret");
        assert_eq!((work.delivery.status, work.delivery.attempts), (DeliveryStatus::Pending, 0));
        assert!(w.store.delivery_work(DeliveryId::new(&w.env)).await.unwrap().is_none());
        assert_eq!(Event::webhook_id(event.id).len(), 32);
        assert!(!w.dump("webhook_endpoints").await.to_lowercase().contains(&hex("hook-secret")));

        assert!(w.store.event(stranger, event.id).await.unwrap().is_none());
        let all = Paging::default();
        assert_eq!(w.store.events(w.application, &EventFilter::default(), all).await.unwrap().count, 2);
        assert_eq!(w.store.events(stranger, &EventFilter::default(), all).await.unwrap().count, 0);
        assert_eq!(w.store.deliveries(stranger, &DeliveryFilter::default(), all).await.unwrap().count, 0);
        let of_event = DeliveryFilter { event: Some(vec![event.id]), ..Default::default() };
        assert_eq!(w.store.deliveries(w.application, &of_event, all).await.unwrap().count, 2);
    })
    .await;
}

#[tokio::test]
async fn a_removed_endpoint_gets_nothing_more_and_loses_its_secret() {
    each(async |w| {
        let id = endpoint(w, w.application).await;
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.remove_endpoint(id).await.unwrap());
        assert!(!tx.remove_endpoint(id).await.unwrap());
        tx.commit().await.unwrap();
        assert!(w.store.endpoints(w.application).await.unwrap().is_empty());
        let left = w.store.endpoint(id).await.unwrap().unwrap();
        assert!(!left.active && left.authorization.is_none() && left.signing.is_none() && left.removed_at.is_some());
        assert_eq!(emit(w, &an_event(w, None)).await, Some(vec![]));
    })
    .await;
}

#[tokio::test]
async fn attempts_are_recorded() {
    each(async |w| {
        endpoint(w, w.application).await;
        let id = emit(w, &an_event(w, None)).await.unwrap()[0];
        let attempt = |status, outcome| Attempt { status, error: Some("refused".repeat(100)), took_ms: 7, outcome };
        let mut tx = w.store.begin().await.unwrap();
        tx.record_attempt(id, &attempt(Some(503), Outcome::RetryAt(w.later(5)))).await.unwrap();
        let unknown = tx.record_attempt(DeliveryId::new(&w.env), &attempt(None, Outcome::Failed)).await;
        assert!(matches!(unknown, Err(StoreError::NotFound)));
        tx.commit().await.unwrap();
        let found = w.store.delivery_work(id).await.unwrap().unwrap().delivery;
        assert_eq!((found.status, found.attempts, found.last_status), (DeliveryStatus::Pending, 1, Some(503)));
        assert_eq!(found.next_at, Some(w.later(5)));
        assert_eq!(found.last_error.unwrap().len(), 500);
        let mut tx = w.store.begin().await.unwrap();
        tx.record_attempt(id, &attempt(Some(204), Outcome::Delivered)).await.unwrap();
        tx.commit().await.unwrap();
        let found = w.store.delivery_work(id).await.unwrap().unwrap().delivery;
        assert_eq!((found.status, found.attempts, found.delivered_at), (DeliveryStatus::Delivered, 2, Some(w.now())));
        let open = DeliveryFilter { status: Some(vec![DeliveryStatus::Pending]), ..Default::default() };
        assert_eq!(w.store.deliveries(w.application, &open, Paging::default()).await.unwrap().count, 0);
    })
    .await;
}

#[tokio::test]
async fn the_log_keeps_every_attempt_also_of_what_is_sent_again() {
    each(async |w| {
        let endpoint = endpoint(w, w.application).await;
        let event = an_event(w, None);
        let id = emit(w, &event).await.unwrap()[0];
        let attempt = |status, outcome| Attempt { status, error: None, took_ms: 7, outcome };
        for (status, outcome) in [(500, Outcome::RetryAt(w.later(5))), (200, Outcome::Delivered)] {
            let mut tx = w.store.begin().await.unwrap();
            tx.record_attempt(id, &attempt(Some(status), outcome)).await.unwrap();
            tx.commit().await.unwrap();
        }
        w.pass(60);
        let mut tx = w.store.begin().await.unwrap();
        assert_eq!(tx.redeliver(event.id, endpoint).await.unwrap(), id, "the same delivery again");
        assert!(tx.redeliver(EventId::new(&w.env), endpoint).await.is_err());
        tx.rollback().await.unwrap();
        let mut tx = w.store.begin().await.unwrap();
        tx.redeliver(event.id, endpoint).await.unwrap();
        tx.record_attempt(id, &attempt(Some(204), Outcome::Delivered)).await.unwrap();
        tx.commit().await.unwrap();
        let filter = DeliveryFilter { endpoint: Some(vec![endpoint]), ..Default::default() };
        let log = w.store.delivery_log(w.application, &filter, Paging::default()).await.unwrap();
        assert_eq!(log.count, 1);
        let line = &log.items[0];
        assert_eq!((line.event.id, line.delivery.attempts, line.delivery.tried_from), (event.id, 1, w.now()));
        let attempts: Vec<_> = line.attempts.iter().map(|a| (a.number, a.status)).collect();
        assert_eq!(attempts, [(1, Some(500)), (2, Some(200)), (3, Some(204))]);
        let stranger = w.other_application().await;
        assert_eq!(w.store.delivery_log(stranger, &filter, Paging::default()).await.unwrap().count, 0);
    })
    .await;
}

#[tokio::test]
async fn a_paused_endpoint_holds_what_it_wants_and_lets_it_go_in_order() {
    each(async |w| {
        let id = endpoint(w, w.application).await;
        let mut tx = w.store.begin().await.unwrap();
        let mut chosen = tx.endpoint(id).await.unwrap().unwrap();
        chosen.types = Some(vec![EventType::Resource(Resource::Accounts)]);
        assert!(tx.update_endpoint(&chosen).await.unwrap());
        assert!(tx.pause_endpoint(id, PauseReason::Asked).await.unwrap());
        assert!(!tx.pause_endpoint(id, PauseReason::Failing).await.unwrap(), "it is paused already");
        tx.commit().await.unwrap();
        for _ in 0..3 {
            w.pass(1);
            assert_eq!(emit(w, &an_event(w, None)).await, Some(vec![]));
        }
        let unwanted = Event { kind: EventType::Link, ..an_event(w, None) };
        emit(w, &unwanted).await;
        let held = DeliveryFilter { status: Some(vec![DeliveryStatus::Held]), ..Default::default() };
        assert_eq!(w.store.deliveries(w.application, &held, Paging::default()).await.unwrap().count, 3);
        assert!(w.store.endpoints_to_release(10).await.unwrap().is_empty());
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.resume_endpoint(id).await.unwrap());
        assert!(!tx.resume_endpoint(id).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(w.store.endpoints_to_release(10).await.unwrap(), [id]);
        let mut tx = w.store.begin().await.unwrap();
        assert_eq!(tx.release_deliveries(id, 2).await.unwrap().len(), 2);
        assert_eq!(tx.release_deliveries(id, 2).await.unwrap().len(), 1);
        assert!(tx.release_deliveries(id, 2).await.unwrap().is_empty());
        tx.commit().await.unwrap();
        assert!(w.store.endpoints_to_release(10).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn events_of_a_link_are_numbered_without_gaps_and_read_in_order() {
    each(async |w| {
        let (link, other) = (LinkId::new(&w.env), LinkId::new(&w.env));
        let of = |link: Option<LinkId>, key: Option<&str>| Event { link, ..an_event(w, key) };
        let mut ids = Vec::new();
        for (link, key) in [(Some(link), Some("a")), (Some(other), None), (Some(link), Some("a")), (None, None)] {
            let event = of(link, key);
            if emit(w, &event).await.is_some() {
                ids.push(event.id);
            }
            w.pass(1);
        }
        let mut tx = w.store.begin().await.unwrap();
        tx.insert_event(&of(Some(link), None)).await.unwrap();
        tx.rollback().await.unwrap();
        let last = of(Some(link), None);
        emit(w, &last).await;
        let sequence = async |id| w.store.event(w.application, id).await.unwrap().unwrap().sequence;
        assert_eq!(sequence(ids[0]).await, Some(1));
        assert_eq!(sequence(ids[1]).await, Some(1));
        assert_eq!(sequence(ids[2]).await, None);
        assert_eq!(sequence(last.id).await, Some(2), "neither a repetition nor what was undone takes a number");
        let (from, to) = (w.later(-1_000), w.later(1));
        assert_eq!(w.store.count_events(w.application, from, to).await.unwrap(), 4);
        let first = w.store.events_between(w.application, from, to, None, 2).await.unwrap();
        assert_eq!(first.iter().map(|e| e.id).collect::<Vec<_>>(), ids[..2]);
        let rest = w.store.events_between(w.application, from, to, Some(ids[1]), 10).await.unwrap();
        assert_eq!(rest.iter().map(|e| e.id).collect::<Vec<_>>(), [ids[2], last.id]);
    })
    .await;
}

#[tokio::test]
async fn an_event_of_no_application_is_refused() {
    each(async |w| {
        let mut event = an_event(w, None);
        event.application = ApplicationId::new(&w.env);
        let mut tx = w.store.begin().await.unwrap();
        assert!(matches!(tx.insert_event(&event).await, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn the_audit_log_is_read_newest_first() {
    each(async |w| {
        let subject = LinkId::new(&w.env).to_string();
        let mut tx = w.store.begin().await.unwrap();
        for (action, application) in [("link.created", Some(w.application)), ("link.deleted", None)] {
            w.pass(1);
            let entry = AuditEntry {
                id: AuditId::new(&w.env),
                application,
                at: w.now(),
                actor: "user".to_owned(),
                action: action.to_owned(),
                subject: subject.clone(),
                detail: "{}".to_owned(),
            };
            tx.append_audit(&entry).await.unwrap();
        }
        tx.commit().await.unwrap();
        let actions = async |filter: AuditFilter| {
            let page = w.store.audit_log(&filter, Paging::default()).await.unwrap();
            page.items.into_iter().map(|e| e.action).collect::<Vec<_>>()
        };
        assert_eq!(actions(AuditFilter::default()).await, ["link.deleted", "link.created"]);
        assert_eq!(
            actions(AuditFilter { application: Some(w.application), ..Default::default() }).await,
            ["link.created"]
        );
        assert!(actions(AuditFilter { subject: Some(vec!["x".to_owned()]), ..Default::default() }).await.is_empty());
    })
    .await;
}
