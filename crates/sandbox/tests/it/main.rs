//! The network from outside, over real mTLS: what the standard wants accepted, and what it wants refused.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test, too")]

mod addresses;
mod apis;
mod client_assertions;
mod consents;
mod descriptions;
mod directory;
mod durability;
mod faults;
mod journey;
mod outcomes;
mod pages;
mod par;
mod registration;
mod request_objects;
mod support;
mod tokens;
mod troubled;
mod usage;
