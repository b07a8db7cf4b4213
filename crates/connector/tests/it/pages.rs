//! Listings: followed by `links.next`, and by nothing else.

use std::collections::HashSet;

use serde_json::{Value, json};
use vinculo_connector::{Connector, ConnectorError, PageToken, ProtocolError};
use wiremock::matchers::{path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::support::{access, connector, tight, transaction, window};

const ACCOUNTS: &str = "/open-banking/accounts/v2/accounts";
const TRANSACTIONS: &str = "/open-banking/accounts/v2/accounts/1/transactions";

fn page(items: Vec<Value>, next: Option<String>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"data": items, "links": {"self": "x", "next": next}}))
}

/// Every page leads to a new one.
struct Endless;

impl Respond for Endless {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let number = request.url.query_pairs().find(|(name, _)| name == "page").map_or(0, |(_, n)| n.parse().unwrap());
        let next = format!("{}?page={}", request.url.path(), number + 1);
        page(vec![transaction(&number.to_string())], Some(next))
    }
}

#[tokio::test]
async fn transactions_come_page_by_page() {
    let server = MockServer::start().await;
    let next = format!("{}{TRANSACTIONS}?page=7&pagination-key=k", server.uri());
    Mock::given(path(TRANSACTIONS))
        .and(query_param("fromBookingDate", "2026-01-01"))
        .and(query_param("toBookingDate", "2026-03-01"))
        .and(query_param("page", "1"))
        .and(query_param("page-size", "1000"))
        .and(query_param_is_missing("pagination-key"))
        .respond_with(page(vec![transaction("a"), transaction("b")], Some(next)))
        .mount(&server)
        .await;
    Mock::given(path(TRANSACTIONS))
        .and(query_param("page", "7"))
        .and(query_param("pagination-key", "k"))
        .respond_with(page(vec![transaction("c")], None))
        .mount(&server)
        .await;
    let (connector, access) = (connector(&server.uri(), tight()), access(&server.uri()));
    let first = connector.transactions_page(&access, "1", window(), None).await.unwrap();
    assert_eq!(first.items.len(), 2);
    // The token survives a restart as text.
    let token = PageToken::from_text(first.next.unwrap().as_str().to_owned());
    let second = connector.transactions_page(&access, "1", window(), Some(&token)).await.unwrap();
    assert_eq!(second.items[0].bank_key, "id:c");
    assert!(second.next.is_none());
}

#[tokio::test]
async fn equal_items_without_identity_stay_apart_over_pages() {
    let server = MockServer::start().await;
    let dummy = || vec![transaction("0000000000"), transaction("0000000000")];
    let next = format!("{TRANSACTIONS}?page=2");
    Mock::given(query_param("page", "1")).respond_with(page(dummy(), Some(next))).mount(&server).await;
    Mock::given(query_param("page", "2")).respond_with(page(dummy(), None)).mount(&server).await;
    let (connector, access) = (connector(&server.uri(), tight()), access(&server.uri()));
    let first = connector.transactions_page(&access, "1", window(), None).await.unwrap();
    let second = connector.transactions_page(&access, "1", window(), first.next.as_ref()).await.unwrap();
    let keys: HashSet<String> = first.items.into_iter().chain(second.items).map(|item| item.bank_key).collect();
    assert_eq!(keys.len(), 4);
}

#[tokio::test]
async fn endless_transactions_end() {
    let server = MockServer::start().await;
    Mock::given(path(TRANSACTIONS)).respond_with(Endless).mount(&server).await;
    let (connector, access) = (connector(&server.uri(), tight()), access(&server.uri()));
    let mut next = None;
    for read in 1.. {
        match connector.transactions_page(&access, "1", window(), next.as_ref()).await {
            Ok(page) => next = page.next,
            Err(error) => {
                assert!(matches!(error, ConnectorError::Protocol(ProtocolError::TooManyPages { limit: 4 })), "{error}");
                assert_eq!(read, 4);
                return;
            }
        }
    }
}

#[tokio::test]
async fn endless_accounts_end() {
    let server = MockServer::start().await;
    Mock::given(path(ACCOUNTS)).respond_with(Endless).mount(&server).await;
    let error = connector(&server.uri(), tight()).accounts(&access(&server.uri())).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Protocol(ProtocolError::TooManyPages { limit: 4 })), "{error}");
    assert_eq!(server.received_requests().await.unwrap().len(), 4);
}

#[tokio::test]
async fn too_many_accounts_are_refused() {
    let server = MockServer::start().await;
    let accounts = (0..51).map(|n| json!({"accountId": n.to_string()})).collect();
    Mock::given(path(ACCOUNTS)).respond_with(page(accounts, None)).mount(&server).await;
    let error = connector(&server.uri(), tight()).accounts(&access(&server.uri())).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Protocol(ProtocolError::TooManyItems { limit: 50 })), "{error}");
}

#[tokio::test]
async fn circles_are_noticed() {
    let server = MockServer::start().await;
    let query = "fromBookingDate=2026-01-01&toBookingDate=2026-03-01&page=1&page-size=1000";
    let itself = format!("{TRANSACTIONS}?{query}");
    Mock::given(path(TRANSACTIONS)).respond_with(page(vec![], Some(itself))).mount(&server).await;
    let itself = format!("{ACCOUNTS}?page=1&page-size=1000");
    Mock::given(path(ACCOUNTS)).respond_with(page(vec![], Some(itself))).mount(&server).await;
    let (connector, access) = (connector(&server.uri(), tight()), access(&server.uri()));
    let error = connector.transactions_page(&access, "1", window(), None).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Protocol(ProtocolError::PageLoop)), "{error}");
    let error = connector.accounts(&access).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Protocol(ProtocolError::PageLoop)), "{error}");
}

#[tokio::test]
async fn a_token_never_leaves_for_another_address() {
    let (server, thief) = (MockServer::start().await, MockServer::start().await);
    Mock::given(wiremock::matchers::any()).respond_with(page(vec![], None)).mount(&thief).await;
    for next in [
        format!("{}{ACCOUNTS}?page=2", thief.uri()),
        format!("//{}{ACCOUNTS}", thief.address()),
        format!("{}/open-banking/consents/v3/consents", server.uri()),
        format!("{}@{}{ACCOUNTS}", server.uri(), thief.address()),
    ] {
        server.reset().await;
        Mock::given(path(ACCOUNTS)).respond_with(page(vec![], Some(next.clone()))).mount(&server).await;
        Mock::given(path(TRANSACTIONS)).respond_with(page(vec![], Some(next.clone()))).mount(&server).await;
        let (connector, access) = (connector(&server.uri(), tight()), access(&server.uri()));
        let error = connector.accounts(&access).await.unwrap_err();
        assert!(matches!(error, ConnectorError::Protocol(ProtocolError::ForeignPage)), "{next}: {error}");
        let error = connector.transactions_page(&access, "1", window(), None).await.unwrap_err();
        assert!(matches!(error, ConnectorError::Protocol(ProtocolError::ForeignPage)), "{next}: {error}");
    }
    assert!(thief.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_forged_page_token_leads_nowhere() {
    let (server, thief) = (MockServer::start().await, MockServer::start().await);
    let forged = json!({"url": format!("{}{TRANSACTIONS}", thief.uri()), "read": 0, "seen": [], "occurrences": []});
    let (connector, access) = (connector(&server.uri(), tight()), access(&server.uri()));
    for text in [forged.to_string(), "x".to_owned(), thief.uri()] {
        let token = PageToken::from_text(text);
        assert!(connector.transactions_page(&access, "1", window(), Some(&token)).await.is_err());
    }
    assert!(thief.received_requests().await.unwrap().is_empty());
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn one_bad_transaction_refuses_the_page_and_nothing_is_half_read() {
    let server = MockServer::start().await;
    let items = vec![transaction("a"), json!({"transactionId": "b"})];
    Mock::given(path(TRANSACTIONS)).respond_with(page(items, None)).mount(&server).await;
    let connector = connector(&server.uri(), tight());
    let error = connector.transactions_page(&access(&server.uri()), "1", window(), None).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Protocol(ProtocolError::Unreadable(_))), "{error}");
}
