//! Events: written in the transaction that makes them true, delivered by jobs.

mod payload;

pub use payload::{Counts, Payload, ResourceError, historical};
