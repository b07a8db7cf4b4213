//! What the store promises, on SQLite and on PostgreSQL.

mod access;
mod connect;
mod filters;
mod jobs;
mod links;
mod migrations;
mod records;
mod sealing;
mod support;
mod webhooks;
