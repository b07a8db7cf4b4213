//! An account as the bank keeps it.

use std::fmt;

use jiff::civil::Date;

use super::standing::{ResourceStatus, Standing};

/// The kinds of account of the accounts API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountKind {
    /// `CONTA_DEPOSITO_A_VISTA`
    Deposit,
    /// `CONTA_POUPANCA`
    Savings,
    /// `CONTA_PAGAMENTO_PRE_PAGA`
    Prepaid,
}

impl AccountKind {
    /// The kind as the standard spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deposit => "CONTA_DEPOSITO_A_VISTA",
            Self::Savings => "CONTA_POUPANCA",
            Self::Prepaid => "CONTA_PAGAMENTO_PRE_PAGA",
        }
    }

    /// The kind as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Deposit => "Conta corrente",
            Self::Savings => "Conta poupança",
            Self::Prepaid => "Conta de pagamento",
        }
    }
}

/// An account that a person or a company holds at a brand.
#[derive(Debug, Clone)]
pub struct Account {
    /// Opaque id, the same for ever, without anything personal in it.
    pub id: String,
    /// Slug of the brand that keeps it.
    pub brand: &'static str,
    /// CPF or CNPJ of the holder.
    pub holder: &'static str,
    /// The kind of account.
    pub kind: AccountKind,
    /// Branch, four digits; prepaid accounts have none.
    pub branch: Option<&'static str>,
    /// Number without the check digit.
    pub number: String,
    /// Check digit.
    pub digit: char,
    pub(crate) standing: Standing,
    /// What its money does.
    pub(crate) plan: super::profile::Plan,
}

impl Account {
    /// The kind of holding as the standard spells it: one holder, or two who must agree.
    pub fn subtype(&self) -> &'static str {
        if self.standing.pending { "CONJUNTA_SIMPLES" } else { "INDIVIDUAL" }
    }

    /// Whether its data can be read on the local date `today`.
    pub fn status(&self, today: Date) -> ResourceStatus {
        self.standing.status(today)
    }
}

/// The account as people recognise it: `Conta corrente 6272 / 94088392-4`.
impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.kind.label())?;
        if let Some(branch) = self.branch {
            write!(f, "{branch} / ")?;
        }
        write!(f, "{}-{}", self.number, self.digit)
    }
}
