use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::time::{micros, micros_option};
use super::words::words;
use super::{CreditData, Ids, LoanData, Record};
use crate::{AccountId, Amount, InstitutionCode, LinkId};

/// An account: deposit, savings, prepaid, card or credit contract (`belvo-api.md`, 10.5).
pub type Account = Record<AccountHead, AccountContent>;

/// Ids and times of an [`Account`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AccountHead {
    /// Our id.
    pub id: AccountId,
    /// Link that the account belongs to.
    pub link: Option<LinkId>,
    /// Institution that holds it.
    pub institution: AccountInstitution,
    /// When the institution gave this reading.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub collected_at: Timestamp,
    /// When the record was first stored.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub created_at: Timestamp,
    /// When the link's data was last fetched with success.
    #[serde(with = "micros_option")]
    #[schemars(with = "Option<Timestamp>")]
    pub last_accessed_at: Option<Timestamp>,
}

/// The institution of an account: an object here, while a link has only the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AccountInstitution {
    /// Code.
    pub name: InstitutionCode,
    /// Always `bank`.
    #[serde(rename = "type")]
    pub kind: String,
}

impl From<InstitutionCode> for AccountInstitution {
    fn from(name: InstitutionCode) -> Self {
        Self { name, kind: "bank".to_owned() }
    }
}

words! {
    /// What an account is.
    AccountCategory {
        AdvanceDeposit = "ADVANCE_DEPOSIT_ACCOUNT",
        Checking = "CHECKING_ACCOUNT",
        CreditCard = "CREDIT_CARD",
        Financing = "FINANCING_ACCOUNT",
        Investment = "INVESTMENT_ACCOUNT",
        InvoiceFinancing = "INVOICE_FINANCING_ACCOUNT",
        Loan = "LOAN_ACCOUNT",
        PensionFund = "PENSION_FUND_ACCOUNT",
        Savings = "SAVINGS_ACCOUNT",
        Uncategorized = "UNCATEGORIZED",
    }

    /// Whether the balance is the person's or the institution's.
    BalanceType {
        Asset = "ASSET",
        Liability = "LIABILITY",
    }
}

/// Limits of an account with an overdraft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Overdraft {
    /// Contracted limit.
    pub arranged: Amount,
    /// Used part of it.
    pub used: Amount,
    /// Used beyond it.
    pub unarranged: Amount,
}

/// Balances inside an account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Balances {
    /// Balance at the time of the reading; for cards what is spent, for contracts what remains to be paid.
    pub current: Option<Amount>,
    /// What the owner can use.
    pub available: Option<Amount>,
    /// Held by pending transactions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<Amount>,
    /// Invested by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automatically_invested: Option<Amount>,
}

/// What the institution said about an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AccountContent {
    /// What it is.
    pub category: Option<AccountCategory>,
    /// Whether to count the balance as positive or negative.
    pub balance_type: Option<BalanceType>,
    /// Overdraft, checking accounts only.
    pub overdraft: Option<Overdraft>,
    /// Network value, untranslated (`CONTA_DEPOSITO_A_VISTA`).
    #[serde(rename = "type")]
    pub kind: String,
    /// Network value, untranslated (`INDIVIDUAL`).
    pub subtype: String,
    /// Name of the account.
    pub name: Option<String>,
    /// Number without branch and check digit.
    pub number: Option<String>,
    /// Branch code.
    pub agency: Option<String>,
    /// Check digit of the number.
    pub check_digit: Option<String>,
    /// Balances.
    pub balance: Balances,
    /// Currency, three letters.
    pub currency: String,
    /// Kind of public identification, e.g. `AGENCY/ACCOUNT`.
    pub public_identification_name: Option<String>,
    /// The public identification, e.g. `6272/94088392-4`.
    pub public_identification_value: Option<String>,
    /// Identifier at the institution; the identity of the account when it is read again.
    pub internal_identification: String,
    /// Cards only.
    pub credit_data: Option<Box<CreditData>>,
    /// Credit contracts only.
    pub loan_data: Option<Box<LoanData>>,
    /// Always `null` in Brazil.
    pub funds_data: Option<String>,
}

/// An account as the institution gave it.
pub type AccountDraft = AccountContent;

impl AccountContent {
    /// Returns the identity of the account at the institution.
    pub fn bank_key(&self) -> &str {
        &self.internal_identification
    }

    /// Adds what is ours. `last_accessed_at`: the link's last successful fetch.
    pub fn with_ids(
        mut self,
        ids: Ids<AccountId>,
        institution: InstitutionCode,
        last_accessed_at: Option<Timestamp>,
    ) -> Account {
        if let Some(card) = &mut self.credit_data {
            card.collected_at = ids.collected_at;
        }
        if let Some(contract) = &mut self.loan_data {
            contract.collected_at = ids.collected_at;
        }
        let head = AccountHead {
            id: ids.id,
            link: ids.link,
            institution: institution.into(),
            collected_at: ids.collected_at,
            created_at: ids.created_at,
            last_accessed_at,
        };
        Record { head, content: self }
    }
}
