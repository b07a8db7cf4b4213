//! What the bank knows of a company, in the words of the customers API.

use serde_json::{Value, json};

use super::facts::{account_line, amount, credit_products, known_since, phone, products, updated};
use super::investments;
use crate::Access;
use crate::people::history::{Dice, local_date};
use crate::people::{Company, People, Person, opaque};

/// `/business/identifications`
pub(super) fn identification(people: &People, access: &Access, company: &Company) -> Value {
    let mut dice = Dice::of_text(company.cnpj);
    let address = company.address();
    let users = people.users_of(company);
    let email = users.first().map_or("contato@email.com", |person| person.login);
    json!({
        "updateDateTime": updated(access),
        "businessId": opaque(&format!("company|{}|{}", access.brand.slug, company.cnpj)),
        "brandName": access.brand.name,
        "companyName": company.name,
        "tradeName": company.trade_name,
        "incorporationDate": format!("{}T03:00:00Z", company.founded),
        "cnpjNumber": company.cnpj,
        "companiesCnpj": [access.brand.cnpj],
        "parties": users.iter().enumerate().map(|(n, person)| party(company, person, n, users.len())).collect::<Vec<_>>(),
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
            "phones": [phone(&mut dice, "FIXO", address.area)],
            "emails": [{ "isMain": true, "email": email }],
        },
    })
}

/// The first user owns the company; partners below a quarter are not listed as such, so the others administer it.
fn party(company: &Company, person: &Person, n: usize, of: usize) -> Value {
    let mut party = json!({
        "personType": "PESSOA_NATURAL",
        "type": if n == 0 { "SOCIO" } else { "ADMINISTRADOR" },
        "civilName": person.name,
        "startDate": format!("{}T03:00:00Z", company.founded),
        "documentType": "CPF",
        "documentNumber": person.cpf,
        "documentCountry": "BRA",
    });
    if n == 0 {
        party["shareholding"] = if of == 1 { "1.000000" } else { "0.600000" }.into();
    }
    party
}

/// `/business/qualifications`
pub(super) fn qualification(access: &Access, company: &Company) -> Value {
    let today = local_date(access.now);
    json!({
        "updateDateTime": updated(access),
        "economicActivities": [{ "code": company.activity, "isMain": true }],
        "informedRevenue": {
            "frequency": "MENSAL",
            "amount": amount(company.revenue()),
            "year": i32::from(today.year()) - 1,
        },
        "informedPatrimony": {
            "amount": amount(company.revenue().share(7_000)),
            "date": today.first_of_month().to_string(),
        },
    })
}

/// `/business/financial-relations`
pub(super) fn relation(people: &People, access: &Access, company: &Company) -> Value {
    let users = people.users_of(company);
    let accounts = users.first().map(|person| people.accounts_of(access.brand, person, Some(company)));
    let accounts = accounts.unwrap_or_default();
    let procurator = |person: &&Person| json!({ "type": "REPRESENTANTE_LEGAL", "cnpjCpfNumber": person.cpf, "civilName": person.name });
    let mut kinds = products(&accounts);
    kinds.extend(users.first().into_iter().flat_map(|user| credit_products(people, access, (*user, Some(company)))));
    kinds.extend(investments::products(people, access));
    json!({
        "updateDateTime": updated(access),
        "startDate": known_since(access, company.cnpj),
        "productsServicesType": kinds,
        "procurators": users.iter().map(procurator).collect::<Vec<_>>(),
        "accounts": accounts.iter().map(|account| account_line(access, account)).collect::<Vec<_>>(),
    })
}
