//! Webhooks to a hundred receivers, all of them well, then ten of them hanging: they take the connection and never answer.
//! A slow receiver delays nobody: what counts is when the others have everything.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::Map;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use vinculo_aggregator::events::{NewEvent, emit};
use vinculo_aggregator::worker;
use vinculo_domain::{ApplicationId, Env, EventCode, EventType, ProcessType, Resource};
use vinculo_store::{Application, Endpoint};

use crate::world::World;

const RECEIVERS: usize = 100;
const HANGING: usize = 10;
/// Each goes to every receiver.
const EVENTS: usize = 100;

/// Measures and prints.
pub(crate) async fn measure(url: &str) {
    let world = World::start(url, Env::system(), 1).await;
    for hanging in [0, HANGING] {
        round(&world, hanging).await;
    }
    world.store.close().await;
}

/// What has arrived at those who are well.
#[derive(Default)]
struct Arrived {
    count: AtomicUsize,
    expected: usize,
    all: Notify,
}

async fn round(world: &World, hanging: usize) {
    let expected = (RECEIVERS - hanging) * EVENTS;
    let arrived = Arc::new(Arrived { expected, ..Arrived::default() });
    let application = ApplicationId::new(&world.env);
    let known =
        Application { id: application, name: "Bench".into(), settings: "{}".into(), created_at: world.env.now() };
    let mut tx = world.store.begin().await.unwrap();
    tx.insert_application(&known).await.unwrap();
    for n in 0..RECEIVERS {
        let address = if n < hanging { hang().await } else { receive(&arrived).await };
        tx.insert_endpoint(&Endpoint::new(&world.env, application, &address)).await.unwrap();
    }
    tx.commit().await.unwrap();
    for _ in 0..EVENTS {
        let mut tx = world.store.begin().await.unwrap();
        emit(&world.aggregator, &mut tx, event(&world.env, application)).await.unwrap();
        tx.commit().await.unwrap();
    }
    let stop = CancellationToken::new();
    let started = Instant::now();
    let running = tokio::spawn(worker::run(world.aggregator.clone(), stop.clone()));
    arrived.all.notified().await;
    let took = started.elapsed();
    stop.cancel();
    running.await.unwrap();
    println!(
        "{}: {RECEIVERS} receivers, {hanging:>2} hang: {:>6.0} deliveries/s to the others, the last of {expected} after {:.1} s",
        world.store.backend(),
        f64::from(u32::try_from(expected).unwrap()) / took.as_secs_f64(),
        took.as_secs_f64(),
    );
}

fn event(env: &Env, application: ApplicationId) -> NewEvent {
    NewEvent {
        application,
        link: None,
        external_id: None,
        kind: EventType::Resource(Resource::Transactions),
        code: EventCode::HistoricalUpdate,
        process: ProcessType::HistoricalUpdate,
        request: env.uuid(),
        data: Map::new(),
        dedup_key: None,
    }
}

/// Somebody who takes what comes.
async fn receive(arrived: &Arc<Arrived>) -> String {
    let router = Router::new().route("/", post(take)).with_state(Arc::clone(arrived));
    let (listener, address) = listen().await;
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn take(State(arrived): State<Arc<Arrived>>) -> StatusCode {
    if arrived.count.fetch_add(1, Ordering::SeqCst) + 1 == arrived.expected {
        arrived.all.notify_one();
    }
    StatusCode::OK
}

/// Somebody who never answers.
async fn hang() -> String {
    let router = Router::new().route("/", post(std::future::pending::<StatusCode>));
    let (listener, address) = listen().await;
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    (listener, address)
}
