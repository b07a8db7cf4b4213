//! The API: one folder per resource, one file per verb.
//!
//! Everything that is common stands beside: [`auth`], [`query`] (filters and paging), [`body`] (request bodies),
//! [`answer`] (envelopes), [`error`] (status codes and error codes).

mod accepted;
mod accounts;
pub(crate) mod answer;
pub(crate) mod auth;
mod balances;
mod bills;
pub(crate) mod body;
mod consents;
mod empty;
pub(crate) mod error;
mod exchanges;
mod id;
mod institutions;
mod investment_transactions;
mod investments;
mod limits;
mod links;
mod mode;
mod owners;
pub(crate) mod query;
mod resume;
mod retrieve;
mod root;
mod time;
mod token;
mod transactions;
mod webhooks;
mod widget_sessions;

pub(crate) use empty::{EMPTY, EmptyResource};
pub(crate) use limits::Limits;

use axum::Router;

use crate::state::AppState;

/// All addresses of the API, declared without a slash at the end.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .merge(root::router())
        .merge(token::router())
        .merge(institutions::router())
        .merge(links::router())
        .merge(consents::router())
        .merge(owners::router())
        .merge(accounts::router())
        .merge(balances::router())
        .merge(bills::router())
        .merge(transactions::router())
        .merge(investments::router())
        .merge(investment_transactions::router())
        .merge(exchanges::router())
        .merge(empty::router())
        .merge(webhooks::router())
        .merge(widget_sessions::router())
}
