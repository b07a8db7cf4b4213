use vinculo_domain::model::{
    BrokerNote, InvestmentBalance, InvestmentContent, InvestmentDraft, InvestmentTransactionContent,
    InvestmentTransactionDraft, InvestmentType, Remuneration,
};
use vinculo_domain::{Amount, Permission};

use super::{Family, direction, first_currency, key, price, sum};
use crate::ProtocolError;
use crate::openfinance::map::bank_key::Counter;
use crate::openfinance::map::missing;
use crate::openfinance::wire::value::{Money, Text};
use crate::openfinance::wire::variable_incomes::{BrokerNoteBody, ShareBalance, ShareDetail, ShareItem, ShareMovement};

/// Variable incomes v1: shares and what is traded like them.
pub(crate) struct Variable;

impl Family for Variable {
    const KIND: InvestmentType = InvestmentType::VariableIncome;
    const API: &'static str = "variable-incomes";
    const PERMISSION: Permission = Permission::VariableIncomesRead;

    type Item = ShareItem;
    type Detail = ShareDetail;
    type Balance = ShareBalance;
    type Movement = ShareMovement;

    fn id(item: &ShareItem) -> &Text {
        &item.investment_id
    }

    fn investment(id: &str, _: &ShareItem, detail: &ShareDetail, balance: Option<&ShareBalance>) -> InvestmentDraft {
        let gross = balance.and_then(|balance| balance.gross_amount.as_ref());
        InvestmentDraft {
            internal_identification: id.to_owned(),
            content: InvestmentContent {
                kind: Self::KIND,
                issuer_id_number: detail.issuer_institution_cnpj_number.cut(14),
                isin_number: detail.isin_code.cut(12),
                currency: first_currency([gross.map(|money| &money.currency)]),
                product_name: detail.ticker.cut(250).unwrap_or_default(),
                is_tax_exempt: None,
                clearing_code: None,
                due_date: None,
                issue_date: None,
                purchase_date: None,
                grace_period_date: None,
                issue_unit_price: None,
                balance: balance.map(share_balance),
                remuneration: Remuneration::default(),
                classification_details: None,
                voucher_payment_details: None,
                debtor_details: None,
            },
        }
    }

    fn movement(wire: &ShareMovement, counter: &mut Counter) -> Result<InvestmentTransactionDraft, ProtocolError> {
        let value_date = wire.transaction_date.0.ok_or_else(|| missing("transactionDate"))?;
        let values = format!("{value_date}{:?}{:?}", wire.transaction_value, wire.transaction_quantity);
        Ok(InvestmentTransactionDraft {
            bank_key: key(&wire.transaction_id, &[&wire.kind, &wire.transaction_type], &values, counter),
            content: InvestmentTransactionContent {
                internal_identification: wire.transaction_id.cut(100),
                value_date,
                gross_value: None,
                net_value: None,
                value: sum(wire.transaction_value.as_ref()),
                unit_price: price(wire.transaction_unit_price.as_ref()),
                price_factor: wire.price_factor.0,
                transaction_tax: None,
                income_tax: None,
                quantity: wire.transaction_quantity.0,
                direction: direction(&wire.kind),
                subtype: wire.transaction_type.cut(50),
                subtype_additional_info: wire.transaction_type_additional_info.cut(100),
                indexer_percentage: None,
                rate: None,
                exit_fee: None,
                broker_note_details: None,
            },
        })
    }

    fn note(wire: &ShareMovement) -> Option<&str> {
        wire.broker_note_id.get()
    }
}

fn share_balance(wire: &ShareBalance) -> InvestmentBalance {
    InvestmentBalance {
        reference_date: wire.reference_date.0,
        gross_value: sum(wire.gross_amount.as_ref()),
        blocked_amount: sum(wire.blocked_balance.as_ref()),
        quantity: wire.quantity.0,
        gross_unit_price: None,
        net_value: None,
        withheld_amount: None,
        transaction_fee: None,
        purchase_unit_price: None,
        pre_fixed_rate: None,
        post_fixed_rate: None,
        penalty_fee: None,
        late_payment_fee: None,
        closing_price: price(wire.closing_price.as_ref()),
        unit_price_factor: wire.price_factor.0,
    }
}

/// Maps `/broker-notes/{brokerNoteId}`. Every key of a note is required: what the bank does not charge is nothing.
/// `None` for a note without a number.
pub(crate) fn broker_note(wire: &BrokerNoteBody) -> Option<BrokerNote> {
    let or_nothing = |money: &Option<Money>| sum(money.as_ref()).unwrap_or(Amount::ZERO);
    Some(BrokerNote {
        broker_note_number: wire.broker_note_number.cut(16)?,
        gross_value: or_nothing(&wire.gross_value),
        brokerage_fee: or_nothing(&wire.brokerage_fee),
        clearing_settlement_fee: or_nothing(&wire.clearing_settlement_fee),
        clearing_registration_fee: or_nothing(&wire.clearing_registration_fee),
        stock_exchange_asset_trade_notice_fee: or_nothing(&wire.stock_exchange_asset_trade_notice_fee),
        stock_exchange_fee: or_nothing(&wire.stock_exchange_fee),
        clearing_custody_fee: or_nothing(&wire.clearing_custody_fee),
        taxes: or_nothing(&wire.taxes),
        income_tax: or_nothing(&wire.income_tax),
        net_value: or_nothing(&wire.net_value),
    })
}
