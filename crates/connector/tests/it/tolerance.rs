//! Banks that are a little off, and customers who share a part.

use serde_json::{Value, json};
use vinculo_connector::{Access, Connector, ConnectorError, SharedResourceStatus};
use vinculo_domain::model::{AccountCategory, OwnerContent};
use vinculo_domain::{Category, Permission, PermissionSet};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{access, connector, tight, transaction, window};

const ROOT: &str = "/open-banking";

async fn serve(server: &MockServer, at: &str, status: u16, body: Value) {
    let answer = ResponseTemplate::new(status).set_body_json(body);
    Mock::given(path(format!("{ROOT}{at}"))).respond_with(answer).mount(server).await;
}

fn account(id: &str, kind: &str) -> Value {
    json!({"accountId": id, "type": kind, "compeCode": "001", "branchCode": "6272", "number": "94088392", "checkDigit": "4"})
}

fn money(amount: &str) -> Value {
    json!({"amount": amount, "currency": "BRL"})
}

async fn bank_with_account(server: &MockServer) {
    serve(server, "/accounts/v2/accounts", 200, json!({"data": [account("1", "CONTA_DEPOSITO_A_VISTA")]})).await;
    let detail = json!({"type": "CONTA_DEPOSITO_A_VISTA", "subtype": "INDIVIDUAL", "currency": "BRL"});
    serve(server, "/accounts/v2/accounts/1", 200, json!({"data": detail})).await;
    let balances = json!({"availableAmount": money("-10.55"), "blockedAmount": money("0.55")});
    serve(server, "/accounts/v2/accounts/1/balances", 200, json!({"data": balances})).await;
    let limits = json!({"overdraftContractedLimit": money("99.99")});
    serve(server, "/accounts/v2/accounts/1/overdraft-limits", 200, json!({"data": limits})).await;
}

#[tokio::test]
async fn accounts_come_with_detail_balance_and_limits() {
    let server = MockServer::start().await;
    bank_with_account(&server).await;
    let readings = connector(&server.uri(), tight()).accounts(&access(&server.uri())).await.unwrap();
    let reading = &readings[0];
    assert_eq!(reading.account.public_identification_value.as_deref(), Some("6272/94088392-4"));
    assert_eq!(reading.account.balance.current.unwrap().to_string(), "-10.00");
    assert_eq!(reading.account.overdraft.as_ref().unwrap().arranged.to_string(), "99.99");
    assert_eq!(reading.balance.as_ref().unwrap().content.available.to_string(), "-10.55");
}

#[tokio::test]
async fn what_is_not_consented_is_not_asked_for() {
    let server = MockServer::start().await;
    bank_with_account(&server).await;
    let only = Access { permissions: [Permission::AccountsRead].into_iter().collect(), ..access(&server.uri()) };
    let connector = connector(&server.uri(), tight());
    let readings = connector.accounts(&only).await.unwrap();
    assert!(readings[0].balance.is_none() && readings[0].account.balance.current.is_none());
    let calls = server.received_requests().await.unwrap();
    assert!(calls.iter().all(|call| !call.url.path().ends_with("balances") && !call.url.path().ends_with("limits")));
    let before = calls.len();
    for error in [
        connector.owners(&only).await.unwrap_err(),
        connector.balance(&only, "1").await.unwrap_err(),
        connector.resources(&only).await.unwrap_err(),
        connector.transactions_page(&only, "1", window(), None).await.unwrap_err(),
    ] {
        assert!(matches!(error, ConnectorError::Unsupported(_)), "{error}");
    }
    assert_eq!(server.received_requests().await.unwrap().len(), before);
}

#[tokio::test]
async fn a_bank_without_the_api_is_unsupported() {
    let mut access = access("http://127.0.0.1:9");
    access.institution.endpoints.clear();
    let connector = connector("http://127.0.0.1:9", tight());
    assert!(matches!(connector.accounts(&access).await, Err(ConnectorError::Unsupported("accounts"))));
    assert!(connector.resources(&access).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_account_blocked_meanwhile_is_left_out_and_a_failure_is_not() {
    let server = MockServer::start().await;
    let list = json!({"data": [account("9", "CONTA_POUPANCA"), account("1", "CONTA_DEPOSITO_A_VISTA")]});
    serve(&server, "/accounts/v2/accounts", 200, list).await;
    let blocked = json!({"errors": [{"code": "STATUS_RESOURCE_TEMPORARILY_UNAVAILABLE"}]});
    serve(&server, "/accounts/v2/accounts/9", 403, blocked).await;
    bank_with_account(&server).await;
    let connector = connector(&server.uri(), tight());
    let readings = connector.accounts(&access(&server.uri())).await.unwrap();
    assert_eq!(readings.len(), 1);
    server.reset().await;
    serve(&server, "/accounts/v2/accounts", 200, json!({"data": [account("1", "CONTA_POUPANCA")]})).await;
    serve(&server, "/accounts/v2/accounts/1", 401, json!({})).await;
    assert!(matches!(connector.accounts(&access(&server.uri())).await, Err(ConnectorError::Unauthorised)));
}

#[tokio::test]
async fn a_wrong_content_type_nulls_and_new_fields_are_forgiven() {
    let server = MockServer::start().await;
    let body = json!({"data": [account("1", "CONTA_NOVA")], "links": null, "meta": {"x": [1, {"y": null}]}, "novo": 1});
    let answer = ResponseTemplate::new(200).set_body_raw(body.to_string(), "text/html");
    Mock::given(path(format!("{ROOT}/accounts/v2/accounts"))).respond_with(answer).mount(&server).await;
    let detail = json!({"type": null, "subtype": null, "currency": null, "numero": {"a": 1}});
    serve(&server, "/accounts/v2/accounts/1", 200, json!({"data": detail})).await;
    serve(&server, "/accounts/v2/accounts/1/balances", 404, json!({})).await;
    let readings = connector(&server.uri(), tight()).accounts(&access(&server.uri())).await.unwrap();
    let account = &readings[0].account;
    assert_eq!(account.category, Some(AccountCategory::Uncategorized));
    assert_eq!((account.kind.as_str(), account.currency.as_str()), ("CONTA_NOVA", "BRL"));
    assert!(readings[0].balance.is_none());
}

#[tokio::test]
async fn transactions_with_new_words_come_through() {
    let server = MockServer::start().await;
    let mut item = transaction("a");
    item["type"] = "DREX".into();
    item["creditDebitType"] = "TALVEZ".into();
    item["novo"] = json!({"a": [1]});
    let body = json!({"data": [item], "links": {"next": ""}});
    serve(&server, "/accounts/v2/accounts/1/transactions", 200, body).await;
    let connector = connector(&server.uri(), tight());
    let page = connector.transactions_page(&access(&server.uri()), "1", window(), None).await.unwrap();
    assert!(page.next.is_none());
    assert_eq!(page.items[0].content.operation_type, "DREX");
    assert_eq!(page.items[0].content.direction, None);
}

#[tokio::test]
async fn an_owner_stands_even_when_the_rest_is_refused() {
    let server = MockServer::start().await;
    let person = json!({"personalId": "p", "civilName": "Ralph Bragg", "documents": {"cpfNumber": "76109277673"}});
    serve(&server, "/customers/v2/personal/identifications", 200, json!({"data": [person]})).await;
    serve(&server, "/customers/v2/personal/qualifications", 403, json!({})).await;
    serve(&server, "/customers/v2/personal/financial-relations", 404, json!({})).await;
    let connector = connector(&server.uri(), tight());
    let owners = connector.owners(&access(&server.uri())).await.unwrap();
    assert_eq!(owners[0].bank_key(), "p");
    assert!(matches!(&owners[0].content, OwnerContent::Individual(owner) if owner.financial_profile.is_none()));
}

#[tokio::test]
async fn an_owner_is_not_made_of_half_an_answer() {
    let server = MockServer::start().await;
    let person = json!({"personalId": "p", "civilName": "Ralph Bragg"});
    serve(&server, "/customers/v2/personal/identifications", 200, json!({"data": [person]})).await;
    serve(&server, "/customers/v2/personal/qualifications", 500, json!({})).await;
    let error = connector(&server.uri(), tight()).owners(&access(&server.uri())).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unavailable { status: 500, .. }), "{error}");
}

#[tokio::test]
async fn a_company_is_asked_for_by_the_companys_permissions() {
    let server = MockServer::start().await;
    let company = json!({"businessId": "b", "companyName": "Bragg Ltda", "cnpjNumber": "50685362006773"});
    serve(&server, "/customers/v2/business/identifications", 200, json!({"data": [company]})).await;
    serve(&server, "/customers/v2/business/qualifications", 200, json!({"data": {}})).await;
    serve(&server, "/customers/v2/business/financial-relations", 200, json!({"data": {}})).await;
    let permissions = PermissionSet::for_categories(&[Category::Register], true);
    let access = Access { permissions, ..access(&server.uri()) };
    let owners = connector(&server.uri(), tight()).owners(&access).await.unwrap();
    assert_eq!(owners[0].display_name(), "Bragg Ltda");
    assert!(matches!(&owners[0].content, OwnerContent::Business(owner) if owner.financial_relation.is_some()));
}

#[tokio::test]
async fn a_bank_that_gathers_is_waited_for_but_not_for_ever() {
    let server = MockServer::start().await;
    let at = format!("{ROOT}/resources/v3/resources");
    Mock::given(path(&at)).respond_with(ResponseTemplate::new(202)).up_to_n_times(2).mount(&server).await;
    let item = json!({"resourceId": "1", "type": "ACCOUNT", "status": "PENDING_AUTHORISATION"});
    serve(&server, "/resources/v3/resources", 200, json!({"data": [item]})).await;
    let connector = connector(&server.uri(), tight());
    let resources = connector.resources(&access(&server.uri())).await.unwrap();
    assert_eq!(resources[0].status, SharedResourceStatus::PendingAuthorisation);
    server.reset().await;
    Mock::given(path(&at)).respond_with(ResponseTemplate::new(202)).mount(&server).await;
    let error = connector.resources(&access(&server.uri())).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unavailable { status: 202, .. }), "{error}");
    assert!(error.is_transient());
}
