use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::run::{claim, one};
use crate::jobs::Work;
use crate::{Aggregator, Settings};

/// Kinds of jobs that share a number of slots.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lane {
    kinds: &'static [&'static str],
    slots: usize,
}

impl Lane {
    pub(super) fn all(settings: &Settings) -> [Self; 5] {
        [
            Self { kinds: Work::WATCHED, slots: settings.jobs.max(1) },
            Self { kinds: Work::LONG, slots: settings.jobs.max(1) },
            Self { kinds: Work::SCHEDULED, slots: settings.jobs.max(1) },
            Self { kinds: Work::BACKGROUND, slots: settings.jobs.div_ceil(2).max(1) },
            Self { kinds: Work::DELIVERIES, slots: settings.deliveries.max(1) },
        ]
    }

    pub(super) fn kinds() -> Vec<&'static str> {
        [Work::WATCHED, Work::LONG, Work::SCHEDULED, Work::BACKGROUND, Work::DELIVERIES].concat()
    }
}

/// Claims jobs of a lane as slots are free, until `stop`.
pub(super) async fn serve(
    aggregator: Aggregator,
    lane: Lane,
    jobs: TaskTracker,
    stop: CancellationToken,
    abort: CancellationToken,
) {
    let slots = Arc::new(Semaphore::new(lane.slots));
    let mut wakes = aggregator.store().job_wakes();
    loop {
        let slot = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            slot = Arc::clone(&slots).acquire_owned() => slot,
        };
        let Ok(slot) = slot else { return };
        wakes.seen();
        match claim(&aggregator, lane.kinds).await {
            Ok(Some(job)) => {
                let work = one(aggregator.clone(), job, stop.clone(), abort.clone());
                jobs.spawn(async move {
                    work.await;
                    drop(slot);
                });
            }
            found => {
                drop(slot);
                if let Err(error) = found {
                    tracing::warn!(%error, "jobs cannot be claimed");
                }
                tokio::select! {
                    biased;
                    () = stop.cancelled() => return,
                    () = wakes.changed() => {}
                    () = tokio::time::sleep(aggregator.settings().poll) => {}
                }
            }
        }
    }
}

/// Passes on what other processes enqueue, until `stop`.
pub(super) async fn listen(aggregator: Aggregator, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            Err(error) = aggregator.store().listen() => tracing::warn!(%error, "wake-ups of other processes are lost"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
        }
    }
}
