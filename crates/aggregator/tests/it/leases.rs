use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;
use vinculo_aggregator::{Settings, worker};
use vinculo_connector::ConnectorError;
use vinculo_domain::SessionStatus;

use crate::world::{each, each_tuned};

/// A worker hangs at the bank past its lease, another takes the job and finishes it, then the first one comes back.
#[tokio::test]
async fn a_worker_that_lost_its_lease_writes_nothing() {
    for method in ["exchange", "consent", "owners", "accounts", "transactions"] {
        each(async |world| {
            world.approve().await;
            world.bank.hold(method);
            let slow = tokio::spawn({
                let aggregator = world.aggregator.clone();
                async move { worker::run_due(&aggregator).await.unwrap() }
            });
            world.bank.reached(method).await;
            world.pass(SignedDuration::from_mins(3));
            let other = world.other_process().await;
            let quick = tokio::spawn(async move { worker::run_due(&other).await.unwrap() });
            while world.bank.count(method) < 2 {
                tokio::task::yield_now().await;
            }
            world.bank.release(method);
            quick.await.unwrap();
            slow.await.unwrap();
            world.run_for(1).await;
            match method {
                // Both had the code; it works once. Whichever was first, the outcome is whole.
                "exchange" => {}
                _ => assert_eq!(world.the_session().await.status, SessionStatus::Success, "{method}"),
            }
            crate::crashes::whole(world).await;
        })
        .await;
    }
}

/// The database is gone for one worker only: by the end of its lease another may have the job, so it must have stopped.
#[tokio::test]
async fn a_worker_that_cannot_renew_its_lease_stops_when_it_ends() {
    let short = |settings: &mut Settings| settings.lease = SignedDuration::from_secs(2);
    each_tuned(short, async |world| {
        world.approve().await;
        world.bank.hold("owners");
        let cut_off = world.other_process().await;
        let running = tokio::spawn({
            let cut_off = cut_off.clone();
            async move { worker::run_due(&cut_off).await }
        });
        world.bank.reached("owners").await;
        cut_off.store().close().await;
        assert!(running.await.unwrap().is_err(), "it gives the job up, and finds no other");
        world.bank.release("owners");
        world.run_for(1).await;
        assert_eq!(world.bank.count("owners"), 2);
        crate::crashes::whole(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_panic_stays_inside_its_job_and_the_job_is_tried_again() {
    each(async |world| {
        world.approve().await;
        world.bank.panic_once("owners");
        world.run().await;
        assert_eq!(world.bank.count("accounts"), 0);
        world.run_for(1).await;
        assert_eq!(world.bank.count("owners"), 2);
        crate::crashes::whole(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_job_that_fails_for_good_is_dead_visible_and_can_be_retried() {
    each(async |world| {
        let mut tx = world.store().begin().await.unwrap();
        let job = vinculo_store::NewJob {
            kind: "fetch",
            payload: "{\"nonsense\":1}".into(),
            run_at: world.env.now(),
            dedup_key: None,
            trace: None,
        };
        tx.enqueue(job).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.run().await, 1);
        let dead = world.store().dead_jobs(10).await.unwrap();
        assert_eq!(dead.len(), 1);
        assert_eq!(dead[0].last_error.as_deref(), Some("the payload cannot be read"));
        assert_eq!(world.run().await, 0);
        let mut tx = world.store().begin().await.unwrap();
        assert!(tx.retry_dead(dead[0].id, world.env.now()).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(world.run().await, 1);
    })
    .await;
}

#[tokio::test]
async fn jobs_of_nobody_are_finished_quietly() {
    each(async |world| {
        use vinculo_aggregator::jobs::{DeleteLink, Fetch, Work};
        let id = world.env.uuid();
        let all = [
            Work::Connect(id.into()),
            Work::SettleConsent(id.into()),
            Work::Fetch(Fetch { link: id.into(), request: id, resources: None, window: None, depth: None }),
            Work::DeleteLink(DeleteLink { application: world.application, link: id.into(), request: id }),
            Work::Deliver(id.into()),
        ];
        let mut tx = world.store().begin().await.unwrap();
        for work in &all {
            let job = vinculo_store::NewJob {
                kind: work.kind(),
                payload: serde_json::to_string(work).unwrap(),
                run_at: world.env.now(),
                dedup_key: None,
                trace: None,
            };
            tx.enqueue(job).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(world.run().await, 5);
        let counts = world.store().job_counts(world.env.now()).await.unwrap();
        assert_eq!((counts.pending, counts.dead), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_stop_gives_back_what_is_under_way_without_counting_it() {
    each(async |world| {
        world.approve().await;
        world.bank.hold("owners");
        let stop = CancellationToken::new();
        let running = tokio::spawn(worker::run(world.aggregator.clone(), stop.clone()));
        world.bank.reached("owners").await;
        stop.cancel();
        running.await.unwrap();
        world.bank.release("owners");
        let counts = world.store().job_counts(world.env.now()).await.unwrap();
        assert_eq!(counts.due, 1, "no lease is left behind");
        world.run().await;
        crate::crashes::whole(world).await;
    })
    .await;
}

#[tokio::test]
async fn the_directory_is_read_at_the_start_and_an_empty_one_changes_nothing() {
    each(async |world| {
        let before = world.bank.count("institutions");
        world.bank.fail("institutions", ConnectorError::Timeout);
        let stop = CancellationToken::new();
        let running = tokio::spawn(worker::run(world.aggregator.clone(), stop.clone()));
        while world.bank.count("institutions") == before {
            tokio::task::yield_now().await;
        }
        world.pass(SignedDuration::from_secs(6));
        while world.bank.count("institutions") < before + 2 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
        running.await.unwrap();
        assert_eq!(world.store().all_institutions().await.unwrap().len(), 1);
    })
    .await;
}
