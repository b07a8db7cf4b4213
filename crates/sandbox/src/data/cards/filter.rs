//! The filters of card transactions.

use super::super::call::Call;
use super::super::reply::Problem;
use crate::people::cards::CardEntry;

/// What a caller wants to see.
#[derive(Debug)]
pub(super) struct Filter {
    kind: Option<&'static str>,
    mcc: Option<u16>,
}

impl Filter {
    /// Reads `transactionType` and `payeeMCC`.
    pub(super) fn of(call: &Call) -> Result<Self, Problem> {
        const KINDS: [&str; 7] = [
            "PAGAMENTO",
            "PAGAMENTO_FATURA",
            "TARIFA",
            "OPERACOES_CREDITO_CONTRATADAS_CARTAO",
            "ESTORNO",
            "CASHBACK",
            "OUTROS",
        ];
        let kind = |text: &str| KINDS.into_iter().find(|kind| *kind == text);
        let mcc = |text: &str| text.parse().ok().filter(|mcc: &u16| *mcc <= 9_999);
        Ok(Self { kind: read(call, "transactionType", kind)?, mcc: read(call, "payeeMCC", mcc)? })
    }

    /// Says whether `entry` passes.
    pub(super) fn admits(&self, entry: &CardEntry) -> bool {
        self.kind.is_none_or(|kind| entry.kind.as_str() == kind) && self.mcc.is_none_or(|mcc| entry.mcc == Some(mcc))
    }
}

fn read<T>(call: &Call, name: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
    call.parameter(name)?.map(|text| parse(text).ok_or(Problem::Malformed(name))).transpose()
}
