use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::model::words::words;

words! {
    /// Person or company.
    PersonType { Individual = "INDIVIDUAL", Company = "COMPANY" }

    /// Kind of identity document.
    DocumentKind {
        DriversLicense = "DRIVERS_LICENSE",
        Passport = "PASSPORT",
        IdCard = "ID_CARD",
        FiscalId = "FISCAL_ID",
        ForeignerRegistrationCard = "FOREIGNER_REGISTRATION_CARD",
        Other = "OTHER",
    }

    /// Kind of phone.
    PhoneType { Landline = "LANDLINE", Mobile = "MOBILE", Other = "OTHER" }

    /// How often income comes in.
    Frequency {
        Daily = "DAILY",
        Weekly = "WEEKLY",
        Fortnightly = "FORTNIGHTLY",
        Monthly = "MONTHLY",
        Bimonthly = "BIMONTHLY",
        Quarterly = "QUARTERLY",
        Biannually = "BIANNUALLY",
        Annually = "ANNUALLY",
        Others = "OTHERS",
    }

    /// Who acts for an owner.
    ProcuratorType { LegalRepresentative = "LEGAL_REPRESENTATIVE", Attorney = "ATTORNEY" }

    /// Kind of account that an owner holds.
    ProductType { Savings = "SAVINGS_ACCOUNT", Checking = "CHECKING_ACCOUNT" }
}

/// The main document of an owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DocumentId {
    /// `CPF`, `CNPJ` or, for foreigners, `PASSPORT`.
    pub document_type: String,
    /// Number without punctuation.
    pub document_number: String,
}

/// A further document of an owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AdditionalDocument {
    /// Kind.
    #[serde(rename = "type")]
    pub kind: Option<DocumentKind>,
    /// More about the kind.
    pub type_additional_info: Option<String>,
    /// Number.
    pub number: String,
    /// Check digit; `null` for companies.
    pub check_digit: Option<String>,
    /// Issued on.
    pub issue_date: Option<Date>,
    /// Valid until.
    pub expiration_date: Option<Date>,
    /// Country, three letters.
    pub country_of_issuance: Option<String>,
    /// More.
    pub additional_info: Option<String>,
}

/// An e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Email {
    /// Whether it is the main one.
    pub is_main: bool,
    /// Address.
    pub email: String,
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Address {
    /// Whether it is the main one.
    pub is_main: bool,
    /// Street and number.
    pub address: String,
    /// More.
    pub additional_info: Option<String>,
    /// District.
    pub district_name: Option<String>,
    /// Town.
    pub town: String,
    /// IBGE code of the town, seven digits.
    pub town_code: Option<String>,
    /// State, two letters.
    pub state: Option<String>,
    /// Postcode, eight digits.
    pub postcode: String,
    /// Country.
    pub country_name: String,
    /// Country, three letters.
    pub country_code: Option<String>,
    /// Latitude in degrees.
    pub latitude: Option<String>,
    /// Longitude in degrees.
    pub longitude: Option<String>,
}

/// A phone number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PhoneNumber {
    /// Whether it is the main one.
    pub is_main: bool,
    /// Kind.
    #[serde(rename = "type")]
    pub kind: Option<PhoneType>,
    /// More.
    pub additional_info: Option<String>,
    /// Number without country, area or extension.
    pub number: String,
    /// Country calling code.
    pub country_code: Option<String>,
    /// Area code.
    pub area_code: Option<String>,
    /// Extension.
    pub extension: Option<String>,
}

/// Someone who may act for an owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Procurator {
    /// In which role.
    #[serde(rename = "type")]
    pub kind: Option<ProcuratorType>,
    /// Name.
    pub civil_name: String,
    /// Social name.
    pub social_name: Option<String>,
    /// CPF or CNPJ.
    pub document_number: String,
}
