//! From permissions to OAuth scopes (section 9.4: ask for those that match).

use vinculo_domain::PermissionSet;

/// Scopes and the beginnings of the permissions that need them.
const SCOPES: [(&str, &str); 13] = [
    ("accounts", "ACCOUNTS_"),
    ("credit-cards-accounts", "CREDIT_CARDS_ACCOUNTS_"),
    ("customers", "CUSTOMERS_"),
    ("invoice-financings", "INVOICE_FINANCINGS_"),
    ("financings", "FINANCINGS_"),
    ("loans", "LOANS_"),
    ("unarranged-accounts-overdraft", "UNARRANGED_ACCOUNTS_OVERDRAFT_"),
    ("bank-fixed-incomes", "BANK_FIXED_INCOMES_"),
    ("credit-fixed-incomes", "CREDIT_FIXED_INCOMES_"),
    ("funds", "FUNDS_"),
    ("variable-incomes", "VARIABLE_INCOMES_"),
    ("treasure-titles", "TREASURE_TITLES_"),
    ("exchanges", "EXCHANGES_"),
];

/// Returns `openid consent:<id>` and the scopes of the permissions, separated by spaces.
pub(crate) fn scopes(bank_consent_id: &str, permissions: &PermissionSet) -> String {
    let wanted = |start: &str| permissions.iter().any(|permission| permission.as_str().starts_with(start));
    let mut scopes = vec!["openid".to_owned(), format!("consent:{bank_consent_id}")];
    if wanted("RESOURCES_") {
        scopes.push("resources".to_owned());
    }
    scopes.extend(SCOPES.iter().filter(|(_, start)| wanted(start)).map(|(scope, _)| (*scope).to_owned()));
    scopes.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use vinculo_domain::Category;

    #[test]
    fn only_what_the_permissions_need() {
        let permissions = PermissionSet::for_categories(&[Category::Register, Category::Accounts], false);
        assert_eq!(scopes("urn:b:1", &permissions), "openid consent:urn:b:1 resources accounts customers");
    }

    #[test]
    fn every_permission_has_a_scope() {
        let all = PermissionSet::for_categories(&Category::ALL, false);
        assert_eq!(scopes("urn:b:1", &all).split(' ').count(), 3 + SCOPES.len());
    }
}
