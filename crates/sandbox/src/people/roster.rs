//! Which accounts everybody holds at which brand.

use aws_lc_rs::digest::{SHA256, digest};

use super::account::{Account, AccountKind};
use super::everybody;
use super::history::{Dice, Money, Place};
use super::person::{Company, Conduct, Person};
use super::profile::{CompanyMoney, Life, PersonMoney, Plan};
use super::standing::Standing;
use super::table::COMPANIES;
use crate::brand::{BRANDS, Brand};

/// The brand where people's salaries arrive.
const MAIN: &str = "mockbank";
/// A payment institution, which offers payment accounts only.
const PAYMENT_ONLY: &str = "girassol";
/// Ralph's published branch and savings account.
const PUBLISHED_BRANCH: &str = "6272";
const PUBLISHED_SAVINGS: (&str, &str) = ("76109277673", "11188222");
const PUBLISHED_DIGIT: (&str, char) = ("76109277673", '4');

/// Opens all accounts.
pub(super) fn open_all() -> Vec<Account> {
    BRANDS.iter().flat_map(open_at).collect()
}

fn open_at(brand: &'static Brand) -> Vec<Account> {
    let people = everybody().filter(|_| brand.persons).flat_map(|person| of_person(brand, person));
    let companies = COMPANIES.iter().filter(|_| brand.companies).map(|company| of_company(brand, company));
    people.chain(companies).collect()
}

fn of_person(brand: &'static Brand, person: &'static Person) -> Vec<Account> {
    let money = person.money;
    let mut accounts = Vec::new();
    if person.conduct == Conduct::WithoutAccounts {
        return accounts;
    }
    if brand.slug == PAYMENT_ONLY {
        accounts.push(personal(brand, person, AccountKind::Prepaid, Life::Prepaid(money)));
    } else if brand.slug == MAIN {
        accounts.push(personal(brand, person, AccountKind::Deposit, Life::Salaried(money)));
        if money.savings > Money::ZERO {
            accounts.push(personal(brand, person, AccountKind::Savings, Life::Savings(money)));
            introduce(&mut accounts);
        }
        if money.prepaid {
            accounts.push(personal(brand, person, AccountKind::Prepaid, Life::Prepaid(money)));
        }
    } else {
        accounts.push(personal(brand, person, AccountKind::Deposit, Life::Side(money)));
    }
    accounts
}

/// Tells a current account and its savings account about each other.
fn introduce(accounts: &mut [Account]) {
    if let [one, other] = accounts {
        let place = |account: &Account| Place {
            branch: account.branch.map(str::to_owned),
            number: account.number.clone(),
            digit: account.digit,
        };
        (one.plan.sibling, other.plan.sibling) = (Some(place(other)), Some(place(one)));
    }
}

fn personal(brand: &'static Brand, person: &'static Person, kind: AccountKind, life: Life) -> Account {
    let id = opaque_id(brand, person.login, kind);
    let mut dice = Dice::of_text(&id);
    let main = brand.slug == MAIN;
    let number = match kind {
        AccountKind::Deposit if main && !person.number.is_empty() => person.number.to_owned(),
        AccountKind::Savings if person.cpf == PUBLISHED_SAVINGS.0 => PUBLISHED_SAVINGS.1.to_owned(),
        _ => thrown_number(&mut dice),
    };
    let published = main && person.cpf == PUBLISHED_DIGIT.0;
    let digit = if published { PUBLISHED_DIGIT.1 } else { thrown_digit(&mut dice) };
    let branch = if published { PUBLISHED_BRANCH } else { thrown_branch(&mut dice) };
    let pending = person.conduct == Conduct::AwaitsSecondHolder;
    let blocked = person.conduct == Conduct::SharesPart && kind == AccountKind::Savings;
    Account {
        brand: brand.slug,
        holder: person.cpf,
        kind,
        branch: (kind != AccountKind::Prepaid).then_some(branch),
        number,
        digit,
        standing: Standing { pending, blocked, ..Standing::OPEN },
        plan: personal_plan(&id, life, &person.money),
        id,
    }
}

fn personal_plan(id: &str, life: Life, money: &PersonMoney) -> Plan {
    let nothing = Money::ZERO;
    let planned = if money.opening > nothing { money.opening } else { money.salary.share(600) };
    let (opening, blocked, invested, overdraft) = match life {
        Life::Savings(_) => (money.savings, money.savings_blocked, nothing, nothing),
        Life::Prepaid(_) => (Money::reais(150), nothing, nothing, nothing),
        Life::Side(_) => (money.salary.share(250), nothing, nothing, Money::reais(500)),
        Life::Salaried(_) | Life::Business(_) => (planned, money.blocked, money.invested, money.overdraft),
    };
    Plan { seed: Dice::of_text(id).next(), life, opening, blocked, invested, overdraft, sibling: None }
}

fn of_company(brand: &'static Brand, company: &'static Company) -> Account {
    let kind = AccountKind::Deposit;
    let id = opaque_id(brand, company.cnpj, kind);
    let mut dice = Dice::of_text(&id);
    let CompanyMoney { revenue, receipts, staff } = company.money;
    // Companies do most of their business through the main brand.
    let money = match brand.slug {
        MAIN => company.money,
        _ => CompanyMoney { revenue: revenue.share(400), receipts: receipts / 2, staff: staff / 3 },
    };
    let plan = Plan {
        seed: Dice::of_text(&id).next(),
        life: Life::Business(money),
        opening: money.revenue.share(450),
        blocked: Money::ZERO,
        invested: Money::ZERO,
        overdraft: money.revenue.share(300),
        sibling: None,
    };
    Account {
        brand: brand.slug,
        holder: company.cnpj,
        kind,
        branch: Some(thrown_branch(&mut dice)),
        number: thrown_number(&mut dice),
        digit: thrown_digit(&mut dice),
        standing: Standing::OPEN,
        plan,
        id,
    }
}

/// The id of an account; made from the login, never from a CPF, which could be guessed back.
fn opaque_id(brand: &Brand, whose: &str, kind: AccountKind) -> String {
    opaque(&format!("account|{}|{whose}|{}", brand.slug, kind.as_str()))
}

/// Thirty-two hexadecimal digits that do not show what they were made of.
pub(crate) fn opaque(text: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn thrown_branch(dice: &mut Dice) -> &'static str {
    const BRANCHES: [&str; 6] = ["0001", "0017", "1043", "2208", "3317", "4090"];
    BRANCHES[dice.below(BRANCHES.len() as u64) as usize]
}

fn thrown_number(dice: &mut Dice) -> String {
    dice.between(10_000_000, 99_999_999).to_string()
}

fn thrown_digit(dice: &mut Dice) -> char {
    *dice.pick(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
}
