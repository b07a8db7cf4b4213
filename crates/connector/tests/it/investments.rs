//! Banks with investments and exchanges: what is asked for, in which order, and what they may do wrong.

use serde_json::{Value, json};
use vinculo_connector::{Access, Connector, ConnectorError, PageToken, ProtocolError, Window};
use vinculo_domain::model::InvestmentType;
use vinculo_domain::{ApiEndpoint, Env, Permission};
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{access, connector, tight, window};

const FAMILIES: [(&str, InvestmentType); 5] = [
    ("bank-fixed-incomes", InvestmentType::FixedIncomeBanking),
    ("credit-fixed-incomes", InvestmentType::FixedIncomeCredit),
    ("treasure-titles", InvestmentType::TreasuryBond),
    ("funds", InvestmentType::InvestmentFund),
    ("variable-incomes", InvestmentType::VariableIncome),
];

fn access_to(server: &MockServer) -> Access {
    let mut access = access(&server.uri());
    let families = FAMILIES.iter().map(|(family, _)| *family).chain(["exchanges"]);
    access.institution.endpoints.extend(families.map(|family| ApiEndpoint {
        family: family.to_owned(),
        version: "1.1.0".to_owned(),
        url: format!("{}/open-banking/{family}/v1/investments", server.uri()),
    }));
    access
}

async fn serve(server: &MockServer, at: &str, status: u16, body: Value) {
    let answer = ResponseTemplate::new(status).set_body_json(body);
    Mock::given(method("GET")).and(path(format!("/open-banking{at}"))).respond_with(answer).mount(server).await;
}

fn money(amount: &str) -> Value {
    json!({"amount": amount, "currency": "BRL"})
}

fn share_movement(id: &str, note: Option<&str>) -> Value {
    json!({"transactionId": id, "type": "ENTRADA", "transactionType": "COMPRA", "transactionDate": "2026-02-10",
        "transactionValue": money("10.00"), "brokerNoteId": note})
}

async fn asked(server: &MockServer) -> Vec<String> {
    server.received_requests().await.unwrap().iter().map(|call| call.url.path().to_owned()).collect()
}

#[tokio::test]
async fn every_family_is_read_by_list_detail_and_balances() {
    let server = MockServer::start().await;
    let (connector, access) = (connector(&server.uri(), tight()), access_to(&server));
    for (family, kind) in FAMILIES {
        serve(&server, &format!("/{family}/v1/investments"), 200, json!({"data": [{"investmentId": "1"}]})).await;
        let detail = json!({"isinCode": "BRCST4CTF001", "ticker": "PETR4", "name": "Fundo", "investmentType": "CDB"});
        serve(&server, &format!("/{family}/v1/investments/1"), 200, json!({"data": detail})).await;
        let balance = json!({"grossAmount": money("1000.04")});
        serve(&server, &format!("/{family}/v1/investments/1/balances"), 200, json!({"data": balance})).await;
        let found = connector.investments(&access, kind).await.unwrap();
        assert_eq!(found.len(), 1, "{family}");
        assert_eq!(found[0].content.kind, kind);
        assert_eq!(found[0].content.balance.as_ref().unwrap().gross_value.unwrap().to_string(), "1000.04");
    }
    assert_eq!(asked(&server).await.len(), 15);
}

#[tokio::test]
async fn what_is_not_consented_or_not_offered_is_not_asked_for() {
    let server = MockServer::start().await;
    let connector = connector(&server.uri(), tight());
    let only = Access { permissions: [Permission::AccountsRead].into_iter().collect(), ..access_to(&server) };
    let not_offered = access(&server.uri());
    for access in [&only, &not_offered] {
        for (_, kind) in FAMILIES {
            assert!(matches!(connector.investments(access, kind).await, Err(ConnectorError::Unsupported(_))));
            let page = connector.investment_transactions_page(access, kind, "1", window(), None).await;
            assert!(matches!(page, Err(ConnectorError::Unsupported(_))));
        }
        assert!(matches!(connector.exchanges(access).await, Err(ConnectorError::Unsupported(_))));
    }
    assert!(asked(&server).await.is_empty());
}

#[tokio::test]
async fn an_investment_blocked_meanwhile_is_left_out_one_without_balance_is_not_and_a_failure_fails() {
    let server = MockServer::start().await;
    let (connector, access) = (connector(&server.uri(), tight()), access_to(&server));
    let list = json!({"data": [{"investmentId": "9"}, {"investmentId": "1"}]});
    serve(&server, "/funds/v1/investments", 200, list).await;
    let blocked = json!({"errors": [{"code": "STATUS_RESOURCE_TEMPORARILY_UNAVAILABLE"}]});
    serve(&server, "/funds/v1/investments/9", 403, blocked).await;
    serve(&server, "/funds/v1/investments/1", 200, json!({"data": {"name": "Fundo"}})).await;
    serve(&server, "/funds/v1/investments/1/balances", 404, json!({})).await;
    let found = connector.investments(&access, InvestmentType::InvestmentFund).await.unwrap();
    assert_eq!(found.len(), 1);
    assert!(found[0].content.balance.is_none());
    server.reset().await;
    serve(&server, "/funds/v1/investments", 200, json!({"data": [{"investmentId": "1"}]})).await;
    serve(&server, "/funds/v1/investments/1", 200, json!({"data": {"name": "Fundo"}})).await;
    serve(&server, "/funds/v1/investments/1/balances", 423, json!({})).await;
    let result = connector.investments(&access, InvestmentType::InvestmentFund).await;
    assert!(matches!(result, Err(ConnectorError::LimitReached)));
}

#[tokio::test]
async fn identifiers_that_would_be_another_address_and_none_at_all_are_refused() {
    for list in [json!([{"investmentId": "../consents"}]), json!([{"investmentId": "a/b"}]), json!([{}]), json!([null])]
    {
        let server = MockServer::start().await;
        serve(&server, "/funds/v1/investments", 200, json!({"data": list})).await;
        let connector = connector(&server.uri(), tight());
        let result = connector.investments(&access_to(&server), InvestmentType::InvestmentFund).await;
        assert!(matches!(result, Err(ConnectorError::Protocol(ProtocolError::Unreadable(_)))), "{list}");
        assert_eq!(asked(&server).await.len(), 1);
    }
}

#[tokio::test]
async fn movements_come_page_by_page_with_the_familys_own_filters() {
    let server = MockServer::start().await;
    let (connector, access) = (connector(&server.uri(), tight()), access_to(&server));
    let at = "/open-banking/funds/v1/investments/1/transactions";
    let movement =
        |id: &str| json!({"transactionId": id, "type": "ENTRADA", "transactionConversionDate": "2026-02-10"});
    let next = format!("{}{at}?page=2&pagination-key=k", server.uri());
    Mock::given(path(at))
        .and(query_param("fromTransactionConversionDate", "2026-01-01"))
        .and(query_param("toTransactionConversionDate", "2026-03-01"))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({"data": [movement("a")], "links": {"next": next}})),
        )
        .mount(&server)
        .await;
    Mock::given(path(at))
        .and(query_param("pagination-key", "k"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"data": [movement("b")]})))
        .mount(&server)
        .await;
    let kind = InvestmentType::InvestmentFund;
    let page = connector.investment_transactions_page(&access, kind, "1", window(), None).await.unwrap();
    assert_eq!(page.items[0].bank_key, "id:a");
    let token = PageToken::from_text(page.next.unwrap().as_str());
    let page = connector.investment_transactions_page(&access, kind, "1", window(), Some(&token)).await.unwrap();
    assert_eq!(page.items[0].bank_key, "id:b");
    assert!(page.next.is_none());
}

#[tokio::test]
async fn pages_that_lead_elsewhere_or_in_circles_are_refused() {
    for next in ["https://evil.example/x?page=2", "/open-banking/consents/v3/consents?page=2", "?page=1&page-size=1000"]
    {
        let server = MockServer::start().await;
        let body = json!({"data": [], "links": {"next": next}});
        serve(&server, "/funds/v1/investments/1/transactions", 200, body).await;
        let connector = connector(&server.uri(), tight());
        let (access, kind) = (access_to(&server), InvestmentType::InvestmentFund);
        let mut token = None;
        let error = loop {
            match connector.investment_transactions_page(&access, kind, "1", window(), token.as_ref()).await {
                Ok(page) => token = Some(page.next.unwrap()),
                Err(error) => break error,
            }
        };
        let refused = matches!(error, ConnectorError::Protocol(ProtocolError::ForeignPage | ProtocolError::PageLoop));
        assert!(refused, "{next}: {error}");
    }
}

#[tokio::test]
async fn the_last_days_are_read_where_they_may_be_read_more_often() {
    let server = MockServer::start().await;
    let base = "/funds/v1/investments/1";
    serve(&server, &format!("{base}/transactions"), 200, json!({"data": []})).await;
    serve(&server, &format!("{base}/transactions-current"), 200, json!({"data": []})).await;
    let (connector, access) = (connector(&server.uri(), tight()), access_to(&server));
    let now = Env::system().now();
    // Three hours behind UTC since 2019.
    let today = (now - jiff::SignedDuration::from_hours(3)).to_zoned(jiff::tz::TimeZone::UTC).date();
    let days = |n: i64| today - jiff::SignedDuration::from_hours(24 * n);
    for (from, to, name) in [
        (days(5), today, "transactions-current"),
        (days(8), today, "transactions"),
        (days(5), days(-2), "transactions"),
    ] {
        server.reset().await;
        serve(&server, &format!("{base}/{name}"), 200, json!({"data": []})).await;
        let window = Window { from, to };
        let kind = InvestmentType::InvestmentFund;
        connector.investment_transactions_page(&access, kind, "1", window, None).await.unwrap();
        assert!(asked(&server).await[0].ends_with(&format!("/{name}")));
    }
}

#[tokio::test]
async fn a_brokers_note_is_read_once_a_page_and_never_costs_the_movement() {
    let server = MockServer::start().await;
    let (connector, access) = (connector(&server.uri(), tight()), access_to(&server));
    let movements = json!({"data": [
        share_movement("a", Some("n1")), share_movement("b", Some("n1")), share_movement("c", None),
        share_movement("d", Some("n2")), share_movement("e", Some("n3")),
    ]});
    serve(&server, "/variable-incomes/v1/investments/1/transactions", 200, movements).await;
    let note = json!({"brokerNoteNumber": "18540", "grossValue": money("5000.0024"), "netValue": money("4889.0012")});
    serve(&server, "/variable-incomes/v1/broker-notes/n1", 200, json!({"data": note})).await;
    serve(&server, "/variable-incomes/v1/broker-notes/n2", 404, json!({})).await;
    serve(&server, "/variable-incomes/v1/broker-notes/n3", 423, json!({})).await;
    let kind = InvestmentType::VariableIncome;
    let page = connector.investment_transactions_page(&access, kind, "1", window(), None).await.unwrap();
    let notes: Vec<_> = page.items.iter().map(|item| item.content.broker_note_details.as_ref()).collect();
    assert_eq!(notes[0].unwrap().gross_value.to_string(), "5000.0024");
    assert_eq!(notes[0], notes[1]);
    assert!(notes[2..].iter().all(Option::is_none));
    assert_eq!(asked(&server).await.iter().filter(|path| path.ends_with("/n1")).count(), 1);
}

#[tokio::test]
async fn exchanges_come_with_their_history() {
    let server = MockServer::start().await;
    let (connector, access) = (connector(&server.uri(), tight()), access_to(&server));
    let list = json!({"data": [{"operationId": "9"}, {"operationId": "1"}, {"operationId": "2"}]});
    serve(&server, "/exchanges/v1/operations", 200, list).await;
    serve(&server, "/exchanges/v1/operations/9", 404, json!({})).await;
    let detail = json!({"authorizedInstitutionCnpjNumber": "11225860000140", "authorizedInstitutionName": "A",
        "operationType": "VENDA", "operationDate": "2026-02-10T12:00:00Z", "dueDate": "2026-02-12",
        "localCurrencyOperationTax": money("5.123456789012345"), "localCurrencyOperationValue": money("512.35"),
        "foreignOperationValue": {"amount": "100.00", "currency": "USD"}, "operationCategoryCode": "90302"});
    for id in ["1", "2"] {
        serve(&server, &format!("/exchanges/v1/operations/{id}"), 200, json!({"data": detail})).await;
    }
    let event = |number: &str, kind: &str| json!({"eventSequenceNumber": number, "eventType": kind, "eventDate": "2026-02-10T12:00:00Z"});
    let events = json!({"data": [event("000000000001", "1"), event("000000000002", "4"), event("000000000003", "8")]});
    serve(&server, "/exchanges/v1/operations/1/events", 200, events).await;
    serve(&server, "/exchanges/v1/operations/2/events", 404, json!({})).await;
    let found = connector.exchanges(&access).await.unwrap();
    assert_eq!(found.len(), 2, "the one that is gone is left out");
    assert_eq!(found[0].content.local_operation_tax_amount.to_string(), "5.123456789012345");
    assert_eq!((found[0].events.len(), found[1].events.len()), (2, 0), "an event of no known kind says nothing");
    server.reset().await;
    serve(&server, "/exchanges/v1/operations", 503, json!({})).await;
    assert!(matches!(connector.exchanges(&access).await, Err(ConnectorError::Unavailable { status: 503, .. })));
}
