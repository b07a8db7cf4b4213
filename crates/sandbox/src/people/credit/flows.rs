//! The other side of a contract: what comes in and what is taken from the borrower's account.

use super::contract::{self, Contract};
use super::table;
use crate::people::AccountKind;
use crate::people::history::{Draft, Kind, Month, Pen};

/// So many days before it is due a part is announced.
const ANNOUNCED: i64 = 8;

/// Writes what contracts do to the account in `month`.
pub(crate) fn write(pen: &mut Pen<'_>, month: Month) {
    let account = pen.account;
    if account.kind != AccountKind::Deposit {
        return;
    }
    for (n, series) in table::of(account.brand, account.holder) {
        for contract in contract::during(n, series, month) {
            paid_out(pen, &contract, month);
            taken(pen, &contract, month);
        }
    }
}

fn paid_out(pen: &mut Pen<'_>, contract: &Contract, month: Month) {
    if contract.pays_out() && Month::of(contract.date) == month {
        let name = format!("Crédito liberado - {}", contract.product.name);
        pen.write(Draft::credit(contract.date, Kind::CreditOperation, contract.amount, name).hours(8, 12));
    }
}

fn taken(pen: &mut Pen<'_>, contract: &Contract, month: Month) {
    let name = contract.product.name;
    for flow in contract.flows().into_iter().filter(|flow| Month::of(flow.date) == month) {
        let what = match (&flow.instalment, flow.date == contract.date) {
            (Some(_), _) => format!("Prestação - {name}"),
            (None, true) => format!("Tarifa e IOF de contratação - {name}"),
            (None, false) => format!("Encargos por atraso - {name}"),
        };
        let hours = if flow.instalment.is_none() && flow.date == contract.date { (12, 13) } else { (5, 6) };
        let draft = Draft::debit(flow.date, Kind::CreditOperation, flow.amount, what).hours(hours.0, hours.1);
        let on_time = contract.instalments.iter().any(|part| part.paid == flow.date && part.due == part.paid);
        pen.write(if flow.instalment.is_some() && on_time { draft.announced(ANNOUNCED) } else { draft });
    }
}
