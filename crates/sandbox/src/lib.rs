//! A bank network in a box: its own CA and certificates, a directory, and banks that speak the regulated profile of Open
//! Finance Brasil.
//!
//! [`Sandbox::open`] makes or reads everything under `<data_dir>/sandbox/` and binds two listeners, [`Sandbox::run`]
//! serves them:
//!
//! | Listener | What | Where |
//! |---|---|---|
//! | people-facing, plain HTTP or TLS | front page | `/` |
//! | | participants, directory discovery, keystore | `/directory/participants`, `/directory/.well-known/openid-configuration`, `/keystore/…` |
//! | | a brand's issuer, discovery, keys, pages | `/auth/{brand}`, `/.well-known/openid-configuration`, `/jwks`, `/authorize` below it |
//! | | sandbox control | `/sandbox/…`: clock, outcomes (see [`outcomes`]), faults (see [`faults`]), receivers, `usage` and `limits` |
//! | machine-facing, mTLS | directory token and software statements | `/directory/…` |
//! | | a brand's PAR, token, revocation, userinfo, registration | `/auth/{brand}/par`, `token`, `revoke`, `userinfo`, `register` |
//! | | a brand's APIs | `/{brand}/open-banking/{api}/{version}/…` |
//!
//! [`Sandbox::receiver`] hands out what a receiver needs to join: transport certificate (BRCAC layout), signing and
//! encryption keys, the CA, the directory's addresses. [`Sandbox::join`] takes in more receivers.
//!
//! State is durable: every change is one redb write transaction, and codes and tokens are kept only as SHA-256. The clock is
//! a parameter ([`Clock`]).
//!
//! The crate knows nothing of our own client but the messages of `vinculo-fapi`: it was written from the standard, so that a
//! misreading on one side cannot cancel out on the other.

pub mod access;
mod api;
mod auth;
pub mod brand;
mod chance;
pub mod clock;
mod control;
pub mod data;
mod directory;
mod error;
pub mod faults;
mod keys;
mod kit;
mod known;
mod listeners;
mod network;
pub mod outcomes;
mod pages;
pub mod people;
mod pki;
mod receivers;
mod register;
mod remote;
mod sandbox;
mod settings;
mod state;
mod troubled;
mod urls;
mod usage;

pub use access::Access;
pub use brand::{BRANDS, Brand};
pub use clock::Clock;
pub use error::SandboxError;
pub use kit::ReceiverKit;
pub use sandbox::Sandbox;
pub use settings::{KnownClient, KnownKeys, PeopleTls, ReceiverSettings, SandboxOptions, SandboxSettings};
pub use state::{Outcome, OutcomeKind};
pub use troubled::Health;
