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

use crate::client::{Connection, Figures, Reading, load};
use crate::world::World;

const ROUNDS: usize = 3;
const WARM_UP: Duration = Duration::from_millis(500);
const TIME: Duration = Duration::from_secs(2);

/// Measures and prints.
pub(crate) async fn measure(world: &World, link: LinkId) {
    let real = serve(world.router()).await;
    let request = request(world, &format!("link={link}&page_size=100"));
    let page = Connection::open(&real).await.call(request.as_bytes()).await.to_vec();
    let length = page.len();
    let read: serde_json::Value = serde_json::from_slice(&page).unwrap();
    assert_eq!(read["results"].as_array().unwrap().len(), 100);
    let memory = serve(from_memory(page.into())).await;
    let backend = world.store.backend();
    println!("{backend}: page of 100 transactions, {length} bytes");
    for (reading, aim) in [(Reading::Bytes, " (aim 0.33)"), (Reading::Json, "")] {
        for connections in [1, 16] {
            let call = Call { request: &request, connections, reading };
            let (ours, theirs) = call.compare(&real, &memory).await;
            call.print(backend, "the API", ours, "");
            let ratio = ours.per_second / theirs.per_second;
            call.print(backend, "memory", theirs, &format!("    ratio {ratio:.2}{aim}"));
        }
    }
}

/// One way to call.
struct Call<'a> {
    request: &'a str,
    connections: usize,
    reading: Reading,
}

impl Call<'_> {
    /// Calls both by turns and returns the figures of each.
    async fn compare(&self, real: &str, memory: &str) -> (Figures, Figures) {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for address in [real, memory] {
            self.load(address, WARM_UP).await;
        }
        for _ in 0..ROUNDS {
            ours.push(self.load(real, TIME).await);
            theirs.push(self.load(memory, TIME).await);
        }
        (middle(ours), middle(theirs))
    }

    async fn load(&self, address: &str, time: Duration) -> Figures {
        load(address, self.request, self.connections, self.reading, time).await
    }

    fn print(&self, backend: &str, source: &str, figures: Figures, ratio: &str) {
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        let read = match self.reading {
            Reading::Bytes => "bytes",
            Reading::Json => "JSON",
        };
        println!(
            "{backend}: {read:<5} from {source:<7} at {:>2} connections  median {:>6.2} ms  p99 {:>6.2} ms  {:>6.0} requests/s{ratio}",
            self.connections,
            ms(figures.median),
            ms(figures.p99),
            figures.per_second,
        );
    }
}

/// The round with the middle throughput.
fn middle(mut rounds: Vec<Figures>) -> Figures {
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    rounds[rounds.len() / 2]
}

pub(crate) fn request(world: &World, query: &str) -> String {
    let (id, password) = &world.keys;
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{password}"));
    format!(
        "GET /api/transactions/?{query} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {basic}\r\n\
         Accept: application/json\r\n\r\n"
    )
}

fn from_memory(page: Bytes) -> Router {
    let handler = async move || ([(CONTENT_TYPE, "application/json")], page);
    Router::new().route("/api/transactions/", get(handler))
}

pub(crate) async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}
