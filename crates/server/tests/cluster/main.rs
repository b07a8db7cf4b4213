//! Real processes that die: kill −9 in the middle, on both databases; several on one, and one that loses its database.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail the test")]

mod crash;
mod outage;
mod several;
mod watch;
