//! Investments, their transactions, foreign exchange.

use super::filters::{EXCHANGES, INVESTMENT_TRANSACTIONS, INVESTMENTS, PORTFOLIOS};
use super::verbs::{delete, detail, list, resume, retrieve};
use crate::openapi::shape::Shape::{One, Page};
use crate::openapi::shape::{Body, Operation, Path};

pub(super) static PATHS: &[Path] = &[
    Path {
        path: "/api/br/investments/",
        aliases: &["/api/investments/"],
        tag: "Investments",
        operations: &INVESTMENT_VERBS,
    },
    Path {
        path: "/investments/portfolios/",
        aliases: &[],
        tag: "Older spellings",
        operations: &[
            list(
                "ListPortfolios",
                "Investments as older clients read them: the link is optional.",
                PORTFOLIOS,
                &[(200, Page("Investment"))],
            ),
            Operation { id: "RetrievePortfolios", ..RETRIEVE_INVESTMENTS },
            resume("PatchPortfolios"),
        ],
    },
    Path {
        path: "/api/br/investments/{id}/",
        aliases: &["/api/investments/{id}/", "/investments/portfolios/{id}/"],
        tag: "Investments",
        operations: &[
            detail("DetailInvestmentBrazil", "One investment.", &[(200, One("Investment"))]),
            delete("DestroyInvestmentBrazil", "Delete an investment with its transactions."),
        ],
    },
    Path {
        path: "/api/br/investment-transactions/",
        aliases: &["/api/investment-transactions/"],
        tag: "Investment transactions",
        operations: &[
            list(
                "ListInvestmentTransactionsBrazil",
                "Movements of a link's investments, newest value date first.",
                INVESTMENT_TRANSACTIONS,
                &[(200, Page("InvestmentTransaction"))],
            ),
            retrieve(
                "RetrieveInvestmentTransactionsBrazil",
                "Read the movements of a period at the institution now.",
                Body::LinkAndDays,
                "InvestmentTransaction",
            ),
            resume("PatchInvestmentTransactionsBrazil"),
        ],
    },
    Path {
        path: "/api/br/investment-transactions/{id}/",
        aliases: &["/api/investment-transactions/{id}/"],
        tag: "Investment transactions",
        operations: &[
            detail("DetailInvestmentTransactionBrazil", "One movement.", &[(200, One("InvestmentTransaction"))]),
            delete("DestroyInvestmentTransactionBrazil", "Delete a movement."),
        ],
    },
    Path {
        path: "/api/br/exchanges/",
        aliases: &["/api/exchanges/"],
        tag: "Exchanges",
        operations: &[
            list("ListExchanges", "Foreign exchange operations.", EXCHANGES, &[(200, Page("Exchange"))]),
            retrieve(
                "RetrieveExchanges",
                "Read the operations of a period with their history at the institution now.",
                Body::LinkAndDays,
                "Exchange",
            ),
            resume("PatchExchanges"),
        ],
    },
    Path {
        path: "/api/br/exchanges/{id}/",
        aliases: &["/api/exchanges/{id}/"],
        tag: "Exchanges",
        operations: &[
            detail("DetailExchange", "One operation.", &[(200, One("Exchange"))]),
            delete("DeleteExchange", "Delete an operation with its history."),
        ],
    },
    Path {
        path: "/api/br/exchanges/{id}/history/",
        aliases: &["/api/exchanges/{id}/history/"],
        tag: "Exchanges",
        operations: &[Operation {
            errors: &[404],
            ..list(
                "ListExchangeHistory",
                "What happened to an operation, newest event first.",
                &[],
                &[(200, Page("ExchangeEvent"))],
            )
        }],
    },
];

const RETRIEVE_INVESTMENTS: Operation = retrieve(
    "RetrieveInvestmentsBrazil",
    "Read the investments of all kinds at the institution now.",
    Body::Link,
    "Investment",
);

const INVESTMENT_VERBS: [Operation; 3] = [
    list("ListInvestmentsBrazil", "Investments of a link.", INVESTMENTS, &[(200, Page("Investment"))]),
    RETRIEVE_INVESTMENTS,
    resume("PatchInvestmentsBrazil"),
];
