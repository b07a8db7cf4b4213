use vinculo_domain::Permission;
use vinculo_domain::model::{InvestmentContent, InvestmentDraft, InvestmentTransactionDraft, InvestmentType};

use super::{Family, first_currency, fixed};
use crate::ProtocolError;
use crate::openfinance::map::bank_key::Counter;
use crate::openfinance::wire::fixed::{FixedBalance, FixedItem, FixedMovement};
use crate::openfinance::wire::treasure_titles::TreasureDetail;
use crate::openfinance::wire::value::Text;

/// Treasure titles v1: Tesouro Direto.
pub(crate) struct Treasure;

impl Family for Treasure {
    const KIND: InvestmentType = InvestmentType::TreasuryBond;
    const API: &'static str = "treasure-titles";
    const PERMISSION: Permission = Permission::TreasureTitlesRead;

    type Item = FixedItem;
    type Detail = TreasureDetail;
    type Balance = FixedBalance;
    type Movement = FixedMovement;

    fn id(item: &FixedItem) -> &Text {
        &item.investment_id
    }

    fn investment(id: &str, _: &FixedItem, detail: &TreasureDetail, balance: Option<&FixedBalance>) -> InvestmentDraft {
        let gross = balance.and_then(|balance| balance.gross_amount.as_ref());
        InvestmentDraft {
            internal_identification: id.to_owned(),
            content: InvestmentContent {
                kind: Self::KIND,
                issuer_id_number: None,
                isin_number: detail.isin_code.cut(12),
                currency: first_currency([gross.map(|money| &money.currency)]),
                product_name: detail.product_name.cut(250).unwrap_or_default(),
                is_tax_exempt: None,
                clearing_code: None,
                due_date: detail.due_date.0,
                issue_date: None,
                purchase_date: detail.purchase_date.0,
                grace_period_date: None,
                issue_unit_price: None,
                balance: balance.map(fixed::balance),
                remuneration: fixed::remuneration(detail.remuneration.as_ref()),
                classification_details: None,
                voucher_payment_details: fixed::voucher(
                    &detail.voucher_payment_indicator,
                    &detail.voucher_payment_periodicity,
                    &detail.voucher_payment_periodicity_additional_info,
                ),
                debtor_details: None,
            },
        }
    }

    fn movement(item: &FixedMovement, counter: &mut Counter) -> Result<InvestmentTransactionDraft, ProtocolError> {
        fixed::movement(item, counter)
    }
}
