//! Card accounts, bills and their transactions at banks that are a little off, and customers who share a part.

use serde_json::{Value, json};
use vinculo_connector::{
    Access, Connector, ConnectorError, CreditFamily, CreditList, PageToken, ProtocolError, Window,
};
use vinculo_domain::Permission;
use vinculo_domain::model::{AccountCategory, TransactionDraft};
use wiremock::matchers::{path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{access, connector, tight, window};

const ROOT: &str = "/open-banking/credit-cards-accounts/v2";

async fn serve(server: &MockServer, at: &str, status: u16, body: Value) {
    let answer = ResponseTemplate::new(status).set_body_json(body);
    Mock::given(path(format!("{ROOT}{at}"))).respond_with(answer).mount(server).await;
}

fn money(amount: &str) -> Value {
    json!({"amount": amount, "currency": "BRL"})
}

fn card(id: &str) -> Value {
    json!({"creditCardAccountId": id, "brandName": "A", "companyCnpj": "21128159000166", "name": "Cartão",
        "productType": "GOLD", "creditCardNetwork": "VISA"})
}

fn purchase(id: &str, bill: Option<&str>) -> Value {
    let mut item = json!({"transactionId": id, "identificationNumber": "4453", "transactionName": "Padaria",
        "creditDebitType": "DEBITO", "transactionType": "PAGAMENTO", "paymentType": "A_VISTA", "payeeMCC": 5462,
        "brazilianAmount": money("12.50"), "amount": money("12.50"),
        "transactionDateTime": "2026-02-10T12:29:03.374Z", "billPostDate": "2026-02-11", "billForecastDate": "2026-03"});
    if let Some(bill) = bill {
        item["billId"] = bill.into();
    }
    item
}

async fn bank_with_card(server: &MockServer) {
    serve(server, "/accounts", 200, json!({"data": [card("1")]})).await;
    let detail = json!({"name": "Cartão", "productType": "GOLD", "creditCardNetwork": "VISA",
        "paymentMethod": [{"identificationNumber": "4453", "isMultipleCreditCard": false}]});
    serve(server, "/accounts/1", 200, json!({"data": detail})).await;
    let limits = json!([{"creditLineLimitType": "LIMITE_CREDITO_TOTAL", "consolidationType": "CONSOLIDADO",
        "identificationNumber": "4453", "isLimitFlexible": false, "limitAmount": money("1000.00"),
        "usedAmount": money("250.10"), "availableAmount": money("749.90")}]);
    serve(server, "/accounts/1/limits", 200, json!({"data": limits})).await;
}

async fn first(
    server: &MockServer,
    list: CreditList<'_>,
    window: Window,
) -> Result<Vec<TransactionDraft>, ConnectorError> {
    let connector = connector(&server.uri(), tight());
    Ok(connector.credit_transactions_page(&access(&server.uri()), list, window, None).await?.items)
}

#[tokio::test]
async fn a_card_comes_with_its_limits() {
    let server = MockServer::start().await;
    bank_with_card(&server).await;
    let connector = connector(&server.uri(), tight());
    let found = connector.credit_accounts(&access(&server.uri()), CreditFamily::Cards).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].category, Some(AccountCategory::CreditCard));
    assert_eq!(found[0].balance.current.unwrap().to_string(), "250.10");
    assert_eq!(found[0].balance.available.unwrap().to_string(), "749.90");
    assert_eq!(found[0].public_identification_value.as_deref(), Some("4453"));
}

#[tokio::test]
async fn what_is_not_consented_is_not_asked_for() {
    let server = MockServer::start().await;
    bank_with_card(&server).await;
    let permissions = [Permission::CreditCardsAccountsRead].into_iter().collect();
    let only = Access { permissions, ..access(&server.uri()) };
    let connector = connector(&server.uri(), tight());
    let found = connector.credit_accounts(&only, CreditFamily::Cards).await.unwrap();
    assert!(found[0].balance.current.is_none() && found[0].credit_data.as_ref().unwrap().limits.is_empty());
    let before = server.received_requests().await.unwrap().len();
    assert_eq!(before, 2);
    let bill = CreditList::Bill { card: "1", bill: "b" };
    for error in [
        connector.bills_page(&only, "1", window(), None).await.unwrap_err(),
        connector.credit_transactions_page(&only, CreditList::Card("1"), window(), None).await.unwrap_err(),
        connector.credit_transactions_page(&only, bill, window(), None).await.unwrap_err(),
        connector.credit_accounts(&only, CreditFamily::Loans).await.unwrap_err(),
    ] {
        assert!(matches!(error, ConnectorError::Unsupported(_)), "{error}");
    }
    assert_eq!(server.received_requests().await.unwrap().len(), before);
}

#[tokio::test]
async fn a_bank_without_cards_is_no_failure() {
    let server = MockServer::start().await;
    let connector = connector(&server.uri(), tight());
    let mut access = access(&server.uri());
    // The list is not there at all.
    let error = connector.credit_accounts(&access, CreditFamily::Cards).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unsupported("credit-cards-accounts")), "{error}");
    serve(&server, "/accounts", 200, json!({"data": []})).await;
    assert!(connector.credit_accounts(&access, CreditFamily::Cards).await.unwrap().is_empty());
    access.institution.endpoints.clear();
    let error = connector.credit_accounts(&access, CreditFamily::Cards).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unsupported("credit-cards-accounts")), "{error}");
}

#[tokio::test]
async fn a_blocked_card_is_left_out_and_a_failure_is_not() {
    let server = MockServer::start().await;
    serve(&server, "/accounts", 200, json!({"data": [card("9"), card("1")]})).await;
    let blocked = json!({"errors": [{"code": "STATUS_RESOURCE_TEMPORARILY_UNAVAILABLE"}]});
    serve(&server, "/accounts/9", 403, blocked).await;
    bank_with_card(&server).await;
    let connector = connector(&server.uri(), tight());
    let access = access(&server.uri());
    assert_eq!(connector.credit_accounts(&access, CreditFamily::Cards).await.unwrap().len(), 1);
    server.reset().await;
    serve(&server, "/accounts", 200, json!({"data": [card("1")]})).await;
    serve(&server, "/accounts/1", 200, json!({"data": {}})).await;
    serve(&server, "/accounts/1/limits", 423, json!({})).await;
    let error = connector.credit_accounts(&access, CreditFamily::Cards).await.unwrap_err();
    assert!(matches!(error, ConnectorError::LimitReached), "{error}");
}

#[tokio::test]
async fn bills_come_page_by_page_with_those_still_to_be_paid() {
    let server = MockServer::start().await;
    let bill = |id: &str| {
        json!({"billId": id, "dueDate": "2026-02-10", "billClosingDate": "2026-02-01",
        "billTotalAmount": money("100.00"), "billMinimumAmount": money("10.00"), "isInstalment": true, "payments": []})
    };
    let next = format!("{ROOT}/accounts/1/bills?page=2&pagination-key=k");
    Mock::given(path(format!("{ROOT}/accounts/1/bills")))
        .and(query_param("fromDueDate", "2026-01-01"))
        .and(query_param("toDueDate", "2026-04-30"))
        .and(query_param_is_missing("pagination-key"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"data": [bill("a")], "links": {"next": next}})))
        .mount(&server)
        .await;
    Mock::given(query_param("pagination-key", "k"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"data": [bill("b")]})))
        .mount(&server)
        .await;
    let (connector, access) = (connector(&server.uri(), tight()), access(&server.uri()));
    let first = connector.bills_page(&access, "1", window(), None).await.unwrap();
    let token = PageToken::from_text(first.next.unwrap().as_str().to_owned());
    let second = connector.bills_page(&access, "1", window(), Some(&token)).await.unwrap();
    assert_eq!((first.items[0].bank_key(), second.items[0].bank_key()), ("a", "b"));
    assert_eq!(first.items[0].bill_name.as_deref(), Some("feb-2026"));
    assert!(second.next.is_none());
}

#[tokio::test]
async fn one_purchase_has_one_key_in_every_list() {
    let server = MockServer::start().await;
    serve(&server, "/accounts/1/transactions", 200, json!({"data": [purchase("a", None), purchase("b", Some("x"))]}))
        .await;
    serve(&server, "/accounts/1/bills/x/transactions", 200, json!({"data": [purchase("a", None)]})).await;
    let all = first(&server, CreditList::Card("1"), window()).await.unwrap();
    let billed = first(&server, CreditList::Bill { card: "1", bill: "x" }, window()).await.unwrap();
    assert_eq!(all[0].bank_key, billed[0].bank_key);
    assert!(!all[0].is_final && all[1].is_final && billed[0].is_final);
    assert_eq!((all[0].bill(), all[1].bill(), billed[0].bill()), (None, Some("x"), Some("x")));
    let calls = server.received_requests().await.unwrap();
    let query = |at: usize| calls[at].url.query().unwrap_or_default().to_owned();
    assert!(query(0).contains("fromTransactionDate=2026-01-01&toTransactionDate=2026-03-01"));
    assert!(!query(1).contains("TransactionDate"), "a bill has all that stands on it");
}

#[tokio::test]
async fn the_last_days_are_read_from_the_list_for_them() {
    let server = MockServer::start().await;
    serve(&server, "/accounts/1/transactions-current", 200, json!({"data": [purchase("a", None)]})).await;
    serve(&server, "/accounts/1/transactions", 200, json!({"data": []})).await;
    let today =
        vinculo_domain::Env::system().now().to_zoned(jiff::tz::TimeZone::get("America/Sao_Paulo").unwrap()).date();
    let days = |days: i64| today.saturating_sub(jiff::Span::new().days(days));
    let recent = Window { from: days(5), to: today };
    assert_eq!(first(&server, CreditList::Card("1"), recent).await.unwrap().len(), 1);
    for older in [Window { from: days(6), to: today }, Window { from: days(1), to: today.tomorrow().unwrap() }] {
        assert!(first(&server, CreditList::Card("1"), older).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn bad_lists_are_refused_and_not_half_read() {
    let server = MockServer::start().await;
    let mut without_amount = purchase("b", None);
    without_amount["amount"] = Value::Null;
    without_amount["brazilianAmount"] = "dez".into();
    for data in [json!("x"), json!({"a": 1}), json!([1]), Value::Null, json!([purchase("a", None), without_amount])] {
        server.reset().await;
        serve(&server, "/accounts/1/transactions", 200, json!({"data": data})).await;
        let error = first(&server, CreditList::Card("1"), window()).await.unwrap_err();
        assert!(matches!(error, ConnectorError::Protocol(ProtocolError::Unreadable(_))), "{data}: {error}");
    }
    server.reset().await;
    let elsewhere =
        json!({"data": [], "links": {"next": "https://evil.example/open-banking/credit-cards-accounts/v2/x?page=2"}});
    serve(&server, "/accounts/1/transactions", 200, elsewhere).await;
    let error = first(&server, CreditList::Card("1"), window()).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Protocol(ProtocolError::ForeignPage)), "{error}");
}

#[tokio::test]
async fn identifiers_that_are_none_go_nowhere() {
    let server = MockServer::start().await;
    for id in ["", "..", "a/b", "a%2Fb", "a?b"] {
        assert!(first(&server, CreditList::Card(id), window()).await.is_err(), "{id}");
        assert!(first(&server, CreditList::Bill { card: "1", bill: id }, window()).await.is_err(), "{id}");
        assert!(first(&server, CreditList::Contract(CreditFamily::Loans, id), window()).await.is_err(), "{id}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}
