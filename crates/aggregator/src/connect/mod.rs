//! From an accepted consent to a link.
//!
//! [`begin`] makes the consent at the bank and the address to send the user to, [`callback`] takes what the user brings
//! back. The rest is done by jobs: one turns the answer into a link, one ends what nobody came back for, one ends
//! consents at the bank. Every step is one transaction; whatever is interrupted is taken up again or undone.

mod begin;
mod callback;
mod finish;
mod notices;
mod reconnect;
mod record;
mod revoke;
mod session;
mod settle;
mod sign_in;

pub use begin::{abandon, begin};
pub use callback::{CallbackForm, callback, refuse_elsewhere, whose};
pub use record::{stage, warning};
pub use session::expire_sessions;
pub use sign_in::MOST_TRIES;

pub(crate) use finish::connect;
pub(crate) use revoke::{revoke, revoke_later};
pub(crate) use settle::settle;
