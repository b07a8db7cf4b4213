//! The regulated security profile of Open Finance Brasil, both sides.
//!
//! FAPI-BR v2 is a mandatory subset of FAPI 1.0 Advanced: PS256 signatures, pushed and signed authorization
//! requests, PKCE, `private_key_jwt`, certificate-bound tokens, and id_tokens that are always encrypted. Each
//! message has its own module, and each module holds what the client needs and what the bank needs: one makes
//! what the other verifies.
//!
//! | Message | Module |
//! |---|---|
//! | signatures, encryption, keys | [`jws`], [`jwe`], [`jwks`], [`keys`] |
//! | what a bank offers | [`discovery`] |
//! | registration | [`ssa`], [`registration`] |
//! | authorization | [`pkce`], [`request_object`], [`par`], [`fragment`], [`id_token`] |
//! | tokens | [`client_assertion`], [`token`], [`oauth_error`] |
//! | transport | [`mtls`], [`certificate`], [`interaction_id`], [`http`], [`unread`] |
//!
//! Nothing here knows a bank or a database, and nothing here reads a clock: the time is a parameter. Chance
//! comes from one module, [`random`]. Every parser bounds what it takes, and checks the algorithm that a message
//! names against a list of one before any key is touched.

pub mod certificate;
pub mod client_assertion;
pub mod discovery;
pub mod fragment;
pub mod http;
pub mod id_token;
pub mod interaction_id;
pub mod jwe;
pub mod jwks;
pub mod jws;
pub mod keys;
pub mod mtls;
pub mod oauth_error;
pub mod par;
pub mod pkce;
pub mod random;
pub mod registration;
pub mod request_object;
pub mod ssa;
pub mod token;
pub mod unread;

mod claims;
mod encoding;
