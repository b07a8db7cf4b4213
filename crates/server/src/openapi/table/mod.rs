//! The table of operations: every address of the API, what it takes and what it answers. Tests hold it against the
//! router and against the lists' code, both ways.

mod data;
mod filters;
mod investments;
mod links;
mod verbs;
mod webhooks;
mod widget;

pub(super) use filters::{CONSENT_STATUSES, DELIVERY_STATUSES};

use super::shape::Path;

/// All addresses, in the order in which the document shows them.
pub(super) fn paths() -> impl Iterator<Item = &'static Path> {
    [widget::PATHS, links::PATHS, data::PATHS, investments::PATHS, webhooks::PATHS].into_iter().flatten()
}
