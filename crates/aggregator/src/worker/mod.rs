//! The job runner.
//!
//! Jobs are claimed with a lease and a fencing token. While a job runs its lease is renewed; whoever loses it can no
//! longer write. Lanes keep what a person waits for, what takes long, and webhooks apart, so that none holds up another.
//! A job that panics fails like any other; one that fails too often is dead: visible, and retried only on command.

mod claimed;
mod lane;
mod outcome;
mod run;
mod schedule;

pub use run::{run, run_due};
pub use schedule::tick;

pub(crate) use claimed::Claimed;
pub(crate) use outcome::{JobError, asked};
