//! Forced outcomes: what a tester wants a bank to do wrong.

use serde::{Deserialize, Serialize};

/// One forced outcome, as it is posted to `/sandbox/outcomes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Only at the brand with this slug; absent means at every brand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Only for the person or company with this CPF or CNPJ; absent means for everybody. Steps in which the bank
    /// cannot know the person yet (`registration`) ignore outcomes with a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// The step it strikes; see `docs` of [`crate::outcomes`].
    pub step: String,
    /// What happens.
    pub kind: OutcomeKind,
    /// How often; absent means until it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

/// What happens at a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum OutcomeKind {
    /// An error with this status (`status:500`); 429 and 529 carry `Retry-After`.
    Status(u16),
    /// A 200 that is not JSON.
    Garbage,
    /// A body of several megabytes.
    Huge,
    /// JSON nested a hundred thousand deep.
    Deep,
    /// The connection stays open and nothing comes.
    Hang,
    /// One byte at a time, without end.
    Drip,
    /// Closed for a quarter of an hour: 503 with that `Retry-After`.
    Closed,
    /// The right answer, some seconds late.
    Slow,
    /// `links.next` always leads to one more page.
    EndlessPages,
    /// The authorization page answers `access_denied` at once (step `authorize`).
    Denied,
    /// The authorization page approves at once, for the person of the consent and everything they hold (step `authorize`).
    Approved,
}

impl TryFrom<String> for OutcomeKind {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(match text.as_str() {
            "garbage" => Self::Garbage,
            "huge" => Self::Huge,
            "deep" => Self::Deep,
            "hang" => Self::Hang,
            "drip" => Self::Drip,
            "closed" => Self::Closed,
            "slow" => Self::Slow,
            "endless_pages" => Self::EndlessPages,
            "denied" => Self::Denied,
            "approved" => Self::Approved,
            other => Self::Status(
                other
                    .strip_prefix("status:")
                    .and_then(|status| status.parse().ok())
                    .filter(|status| (200..600).contains(status))
                    .ok_or("unknown kind of outcome")?,
            ),
        })
    }
}

impl From<OutcomeKind> for String {
    fn from(kind: OutcomeKind) -> Self {
        match kind {
            OutcomeKind::Status(status) => format!("status:{status}"),
            OutcomeKind::Garbage => "garbage".into(),
            OutcomeKind::Huge => "huge".into(),
            OutcomeKind::Deep => "deep".into(),
            OutcomeKind::Hang => "hang".into(),
            OutcomeKind::Drip => "drip".into(),
            OutcomeKind::Closed => "closed".into(),
            OutcomeKind::Slow => "slow".into(),
            OutcomeKind::EndlessPages => "endless_pages".into(),
            OutcomeKind::Denied => "denied".into(),
            OutcomeKind::Approved => "approved".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_read_as_they_are_written() {
        for text in [
            "status:500",
            "garbage",
            "huge",
            "deep",
            "hang",
            "drip",
            "closed",
            "slow",
            "endless_pages",
            "denied",
            "approved",
        ] {
            let kind = OutcomeKind::try_from(text.to_owned()).unwrap();
            assert_eq!(String::from(kind), text);
        }
    }

    #[test]
    fn other_kinds_are_refused() {
        for text in ["", "status:", "status:99", "status:700", "status:abc", "Garbage", "explode"] {
            assert!(OutcomeKind::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
