//! `/funds/v1`: what people hold of funds, with the tax that funds pay in quotas.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::Days;
use super::family::Family;
use super::paper::{amount, price};
use crate::Access;
use crate::people::history::{Money, on_or_before};
use crate::people::investments::{Fund, FundEvent, FundEventKind, FundHolding, Held, Investor};
use crate::people::opaque;

/// The family.
#[derive(Debug)]
pub(super) struct Funds;

impl Family for Funds {
    const SCOPE: &'static str = "funds";
    const VERSION: &'static str = "1.1.0";
    const PERMISSION: &'static str = "FUNDS_READ";
    const KIND: &'static str = "FUND";
    const FILTERS: (&'static str, &'static str) = ("fromTransactionConversionDate", "toTransactionConversionDate");
    type Item = FundHolding;

    fn held(investor: &Investor, days: Days) -> Vec<Held<FundHolding>> {
        investor.funds(days.today, days.shared)
    }

    fn id(holding: &FundHolding) -> &str {
        &holding.id
    }

    fn line(holding: &FundHolding) -> Value {
        classes(holding.fund)
    }

    fn detail(_: &Access, holding: &FundHolding) -> Value {
        let mut data = classes(holding.fund);
        data["name"] = holding.fund.name.into();
        data["cnpjNumber"] = holding.fund.cnpj().into();
        data["isinCode"] = holding.fund.isin.into();
        data
    }

    fn balance(holding: &FundHolding, days: Days, _: Timestamp) -> Value {
        let position = holding.position(days.today);
        json!({
            "referenceDate": on_or_before(days.today).to_string(),
            "grossAmount": amount(position.gross),
            "netAmount": amount(position.gross - position.taxes.total()),
            "incomeTaxProvision": amount(position.taxes.income),
            "financialTransactionTaxProvision": amount(position.taxes.transaction),
            "blockedAmount": amount(Money::ZERO),
            "quotaQuantity": position.quotas.to_string(),
            "quotaGrossPriceValue": price(position.quota),
        })
    }

    fn movements(holding: &FundHolding, from: Date, to: Date) -> Vec<Value> {
        holding.events(from, to).iter().rev().map(|event| movement(holding, event)).collect()
    }
}

fn classes(fund: &Fund) -> Value {
    json!({
        "anbimaCategory": fund.category.as_str(),
        "anbimaClass": fund.class.0,
        "anbimaSubclass": fund.class.1,
    })
}

fn movement(holding: &FundHolding, event: &FundEvent) -> Value {
    let (flow, kind) = match event.kind {
        FundEventKind::Subscribed => ("ENTRADA", "APLICACAO"),
        FundEventKind::Redeemed => ("SAIDA", "RESGATE"),
        FundEventKind::Taxed => ("SAIDA", "COME_COTAS"),
    };
    let mut data = json!({
        "transactionId": opaque(&format!("{}|{}|{kind}", holding.id, event.ordered)),
        "type": flow,
        "transactionType": kind,
        "transactionConversionDate": event.converted.to_string(),
        "transactionQuotaPrice": price(event.quota),
        "transactionQuotaQuantity": event.quotas.to_string(),
        "transactionValue": amount(event.asked),
        "transactionGrossValue": amount(event.gross),
    });
    if event.kind != FundEventKind::Subscribed {
        data["incomeTax"] = amount(event.taxes.income);
        data["financialTransactionTax"] = amount(event.taxes.transaction);
        data["transactionExitFee"] = amount(Money::ZERO);
        data["transactionNetValue"] = amount(event.net());
    }
    data
}
