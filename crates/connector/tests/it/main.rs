//! The connector against rude banks, and against the sandbox network.

mod journey;
mod pages;
mod rude;
mod support;
mod tolerance;
