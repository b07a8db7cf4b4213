use vinculo_domain::Permission;
use vinculo_domain::model::{
    Classification, InvestmentBalance, InvestmentContent, InvestmentDraft, InvestmentTransactionContent,
    InvestmentTransactionDraft, InvestmentType, Remuneration,
};

use super::{Family, direction, first_currency, key, price, sum};
use crate::ProtocolError;
use crate::openfinance::map::bank_key::Counter;
use crate::openfinance::map::missing;
use crate::openfinance::wire::funds::{FundBalance, FundDetail, FundItem, FundMovement};
use crate::openfinance::wire::value::Text;

/// Funds v1.
pub(crate) struct Funds;

impl Family for Funds {
    const KIND: InvestmentType = InvestmentType::InvestmentFund;
    const API: &'static str = "funds";
    const PERMISSION: Permission = Permission::FundsRead;
    const DAYS: (&'static str, &'static str) = ("fromTransactionConversionDate", "toTransactionConversionDate");

    type Item = FundItem;
    type Detail = FundDetail;
    type Balance = FundBalance;
    type Movement = FundMovement;

    fn id(item: &FundItem) -> &Text {
        &item.investment_id
    }

    fn investment(id: &str, item: &FundItem, detail: &FundDetail, balance: Option<&FundBalance>) -> InvestmentDraft {
        let gross = balance.and_then(|balance| balance.gross_amount.as_ref());
        InvestmentDraft {
            internal_identification: id.to_owned(),
            content: InvestmentContent {
                kind: Self::KIND,
                issuer_id_number: detail.cnpj_number.cut(14),
                isin_number: detail.isin_code.cut(12),
                currency: first_currency([gross.map(|money| &money.currency)]),
                product_name: detail.name.cut(250).unwrap_or_default(),
                is_tax_exempt: None,
                clearing_code: None,
                due_date: None,
                issue_date: None,
                purchase_date: None,
                grace_period_date: None,
                issue_unit_price: None,
                balance: balance.map(fund_balance),
                remuneration: Remuneration::default(),
                classification_details: classification(item, detail),
                voucher_payment_details: None,
                debtor_details: None,
            },
        }
    }

    /// `value_date` is the day on which money became quotas or the other way round.
    fn movement(wire: &FundMovement, counter: &mut Counter) -> Result<InvestmentTransactionDraft, ProtocolError> {
        let value_date = wire.transaction_conversion_date.0.ok_or_else(|| missing("transactionConversionDate"))?;
        let values = format!("{value_date}{:?}{:?}", wire.transaction_gross_value, wire.transaction_quota_quantity);
        Ok(InvestmentTransactionDraft {
            bank_key: key(&wire.transaction_id, &[&wire.kind, &wire.transaction_type], &values, counter),
            content: InvestmentTransactionContent {
                internal_identification: wire.transaction_id.cut(100),
                value_date,
                gross_value: sum(wire.transaction_gross_value.as_ref()),
                net_value: sum(wire.transaction_net_value.as_ref()),
                value: sum(wire.transaction_value.as_ref()),
                unit_price: price(wire.transaction_quota_price.as_ref()),
                price_factor: None,
                transaction_tax: sum(wire.financial_transaction_tax.as_ref()),
                income_tax: sum(wire.income_tax.as_ref()),
                quantity: wire.transaction_quota_quantity.0,
                direction: direction(&wire.kind),
                subtype: subtype(&wire.transaction_type),
                subtype_additional_info: wire.transaction_type_additional_info.cut(100),
                indexer_percentage: None,
                rate: None,
                exit_fee: sum(wire.transaction_exit_fee.as_ref()),
                broker_note_details: None,
            },
        })
    }
}

fn fund_balance(wire: &FundBalance) -> InvestmentBalance {
    InvestmentBalance {
        reference_date: wire.reference_date.0,
        gross_value: sum(wire.gross_amount.as_ref()),
        blocked_amount: sum(wire.blocked_amount.as_ref()),
        quantity: wire.quota_quantity.0,
        gross_unit_price: price(wire.quota_gross_price_value.as_ref()),
        net_value: sum(wire.net_amount.as_ref()),
        withheld_amount: sum(wire.income_tax_provision.as_ref()),
        transaction_fee: sum(wire.financial_transaction_tax_provision.as_ref()),
        purchase_unit_price: None,
        pre_fixed_rate: None,
        post_fixed_rate: None,
        penalty_fee: None,
        late_payment_fee: None,
        closing_price: None,
        unit_price_factor: None,
    }
}

/// The detail wins over the list, which holds the same again.
fn classification(item: &FundItem, detail: &FundDetail) -> Option<Classification> {
    let either = |detail: &Text, item: &Text, most| detail.cut(most).or_else(|| item.cut(most));
    let found = Classification {
        category: either(&detail.anbima_category, &item.anbima_category, 13),
        class: either(&detail.anbima_class, &item.anbima_class, 70),
        subclass: either(&detail.anbima_subclass, &item.anbima_subclass, 70),
    };
    let known = [&found.category, &found.class, &found.subclass].iter().any(|part| part.is_some());
    known.then_some(found)
}

/// The API spells one word of the network differently.
fn subtype(kind: &Text) -> Option<String> {
    match kind.get()? {
        "TRANSFERENCIA_COTAS" => Some("TRANSFERENCIA_DE_COTAS".to_owned()),
        _ => kind.cut(50),
    }
}
