//! Getting events to the applications' endpoints.

mod client;
mod deliver;
mod endpoints;
mod guard;

pub use client::{SendError, WebhookClient};
pub use guard::{AddressPolicy, Refused};

pub(crate) use deliver::deliver;
pub(crate) use endpoints::Endpoints;
