use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use crate::webhooks::{AddressPolicy, Names, SystemNames};

/// How the aggregator works. The defaults fit production.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where browsers and banks reach us, without a slash at the end.
    pub public_url: String,
    /// Where webhooks may go.
    pub webhook_addresses: AddressPolicy,
    /// How the names of webhook addresses are resolved.
    pub webhook_names: Arc<dyn Names>,
    /// How long an endpoint may take to answer.
    pub webhook_timeout: Duration,
    /// For how long an event is tried.
    pub webhook_retries_for: SignedDuration,
    /// An endpoint that has failed for so long is paused.
    pub webhook_pause_after: SignedDuration,
    /// How many deliveries to one endpoint may be under way in this process.
    pub deliveries_per_endpoint: usize,
    /// How many deliveries may be under way in this process.
    pub deliveries: usize,
    /// How many other jobs may be under way in this process.
    pub jobs: usize,
    /// For how long a claimed job belongs to the worker that claimed it; renewed while the job runs. After a crash, a person
    /// who looks at a waiting page waits this long.
    pub lease: SignedDuration,
    /// Longest wait between two looks at the queue, for what no wake-up announced.
    pub poll: Duration,
    /// How long jobs that are under way may take to finish when the process stops.
    pub stop_within: Duration,
    /// After so many attempts a job is dead: visible, and retried only on command.
    pub attempts: u32,
    /// How often the directory is read.
    pub directory_every: SignedDuration,
    /// How often the bank is asked for each consent.
    pub consent_check_every: SignedDuration,
    /// How often consents that end soon are looked for.
    pub consent_warning_every: SignedDuration,
    /// How long an event is kept, with its deliveries and their log: at least [`Settings::EVENTS_KEPT_LEAST`]. `None`: always.
    pub events_kept: Option<SignedDuration>,
    /// How often data is looked for whose time is over.
    pub retention_every: SignedDuration,
    /// How often sessions past their time are ended.
    pub sweep_every: SignedDuration,
}

impl Settings {
    /// The least time for which events are kept: for so long some of them keep others from being written again.
    pub const EVENTS_KEPT_LEAST: SignedDuration = SignedDuration::from_hours(31 * 24);

    /// The defaults, for a public address.
    pub fn new(public_url: impl Into<String>) -> Self {
        Self {
            public_url: public_url.into().trim_end_matches('/').to_owned(),
            webhook_addresses: AddressPolicy::default(),
            webhook_names: Arc::new(SystemNames),
            webhook_timeout: Duration::from_secs(5),
            webhook_retries_for: SignedDuration::from_hours(72),
            webhook_pause_after: SignedDuration::from_hours(5 * 24),
            deliveries_per_endpoint: 4,
            deliveries: 256,
            jobs: 8,
            lease: SignedDuration::from_secs(15),
            poll: Duration::from_secs(1),
            stop_within: Duration::from_secs(10),
            attempts: 12,
            directory_every: SignedDuration::from_mins(15),
            consent_check_every: SignedDuration::from_hours(24),
            consent_warning_every: SignedDuration::from_hours(1),
            events_kept: Some(SignedDuration::from_hours(90 * 24)),
            retention_every: SignedDuration::from_hours(24),
            sweep_every: SignedDuration::from_mins(1),
        }
    }

    /// Returns the address to which banks send browsers back (`redirect_uri`).
    pub fn redirect_uri(&self) -> String {
        format!("{}/api/consents/callback/", self.public_url)
    }
}
