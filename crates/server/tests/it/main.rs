//! The API as clients meet it: over HTTP, on SQLite and on PostgreSQL. Modules mirror the addresses.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod api;
mod client;
mod health;
mod process;
mod widget;
mod world;
