//! Accounts and balances (`belvo-api.md`, 10.5 and 10.6).

use vinculo_domain::Amount;
use vinculo_domain::model::{
    AccountCategory, AccountDraft, BalanceContent, BalanceDraft, BalanceType, Balances, Overdraft,
};

use super::{either, missing};
use crate::ProtocolError;
use crate::openfinance::wire::accounts::{AccountBalances, AccountDetail, AccountItem, OverdraftLimits};
use crate::openfinance::wire::value::{Money, currency};

/// Maps what the four endpoints say about one account. The detail wins over the list, which holds the same again.
///
/// # Errors
/// No `accountId`.
pub(crate) fn account(
    item: &AccountItem,
    detail: &AccountDetail,
    balances: Option<&AccountBalances>,
    overdraft: Option<&OverdraftLimits>,
) -> Result<AccountDraft, ProtocolError> {
    let id = item.account_id.cut(100).ok_or_else(|| missing("accountId"))?;
    let kind = either(&detail.kind, &item.kind);
    let (agency, number) = (either(&detail.branch_code, &item.branch_code), either(&detail.number, &item.number));
    let check_digit = either(&detail.check_digit, &item.check_digit);
    let identification = public_identification(agency.get(), number.get(), check_digit.get());
    let category = category(kind.get());
    Ok(AccountDraft {
        category: Some(category),
        balance_type: Some(BalanceType::Asset),
        overdraft: overdraft.filter(|_| category == AccountCategory::Checking).map(overdraft_limits),
        kind: kind.or_empty(),
        subtype: detail.subtype.or_empty(),
        name: None,
        number: number.owned(),
        agency: agency.cut(4),
        check_digit: check_digit.cut(2),
        balance: balances.map(inner_balances).unwrap_or_default(),
        currency: currency(&detail.currency),
        public_identification_name: identification.is_some().then(|| "AGENCY/ACCOUNT".to_owned()),
        public_identification_value: identification,
        internal_identification: id,
        credit_data: None,
        loan_data: None,
        funds_data: None,
    })
}

/// Prepaid payment accounts count as checking accounts: the API has no word for them, and people pay from them.
fn category(kind: Option<&str>) -> AccountCategory {
    match kind {
        Some("CONTA_DEPOSITO_A_VISTA" | "CONTA_PAGAMENTO_PRE_PAGA") => AccountCategory::Checking,
        Some("CONTA_POUPANCA") => AccountCategory::Savings,
        _ => AccountCategory::Uncategorized,
    }
}

/// `6272/94088392-4`; without a branch `94088392-4`, without a check digit `6272/94088392`.
fn public_identification(agency: Option<&str>, number: Option<&str>, check_digit: Option<&str>) -> Option<String> {
    let mut text = agency.map(|agency| format!("{agency}/")).unwrap_or_default();
    text.push_str(number?);
    if let Some(digit) = check_digit {
        text.push('-');
        text.push_str(digit);
    }
    Some(text)
}

/// `current` is what belongs to the customer at this moment: what is free and what is held. `available` is what is
/// free. What is invested by itself stands apart in both worlds.
fn inner_balances(wire: &AccountBalances) -> Balances {
    let available = amount(wire.available_amount.as_ref());
    let blocked = amount(wire.blocked_amount.as_ref());
    let current = available.map(|free| Amount::new(free.decimal() + blocked.unwrap_or(Amount::ZERO).decimal()));
    let automatically_invested = amount(wire.automatically_invested_amount.as_ref());
    Balances { current, available, blocked, automatically_invested }
}

fn overdraft_limits(wire: &OverdraftLimits) -> Overdraft {
    let or_nothing = |money: &Option<Money>| amount(money.as_ref()).unwrap_or(Amount::ZERO);
    Overdraft {
        arranged: or_nothing(&wire.overdraft_contracted_limit),
        used: or_nothing(&wire.overdraft_used_limit),
        unarranged: or_nothing(&wire.unarranged_overdraft_amount),
    }
}

/// Maps `/accounts/{accountId}/balances` to a record of its own.
///
/// # Errors
/// No `availableAmount`: without it there is no balance.
pub(crate) fn balance(account_id: &str, wire: &AccountBalances) -> Result<BalanceDraft, ProtocolError> {
    let money = wire.available_amount.as_ref().ok_or_else(|| missing("availableAmount"))?;
    let available = money.amount.0.ok_or_else(|| missing("availableAmount.amount"))?;
    let content = BalanceContent {
        last_updated_at: wire.update_date_time.0,
        currency: money.currency(),
        available,
        blocked: amount(wire.blocked_amount.as_ref()).unwrap_or(Amount::ZERO),
        automatically_invested: amount(wire.automatically_invested_amount.as_ref()).unwrap_or(Amount::ZERO),
    };
    Ok(BalanceDraft { account_internal_identification: account_id.to_owned(), content })
}

fn amount(money: Option<&Money>) -> Option<Amount> {
    money?.amount.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openfinance::map::fuzz::spoilt;
    use proptest::prelude::*;

    // The official examples of accounts 2.5.0.
    const ITEM: &str = r#"{"brandName":"Organização A","companyCnpj":"21128159000166","type":"CONTA_DEPOSITO_A_VISTA",
        "compeCode":"001","branchCode":"6272","number":"94088392","checkDigit":"4",
        "accountId":"92792126019929279212650822221989319252576"}"#;
    const DETAIL: &str = r#"{"compeCode":"001","branchCode":"6272","number":"94088392","checkDigit":"4",
        "type":"CONTA_DEPOSITO_A_VISTA","subtype":"INDIVIDUAL","currency":"BRL"}"#;
    const BALANCES: &str = r#"{"availableAmount":{"amount":"1000.0400","currency":"BRL"},
        "blockedAmount":{"amount":"60.3000","currency":"BRL"},
        "automaticallyInvestedAmount":{"amount":"15000.00","currency":"BRL"},"updateDateTime":"2021-05-21T08:30:00Z"}"#;
    const OVERDRAFT: &str = r#"{"overdraftContractedLimit":{"amount":"99.9900","currency":"BRL"},
        "overdraftUsedLimit":{"amount":"10000.9999","currency":"BRL"}}"#;

    fn map(item: &str, detail: &str) -> AccountDraft {
        let (item, detail) = (serde_json::from_str(item).unwrap(), serde_json::from_str(detail).unwrap());
        let balances = serde_json::from_str(BALANCES).unwrap();
        let overdraft = serde_json::from_str(OVERDRAFT).unwrap();
        account(&item, &detail, Some(&balances), Some(&overdraft)).unwrap()
    }

    #[test]
    fn the_official_examples() {
        let json = serde_json::to_string(&map(ITEM, DETAIL)).unwrap();
        assert_eq!(
            json,
            r#"{"category":"CHECKING_ACCOUNT","balance_type":"ASSET","overdraft":{"arranged":99.99,"used":10000.9999,"unarranged":0.00},"type":"CONTA_DEPOSITO_A_VISTA","subtype":"INDIVIDUAL","name":null,"number":"94088392","agency":"6272","check_digit":"4","balance":{"current":1060.34,"available":1000.04,"blocked":60.30,"automatically_invested":15000.00},"currency":"BRL","public_identification_name":"AGENCY/ACCOUNT","public_identification_value":"6272/94088392-4","internal_identification":"92792126019929279212650822221989319252576","credit_data":null,"loan_data":null,"funds_data":null}"#
        );
    }

    #[test]
    fn savings_have_no_overdraft_and_prepaid_no_branch() {
        let savings = map(ITEM, &DETAIL.replace("CONTA_DEPOSITO_A_VISTA", "CONTA_POUPANCA"));
        assert_eq!(savings.category, Some(AccountCategory::Savings));
        assert_eq!(savings.overdraft, None);
        let prepaid = r#"{"accountId":"a","type":"CONTA_PAGAMENTO_PRE_PAGA","number":"12345678"}"#;
        let prepaid = map(prepaid, "{}");
        assert_eq!(prepaid.public_identification_value.as_deref(), Some("12345678"));
        assert_eq!(prepaid.category, Some(AccountCategory::Checking));
        assert_eq!(prepaid.kind, "CONTA_PAGAMENTO_PRE_PAGA");
    }

    #[test]
    fn what_is_unknown_is_uncategorized() {
        let draft = map(ITEM, &DETAIL.replace("CONTA_DEPOSITO_A_VISTA", "CONTA_DIGITAL"));
        assert_eq!(draft.category, Some(AccountCategory::Uncategorized));
        assert_eq!(draft.kind, "CONTA_DIGITAL");
    }

    #[test]
    fn balances_that_were_not_consented_are_null() {
        let (item, detail) = (serde_json::from_str(ITEM).unwrap(), serde_json::from_str(DETAIL).unwrap());
        let draft = account(&item, &detail, None, None).unwrap();
        assert_eq!(draft.balance, Balances::default());
        assert_eq!(draft.overdraft, None);
    }

    #[test]
    fn an_account_without_id_is_refused() {
        let detail = serde_json::from_str(DETAIL).unwrap();
        assert!(account(&AccountItem::default(), &detail, None, None).is_err());
    }

    #[test]
    fn a_balance_is_a_record_of_its_own() {
        let draft = balance("a", &serde_json::from_str(BALANCES).unwrap()).unwrap();
        assert_eq!(draft.bank_key(), "a@2021-05-21T08:30:00Z");
        let json = serde_json::to_string(&draft.content).unwrap();
        assert_eq!(
            json,
            r#"{"last_updated_at":"2021-05-21T08:30:00.000000Z","currency":"BRL","available":1000.04,"blocked":60.30,"automatically_invested":15000.00}"#
        );
    }

    #[test]
    fn a_balance_without_an_amount_is_refused() {
        for broken in ["{}".to_owned(), BALANCES.replace("1000.0400", "mil"), BALANCES.replace("\"1000.0400\"", "null")]
        {
            assert!(balance("a", &serde_json::from_str(&broken).unwrap()).is_err(), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn any_texts_are_handled(id in "\\PC{0,120}", text in "\\PC{0,60}") {
            let item = serde_json::json!({"accountId": id, "type": text, "branchCode": text, "number": text});
            let detail = serde_json::json!({"type": text, "subtype": text, "currency": text, "checkDigit": text});
            let (item, detail) = (serde_json::from_value(item).unwrap(), serde_json::from_value(detail).unwrap());
            let _ = account(&item, &detail, None, None);
        }
    }

    proptest! {
        #[test]
        fn spoilt_answers_are_handled(
            item in spoilt(ITEM), detail in spoilt(DETAIL), balances in spoilt(BALANCES), overdraft in spoilt(OVERDRAFT),
        ) {
            let item = serde_json::from_str(&item).unwrap_or_default();
            let detail = serde_json::from_str(&detail).unwrap_or_default();
            let balances = serde_json::from_str(&balances).unwrap_or_default();
            let overdraft = serde_json::from_str(&overdraft).unwrap_or_default();
            let _ = balance("a", &balances);
            if let Ok(draft) = account(&item, &detail, Some(&balances), Some(&overdraft)) {
                let text = serde_json::to_string(&draft).unwrap();
                prop_assert_eq!(serde_json::from_str::<AccountDraft>(&text).unwrap(), draft);
            }
        }
    }
}
