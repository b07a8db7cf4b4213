//! Who people are, and how they are found.

use std::collections::HashSet;

use super::document::{cnpj_of, cpf_of};
use super::*;
use crate::BRANDS;

#[test]
fn the_main_person_comes_first_and_logs_in() {
    let people = People::new();
    assert_eq!(people.all()[0].name, "Ralph Bragg");
    for login in
        ["ralph.bragg@gmail.com", " Ralph.Bragg@Gmail.com ", "alice@email.com", "76109277673", "761.092.776-73"]
    {
        assert_eq!(people.by_login(login).unwrap().cpf, "76109277673", "{login}");
    }
    assert_eq!(people.by_login("bob@email.com").unwrap().name, "Gabriel Nunes");
}

#[test]
fn nobody_else_is_found() {
    let people = People::new();
    for login in ["", " ", "ralph.bragg@gmail.com.br", "ralph", "761092776", "0", "76109277674", "--..", "' or 1=1"] {
        assert!(people.by_login(login).is_none(), "{login}");
    }
    assert!(people.by_document("").is_none() && people.company("").is_none());
}

#[test]
fn only_the_password_opens() {
    let person = &People::new().all()[0];
    assert!(person.password_matches("P@ssword01"));
    for wrong in ["", "p@ssword01", "P@ssword0", "P@ssword012", " P@ssword01", "pass"] {
        assert!(!person.password_matches(wrong));
    }
}

#[test]
fn logins_and_documents_are_unique_and_right() {
    let people = People::new();
    let (mut logins, mut documents) = (HashSet::new(), HashSet::new());
    for person in people.all() {
        assert_eq!(cpf_of(person.cpf[..9].parse().unwrap()), person.cpf, "{}", person.name);
        assert!(documents.insert(person.cpf), "{}", person.cpf);
        for login in person.aliases.iter().chain([&person.login]) {
            assert!(logins.insert(*login), "{login}");
        }
        assert_eq!(people.companies_of(person).len(), person.companies.len(), "{}", person.name);
        person.born.parse::<Date>().unwrap();
    }
    for company in people.companies() {
        assert!(documents.insert(company.cnpj));
        assert!(!people.users_of(company).is_empty(), "{}", company.name);
        // The two published numbers of Ralph's company do not follow the rule of check digits.
        assert!(company.cnpj.starts_with("50685362") || cnpj_of(&company.cnpj[..12]) == company.cnpj);
        company.founded.parse::<Date>().unwrap();
    }
}

#[test]
fn everybody_holds_an_account_wherever_they_are_known() {
    let people = People::new();
    for brand in &BRANDS {
        for person in people.all() {
            let holds = brand.persons && person.conduct != Conduct::WithoutAccounts;
            assert_eq!(people.accounts_of(brand, person, None).is_empty(), !holds);
            for company in people.companies_of(person) {
                assert_eq!(people.accounts_of(brand, person, Some(company)).is_empty(), !brand.companies);
            }
            let held = brand.persons || (brand.companies && !person.companies.is_empty());
            assert_eq!(person.banks_with(brand), held);
        }
    }
}

#[test]
fn numbers_of_accounts_are_unique_at_a_bank_and_published_ones_are_kept() {
    let people = People::new();
    let mut numbers = HashSet::new();
    for account in &people.0.accounts {
        assert!(account.number.len() >= 8 && account.number.bytes().all(|byte| byte.is_ascii_digit()));
        assert!(numbers.insert((account.brand, account.number.clone())), "{account}");
        assert_eq!(account.branch.is_none(), account.kind == AccountKind::Prepaid);
    }
    for number in ["94088392", "94088393", "38294750", "48392057", "57392084"] {
        assert!(numbers.contains(&("mockbank", number.to_owned())));
    }
}

#[test]
fn a_company_s_accounts_open_to_its_users_only() {
    let people = People::new();
    let company = people.company("43053510000130").unwrap();
    let mut users = 0;
    for person in people.all() {
        let accounts = people.accounts_of(&BRANDS[0], person, Some(company));
        assert_eq!(accounts.is_empty(), !person.acts_for(company.cnpj));
        users += accounts.len();
    }
    assert_eq!(users, 5);
}
