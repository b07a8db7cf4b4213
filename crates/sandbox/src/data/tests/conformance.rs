//! Every answer for everybody, checked against the official descriptions.
//!
//! What the descriptions get wrong, and what is done about it; `docs/sandbox.md` has the same list for readers.
//!
//! * `unarranged-accounts-overdraft-2.4.0` demands both a pre-fixed and a post-fixed rate, and additions to periodicity
//!   and amortisation whatever they are: all four are sent.
//! * It still has digits-only patterns for a CNPJ (`^\d{14}$`): the brands' own CNPJs have no letters, so they pass.
//! * Its patterns that look ahead (`^(?!\s)…`) are beyond the checker's expressions, which checks them by itself.
//! * `credit-cards-2.4.0-rc.1` wants the dummy `0001-01-01` where a date is not known: it is sent.
//! * `x-v` of accounts is 2.5.1 on the wire, the certified version; the description at hand is 2.5.0-rc.1.
//! * It describes the `meta` of a refusal by that of a list, with totals: only the time of the request is sent.
//! * Misspelt names (`reservedIndentification`, `…_ADITTIONALINFO_READ`) are sent as they are spelt.

use http::StatusCode;

use super::schema::Description;
use super::{ALICE, Answer, GABRIEL, RALPH, get, grant, grant_of};
use crate::people::cards::CardAccount;
use crate::people::credit::Family;
use crate::people::history::local_date;
use crate::people::{Account, Company, People, Person, ResourceStatus};
use crate::{Access, BRANDS};

/// What the description of advances to depositors demands of the `meta` of a refusal, where nothing can be counted.
const TOTALS_OF_REFUSALS: [&str; 2] = ["$.meta: totalRecords is missing", "$.meta: totalPages is missing"];
const YEAR: &str = "?fromBookingDate=2025-11-22&toBookingDate=2027-11-22&page-size=1000";
/// Enough of the accounts at the other brands, whose transactions come from the same pen.
const PART: &str = "?fromBookingDate=2025-11-22&toBookingDate=2027-11-22&page-size=40";

/// Checks an answer of the operation `path`.
pub(super) fn check(description: &Description, path: &str, answer: &Answer, context: &str) {
    let mut faults = description.faults(path, answer.status.as_u16(), &answer.body);
    if !answer.status.is_success() {
        faults.retain(|fault| !TOTALS_OF_REFUSALS.contains(&fault.as_str()));
    }
    assert!(faults.is_empty(), "{context} {path} {}: {faults:#?}", answer.status);
    let version = answer.headers["x-v"].to_str().unwrap();
    assert!(version.split('.').count() == 3 && version.split('.').all(|part| part.parse::<u32>().is_ok()));
    assert!(!answer.body.to_string().contains("null"), "{context} {path} holds a null");
}

async fn check_account(people: &People, access: &Access, account: &Account, description: &Description) {
    let base = format!("/accounts/v2/accounts/{}", account.id);
    let available = account.status(local_date(access.now)) == ResourceStatus::Available;
    let statement = if access.brand.slug == "mockbank" { YEAR } else { PART };
    for (operation, query) in [
        ("", ""),
        ("/balances", ""),
        ("/overdraft-limits", ""),
        ("/transactions", statement),
        ("/transactions-current", "?fromBookingDate=2026-11-16&toBookingDate=2026-11-22"),
    ] {
        let answer = get(people, access, &format!("{base}{operation}{query}")).await;
        assert_eq!(answer.status, if available { StatusCode::OK } else { StatusCode::FORBIDDEN }, "{operation}");
        check(description, &format!("/accounts/{{accountId}}{operation}"), &answer, &account.to_string());
    }
    let answer = get(people, access, &format!("{base}/reserved-balances")).await;
    let offered = if access.brand.slug == "mockbank" { StatusCode::OK } else { StatusCode::NOT_FOUND };
    assert_eq!(answer.status, if available { offered } else { StatusCode::FORBIDDEN });
    check(description, "/accounts/{accountId}/reserved-balances", &answer, &account.to_string());
}

async fn check_grant(people: &People, access: &Access, description: &Description) {
    let answer = get(people, access, "/accounts/v2/accounts").await;
    assert_eq!(answer.status, StatusCode::OK);
    check(description, "/accounts", &answer, &access.person);
    for account in access.accounts.iter().filter_map(|id| people.account(access.brand, id)) {
        check_account(people, access, account, description).await;
    }
}

#[tokio::test]
async fn all_accounts_of_everybody_at_every_brand() {
    let Some(description) = Description::read("accounts-2.5.0-rc.1.yml") else { return };
    let people = People::new();
    for brand in BRANDS.iter().filter(|brand| brand.health == crate::Health::Good) {
        for person in people.all() {
            if brand.persons {
                check_grant(&people, &grant(&people, brand, person, None), &description).await;
            }
            for company in people.companies_of(person).into_iter().filter(|_| brand.companies) {
                check_grant(&people, &grant(&people, brand, person, Some(company)), &description).await;
            }
        }
    }
}

async fn check_card(people: &People, access: &Access, card: &CardAccount, description: &Description) {
    const WEEK: &str = "?fromTransactionDate=2026-11-16&toTransactionDate=2026-11-22";
    const YEAR: &str = "?fromTransactionDate=2025-11-22&toTransactionDate=2026-11-22&page-size=1000";
    let base = format!("/credit-cards-accounts/v2/accounts/{}", card.id);
    let readable = card.status(local_date(access.now)) == ResourceStatus::Available;
    let expected = if readable { StatusCode::OK } else { StatusCode::FORBIDDEN };
    let queries = [("", ""), ("/limits", ""), ("/bills", ""), ("/transactions", YEAR), ("/transactions-current", WEEK)];
    for (operation, query) in queries {
        let answer = get(people, access, &format!("{base}{operation}{query}")).await;
        assert_eq!(answer.status, expected, "{operation}");
        check(description, &format!("/accounts/{{creditCardAccountId}}{operation}"), &answer, &card.to_string());
    }
    for bill in people.bills(card, access.now) {
        let answer = get(people, access, &format!("{base}/bills/{}/transactions?page-size=1000", bill.id)).await;
        assert_eq!(answer.status, expected);
        let path = "/accounts/{creditCardAccountId}/bills/{billId}/transactions";
        check(description, path, &answer, &card.to_string());
    }
}

#[tokio::test]
async fn all_cards_of_everybody_at_every_brand() {
    let Some(description) = Description::read("credit-cards-2.4.0-rc.1.yml") else { return };
    let people = People::new();
    let mut seen = 0;
    for (access, person, company) in all_grants(&people) {
        let answer = get(&people, &access, "/credit-cards-accounts/v2/accounts").await;
        check(&description, "/accounts", &answer, person.name);
        for card in people.cards_of(access.brand, person, company) {
            seen += 1;
            check_card(&people, &access, &card, &description).await;
        }
    }
    assert!(seen > 30, "{seen}");
}

#[tokio::test]
async fn all_contracts_of_everybody_at_every_brand() {
    let files = [
        ("loans", "loans-2.6.0-beta.1.yml", Family::Loan),
        ("financings", "financings-2.4.0.yml", Family::Financing),
        ("unarranged-accounts-overdraft", "unarranged-accounts-overdraft-2.4.0.yml", Family::Overdraft),
        ("invoice-financings", "invoice-financings-2.4.0.yml", Family::Invoice),
    ];
    let people = People::new();
    for (api, file, family) in files {
        let Some(description) = Description::read(file) else { return };
        let mut seen = 0;
        for (mut access, person, company) in all_grants(&people) {
            access.since = "2024-06-01T12:00:00Z".parse().unwrap();
            let list = get(&people, &access, &format!("/{api}/v2/contracts?page-size=1000")).await;
            check(&description, "/contracts", &list, person.name);
            let whose = (person, company);
            for contract in people.contracts_of(access.brand, whose, family, access.since, access.now) {
                seen += 1;
                let readable = contract.status(local_date(access.now)) == ResourceStatus::Available;
                for operation in ["", "/warranties", "/scheduled-instalments", "/payments"] {
                    let path = format!("/{api}/v2/contracts/{}{operation}", contract.id);
                    let answer = get(&people, &access, &path).await;
                    assert_eq!(answer.status, if readable { StatusCode::OK } else { StatusCode::FORBIDDEN });
                    check(&description, &format!("/contracts/{{contractId}}{operation}"), &answer, person.name);
                }
            }
        }
        assert!(seen > 20, "{api}: {seen}");
    }
}

type Whose = (Access, &'static Person, Option<&'static Company>);

/// Everybody at every brand, for themselves and for their companies.
fn all_grants(people: &People) -> Vec<Whose> {
    let mut grants = Vec::new();
    for brand in &BRANDS {
        for person in people.all() {
            let companies = people.companies_of(person).into_iter().filter(|_| brand.companies).map(Some);
            for company in brand.persons.then_some(None).into_iter().chain(companies) {
                grants.push((grant(people, brand, person, company), person, company));
            }
        }
    }
    grants
}

#[tokio::test]
async fn all_customer_data_of_everybody_at_every_brand() {
    let Some(description) = Description::read("customers-2.3.0.yml") else { return };
    let people = People::new();
    for brand in BRANDS.iter().filter(|brand| brand.health == crate::Health::Good) {
        for person in people.all() {
            let companies = people.companies_of(person);
            let own = brand.persons.then_some(None).into_iter();
            for company in own.chain(companies.into_iter().filter(|_| brand.companies).map(Some)) {
                let access = grant(&people, brand, person, company);
                let whose = if company.is_some() { "business" } else { "personal" };
                for what in ["identifications", "qualifications", "financial-relations"] {
                    let path = format!("/{whose}/{what}");
                    let answer = get(&people, &access, &format!("/customers/v2{path}")).await;
                    assert_eq!(answer.status, StatusCode::OK);
                    check(&description, &path, &answer, person.name);
                }
            }
        }
    }
}

#[tokio::test]
async fn refusals_too_look_as_described() {
    let Some(accounts) = Description::read("accounts-2.5.0-rc.1.yml") else { return };
    let Some(customers) = Description::read("customers-2.3.0.yml") else { return };
    let people = People::new();
    let mut access = grant_of(&people, RALPH);
    let id = access.accounts[0].clone();
    for query in
        ["?page=0", "?page=x", "?page=2", "?page-size=1001", "?page-size=0", "?accountType=X", "?page=1&page=2"]
    {
        let answer = get(&people, &access, &format!("/accounts/v2/accounts{query}")).await;
        assert!(answer.status.is_client_error(), "{query}");
        check(&accounts, "/accounts", &answer, query);
    }
    let answer =
        get(&people, &access, &format!("/accounts/v2/accounts/{id}/transactions?fromBookingDate=1999-01-01")).await;
    check(&accounts, "/accounts/{accountId}/transactions", &answer, "old");
    access.permissions.clear();
    check(&accounts, "/accounts", &get(&people, &access, "/accounts/v2/accounts").await, "none");
    let path = "/personal/identifications";
    check(&customers, path, &get(&people, &access, &format!("/customers/v2{path}")).await, "none");
    let access = grant_of(&people, GABRIEL);
    let answer = get(&people, &access, &format!("/accounts/v2/accounts/{}/balances", access.accounts[0])).await;
    check(&accounts, "/accounts/{accountId}/balances", &answer, "pending");
    let access = grant_of(&people, ALICE);
    let answer =
        get(&people, &access, &format!("/accounts/v2/accounts/{}/reserved-balances", access.accounts[0])).await;
    assert_eq!(answer.body["data"].as_array().unwrap().len(), 1);
    check(&accounts, "/accounts/{accountId}/reserved-balances", &answer, "reserve");
}
