//! How the names of webhook addresses become addresses.

use std::fmt;
use std::io;
use std::net::IpAddr;

use async_trait::async_trait;

/// Resolves names. What it finds is checked before anything connects; see [`AddressPolicy`](super::AddressPolicy).
#[async_trait]
pub trait Names: fmt::Debug + Send + Sync + 'static {
    /// Returns the addresses of a name.
    ///
    /// # Errors
    /// The name has none, or nobody answers.
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}
