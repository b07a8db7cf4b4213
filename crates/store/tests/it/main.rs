//! What the store promises, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "in a test, a failure is the result, and a skip is said")]

mod access;
mod bills;
mod connect;
mod filters;
mod filters_of_others;
mod following;
mod investments;
mod jobs;
mod links;
mod migrations;
mod old_events;
mod portal;
mod records;
mod sealing;
mod settling;
mod support;
mod webhooks;
