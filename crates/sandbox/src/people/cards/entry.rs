//! One line of a card's statement.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::people::history::{Flow, Money, Month};

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardKind {
    /// Something bought.
    Purchase,
    /// A bill paid, or part of it.
    BillPayment,
    /// A fee, with its type as the standard spells it.
    Fee(&'static str),
    /// Credit taken with the card, with its type as the standard spells it.
    Credit(&'static str),
    /// A purchase taken back.
    Refund,
    /// Money back for what was bought.
    Cashback,
    /// Anything else, with the addition that the standard then wants.
    Other(&'static str),
    /// A charge for credit: its type among the finance charges of a bill, and the addition.
    Charge(&'static str, &'static str),
}

impl CardKind {
    /// The type as the standard spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Purchase => "PAGAMENTO",
            Self::BillPayment => "PAGAMENTO_FATURA",
            Self::Fee(_) => "TARIFA",
            Self::Credit(_) => "OPERACOES_CREDITO_CONTRATADAS_CARTAO",
            Self::Refund => "ESTORNO",
            Self::Cashback => "CASHBACK",
            Self::Other(_) | Self::Charge(..) => "OUTROS",
        }
    }

    /// The addition to the type, mandatory for `OUTROS`.
    pub fn addition(self) -> Option<&'static str> {
        match self {
            Self::Other(addition) | Self::Charge(_, addition) => Some(addition),
            _ => None,
        }
    }
}

/// An amount in another currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign {
    /// How much.
    pub amount: Money,
    /// ISO 4217.
    pub currency: &'static str,
}

/// One line of a card's statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardEntry {
    pub(crate) key: u128,
    /// When it happened; the same for all instalments of a purchase.
    pub at: Timestamp,
    /// The local date of that.
    pub date: Date,
    /// The day on which it comes on its bill.
    pub posted: Date,
    pub(crate) bill: Month,
    /// What it is.
    pub kind: CardKind,
    /// Its direction: debits are owed.
    pub flow: Flow,
    /// What the statement says.
    pub name: String,
    /// How much in reais, without a sign; of an instalment its own part.
    pub amount: Money,
    /// What it was in another currency.
    pub foreign: Option<Foreign>,
    /// Which instalment of how many.
    pub instalment: Option<(u16, u16)>,
    /// Category code of the shop.
    pub mcc: Option<u16>,
    /// Which of the account's cards.
    pub plastic: usize,
}

impl CardEntry {
    /// Its id, unique and the same for ever.
    pub fn id(&self) -> String {
        format!("{:032x}", self.key)
    }

    /// Month and year of the bill it is, or will be, on: `2026-11`.
    pub fn forecast(&self) -> String {
        format!("{:04}-{:02}", self.bill.year, self.bill.month)
    }

    /// What it adds to a bill; payments of bills add nothing.
    pub(crate) fn owed(&self) -> Money {
        match (self.kind, self.flow) {
            (CardKind::BillPayment, _) => Money::ZERO,
            (_, Flow::Debit) => self.amount,
            (_, Flow::Credit) => -self.amount,
        }
    }

    pub(crate) fn key(&self) -> u128 {
        self.key
    }

    pub(crate) fn bill_key(&self) -> u64 {
        self.bill.key()
    }
}
