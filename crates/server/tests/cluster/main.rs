//! Real processes that die: kill −9 in the middle, on both databases.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail the test")]

mod crash;
