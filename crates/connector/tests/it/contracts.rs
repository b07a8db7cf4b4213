//! Credit contracts of the four families.

use serde_json::{Value, json};
use vinculo_connector::{Access, Connector, ConnectorError, CreditFamily, CreditList, ProtocolError};
use vinculo_domain::{Category, Permission};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{access, connector, tight, window};

const CONTRACTS: [CreditFamily; 4] =
    [CreditFamily::Loans, CreditFamily::Financings, CreditFamily::UnarrangedOverdraft, CreditFamily::InvoiceFinancings];

async fn serve(server: &MockServer, family: CreditFamily, at: &str, status: u16, body: Value) {
    let answer = ResponseTemplate::new(status).set_body_json(body);
    Mock::given(path(format!("/open-banking/{}/v2/contracts{at}", family.as_str())))
        .respond_with(answer)
        .mount(server)
        .await;
}

fn contract(id: &str) -> Value {
    json!({"contractId": id, "productType": "EMPRESTIMOS", "productSubType": "HOME_EQUITY",
        "ipocCode": "92792126019929279212650822221989319252576"})
}

fn release(id: &str, day: &str, amount: &str) -> Value {
    json!({"paymentId": id, "isOverParcelPayment": false, "instalmentId": "i", "paidDate": day, "currency": "BRL",
        "paidAmount": amount})
}

async fn bank_with_contract(server: &MockServer, family: CreditFamily) {
    serve(server, family, "", 200, json!({"data": [contract("1")]})).await;
    let detail = json!({"contractNumber": "90847453264", "productName": "Crédito", "contractDate": "2024-01-05",
        "contractAmount": "12000.00", "currency": "BRL", "instalmentPeriodicity": "MENSAL", "CET": "0.290000",
        "amortizationScheduled": "PRICE", "interestRates": [], "contractedFees": [], "contractedFinanceCharges": []});
    serve(server, family, "/1", 200, json!({"data": detail})).await;
    // A product without warranties answers an empty object instead of a list.
    serve(server, family, "/1/warranties", 200, json!({"data": {}})).await;
    let plan = json!({"typeNumberOfInstalments": "MES", "totalNumberOfInstalments": 24, "typeContractRemaining": "MES",
        "contractRemainingNumber": 12, "paidInstalments": 11, "dueInstalments": 12, "pastDueInstalments": 1});
    serve(server, family, "/1/scheduled-instalments", 200, json!({"data": plan})).await;
    let releases = [
        release("a", "2025-12-31", "500.00"),
        release("b", "2026-01-01", "500.01"),
        release("c", "2026-03-01", "500.02"),
    ];
    let payments = json!({"paidInstalments": 11, "contractOutstandingBalance": "6000.00", "releases": releases});
    serve(server, family, "/1/payments", 200, json!({"data": payments})).await;
}

#[tokio::test]
async fn every_family_reads_alike_into_a_category_of_its_own() {
    for family in CONTRACTS {
        let server = MockServer::start().await;
        bank_with_contract(&server, family).await;
        let connector = connector(&server.uri(), tight());
        let found = connector.credit_accounts(&access(&server.uri()), family).await.unwrap();
        assert_eq!((found.len(), found[0].category), (1, Some(family.category())));
        assert_eq!(found[0].balance.current.unwrap().to_string(), "6000.00");
        assert_eq!(found[0].public_identification_value.as_deref(), Some("90847453264"));
        let loan = found[0].loan_data.as_ref().unwrap();
        assert!(loan.collaterals.as_ref().unwrap().is_empty());
        assert_eq!((loan.number_of_installments_total, loan.number_of_installments_past_due), (Some(24), Some(1)));
    }
}

#[tokio::test]
async fn payments_of_the_window_are_transactions() {
    let server = MockServer::start().await;
    bank_with_contract(&server, CreditFamily::Loans).await;
    let connector = connector(&server.uri(), tight());
    let list = CreditList::Contract(CreditFamily::Loans, "1");
    let page = connector.credit_transactions_page(&access(&server.uri()), list, window(), None).await.unwrap();
    let shown: Vec<_> =
        page.items.iter().map(|item| (item.bank_key.as_str(), item.content.amount.to_string())).collect();
    assert_eq!(shown, [("id:b", "500.01".to_owned()), ("id:c", "500.02".to_owned())]);
    assert!(page.next.is_none() && page.items.iter().all(|item| item.is_final));
}

#[tokio::test]
async fn what_is_not_consented_is_not_asked_for() {
    let server = MockServer::start().await;
    bank_with_contract(&server, CreditFamily::Loans).await;
    let only = Access { permissions: [Permission::LoansRead].into_iter().collect(), ..access(&server.uri()) };
    let connector = connector(&server.uri(), tight());
    let found = connector.credit_accounts(&only, CreditFamily::Loans).await.unwrap();
    assert!(found[0].balance.current.is_none() && found[0].loan_data.as_ref().unwrap().collaterals.is_none());
    assert_eq!(server.received_requests().await.unwrap().len(), 2);
    for family in CONTRACTS.into_iter().skip(1) {
        let error = connector.credit_accounts(&only, family).await.unwrap_err();
        assert!(matches!(error, ConnectorError::Unsupported(_)), "{error}");
    }
    let list = CreditList::Contract(CreditFamily::Loans, "1");
    let error = connector.credit_transactions_page(&only, list, window(), None).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unsupported(_)), "{error}");
    assert_eq!(server.received_requests().await.unwrap().len(), 2);
}

#[tokio::test]
async fn parts_that_a_bank_does_not_have_are_null_and_failures_are_not() {
    let server = MockServer::start().await;
    let family = CreditFamily::Financings;
    serve(&server, family, "", 200, json!({"data": [contract("1")]})).await;
    serve(&server, family, "/1", 200, json!({"data": {"contractNumber": "7"}})).await;
    serve(&server, family, "/1/warranties", 404, json!({})).await;
    serve(&server, family, "/1/scheduled-instalments", 403, json!({})).await;
    serve(&server, family, "/1/payments", 422, json!({})).await;
    let (connector, access) = (connector(&server.uri(), tight()), access(&server.uri()));
    let found = connector.credit_accounts(&access, family).await.unwrap();
    let loan = found[0].loan_data.as_ref().unwrap();
    assert!(loan.collaterals.is_none() && loan.outstanding_balance.is_none());
    for (at, status) in [("/1/warranties", 500), ("/1/payments", 423), ("/1/scheduled-instalments", 401)] {
        server.reset().await;
        serve(&server, family, at, status, json!({})).await;
        bank_with_contract(&server, family).await;
        let error = connector.credit_accounts(&access, family).await.unwrap_err();
        let fits = match status {
            423 => matches!(error, ConnectorError::LimitReached),
            401 => matches!(error, ConnectorError::Unauthorised),
            _ => matches!(error, ConnectorError::Unavailable { status: 500, .. }),
        };
        assert!(fits, "{at}: {error}");
    }
}

#[tokio::test]
async fn newer_and_odd_shapes_are_forgiven() {
    let server = MockServer::start().await;
    let family = CreditFamily::UnarrangedOverdraft;
    bank_with_contract(&server, family).await;
    server.reset().await;
    serve(&server, family, "", 200, json!({"data": [contract("1")], "links": null, "novo": [1]})).await;
    let detail = json!({"contractNumber": 7, "contractAmount": {"amount": "10.00", "currency": "USD"}, "dueDate": null,
        "interestRates": null, "contractedFees": "x", "disbursementDates": ["2026-01-01", null], "CET": 0.5,
        "hasInsuranceContracted": "talvez"});
    serve(&server, family, "/1", 200, json!({"data": detail})).await;
    serve(&server, family, "/1/payments", 200, json!({"data": {"contractOutstandingBalance": 10.5, "releases": {}}}))
        .await;
    let (connector, access) = (connector(&server.uri(), tight()), access(&server.uri()));
    let found = connector.credit_accounts(&access, family).await.unwrap();
    assert_eq!((found[0].currency.as_str(), found[0].number.as_deref()), ("USD", Some("7")));
    assert_eq!(found[0].balance.available.unwrap().to_string(), "10.50");
    let loan = found[0].loan_data.as_ref().unwrap();
    assert_eq!(loan.total_effective_cost.unwrap().to_string(), "0.5");
    assert_eq!(loan.disbursement_dates.as_ref().unwrap().len(), 1);
}

#[tokio::test]
async fn a_list_or_payment_that_cannot_be_read_is_refused() {
    let server = MockServer::start().await;
    let (connector, access) = (connector(&server.uri(), tight()), access(&server.uri()));
    for data in [json!([{"productType": "EMPRESTIMOS"}]), json!("x"), json!({"contractId": "1"})] {
        server.reset().await;
        serve(&server, CreditFamily::Loans, "", 200, json!({"data": data})).await;
        let error = connector.credit_accounts(&access, CreditFamily::Loans).await.unwrap_err();
        assert!(matches!(error, ConnectorError::Protocol(ProtocolError::Unreadable(_))), "{data}: {error}");
    }
    let list = CreditList::Contract(CreditFamily::Loans, "1");
    serve(&server, CreditFamily::Loans, "/1/payments", 200, json!({"data": {"releases": [{"paymentId": "a"}]}})).await;
    let error = connector.credit_transactions_page(&access, list, window(), None).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Protocol(ProtocolError::Unreadable(_))), "{error}");
    let cards = CreditList::Contract(CreditFamily::Cards, "1");
    let error = connector.credit_transactions_page(&access, cards, window(), None).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unsupported(_)), "{error}");
}

#[tokio::test]
async fn the_families_cover_the_category() {
    let wanted = Category::CreditOperations.permissions(false);
    for family in CONTRACTS {
        let own = wanted.iter().filter(|permission| permission.as_str().starts_with(&prefix(family))).count();
        assert_eq!(own, 4, "{family:?}");
        assert_eq!(CreditFamily::of(family.category()), Some(family));
    }
}

fn prefix(family: CreditFamily) -> String {
    format!("{}_", family.as_str().replace('-', "_").to_uppercase())
}
