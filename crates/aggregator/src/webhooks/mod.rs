//! Getting events to the applications' endpoints.

mod client;
mod deliver;
mod endpoints;
mod guard;
mod health;
mod message;
mod names;
mod replay;
mod sign;

pub use client::{Message, SendError, WebhookClient};
pub use guard::{AddressPolicy, Refused};
pub use names::{Names, SystemNames};
pub use replay::{Range, pause, replay, resume};

pub(crate) use deliver::deliver;
pub(crate) use endpoints::Endpoints;
pub(crate) use replay::{release_job, release_late, replay_job};

use message::message;
