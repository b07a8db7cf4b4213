//! The connector against rude banks, and against the sandbox network.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test, too")]

mod cards;
mod contracts;
mod investments;
mod journey;
mod pages;
mod rude;
mod support;
mod tolerance;
