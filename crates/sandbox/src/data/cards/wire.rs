//! Cards in the words of the API.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::super::transaction::Amount;
use crate::Brand;
use crate::people::cards::{Bill, CardAccount, CardEntry, CardKind, Foreign, Used, closed_bill, posted};
use crate::people::history::Money;

/// What stands in place of a date on which something is not on a bill yet.
const NOT_POSTED: &str = "0001-01-01";

/// A card account as the list shows it.
pub(super) fn line(brand: &Brand, card: &CardAccount) -> Value {
    let mut data = product(card);
    data["creditCardAccountId"] = card.id.clone().into();
    data["brandName"] = brand.name.into();
    data["companyCnpj"] = brand.cnpj.into();
    data
}

/// A card account by itself; a cancelled one has no cards any more.
pub(super) fn detail(card: &CardAccount, today: Date) -> Value {
    let mut data = product(card);
    let plastics = if card.is_cancelled(today) { &[][..] } else { &card.plastics };
    let method = |plastic: &crate::people::cards::Plastic| json!({ "identificationNumber": plastic.number, "isMultipleCreditCard": plastic.multiple });
    data["paymentMethod"] = plastics.iter().map(method).collect();
    data
}

fn product(card: &CardAccount) -> Value {
    let mut data = json!({
        "name": card.name,
        "productType": card.product,
        "creditCardNetwork": card.network,
    });
    add(&mut data, "productAdditionalInfo", card.product_addition);
    add(&mut data, "networkAdditionalInfo", card.network_addition);
    data
}

/// Sets an optional field; what is absent is left out, never null.
fn add(data: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        data[name] = value.into();
    }
}

/// The limits: the whole one, and by kind of purchase, all of them drawing on the same money.
pub(super) fn limits(card: &CardAccount, used: Used, today: Date) -> Vec<Value> {
    let limit = if card.is_cancelled(today) { Money::ZERO } else { card.limit };
    let free = limit - used.total;
    let mut total = one_limit(card, limit, used.total, free);
    total["creditLineLimitType"] = "LIMITE_CREDITO_TOTAL".into();
    if !card.flexible && limit > Money::ZERO {
        total["customizedLimitAmount"] = json!(Amount::from(limit.share(900)));
    }
    let cash = limit.share(300);
    let of_line = |(name, limit, used, free): (&str, Money, Money, Money)| {
        let mut line = one_limit(card, limit, used, free);
        line["creditLineLimitType"] = "LIMITE_CREDITO_MODALIDADE_OPERACAO".into();
        line["lineName"] = name.into();
        line
    };
    let lines = [
        ("CREDITO_A_VISTA", limit, used.total - used.in_instalments, free),
        ("CREDITO_PARCELADO", limit, used.in_instalments, free),
        ("SAQUE_CREDITO_BRASIL", cash, Money::ZERO, cash.min(free)),
    ];
    std::iter::once(total).chain(lines.into_iter().map(of_line)).collect()
}

fn one_limit(card: &CardAccount, limit: Money, used: Money, free: Money) -> Value {
    let mut data = json!({
        "consolidationType": "CONSOLIDADO",
        "identificationNumber": card.plastics.first().map_or("0001", |plastic| plastic.number.as_str()),
        "isLimitFlexible": card.flexible,
        "usedAmount": Amount::from(used),
    });
    if !card.flexible {
        data["limitAmount"] = json!(Amount::from(limit));
        data["availableAmount"] = json!(Amount::from(free));
        if limit == Money::ZERO {
            data["limitAmount"]["limitAmountReason"] = "Conta cancelada a pedido do cliente.".into();
        }
    }
    data
}

/// A bill.
pub(super) fn bill(bill: &Bill) -> Value {
    let payment = bill.payment.iter().map(|payment| {
        let kind = if payment.whole { "VALOR_PAGAMENTO_FATURA_REALIZADO" } else { "OUTRO_VALOR_PAGO_FATURA" };
        let mut data = json!(Amount::from(payment.amount));
        data["valueType"] = kind.into();
        data["paymentDate"] = payment.date.to_string().into();
        data["paymentMode"] = "DEBITO_CONTA_CORRENTE".into();
        data
    });
    let mut data = json!({
        "billId": bill.id,
        "dueDate": bill.due.to_string(),
        "billClosingDate": bill.closing.to_string(),
        "billTotalAmount": Amount::from(bill.total),
        "billMinimumAmount": Amount::from(bill.minimum()),
        "isInstalment": bill.can_be_split(),
        "payments": payment.collect::<Vec<_>>(),
    });
    let charges: Vec<Value> = bill
        .charges
        .iter()
        .map(|charge| {
            let mut data = json!(Amount::from(charge.amount));
            data["type"] = charge.kind.into();
            data
        })
        .collect();
    add(&mut data, "financeCharges", (!charges.is_empty()).then_some(charges));
    data
}

/// A transaction as it looks at `now`.
pub(super) fn transaction(card: &CardAccount, entry: &CardEntry, now: Timestamp) -> Value {
    let mut data = core(card, entry);
    add(&mut data, "billId", closed_bill(card, entry, now));
    data["billPostDate"] = posted(entry, now).map_or(NOT_POSTED.to_owned(), |date| date.to_string()).into();
    data["billForecastDate"] = entry.forecast().into();
    data
}

/// A transaction on a closed bill.
pub(super) fn bill_transaction(card: &CardAccount, entry: &CardEntry, bill: &str) -> Value {
    let mut data = core(card, entry);
    data["billId"] = bill.into();
    data["billPostDate"] = entry.posted.to_string().into();
    data
}

fn core(card: &CardAccount, entry: &CardEntry) -> Value {
    let foreign = entry.foreign.unwrap_or(Foreign { amount: entry.amount, currency: "BRL" });
    let mut data = json!({
        "transactionId": entry.id(),
        "identificationNumber": card.plastics.get(entry.plastic).map_or("0001", |plastic| plastic.number.as_str()),
        "transactionName": entry.name,
        "creditDebitType": entry.flow.as_str(),
        "transactionType": entry.kind.as_str(),
        "brazilianAmount": Amount::from(entry.amount),
        "amount": { "amount": foreign.amount.to_string(), "currency": foreign.currency },
        "transactionDateTime": entry.at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
    });
    add(&mut data, "transactionalAdditionalInfo", entry.kind.addition());
    add(&mut data, "payeeMCC", entry.mcc);
    add_kind(&mut data, entry);
    data
}

fn add_kind(data: &mut Value, entry: &CardEntry) {
    if let Some((part, parts)) = entry.instalment {
        data["chargeIdentificator"] = part.into();
        data["chargeNumber"] = parts.into();
    }
    match entry.kind {
        CardKind::Purchase if entry.instalment.is_some() => data["paymentType"] = "A_PRAZO".into(),
        CardKind::Purchase => data["paymentType"] = "A_VISTA".into(),
        CardKind::Fee(kind) => data["feeType"] = kind.into(),
        CardKind::Credit(kind) => data["otherCreditsType"] = kind.into(),
        _ => {}
    }
}
