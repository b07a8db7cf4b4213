//! The events that webhooks carry. A new kind is added here, with one line in the list.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Invalid, Resource};

/// `webhook_type` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventType {
    /// About data of a resource.
    Resource(Resource),
    /// About a link.
    Link,
    /// About a consent.
    Consent,
    /// About a widget session (ours).
    WidgetSession,
}

impl EventType {
    /// Returns the name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resource(resource) => resource.as_str(),
            Self::Link => "LINK",
            Self::Consent => "CONSENT",
            Self::WidgetSession => "WIDGET_SESSION",
        }
    }
}

impl FromStr for EventType {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "LINK" => Ok(Self::Link),
            "CONSENT" => Ok(Self::Consent),
            "WIDGET_SESSION" => Ok(Self::WidgetSession),
            other => other.parse().map(Self::Resource),
        }
    }
}

/// `process_type` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcessType {
    /// The first pull, or one that was asked for.
    HistoricalUpdate,
    /// A scheduled refresh.
    RecurrentUpdate,
}

impl ProcessType {
    /// Returns the name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HistoricalUpdate => "historical_update",
            Self::RecurrentUpdate => "recurrent_update",
        }
    }
}

/// `webhook_code` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventCode {
    /// A resource's history is ready.
    HistoricalUpdate,
    /// A link and its data are gone.
    LinkDeleted,
    /// A widget session has ended.
    SessionFinished,
}

impl EventCode {
    /// Returns the name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HistoricalUpdate => "historical_update",
            Self::LinkDeleted => "link_deleted",
            Self::SessionFinished => "session_finished",
        }
    }
}
