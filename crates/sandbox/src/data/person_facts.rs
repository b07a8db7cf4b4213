//! What the bank knows of a person, in the words of the customers API.

use serde_json::{Value, json};

use super::facts::{account_line, amount, credit_products, known_since, phone, products, updated};
use super::investments;
use crate::Access;
use crate::people::document::cpf_of;
use crate::people::history::{Dice, FIRST_NAMES, local_date};
use crate::people::{Account, People, Person, Sex, opaque};

/// Occupations by their CBO codes.
const OCCUPATIONS: [&str; 8] = ["212405", "223505", "231210", "252305", "351605", "411010", "521110", "782310"];
const MARITAL: [&str; 5] = ["SOLTEIRO", "CASADO", "DIVORCIADO", "UNIAO_ESTAVEL", "VIUVO"];

/// `/personal/identifications`
pub(super) fn identification(access: &Access, person: &Person) -> Value {
    let mut dice = Dice::of_text(person.login);
    let address = person.address();
    let surname = person.name.split_once(' ').map_or(person.name, |(_, rest)| rest);
    json!({
        "updateDateTime": updated(access),
        "personalId": opaque(&format!("person|{}|{}", access.brand.slug, person.login)),
        "brandName": access.brand.name,
        "civilName": person.name,
        "birthDate": person.born,
        "maritalStatusCode": dice.pick(&MARITAL),
        "sex": match person.sex {
            Sex::Female => "FEMININO",
            Sex::Male => "MASCULINO",
        },
        "companiesCnpj": [access.brand.cnpj],
        "documents": { "cpfNumber": person.cpf },
        "otherDocuments": [{
            "type": "RG",
            "number": dice.between(10_000_000, 99_999_999).to_string(),
            "checkDigit": dice.between(0, 9).to_string(),
            "additionalInfo": format!("SSP/{}", address.state),
        }],
        "hasBrazilianNationality": true,
        "filiation": [{ "type": "MAE", "civilName": format!("{} {surname}", dice.pick(&FIRST_NAMES)) }],
        "contacts": {
            "postalAddresses": [{
                "isMain": true,
                "address": address.street,
                "districtName": address.district,
                "townName": address.town,
                "ibgeTownCode": address.ibge,
                "countrySubDivision": address.state,
                "postCode": address.post_code,
                "country": "Brasil",
                "countryCode": "BRA",
            }],
            "phones": [phone(&mut dice, "MOVEL", address.area)],
            "emails": [{ "isMain": true, "email": person.login }],
        },
    })
}

/// The account that the person's salary arrives on, at the brand asked.
fn salaried<'a>(people: &'a People, access: &Access, person: &Person) -> Option<&'a Account> {
    let accounts = people.accounts_of(access.brand, person, None);
    accounts.into_iter().find(|account| people.employer(account).is_some())
}

/// `/personal/qualifications`
pub(super) fn qualification(people: &People, access: &Access, person: &Person) -> Value {
    let mut dice = Dice::of_text(person.login);
    let today = local_date(access.now);
    let mut data = json!({
        "updateDateTime": updated(access),
        "companyCnpj": access.brand.cnpj,
        "occupationCode": "CBO",
        "occupationDescription": dice.pick(&OCCUPATIONS),
        "informedIncome": {
            "frequency": "MENSAL",
            "amount": amount(person.salary()),
            "date": today.first_of_month().to_string(),
        },
        "informedPatrimony": {
            "amount": amount(person.salary().share(dice.between(8, 60) * 1000)),
            "year": i32::from(today.year()) - 1,
        },
    });
    if let Some((name, cnpj)) = salaried(people, access, person).and_then(|account| people.employer(account)) {
        data["employerCnpjCpf"] = cnpj.into();
        data["employerName"] = name.into();
    }
    data
}

/// `/personal/financial-relations`
pub(super) fn relation(people: &People, access: &Access, person: &Person) -> Value {
    let accounts = people.accounts_of(access.brand, person, None);
    let lines: Vec<Value> = accounts.iter().map(|account| line(access, account)).collect();
    let mut kinds = products(&accounts);
    kinds.extend(credit_products(people, access, (person, None)));
    kinds.extend(investments::products(people, access));
    let mut data = json!({
        "updateDateTime": updated(access),
        "startDate": known_since(access, person.login),
        "productsServicesType": kinds,
        "procurators": procurators(person),
        "accounts": lines,
    });
    let employer = salaried(people, access, person).and_then(|account| people.employer(account));
    if let Some((name, cnpj)) = employer {
        add_employer(&mut data, access, person, name, &cnpj);
    }
    data
}

fn line(access: &Access, account: &Account) -> Value {
    let mut line = account_line(access, account);
    line["subtype"] = account.subtype().into();
    line
}

/// The salary comes from an account at this bank, or from another bank by portability.
fn add_employer(data: &mut Value, access: &Access, person: &Person, name: &str, cnpj: &str) {
    let since = known_since(access, person.login)[..10].to_owned();
    if person.salary_by_portability() {
        data["portabilitiesReceived"] = json!([{
            "employerName": name,
            "employerCnpjCpf": cnpj,
            "paycheckBankDetainerCnpj": crate::BRANDS[1].cnpj,
            "paycheckBankDetainerIspb": crate::BRANDS[1].ispb,
            "portabilityApprovalDate": since,
        }]);
    } else {
        data["paychecksBankLink"] = json!([{
            "employerName": name,
            "employerCnpjCpf": cnpj,
            "paycheckBankCnpj": access.brand.cnpj,
            "paycheckBankIspb": access.brand.ispb,
            "accountOpeningDate": since,
        }]);
    }
}

/// The oldest have somebody who acts for them.
fn procurators(person: &Person) -> Vec<Value> {
    if person.born >= "1966" {
        return Vec::new();
    }
    let mut dice = Dice::of_text(person.login);
    let surname = person.name.rsplit(' ').next().unwrap_or_default();
    vec![json!({
        "type": "PROCURADOR",
        "cpfNumber": cpf_of(dice.below(1_000_000_000)),
        "civilName": format!("{} {surname}", dice.pick(&FIRST_NAMES)),
    })]
}
