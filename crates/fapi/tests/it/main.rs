//! The profile, seen from outside: what it accepts, and above all what it refuses.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

mod arbitrary;
mod authorization;
mod certificate;
mod client_assertion;
mod discovery;
mod http;
mod id_token;
mod jwe;
mod jwks;
mod jwks_cache;
mod jws;
mod mtls;
mod registration;
mod request_object;
mod token;
mod unread;
mod vectors;
