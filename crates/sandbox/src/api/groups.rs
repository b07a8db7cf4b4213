//! Permissions and their groups (section "Permission groups" of the consents standard).

use std::collections::BTreeSet;

use super::ApiError;
use crate::brand::Brand;

/// Permission that goes with every group.
pub(super) const RESOURCES_READ: &str = "RESOURCES_READ";

/// Groups of single products: what a bank does not offer is dropped from the answer.
const PRODUCTS: [&[&str]; 10] = [
    &["CUSTOMERS_PERSONAL_IDENTIFICATIONS_READ"],
    &["CUSTOMERS_PERSONAL_ADITTIONALINFO_READ"],
    &["CUSTOMERS_BUSINESS_IDENTIFICATIONS_READ"],
    &["CUSTOMERS_BUSINESS_ADITTIONALINFO_READ"],
    &["ACCOUNTS_READ", "ACCOUNTS_BALANCES_READ"],
    &["ACCOUNTS_READ", "ACCOUNTS_OVERDRAFT_LIMITS_READ"],
    &["ACCOUNTS_READ", "ACCOUNTS_TRANSACTIONS_READ"],
    &["CREDIT_CARDS_ACCOUNTS_READ", "CREDIT_CARDS_ACCOUNTS_LIMITS_READ"],
    &["CREDIT_CARDS_ACCOUNTS_READ", "CREDIT_CARDS_ACCOUNTS_TRANSACTIONS_READ"],
    &[
        "CREDIT_CARDS_ACCOUNTS_READ",
        "CREDIT_CARDS_ACCOUNTS_BILLS_READ",
        "CREDIT_CARDS_ACCOUNTS_BILLS_TRANSACTIONS_READ",
    ],
];

/// Groups that are kept whole, whatever the bank offers.
const WHOLE: [&[&str]; 3] = [
    &[
        "LOANS_READ",
        "LOANS_WARRANTIES_READ",
        "LOANS_SCHEDULED_INSTALMENTS_READ",
        "LOANS_PAYMENTS_READ",
        "FINANCINGS_READ",
        "FINANCINGS_WARRANTIES_READ",
        "FINANCINGS_SCHEDULED_INSTALMENTS_READ",
        "FINANCINGS_PAYMENTS_READ",
        "UNARRANGED_ACCOUNTS_OVERDRAFT_READ",
        "UNARRANGED_ACCOUNTS_OVERDRAFT_WARRANTIES_READ",
        "UNARRANGED_ACCOUNTS_OVERDRAFT_SCHEDULED_INSTALMENTS_READ",
        "UNARRANGED_ACCOUNTS_OVERDRAFT_PAYMENTS_READ",
        "INVOICE_FINANCINGS_READ",
        "INVOICE_FINANCINGS_WARRANTIES_READ",
        "INVOICE_FINANCINGS_SCHEDULED_INSTALMENTS_READ",
        "INVOICE_FINANCINGS_PAYMENTS_READ",
    ],
    &[
        "BANK_FIXED_INCOMES_READ",
        "CREDIT_FIXED_INCOMES_READ",
        "FUNDS_READ",
        "VARIABLE_INCOMES_READ",
        "TREASURE_TITLES_READ",
    ],
    &["EXCHANGES_READ"],
];

fn groups() -> impl Iterator<Item = &'static [&'static str]> {
    PRODUCTS.into_iter().chain(WHOLE)
}

/// Says whether the standard knows `permission`.
fn known(permission: &str) -> bool {
    permission == RESOURCES_READ || groups().any(|group| group.contains(&permission))
}

/// Checks the permissions of a new consent by the rules of the standard and returns what the brand grants, in the
/// order asked for.
pub(super) fn admit(asked: &[String], business: bool, brand: &Brand) -> Result<Vec<String>, ApiError> {
    let set: BTreeSet<&str> = asked.iter().map(String::as_str).collect();
    well_formed(asked, &set)?;
    persons_and_companies(&set, business)?;
    complete(&set)?;
    let granted: Vec<String> = asked.iter().filter(|permission| offered(permission, brand)).cloned().collect();
    if granted.iter().all(|permission| permission == RESOURCES_READ) {
        return Err(ApiError::unprocessable(
            "SEM_PERMISSOES_FUNCIONAIS_RESTANTES",
            "Nenhuma das permissões solicitadas é oferecida por esta instituição.",
        ));
    }
    Ok(granted)
}

/// 400 for what is not a list of different, known permissions.
fn well_formed(asked: &[String], set: &BTreeSet<&str>) -> Result<(), ApiError> {
    if asked.is_empty() || set.len() != asked.len() {
        return Err(ApiError::bad_request("permissions deve ter ao menos um item, sem repetições."));
    }
    if !asked.iter().all(|permission| known(permission)) {
        return Err(ApiError::bad_request("permissions contém um valor desconhecido."));
    }
    Ok(())
}

/// Customer data is a person's or a company's, never both, and must fit the presence of `businessEntity`.
fn persons_and_companies(set: &BTreeSet<&str>, business: bool) -> Result<(), ApiError> {
    let any = |prefix: &str| set.iter().any(|permission| permission.starts_with(prefix));
    let (personal, company) = (any("CUSTOMERS_PERSONAL_"), any("CUSTOMERS_BUSINESS_"));
    if personal && company {
        return Err(ApiError::unprocessable(
            "PERMISSAO_PF_PJ_EM_CONJUNTO",
            "Permissões de pessoa natural e de pessoa jurídica não podem ser solicitadas em conjunto.",
        ));
    }
    if company && !business {
        return Err(ApiError::unprocessable(
            "INFORMACOES_PJ_NAO_INFORMADAS",
            "Permissões de pessoa jurídica exigem businessEntity.",
        ));
    }
    if personal && business {
        return Err(ApiError::unprocessable(
            "PERMISSOES_PJ_INCORRETAS",
            "Um consentimento de pessoa jurídica não pode conter permissões de pessoa natural.",
        ));
    }
    Ok(())
}

/// Every permission must be covered by a whole group, and `RESOURCES_READ` goes with all.
fn complete(set: &BTreeSet<&str>) -> Result<(), ApiError> {
    let whole = |group: &&[&str]| group.iter().all(|permission| set.contains(permission));
    let covered = |permission: &str| groups().filter(whole).any(|group| group.contains(&permission));
    let functional: Vec<&str> = set.iter().copied().filter(|permission| *permission != RESOURCES_READ).collect();
    if functional.is_empty() || !set.contains(RESOURCES_READ) || !functional.into_iter().all(covered) {
        return Err(ApiError::unprocessable(
            "COMBINACAO_PERMISSOES_INCORRETA",
            "As permissões solicitadas não formam agrupamentos completos.",
        ));
    }
    Ok(())
}

/// Says whether the brand grants a permission: every group that is kept whole, and the products on offer.
fn offered(permission: &str, brand: &Brand) -> bool {
    if permission.starts_with("CUSTOMERS_PERSONAL_") {
        brand.persons
    } else if permission.starts_with("CUSTOMERS_BUSINESS_") {
        brand.companies
    } else if permission.starts_with("CREDIT_CARDS_") {
        brand.credit
    } else {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(permissions: &[&str], business: bool) -> Result<Vec<String>, String> {
        ask_at("mockbank", permissions, business)
    }

    fn ask_at(brand: &str, permissions: &[&str], business: bool) -> Result<Vec<String>, String> {
        let asked: Vec<String> = permissions.iter().map(|permission| (*permission).to_owned()).collect();
        admit(&asked, business, Brand::find(brand).unwrap()).map_err(|error| error.code)
    }

    #[test]
    fn a_complete_group_is_granted() {
        let granted = ask(&["ACCOUNTS_READ", "ACCOUNTS_BALANCES_READ", "RESOURCES_READ"], false).unwrap();
        assert_eq!(granted, ["ACCOUNTS_READ", "ACCOUNTS_BALANCES_READ", "RESOURCES_READ"]);
    }

    #[test]
    fn all_36_permissions_are_known_and_34_go_together_for_a_person() {
        let mut all: BTreeSet<&str> = groups().flatten().copied().collect();
        all.insert(RESOURCES_READ);
        assert_eq!(all.len(), 36);
        let personal: Vec<&str> =
            all.iter().copied().filter(|permission| !permission.starts_with("CUSTOMERS_BUSINESS_")).collect();
        assert_eq!(personal.len(), 34);
        assert!(ask(&personal, false).is_ok());
    }

    #[test]
    fn an_incomplete_group_is_refused() {
        for set in [
            &["ACCOUNTS_READ", "RESOURCES_READ"][..],
            &["ACCOUNTS_BALANCES_READ", "RESOURCES_READ"],
            &["ACCOUNTS_READ", "ACCOUNTS_BALANCES_READ"],
            &["RESOURCES_READ"],
            &["LOANS_READ", "RESOURCES_READ"],
            &["FUNDS_READ", "RESOURCES_READ"],
            &["CUSTOMERS_PERSONAL_IDENTIFICATIONS_READ", "ACCOUNTS_READ", "RESOURCES_READ"],
        ] {
            assert_eq!(ask(set, false).unwrap_err(), "COMBINACAO_PERMISSOES_INCORRETA", "{set:?}");
        }
    }

    #[test]
    fn unknown_repeated_or_no_permissions_are_malformed() {
        for set in [&["ACCOUNTS_WRITE", "RESOURCES_READ"][..], &["EXCHANGES_READ", "EXCHANGES_READ"], &[]] {
            assert_eq!(ask(set, false).unwrap_err(), "PARAMETRO_INVALIDO", "{set:?}");
        }
    }

    #[test]
    fn persons_and_companies_do_not_mix() {
        let personal = "CUSTOMERS_PERSONAL_IDENTIFICATIONS_READ";
        let company = "CUSTOMERS_BUSINESS_IDENTIFICATIONS_READ";
        assert_eq!(ask(&[personal, company, RESOURCES_READ], true).unwrap_err(), "PERMISSAO_PF_PJ_EM_CONJUNTO");
        assert_eq!(ask(&[company, RESOURCES_READ], false).unwrap_err(), "INFORMACOES_PJ_NAO_INFORMADAS");
        assert_eq!(ask(&[personal, RESOURCES_READ], true).unwrap_err(), "PERMISSOES_PJ_INCORRETAS");
        assert!(ask(&[company, RESOURCES_READ], true).is_ok());
    }

    #[test]
    fn products_not_offered_are_dropped_and_whole_groups_kept() {
        let cards = ["CREDIT_CARDS_ACCOUNTS_READ", "CREDIT_CARDS_ACCOUNTS_LIMITS_READ", "RESOURCES_READ"];
        assert_eq!(ask(&cards, false).unwrap(), cards);
        assert_eq!(ask_at("girassol", &cards, false).unwrap_err(), "SEM_PERMISSOES_FUNCIONAIS_RESTANTES");
        let mut more = vec!["EXCHANGES_READ"];
        more.extend(cards);
        assert_eq!(ask_at("girassol", &more, false).unwrap(), ["EXCHANGES_READ", "RESOURCES_READ"]);
    }
}
