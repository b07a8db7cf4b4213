//! The authorization server of a brand: the regulated profile (FAPI-BR v2).

mod client;
mod discovery;
mod failure;
mod id_token;
mod pages;
mod par;
mod revoke;
mod token;
mod userinfo;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::network::Bank;

pub(crate) use failure::OAuthFailure;
pub(crate) use pages::out_of_order;

/// The most that a request to the authorization server may weigh, in bytes.
const MAX_BODY: usize = 128 * 1024;

/// `acr` of a login with a password: what customer data needs.
const LOA2: &str = "urn:brasil:openbanking:loa2";
/// `acr` that payments need; the simulation grants it too where it is asked for.
const LOA3: &str = "urn:brasil:openbanking:loa3";

/// Scopes that every brand offers, whatever it sells.
const SCOPES: [&str; 16] = [
    "openid",
    "consents",
    "resources",
    "customers",
    "accounts",
    "credit-cards-accounts",
    "loans",
    "financings",
    "unarranged-accounts-overdraft",
    "invoice-financings",
    "bank-fixed-incomes",
    "credit-fixed-incomes",
    "variable-incomes",
    "treasure-titles",
    "funds",
    "exchanges",
];

/// Below `/auth/{brand}` on the people-facing listener.
pub(crate) fn open_router(bank: Bank) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery::document))
        .route("/jwks", get(discovery::keys))
        .with_state(bank.clone())
        .merge(pages::router(bank))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// Below `/auth/{brand}` on the mTLS listener.
pub(crate) fn machine_router(bank: Bank) -> Router {
    Router::new()
        .route("/par", post(par::push))
        .route("/token", post(token::token))
        .route("/revoke", post(revoke::revoke))
        .route("/userinfo", get(userinfo::userinfo).post(userinfo::userinfo))
        .with_state(bank)
        .layer(DefaultBodyLimit::max(MAX_BODY))
}
