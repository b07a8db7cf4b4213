//! Two and three processes on one PostgreSQL share the work: no job is done twice, no event is lost or out of its number,
//! and what one leaves behind when it is killed the others take up.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::json;
use vinculo_testkit::{Cluster, Journey, Person, Receiver, eventually};

use crate::watch;

/// Links that are made at the same time.
const MANY: usize = 12;

#[tokio::test]
async fn two_processes_share_the_work() {
    share(2).await;
}

#[tokio::test]
async fn three_processes_share_the_work() {
    share(3).await;
}

#[tokio::test]
async fn one_of_two_is_killed_and_the_other_goes_on() {
    go_on(2).await;
}

#[tokio::test]
async fn one_of_three_is_killed_and_the_others_go_on() {
    go_on(3).await;
}

async fn share(processes: usize) {
    let Some(cluster) = Cluster::start(env!("CARGO_BIN_EXE_vinculo"), processes).await else { return };
    let receiver = Receiver::start().await;
    cluster.app.add_webhook(receiver.url(), "Bearer several");
    watch::note_claims(&cluster).await;
    let alone = Journey::connect(&cluster.app, &Person::RALPH).await;
    watch::arrived(&receiver, &alone, 1).await;
    let of_one = watch::asked(&cluster.app).await;
    assert!(of_one.values().sum::<u64>() > 5, "{of_one:?}");

    let links = join_all((0..MANY).map(|_| Journey::connect(&cluster.app, &Person::RALPH))).await;
    join_all(links.iter().map(|link| watch::arrived(&receiver, link, 1))).await;
    let of_all = watch::asked(&cluster.app).await;
    let expected = of_one.iter().map(|(endpoint, calls)| (endpoint.clone(), calls * (MANY as u64 + 1))).collect();
    assert_eq!(of_all, expected, "the bank is asked for each link what it was asked for the first one, and no more");

    let app = &cluster.app;
    let refreshes = links.iter().map(|link| async move {
        let path = format!("/api/links/{link}/refresh/");
        let answer = app.request(Method::POST, &path).json(&json!({})).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{}", answer.text().await.unwrap());
    });
    join_all(refreshes).await;
    join_all(links.iter().map(|link| watch::arrived(&receiver, link, 2))).await;
    watch::nothing_is_missing(&cluster, &receiver).await;
    again(&cluster, &receiver).await;
    watch::nothing_is_missing(&cluster, &receiver).await;
    watch::nobody_had_it_twice(&cluster).await;
    let claims = watch::claims(&cluster).await;
    assert!((0..processes).all(|number| claims.contains_key(&Cluster::name(number))), "all have worked: {claims:?}");
}

/// Sends everything again by the command line; that it is the same, `nothing_is_missing` tells.
async fn again(cluster: &Cluster, receiver: &Receiver) {
    let listed = cluster.app.run(&["webhooks", "list"]);
    let endpoint = listed.split_whitespace().next().unwrap();
    let times = |id: &str| receiver.all().iter().filter(|hook| hook.id == id).count();
    let first = receiver.all()[0].id.clone();
    let before = times(&first);
    cluster.app.run(&["webhooks", "replay", endpoint, "--event", &first]);
    eventually("one event comes again", || async { (times(&first) > before).then_some(()) }).await;
    let before: BTreeMap<String, usize> =
        receiver.all().into_iter().map(|hook| (hook.id.clone(), times(&hook.id))).collect();
    cluster.app.run(&["webhooks", "replay", endpoint, "--from", "2020-01-01T00:00:00Z"]);
    let once_more = |more: usize| before.iter().all(|(id, count)| times(id) >= count + more);
    eventually("a time comes again", || async { once_more(1).then_some(()) }).await;
    cluster.app.run(&["webhooks", "replay", endpoint, "--since", &first]);
    eventually("everything since the first comes again", || async { once_more(2).then_some(()) }).await;
}

async fn go_on(processes: usize) {
    let Some(mut cluster) = Cluster::start(env!("CARGO_BIN_EXE_vinculo"), processes).await else { return };
    let receiver = Receiver::start().await;
    cluster.app.add_webhook(receiver.url(), "Bearer several");
    watch::note_claims(&cluster).await;
    // Long enough at the bank that the kill meets work.
    let slow = json!({"match": {"path": "accounts/v2/accounts"}, "effect": {"kind": "delay", "seconds": 3}});
    cluster.app.fault(slow).await;
    let mut journeys = join_all((0..MANY).map(|_| Journey::approve(&cluster.app, &Person::RALPH))).await;
    join_all(journeys.iter_mut().map(Journey::callback)).await;
    let victim = Cluster::name(0);
    eventually("the process that will die is at work", || async {
        watch::holds(&cluster, &victim, "fetch").await.then_some(())
    })
    .await;
    cluster.kill(0);
    cluster.app.heal().await;
    let endings = join_all(journeys.iter_mut().map(Journey::settle)).await;
    let links: Vec<String> = endings.iter().filter_map(|ending| ending.link.clone()).collect();
    for ending in &endings {
        // Killed between the code and what it was spent for, a session says so.
        assert!(matches!(ending.step.as_str(), "done" | "failed"), "{ending:?}");
    }
    assert!(links.len() >= MANY / 2, "most end with a link: {}", links.len());
    join_all(links.iter().map(|link| watch::arrived(&receiver, link, 1))).await;
    watch::nothing_is_missing(&cluster, &receiver).await;
    watch::nothing_stays_open(&cluster).await;
    assert!(watch::nobody_had_it_twice(&cluster).await > 0, "what the dead process held was taken over");
}
