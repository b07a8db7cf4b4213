//! The API as clients meet it: over HTTP, on SQLite and on PostgreSQL. Modules mirror the addresses.

mod api;
mod client;
mod health;
mod process;
mod world;
