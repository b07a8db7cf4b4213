use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::parts::{
    AdditionalDocument, Address, DocumentId, Email, Frequency, PersonType, PhoneNumber, Procurator, ProductType,
};
use crate::model::time::seconds_option;
use crate::model::words::words;
use crate::{Amount, Rate};

words! {
    /// Role in a company.
    PartyType { Member = "MEMBER", Administrator = "ADMINISTRATOR" }

    /// Kind of document of a member.
    PartyDocumentType {
        Cpf = "CPF",
        Cnpj = "CNPJ",
        OtherTravelDocument = "OTHER_TRAVEL_DOCUMENT",
        Passport = "PASSPORT",
    }
}

/// A company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BusinessOwner {
    /// The company's name again: clients of the older schema read this key.
    pub display_name: String,
    /// Registered name.
    pub company_name: String,
    /// Trade name.
    pub trade_name: Option<String>,
    /// Opened on.
    pub incorporation_date: Option<Date>,
    /// CNPJs of the institutions that keep the customer record.
    pub companies_id: Vec<String>,
    /// Main document.
    pub document_id: DocumentId,
    /// Further documents.
    pub additional_documents: Vec<AdditionalDocument>,
    /// Main e-mail address.
    pub email: Option<String>,
    /// E-mail addresses.
    pub emails: Vec<Email>,
    /// Main address in one line.
    pub address: Option<String>,
    /// Addresses.
    pub addresses: Vec<Address>,
    /// Main phone number in one line.
    pub phone_number: Option<String>,
    /// Phone numbers.
    pub phone_numbers: Vec<PhoneNumber>,
    /// Members and administrators.
    pub parties: Vec<Party>,
    /// Revenue and possessions.
    pub financial_profile: Option<BusinessFinancialProfile>,
    /// What the company has at the institution.
    pub financial_relation: Option<BusinessFinancialRelation>,
}

/// A member or administrator of a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Party {
    /// Person or company.
    pub person_type: Option<PersonType>,
    /// Role.
    #[serde(rename = "type")]
    pub kind: Option<PartyType>,
    /// Name of a person.
    pub display_name: Option<String>,
    /// Social name of a person.
    pub social_name: Option<String>,
    /// Name of a company.
    pub company_name: Option<String>,
    /// Trade name of a company.
    pub trade_name: Option<String>,
    /// Since.
    pub start_date: Option<Date>,
    /// Share, a fraction.
    pub percentage_type: Option<Rate>,
    /// Kind of document.
    pub document_type: Option<PartyDocumentType>,
    /// Number of the document.
    pub document_number: String,
    /// Issued on.
    pub document_issue_date: Option<Date>,
    /// Valid until.
    pub document_expiration_date: Option<Date>,
    /// Country, three letters.
    pub document_country: Option<String>,
    /// More.
    pub document_additional_info: Option<String>,
}

/// Revenue and possessions of a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BusinessFinancialProfile {
    /// Activities.
    pub economic_activities: Vec<EconomicActivity>,
    /// Revenue.
    pub informed_revenue: Option<InformedRevenue>,
    /// Possessions.
    pub patrimony: Option<BusinessPatrimony>,
}

/// An economic activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EconomicActivity {
    /// Whether it is the main one.
    pub is_main: bool,
    /// CNAE code.
    pub code: String,
}

/// Revenue as the company declared it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct InformedRevenue {
    /// How often.
    pub frequency: Option<Frequency>,
    /// More about it.
    pub frequency_additional_info: Option<String>,
    /// How much.
    pub amount: Amount,
    /// Currency.
    pub currency: String,
    /// Year.
    pub year: Option<u16>,
}

/// Possessions as the company declared them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BusinessPatrimony {
    /// How much.
    pub amount: Amount,
    /// Currency.
    pub currency: String,
    /// Declared on.
    pub date: Option<Date>,
}

/// What a company has at the institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BusinessFinancialRelation {
    /// Customer since.
    #[serde(with = "seconds_option")]
    #[schemars(with = "Option<Timestamp>")]
    pub start_date: Option<Timestamp>,
    /// Products, network values.
    pub product_services: Vec<String>,
    /// Who may act for the company.
    pub procurators: Vec<Procurator>,
    /// Accounts.
    pub products: Vec<BusinessProduct>,
}

/// An account of a company, as the customer record names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BusinessProduct {
    /// Kind.
    #[serde(rename = "type")]
    pub kind: Option<ProductType>,
    /// Network value.
    pub subtype: String,
    /// Branch.
    pub agency: Option<String>,
    /// Bank code, three digits.
    pub clearing_code: String,
    /// Number.
    pub number: String,
    /// Check digit.
    pub check_digit: String,
}
