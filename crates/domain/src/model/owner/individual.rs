use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::parts::{
    AdditionalDocument, Address, DocumentId, DocumentKind, Email, Frequency, PhoneNumber, Procurator, ProductType,
};
use crate::Amount;
use crate::model::time::seconds_option;
use crate::model::words::words;

words! {
    /// Marital status.
    MaritalStatus {
        Single = "SINGLE",
        Married = "MARRIED",
        Widowed = "WIDOWED",
        Separated = "SEPARATED",
        Divorced = "DIVORCED",
        CivilUnion = "CIVIL_UNION",
        Other = "OTHER",
    }

    /// Gender.
    Gender { Female = "FEMALE", Male = "MALE", Other = "OTHER" }

    /// Mother or father.
    FiliationType { Mother = "MOTHER", Father = "FATHER" }

    /// List that an occupation code is from.
    OccupationCode {
        PublicOffice = "BRAZIL_PUBLIC_OFFICE",
        Occupation = "BRAZIL_OCCUPATION_CODE",
        Other = "OTHER",
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct IndividualOwner {
    /// Civil name.
    pub display_name: String,
    /// Social name.
    pub social_name: Option<String>,
    /// Birth date.
    pub birth_date: Option<Date>,
    /// Marital status.
    pub marital_status: Option<MaritalStatus>,
    /// More about it.
    pub marital_status_additional_info: Option<String>,
    /// Gender.
    pub gender: Option<Gender>,
    /// CNPJs of the institutions that keep the customer record.
    pub companies_id: Vec<String>,
    /// Whether the person has Brazilian nationality.
    pub is_local_resident: bool,
    /// Main document.
    pub document_id: DocumentId,
    /// Further documents.
    pub additional_documents: Vec<AdditionalDocument>,
    /// Other nationalities.
    pub nationalities: Option<Vec<Nationality>>,
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
    /// Parents.
    pub filiations: Vec<Filiation>,
    /// Income and possessions.
    pub financial_profile: Option<IndividualFinancialProfile>,
    /// What the person has at the institution.
    pub financial_relation: Option<IndividualFinancialRelation>,
}

/// Another nationality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Nationality {
    /// Which.
    pub info: Option<String>,
    /// Documents.
    pub documents: Vec<NationalityDocument>,
}

/// A document of another nationality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct NationalityDocument {
    /// Kind.
    #[serde(rename = "type")]
    pub kind: Option<DocumentKind>,
    /// Required by the API's schema, defined nowhere: `null`.
    pub type_additional_info: Option<String>,
    /// Number.
    pub number: String,
    /// Issued on.
    pub issue_date: Option<Date>,
    /// Valid until.
    pub expiration_date: Option<Date>,
    /// Country, three letters.
    pub country_of_issuance: Option<String>,
    /// More.
    pub additional_info: Option<String>,
}

/// A parent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Filiation {
    /// Mother or father.
    #[serde(rename = "type")]
    pub kind: Option<FiliationType>,
    /// Name.
    pub civil_name: String,
    /// Social name.
    pub social_name: Option<String>,
}

/// Income and possessions of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct IndividualFinancialProfile {
    /// CNPJ of the institution that keeps the record.
    pub company_id: Option<String>,
    /// List that the occupation is from.
    pub occupation_code: Option<OccupationCode>,
    /// Occupation.
    pub occupation_description: Option<String>,
    /// Income.
    pub informed_income: Option<InformedIncome>,
    /// Possessions.
    pub patrimony: Option<IndividualPatrimony>,
}

/// Income as the person declared it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct InformedIncome {
    /// How often.
    pub frequency: Option<Frequency>,
    /// How much.
    pub amount: Amount,
    /// Currency.
    pub currency: String,
    /// Declared on.
    pub date: Option<Date>,
}

/// Possessions as the person declared them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct IndividualPatrimony {
    /// How much.
    pub amount: Amount,
    /// Currency.
    pub currency: String,
    /// Year.
    pub year: Option<u16>,
}

/// What a person has at the institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct IndividualFinancialRelation {
    /// Customer since.
    #[serde(with = "seconds_option")]
    #[schemars(with = "Option<Timestamp>")]
    pub start_date: Option<Timestamp>,
    /// Products, network values.
    pub product_services: Vec<String>,
    /// More about them.
    pub product_services_additional_info: Option<String>,
    /// Who may act for the person.
    pub procurators: Vec<Procurator>,
    /// Accounts.
    pub products: Vec<IndividualProduct>,
    /// Salaries moved to the institution.
    pub salary_portability_requests: Vec<SalaryPortabilityRequest>,
    /// Salary accounts at the institution.
    pub payroll_accounts: Vec<PayrollAccount>,
}

/// An account of a person, as the customer record names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct IndividualProduct {
    /// Kind.
    #[serde(rename = "type")]
    pub kind: Option<ProductType>,
    /// Network value.
    pub subtype: Option<String>,
    /// Branch.
    pub agency: Option<String>,
    /// Bank code, three digits.
    pub clearing_code: String,
    /// Number.
    pub number: String,
    /// Check digit.
    pub check_digit: String,
}

/// A salary moved to the institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SalaryPortabilityRequest {
    /// Employer.
    pub employer_name: String,
    /// Employer's CPF or CNPJ.
    pub employer_id_number: String,
    /// CNPJ of the bank that held the salary account.
    pub employer_bank_id_number: String,
    /// ISPB of that bank.
    pub employer_bank_code: String,
    /// Approved on.
    pub portability_approval_date: Option<Date>,
}

/// A salary account at the institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PayrollAccount {
    /// Employer.
    pub employer_name: String,
    /// Employer's CPF or CNPJ.
    pub employer_id_number: String,
    /// CNPJ of the paying bank.
    pub employer_bank_id_number: String,
    /// ISPB of that bank.
    pub employer_bank_code: String,
    /// Opened on.
    pub account_opening_date: Option<Date>,
}
