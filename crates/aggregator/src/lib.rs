//! What happens to a link: connect, fetch, delete; events and their delivery; jobs.

pub mod events;
pub mod webhooks;

mod backoff;
mod failure;
mod settings;

pub use backoff::Backoff;
pub use failure::{DataError, Detail, Failure};
pub use settings::Settings;
