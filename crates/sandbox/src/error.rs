//! Why the network could not start or go on.

use std::path::PathBuf;

/// A failure of the sandbox network itself, never of one request.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// A file or folder of the network could not be read or written.
    #[error("cannot use {}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A listener could not be bound or broke.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A key or certificate could not be made or read.
    #[error("a key or certificate of the network cannot be used: {0}")]
    Keys(String),
    /// The network's database could not be opened, read or written.
    #[error("the network's database failed: {0}")]
    State(String),
}
