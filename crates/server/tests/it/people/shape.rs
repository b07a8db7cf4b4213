//! Every answer about a person, against the API's description; the client holds it against our own document, too.

use serde_json::Value;
use vinculo_domain::LinkId;

use super::Who;
use super::chain::Chain;
use super::description::{check as against, description};

/// What the description gets wrong, and why we do not follow.
const SLIPS: [(&str, &str); 4] = [
    (
        "TransactionOpenFinanceBrazil.counterparty.document_number has the size 14",
        "a company has a CNPJ, which is sent whole (belvo-api 10.7, Choice)",
    ),
    (
        "InvestmentBrazil.classification_details.category has the size 12",
        "MULTIMERCADO is one of the four values that it names, and longer than it allows",
    ),
    ("InvestmentTransactionBrazil.investment.classification_details.category has the size 12", "as above"),
    (
        "OwnerBusinessOpenFinanceBrazil.additional_documents has the size 0",
        "a company without further documents has none, and the key may neither be absent nor null",
    ),
];

/// List, and the schema of what it holds. Owners are of one kind for a link.
fn lists(who: Who) -> [(&'static str, &'static str); 8] {
    let owner = if who.cnpj.is_some() { "OwnerBusinessOpenFinanceBrazil" } else { "OwnerIndividualOpenFinanceBrazil" };
    [
        ("/api/owners/", owner),
        ("/api/accounts/", "AccountOpenFinanceBrazil"),
        ("/api/br/balances/", "BalanceOFDA"),
        ("/api/transactions/", "TransactionOpenFinanceBrazil"),
        ("/api/bills/", "Bill"),
        ("/api/br/investments/", "InvestmentBrazil"),
        ("/api/br/investment-transactions/", "InvestmentTransactionBrazil"),
        ("/api/br/exchanges/", "Exchange"),
    ]
}

/// Returns what does not fit.
pub(super) async fn check(chain: &Chain, link: LinkId, who: Who) -> Vec<String> {
    let Some(root) = description() else { return Vec::new() };
    let mut all = Vec::new();
    for (path, schema) in lists(who) {
        let mut wrong = Vec::new();
        let items = chain.client.every(&format!("{path}?link={link}&page_size=500")).await;
        for item in &items {
            against(&root, &root["components"]["schemas"][schema], item, schema, &mut wrong);
        }
        wrong.retain(|text| !SLIPS.iter().any(|(slip, _)| text.starts_with(slip)));
        all.append(&mut wrong);
        if let Some(first) = items.first() {
            let one = chain.client.get(&format!("{path}{}/", first["id"].as_str().unwrap())).await.ok();
            assert_eq!(&one, first, "a detail is what the list holds");
        }
        if schema == "Exchange" {
            all.extend(histories(chain, &root, &items).await);
        }
    }
    all
}

/// The history of each operation.
async fn histories(chain: &Chain, root: &Value, operations: &[Value]) -> Vec<String> {
    let mut wrong = Vec::new();
    for operation in operations {
        let path = format!("/api/br/exchanges/{}/history/", operation["id"].as_str().unwrap());
        for event in chain.client.every(&path).await {
            let schema = "ExchangeHistory";
            against(root, &root["components"]["schemas"][schema], &event, schema, &mut wrong);
        }
    }
    wrong
}

/// What the description says of the envelope.
#[test]
fn the_description_knows_our_lists() {
    let Some(root) = description() else { return };
    for (path, schema) in lists(super::RALPH) {
        assert!(root["paths"].get(path).is_some(), "{path}");
        assert!(matches!(root["components"]["schemas"][schema], Value::Object(_)), "{schema}");
    }
}
