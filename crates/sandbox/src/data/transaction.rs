//! A transaction as the accounts API writes it.

use jiff::civil::Date;
use serde::Serialize;

use crate::people::history::{Money, Seen, Stage};

/// An amount with its currency.
#[derive(Debug, Serialize)]
pub(super) struct Amount {
    amount: String,
    currency: &'static str,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self { amount: money.to_string(), currency: "BRL" }
    }
}

/// One transaction.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Transaction<'a> {
    transaction_id: String,
    completed_authorised_payment_type: &'static str,
    credit_debit_type: &'static str,
    transaction_name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    type_additional_info: Option<&'static str>,
    transaction_amount: Amount,
    transaction_date_time: String,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    partie: Option<Partie<'a>>,
}

/// The other side.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Partie<'a> {
    partie_cnpj_cpf: &'a str,
    partie_person_type: &'static str,
    partie_compe_code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    partie_branch_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partie_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partie_check_digit: Option<char>,
    #[serde(rename = "codeISPB")]
    code_ispb: &'static str,
}

impl<'a> Transaction<'a> {
    /// Writes what is seen on the local date `today`.
    pub(super) fn of(seen: &'a Seen, today: Date) -> Self {
        let entry = seen.entry();
        Self {
            transaction_id: entry.id(seen.stage, today),
            completed_authorised_payment_type: seen.stage.as_str(),
            credit_debit_type: entry.flow.as_str(),
            transaction_name: &entry.name,
            kind: entry.kind.as_str(),
            type_additional_info: entry.kind.addition(),
            transaction_amount: entry.amount.into(),
            transaction_date_time: time_of(seen),
            partie: Partie::of(seen),
        }
    }
}

impl<'a> Partie<'a> {
    fn of(seen: &'a Seen) -> Option<Self> {
        let party = seen.entry().party.as_ref()?;
        let place = party.place.as_ref();
        Some(Self {
            partie_cnpj_cpf: &party.document,
            partie_person_type: if party.is_company() { "PESSOA_JURIDICA" } else { "PESSOA_NATURAL" },
            partie_compe_code: party.bank.compe,
            partie_branch_code: place.and_then(|place| place.branch.as_deref()),
            partie_number: place.map(|place| place.number.as_str()),
            partie_check_digit: place.map(|place| place.digit),
            code_ispb: party.bank.ispb,
        })
    }
}

/// What is only announced has a date without a time, which the standard writes as zeros.
fn time_of(seen: &Seen) -> String {
    let entry = seen.entry();
    match seen.stage {
        Stage::Future => entry.date.strftime("%Y-%m-%dT00:00:00.000Z").to_string(),
        Stage::Processing | Stage::Effective => entry.at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
    }
}
