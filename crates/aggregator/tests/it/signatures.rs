//! Signatures, judged by the reference implementation of the standard.

use http::HeaderMap;
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use standardwebhooks::Webhook;
use vinculo_aggregator::links;
use vinculo_domain::{EndpointId, Env};
use vinculo_store::SigningSecrets;
use wiremock::{MockServer, Request};

use crate::world::{World, each, receiver};

/// A link, and the world's clock at the machine's: the judge refuses what is old.
async fn to_the_present(world: &World) {
    world.connect().await;
    world.pass(Env::system().now().duration_since(world.env.now()));
}

/// Makes four events.
async fn round(world: &World) {
    let link = world.the_link().await;
    links::fetch_later(&world.aggregator, world.application, link.id, None, None).await.unwrap();
    world.run().await;
}

async fn secrets(world: &World, endpoint: EndpointId) -> SigningSecrets {
    world.store().endpoint(endpoint).await.unwrap().unwrap().signing.unwrap()
}

fn verifies(secret: &SecretString, request: &Request) -> bool {
    let headers: HeaderMap = request.headers.clone();
    Webhook::new(secret.expose_secret()).unwrap().verify(&request.body, &headers).is_ok()
}

async fn requests(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.unwrap()
}

#[tokio::test]
async fn every_event_is_signed_so_that_the_reference_implementation_accepts_it() {
    each(async |world| {
        to_the_present(world).await;
        let server = receiver(200).await;
        let endpoint = world.add_endpoint(&server.uri()).await;
        round(world).await;
        let secret = secrets(world, endpoint).await.current;
        let all = requests(&server).await;
        assert_eq!(all.len(), 4);
        for request in &all {
            assert!(verifies(&secret, request));
            let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
            assert_eq!(request.headers["webhook-id"], body["webhook_id"].as_str().unwrap());
            let mut altered = request.clone();
            altered.body[0] ^= 1;
            assert!(!verifies(&secret, &altered));
            assert!(!verifies(&SigningSecrets::new(&world.env).current, request), "another secret");
        }
    })
    .await;
}

#[tokio::test]
async fn a_replaced_secret_verifies_until_its_time_is_over() {
    each(async |world| {
        to_the_present(world).await;
        let server = receiver(500).await;
        let id = world.add_endpoint(&server.uri()).await;
        let mut endpoint = world.store().endpoint(id).await.unwrap().unwrap();
        let old = endpoint.signing.clone().unwrap();
        let until = world.env.now() + SignedDuration::from_mins(2);
        endpoint.signing = Some(old.rotated(&world.env, until));
        let new = endpoint.signing.clone().unwrap().current;
        let mut tx = world.store().begin().await.unwrap();
        assert!(tx.update_endpoint(&endpoint).await.unwrap());
        tx.commit().await.unwrap();
        round(world).await;
        let during = requests(&server).await;
        assert!(during.iter().all(|r| verifies(&old.current, r) && verifies(&new, r)));
        world.pass(SignedDuration::from_mins(3));
        world.run().await;
        let after = requests(&server).await.split_off(during.len());
        assert!(!after.is_empty());
        assert!(after.iter().all(|r| !verifies(&old.current, r) && verifies(&new, r)));
    })
    .await;
}

#[tokio::test]
async fn each_attempt_has_its_own_time_and_the_same_id() {
    each(async |world| {
        let server = receiver(500).await;
        world.add_endpoint(&server.uri()).await;
        world.connect().await;
        world.run_for(24).await;
        let all = requests(&server).await;
        let of_first = |r: &&Request| r.headers["webhook-id"] == all[0].headers["webhook-id"];
        let mut times: Vec<_> = all.iter().filter(of_first).map(|r| r.headers["webhook-timestamp"].clone()).collect();
        let attempts = times.len();
        times.dedup();
        assert!(attempts > 3, "{attempts}");
        assert_eq!(times.len(), attempts, "{times:?}");
    })
    .await;
}
