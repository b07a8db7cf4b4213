//! Companies (`belvo-api.md`, 10.3).

use vinculo_domain::model::{
    AdditionalDocument, BusinessFinancialProfile, BusinessFinancialRelation, BusinessOwner, BusinessPatrimony,
    BusinessProduct, DocumentId, DocumentKind, EconomicActivity, InformedRevenue, OwnerContent, OwnerDraft, Party,
    PartyDocumentType, PartyType,
};

use super::contacts::{contacts, frequency, person_type, procurator, product_type, texts, year};
use crate::openfinance::wire::business::{
    BusinessIdentification, BusinessQualification, BusinessRelation, CompanyDocument, PartyItem, Revenue,
};
use crate::openfinance::wire::contacts::{Patrimony, RelationAccount};

/// Maps what the three endpoints say about a company; the latter two only where they were consented and answered.
pub(crate) fn business(
    wire: &BusinessIdentification,
    qualification: Option<&BusinessQualification>,
    relation: Option<&BusinessRelation>,
) -> OwnerDraft {
    let contacts = contacts(wire.contacts.as_ref());
    let company_name = wire.company_name.cut(128).unwrap_or_default();
    let document_number = wire.cnpj_number.or_empty();
    let owner = BusinessOwner {
        display_name: company_name.clone(),
        company_name,
        trade_name: wire.trade_name.cut(128),
        incorporation_date: wire.incorporation_date.0,
        companies_id: texts(&wire.companies_cnpj),
        document_id: DocumentId { document_type: "CNPJ".to_owned(), document_number },
        additional_documents: wire.other_documents.0.iter().map(document).collect(),
        email: contacts.email,
        emails: contacts.emails,
        address: contacts.address,
        addresses: contacts.addresses,
        phone_number: contacts.phone_number,
        phone_numbers: contacts.phone_numbers,
        parties: wire.parties.0.iter().map(party).collect(),
        financial_profile: qualification.map(financial_profile),
        financial_relation: relation.map(financial_relation),
    };
    OwnerDraft { internal_identification: wire.business_id.cut(100), content: OwnerContent::Business(Box::new(owner)) }
}

/// The network's type of a company's document is free text (`EIN`): it goes beside the API's word.
fn document(wire: &CompanyDocument) -> AdditionalDocument {
    AdditionalDocument {
        kind: Some(DocumentKind::Other),
        type_additional_info: wire.kind.cut(70),
        number: wire.number.or_empty(),
        check_digit: None,
        issue_date: None,
        expiration_date: wire.expiration_date.0,
        country_of_issuance: wire.country.cut(3),
        additional_info: None,
    }
}

fn party(wire: &PartyItem) -> Party {
    Party {
        person_type: person_type(&wire.person_type),
        kind: match wire.kind.get() {
            Some("SOCIO") => Some(PartyType::Member),
            Some("ADMINISTRADOR") => Some(PartyType::Administrator),
            _ => None,
        },
        display_name: wire.civil_name.cut(128),
        social_name: wire.social_name.cut(128),
        company_name: wire.company_name.cut(128),
        trade_name: wire.trade_name.cut(128),
        start_date: wire.start_date.0,
        percentage_type: wire.shareholding.0,
        document_type: match wire.document_type.get() {
            Some("CPF") => Some(PartyDocumentType::Cpf),
            Some("CNPJ") => Some(PartyDocumentType::Cnpj),
            Some("PASSAPORTE") => Some(PartyDocumentType::Passport),
            Some("OUTRO_DOCUMENTO_VIAGEM") => Some(PartyDocumentType::OtherTravelDocument),
            _ => None,
        },
        document_number: wire.document_number.cut(40).unwrap_or_default(),
        document_issue_date: wire.document_issue_date.0,
        document_expiration_date: wire.document_expiration_date.0,
        document_country: wire.document_country.cut(3),
        document_additional_info: wire.document_additional_info.cut(100),
    }
}

fn financial_profile(wire: &BusinessQualification) -> BusinessFinancialProfile {
    let activities = wire.economic_activities.0.iter();
    let activity = |a: &crate::openfinance::wire::business::Activity| EconomicActivity {
        is_main: a.is_main.0,
        code: a.code.cut(7).unwrap_or_default(),
    };
    BusinessFinancialProfile {
        economic_activities: activities.map(activity).collect(),
        informed_revenue: wire.informed_revenue.as_ref().and_then(revenue),
        patrimony: wire.informed_patrimony.as_ref().and_then(patrimony),
    }
}

fn revenue(wire: &Revenue) -> Option<InformedRevenue> {
    let money = wire.amount.as_ref()?;
    Some(InformedRevenue {
        frequency: frequency(&wire.frequency),
        frequency_additional_info: wire.frequency_additional_info.cut(100),
        amount: money.amount.0?,
        currency: money.currency(),
        year: year(wire.year.0),
    })
}

fn patrimony(wire: &Patrimony) -> Option<BusinessPatrimony> {
    let money = wire.amount.as_ref()?;
    Some(BusinessPatrimony { amount: money.amount.0?, currency: money.currency(), date: wire.date.0 })
}

fn financial_relation(wire: &BusinessRelation) -> BusinessFinancialRelation {
    BusinessFinancialRelation {
        start_date: wire.start_date.0,
        product_services: texts(&wire.products_services_type),
        procurators: wire.procurators.0.iter().map(procurator).collect(),
        products: wire.accounts.0.iter().map(product).collect(),
    }
}

fn product(wire: &RelationAccount) -> BusinessProduct {
    BusinessProduct {
        kind: product_type(&wire.kind),
        subtype: wire.subtype.or_empty(),
        agency: wire.branch_code.cut(4),
        clearing_code: wire.compe_code.or_empty(),
        number: wire.number.or_empty(),
        check_digit: wire.check_digit.or_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openfinance::map::fuzz::spoilt;
    use proptest::prelude::*;

    // Values of the official examples of customers 2.3.0.
    const IDENTIFICATION: &str = r#"{"businessId":"578-psd-71md6971kjh-2d414","brandName":"Organização A","companyName":"Luiza e Benedito Ltda",
        "tradeName":"Mundo da Eletronica","incorporationDate":"2021-05-21T08:30:00Z","cnpjNumber":"5W685362006744",
        "companiesCnpj":["50685362000135"],"otherDocuments":[{"type":"EIN","number":"128328453","country":"CAN","expirationDate":"2021-05-21"}],
        "parties":[{"personType":"PESSOA_NATURAL","type":"SOCIO","civilName":"Juan Kaique","startDate":"2021-05-21T08:30:00Z","shareholding":"0.510000",
        "documentType":"CPF","documentNumber":"73677831148","documentCountry":"CAN"}],
        "contacts":{"postalAddresses":[],"phones":[],"emails":[]}}"#;
    const QUALIFICATION: &str = r#"{"economicActivities":[{"code":"8599604","isMain":true}],
        "informedRevenue":{"frequency":"ANUAL","frequencyAdditionalInfo":"a","amount":{"amount":"100000.04","currency":"BRL"},"year":2010},
        "informedPatrimony":{"amount":{"amount":"100000.04","currency":"BRL"},"date":"2021-05-21"}}"#;
    const RELATION: &str = r#"{"startDate":"2021-05-21T08:30:00Z","productsServicesType":["CONTA_POUPANCA"],
        "procurators":[{"type":"REPRESENTANTE_LEGAL","cnpjCpfNumber":"73677831148","civilName":"Elza"}],
        "accounts":[{"compeCode":"001","branchCode":"6272","number":"24550245","checkDigit":"4","type":"CONTA_POUPANCA"}]}"#;

    #[test]
    fn the_official_examples() {
        let qualification = serde_json::from_str(QUALIFICATION).unwrap();
        let relation = serde_json::from_str(RELATION).unwrap();
        let draft = business(&serde_json::from_str(IDENTIFICATION).unwrap(), Some(&qualification), Some(&relation));
        let json = serde_json::to_string(&draft.content).unwrap();
        assert_eq!(
            json,
            concat!(
                r#"{"display_name":"Luiza e Benedito Ltda","company_name":"Luiza e Benedito Ltda","trade_name":"Mundo da Eletronica","incorporation_date":"2021-05-21","#,
                r#""companies_id":["50685362000135"],"document_id":{"document_type":"CNPJ","document_number":"5W685362006744"},"#,
                r#""additional_documents":[{"type":"OTHER","type_additional_info":"EIN","number":"128328453","check_digit":null,"issue_date":null,"expiration_date":"2021-05-21","country_of_issuance":"CAN","additional_info":null}],"#,
                r#""email":null,"emails":[],"address":null,"addresses":[],"phone_number":null,"phone_numbers":[],"#,
                r#""parties":[{"person_type":"INDIVIDUAL","type":"MEMBER","display_name":"Juan Kaique","social_name":null,"company_name":null,"trade_name":null,"start_date":"2021-05-21","percentage_type":0.51,"document_type":"CPF","document_number":"73677831148","document_issue_date":null,"document_expiration_date":null,"document_country":"CAN","document_additional_info":null}],"#,
                r#""financial_profile":{"economic_activities":[{"is_main":true,"code":"8599604"}],"informed_revenue":{"frequency":"ANNUALLY","frequency_additional_info":"a","amount":100000.04,"currency":"BRL","year":2010},"patrimony":{"amount":100000.04,"currency":"BRL","date":"2021-05-21"}},"#,
                r#""financial_relation":{"start_date":"2021-05-21T08:30:00Z","product_services":["CONTA_POUPANCA"],"procurators":[{"type":"LEGAL_REPRESENTATIVE","civil_name":"Elza","social_name":null,"document_number":"73677831148"}],"products":[{"type":"SAVINGS_ACCOUNT","subtype":"","agency":"6272","clearing_code":"001","number":"24550245","check_digit":"4"}]}}"#,
            )
        );
    }

    #[test]
    fn every_word_has_its_translation() {
        let party = |json: &str| party(&serde_json::from_str(json).unwrap());
        let one = party(r#"{"personType":"PESSOA_JURIDICA","type":"ADMINISTRADOR","documentType":"CNPJ"}"#);
        assert_eq!(one.kind, Some(PartyType::Administrator));
        assert_eq!(one.document_type, Some(PartyDocumentType::Cnpj));
        let two = party(r#"{"documentType":"PASSAPORTE"}"#);
        assert_eq!(two.document_type, Some(PartyDocumentType::Passport));
        let three = party(r#"{"documentType":"OUTRO_DOCUMENTO_VIAGEM"}"#);
        assert_eq!(three.document_type, Some(PartyDocumentType::OtherTravelDocument));
        let unknown = party(r#"{"personType":"ROBO","type":"DONO","documentType":"RG","shareholding":"tudo"}"#);
        assert_eq!((unknown.person_type, unknown.kind, unknown.document_type), (None, None, None));
        assert_eq!(unknown.percentage_type, None);
    }

    #[test]
    fn an_empty_record_is_still_an_owner() {
        let draft = business(&BusinessIdentification::default(), None, None);
        assert_eq!(draft.bank_key(), "");
    }

    proptest! {
        #[test]
        fn spoilt_answers_are_handled(
            identification in spoilt(IDENTIFICATION), qualification in spoilt(QUALIFICATION), relation in spoilt(RELATION),
        ) {
            let identification = serde_json::from_str(&identification).unwrap_or_default();
            let qualification = serde_json::from_str(&qualification).unwrap_or_default();
            let relation = serde_json::from_str(&relation).unwrap_or_default();
            let draft = business(&identification, Some(&qualification), Some(&relation));
            let text = serde_json::to_string(&draft.content).unwrap();
            prop_assert_eq!(serde_json::from_str::<OwnerContent>(&text).unwrap(), draft.content);
        }
    }
}
