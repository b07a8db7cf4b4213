//! The events that webhooks carry. A new kind is added here, with one line in the list.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Invalid, Resource};

/// `webhook_type` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventType {
    /// About data of a resource.
    Resource(Resource),
    /// About incomes (enrichment).
    Incomes,
    /// About recurring expenses (enrichment).
    RecurringExpenses,
    /// About risk insights (enrichment).
    RiskInsights,
    /// About a link.
    Link,
    /// About a consent.
    Consent,
    /// About a widget session (ours).
    WidgetSession,
    /// About a webhook endpoint (ours).
    Webhook,
}

impl EventType {
    /// Returns all types, in the reference's order, ours last.
    pub fn all() -> impl Iterator<Item = Self> {
        let others = [
            Self::Incomes,
            Self::RecurringExpenses,
            Self::RiskInsights,
            Self::Link,
            Self::Consent,
            Self::WidgetSession,
            Self::Webhook,
        ];
        Resource::ALL.into_iter().map(Self::Resource).chain(others)
    }

    /// Returns the name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resource(resource) => resource.as_str(),
            Self::Incomes => "INCOMES",
            Self::RecurringExpenses => "RECURRING_EXPENSES",
            Self::RiskInsights => "RISK_INSIGHTS",
            Self::Link => "LINK",
            Self::Consent => "CONSENT",
            Self::WidgetSession => "WIDGET_SESSION",
            Self::Webhook => "WEBHOOK",
        }
    }
}

impl FromStr for EventType {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::all().find(|kind| kind.as_str() == text).ok_or_else(|| Invalid::choice(text))
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

/// `webhook_code` on the wire (reference: belvo-api 11.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventCode {
    /// A resource's history is ready.
    HistoricalUpdate,
    /// A refresh found something new of a resource: `new_…_available`.
    New(Resource),
    /// The institution changed transactions.
    TransactionsUpdated,
    /// The institution took transactions back.
    TransactionsDeleted,
    /// A link does not work any more.
    InvalidCredentials,
    /// A link waits for a second factor; open finance links never do.
    TokenRequired,
    /// A link and its data are gone.
    LinkDeleted,
    /// A consent ends soon.
    ConsentAboutToExpire,
    /// A consent has ended.
    ConsentExpired,
    /// The institution set another end of a consent.
    ConsentExpirationChanged,
    /// Something that the consent covers will not come back.
    ConsentUnrecoverable,
    /// Something that the consent covers is not there at the moment.
    ConsentUnavailable,
    /// A widget session has ended (ours).
    SessionFinished,
    /// An endpoint failed for days and gets nothing until it is switched on again (ours).
    EndpointPaused,
}

impl EventCode {
    /// Returns all codes.
    pub fn all() -> impl Iterator<Item = Self> {
        let others = [
            Self::HistoricalUpdate,
            Self::TransactionsUpdated,
            Self::TransactionsDeleted,
            Self::InvalidCredentials,
            Self::TokenRequired,
            Self::LinkDeleted,
            Self::ConsentAboutToExpire,
            Self::ConsentExpired,
            Self::ConsentExpirationChanged,
            Self::ConsentUnrecoverable,
            Self::ConsentUnavailable,
            Self::SessionFinished,
            Self::EndpointPaused,
        ];
        others.into_iter().chain(Resource::ALL.into_iter().map(Self::New))
    }

    /// Returns the name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HistoricalUpdate => "historical_update",
            Self::New(resource) => available(resource),
            Self::TransactionsUpdated => "transactions_updated",
            Self::TransactionsDeleted => "transactions_deleted",
            Self::InvalidCredentials => "invalid_credentials",
            Self::TokenRequired => "token_required",
            Self::LinkDeleted => "link_deleted",
            Self::ConsentAboutToExpire => "openfinance_consent_about_to_expire",
            Self::ConsentExpired => "openfinance_consent_expired",
            Self::ConsentExpirationChanged => "openfinance_consent_expiration_changed",
            Self::ConsentUnrecoverable => "openfinance_consent_with_unrecoverable_resources",
            Self::ConsentUnavailable => "openfinance_consent_with_temporarily_unavailable_resources",
            Self::SessionFinished => "session_finished",
            Self::EndpointPaused => "endpoint_paused",
        }
    }
}

fn available(resource: Resource) -> &'static str {
    match resource {
        Resource::Owners => "new_owners_available",
        Resource::Accounts => "new_accounts_available",
        Resource::Balances => "new_balances_available",
        Resource::Transactions => "new_transactions_available",
        Resource::Bills => "new_bills_available",
        Resource::Investments => "new_investments_available",
        Resource::InvestmentTransactions => "new_investment_transactions_available",
        Resource::Exchanges => "new_exchanges_available",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_type_reads_back_and_every_code_is_its_own() {
        for kind in EventType::all() {
            assert_eq!(kind.as_str().parse::<EventType>().unwrap(), kind);
        }
        assert!("LINKS".parse::<EventType>().is_err() && "".parse::<EventType>().is_err());
        let codes: BTreeSet<_> = EventCode::all().map(EventCode::as_str).collect();
        assert_eq!(codes.len(), EventCode::all().count());
        assert!(codes.iter().all(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
    }

    #[test]
    fn the_codes_of_the_reference_are_spelled_as_it_has_them() {
        let page = [
            (EventCode::New(Resource::InvestmentTransactions), "new_investment_transactions_available"),
            (EventCode::ConsentAboutToExpire, "openfinance_consent_about_to_expire"),
            (EventCode::ConsentUnrecoverable, "openfinance_consent_with_unrecoverable_resources"),
            (EventCode::ConsentUnavailable, "openfinance_consent_with_temporarily_unavailable_resources"),
        ];
        assert!(page.into_iter().all(|(code, name)| code.as_str() == name));
    }
}
