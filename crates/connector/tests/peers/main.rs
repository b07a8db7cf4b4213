//! An independent counterpart as the bank: `oidc-provider` from npm, certified for FAPI 1.0 Advanced, drives the
//! connector over mTLS, first as the profile says and then against it.

mod acceptances;
mod bank;
mod certificates;
mod discovery;
mod journey;
mod refresh;
mod refusals;
mod visitor;
