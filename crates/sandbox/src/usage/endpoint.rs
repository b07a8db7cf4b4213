//! Endpoints of the data APIs by name, with their monthly limits (section 8.1 of the reference).

/// An endpoint as the limits know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// Such as `accounts/v2/accounts/{accountId}/balances`.
    pub(crate) name: String,
    /// The path called, where it names a resource.
    pub(crate) path: Option<String>,
    /// Calls in a month.
    pub(crate) limit: Option<u32>,
}

impl Endpoint {
    /// The endpoint of a path such as `/accounts/v2/accounts/1/balances`.
    pub(crate) fn of(path: &str) -> Self {
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let mut name = Vec::with_capacity(segments.len());
        for (n, segment) in segments.iter().enumerate() {
            let parent = n.checked_sub(1).and_then(|before| segments.get(before)).copied().unwrap_or_default();
            name.push(placeholder(segments.first().copied().unwrap_or_default(), n, parent).unwrap_or(segment));
        }
        let named = name.iter().any(|segment| segment.starts_with('{'));
        let limit = limit(segments.first().copied().unwrap_or_default(), &name);
        Self { name: name.join("/"), path: named.then(|| segments.join("/")), limit }
    }
}

/// What stands for an id: the fourth segment of most paths, the sixth of a bill's.
fn placeholder(family: &str, n: usize, parent: &str) -> Option<&'static str> {
    match (n, parent) {
        (3, "accounts") if family == "credit-cards-accounts" => Some("{creditCardAccountId}"),
        (3, "accounts") => Some("{accountId}"),
        (3, "contracts") => Some("{contractId}"),
        (3, "investments") => Some("{investmentId}"),
        (3, "operations") => Some("{operationId}"),
        (3, "broker-notes") => Some("{brokerNoteId}"),
        (5, "bills") => Some("{billId}"),
        _ => None,
    }
}

fn limit(family: &str, name: &[&str]) -> Option<u32> {
    let last = name.last().copied().unwrap_or_default();
    let detail = last.starts_with('{') && last != "{brokerNoteId}";
    let step = if detail { "detail" } else { last };
    let bill = name.contains(&"bills");
    match (family, step) {
        ("customers", _) => Some(8),
        ("accounts", "balances" | "reserved-balances" | "overdraft-limits") => Some(420),
        ("credit-cards-accounts", "bills") => Some(30),
        ("credit-cards-accounts", "transactions") if bill => Some(30),
        ("credit-cards-accounts", "detail") | ("loans", "payments") => Some(120),
        ("credit-cards-accounts", "limits") => Some(240),
        ("accounts" | "credit-cards-accounts", "transactions-current") => Some(240),
        ("accounts" | "credit-cards-accounts", "accounts" | "detail" | "transactions") => Some(8),
        ("loans", "detail") => Some(30),
        ("loans" | "financings" | "unarranged-accounts-overdraft" | "invoice-financings", _) => match step {
            "detail" | "warranties" => Some(8),
            "contracts" | "scheduled-instalments" | "payments" => Some(30),
            _ => None,
        },
        ("variable-incomes", "balances" | "transactions-current" | "{brokerNoteId}") => Some(30),
        ("exchanges", "operations" | "events") => Some(30),
        ("exchanges", "detail") => Some(8),
        (
            "bank-fixed-incomes" | "credit-fixed-incomes" | "treasure-titles" | "funds" | "variable-incomes",
            "investments" | "detail" | "balances" | "transactions" | "transactions-current",
        ) => Some(match step {
            "investments" => 30,
            "detail" | "transactions" => 8,
            _ => 120,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_has_the_limit_of_the_table() {
        for (path, limit) in [
            ("customers/v2/personal/identifications", 8),
            ("accounts/v2/accounts", 8),
            ("accounts/v2/accounts/1", 8),
            ("accounts/v2/accounts/1/balances", 420),
            ("accounts/v2/accounts/1/reserved-balances", 420),
            ("accounts/v2/accounts/1/transactions", 8),
            ("accounts/v2/accounts/1/transactions-current", 240),
            ("accounts/v2/accounts/1/overdraft-limits", 420),
            ("credit-cards-accounts/v2/accounts", 8),
            ("credit-cards-accounts/v2/accounts/1", 120),
            ("credit-cards-accounts/v2/accounts/1/bills", 30),
            ("credit-cards-accounts/v2/accounts/1/bills/2/transactions", 30),
            ("credit-cards-accounts/v2/accounts/1/limits", 240),
            ("credit-cards-accounts/v2/accounts/1/transactions", 8),
            ("credit-cards-accounts/v2/accounts/1/transactions-current", 240),
            ("loans/v2/contracts", 30),
            ("loans/v2/contracts/1", 30),
            ("loans/v2/contracts/1/warranties", 8),
            ("loans/v2/contracts/1/scheduled-instalments", 30),
            ("loans/v2/contracts/1/payments", 120),
            ("financings/v2/contracts", 30),
            ("financings/v2/contracts/1", 8),
            ("invoice-financings/v2/contracts/1/warranties", 8),
            ("unarranged-accounts-overdraft/v2/contracts/1/scheduled-instalments", 30),
            ("unarranged-accounts-overdraft/v2/contracts/1/payments", 30),
            ("bank-fixed-incomes/v1/investments", 30),
            ("credit-fixed-incomes/v1/investments/1", 8),
            ("funds/v1/investments/1/balances", 120),
            ("treasure-titles/v1/investments/1/transactions", 8),
            ("funds/v1/investments/1/transactions-current", 120),
            ("variable-incomes/v1/investments/1/balances", 30),
            ("variable-incomes/v1/investments/1/transactions", 8),
            ("variable-incomes/v1/investments/1/transactions-current", 30),
            ("variable-incomes/v1/broker-notes/1", 30),
            ("exchanges/v1/operations", 30),
            ("exchanges/v1/operations/1", 8),
            ("exchanges/v1/operations/1/events", 30),
        ] {
            assert_eq!(Endpoint::of(path).limit, Some(limit), "{path}");
        }
        assert_eq!(Endpoint::of("nothing/v1/here").limit, None);
        assert_eq!(Endpoint::of("").limit, None);
    }

    #[test]
    fn names_hold_no_ids_and_paths_of_lists_are_left_out() {
        let list = Endpoint::of("/accounts/v2/accounts");
        assert_eq!((list.name.as_str(), list.path), ("accounts/v2/accounts", None));
        let bill = Endpoint::of("/credit-cards-accounts/v2/accounts/a1/bills/b2/transactions");
        assert_eq!(bill.name, "credit-cards-accounts/v2/accounts/{creditCardAccountId}/bills/{billId}/transactions");
        assert_eq!(bill.path.unwrap(), "credit-cards-accounts/v2/accounts/a1/bills/b2/transactions");
    }
}
