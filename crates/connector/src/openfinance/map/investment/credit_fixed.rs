use vinculo_domain::Permission;
use vinculo_domain::model::{Debtor, InvestmentContent, InvestmentDraft, InvestmentTransactionDraft, InvestmentType};

use super::{Family, first_currency, fixed, price, yes};
use crate::ProtocolError;
use crate::openfinance::map::bank_key::Counter;
use crate::openfinance::wire::credit_fixed_incomes::CreditFixedDetail;
use crate::openfinance::wire::fixed::{FixedBalance, FixedItem, FixedMovement};
use crate::openfinance::wire::value::Text;

/// Credit fixed incomes v1: debentures, CRI, CRA.
pub(crate) struct CreditFixed;

impl Family for CreditFixed {
    const KIND: InvestmentType = InvestmentType::FixedIncomeCredit;
    const API: &'static str = "credit-fixed-incomes";
    const PERMISSION: Permission = Permission::CreditFixedIncomesRead;

    type Item = FixedItem;
    type Detail = CreditFixedDetail;
    type Balance = FixedBalance;
    type Movement = FixedMovement;

    fn id(item: &FixedItem) -> &Text {
        &item.investment_id
    }

    fn investment(
        id: &str,
        item: &FixedItem,
        detail: &CreditFixedDetail,
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
                is_tax_exempt: yes(&detail.tax_exempt_product),
                clearing_code: detail.clearing_code.cut(30),
                due_date: detail.due_date.0,
                issue_date: detail.issue_date.0,
                purchase_date: detail.purchase_date.0,
                grace_period_date: detail.grace_period_date.0,
                issue_unit_price: price(issue),
                balance: balance.map(fixed::balance),
                remuneration: fixed::remuneration(detail.remuneration.as_ref()),
                classification_details: None,
                voucher_payment_details: fixed::voucher(
                    &detail.voucher_payment_indicator,
                    &detail.voucher_payment_periodicity,
                    &detail.voucher_payment_periodicity_additional_info,
                ),
                debtor_details: debtor(detail),
            },
        }
    }

    fn movement(item: &FixedMovement, counter: &mut Counter) -> Result<InvestmentTransactionDraft, ProtocolError> {
        fixed::movement(item, counter)
    }
}

fn debtor(detail: &CreditFixedDetail) -> Option<Debtor> {
    let debtor = Debtor { name: detail.debtor_name.cut(70), id_document_number: detail.debtor_cnpj_number.cut(14) };
    (debtor.name.is_some() || debtor.id_document_number.is_some()).then_some(debtor)
}
