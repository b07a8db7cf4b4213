//! The database is gone for half a minute, by a wire that refuses and by one that swallows: the processes live on, say that
//! they are not ready, answer in the documented words, and lose nothing.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use vinculo_testkit::{Cluster, Journey, Person, Receiver, Wire, eventually};

use crate::watch;

/// How long the database is gone.
const OUTAGE: Duration = Duration::from_secs(30);
/// An answer that takes longer never comes.
const FOR_EVER: Duration = Duration::from_secs(120);
const PROCESSES: usize = 2;

#[tokio::test]
async fn a_database_that_refuses_for_half_a_minute_costs_nothing() {
    survive(Wire::Refused).await;
}

#[tokio::test]
async fn a_database_that_is_silent_for_half_a_minute_costs_nothing() {
    survive(Wire::Silent).await;
}

async fn survive(cut: Wire) {
    let Some(mut cluster) = Cluster::start(env!("CARGO_BIN_EXE_vinculo"), PROCESSES).await else { return };
    let receiver = Receiver::start().await;
    cluster.app.add_webhook(receiver.url(), "Bearer outage");
    watch::note_claims(&cluster).await;
    let approve = |_| Journey::approve(&cluster.app, &Person::RALPH);
    let mut under_way = join_all((0..4).map(approve)).await;
    let mut coming_back = join_all((0..3).map(approve)).await;
    let mut choosing = at_consent(&cluster).await;
    // Long enough at the bank that the outage meets work.
    cluster
        .app
        .fault(json!({"match": {"path": "accounts/v2/accounts"}, "effect": {"kind": "delay", "seconds": 3}}))
        .await;
    join_all(under_way.iter_mut().map(Journey::callback)).await;
    eventually("work is under way", || async {
        let sql = "SELECT count(*) FROM jobs WHERE kind = 'fetch' AND lease_token IS NOT NULL";
        (watch::database_count(&cluster, sql).await > 0).then_some(())
    })
    .await;

    // The wire is told apart from the cluster, so that the outage ends whatever else happens.
    let wire = cluster.wire.clone();
    let during = async {
        for number in 0..PROCESSES {
            cluster.becomes(number, StatusCode::SERVICE_UNAVAILABLE).await;
        }
        let words = (0..PROCESSES).map(|number| refuses_in_the_documented_words(&cluster, number));
        // People in the middle get a page that leads on; one that had the bank's answer in hand keeps it.
        let back = coming_back.iter_mut().map(Journey::callback);
        tokio::join!(join_all(words), join_all(back), choosing.submit("id=\"step-form\"", |form| form));
    };
    tokio::join!(wire.set_for(cut, OUTAGE), during);

    for number in 0..PROCESSES {
        cluster.becomes(number, StatusCode::OK).await;
    }
    cluster.app.heal().await;
    let mut refused = 0;
    for journey in &mut coming_back {
        if journey.status == StatusCode::SERVICE_UNAVAILABLE {
            refused += 1;
            journey.submit("id=\"try-again\"", |form| form).await;
        }
    }
    assert!(refused > 0, "somebody came back during the outage");
    if choosing.status == StatusCode::SERVICE_UNAVAILABLE {
        assert!(choosing.page.contains("id=\"try-again\""), "{}", choosing.page);
    }
    finish(&mut choosing).await;
    let mut journeys: Vec<Journey> = under_way.into_iter().chain(coming_back).chain([choosing]).collect();
    let endings = join_all(journeys.iter_mut().map(Journey::settle)).await;
    let links: Vec<String> = endings.iter().filter_map(|ending| ending.link.clone()).collect();
    for ending in &endings {
        // Cut between the code and what it was spent for, a session says so.
        assert!(matches!(ending.step.as_str(), "done" | "failed"), "{ending:?}");
    }
    assert!(links.len() >= 6, "most end with a link: {endings:?}");
    join_all(links.iter().map(|link| watch::arrived(&receiver, link, 1))).await;
    watch::nothing_is_missing(&cluster, &receiver).await;
    watch::nothing_stays_open(&cluster).await;
    watch::nobody_had_it_twice(&cluster).await;
}

/// Somebody who looks at what will be shared.
async fn at_consent(cluster: &Cluster) -> Journey {
    let person = &Person::RALPH;
    let access = cluster.app.token(&cluster.app.token_body(person)).await;
    let mut journey = Journey::open(&cluster.app, &access).await;
    if journey.step() == "start" {
        journey.submit("id=\"step-form\"", |form| form).await;
    }
    if journey.step() == "institutions" {
        journey.choose(person.institution()).await;
    }
    assert_eq!(journey.step(), "consent", "{}", journey.page);
    journey
}

/// Loads the page again until it is one to go on from, and goes on to the callback.
async fn finish(journey: &mut Journey) {
    journey.reload().await;
    if journey.step() == "consent" {
        journey.submit("id=\"step-form\"", |form| form).await;
    }
    assert_eq!(journey.step(), "handover", "{}", journey.page);
    journey.leave_for_bank().await;
    journey.log_in(Person::RALPH.login, "P@ssword01").await;
    journey.decide(true).await;
    journey.callback().await;
}

async fn refuses_in_the_documented_words(cluster: &Cluster, number: usize) {
    let keys = &cluster.app.credentials;
    let client = reqwest::Client::builder().timeout(FOR_EVER).build().unwrap();
    let live = client.get(format!("{}/health/live", cluster.url(number))).send().await.unwrap();
    assert_eq!(live.status(), StatusCode::OK);
    let request = client.request(Method::GET, format!("{}/api/links/", cluster.url(number)));
    let answer = request.basic_auth(&keys.secret_id, Some(&keys.secret_password)).send().await.unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text().await.unwrap());
    assert!(answer.headers().contains_key("retry-after"));
    let body: Value = answer.json().await.unwrap();
    assert_eq!((&body[0]["code"], &body[0]["request_id"]), (&json!("service_unavailable"), &json!(id)));
}
