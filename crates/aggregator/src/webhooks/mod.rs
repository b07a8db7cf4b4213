//! Getting events to the applications' endpoints.

mod client;
mod guard;

pub use client::{SendError, WebhookClient};
pub use guard::{AddressPolicy, Refused};
