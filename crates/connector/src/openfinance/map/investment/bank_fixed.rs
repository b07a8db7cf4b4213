use vinculo_domain::Permission;
use vinculo_domain::model::{InvestmentContent, InvestmentDraft, InvestmentTransactionDraft, InvestmentType};

use super::{Family, first_currency, fixed, price};
use crate::ProtocolError;
use crate::openfinance::map::bank_key::Counter;
use crate::openfinance::wire::bank_fixed_incomes::BankFixedDetail;
use crate::openfinance::wire::fixed::{FixedBalance, FixedItem, FixedMovement};
use crate::openfinance::wire::value::Text;

/// Bank fixed incomes v1: CDB, RDB, LCI, LCA.
pub(crate) struct BankFixed;

impl Family for BankFixed {
    const KIND: InvestmentType = InvestmentType::FixedIncomeBanking;
    const API: &'static str = "bank-fixed-incomes";
    const PERMISSION: Permission = Permission::BankFixedIncomesRead;

    type Item = FixedItem;
    type Detail = BankFixedDetail;
    type Balance = FixedBalance;
    type Movement = FixedMovement;

    fn id(item: &FixedItem) -> &Text {
        &item.investment_id
    }

    fn investment(
        id: &str,
        item: &FixedItem,
        detail: &BankFixedDetail,
        balance: Option<&FixedBalance>,
    ) -> InvestmentDraft {
        let issue = detail.issue_unit_price.as_ref();
        let gross = balance.and_then(|balance| balance.gross_amount.as_ref());
        let kind = detail.investment_type.cut(250).or_else(|| item.investment_type.cut(250));
        InvestmentDraft {
            internal_identification: id.to_owned(),
            content: InvestmentContent {
                kind: Self::KIND,
                issuer_id_number: detail.issuer_institution_cnpj_number.cut(14),
                isin_number: detail.isin_code.cut(12),
                currency: first_currency([gross.map(|money| &money.currency), issue.map(|price| &price.currency)]),
                product_name: kind.unwrap_or_default(),
                is_tax_exempt: None,
                clearing_code: detail.clearing_code.cut(30),
                due_date: detail.due_date.0,
                issue_date: detail.issue_date.0,
                purchase_date: detail.purchase_date.0,
                grace_period_date: detail.grace_period_date.0,
                issue_unit_price: price(issue),
                balance: balance.map(fixed::balance),
                remuneration: fixed::remuneration(detail.remuneration.as_ref()),
                classification_details: None,
                voucher_payment_details: None,
                debtor_details: None,
            },
        }
    }

    fn movement(item: &FixedMovement, counter: &mut Counter) -> Result<InvestmentTransactionDraft, ProtocolError> {
        fixed::movement(item, counter)
    }
}
