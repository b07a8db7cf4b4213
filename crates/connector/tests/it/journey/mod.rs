//! The whole way through the sandbox network, over mTLS.

mod browser;
mod consents;
mod data;
mod network;
mod trouble;
