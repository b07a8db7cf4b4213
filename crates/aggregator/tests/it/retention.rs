//! Data that nobody retrieves goes in time.

use jiff::SignedDuration;
use vinculo_aggregator::links;
use vinculo_domain::{AccessMode, ConsentStatus};
use vinculo_store::{AuditFilter, LinkPatch, Paging};

use crate::world::{World, each};

async fn stale_in(world: &World, text: &str) {
    let link = world.the_link().await;
    // Nobody retrieves anything of it, the planner neither.
    let access_mode = Some(AccessMode::Single);
    let patch = LinkPatch { stale_in: Some(text.parse().unwrap()), access_mode, ..LinkPatch::default() };
    let mut tx = world.store().begin().await.unwrap();
    tx.patch_link(world.application, link.id, &patch).await.unwrap();
    tx.commit().await.unwrap();
}

async fn days(world: &World, count: i64) {
    for _ in 0..count {
        world.pass(SignedDuration::from_hours(24));
        world.tick().await;
        world.run().await;
    }
}

#[tokio::test]
async fn a_link_that_nobody_retrieves_is_erased_told_and_ended_at_the_bank() {
    each(async |world| {
        let link = world.connect().await;
        stale_in(world, "42d").await;
        days(world, 41).await;
        assert_eq!(world.links().await.len(), 1, "not a day too early");
        days(world, 2).await;
        assert!(world.links().await.is_empty());
        assert_eq!(world.transactions(link.id).await, 0);
        assert!(world.store().tokens(link.id).await.unwrap().is_none());
        assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected]);
        let told: Vec<_> = world.announced().await.into_iter().filter(|e| e["webhook_type"] == "LINK").collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["webhook_code"], "link_deleted");
        assert_eq!(told[0]["data"], serde_json::json!({"reason": "stale", "stale_in": "42d"}));
        let filter = AuditFilter { action: Some(vec!["link.stale".to_owned()]), ..AuditFilter::default() };
        assert_eq!(world.store().audit_log(&filter, Paging::default()).await.unwrap().count, 1);
    })
    .await;
}

#[tokio::test]
async fn each_retrieval_begins_the_time_anew() {
    each(async |world| {
        let link = world.connect().await;
        stale_in(world, "30d").await;
        days(world, 29).await;
        links::fetch_later(&world.aggregator, world.application, link.id, None, None).await.unwrap();
        world.run().await;
        days(world, 29).await;
        assert_eq!(world.links().await.len(), 1);
        days(world, 2).await;
        assert!(world.links().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_was_retrieved_between_the_look_and_the_erasure_stays() {
    each(async |world| {
        let link = world.connect().await;
        stale_in(world, "10d").await;
        world.pass(SignedDuration::from_hours(24 * 11));
        world.tick().await;
        let mut tx = world.store().begin().await.unwrap();
        tx.touch_link(link.id, world.env.now()).await.unwrap();
        tx.commit().await.unwrap();
        world.run().await;
        assert_eq!(world.links().await.len(), 1);
    })
    .await;
}
