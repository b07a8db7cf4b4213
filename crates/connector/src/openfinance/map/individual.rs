//! Persons (`belvo-api.md`, 10.2).

use vinculo_domain::model::{
    AdditionalDocument, DocumentId, DocumentKind, Filiation, FiliationType, Gender, IndividualFinancialProfile,
    IndividualFinancialRelation, IndividualOwner, IndividualPatrimony, IndividualProduct, InformedIncome,
    MaritalStatus, Nationality, NationalityDocument, OccupationCode, OwnerContent, OwnerDraft, PayrollAccount,
    SalaryPortabilityRequest,
};

use super::contacts::{contacts, frequency, procurator, product_type, texts, year};
use crate::openfinance::wire::contacts::{Patrimony, RelationAccount};
use crate::openfinance::wire::personal::{
    Documents, FiliationItem, ForeignDocument, Income, NationalityItem, OtherDocument, Passport, Paycheck,
    PersonalIdentification, PersonalQualification, PersonalRelation, Portability,
};
use crate::openfinance::wire::value::Text;

/// Maps what the three endpoints say about a person; the latter two only where they were consented and answered.
pub(crate) fn individual(
    wire: &PersonalIdentification,
    qualification: Option<&PersonalQualification>,
    relation: Option<&PersonalRelation>,
) -> OwnerDraft {
    let contacts = contacts(wire.contacts.as_ref());
    let documents = wire.documents.clone().unwrap_or_default();
    let owner = IndividualOwner {
        display_name: wire.civil_name.cut(128).unwrap_or_default(),
        social_name: wire.social_name.cut(128),
        birth_date: wire.birth_date.0,
        marital_status: marital_status(&wire.marital_status_code),
        marital_status_additional_info: wire.marital_status_additional_info.cut(50),
        gender: gender(&wire.sex),
        companies_id: texts(&wire.companies_cnpj),
        is_local_resident: wire.has_brazilian_nationality.0,
        document_id: document_id(&documents),
        additional_documents: additional_documents(&documents, &wire.other_documents.0),
        nationalities: nationalities(&wire.nationality.0),
        email: contacts.email,
        emails: contacts.emails,
        address: contacts.address,
        addresses: contacts.addresses,
        phone_number: contacts.phone_number,
        phone_numbers: contacts.phone_numbers,
        filiations: wire.filiation.0.iter().map(filiation).collect(),
        financial_profile: qualification.map(financial_profile),
        financial_relation: relation.map(financial_relation),
    };
    OwnerDraft {
        internal_identification: wire.personal_id.cut(100),
        content: OwnerContent::Individual(Box::new(owner)),
    }
}

fn marital_status(word: &Text) -> Option<MaritalStatus> {
    Some(match word.get()? {
        "SOLTEIRO" => MaritalStatus::Single,
        "CASADO" => MaritalStatus::Married,
        "VIUVO" => MaritalStatus::Widowed,
        "SEPARADO_JUDICIALMENTE" => MaritalStatus::Separated,
        "DIVORCIADO" => MaritalStatus::Divorced,
        "UNIAO_ESTAVEL" => MaritalStatus::CivilUnion,
        _ => MaritalStatus::Other,
    })
}

fn gender(word: &Text) -> Option<Gender> {
    Some(match word.get()? {
        "FEMININO" => Gender::Female,
        "MASCULINO" => Gender::Male,
        _ => Gender::Other,
    })
}

/// The CPF, or the passport of somebody who has none.
fn document_id(documents: &Documents) -> DocumentId {
    let passport = documents.passport.as_ref().and_then(|passport| passport.number.owned());
    let (document_type, document_number) = match (documents.cpf_number.owned(), passport) {
        (Some(cpf), _) => ("CPF", cpf),
        (None, Some(number)) => ("PASSPORT", number),
        (None, None) => ("CPF", String::new()),
    };
    DocumentId { document_type: document_type.to_owned(), document_number }
}

fn additional_documents(documents: &Documents, others: &[OtherDocument]) -> Vec<AdditionalDocument> {
    let second = documents.passport.as_ref().filter(|_| documents.cpf_number.get().is_some());
    second.map(passport).into_iter().chain(others.iter().map(other_document)).collect()
}

fn passport(wire: &Passport) -> AdditionalDocument {
    AdditionalDocument {
        kind: Some(DocumentKind::Passport),
        type_additional_info: None,
        number: wire.number.or_empty(),
        check_digit: None,
        issue_date: wire.issue_date.0,
        expiration_date: wire.expiration_date.0,
        country_of_issuance: wire.country.cut(3),
        additional_info: None,
    }
}

fn other_document(wire: &OtherDocument) -> AdditionalDocument {
    AdditionalDocument {
        kind: document_kind(&wire.kind),
        type_additional_info: wire.type_additional_info.cut(70),
        number: wire.number.or_empty(),
        check_digit: wire.check_digit.cut(2),
        issue_date: wire.issue_date.0,
        expiration_date: wire.expiration_date.0,
        country_of_issuance: None,
        additional_info: wire.additional_info.cut(100),
    }
}

fn document_kind(word: &Text) -> Option<DocumentKind> {
    Some(match word.get()? {
        "CNH" => DocumentKind::DriversLicense,
        "RG" => DocumentKind::IdCard,
        "NIF" => DocumentKind::FiscalId,
        "RNE" => DocumentKind::ForeignerRegistrationCard,
        "PASSAPORTE" | "PASSPORT" => DocumentKind::Passport,
        _ => DocumentKind::Other,
    })
}

fn nationalities(items: &[NationalityItem]) -> Option<Vec<Nationality>> {
    let nationality = |item: &NationalityItem| Nationality {
        info: item.other_nationalities_info.cut(40),
        documents: item.documents.0.iter().map(foreign_document).collect(),
    };
    (!items.is_empty()).then(|| items.iter().map(nationality).collect())
}

fn foreign_document(wire: &ForeignDocument) -> NationalityDocument {
    NationalityDocument {
        kind: document_kind(&wire.kind),
        type_additional_info: None,
        number: wire.number.or_empty(),
        issue_date: wire.issue_date.0,
        expiration_date: wire.expiration_date.0,
        country_of_issuance: wire.country.cut(3),
        additional_info: wire.additional_info.cut(100),
    }
}

fn filiation(wire: &FiliationItem) -> Filiation {
    Filiation {
        kind: match wire.kind.get() {
            Some("MAE") => Some(FiliationType::Mother),
            Some("PAI") => Some(FiliationType::Father),
            _ => None,
        },
        civil_name: wire.civil_name.cut(70).unwrap_or_default(),
        social_name: wire.social_name.cut(70),
    }
}

fn financial_profile(wire: &PersonalQualification) -> IndividualFinancialProfile {
    IndividualFinancialProfile {
        company_id: wire.company_cnpj.cut(14),
        occupation_code: match wire.occupation_code.get() {
            Some("RECEITA_FEDERAL") => Some(OccupationCode::PublicOffice),
            Some("CBO") => Some(OccupationCode::Occupation),
            Some(_) => Some(OccupationCode::Other),
            None => None,
        },
        occupation_description: wire.occupation_description.cut(100),
        informed_income: wire.informed_income.as_ref().and_then(informed_income),
        patrimony: wire.informed_patrimony.as_ref().and_then(patrimony),
    }
}

fn informed_income(wire: &Income) -> Option<InformedIncome> {
    let money = wire.amount.as_ref()?;
    Some(InformedIncome {
        frequency: frequency(&wire.frequency),
        amount: money.amount.0?,
        currency: money.currency(),
        date: wire.date.0,
    })
}

fn patrimony(wire: &Patrimony) -> Option<IndividualPatrimony> {
    let money = wire.amount.as_ref()?;
    Some(IndividualPatrimony { amount: money.amount.0?, currency: money.currency(), year: year(wire.year.0) })
}

fn financial_relation(wire: &PersonalRelation) -> IndividualFinancialRelation {
    IndividualFinancialRelation {
        start_date: wire.start_date.0,
        product_services: texts(&wire.products_services_type),
        product_services_additional_info: wire.products_services_type_additional_info.cut(100),
        procurators: wire.procurators.0.iter().map(procurator).collect(),
        products: wire.accounts.0.iter().map(product).collect(),
        salary_portability_requests: wire.portabilities_received.0.iter().map(portability).collect(),
        payroll_accounts: wire.paychecks_bank_link.0.iter().map(paycheck).collect(),
    }
}

fn product(wire: &RelationAccount) -> IndividualProduct {
    IndividualProduct {
        kind: product_type(&wire.kind),
        subtype: wire.subtype.owned(),
        agency: wire.branch_code.cut(4),
        clearing_code: wire.compe_code.or_empty(),
        number: wire.number.or_empty(),
        check_digit: wire.check_digit.or_empty(),
    }
}

fn portability(wire: &Portability) -> SalaryPortabilityRequest {
    SalaryPortabilityRequest {
        employer_name: wire.employer_name.cut(80).unwrap_or_default(),
        employer_id_number: wire.employer_cnpj_cpf.or_empty(),
        employer_bank_id_number: wire.paycheck_bank_detainer_cnpj.or_empty(),
        employer_bank_code: wire.paycheck_bank_detainer_ispb.or_empty(),
        portability_approval_date: wire.portability_approval_date.0,
    }
}

fn paycheck(wire: &Paycheck) -> PayrollAccount {
    PayrollAccount {
        employer_name: wire.employer_name.cut(80).unwrap_or_default(),
        employer_id_number: wire.employer_cnpj_cpf.or_empty(),
        employer_bank_id_number: wire.paycheck_bank_cnpj.or_empty(),
        employer_bank_code: wire.paycheck_bank_ispb.or_empty(),
        account_opening_date: wire.account_opening_date.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openfinance::map::fuzz::spoilt;
    use proptest::prelude::*;

    // Values of the official examples of customers 2.3.0.
    const IDENTIFICATION: &str = r#"{
        "updateDateTime":"2021-05-21T08:30:00Z","personalId":"578-psd-71md6971kjh-2d414","brandName":"Organização A",
        "civilName":"Juan Kaique Cláudio Fernandes","socialName":"Jaqueline de Freitas","birthDate":"2021-05-21",
        "maritalStatusCode":"SOLTEIRO","maritalStatusAdditionalInfo":"Enfermeiro","sex":"FEMININO",
        "companiesCnpj":["01773247000103"],
        "documents":{"cpfNumber":"25872252137","passport":{"number":"75253642","country":"CAN","expirationDate":"2021-05-21","issueDate":"2021-05-21"}},
        "otherDocuments":[{"type":"CNH","typeAdditionalInfo":"x","number":"15291908","checkDigit":"P","additionalInfo":"SSP/SP","expirationDate":"2021-05-21"}],
        "hasBrazilianNationality":false,
        "nationality":[{"otherNationalitiesInfo":"CAN","documents":[{"type":"SOCIAL SEC","number":"423929299","expirationDate":"2021-05-21","issueDate":"2021-05-21","country":"Brasil","additionalInfo":"y"}]}],
        "filiation":[{"type":"PAI","civilName":"Marcelo Cláudio Fernandes","socialName":"NA"}],
        "contacts":{"postalAddresses":[],"phones":[],"emails":[{"isMain":true,"email":"nome@br.net"}]}
    }"#;
    const QUALIFICATION: &str = r#"{"updateDateTime":"2021-05-21T08:30:00Z","companyCnpj":"50685362000135","occupationCode":"RECEITA_FEDERAL",
        "occupationDescription":"01","informedIncome":{"frequency":"DIARIA","amount":{"amount":"100000.04","currency":"BRL"},"date":"2021-05-21"},
        "informedPatrimony":{"amount":{"amount":"100000.04","currency":"BRL"},"year":2010}}"#;
    const RELATION: &str = r#"{"startDate":"2021-05-21T08:30:00Z","productsServicesType":["SEGURO"],"productsServicesTypeAdditionalInfo":"z",
        "procurators":[{"type":"PROCURADOR","cpfNumber":"73677831148","civilName":"Elza Milena Stefany Teixeira","socialName":"Stefany"}],
        "accounts":[{"compeCode":"001","branchCode":"6272","number":"24550245","checkDigit":"4","type":"CONTA_DEPOSITO_A_VISTA","subtype":"INDIVIDUAL"}],
        "portabilitiesReceived":[{"employerName":"ACME","employerCnpjCpf":"12345678901","paycheckBankDetainerCnpj":"12345678901234","paycheckBankDetainerIspb":"12345678","portabilityApprovalDate":"2024-04-01"}],
        "paychecksBankLink":[{"employerName":"ACME","employerCnpjCpf":"12345678901","paycheckBankCnpj":"12345678901234","paycheckBankIspb":"12345678","accountOpeningDate":"2024-04-01"}]}"#;

    fn person(draft: OwnerDraft) -> IndividualOwner {
        match draft.content {
            OwnerContent::Individual(owner) => *owner,
            OwnerContent::Business(_) => panic!("a person was expected"),
        }
    }

    #[test]
    fn the_official_examples() {
        let qualification = serde_json::from_str(QUALIFICATION).unwrap();
        let relation = serde_json::from_str(RELATION).unwrap();
        let draft = individual(&serde_json::from_str(IDENTIFICATION).unwrap(), Some(&qualification), Some(&relation));
        assert_eq!(draft.bank_key(), "578-psd-71md6971kjh-2d414");
        let json = serde_json::to_string(&draft.content).unwrap();
        assert_eq!(
            json,
            concat!(
                r#"{"display_name":"Juan Kaique Cláudio Fernandes","social_name":"Jaqueline de Freitas","birth_date":"2021-05-21","#,
                r#""marital_status":"SINGLE","marital_status_additional_info":"Enfermeiro","gender":"FEMALE","companies_id":["01773247000103"],"#,
                r#""is_local_resident":false,"document_id":{"document_type":"CPF","document_number":"25872252137"},"additional_documents":["#,
                r#"{"type":"PASSPORT","type_additional_info":null,"number":"75253642","check_digit":null,"issue_date":"2021-05-21","expiration_date":"2021-05-21","country_of_issuance":"CAN","additional_info":null},"#,
                r#"{"type":"DRIVERS_LICENSE","type_additional_info":"x","number":"15291908","check_digit":"P","issue_date":null,"expiration_date":"2021-05-21","country_of_issuance":null,"additional_info":"SSP/SP"}],"#,
                r#""nationalities":[{"info":"CAN","documents":[{"type":"OTHER","type_additional_info":null,"number":"423929299","issue_date":"2021-05-21","expiration_date":"2021-05-21","country_of_issuance":"Bra","additional_info":"y"}]}],"#,
                r#""email":"nome@br.net","emails":[{"is_main":true,"email":"nome@br.net"}],"address":null,"addresses":[],"phone_number":null,"phone_numbers":[],"#,
                r#""filiations":[{"type":"FATHER","civil_name":"Marcelo Cláudio Fernandes","social_name":null}],"#,
                r#""financial_profile":{"company_id":"50685362000135","occupation_code":"BRAZIL_PUBLIC_OFFICE","occupation_description":"01","#,
                r#""informed_income":{"frequency":"DAILY","amount":100000.04,"currency":"BRL","date":"2021-05-21"},"patrimony":{"amount":100000.04,"currency":"BRL","year":2010}},"#,
                r#""financial_relation":{"start_date":"2021-05-21T08:30:00Z","product_services":["SEGURO"],"product_services_additional_info":"z","#,
                r#""procurators":[{"type":"ATTORNEY","civil_name":"Elza Milena Stefany Teixeira","social_name":"Stefany","document_number":"73677831148"}],"#,
                r#""products":[{"type":"CHECKING_ACCOUNT","subtype":"INDIVIDUAL","agency":"6272","clearing_code":"001","number":"24550245","check_digit":"4"}],"#,
                r#""salary_portability_requests":[{"employer_name":"ACME","employer_id_number":"12345678901","employer_bank_id_number":"12345678901234","employer_bank_code":"12345678","portability_approval_date":"2024-04-01"}],"#,
                r#""payroll_accounts":[{"employer_name":"ACME","employer_id_number":"12345678901","employer_bank_id_number":"12345678901234","employer_bank_code":"12345678","account_opening_date":"2024-04-01"}]}}"#,
            )
        );
    }

    #[test]
    fn an_empty_record_is_still_an_owner() {
        let owner = person(individual(&PersonalIdentification::default(), None, None));
        assert_eq!(owner.financial_profile, None);
        assert_eq!(owner.nationalities, None);
        assert_eq!(owner.document_id.document_type, "CPF");
    }

    #[test]
    fn somebody_without_cpf_is_known_by_the_passport() {
        let json = r#"{"documents":{"passport":{"number":"75253642","country":"CAN"}}}"#;
        let draft = individual(&serde_json::from_str(json).unwrap(), None, None);
        assert_eq!(draft.bank_key(), "75253642");
        let owner = person(draft);
        assert_eq!(owner.document_id.document_type, "PASSPORT");
        assert!(owner.additional_documents.is_empty());
    }

    #[test]
    fn every_word_has_its_translation() {
        let marital = "SOLTEIRO CASADO VIUVO SEPARADO_JUDICIALMENTE DIVORCIADO UNIAO_ESTAVEL OUTRO ENROLADO";
        let mapped: Vec<_> = marital.split(' ').filter_map(|w| marital_status(&w.into())).map(|s| s.as_str()).collect();
        assert_eq!(mapped.join(" "), "SINGLE MARRIED WIDOWED SEPARATED DIVORCED CIVIL_UNION OTHER OTHER");
        let sexes: Vec<_> = ["FEMININO", "MASCULINO", "OUTRO", "X"]
            .iter()
            .filter_map(|w| gender(&(*w).into()))
            .map(Gender::as_str)
            .collect();
        assert_eq!(sexes.join(" "), "FEMALE MALE OTHER OTHER");
        let documents: Vec<_> = ["CNH", "RG", "NIF", "RNE", "OUTROS", "CTPS"]
            .iter()
            .filter_map(|w| document_kind(&(*w).into()))
            .map(DocumentKind::as_str)
            .collect();
        assert_eq!(documents.join(" "), "DRIVERS_LICENSE ID_CARD FISCAL_ID FOREIGNER_REGISTRATION_CARD OTHER OTHER");
        assert_eq!(marital_status(&Text::default()), None);
        assert_eq!(gender(&Text::default()), None);
    }

    #[test]
    fn income_without_an_amount_is_null() {
        let json = QUALIFICATION.replace("100000.04", "muito");
        let profile = financial_profile(&serde_json::from_str(&json).unwrap());
        assert_eq!((profile.informed_income, profile.patrimony), (None, None));
    }

    proptest! {
        #[test]
        fn any_texts_are_handled(text in "\\PC{0,200}") {
            let json = IDENTIFICATION.replace("\"CNH\"", &serde_json::to_string(&text).unwrap())
                .replace("\"25872252137\"", &serde_json::to_string(&text).unwrap())
                .replace("\"SOLTEIRO\"", &serde_json::to_string(&text).unwrap());
            individual(&serde_json::from_str(&json).unwrap(), None, None);
        }
    }

    proptest! {
        #[test]
        fn spoilt_answers_are_handled(
            identification in spoilt(IDENTIFICATION), qualification in spoilt(QUALIFICATION), relation in spoilt(RELATION),
        ) {
            let identification = serde_json::from_str(&identification).unwrap_or_default();
            let qualification = serde_json::from_str(&qualification).unwrap_or_default();
            let relation = serde_json::from_str(&relation).unwrap_or_default();
            let draft = individual(&identification, Some(&qualification), Some(&relation));
            let text = serde_json::to_string(&draft.content).unwrap();
            prop_assert_eq!(serde_json::from_str::<OwnerContent>(&text).unwrap(), draft.content);
        }
    }
}
