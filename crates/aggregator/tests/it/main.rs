//! What happens to a link, against a real database and a bank that does as it is told.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "in a test, a failure is the result, and a skip is said"
)]

mod bank;
mod connecting;
mod consents;
mod crashes;
mod credit;
mod deleting;
mod endpoints;
mod erasing;
mod fetching;
mod forgetting;
mod investing;
mod leases;
mod managing;
mod refreshing;
mod replaying;
mod retention;
mod retrieving;
mod sessions;
mod signatures;
mod signing_in;
mod troubled;
mod webhooks;
mod world;
