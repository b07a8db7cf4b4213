//! The kinds of work that wait in the queue. A new kind is one variant here and one line in the worker.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vinculo_domain::{ApplicationId, ConsentId, DeliveryId, EndpointId, EventId, InstitutionCode, LinkId, Resource};

/// Work, as its payload says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Turn the bank's answer into a link.
    Connect(ConsentId),
    /// Look after a consent whose time to be authorised is over.
    SettleConsent(ConsentId),
    /// Ask the bank how a consent stands.
    CheckConsent(ConsentId),
    /// End a consent at the bank.
    Revoke(Revoke),
    /// Fetch a link's data.
    Fetch(Fetch),
    /// Keep a link fresh.
    Refresh(Fetch),
    /// Delete a link in the background.
    DeleteLink(DeleteLink),
    /// Erase a link whose data nobody has retrieved for long.
    EraseStale(LinkId),
    /// Bring an event to an endpoint.
    Deliver(DeliveryId),
    /// Bring the events of a time to an endpoint again.
    Replay(Replay),
    /// Let go what was held for an endpoint.
    Release(EndpointId),
}

/// A consent to end at the bank. Stands on its own: our record may be gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoke {
    /// Where.
    pub institution: InstitutionCode,
    /// The bank's id.
    pub bank_consent_id: String,
}

impl Revoke {
    /// Tells two revocations apart: the key of a job stands in clear, the bank's id does not.
    fn fingerprint(&self) -> String {
        let text = format!("{}|{}", self.institution, self.bank_consent_id);
        URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
    }
}

/// One round of fetching.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    /// The link.
    pub link: LinkId,
    /// Names the round; `request_id` of the events.
    pub request: Uuid,
    /// What to fetch; `None` is what the link asks for.
    #[serde(default)]
    pub resources: Option<Vec<Resource>>,
    /// First and last day of transactions; `None` is the last twelve months.
    #[serde(default)]
    pub window: Option<(Date, Date)>,
    /// How much a scheduled round reads; `None` for the first pull, and for one that was asked for.
    #[serde(default)]
    pub depth: Option<Depth>,
}

/// How much a scheduled round reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// Everything that the link asks for.
    Full,
    /// Balances and the latest transactions.
    Delta,
}

/// A link to delete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteLink {
    /// Whose.
    pub application: ApplicationId,
    /// The link.
    pub link: LinkId,
    /// `request_id` of the event.
    pub request: Uuid,
}

/// Events to bring to an endpoint again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    /// Where to.
    pub endpoint: EndpointId,
    /// Names the work.
    pub request: Uuid,
    /// From this instant.
    pub from: Timestamp,
    /// To before this one.
    pub to: Timestamp,
    /// Behind this event; `None` from the first one on.
    #[serde(default)]
    pub after: Option<EventId>,
}

impl Work {
    /// Kinds that a person waits for.
    pub(crate) const WATCHED: &[&str] = &["connect", "delete_link"];
    /// Kinds that take long.
    pub(crate) const LONG: &[&str] = &["fetch"];
    /// Kinds that take long, and for which nobody waits.
    pub(crate) const SCHEDULED: &[&str] = &["refresh"];
    /// Kinds that nobody waits for; those that there are most of, last.
    pub(crate) const BACKGROUND: &[&str] =
        &["settle_consent", "revoke", "release", "replay", "erase_stale", "check_consent"];
    /// Webhooks.
    pub(crate) const DELIVERIES: &[&str] = &["deliver"];

    /// Returns the name of the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Connect(_) => "connect",
            Self::SettleConsent(_) => "settle_consent",
            Self::CheckConsent(_) => "check_consent",
            Self::Revoke(_) => "revoke",
            Self::Fetch(_) => "fetch",
            Self::Refresh(_) => "refresh",
            Self::DeleteLink(_) => "delete_link",
            Self::EraseStale(_) => "erase_stale",
            Self::Deliver(_) => "deliver",
            Self::Replay(_) => "replay",
            Self::Release(_) => "release",
        }
    }

    /// Returns the key under which the work is pending at most once.
    pub fn dedup_key(&self) -> String {
        match self {
            Self::Connect(id) => format!("connect:{id}"),
            Self::SettleConsent(id) => format!("settle_consent:{id}"),
            Self::CheckConsent(id) => format!("check_consent:{id}"),
            Self::Revoke(work) => format!("revoke:{}", work.fingerprint()),
            Self::Fetch(work) => format!("fetch:{}:{}", work.link, work.request),
            Self::Refresh(work) => format!("refresh:{}", work.link),
            Self::DeleteLink(work) => format!("delete_link:{}", work.link),
            Self::EraseStale(id) => format!("erase_stale:{id}"),
            Self::Deliver(id) => format!("deliver:{id}"),
            Self::Replay(work) => format!("replay:{}", work.request),
            Self::Release(id) => format!("release:{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Work> {
        let id = Uuid::nil();
        vec![
            Work::Connect(id.into()),
            Work::SettleConsent(id.into()),
            Work::CheckConsent(id.into()),
            Work::Revoke(Revoke { institution: "a_br_retail".parse().unwrap(), bank_consent_id: "urn:a:1".into() }),
            Work::Fetch(Fetch { link: id.into(), request: id, resources: None, window: None, depth: None }),
            Work::Refresh(Fetch { link: id.into(), request: id, resources: None, window: None, depth: None }),
            Work::DeleteLink(DeleteLink { application: id.into(), link: id.into(), request: id }),
            Work::EraseStale(id.into()),
            Work::Deliver(id.into()),
            Work::Replay(Replay {
                endpoint: id.into(),
                request: id,
                from: Timestamp::UNIX_EPOCH,
                to: Timestamp::UNIX_EPOCH,
                after: None,
            }),
            Work::Release(id.into()),
        ]
    }

    #[test]
    fn every_kind_is_claimed_by_one_lane_and_reads_back() {
        let lanes = [Work::WATCHED, Work::LONG, Work::SCHEDULED, Work::BACKGROUND, Work::DELIVERIES].concat();
        assert_eq!(lanes.len(), all().len());
        for work in all() {
            assert!(lanes.contains(&work.kind()), "{work:?}");
            let text = serde_json::to_string(&work).unwrap();
            assert!(text.starts_with(&format!("{{\"{}\":", work.kind())));
            assert_eq!(serde_json::from_str::<Work>(&text).unwrap(), work);
        }
    }
}
