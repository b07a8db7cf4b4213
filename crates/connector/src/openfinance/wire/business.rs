//! Customers v2: companies.

use serde::Deserialize;

use super::contacts::{Contacts, Patrimony, ProcuratorItem, RelationAccount};
use super::value::{Day, Flag, Fraction, List, Moment, Money, Number, Text};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BusinessIdentification {
    pub(crate) business_id: Text,
    pub(crate) company_name: Text,
    pub(crate) trade_name: Text,
    pub(crate) incorporation_date: Day,
    pub(crate) cnpj_number: Text,
    pub(crate) companies_cnpj: List<Text>,
    pub(crate) other_documents: List<CompanyDocument>,
    pub(crate) parties: List<PartyItem>,
    pub(crate) contacts: Option<Contacts>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct CompanyDocument {
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) number: Text,
    pub(crate) country: Text,
    pub(crate) expiration_date: Day,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PartyItem {
    pub(crate) person_type: Text,
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) civil_name: Text,
    pub(crate) social_name: Text,
    pub(crate) company_name: Text,
    pub(crate) trade_name: Text,
    pub(crate) start_date: Day,
    pub(crate) shareholding: Fraction,
    pub(crate) document_type: Text,
    pub(crate) document_number: Text,
    pub(crate) document_additional_info: Text,
    pub(crate) document_country: Text,
    pub(crate) document_expiration_date: Day,
    pub(crate) document_issue_date: Day,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BusinessQualification {
    pub(crate) economic_activities: List<Activity>,
    pub(crate) informed_revenue: Option<Revenue>,
    pub(crate) informed_patrimony: Option<Patrimony>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Activity {
    pub(crate) code: Text,
    pub(crate) is_main: Flag,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Revenue {
    pub(crate) frequency: Text,
    pub(crate) frequency_additional_info: Text,
    pub(crate) amount: Option<Money>,
    pub(crate) year: Number,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BusinessRelation {
    pub(crate) start_date: Moment,
    pub(crate) products_services_type: List<Text>,
    pub(crate) procurators: List<ProcuratorItem>,
    pub(crate) accounts: List<RelationAccount>,
}
