//! Card accounts (`belvo-api.md`, 10.5).

use jiff::Timestamp;
use vinculo_domain::Amount;
use vinculo_domain::model::{
    AccountCategory, AccountDraft, BalanceType, Balances, CardLimit, CardLimitType, CardNetwork, CardNumber, CreditData,
};

use super::{either, missing};
use crate::ProtocolError;
use crate::openfinance::wire::credit_cards::{Card, Limit};

/// Maps what list, detail and limits say about one card account. The detail wins over the list, which holds the same
/// again. `limits`: `None` when not consented.
///
/// The bank tells no account number, and of the current period only what is used of the limit: `number`,
/// `cutting_date` and `minimum_payment` are `null`.
///
/// # Errors
/// No `creditCardAccountId`.
pub(crate) fn card(
    item: &Card,
    detail: &Card,
    limits: Option<&[Limit]>,
    now: Timestamp,
) -> Result<AccountDraft, ProtocolError> {
    let id = item.credit_card_account_id.cut(100).ok_or_else(|| missing("creditCardAccountId"))?;
    let kind = either(&detail.product_type, &item.product_type).or_empty();
    let cards: Vec<CardNumber> = detail.payment_method.0.iter().filter_map(number).collect();
    let numbers: Vec<&str> = cards.iter().map(|card| card.identification_number.as_str()).collect();
    let identification = (!numbers.is_empty()).then(|| numbers.join(","));
    let total = limits.map(total).unwrap_or_default();
    Ok(AccountDraft {
        category: Some(AccountCategory::CreditCard),
        balance_type: Some(BalanceType::Liability),
        overdraft: None,
        subtype: either(&detail.product_additional_info, &item.product_additional_info)
            .owned()
            .unwrap_or_else(|| kind.clone()),
        kind,
        name: either(&detail.name, &item.name).owned(),
        number: None,
        agency: None,
        check_digit: None,
        balance: total.balances(),
        // Limits and bills of cards are in reais (credit cards 2.4, `usedAmount.currency`).
        currency: "BRL".to_owned(),
        public_identification_name: identification.is_some().then(|| "CREDIT_CARD_NUMBER".to_owned()),
        public_identification_value: identification,
        internal_identification: id,
        credit_data: Some(Box::new(CreditData {
            collected_at: now,
            credit_limit: total.limit,
            limits: limits.unwrap_or_default().iter().map(limit).collect(),
            cutting_date: None,
            minimum_payment: None,
            network: network(either(&detail.credit_card_network, &item.credit_card_network).get()),
            network_additional_info: either(&detail.network_additional_info, &item.network_additional_info).cut(100),
            cards,
            next_payment_date: None,
            no_interest_payment: None,
            interest_rate: None,
            monthly_payment: None,
            last_payment_date: None,
        })),
        loan_data: None,
        funds_data: None,
    })
}

fn number(method: &crate::openfinance::wire::credit_cards::PaymentMethod) -> Option<CardNumber> {
    let identification_number = method.identification_number.cut(100)?;
    Some(CardNumber { is_multiple: method.is_multiple_credit_card.0, identification_number })
}

fn network(word: Option<&str>) -> CardNetwork {
    match word {
        Some("VISA") => CardNetwork::Visa,
        Some("MASTERCARD") => CardNetwork::Mastercard,
        Some("AMERICAN_EXPRESS") => CardNetwork::AmericanExpress,
        Some("DINERS_CLUB") => CardNetwork::DinersClub,
        Some("HIPERCARD") => CardNetwork::Hipercard,
        Some("BANDEIRA_PROPRIA") => CardNetwork::OwnBrand,
        Some("CHEQUE_ELETRONICO") => CardNetwork::ElectronicCheque,
        Some("ELO") => CardNetwork::Elo,
        _ => CardNetwork::Other,
    }
}

fn limit(wire: &Limit) -> CardLimit {
    CardLimit {
        identification_number: wire.identification_number.cut(100),
        credit_limit: wire.limit_amount.amount(),
        used_amount: wire.used_amount.amount(),
        // May not be null; a flexible limit has none.
        available_amount: available(wire).unwrap_or(Amount::ZERO),
        is_limit_flexible: wire.is_limit_flexible.0,
        kind: if is_total(wire) { CardLimitType::Total } else { CardLimitType::Modal },
        consolidation_type: wire.consolidation_type.or_empty(),
        line_name: wire.line_name.owned(),
        line_name_additional_info: wire.line_name_additional_info.cut(100),
    }
}

fn is_total(wire: &Limit) -> bool {
    wire.credit_line_limit_type.get() == Some("LIMITE_CREDITO_TOTAL")
}

fn available(wire: &Limit) -> Option<Amount> {
    let left = || Some(minus(wire.limit_amount.amount()?, wire.used_amount.amount()?));
    wire.available_amount.amount().or_else(left)
}

fn minus(a: Amount, b: Amount) -> Amount {
    Amount::new(a.decimal() - b.decimal())
}

/// The limit of the account as a whole.
#[derive(Debug, Default)]
struct Total {
    limit: Option<Amount>,
    used: Option<Amount>,
    available: Option<Amount>,
}

/// Finds the total: one that all cards share stands once or once per card, and counts once; those of single cards add up.
fn total(limits: &[Limit]) -> Total {
    let all: Vec<&Limit> = limits.iter().filter(|limit| is_total(limit)).collect();
    let shared = all.iter().find(|limit| limit.consolidation_type.get() == Some("CONSOLIDADO"));
    let counted = shared.map_or(all.clone(), |one| vec![*one]);
    Total {
        limit: sum(&counted, |limit| limit.limit_amount.amount()),
        used: sum(&counted, |limit| limit.used_amount.amount()),
        available: sum(&counted, available),
    }
}

/// Adds up; `None` when one of them is not known.
fn sum(limits: &[&Limit], of: impl Fn(&Limit) -> Option<Amount>) -> Option<Amount> {
    let (first, rest) = limits.split_first()?;
    rest.iter().try_fold(of(first)?, |sum, limit| Some(Amount::new(sum.decimal() + of(limit)?.decimal())))
}

impl Total {
    /// `current` is what is used, `available` the limit without it. Nothing is held or invested on a card.
    fn balances(&self) -> Balances {
        let left = self.limit.zip(self.used).map(|(limit, used)| minus(limit, used));
        let known = self.used.is_some().then_some(Amount::ZERO);
        Balances {
            current: self.used,
            available: left.or(self.available),
            blocked: known,
            automatically_invested: known,
        }
    }
}

#[cfg(test)]
#[path = "card_tests.rs"]
mod tests;
