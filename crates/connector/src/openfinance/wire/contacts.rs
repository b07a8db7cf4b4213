//! Customers v2: what persons and companies share.

use serde::Deserialize;

use super::value::{Day, Flag, List, Money, Text};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Contacts {
    pub(crate) postal_addresses: List<PostalAddress>,
    pub(crate) phones: List<Phone>,
    pub(crate) emails: List<EmailAddress>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PostalAddress {
    pub(crate) is_main: Flag,
    pub(crate) address: Text,
    pub(crate) additional_info: Text,
    pub(crate) district_name: Text,
    pub(crate) town_name: Text,
    pub(crate) ibge_town_code: Text,
    pub(crate) country_sub_division: Text,
    pub(crate) post_code: Text,
    pub(crate) country: Text,
    pub(crate) country_code: Text,
    pub(crate) geographic_coordinates: Option<Coordinates>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Coordinates {
    pub(crate) latitude: Text,
    pub(crate) longitude: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Phone {
    pub(crate) is_main: Flag,
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) additional_info: Text,
    pub(crate) country_calling_code: Text,
    pub(crate) area_code: Text,
    pub(crate) number: Text,
    pub(crate) phone_extension: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct EmailAddress {
    pub(crate) is_main: Flag,
    pub(crate) email: Text,
}

/// Someone who may act for the customer. Persons have `cpfNumber`, companies `cnpjCpfNumber`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ProcuratorItem {
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) cpf_number: Text,
    pub(crate) cnpj_cpf_number: Text,
    pub(crate) civil_name: Text,
    pub(crate) social_name: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct RelationAccount {
    pub(crate) compe_code: Text,
    pub(crate) branch_code: Text,
    pub(crate) number: Text,
    pub(crate) check_digit: Text,
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) subtype: Text,
}

/// Possessions; persons have a year, companies a date.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Patrimony {
    pub(crate) amount: Option<Money>,
    pub(crate) year: super::value::Number,
    pub(crate) date: Day,
}
