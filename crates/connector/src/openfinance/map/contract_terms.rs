//! The parts of a contract: interest, fees, charges, warranties, balloon payments.

use vinculo_domain::Rate;
use vinculo_domain::model::{
    BalloonPayment, Collateral, ContractedCharge, ContractedChargeType, FeeCharge, FeeChargeType, InterestRate,
    InterestRateData, LoanFee, RateIndex, RatePeriod, RateType, TaxType,
};

use crate::openfinance::wire::contracts::{Balloon, ContractCharge, ContractFee, ContractRate, Warranty};

/// Maps an interest rate. One whose period is not known says nothing and is left out; one whose kind is not known keeps
/// its value and has no `interest_rate_data`.
pub(super) fn rate(wire: &ContractRate) -> Option<InterestRate> {
    let kind = match wire.tax_periodicity.get()? {
        "AM" => RatePeriod::Monthly,
        "AA" => RatePeriod::Yearly,
        _ => return None,
    };
    let tax_type = match wire.tax_type.get() {
        Some("NOMINAL") => Some(TaxType::Nominal),
        Some("EFETIVA") => Some(TaxType::Effective),
        _ => None,
    };
    Some(InterestRate {
        name: tax_type.map(|kind| kind.as_str().to_owned()),
        kind,
        value: wire.pre_fixed_rate.0.or(wire.post_fixed_rate.0),
        interest_rate_data: tax_type.and_then(|tax_type| rate_data(wire, tax_type, kind)),
    })
}

fn rate_data(wire: &ContractRate, tax_type: TaxType, kind: RatePeriod) -> Option<InterestRateData> {
    let rate_type = match wire.interest_rate_type.get()? {
        "SIMPLES" => RateType::Simple,
        "COMPOSTO" => RateType::Compound,
        _ => return None,
    };
    // The bank gives one of the two, or both; the other adds nothing.
    let or_nothing = |rate: Option<Rate>| rate.unwrap_or_else(|| Rate::new(vinculo_domain::Amount::ZERO.decimal()));
    Some(InterestRateData {
        tax_type,
        rate_type,
        kind,
        calculation_base: wire.calculation.or_empty(),
        reference_index_type: index(wire.referential_rate_indexer_type.get()),
        reference_index_subtype: wire.referential_rate_indexer_sub_type.owned(),
        reference_index_info: wire.referential_rate_indexer_additional_info.cut(140),
        pre_fixed_rate: or_nothing(wire.pre_fixed_rate.0),
        post_fixed_rate: or_nothing(wire.post_fixed_rate.0),
        additional_info: wire.additional_info.cut(1200),
    })
}

fn index(word: Option<&str>) -> RateIndex {
    match word {
        Some("SEM_TIPO_INDEXADOR") => RateIndex::None,
        Some("PRE_FIXADO") => RateIndex::PreFixed,
        Some("POS_FIXADO") => RateIndex::PostFixed,
        Some("FLUTUANTES") => RateIndex::Floating,
        Some("INDICES_PRECOS") => RateIndex::IndexedPrice,
        Some("CREDITO_RURAL") => RateIndex::RuralCredit,
        _ => RateIndex::Other,
    }
}

/// Maps a fee. An unknown way of charging counts as the one that the value at hand speaks for.
pub(super) fn fee(wire: &ContractFee) -> LoanFee {
    let fee_charge = match wire.fee_charge.get() {
        Some("MINIMO") => FeeCharge::Minimum,
        Some("MAXIMO") => FeeCharge::Maximum,
        Some("FIXO") => FeeCharge::Fixed,
        Some("PERCENTUAL") => FeeCharge::Percentage,
        _ if wire.fee_rate.0.is_some() => FeeCharge::Percentage,
        _ => FeeCharge::Fixed,
    };
    let per_instalment = wire.fee_charge_type.get() == Some("POR_PARCELA");
    LoanFee {
        kind: None,
        value: wire.fee_amount.amount(),
        name: wire.fee_name.cut(140).unwrap_or_default(),
        code: wire.fee_code.cut(140).unwrap_or_default(),
        fee_charge_type: if per_instalment { FeeChargeType::PerInstallment } else { FeeChargeType::Single },
        fee_charge,
        rate: wire.fee_rate.0,
    }
}

pub(super) fn charge(wire: &ContractCharge) -> ContractedCharge {
    ContractedCharge {
        kind: charge_type(wire.charge_type.get()),
        info: wire.charge_additional_info.cut(140),
        rate: wire.charge_rate.0,
    }
}

fn charge_type(word: Option<&str>) -> ContractedChargeType {
    match word {
        Some("JUROS_REMUNERATORIOS_POR_ATRASO") => ContractedChargeType::LatePaymentInterest,
        Some("MULTA_ATRASO_PAGAMENTO") => ContractedChargeType::LatePaymentPenalty,
        Some("JUROS_MORA_ATRASO") => ContractedChargeType::DefaultInterest,
        Some("IOF_CONTRATACAO") => ContractedChargeType::LoanContractTax,
        Some("IOF_POR_ATRASO") => ContractedChargeType::LatePaymentTax,
        Some("SEM_ENCARGO") => ContractedChargeType::NoCharge,
        _ => ContractedChargeType::Other,
    }
}

/// Maps a warranty; one whose value cannot be told is worth nothing by the standard.
pub(super) fn collateral(wire: &Warranty) -> Collateral {
    Collateral {
        kind: wire.warranty_type.or_empty(),
        subtype: wire.warranty_sub_type.or_empty(),
        currency: wire.warranty_amount.currency_or(&wire.currency),
        amount: wire.warranty_amount.or_zero(),
    }
}

pub(super) fn balloon(wire: &Balloon) -> BalloonPayment {
    BalloonPayment { due_date: wire.due_date.0, currency: Some(wire.amount.currency()), amount: wire.amount.amount() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_rate(json: &str) -> Option<InterestRate> {
        rate(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn a_rate_needs_its_period() {
        assert!(read_rate(r#"{"preFixedRate":"0.015000"}"#).is_none());
        assert!(read_rate(r#"{"taxPeriodicity":"AD","preFixedRate":"0.015000"}"#).is_none());
        let bare = read_rate(r#"{"taxPeriodicity":"AM","postFixedRate":"0.015000"}"#).unwrap();
        assert_eq!(bare.value.unwrap().to_string(), "0.015");
        assert!(bare.interest_rate_data.is_none() && bare.name.is_none());
        let odd = read_rate(r#"{"taxPeriodicity":"AM","taxType":"EFETIVA","interestRateType":"MISTO"}"#).unwrap();
        assert!(odd.interest_rate_data.is_none());
        assert_eq!(odd.name.as_deref(), Some("EFFECTIVE"));
    }

    #[test]
    fn words_have_their_place_and_unknown_ones_their_fallback() {
        let indexes: Vec<&str> = [
            "SEM_TIPO_INDEXADOR",
            "POS_FIXADO",
            "FLUTUANTES",
            "INDICES_PRECOS",
            "CREDITO_RURAL",
            "OUTROS_INDEXADORES",
            "NOVO",
        ]
        .iter()
        .map(|word| index(Some(word)).as_str())
        .collect();
        assert_eq!(
            indexes,
            [
                "WITHOUT_INDEX_TYPE",
                "POST_FIXED",
                "FLOATING",
                "INDEXED_PRICE",
                "RURAL_CREDIT",
                "OTHER_INDEX",
                "OTHER_INDEX"
            ]
        );
        let charges: Vec<&str> = [
            "JUROS_REMUNERATORIOS_POR_ATRASO",
            "JUROS_MORA_ATRASO",
            "IOF_CONTRATACAO",
            "IOF_POR_ATRASO",
            "SEM_ENCARGO",
            "OUTROS",
            "NOVO",
        ]
        .iter()
        .map(|word| charge_type(Some(word)).as_str())
        .collect();
        assert_eq!(
            charges,
            [
                "LATE_PAYMENT_INTEREST_FEE",
                "DEFAULT_INTEREST_FEE",
                "LOAN_CONTRACT_TAX",
                "LATE_PAYMENT_TAX",
                "NO_CHARGE",
                "OTHER",
                "OTHER"
            ]
        );
        let fee = |json: &str| fee(&serde_json::from_str(json).unwrap());
        assert_eq!(fee("{}").fee_charge, FeeCharge::Fixed);
        assert_eq!(fee(r#"{"feeRate":"0.1"}"#).fee_charge, FeeCharge::Percentage);
        assert_eq!(fee(r#"{"feeChargeType":"POR_PARCELA","feeCharge":"MINIMO"}"#).fee_charge, FeeCharge::Minimum);
        assert_eq!(fee(r#"{"feeChargeType":"POR_PARCELA"}"#).fee_charge_type, FeeChargeType::PerInstallment);
    }

    #[test]
    fn a_warranty_without_value_is_worth_nothing() {
        let none = collateral(&serde_json::from_str(r#"{"warrantyType":"GARANTIA_FIDEJUSSORIA"}"#).unwrap());
        assert_eq!(
            (none.amount.to_string(), none.currency.as_str(), none.subtype.as_str()),
            ("0.00".into(), "BRL", "")
        );
    }
}
