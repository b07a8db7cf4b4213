//! Customers v2: persons.

use serde::Deserialize;

use super::contacts::{Contacts, Patrimony, ProcuratorItem, RelationAccount};
use super::value::{Day, Flag, List, Moment, Money, Text};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PersonalIdentification {
    pub(crate) personal_id: Text,
    pub(crate) civil_name: Text,
    pub(crate) social_name: Text,
    pub(crate) birth_date: Day,
    pub(crate) marital_status_code: Text,
    pub(crate) marital_status_additional_info: Text,
    pub(crate) sex: Text,
    pub(crate) companies_cnpj: List<Text>,
    pub(crate) documents: Option<Documents>,
    pub(crate) other_documents: List<OtherDocument>,
    pub(crate) has_brazilian_nationality: Flag,
    pub(crate) nationality: List<NationalityItem>,
    pub(crate) filiation: List<FiliationItem>,
    pub(crate) contacts: Option<Contacts>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Documents {
    pub(crate) cpf_number: Text,
    pub(crate) passport: Option<Passport>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Passport {
    pub(crate) number: Text,
    pub(crate) country: Text,
    pub(crate) expiration_date: Day,
    pub(crate) issue_date: Day,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct OtherDocument {
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) type_additional_info: Text,
    pub(crate) number: Text,
    pub(crate) check_digit: Text,
    pub(crate) additional_info: Text,
    pub(crate) expiration_date: Day,
    /// Not in version 2.3, sent by some.
    pub(crate) issue_date: Day,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct NationalityItem {
    pub(crate) other_nationalities_info: Text,
    pub(crate) documents: List<ForeignDocument>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ForeignDocument {
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) number: Text,
    pub(crate) expiration_date: Day,
    pub(crate) issue_date: Day,
    pub(crate) country: Text,
    pub(crate) additional_info: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct FiliationItem {
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) civil_name: Text,
    pub(crate) social_name: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PersonalQualification {
    pub(crate) company_cnpj: Text,
    pub(crate) occupation_code: Text,
    pub(crate) occupation_description: Text,
    pub(crate) informed_income: Option<Income>,
    pub(crate) informed_patrimony: Option<Patrimony>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Income {
    pub(crate) frequency: Text,
    pub(crate) amount: Option<Money>,
    pub(crate) date: Day,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PersonalRelation {
    pub(crate) start_date: Moment,
    pub(crate) products_services_type: List<Text>,
    pub(crate) products_services_type_additional_info: Text,
    pub(crate) procurators: List<ProcuratorItem>,
    pub(crate) accounts: List<RelationAccount>,
    pub(crate) portabilities_received: List<Portability>,
    pub(crate) paychecks_bank_link: List<Paycheck>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Portability {
    pub(crate) employer_name: Text,
    pub(crate) employer_cnpj_cpf: Text,
    pub(crate) paycheck_bank_detainer_cnpj: Text,
    pub(crate) paycheck_bank_detainer_ispb: Text,
    pub(crate) portability_approval_date: Day,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Paycheck {
    pub(crate) employer_name: Text,
    pub(crate) employer_cnpj_cpf: Text,
    pub(crate) paycheck_bank_cnpj: Text,
    pub(crate) paycheck_bank_ispb: Text,
    pub(crate) account_opening_date: Day,
}
