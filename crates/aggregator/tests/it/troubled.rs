//! Receivers as they are in life, all at once: well, slow, broken, talking nonsense, redirecting, bound to another address,
//! down for two days, gone.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use standardwebhooks::Webhook;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use vinculo_aggregator::connect::CallbackForm;
use vinculo_aggregator::webhooks::{self, Names, Range};
use vinculo_aggregator::{Settings, connect, links};
use vinculo_domain::{ConsentDuration, EndpointId, EventType, Resource, SessionId};
use vinculo_store::{DeliveryFilter, DeliveryStatus, Endpoint, LoggedDelivery, Paging, PauseReason};

use crate::world::{World, each_tuned};

/// How a receiver answers.
#[derive(Debug, Clone)]
enum Manner {
    /// With this status.
    Status(u16),
    /// Elsewhere.
    Redirect(String),
    /// Never.
    Silent,
    /// Half a status line.
    Broken,
    /// What is no HTTP.
    Nonsense,
}

/// A request as it arrived.
#[derive(Debug, Clone)]
struct Arrived {
    headers: BTreeMap<String, String>,
    body: String,
}

impl Arrived {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The standard's own library signs the same; its check would look at the machine's clock, where ours is moved.
    fn is_signed_with(&self, secret: &SecretString) -> bool {
        let at = self.header("webhook-timestamp").parse().unwrap();
        let judge = Webhook::new(secret.expose_secret()).unwrap();
        let expected = judge.sign(self.header("webhook-id"), at, self.body.as_bytes()).unwrap();
        self.header("webhook-signature").split(' ').any(|signature| signature == expected)
    }
}

/// A receiver whose manner changes.
#[derive(Clone)]
struct Troubled {
    port: u16,
    manner: Arc<Mutex<Manner>>,
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

impl Troubled {
    async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let receiver = Self { port, manner: Arc::new(Mutex::new(manner)), arrived: Arc::default() };
        let taking = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let taking = taking.clone();
                tokio::spawn(async move { taking.take(stream).await });
            }
        });
        receiver
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    fn becomes(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    fn all(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }

    async fn take(&self, mut stream: TcpStream) {
        let Some(request) = read(&mut stream).await else { return };
        self.arrived.lock().unwrap().push(request);
        let manner = self.manner.lock().unwrap().clone();
        let answer = match manner {
            Manner::Status(status) => format!("HTTP/1.1 {status} -\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
            Manner::Redirect(to) => {
                format!("HTTP/1.1 302 -\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            }
            Manner::Broken => "HTTP/1.1 2".to_owned(),
            Manner::Nonsense => "\u{1}\u{2}220 mail.example ESMTP\r\n\r\n".to_owned(),
            // Until the sender gives up.
            Manner::Silent => return drop(stream.read(&mut [0]).await),
        };
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}

async fn read(stream: &mut TcpStream) -> Option<Arrived> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers: BTreeMap<_, _> = lines.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        let length: usize = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or_default();
        if body.len() >= length {
            return Some(Arrived { headers, body: body.to_owned() });
        }
    }
}

/// A name that leads where the test says.
#[derive(Debug, Default)]
struct Bound(Mutex<Vec<IpAddr>>);

impl Bound {
    fn to(&self, addresses: &[&str]) {
        *self.0.lock().unwrap() = addresses.iter().map(|address| address.parse().unwrap()).collect();
    }
}

#[async_trait]
impl Names for Bound {
    async fn lookup(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(self.0.lock().unwrap().clone())
    }
}

async fn endpoint(world: &World, url: &str, types: Option<Vec<EventType>>) -> Endpoint {
    let endpoint = Endpoint { types, ..Endpoint::new(&world.env, world.application, url) };
    world.put_endpoint(&endpoint).await;
    endpoint
}

async fn log(world: &World, endpoint: &Endpoint) -> Vec<LoggedDelivery> {
    let filter = DeliveryFilter { endpoint: Some(vec![endpoint.id]), ..DeliveryFilter::default() };
    let paging = Paging { page: 1, size: 1_000 };
    world.store().delivery_log(world.application, &filter, paging).await.unwrap().items
}

async fn secret(world: &World, endpoint: EndpointId) -> SecretString {
    world.store().endpoint(endpoint).await.unwrap().unwrap().signing.unwrap().current
}

async fn another_link(world: &World, number: usize) {
    let session = SessionId::new(&world.env);
    world.add_session(&session, &world.env.hex32()).await;
    connect::begin(&world.aggregator, &session, ConsentDuration::Months12).await.unwrap();
    world.bank.approve();
    // Every code works once.
    let code = Some(SecretString::from(format!("code-{number}")));
    world.callback(&CallbackForm { code, ..World::answer(&format!("state-{number}")) }).await.unwrap();
    world.run().await;
}

/// Four events of every link.
async fn round(world: &World) {
    for link in world.links().await {
        links::fetch_later(&world.aggregator, world.application, link.id, None, None).await.unwrap();
    }
    world.run().await;
}

async fn rotate(world: &World, id: EndpointId, overlap: SignedDuration) {
    let mut endpoint = world.store().endpoint(id).await.unwrap().unwrap();
    endpoint.signing = endpoint.signing.map(|old| old.rotated(&world.env, world.env.now() + overlap));
    let mut tx = world.store().begin().await.unwrap();
    assert!(tx.update_endpoint(&endpoint).await.unwrap());
    tx.commit().await.unwrap();
}

/// Each number of each link stands for one event with one body, and none is missing.
fn in_order(arrived: &[Arrived]) -> BTreeMap<String, i64> {
    let mut numbers: BTreeMap<String, BTreeMap<i64, BTreeSet<String>>> = BTreeMap::new();
    for one in arrived {
        assert_eq!(one.header("webhook-id"), one.json()["webhook_id"].as_str().unwrap());
        let link = one.json()["link_id"].as_str().unwrap_or_default().to_owned();
        if let Ok(number) = one.header("vinculo-link-sequence").parse() {
            numbers.entry(link).or_default().entry(number).or_default().insert(one.body.clone());
        }
    }
    for (link, numbers) in &numbers {
        assert!(numbers.values().all(|bodies| bodies.len() == 1), "{link}: a number has one body");
        assert!(numbers.keys().copied().eq(1..=numbers.len() as i64), "{link}: {:?}", numbers.keys());
    }
    numbers.into_iter().map(|(link, numbers)| (link, numbers.len() as i64)).collect()
}

/// What a delivery went through: each status or error once, in the order of its first appearance.
fn story(delivery: &LoggedDelivery) -> Vec<String> {
    let mut told = Vec::new();
    let times: Vec<_> = delivery.attempts.iter().map(|attempt| attempt.at).collect();
    assert!(times.is_sorted());
    for attempt in &delivery.attempts {
        let word = match (attempt.status, &attempt.error) {
            (Some(status), _) => status.to_string(),
            (None, error) => error.clone().unwrap_or_default(),
        };
        if !told.contains(&word) {
            told.push(word);
        }
    }
    told
}

#[tokio::test]
async fn all_troubles_at_once_and_everything_arrives_within_three_days() {
    let names: Arc<Bound> = Arc::default();
    let tune = |settings: &mut Settings| settings.webhook_names = names.clone();
    each_tuned(tune, async |world| live(world, &names).await).await;
}

async fn live(world: &World, names: &Bound) {
    let trap = Troubled::start(Manner::Status(200)).await;
    let well = Troubled::start(Manner::Status(204)).await;
    let down = Troubled::start(Manner::Status(500)).await;
    let gone = Troubled::start(Manner::Status(410)).await;
    let bound = Troubled::start(Manner::Status(200)).await;
    let slow = Troubled::start(Manner::Silent).await;
    let others = [
        (Troubled::start(Manner::Broken).await, "the connection failed"),
        (Troubled::start(Manner::Nonsense).await, "the connection failed"),
        (Troubled::start(Manner::Redirect(trap.url())).await, "302"),
    ];
    let of_well = endpoint(world, &well.url(), None).await;
    let of_down = endpoint(world, &down.url(), None).await;
    let of_gone = endpoint(world, &gone.url(), Some(vec![EventType::Resource(Resource::Bills)])).await;
    let of_bound = endpoint(world, &format!("http://hooks.example:{}/", bound.port), None).await;
    // Every attempt costs its whole patience: it wants little, and is well again after a day.
    let of_slow = endpoint(world, &slow.url(), Some(vec![EventType::Resource(Resource::Owners)])).await;
    let mut of_others = Vec::new();
    for (receiver, _) in &others {
        of_others.push(endpoint(world, &receiver.url(), None).await);
    }
    let begun = world.env.now();
    names.to(&["127.0.0.1"]);
    world.connect().await;
    assert_eq!(bound.all().len(), 5, "loopback is open here");
    names.to(&["169.254.169.254", "10.0.0.7", "::ffff:169.254.169.254", "fd00:ec2::254"]);
    another_link(world, 2).await;
    world.run_for(24).await;
    slow.becomes(Manner::Status(200));
    let old = secret(world, of_down.id).await;
    rotate(world, of_down.id, SignedDuration::from_hours(20)).await;
    let new = secret(world, of_down.id).await;
    round(world).await;
    world.run_for(24).await;

    // After two days all but one are well again.
    for receiver in [&down].into_iter().chain(others.iter().map(|(receiver, _)| receiver)) {
        receiver.becomes(Manner::Status(200));
    }
    names.to(&["127.0.0.1"]);
    assert_eq!(bound.all().len(), 5, "nothing went anywhere while the name was bound elsewhere");
    world.run_for(23).await;

    let in_time = begun + SignedDuration::from_hours(72);
    let on_time =
        |all: &[LoggedDelivery]| all.iter().all(|one| one.delivery.delivered_at.is_some_and(|at| at < in_time));
    let events = log(world, &of_well).await.len();
    assert_eq!(events, 2 * 9);
    for one in log(world, &of_well).await {
        assert_eq!((one.attempts.len(), story(&one)), (1, vec!["204".to_owned()]), "nobody else's trouble is its own");
        let waited = one.delivery.delivered_at.unwrap().duration_since(one.delivery.created_at);
        assert!(waited < SignedDuration::from_mins(1), "{waited:?}");
    }
    let told = |all: Vec<LoggedDelivery>| all.iter().map(story).collect::<BTreeSet<_>>();
    let heard = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let of = log(world, &of_down).await;
    assert!(of.len() == events && on_time(&of), "{:?}", told(of));
    assert_eq!(told(of), BTreeSet::from([heard(&["500", "200"])]));
    let of = log(world, &of_slow).await;
    assert!(of.len() == 4 && on_time(&of));
    assert_eq!(told(of), BTreeSet::from([heard(&["200"]), heard(&["no answer in time", "200"])]));
    let of = log(world, &of_bound).await;
    assert!(of.len() == events && on_time(&of));
    assert_eq!(told(of), BTreeSet::from([heard(&["200"]), heard(&["the address is not public", "200"])]));
    for (endpoint, (_, word)) in of_others.iter().zip(&others) {
        let of = log(world, endpoint).await;
        assert!(of.len() == events && on_time(&of), "{word}");
        assert_eq!(told(of), BTreeSet::from([heard(&[word, "200"])]));
    }
    assert!(trap.all().is_empty(), "a redirect is not followed");
    let expected = in_order(&well.all());
    assert!(expected.len() == 2 && expected.values().all(|last| *last == 9), "{expected:?}");
    for receiver in [&down, &bound].into_iter().chain(others.iter().map(|(receiver, _)| receiver)) {
        assert_eq!(in_order(&receiver.all()), expected);
    }
    let signing = secret(world, of_well.id).await;
    assert!(well.all().iter().all(|one| one.is_signed_with(&signing) && !one.is_signed_with(&old)));
    let kinds: BTreeSet<_> =
        down.all().iter().map(|one| (one.is_signed_with(&old), one.is_signed_with(&new))).collect();
    assert_eq!(
        kinds,
        BTreeSet::from([(true, false), (true, true), (false, true)]),
        "before, while and after both count"
    );

    pause(world, &of_gone, &gone, &well).await;
    replay(world, &of_well, &well).await;
}

/// The one that stays gone gives its first events up, is paused after days, and gets what is held when it is resumed.
async fn pause(world: &World, endpoint: &Endpoint, gone: &Troubled, well: &Troubled) {
    world.run_for(24 * 3).await;
    assert!(log(world, endpoint).await.iter().all(|one| one.delivery.status == DeliveryStatus::Failed));
    world.pass(SignedDuration::from_hours(48));
    round(world).await;
    // It is left alone for a while, having failed so often.
    world.run_for(1).await;
    let found = world.store().endpoint(endpoint.id).await.unwrap().unwrap();
    assert_eq!((found.active, found.paused.map(|(_, why)| why)), (false, Some(PauseReason::Failing)));
    let told: Vec<_> = well.all().iter().map(Arrived::json).filter(|body| body["webhook_type"] == "WEBHOOK").collect();
    assert_eq!((told.len(), &told[0]["data"]["last_status"]), (1, &410.into()));
    gone.becomes(Manner::Status(200));
    let before = gone.all().len();
    let mut tx = world.store().begin().await.unwrap();
    webhooks::resume(&mut tx, &world.env, world.application, endpoint.id).await.unwrap();
    tx.commit().await.unwrap();
    world.run_for(7).await;
    assert_eq!(gone.all().len(), before + 2, "what was held, and the one that met the pause");
}

/// Whatever way it is asked for, what comes again is the same, byte by byte.
async fn replay(world: &World, endpoint: &Endpoint, well: &Troubled) {
    let first: BTreeMap<String, String> =
        well.all().iter().map(|one| (one.header("webhook-id").to_owned(), one.body.clone())).collect();
    let events = world.events().await;
    let (one, cursor) = (events[3].clone(), events[10].clone());
    let everything = Range::Between(events[0].created_at, world.env.now());
    for (range, least) in
        [(Range::One(one.id), 1), (everything, events.len()), (Range::Since(cursor.id), events.len() - 10)]
    {
        let before = well.all().len();
        webhooks::replay(world.store(), &world.env, world.application, endpoint.id, range, "api:key").await.unwrap();
        world.run().await;
        let again = well.all().split_off(before);
        let ids: BTreeSet<_> = again.iter().map(|one| one.header("webhook-id").to_owned()).collect();
        assert!(ids.len() >= least && ids.len() == again.len(), "{range:?}: {} of {least}", ids.len());
        assert!(again.iter().all(|one| first.get(one.header("webhook-id")) == Some(&one.body)), "{range:?}");
    }
}
