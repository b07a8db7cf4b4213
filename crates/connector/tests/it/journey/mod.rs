//! The whole way through the sandbox network, over mTLS.

mod browser;
mod consents;
mod counted;
mod data;
mod fixed;
mod known;
mod network;
mod registration;
mod trouble;
