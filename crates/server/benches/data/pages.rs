//! `GET /api/transactions/?link=…&page_size=100` through all layers of the server, beside a bare handler that gives the
//! same bytes from memory to the same client.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use base64::Engine as _;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use tokio::net::TcpListener;
use vinculo_domain::LinkId;

use crate::client::{Connection, Figures, load};
use crate::world::World;

const ROUNDS: usize = 3;
const WARM_UP: Duration = Duration::from_millis(500);
const TIME: Duration = Duration::from_secs(2);

/// Measures and prints.
pub(crate) async fn measure(world: &World, link: LinkId) {
    let real = serve(world.router()).await;
    let request = request(world, link);
    let page = Connection::open(&real).await.call(request.as_bytes()).await.to_vec();
    let length = page.len();
    let read: serde_json::Value = serde_json::from_slice(&page).unwrap();
    assert_eq!(read["results"].as_array().unwrap().len(), 100);
    let memory = serve(from_memory(page.into())).await;
    let backend = world.store.backend();
    println!("{backend}: page of 100 transactions, {length} bytes");
    for connections in [1, 16] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for address in [&real, &memory] {
            load(address, &request, connections, WARM_UP).await;
        }
        for _ in 0..ROUNDS {
            ours.push(load(&real, &request, connections, TIME).await);
            theirs.push(load(&memory, &request, connections, TIME).await);
        }
        let (ours, theirs) = (middle(ours), middle(theirs));
        print(backend, connections, "from the API", ours, "");
        let ratio = format!("    ratio {:.2} (aim 0.33)", ours.per_second / theirs.per_second);
        print(backend, connections, "from memory", theirs, &ratio);
    }
}

/// The round with the middle throughput.
fn middle(mut rounds: Vec<Figures>) -> Figures {
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    rounds[rounds.len() / 2]
}

fn print(backend: &str, connections: usize, what: &str, figures: Figures, ratio: &str) {
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    println!(
        "{backend}: {what:<13} at {connections:>2} connections  median {:>6.2} ms  p99 {:>6.2} ms  {:>6.0} requests/s{ratio}",
        ms(figures.median),
        ms(figures.p99),
        figures.per_second,
    );
}

fn request(world: &World, link: LinkId) -> String {
    let (id, password) = &world.keys;
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{password}"));
    format!(
        "GET /api/transactions/?link={link}&page_size=100 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {basic}\r\n\
         Accept: application/json\r\n\r\n"
    )
}

fn from_memory(page: Bytes) -> Router {
    let handler = async move || ([(CONTENT_TYPE, "application/json")], page);
    Router::new().route("/api/transactions/", get(handler))
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}
