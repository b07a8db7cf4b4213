//! One movement of money, and how it looks at an instant.

use jiff::Timestamp;
use jiff::civil::Date;

use super::money::Money;
use super::party::Party;

/// Direction of a movement, seen from the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flow {
    /// Money comes in.
    Credit,
    /// Money goes out.
    Debit,
}

impl Flow {
    /// The direction as the standard spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credit => "CREDITO",
            Self::Debit => "DEBITO",
        }
    }
}

/// Type of a movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of `as_str`")]
pub enum Kind {
    Ted,
    Pix,
    SameBank,
    Boleto,
    Collection,
    FeePackage,
    SingleFee,
    Payroll,
    Deposit,
    Withdrawal,
    Card,
    OverdraftInterest,
    Yield,
    SalaryPortability,
    Redemption,
    ReservedBalance,
    CreditOperation,
    /// `OUTROS`, with the addition that the standard then wants.
    Other(&'static str),
}

impl Kind {
    /// The type as the standard spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ted => "TED",
            Self::Pix => "PIX",
            Self::SameBank => "TRANSFERENCIA_MESMA_INSTITUICAO",
            Self::Boleto => "BOLETO",
            Self::Collection => "CONVENIO_ARRECADACAO",
            Self::FeePackage => "PACOTE_TARIFA_SERVICOS",
            Self::SingleFee => "TARIFA_SERVICOS_AVULSOS",
            Self::Payroll => "FOLHA_PAGAMENTO",
            Self::Deposit => "DEPOSITO",
            Self::Withdrawal => "SAQUE",
            Self::Card => "CARTAO",
            Self::OverdraftInterest => "ENCARGOS_JUROS_CHEQUE_ESPECIAL",
            Self::Yield => "RENDIMENTO_APLIC_FINANCEIRA",
            Self::SalaryPortability => "PORTABILIDADE_SALARIO",
            Self::Redemption => "RESGATE_APLIC_FINANCEIRA",
            Self::ReservedBalance => "TRANSFERENCIA_SALDO_RESERVADO",
            Self::CreditOperation => "OPERACAO_CREDITO",
            Self::Other(_) => "OUTROS",
        }
    }

    /// The addition to the type, mandatory for `OUTROS`.
    pub fn addition(self) -> Option<&'static str> {
        match self {
            Self::Other(addition) => Some(addition),
            _ => None,
        }
    }

    /// Says whether the id is final on the day itself (D0); all other types wait for the next working day (D+1).
    pub fn is_final_same_day(self) -> bool {
        matches!(self, Self::Ted | Self::Pix | Self::SameBank | Self::SingleFee | Self::Payroll)
    }

    /// Says whether the standard demands the counterparty.
    pub fn needs_party(self, flow: Flow) -> bool {
        match self {
            Self::Ted | Self::Pix | Self::SameBank => true,
            Self::Boleto | Self::Collection => flow == Flow::Debit,
            Self::Payroll | Self::Deposit => flow == Flow::Credit,
            _ => false,
        }
    }
}

/// How far a movement is at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// `LANCAMENTO_FUTURO`: announced, not yet due.
    Future,
    /// `TRANSACAO_PROCESSANDO`: done, the id may still change.
    Processing,
    /// `TRANSACAO_EFETIVADA`: done, the id is final.
    Effective,
}

impl Stage {
    /// The stage as the standard spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Future => "LANCAMENTO_FUTURO",
            Self::Processing => "TRANSACAO_PROCESSANDO",
            Self::Effective => "TRANSACAO_EFETIVADA",
        }
    }
}

/// One movement of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What the final id is made of.
    pub(crate) key: u128,
    /// Booking date, local.
    pub date: Date,
    /// When it happens.
    pub at: Timestamp,
    /// When it becomes known, for what is scheduled.
    pub(crate) announced: Option<Timestamp>,
    /// When its id becomes final.
    pub(crate) settles: Timestamp,
    /// Its direction.
    pub flow: Flow,
    /// Its type.
    pub kind: Kind,
    /// What the statement says.
    pub name: String,
    /// How much, without a sign.
    pub amount: Money,
    /// The other side, where the standard demands it.
    pub party: Option<Party>,
}

impl Entry {
    /// How far the movement is at `now`; `None` while nobody knows of it.
    pub fn stage(&self, now: Timestamp) -> Option<Stage> {
        if now >= self.settles {
            Some(Stage::Effective)
        } else if now >= self.at {
            Some(Stage::Processing)
        } else {
            self.announced.filter(|&known| now >= known).map(|_| Stage::Future)
        }
    }

    /// The amount with its sign.
    pub fn signed(&self) -> Money {
        match self.flow {
            Flow::Credit => self.amount,
            Flow::Debit => -self.amount,
        }
    }

    /// The id at a stage: the network's dummy, one that changes by the day, or the final one.
    pub fn id(&self, stage: Stage, today: Date) -> String {
        match stage {
            Stage::Future => "9999999".to_owned(),
            Stage::Processing => format!("P{}{:016x}", today.strftime("%Y%m%d"), (self.key >> 64) as u64),
            Stage::Effective => format!("{:032x}", self.key),
        }
    }
}
