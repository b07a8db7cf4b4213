//! The records of the API as JSON: against the API's own description, and there and back again.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "in a test, a failure is the result, and a skip is said")]

mod description;
mod investments;
mod records;
mod schema;
