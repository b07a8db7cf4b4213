//! What happens to a link: connect, fetch, retrieve, delete; events and webhooks; the job runner.
//!
//! | Module | Duty |
//! |---|---|
//! | [`connect`] | an accepted consent becomes a link, or is ended here and at the bank |
//! | [`links`] | deletion, further rounds of fetching |
//! | [`manage`] | the user ends or renews a consent |
//! | [`erasure`] | a person's request: everything about them goes, with a receipt |
//! | [`quota`] | the network's monthly allowance, counted |
//! | [`refresh`] | when recurrent links are looked at again, and how much is read |
//! | [`retrieve`] | data from the bank at once |
//! | [`institutions`] | the directory, brought into the store |
//! | [`events`] | what applications are told, written with what makes it true |
//! | [`webhooks`] | where events may go, and how they get there |
//! | [`worker`] | claims and runs jobs |
//! | [`jobs`] | the kinds of jobs |
//!
//! # Rules that hold everywhere
//!
//! One decision is one transaction, with its jobs and events inside; no call to a bank or an endpoint is made while one is
//! open. A job may be run again from its beginning at any time: whatever it has done is found in the store, and a worker
//! that lost its lease can no longer write. What a bank does wrong has one name, given in one place ([`Failure`],
//! [`DataError`]). Time and chance come from [`Env`](vinculo_domain::Env); the machine's clock is only slept on.

pub mod connect;
pub mod erasure;
pub mod events;
pub mod institutions;
pub mod jobs;
pub mod links;
pub mod manage;
pub mod quota;
pub mod refresh;
pub mod retrieve;
pub mod webhooks;
pub mod worker;

mod access;
mod aggregator;
mod audit;
mod backoff;
mod breaker;
mod consents;
mod error;
mod failure;
mod fetch;
mod health;
mod keyed;
mod queue;
mod rejections;
mod retention;
mod settings;
mod tokens;

pub use aggregator::Aggregator;
pub use backoff::Backoff;
pub use error::Error;
pub use failure::{DataError, Detail, Failure};
pub use settings::Settings;
