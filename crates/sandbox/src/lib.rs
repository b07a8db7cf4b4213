//! A bank network in a box: its own CA and certificates, a directory, and banks that speak the regulated profile.

pub mod access;
pub mod brand;
pub mod clock;
pub mod data;
mod error;
mod kit;
pub mod people;
mod sandbox;
mod settings;

pub use access::Access;
pub use brand::{BRANDS, Brand};
pub use clock::Clock;
pub use error::SandboxError;
pub use kit::ReceiverKit;
pub use sandbox::Sandbox;
pub use settings::{ReceiverSettings, SandboxSettings};
