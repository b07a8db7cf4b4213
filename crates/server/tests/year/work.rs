//! Who works: one process, or several that may die.

use vinculo_aggregator::{Aggregator, Error, worker};

use crate::life::Year;
use crate::mortal::Life;
use crate::trouble::Process;

/// How many jobs are run at a time.
const AT_A_TIME: usize = 4;

impl Year<'_> {
    pub(crate) async fn tick(&mut self) {
        self.replace_the_dead().await;
        let process = self.trouble.as_mut().map(|trouble| {
            let process = trouble.chance.pick(&trouble.processes);
            (process.aggregator.clone(), process.life.clone())
        });
        match process {
            None => worker::tick(&self.aggregator).await.unwrap(),
            Some((aggregator, life)) => match life.live(worker::tick(&aggregator)).await {
                // The directory may be down; the next look comes soon.
                None | Some(Ok(()) | Err(Error::Connector(_))) => {}
                Some(failed) => failed.unwrap(),
            },
        }
    }

    /// Runs everything that is due, a few jobs at a time.
    pub(crate) async fn work(&mut self) {
        loop {
            self.replace_the_dead().await;
            let runners: Vec<_> = self
                .processes()
                .into_iter()
                .map(|(aggregator, life)| {
                    tokio::spawn(async move {
                        let begun = life.live(worker::run_due(&aggregator)).await;
                        begun.map(Result::unwrap)
                    })
                })
                .collect();
            let mut idle = true;
            for runner in runners {
                idle &= runner.await.unwrap() == Some(0);
            }
            if idle {
                return;
            }
        }
    }

    /// Puts new processes in the place of those that have died.
    async fn replace_the_dead(&mut self) {
        let Some(trouble) = &mut self.trouble else { return };
        let before = trouble.processes.len();
        trouble.processes.retain(|process| !process.life.is_over());
        trouble.deaths += before - trouble.processes.len();
        while trouble.processes.len() < self.place.processes {
            let aggregator = self.place.process(&self.network, &self.clock).await;
            trouble.processes.push(Process { aggregator, life: Life::without_end() });
        }
    }

    /// New processes, which know nothing of what has failed before.
    pub(crate) async fn start_anew(&mut self) {
        if let Some(trouble) = &mut self.trouble {
            trouble.processes.clear();
        }
        self.replace_the_dead().await;
    }

    /// Who works: one line for each job at a time.
    fn processes(&self) -> Vec<(Aggregator, Life)> {
        let Some(trouble) = &self.trouble else {
            return vec![(self.aggregator.clone(), Life::without_end()); AT_A_TIME];
        };
        let processes = trouble.processes.iter().map(|process| (process.aggregator.clone(), process.life.clone()));
        processes.cycle().take(AT_A_TIME.max(trouble.processes.len())).collect()
    }
}
