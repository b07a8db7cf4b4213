//! Owners, accounts, balances, bills, transactions.

use super::filters::{ACCOUNTS, BALANCES, BILLS, OWNERS, SYNC, TRANSACTIONS};
use super::verbs::{delete, detail, list, operation, resume, retrieve};
use crate::openapi::shape::Shape::{One, Page};
use crate::openapi::shape::{Body, Operation, Path};

pub(super) static PATHS: &[Path] = &[
    Path {
        path: "/api/owners/",
        aliases: &[],
        tag: "Owners",
        operations: &[
            list("ListOwners", "Owners, newest first.", OWNERS, &[(200, Page("Owner"))]),
            retrieve("RetrieveOwners", "Read the owners at the institution now.", Body::Link, "Owner"),
            resume("PatchOwners"),
        ],
    },
    Path {
        path: "/api/owners/{id}/",
        aliases: &[],
        tag: "Owners",
        operations: &[
            detail("DetailOwner", "One owner.", &[(200, One("Owner"))]),
            delete("DestroyOwner", "Delete an owner."),
        ],
    },
    Path {
        path: "/api/accounts/",
        aliases: &[],
        tag: "Accounts",
        operations: &[
            list("ListAccounts", "Accounts, newest first.", ACCOUNTS, &[(200, Page("Account"))]),
            retrieve("RetrieveAccounts", "Read the accounts at the institution now.", Body::Link, "Account"),
            resume("PatchAccounts"),
        ],
    },
    Path {
        path: "/api/accounts/{id}/",
        aliases: &[],
        tag: "Accounts",
        operations: &[
            detail("DetailAccount", "One account.", &[(200, One("Account"))]),
            delete("DestroyAccount", "Delete an account with its balances and transactions."),
        ],
    },
    Path {
        path: "/api/br/balances/",
        aliases: &["/api/balances/"],
        tag: "Balances",
        operations: &[
            list("ListBalances", "Balances of a link's accounts.", BALANCES, &[(200, Page("Balance"))]),
            retrieve("RetrieveBalances", "Read the balances at the institution now.", Body::LinkAndAccount, "Balance"),
            resume("PatchBalances"),
        ],
    },
    Path {
        path: "/api/br/balances/{id}/",
        aliases: &["/api/balances/{id}/"],
        tag: "Balances",
        operations: &[detail("DetailBalance", "One balance.", &[(200, One("Balance"))])],
    },
    Path {
        path: "/api/bills/",
        aliases: &[],
        tag: "Bills",
        operations: &[
            list("ListBills", "Closed bills of a link's cards.", BILLS, &[(200, Page("Bill"))]),
            retrieve(
                "RetrieveBills",
                "Read the bills of the last twelve months at the institution now.",
                Body::Link,
                "Bill",
            ),
            resume("PatchBills"),
        ],
    },
    Path {
        path: "/api/bills/{id}/",
        aliases: &[],
        tag: "Bills",
        operations: &[
            detail("DetailBill", "One bill.", &[(200, One("Bill"))]),
            delete("DestroyBill", "Delete a bill."),
        ],
    },
    Path {
        path: "/api/transactions/",
        aliases: &[],
        tag: "Transactions",
        operations: &[
            list(
                "ListTransactions",
                "Transactions of a link, newest value date first.",
                TRANSACTIONS,
                &[(200, Page("Transaction"))],
            ),
            retrieve(
                "RetrieveTransactions",
                "Read the transactions of a period at the institution now.",
                Body::LinkDaysAndAccount,
                "Transaction",
            ),
            resume("PatchTransactions"),
        ],
    },
    Path {
        path: "/api/transactions/sync/",
        aliases: &[],
        tag: "Transactions",
        operations: &[Operation {
            more: "Ours. Begin without a cursor and go on with `next_cursor` until `has_more` is false; keep the last one for the \
                   next time. Pages never change under the reader, however fast records arrive.",
            filters: SYNC,
            selects: true,
            answers: &[(200, One("TransactionChanges"))],
            ..operation("get", "SyncTransactions", "What came, changed and went since a cursor.")
        }],
    },
    Path {
        path: "/api/transactions/{id}/",
        aliases: &[],
        tag: "Transactions",
        operations: &[
            detail("DetailTransaction", "One transaction.", &[(200, One("Transaction"))]),
            delete("DestroyTransaction", "Delete a transaction."),
        ],
    },
];
