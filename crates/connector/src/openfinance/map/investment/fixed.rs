//! What papers with a fixed income have in common.

use vinculo_domain::model::{
    InvestmentBalance, InvestmentTransactionContent, InvestmentTransactionDraft, Remuneration, VoucherPayment,
};

use super::{direction, key, price, sum, yes};
use crate::ProtocolError;
use crate::openfinance::map::bank_key::Counter;
use crate::openfinance::map::missing;
use crate::openfinance::wire::fixed::{FixedBalance, FixedMovement, RemunerationBody};
use crate::openfinance::wire::value::Text;

pub(super) fn remuneration(wire: Option<&RemunerationBody>) -> Remuneration {
    let Some(wire) = wire else { return Remuneration::default() };
    Remuneration {
        pre_fixed_rate: wire.pre_fixed_rate.0,
        post_fixed_rate: wire.post_fixed_indexer_percentage.0,
        rate_type: wire.rate_type.cut(30),
        rate_periodicity: wire.rate_periodicity.cut(30),
        calculation_base: wire.calculation.cut(30),
        indexer: wire.indexer.cut(30),
        indexer_additional_info: wire.indexer_additional_info.cut(50),
    }
}

pub(super) fn balance(wire: &FixedBalance) -> InvestmentBalance {
    InvestmentBalance {
        reference_date: wire.reference_date_time.0,
        gross_value: sum(wire.gross_amount.as_ref()),
        blocked_amount: sum(wire.blocked_balance.as_ref()),
        quantity: wire.quantity.0,
        gross_unit_price: price(wire.updated_unit_price.as_ref()),
        net_value: sum(wire.net_amount.as_ref()),
        withheld_amount: sum(wire.income_tax.as_ref()),
        transaction_fee: sum(wire.financial_transaction_tax.as_ref()),
        purchase_unit_price: price(wire.purchase_unit_price.as_ref()),
        pre_fixed_rate: wire.pre_fixed_rate.0,
        post_fixed_rate: wire.post_fixed_indexer_percentage.0,
        penalty_fee: sum(wire.fine.as_ref()),
        late_payment_fee: sum(wire.late_payment.as_ref()),
        closing_price: None,
        unit_price_factor: None,
    }
}

/// Interest on the way; `None` where the bank does not say whether there is any.
pub(super) fn voucher(indicator: &Text, periodicity: &Text, more: &Text) -> Option<VoucherPayment> {
    Some(VoucherPayment {
        is_voucher_payment: yes(indicator)?,
        periodicity: periodicity.cut(30),
        periodicity_additional_info: more.cut(50),
    })
}

/// Maps an item of `/investments/{investmentId}/transactions`.
pub(super) fn movement(
    wire: &FixedMovement,
    counter: &mut Counter,
) -> Result<InvestmentTransactionDraft, ProtocolError> {
    let value_date = wire.transaction_date.0.ok_or_else(|| missing("transactionDate"))?;
    let values = format!("{value_date}{:?}{:?}", wire.transaction_gross_value, wire.transaction_quantity);
    Ok(InvestmentTransactionDraft {
        bank_key: key(&wire.transaction_id, &[&wire.kind, &wire.transaction_type], &values, counter),
        content: InvestmentTransactionContent {
            internal_identification: wire.transaction_id.cut(100),
            value_date,
            gross_value: sum(wire.transaction_gross_value.as_ref()),
            net_value: sum(wire.transaction_net_value.as_ref()),
            value: None,
            unit_price: price(wire.transaction_unit_price.as_ref()),
            price_factor: None,
            transaction_tax: sum(wire.financial_transaction_tax.as_ref()),
            income_tax: sum(wire.income_tax.as_ref()),
            quantity: wire.transaction_quantity.0,
            direction: direction(&wire.kind),
            subtype: subtype(&wire.transaction_type),
            subtype_additional_info: wire.transaction_type_additional_info.cut(100),
            indexer_percentage: wire.indexer_percentage.0,
            rate: wire.remuneration_transaction_rate.0,
            exit_fee: None,
            broker_note_details: None,
        },
    })
}

/// The API writes one word of the network with its accent.
fn subtype(kind: &Text) -> Option<String> {
    match kind.get()? {
        "PREMIO" => Some("PRÊMIO".to_owned()),
        _ => kind.cut(50),
    }
}
