//! An independent counterpart as the bank: `oidc-provider` from npm, certified for FAPI 1.0 Advanced, drives the
//! connector over mTLS, first as the profile says and then against it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "in a test, a failure is the result, and a skip is said"
)]

mod acceptances;
mod bank;
mod certificates;
mod discovery;
mod journey;
mod refresh;
mod refusals;
mod visitor;
