//! A consent and its states.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a consent may wait for its authorisation.
const AUTHORISATION_WINDOW: SignedDuration = SignedDuration::from_mins(60);

/// Where a consent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    /// Waiting for the person.
    AwaitingAuthorisation,
    /// In force.
    Authorised,
    /// Over, for whatever reason.
    Rejected,
}

/// Who ended a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum RejectedBy {
    /// The person.
    User,
    /// The bank.
    Aspsp,
}

/// Why a consent ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum RejectionCode {
    /// Nobody authorised it within an hour.
    ConsentExpired,
    /// Refused on the bank's page, or deleted before it was authorised.
    CustomerManuallyRejected,
    /// Ended after it was authorised.
    CustomerManuallyRevoked,
    /// Its own end was reached.
    ConsentMaxDateReached,
    /// The bank's security policy.
    InternalSecurityReason,
}

/// The end of a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rejection {
    /// Who ended it.
    pub(crate) by: RejectedBy,
    /// Why.
    pub(crate) code: RejectionCode,
}

/// One renewal of a consent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Extension {
    /// When it was asked for.
    pub(crate) requested_at: Timestamp,
    /// The end before it.
    pub(crate) previous: Option<Timestamp>,
    /// The end after it.
    pub(crate) expires_at: Option<Timestamp>,
    /// CPF of the person who renewed.
    pub(crate) logged_user: String,
    /// Their address, as the receiver told it.
    pub(crate) ip_address: String,
    /// Their user agent, as the receiver told it.
    pub(crate) user_agent: String,
}

/// A consent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Consent {
    /// The URN.
    pub(crate) id: String,
    /// The brand's slug.
    pub(crate) brand: String,
    /// The client it was made by.
    pub(crate) client_id: String,
    /// CPF of the person at the receiver.
    pub(crate) logged_user: String,
    /// CNPJ of the company whose data is shared.
    pub(crate) business: Option<String>,
    /// What is shared.
    pub(crate) permissions: Vec<String>,
    /// Its end; none means for an indeterminate time.
    pub(crate) expires_at: Option<Timestamp>,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// Where it stood when it was last written; see [`Consent::at`].
    pub(crate) status: Status,
    /// Since when.
    pub(crate) status_at: Timestamp,
    /// How it ended.
    pub(crate) rejection: Option<Rejection>,
    /// The mark of the optimised journey.
    pub(crate) linked: Option<bool>,
    /// Ids of the resources that the person chose.
    pub(crate) accounts: Vec<String>,
    /// Renewals, oldest first.
    pub(crate) extensions: Vec<Extension>,
}

impl Consent {
    /// The consent as it stands at `now`: time alone ends it after an hour without authorisation, or at its end.
    pub(crate) fn at(mut self, now: Timestamp) -> Self {
        match self.status {
            Status::AwaitingAuthorisation => {
                let end = self.created_at + AUTHORISATION_WINDOW;
                if now >= end {
                    self.end(end, RejectedBy::User, RejectionCode::ConsentExpired);
                }
            }
            Status::Authorised => {
                if let Some(end) = self.expires_at.filter(|end| now >= *end) {
                    self.end(end, RejectedBy::Aspsp, RejectionCode::ConsentMaxDateReached);
                }
            }
            Status::Rejected => {}
        }
        self
    }

    /// Ends the consent.
    pub(crate) fn end(&mut self, at: Timestamp, by: RejectedBy, code: RejectionCode) {
        self.status = Status::Rejected;
        self.status_at = at;
        self.rejection = Some(Rejection { by, code });
    }

    /// The person confirmed and chose `accounts`.
    pub(crate) fn authorise(&mut self, at: Timestamp, accounts: Vec<String>) {
        self.status = Status::Authorised;
        self.status_at = at;
        self.accounts = accounts;
    }

    /// Says whether `permission` is part of it.
    pub(crate) fn holds(&self, permission: &str) -> bool {
        self.permissions.iter().any(|held| held == permission)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn consent() -> Consent {
        Consent {
            id: "urn:mockbank:1".into(),
            brand: "mockbank".into(),
            client_id: "c".into(),
            logged_user: "76109277673".into(),
            business: None,
            permissions: vec![],
            expires_at: Some(time("2026-12-01T00:00:00Z")),
            created_at: time("2026-11-22T10:00:00Z"),
            status: Status::AwaitingAuthorisation,
            status_at: time("2026-11-22T10:00:00Z"),
            rejection: None,
            linked: None,
            accounts: vec![],
            extensions: vec![],
        }
    }

    #[test]
    fn an_hour_without_authorisation_ends_it() {
        assert_eq!(consent().at(time("2026-11-22T10:59:59Z")).status, Status::AwaitingAuthorisation);
        let ended = consent().at(time("2026-11-22T11:00:00Z"));
        assert_eq!(ended.status, Status::Rejected);
        assert_eq!(ended.rejection.unwrap().code, RejectionCode::ConsentExpired);
        assert_eq!(ended.status_at, time("2026-11-22T11:00:00Z"));
    }

    #[test]
    fn the_bank_ends_it_when_its_end_is_reached() {
        let mut consent = consent();
        consent.authorise(time("2026-11-22T10:05:00Z"), vec![]);
        assert_eq!(consent.clone().at(time("2026-11-30T23:59:59Z")).status, Status::Authorised);
        let ended = consent.at(time("2026-12-01T00:00:00Z"));
        assert_eq!(
            ended.rejection,
            Some(Rejection { by: RejectedBy::Aspsp, code: RejectionCode::ConsentMaxDateReached })
        );
    }

    #[test]
    fn one_without_an_end_goes_on() {
        let mut consent = Consent { expires_at: None, ..consent() };
        consent.authorise(time("2026-11-22T10:05:00Z"), vec![]);
        assert_eq!(consent.at(time("2099-01-01T00:00:00Z")).status, Status::Authorised);
    }

    #[test]
    fn what_ended_stays_ended() {
        let mut consent = consent();
        consent.end(time("2026-11-22T10:05:00Z"), RejectedBy::User, RejectionCode::CustomerManuallyRejected);
        let later = consent.at(time("2027-11-22T10:05:00Z"));
        assert_eq!(later.rejection.unwrap().code, RejectionCode::CustomerManuallyRejected);
    }
}
