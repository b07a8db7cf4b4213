//! How far a session has come: the stages of the funnel.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// A stage of a connection, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The widget was opened.
    Started,
    /// An institution was chosen.
    Chose,
    /// The consent was accepted here.
    Consented,
    /// The bank has the consent, and the user was sent there.
    Sent,
    /// The user came back with the bank's yes.
    Authorised,
    /// The link was made.
    Linked,
}

impl Stage {
    /// All stages, the first one first.
    pub const ALL: [Self; 6] =
        [Self::Started, Self::Chose, Self::Consented, Self::Sent, Self::Authorised, Self::Linked];

    /// Returns the name as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Chose => "chose",
            Self::Consented => "consented",
            Self::Sent => "sent",
            Self::Authorised => "authorised",
            Self::Linked => "linked",
        }
    }
}

impl FromStr for Stage {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text).ok_or_else(|| Invalid::choice(text))
    }
}
