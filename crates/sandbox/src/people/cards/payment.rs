//! The other side of a bill: the debit on the holder's account.

use super::statement::Statement;
use super::table;
use crate::people::AccountKind;
use crate::people::history::{Draft, Kind, Month, Pen};

/// So many days before it is due the payment is announced; the bill is closed by then.
const ANNOUNCED: i64 = 6;

/// Writes the payments of `month` for all card bills that the account pays.
pub(crate) fn write(pen: &mut Pen<'_>, month: Month) {
    let account = pen.account;
    if account.kind != AccountKind::Deposit {
        return;
    }
    for card in table::held(account.brand, account.holder) {
        for bill in [month.previous(), month] {
            if Month::of(card.plan.cycle(bill).paid) != month {
                continue;
            }
            let Some(payment) = Statement::of(&card, bill).payment(bill) else { continue };
            let kind = Kind::Other("PAGAMENTO_FATURA_CARTAO");
            let draft = Draft::debit(payment.date, kind, payment.amount, "Pagamento de fatura do cartão");
            let draft = if card.plan.is_late(bill) { draft } else { draft.announced(ANNOUNCED) };
            pen.write(draft.hours(7, 10));
        }
    }
}
