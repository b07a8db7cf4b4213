//! Contracts in the words of the APIs.

use jiff::Timestamp;
use jiff::civil::Time;
use serde_json::{Value, json};

use super::super::transaction::Amount;
use crate::Brand;
use crate::people::credit::{Contract, Family, Release, System, written};
use crate::people::history::{instant, local_date};

/// What late parts cost by contract, in millionths: penalty, and interest a month.
const PENALTY: i64 = 20_000;
const LATE_INTEREST: i64 = 10_000;
const IOF: i64 = 3_800;

/// A contract as the list shows it.
pub(super) fn line(brand: &Brand, contract: &Contract) -> Value {
    let mut data = identity(brand, contract);
    data["contractId"] = contract.id.clone().into();
    data["brandName"] = brand.name.into();
    data["companyCnpj"] = brand.cnpj.into();
    data
}

fn identity(brand: &Brand, contract: &Contract) -> Value {
    let product = contract.product;
    let mut data = json!({
        "productType": product.kind,
        "productSubType": product.sub_kind,
        "ipocCode": ipoc(brand, contract),
    });
    if product.family == Family::Loan {
        data["productSubTypeCategory"] = if product.clean { "CREDITO_PESSOAL_CLEAN" } else { "OUTRO" }.into();
    }
    data
}

/// The standardised number: bank, modality, kind of client, client, contract.
fn ipoc(brand: &Brand, contract: &Contract) -> String {
    let company = contract.holder.len() == 14;
    let (kind, client) = if company { ('2', &contract.holder[..8]) } else { ('1', contract.holder) };
    format!("{}{}{kind}{client}{}", &brand.cnpj[..8], contract.product.modality, contract.number)
}

/// A contract by itself.
pub(super) fn detail(brand: &Brand, contract: &Contract, employer: Option<String>, now: Timestamp) -> Value {
    let product = contract.product;
    let mut data = identity(brand, contract);
    let more = json!({
        "contractNumber": contract.number,
        "productName": product.name,
        "contractDate": contract.date.to_string(),
        "disbursementDates": [contract.date.to_string()],
        "contractAmount": contract.amount.to_string(),
        "currency": "BRL",
        "instalmentPeriodicity": periodicity(contract),
        "CET": written(contract.whole_cost()),
        "amortizationScheduled": product.system.as_str(),
        "interestRates": rates(contract),
        "contractedFees": fees(contract),
        "contractedFinanceCharges": [
            { "chargeType": "IOF_CONTRATACAO", "chargeRate": written(IOF) },
            { "chargeType": "MULTA_ATRASO_PAGAMENTO", "chargeRate": written(PENALTY) },
            { "chargeType": "JUROS_MORA_ATRASO", "chargeRate": written(LATE_INTEREST) },
        ],
    });
    merge(&mut data, more);
    add_dates(&mut data, contract, now);
    add_of_family(&mut data, contract, now);
    if let Some(employer) = employer.filter(|_| product.payroll) {
        data["cnpjConsignee"] = employer.into();
    }
    data
}

fn merge(data: &mut Value, more: Value) {
    if let (Value::Object(data), Value::Object(more)) = (data, more) {
        data.extend(more);
    }
}

fn add_dates(data: &mut Value, contract: &Contract, now: Timestamp) {
    if let (Some(first), Some(last)) = (contract.instalments.first(), contract.instalments.last()) {
        data["firstInstalmentDueDate"] = first.due.to_string().into();
        data["dueDate"] = last.due.to_string().into();
    }
    if contract.standings(now).next.is_none()
        && let Some(settled) = contract.settled(local_date(now))
    {
        data["settlementDate"] = settled.to_string().into();
    }
}

/// What only some of the APIs have. The description of advances to depositors demands additions that mean nothing there.
fn add_of_family(data: &mut Value, contract: &Contract, now: Timestamp) {
    if contract.product.family == Family::Overdraft {
        data["instalmentPeriodicityAdditionalInfo"] = "Pagamento único".into();
        data["amortizationScheduledAdditionalInfo"] = "Pagamento único do principal e dos juros".into();
    } else {
        data["hasInsuranceContracted"] = false.into();
    }
    if contract.product.family == Family::Loan {
        let next = contract.standings(now).next.unwrap_or_default();
        data["nextInstalmentAmount"] = next.to_string().into();
    }
}

fn periodicity(contract: &Contract) -> &'static str {
    match (contract.product.system, contract.product.step) {
        (System::Single, _) => "SEM_PERIODICIDADE_REGULAR",
        (_, 12) => "ANUAL",
        _ => "MENSAL",
    }
}

/// The nominal rate of a part, and what it comes to in a year.
fn rates(contract: &Contract) -> Vec<Value> {
    let product = contract.product;
    let rate = |kind: &str, period: &str, rate: i64| {
        let mut data = json!({
            "taxType": kind,
            "interestRateType": "COMPOSTO",
            "taxPeriodicity": period,
            "calculation": "30/360",
            "referentialRateIndexerType": if product.indexed { "POS_FIXADO" } else { "PRE_FIXADO" },
            "referentialRateIndexerSubType": if product.indexed { "TR_TBF" } else { "PRE_FIXADO" },
            "preFixedRate": written(rate),
        });
        // Advances to depositors must name both, whatever the contract says.
        if product.indexed || product.family == Family::Overdraft {
            data["postFixedRate"] = written(0).into();
        }
        data
    };
    let period = if product.step == 12 { "AA" } else { "AM" };
    vec![rate("NOMINAL", period, product.rate), rate("EFETIVA", "AA", contract.yearly_rate())]
}

fn fees(contract: &Contract) -> Vec<Value> {
    let fee = |name: &str, code: &str, when: &str, cents: i64| {
        (cents > 0).then(|| {
            json!({
                "feeName": name,
                "feeCode": code,
                "feeChargeType": when,
                "feeCharge": "FIXO",
                "feeAmount": format!("{}.{:02}", cents / 100, cents % 100),
            })
        })
    };
    let product = contract.product;
    let once = fee("Tarifa de contratação", "CONTRATACAO", "UNICA", product.fee);
    let each = fee("Tarifa de administração", "ADMINISTRACAO", "POR_PARCELA", product.part_fee);
    once.into_iter().chain(each).collect()
}

/// What secures the contract, if anything does.
pub(super) fn warranty(contract: &Contract) -> Option<Value> {
    let warranty = contract.product.warranty?;
    Some(json!({
        "currency": "BRL",
        "warrantyType": warranty.kind,
        "warrantySubType": warranty.sub_kind,
        "warrantyAmount": contract.amount.share(warranty.per_mille).to_string(),
    }))
}

/// How many parts there were and will be.
pub(super) fn instalments(contract: &Contract, now: Timestamp) -> Value {
    let standings = contract.standings(now);
    let ahead = standings.due + standings.past_due;
    json!({
        "typeNumberOfInstalments": "MES",
        "totalNumberOfInstalments": standings.paid + ahead,
        "typeContractRemaining": "MES",
        "contractRemainingNumber": ahead * usize::from(contract.product.step),
        "paidInstalments": standings.paid,
        "dueInstalments": standings.due,
        "pastDueInstalments": standings.past_due,
    })
}

/// What has been paid, and what is left.
pub(super) fn payments(contract: &Contract, now: Timestamp) -> Value {
    let standings = contract.standings(now);
    let mut data = json!({
        "paidInstalments": standings.paid,
        "contractOutstandingBalance": standings.outstanding.to_string(),
        "releases": contract.releases(now).iter().map(release).collect::<Vec<_>>(),
    });
    if contract.product.family == Family::Loan {
        let updated = instant(local_date(now), Time::midnight());
        data["lastUpdatedContractOutstandingBalance"] = updated.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string().into();
        data["totalRemainingAmount"] = standings.remaining.to_string().into();
    }
    data
}

fn release(release: &Release) -> Value {
    let amount = json!(Amount::from(release.amount));
    let mut data = json!({
        "paymentId": release.id,
        "isOverParcelPayment": release.instalment.is_none(),
        "paidDate": release.date.to_string(),
        "currency": amount["currency"],
        "paidAmount": amount["amount"],
    });
    match &release.instalment {
        Some(instalment) => data["instalmentId"] = instalment.clone().into(),
        None => data["overParcel"] = apart(release),
    }
    data
}

fn apart(release: &Release) -> Value {
    let fee = (release.fee > crate::people::history::Money::ZERO).then(|| {
        json!({
            "feeName": "Tarifa de contratação",
            "feeCode": "CONTRATACAO",
            "feeAmount": release.fee.to_string(),
        })
    });
    let charge = |(kind, amount): &(&str, crate::people::history::Money)| json!({ "chargeType": kind, "chargeAmount": amount.to_string() });
    json!({
        "fees": fee.into_iter().collect::<Vec<_>>(),
        "charges": release.charges.iter().map(charge).collect::<Vec<_>>(),
    })
}
