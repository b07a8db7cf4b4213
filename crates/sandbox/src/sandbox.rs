//! The network as one thing: opened, asked for a receiver's kit, run.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::{Clock, ReceiverKit, ReceiverSettings, SandboxError, SandboxSettings};

/// The sandbox network: directory and banks behind two listeners.
#[derive(Debug)]
pub struct Sandbox {}

impl Sandbox {
    /// Opens the network's data (making keys and certificates at the first start) and binds both listeners.
    pub async fn open(_settings: SandboxSettings, _clock: Arc<dyn Clock>) -> Result<Self, SandboxError> {
        todo!() // skeleton
    }

    /// The kit of the receiver named in the settings.
    pub fn receiver(&self) -> &ReceiverKit {
        todo!() // skeleton
    }

    /// Takes another receiver into the directory and returns its kit; asking again with the same `label` (lower-case
    /// letters, digits and hyphens) returns the same kit.
    pub fn join(&self, _label: &str, _receiver: &ReceiverSettings) -> Result<ReceiverKit, SandboxError> {
        todo!() // skeleton
    }

    /// The address the people-facing listener is bound to.
    pub fn people_addr(&self) -> SocketAddr {
        todo!() // skeleton
    }

    /// The address the mTLS listener is bound to.
    pub fn mtls_addr(&self) -> SocketAddr {
        todo!() // skeleton
    }

    /// Public address of the people-facing pages, without a slash at the end.
    pub fn people_url(&self) -> &str {
        todo!() // skeleton
    }

    /// Public address of the mTLS listener, without a slash at the end.
    pub fn mtls_url(&self) -> &str {
        todo!() // skeleton
    }

    /// Serves both listeners until `stop` is cancelled, then lets running requests end.
    pub async fn run(self, _stop: CancellationToken) -> Result<(), SandboxError> {
        todo!() // skeleton
    }
}
