//! What goes into a connector and what comes out.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan as _};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use vinculo_domain::model::{AccountCategory, AccountDraft, BalanceDraft};
use vinculo_domain::{ConsentStatus, Identification, Institution, PermissionSet, Rejection};

use crate::Meter;

/// A consent to create.
#[derive(Debug, Clone)]
pub struct NewConsent {
    /// Who shares.
    pub identification: Identification,
    /// What is shared.
    pub permissions: PermissionSet,
    /// Until when; `None` is until revoked.
    pub expires_at: Option<Timestamp>,
}

/// A consent as the bank has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankConsent {
    /// The bank's id, a URN.
    pub bank_consent_id: String,
    /// Where it stands.
    pub status: ConsentStatus,
    /// What is shared: the bank may drop what it does not offer.
    pub permissions: PermissionSet,
    /// Created.
    pub created_at: Timestamp,
    /// Last change of the status.
    pub updated_at: Timestamp,
    /// Until when; `None` is until revoked.
    pub expires_at: Option<Timestamp>,
    /// Why it ended.
    pub rejection: Option<Rejection>,
}

/// Another end for a consent, without a visit to the bank (open-finance-brasil 9.1, `extends`).
#[derive(Clone)]
pub struct Extension {
    /// The bank's id of the consent.
    pub bank_consent_id: String,
    /// Who shares, and asks for it.
    pub identification: Identification,
    /// Until when, later than now; `None` is until revoked.
    pub expires_at: Option<Timestamp>,
    /// The user's address, as we see it.
    pub ip: IpAddr,
    /// The user's browser, as it names itself.
    pub user_agent: String,
}

/// What the user's visit to the bank is for.
#[derive(Debug, Clone)]
pub struct AuthorizationRequest {
    /// The consent to authorise.
    pub bank_consent_id: String,
    /// Its permissions; the scopes follow from them.
    pub permissions: PermissionSet,
    /// Where the bank sends the user back.
    pub redirect_uri: String,
}

/// A prepared visit to the bank. Everything but `url` is secret until the user is back.
#[derive(Clone)]
pub struct Authorization {
    /// Address to open: only `client_id` and `request_uri` are in its query.
    pub url: String,
    /// Comes back with the answer.
    pub state: SecretString,
    /// Comes back inside the id_token.
    pub nonce: SecretString,
    /// PKCE code verifier.
    pub code_verifier: SecretString,
    /// Name of the pushed request.
    pub request_uri: String,
    /// Scopes asked for, separated by spaces.
    pub scopes: String,
    /// Until when the address can be opened.
    pub expires_at: Timestamp,
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// What was kept of an [`Authorization`] while the user was away.
#[derive(Clone)]
pub struct Pending {
    /// As in [`Authorization`].
    pub state: SecretString,
    /// As in [`Authorization`].
    pub nonce: SecretString,
    /// As in [`Authorization`].
    pub code_verifier: SecretString,
    /// As in [`Authorization`]; assumed when the bank's token answer names no scope.
    pub scopes: String,
    /// As in [`AuthorizationRequest`].
    pub redirect_uri: String,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending")
    }
}

/// The bank's good answer, from the fragment of the callback.
#[derive(Clone)]
pub struct Answer {
    /// Authorization code.
    pub code: SecretString,
    /// Encrypted id_token.
    pub id_token: SecretString,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer")
    }
}

/// Tokens for a customer's data.
#[derive(Clone)]
pub struct Tokens {
    /// Access token.
    pub access_token: SecretString,
    /// Refresh token; always there after a refresh, and from every bank that keeps to the standard.
    pub refresh_token: Option<SecretString>,
    /// When the access token runs out.
    pub expires_at: Timestamp,
    /// Granted scopes, separated by spaces.
    pub scope: String,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// The right to read one customer's data at one institution.
#[derive(Debug, Clone)]
pub struct Access {
    /// Where.
    pub institution: Institution,
    /// Access token.
    pub access_token: SecretString,
    /// What is shared. What is not in here is not asked for.
    pub permissions: PermissionSet,
    /// Who keeps count of the calls; `None` for nobody.
    pub meter: Option<Arc<dyn Meter>>,
}

/// Something that a consent shares (Resources v3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedResource {
    /// Identifier of the product: account, card, contract, investment.
    pub id: String,
    /// Network value, e.g. `ACCOUNT`.
    pub kind: String,
    /// Whether it can be read.
    pub status: SharedResourceStatus,
}

/// Whether a shared resource can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharedResourceStatus {
    /// Yes.
    Available,
    /// No, and not again.
    Unavailable,
    /// Not now.
    TemporarilyUnavailable,
    /// Another person still has to approve.
    PendingAuthorisation,
}

/// An account and its balance, read together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountReading {
    /// The account, with its balances inside as far as consented.
    pub account: AccountDraft,
    /// The balance as its own record; `None` when not consented.
    pub balance: Option<BalanceDraft>,
}

/// A family of credit products. Each is an API of the network and a category of account here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CreditFamily {
    /// Credit cards.
    Cards,
    /// Loans.
    Loans,
    /// Financings.
    Financings,
    /// Advances to depositors: overdraft that nobody arranged.
    UnarrangedOverdraft,
    /// Discounted receivables.
    InvoiceFinancings,
}

impl CreditFamily {
    /// All families, in the order in which they are read.
    pub const ALL: [Self; 5] =
        [Self::Cards, Self::Loans, Self::Financings, Self::UnarrangedOverdraft, Self::InvoiceFinancings];

    /// Returns the family's name in the network: of its API and of its scope.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cards => "credit-cards-accounts",
            Self::Loans => "loans",
            Self::Financings => "financings",
            Self::UnarrangedOverdraft => "unarranged-accounts-overdraft",
            Self::InvoiceFinancings => "invoice-financings",
        }
    }

    /// Returns the type of its resources (section 10).
    pub fn resource(self) -> &'static str {
        match self {
            Self::Cards => "CREDIT_CARD_ACCOUNT",
            Self::Loans => "LOAN",
            Self::Financings => "FINANCING",
            Self::UnarrangedOverdraft => "UNARRANGED_ACCOUNT_OVERDRAFT",
            Self::InvoiceFinancings => "INVOICE_FINANCING",
        }
    }

    /// Returns the category of its accounts.
    pub fn category(self) -> AccountCategory {
        match self {
            Self::Cards => AccountCategory::CreditCard,
            Self::Loans => AccountCategory::Loan,
            Self::Financings => AccountCategory::Financing,
            Self::UnarrangedOverdraft => AccountCategory::AdvanceDeposit,
            Self::InvoiceFinancings => AccountCategory::InvoiceFinancing,
        }
    }

    /// Returns the family whose accounts are of this category.
    pub fn of(category: AccountCategory) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.category() == category)
    }
}

/// A list of transactions of a credit product. Names are identifiers at the institution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreditList<'a> {
    /// What was bought, paid and charged on a card account.
    Card(&'a str),
    /// All that stands on one closed bill, whatever the window says.
    Bill {
        /// The card account.
        card: &'a str,
        /// The bill.
        bill: &'a str,
    },
    /// Payments of a contract. For cards, use the other two.
    Contract(CreditFamily, &'a str),
}

/// The days for which transactions are read, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Window {
    /// Tells whether all days are among the last seven in Brasília at `now`: those have an address of their own, with
    /// thirty times the monthly limit (open-finance-brasil 8.1).
    pub fn is_recent(self, now: Timestamp) -> bool {
        let today = now.to_zoned(TimeZone::fixed(Offset::constant(-3))).date();
        let first = today.checked_sub(6_i32.days()).unwrap_or(today);
        first <= self.from && self.to <= today
    }
}

/// Where the next page is. Opaque; keep it and hand it back. Holds a bank's address: store it sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageToken(pub(crate) String);

impl PageToken {
    /// Takes the text of a token that an earlier answer gave.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text to keep.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageToken")
    }
}

/// A page.
#[derive(Debug, Clone)]
pub struct PageOf<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where it goes on; `None` on the last page.
    pub next: Option<PageToken>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_seven_days_of_brasilia_have_their_own_address() {
        let recent = |from: &str, to: &str, now: &str| {
            let window = Window { from: from.parse().unwrap(), to: to.parse().unwrap() };
            window.is_recent(now.parse().unwrap())
        };
        assert!(recent("2026-11-16", "2026-11-22", "2026-11-22T12:00:00Z"));
        assert!(recent("2026-11-22", "2026-11-22", "2026-11-22T12:00:00Z"));
        assert!(recent("2026-11-16", "2026-11-22", "2026-11-23T02:59:59Z"), "still the same day in Brasília");
        assert!(!recent("2026-11-16", "2026-11-22", "2026-11-23T03:00:00Z"));
        assert!(!recent("2026-11-15", "2026-11-22", "2026-11-22T12:00:00Z"));
        assert!(!recent("2026-11-16", "2026-11-23", "2026-11-22T12:00:00Z"));
    }
}
