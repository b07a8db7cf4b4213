//! Addresses, phones, e-mail addresses, procurators and what else persons and companies share.

use vinculo_domain::model::{
    Address, Email, Frequency, PersonType, PhoneNumber, PhoneType, Procurator, ProcuratorType, ProductType,
};

use crate::openfinance::wire::contacts::{Contacts, EmailAddress, Phone, PostalAddress, ProcuratorItem};
use crate::openfinance::wire::value::{List, Text};

/// The contacts of an owner: the lists, and the main one of each in one line.
pub(super) struct Mapped {
    pub(super) email: Option<String>,
    pub(super) emails: Vec<Email>,
    pub(super) address: Option<String>,
    pub(super) addresses: Vec<Address>,
    pub(super) phone_number: Option<String>,
    pub(super) phone_numbers: Vec<PhoneNumber>,
}

pub(super) fn contacts(wire: Option<&Contacts>) -> Mapped {
    let empty = Contacts::default();
    let wire = wire.unwrap_or(&empty);
    let emails: Vec<Email> = wire.emails.0.iter().filter_map(email).collect();
    let addresses: Vec<Address> = wire.postal_addresses.0.iter().map(address).collect();
    let phone_numbers: Vec<PhoneNumber> = wire.phones.0.iter().map(phone).collect();
    Mapped {
        email: main(&emails, |e| e.is_main).map(|e| e.email.clone()),
        address: main(&addresses, |a| a.is_main).and_then(address_line),
        phone_number: main(&phone_numbers, |p| p.is_main).and_then(phone_line),
        emails,
        addresses,
        phone_numbers,
    }
}

/// Returns the main one, or the first where none is marked.
fn main<T>(items: &[T], is_main: impl Fn(&T) -> bool) -> Option<&T> {
    items.iter().find(|item| is_main(item)).or_else(|| items.first())
}

fn email(wire: &EmailAddress) -> Option<Email> {
    Some(Email { is_main: wire.is_main.0, email: wire.email.cut(320)? })
}

fn address(wire: &PostalAddress) -> Address {
    let place = wire.geographic_coordinates.as_ref();
    Address {
        is_main: wire.is_main.0,
        address: wire.address.or_empty(),
        additional_info: wire.additional_info.owned(),
        district_name: wire.district_name.owned(),
        town: wire.town_name.or_empty(),
        town_code: wire.ibge_town_code.cut(7),
        state: wire.country_sub_division.cut(2),
        postcode: wire.post_code.or_empty(),
        country_name: wire.country.or_empty(),
        country_code: wire.country_code.cut(3),
        latitude: place.and_then(|place| place.latitude.cut(13)),
        longitude: place.and_then(|place| place.longitude.cut(13)),
    }
}

/// `Av Naburo Ykesaki, 1270, CENTRO, Marília - SP, 17500001`.
fn address_line(address: &Address) -> Option<String> {
    let town = match (&address.town, &address.state) {
        (town, Some(state)) if !town.is_empty() => format!("{town} - {state}"),
        (town, _) => town.clone(),
    };
    let parts = [
        address.address.as_str(),
        address.additional_info.as_deref().unwrap_or_default(),
        address.district_name.as_deref().unwrap_or_default(),
        &town,
        &address.postcode,
    ];
    line(&parts, ", ")
}

fn phone(wire: &Phone) -> PhoneNumber {
    PhoneNumber {
        is_main: wire.is_main.0,
        kind: match wire.kind.get() {
            Some("FIXO") => Some(PhoneType::Landline),
            Some("MOVEL") => Some(PhoneType::Mobile),
            Some(_) => Some(PhoneType::Other),
            None => None,
        },
        additional_info: wire.additional_info.cut(100),
        number: wire.number.or_empty(),
        country_code: wire.country_calling_code.cut(4),
        area_code: wire.area_code.cut(2),
        extension: wire.phone_extension.cut(5),
    }
}

/// `+55 11 29875132`.
fn phone_line(phone: &PhoneNumber) -> Option<String> {
    let country = phone.country_code.as_deref().map(|code| format!("+{}", code.trim_start_matches('+')));
    let parts = [country.as_deref().unwrap_or_default(), phone.area_code.as_deref().unwrap_or_default(), &phone.number];
    if phone.number.is_empty() { None } else { line(&parts, " ") }
}

fn line(parts: &[&str], between: &str) -> Option<String> {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(between))
}

pub(super) fn procurator(wire: &ProcuratorItem) -> Procurator {
    Procurator {
        kind: match wire.kind.get() {
            Some("REPRESENTANTE_LEGAL") => Some(ProcuratorType::LegalRepresentative),
            Some("PROCURADOR") => Some(ProcuratorType::Attorney),
            _ => None,
        },
        civil_name: wire.civil_name.or_empty(),
        social_name: wire.social_name.owned(),
        document_number: wire.cpf_number.owned().or_else(|| wire.cnpj_cpf_number.owned()).unwrap_or_default(),
    }
}

/// Prepaid accounts count as checking accounts, here as in the list of accounts.
pub(super) fn product_type(kind: &Text) -> Option<ProductType> {
    match kind.get()? {
        "CONTA_POUPANCA" => Some(ProductType::Savings),
        "CONTA_DEPOSITO_A_VISTA" | "CONTA_PAGAMENTO_PRE_PAGA" => Some(ProductType::Checking),
        _ => None,
    }
}

pub(super) fn frequency(word: &Text) -> Option<Frequency> {
    Some(match word.get()? {
        "DIARIA" => Frequency::Daily,
        "SEMANAL" => Frequency::Weekly,
        "QUINZENAL" => Frequency::Fortnightly,
        "MENSAL" => Frequency::Monthly,
        "BIMESTRAL" => Frequency::Bimonthly,
        "TRIMESTRAL" => Frequency::Quarterly,
        "SEMESTRAL" => Frequency::Biannually,
        "ANUAL" => Frequency::Annually,
        _ => Frequency::Others,
    })
}

pub(super) fn person_type(word: &Text) -> Option<PersonType> {
    match word.get()? {
        "PESSOA_NATURAL" => Some(PersonType::Individual),
        "PESSOA_JURIDICA" => Some(PersonType::Company),
        _ => None,
    }
}

/// Keeps the texts that are there.
pub(super) fn texts(list: &List<Text>) -> Vec<String> {
    list.0.iter().filter_map(Text::owned).collect()
}

/// The API's years are four digits.
pub(super) fn year(number: Option<u32>) -> Option<u16> {
    number.and_then(|year| u16::try_from(year).ok()).filter(|year| (1700..=2090).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_one_or_the_first_fills_the_convenient_fields() {
        let json = r#"{"emails":[{"isMain":false,"email":"a@x.br"},{"isMain":true,"email":"b@x.br"},{"email":"NA"}],
            "phones":[{"type":"SATELITE","countryCallingCode":"55","areaCode":"11","number":"29875132"}],
            "postalAddresses":[{"isMain":true,"address":"Av Naburo Ykesaki, 1270","districtName":"CENTRO","townName":"Marília",
            "countrySubDivision":"SP","postCode":"17500001","country":"Brasil"}]}"#;
        let mapped = contacts(Some(&serde_json::from_str(json).unwrap()));
        assert_eq!(mapped.email.as_deref(), Some("b@x.br"));
        assert_eq!(mapped.emails.len(), 2);
        assert_eq!(mapped.phone_number.as_deref(), Some("+55 11 29875132"));
        assert_eq!(mapped.phone_numbers[0].kind, Some(PhoneType::Other));
        assert_eq!(mapped.address.as_deref(), Some("Av Naburo Ykesaki, 1270, CENTRO, Marília - SP, 17500001"));
    }

    #[test]
    fn nothing_is_null() {
        let mapped = contacts(None);
        assert_eq!((mapped.email, mapped.address, mapped.phone_number), (None, None, None));
        let empty = r#"{"emails":[{}],"phones":[{}],"postalAddresses":[{}]}"#;
        let mapped = contacts(Some(&serde_json::from_str(empty).unwrap()));
        assert_eq!((mapped.email, mapped.address, mapped.phone_number), (None, None, None));
    }

    #[test]
    fn every_frequency_has_its_word() {
        let words = "DIARIA SEMANAL QUINZENAL MENSAL BIMESTRAL TRIMESTRAL SEMESTRAL ANUAL OUTROS DECENAL";
        let mapped: Vec<&str> = words.split(' ').filter_map(|w| frequency(&w.into())).map(Frequency::as_str).collect();
        assert_eq!(
            mapped.join(" "),
            "DAILY WEEKLY FORTNIGHTLY MONTHLY BIMONTHLY QUARTERLY BIANNUALLY ANNUALLY OTHERS OTHERS"
        );
        assert_eq!(frequency(&Text::default()), None);
    }

    #[test]
    fn years_out_of_range_are_null() {
        assert_eq!((year(Some(2020)), year(Some(20)), year(Some(99_999)), year(None)), (Some(2020), None, None, None));
    }
}
