use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use vinculo_aggregator::webhooks::{AddressPolicy, Names};
use vinculo_aggregator::{Settings, links, worker};
use vinculo_store::{Delivery, DeliveryFilter, DeliveryStatus, Paging};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::world::{World, each, each_tuned, received, receiver};

async fn deliveries(world: &World) -> Vec<Delivery> {
    let filter = DeliveryFilter::default();
    world.store().deliveries(world.application, &filter, Paging::default()).await.unwrap().items
}

#[tokio::test]
async fn every_event_arrives_in_order_with_the_configured_authorization() {
    each(async |world| {
        let server = receiver(202).await;
        world.add_endpoint(&server.uri()).await;
        world.connect().await;
        let bodies = received(&server).await;
        let kinds: Vec<_> = bodies.iter().map(|body| body["webhook_type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["WIDGET_SESSION", "OWNERS", "ACCOUNTS", "BILLS", "TRANSACTIONS"]);
        for request in server.received_requests().await.unwrap() {
            assert_eq!(request.headers["authorization"], "Basic dXNlcjpwYXNz");
            assert_eq!(request.headers["content-type"], "application/json");
            assert!(!request.headers.contains_key("cookie"));
        }
        let delivered = deliveries(world).await;
        assert!(delivered.iter().all(|d| d.status == DeliveryStatus::Delivered && d.last_status == Some(202)));
        assert_eq!(delivered.len(), 5);
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_comes_again_the_same_and_is_given_up_after_three_days() {
    each(async |world| {
        let server = receiver(500).await;
        world.add_endpoint(&server.uri()).await;
        world.connect().await;
        let begun = world.env.now();
        world.run_for(24 * 10).await;
        let bodies = received(&server).await;
        let owners: Vec<_> = bodies.iter().filter(|body| body["webhook_type"] == "OWNERS").collect();
        assert!(owners.len() > 10, "{}", owners.len());
        assert!(owners.iter().all(|body| **body == *owners[0]));
        let over = world.env.now().duration_since(begun);
        let (three_days, moment) = (SignedDuration::from_hours(72), SignedDuration::from_mins(1));
        assert!(over <= three_days + moment && over > three_days - moment, "{over:?}");
        assert!(
            deliveries(world).await.iter().all(|d| d.status == DeliveryStatus::Failed && d.last_status == Some(500))
        );
        let counts = world.store().job_counts(world.env.now()).await.unwrap();
        assert_eq!((counts.pending, counts.dead), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_receiver_that_recovers_gets_everything_once_more_at_least() {
    each(async |world| {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(503)).up_to_n_times(7).mount(&server).await;
        Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&server).await;
        world.add_endpoint(&server.uri()).await;
        world.connect().await;
        world.run_for(24).await;
        assert!(deliveries(world).await.iter().all(|d| d.status == DeliveryStatus::Delivered));
        assert_eq!(received(&server).await.len(), 12);
    })
    .await;
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_not_followed() {
    each(async |world| {
        let target = receiver(200).await;
        let server = MockServer::start().await;
        let moved = ResponseTemplate::new(307).insert_header("location", target.uri().as_str());
        Mock::given(any()).respond_with(moved).mount(&server).await;
        world.add_endpoint(&server.uri()).await;
        world.connect().await;
        assert!(received(&target).await.is_empty());
        assert!(
            deliveries(world).await.iter().all(|d| d.status == DeliveryStatus::Pending && d.last_status == Some(307))
        );
    })
    .await;
}

#[tokio::test]
async fn addresses_that_are_not_public_are_not_connected_to() {
    each(async |world| {
        for url in
            ["http://10.0.0.1/", "http://169.254.169.254/", "http://[fd00::1]/", "http://0x0a000001/", "ftp://x/"]
        {
            world.add_endpoint(url).await;
        }
        world.connect().await;
        let all = deliveries(world).await;
        assert_eq!(all.len(), 25);
        assert!(
            all.iter().all(|d| d.last_status.is_none() && d.last_error.as_deref() == Some("the address is not public"))
        );
    })
    .await;
}

/// A receiver that takes connections and never answers.
async fn silent() -> (String, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let keep = tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut start = [0; 16];
            let _ = stream.read(&mut start).await;
            open.push(stream);
        }
    });
    (url, keep)
}

#[tokio::test]
async fn however_many_receivers_never_answer_the_others_get_theirs() {
    // Longer than any test takes: nothing but independence brings the events to the one that answers.
    let patient = |settings: &mut Settings| settings.webhook_timeout = Duration::from_secs(3_600);
    each_tuned(patient, async |world| {
        let mut kept = Vec::new();
        for _ in 0..20 {
            let (url, keep) = silent().await;
            world.add_endpoint(&url).await;
            kept.push(keep);
        }
        let server = receiver(200).await;
        world.add_endpoint(&server.uri()).await;
        world.approve().await;
        let stop = tokio_util::sync::CancellationToken::new();
        let running = tokio::spawn(worker::run(world.aggregator.clone(), stop.clone()));
        // There are more deliveries than a page holds.
        let filter = DeliveryFilter { status: Some(vec![DeliveryStatus::Delivered]), ..DeliveryFilter::default() };
        let delivered =
            async || world.store().deliveries(world.application, &filter, Paging::default()).await.unwrap().count;
        while delivered().await < 5 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
        running.await.unwrap();
        assert_eq!(received(&server).await.len(), 5);
        assert!(deliveries(world).await.iter().all(|d| d.attempts == 0 || d.status == DeliveryStatus::Delivered));
        kept.iter().for_each(|keep| keep.abort());
    })
    .await;
}

#[tokio::test]
async fn a_receiver_that_is_down_for_two_days_gets_everything_within_three() {
    each(async |world| {
        let server = MockServer::start().await;
        let down = Mock::given(any()).respond_with(ResponseTemplate::new(500)).mount_as_scoped(&server).await;
        world.add_endpoint(&server.uri()).await;
        world.connect().await;
        let begun = world.env.now();
        world.run_for(48).await;
        assert!(deliveries(world).await.iter().all(|d| d.status == DeliveryStatus::Pending && d.attempts > 5));
        drop(down);
        let refused = received(&server).await.len();
        Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&server).await;
        world.run_for(24).await;
        let all = deliveries(world).await;
        let limit = begun + SignedDuration::from_hours(72);
        assert!(all.iter().all(|d| d.delivered_at.is_some_and(|at| at < limit)), "{all:?}");
        let first = all.iter().filter_map(|d| d.delivered_at).min().unwrap();
        let last = all.iter().filter_map(|d| d.delivered_at).max().unwrap();
        assert!(last.duration_since(first) < SignedDuration::from_mins(5), "what waits comes with the first success");
        assert_eq!(received(&server).await.len(), refused + 5);
    })
    .await;
}

/// A name that leads where the test says.
#[derive(Debug, Default)]
struct Rebound(Mutex<Vec<IpAddr>>);

#[async_trait]
impl Names for Rebound {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        assert_eq!(name, "hooks.example");
        Ok(self.0.lock().unwrap().clone())
    }
}

#[tokio::test]
async fn a_name_that_is_bound_to_an_inner_address_leads_nowhere() {
    for closed in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.7", "169.254.169.254", "64:ff9b::7f00:1"] {
        let names = Arc::new(Rebound(Mutex::new(vec![closed.parse().unwrap()])));
        let tune = |settings: &mut Settings| {
            settings.webhook_addresses = AddressPolicy::default();
            settings.webhook_names = names.clone();
        };
        each_tuned(tune, async |world| {
            let server = receiver(200).await;
            world.add_endpoint(&format!("http://hooks.example:{}/", server.address().port())).await;
            world.connect().await;
            let refused = |d: &Delivery| d.last_error.as_deref() == Some("the address is not public");
            assert!(deliveries(world).await.iter().all(refused), "{closed}");
            assert!(received(&server).await.is_empty(), "{closed}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_name_is_looked_at_again_at_every_connection() {
    let names = Arc::new(Rebound(Mutex::new(vec!["127.0.0.1".parse().unwrap()])));
    let tune = |settings: &mut Settings| settings.webhook_names = names.clone();
    each_tuned(tune, async |world| {
        *names.0.lock().unwrap() = vec!["127.0.0.1".parse().unwrap()];
        // Each answer closes its connection, so that the next event connects anew.
        let server = MockServer::start().await;
        let closing = ResponseTemplate::new(200).insert_header("connection", "close");
        Mock::given(any()).respond_with(closing).mount(&server).await;
        world.add_endpoint(&format!("http://hooks.example:{}/", server.address().port())).await;
        world.connect().await;
        assert_eq!(received(&server).await.len(), 5, "loopback is open here");
        *names.0.lock().unwrap() = vec!["10.0.0.1".parse().unwrap(), "169.254.169.254".parse().unwrap()];
        let link = world.the_link().await;
        links::delete_later(&world.aggregator, world.application, link.id).await.unwrap();
        world.run().await;
        let refused = deliveries(world).await.into_iter().filter(|d| d.status == DeliveryStatus::Pending);
        let refused: Vec<_> = refused.map(|d| d.last_error.unwrap_or_default()).collect();
        assert_eq!(refused, ["the address is not public"]);
        assert_eq!(received(&server).await.len(), 5);
    })
    .await;
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    each(async |world| {
        let server = MockServer::start().await;
        let huge = ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 4 << 20]);
        Mock::given(any()).respond_with(huge).mount(&server).await;
        world.add_endpoint(&server.uri()).await;
        world.connect().await;
        assert!(deliveries(world).await.iter().all(|d| d.status == DeliveryStatus::Delivered));
    })
    .await;
}

#[tokio::test]
async fn a_removed_endpoint_gets_nothing_more() {
    each(async |world| {
        let server = receiver(500).await;
        let endpoint = world.add_endpoint(&server.uri()).await;
        world.connect().await;
        let before = received(&server).await.len();
        let mut tx = world.store().begin().await.unwrap();
        assert!(tx.remove_endpoint(endpoint).await.unwrap());
        tx.commit().await.unwrap();
        world.run_for(100).await;
        assert_eq!(received(&server).await.len(), before);
        assert!(deliveries(world).await.iter().all(|d| d.status == DeliveryStatus::Failed));
    })
    .await;
}

#[tokio::test]
async fn an_application_can_do_without_session_events() {
    let world = World::sqlite_with(r#"{"widget_session_webhooks": false}"#).await;
    world.connect().await;
    assert_eq!(world.events().await.len(), 4);
    assert!(world.events().await.iter().all(|event| event.code != "session_finished"));
}
