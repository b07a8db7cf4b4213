//! What happens to every request, whatever it asks for.

pub(crate) mod barrier;
pub(crate) mod envelope;
pub(crate) mod headers;
pub(crate) mod health;
pub(crate) mod not_found;
pub(crate) mod origin;
pub(crate) mod paths;
pub(crate) mod request_id;
pub(crate) mod visitor;
