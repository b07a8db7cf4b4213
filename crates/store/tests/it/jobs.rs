use jiff::SignedDuration;
use vinculo_domain::JobId;
use vinculo_store::{AfterFailure, ClaimedJob, JobCounts, NewJob, StoreError};

use crate::access::hex;
use crate::support::{World, each};

const LEASE: SignedDuration = SignedDuration::from_secs(60);
const KINDS: &[&str] = &["fetch", "connect"];

fn job(w: &World, kind: &'static str, dedup_key: Option<&str>) -> NewJob {
    let payload = r#"{"link":"secret-payload"}"#.to_owned();
    NewJob { kind, payload, run_at: w.now(), dedup_key: dedup_key.map(str::to_owned), trace: None }
}

async fn enqueue(w: &World, job: NewJob) -> Option<JobId> {
    let mut tx = w.store.begin().await.unwrap();
    let id = tx.enqueue(job).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn claim(w: &World) -> Option<ClaimedJob> {
    w.store.claim(KINDS, w.now(), LEASE).await.unwrap()
}

#[tokio::test]
async fn a_job_is_done_once_and_in_order() {
    each(async |w| {
        let first = enqueue(w, job(w, "fetch", None)).await.unwrap();
        w.pass(1);
        let second = enqueue(w, job(w, "connect", None)).await.unwrap();
        let held = claim(w).await.unwrap();
        assert_eq!((held.id, held.kind.as_str(), held.attempts), (first, "fetch", 1));
        assert_eq!(held.payload, r#"{"link":"secret-payload"}"#);
        assert_eq!(claim(w).await.unwrap().id, second);
        assert!(claim(w).await.is_none());
        let mut tx = w.store.begin().await.unwrap();
        tx.complete(&held).await.unwrap();
        assert!(matches!(tx.complete(&held).await, Err(StoreError::LeaseLost)));
        tx.commit().await.unwrap();
        assert_eq!(w.store.job_counts(w.now()).await.unwrap(), JobCounts { pending: 1, due: 0, dead: 0 });
        assert!(!w.dump("jobs").await.to_lowercase().contains(&hex("secret-payload")));
    })
    .await;
}

#[tokio::test]
async fn the_first_kind_comes_first_and_within_it_what_is_due_first() {
    each(async |w| {
        let mut ids = Vec::new();
        for kind in ["connect", "fetch", "connect", "fetch"] {
            ids.push(enqueue(w, job(w, kind, None)).await.unwrap());
            w.pass(1);
        }
        let mut order = Vec::new();
        while let Some(job) = claim(w).await {
            order.push(job.id);
        }
        assert_eq!(order, [ids[1], ids[3], ids[0], ids[2]]);
        w.pass(LEASE.as_secs());
        assert_eq!(claim(w).await.unwrap().id, ids[1], "what was not finished is due again, in its order");
    })
    .await;
}

#[tokio::test]
async fn jobs_of_other_kinds_and_later_ones_are_left() {
    each(async |w| {
        enqueue(w, job(w, "deliver", None)).await.unwrap();
        let mut later = job(w, "fetch", None);
        later.run_at = w.later(30);
        enqueue(w, later).await.unwrap();
        assert!(claim(w).await.is_none());
        assert!(w.store.claim(&[], w.now(), LEASE).await.unwrap().is_none());
        assert_eq!(w.store.next_job_at().await.unwrap(), Some(w.now()));
        w.pass(30);
        assert_eq!(claim(w).await.unwrap().kind, "fetch");
    })
    .await;
}

#[tokio::test]
async fn whoever_lost_the_lease_finishes_nothing() {
    each(async |w| {
        enqueue(w, job(w, "fetch", None)).await.unwrap();
        let mut slow = claim(w).await.unwrap();
        w.pass(60);
        let quick = claim(w).await.unwrap();
        assert_eq!((quick.id, quick.attempts), (slow.id, 2));
        assert_ne!(quick.token, slow.token);

        let token = w.a_token();
        let mut tx = w.store.begin().await.unwrap();
        tx.insert_token(&token).await.unwrap();
        assert!(matches!(tx.fence(&slow).await, Err(StoreError::LeaseLost)));
        assert!(matches!(tx.complete(&slow).await, Err(StoreError::LeaseLost)));
        assert!(matches!(tx.fail(&slow, "x", AfterFailure::Dead).await, Err(StoreError::LeaseLost)));
        assert!(matches!(tx.postpone(&slow, w.now()).await, Err(StoreError::LeaseLost)));
        tx.rollback().await.unwrap();
        assert!(matches!(w.store.renew(&mut slow, w.now(), LEASE).await, Err(StoreError::LeaseLost)));

        let mut tx = w.store.begin().await.unwrap();
        tx.fence(&quick).await.unwrap();
        tx.complete(&quick).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(w.store.job_counts(w.now()).await.unwrap(), JobCounts::default());
    })
    .await;
}

#[tokio::test]
async fn a_renewed_lease_holds_and_a_crash_frees_the_job() {
    each(async |w| {
        enqueue(w, job(w, "fetch", None)).await.unwrap();
        let mut held = claim(w).await.unwrap();
        w.pass(59);
        w.store.renew(&mut held, w.now(), LEASE).await.unwrap();
        w.pass(59);
        assert!(claim(w).await.is_none());
        assert_eq!(w.store.next_job_at().await.unwrap(), Some(held.lease_until));
        // The process dies here: nobody renews.
        w.pass(1);
        assert_eq!(claim(w).await.unwrap().attempts, 2);
    })
    .await;
}

#[tokio::test]
async fn a_key_is_taken_until_the_job_is_finished() {
    each(async |w| {
        assert!(enqueue(w, job(w, "fetch", Some("k"))).await.is_some());
        assert!(enqueue(w, job(w, "fetch", Some("k"))).await.is_none());
        w.pass(1);
        assert!(enqueue(w, job(w, "fetch", Some("k2"))).await.is_some());
        let held = claim(w).await.unwrap();
        assert!(enqueue(w, job(w, "fetch", Some("k"))).await.is_none(), "a running job counts");
        let mut tx = w.store.begin().await.unwrap();
        tx.complete(&held).await.unwrap();
        assert!(tx.enqueue(job(w, "fetch", Some("k"))).await.unwrap().is_some(), "also within the same transaction");
        tx.commit().await.unwrap();
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.cancel_job("k").await.unwrap());
        assert!(!tx.cancel_job("k").await.unwrap());
        tx.commit().await.unwrap();
        claim(w).await.unwrap();
        let mut tx = w.store.begin().await.unwrap();
        assert!(!tx.cancel_job("k2").await.unwrap(), "a running job is not taken back");
    })
    .await;
}

#[tokio::test]
async fn a_failed_job_comes_again_or_lies_dead_until_it_is_retried() {
    each(async |w| {
        let id = enqueue(w, job(w, "fetch", Some("k"))).await.unwrap();
        let held = claim(w).await.unwrap();
        let mut tx = w.store.begin().await.unwrap();
        tx.fail(&held, "bank down", AfterFailure::RunAt(w.later(10))).await.unwrap();
        tx.commit().await.unwrap();
        assert!(claim(w).await.is_none());
        w.pass(10);
        let held = claim(w).await.unwrap();
        assert_eq!(held.attempts, 2);
        let mut tx = w.store.begin().await.unwrap();
        tx.postpone(&held, w.now()).await.unwrap();
        tx.commit().await.unwrap();
        let held = claim(w).await.unwrap();
        assert_eq!(held.attempts, 2, "postponed is not failed");
        let mut tx = w.store.begin().await.unwrap();
        tx.fail(&held, &"é".repeat(5_000), AfterFailure::Dead).await.unwrap();
        tx.commit().await.unwrap();
        w.pass(1_000);
        assert!(claim(w).await.is_none());
        let dead = w.store.dead_jobs(10).await.unwrap();
        assert_eq!((dead.len(), dead[0].id, dead[0].attempts), (1, id, 2));
        assert_eq!(dead[0].last_error.as_ref().unwrap().chars().count(), 1_000);

        assert!(enqueue(w, job(w, "fetch", Some("k"))).await.is_some(), "a dead job does not hold its key");
        let mut tx = w.store.begin().await.unwrap();
        assert!(matches!(tx.retry_dead(id, w.now()).await, Err(StoreError::Conflict)));
        tx.rollback().await.unwrap();
        let other = claim(w).await.unwrap();
        let mut tx = w.store.begin().await.unwrap();
        tx.complete(&other).await.unwrap();
        assert!(tx.retry_dead(id, w.now()).await.unwrap());
        assert!(!tx.retry_dead(id, w.now()).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(claim(w).await.unwrap().attempts, 1);
    })
    .await;
}

#[tokio::test]
async fn a_rolled_back_job_never_was_and_a_committed_one_wakes() {
    each(async |w| {
        let mut wakes = w.store.job_wakes();
        wakes.seen();
        let mut tx = w.store.begin().await.unwrap();
        tx.enqueue(job(w, "fetch", None)).await.unwrap();
        tx.rollback().await.unwrap();
        let mut tx = w.store.begin().await.unwrap();
        tx.insert_token(&w.a_token()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(claim(w).await.is_none());
        let mut changed = std::pin::pin!(wakes.changed());
        assert!(futures_poll(changed.as_mut()).is_pending(), "nothing was enqueued");
        enqueue(w, job(w, "fetch", None)).await.unwrap();
        changed.await;
        assert!(claim(w).await.is_some());
    })
    .await;
}

fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> std::task::Poll<F::Output> {
    future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()))
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_is_woken_through_the_database() {
    each(async |w| {
        if w.is_sqlite() {
            return;
        }
        let other = w.other_process(&[crate::support::MASTER]).await;
        let listening = other.clone();
        let listener = tokio::spawn(async move { listening.listen().await });
        let mut wakes = other.job_wakes();
        wakes.seen();
        // The listener may not be there yet: enqueue until it has heard one.
        let heard = async {
            loop {
                enqueue(w, job(w, "fetch", None)).await.unwrap();
                let pause = std::time::Duration::from_millis(100);
                if tokio::time::timeout(pause, wakes.changed()).await.is_ok() {
                    break;
                }
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), heard).await.unwrap();
        listener.abort();
        other.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_claimers_never_share_a_job() {
    each(async |w| {
        let mut tx = w.store.begin().await.unwrap();
        for _ in 0..60 {
            tx.enqueue(job(w, "fetch", None)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut workers = Vec::new();
        for _ in 0..6 {
            let (store, now) = (w.store.clone(), w.now());
            workers.push(tokio::spawn(async move {
                let mut ids = Vec::new();
                while let Some(job) = store.claim(KINDS, now, LEASE).await.unwrap() {
                    let mut tx = store.begin().await.unwrap();
                    tx.complete(&job).await.unwrap();
                    tx.commit().await.unwrap();
                    ids.push(job.id);
                }
                ids
            }));
        }
        let mut done = Vec::new();
        for worker in workers {
            done.extend(worker.await.unwrap());
        }
        // A claimer that finds all rows locked by others gives up early; the rest is still there to be claimed.
        while let Some(job) = claim(w).await {
            done.push(job.id);
        }
        done.sort_unstable();
        let all = done.len();
        done.dedup();
        assert_eq!((done.len(), all), (60, 60));
    })
    .await;
}

#[tokio::test]
async fn a_schedule_is_taken_by_one() {
    each(async |w| {
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.take_schedule("directory", w.now(), w.later(3_600)).await.unwrap());
        assert!(!tx.take_schedule("directory", w.now(), w.later(3_600)).await.unwrap());
        assert!(tx.take_schedule("purge", w.now(), w.later(60)).await.unwrap());
        assert!(!tx.take_schedule("directory", w.later(3_599), w.later(9_000)).await.unwrap());
        assert!(tx.take_schedule("directory", w.later(3_600), w.later(7_200)).await.unwrap());
    })
    .await;
}
