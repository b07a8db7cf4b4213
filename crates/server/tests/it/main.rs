//! The API as clients meet it: over HTTP, on SQLite and on PostgreSQL. Modules mirror the addresses.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and a skip is said"
)]

mod api;
mod client;
mod described;
mod health;
mod people;
mod process;
mod widget;
mod world;
