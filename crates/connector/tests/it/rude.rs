//! Banks that break, hang, refuse, or talk nonsense.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use vinculo_connector::{Connector, ConnectorError, Limits, ProtocolError};
use vinculo_domain::ErrorCode;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{access, connector, tight, window};

const BALANCES: &str = "/open-banking/accounts/v2/accounts/1/balances";

fn good() -> ResponseTemplate {
    let money = |amount: &str| json!({"amount": amount, "currency": "BRL"});
    ResponseTemplate::new(200).set_body_json(json!({"data": {
        "availableAmount": money("10.00"), "blockedAmount": money("0.00"), "automaticallyInvestedAmount": money("0.00"),
        "updateDateTime": "2026-02-10T12:29:03Z",
    }}))
}

/// Asks a bank that always gives `answer` for a balance; returns the error and the number of calls it took.
async fn asked(answer: ResponseTemplate) -> (ConnectorError, usize) {
    let server = MockServer::start().await;
    Mock::given(method("GET")).and(path(BALANCES)).respond_with(answer).mount(&server).await;
    let error = connector(&server.uri(), tight()).balance(&access(&server.uri()), "1").await.unwrap_err();
    (error, server.received_requests().await.unwrap().len())
}

/// Asks a bank that gives `first` once and then answers well; returns the number of calls.
async fn asked_again(first: ResponseTemplate) -> usize {
    let server = MockServer::start().await;
    Mock::given(path(BALANCES)).respond_with(first).up_to_n_times(1).mount(&server).await;
    Mock::given(path(BALANCES)).respond_with(good()).mount(&server).await;
    connector(&server.uri(), tight()).balance(&access(&server.uri()), "1").await.unwrap();
    server.received_requests().await.unwrap().len()
}

/// A server that sends `bytes` to everyone who asks, and then either hangs or closes.
async fn raw_server(bytes: Vec<u8>, hang: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let bytes = bytes.clone();
            tokio::spawn(async move {
                let _ = socket.read(&mut [0; 4096]).await;
                let _ = socket.write_all(&bytes).await;
                if hang {
                    std::future::pending::<()>().await;
                }
            });
        }
    });
    format!("http://{address}")
}

async fn asked_raw(bytes: &str, hang: bool, limits: Limits) -> ConnectorError {
    let server = raw_server(bytes.as_bytes().to_vec(), hang).await;
    connector(&server, limits).balance(&access(&server), "1").await.unwrap_err()
}

#[tokio::test]
async fn garbage_is_a_broken_protocol_and_is_not_asked_for_again() {
    let bodies = [
        "{\"data\":",
        "nonsense",
        "<html><body>Manutenção</body></html>",
        "[]",
        "{}",
        "null",
        "{\"data\":null}",
        "{\"data\":\"ok\"}",
        "{\"data\":{}}",
        "{\"data\":[]}",
    ];
    for body in bodies {
        let (error, calls) = asked(ResponseTemplate::new(200).set_body_string(body)).await;
        assert!(matches!(error, ConnectorError::Protocol(ProtocolError::Unreadable(_))), "{body}: {error}");
        assert_eq!((calls, error.code()), (1, ErrorCode::UnexpectedError), "{body}");
        assert!(!error.is_transient());
    }
}

#[tokio::test]
async fn nothing_at_all_is_empty() {
    for status in [200, 204] {
        let (error, _) = asked(ResponseTemplate::new(status)).await;
        assert!(matches!(error, ConnectorError::Protocol(ProtocolError::Empty)), "{error}");
    }
}

#[tokio::test]
async fn errors_do_not_quote_what_the_bank_said() {
    let body = r#"{"data":{"availableAmount":{"amount":"CPF 76109277673","currency":"BRL"}}}"#;
    let (error, _) = asked(ResponseTemplate::new(200).set_body_string(body)).await;
    assert!(!format!("{error} {error:?}").contains("761092"), "{error:?}");
    let body = r#"{"errors":[{"code":"CPF 76109277673","title":"Ralph"}]}"#;
    let (error, _) = asked(ResponseTemplate::new(403).set_body_string(body)).await;
    assert!(!format!("{error} {error:?}").contains("761092"), "{error:?}");
}

#[tokio::test]
async fn a_deep_answer_is_refused() {
    let body = format!("{{\"data\":{}{}}}", "[".repeat(100_000 / 4), "]".repeat(100_000 / 4));
    let (error, _) = asked(ResponseTemplate::new(200).set_body_string(body)).await;
    assert!(matches!(error, ConnectorError::Protocol(ProtocolError::Unreadable(_))), "{error}");
}

#[tokio::test]
async fn a_large_answer_is_cut_off_announced_or_not() {
    let (error, calls) = asked(ResponseTemplate::new(200).set_body_string("x".repeat(65 << 10))).await;
    assert!(matches!(error, ConnectorError::Protocol(ProtocolError::TooLarge { limit_bytes: 65_536 })), "{error}");
    assert_eq!(calls, 1);
    let chunks = format!("8000\r\n{}\r\n", "x".repeat(0x8000)).repeat(3);
    let endless = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunks}");
    let error = asked_raw(&endless, true, tight()).await;
    assert!(matches!(error, ConnectorError::Protocol(ProtocolError::TooLarge { .. })), "{error}");
}

#[tokio::test]
async fn a_slow_answer_ends_in_time() {
    let limits = || Limits { call_time: Duration::from_millis(80), ..tight() };
    let beginnings = ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"da"];
    for bytes in beginnings {
        let error = asked_raw(bytes, true, limits()).await;
        assert!(matches!(error, ConnectorError::Timeout), "{bytes}: {error}");
        assert_eq!(error.code(), ErrorCode::RequestTimeout);
        assert!(error.is_transient());
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_may_have_counted() {
    let beginnings =
        ["", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\":{}}", "SSH-2.0-OpenSSH_9.6\r\n"];
    for bytes in beginnings {
        let error = asked_raw(bytes, false, tight()).await;
        assert!(matches!(error, ConnectorError::Broken(_)), "{bytes}: {error:?}");
        assert_eq!(error.code(), ErrorCode::InstitutionDown);
        assert!(!format!("{error}").contains("/accounts/1"), "{error}");
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    // Port 9 of the discard service: nothing listens there.
    let error = connector("http://127.0.0.1:9", tight()).balance(&access("http://127.0.0.1:9"), "1").await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unreachable(_)), "{error}");
}

#[tokio::test]
async fn passing_failures_are_asked_again_with_fresh_interaction_ids() {
    for status in [500, 502, 503, 504, 529] {
        assert_eq!(asked_again(ResponseTemplate::new(status)).await, 2, "{status}");
    }
    let server = MockServer::start().await;
    Mock::given(path(BALANCES)).respond_with(ResponseTemplate::new(503)).mount(&server).await;
    connector(&server.uri(), tight()).balance(&access(&server.uri()), "1").await.unwrap_err();
    let requests = server.received_requests().await.unwrap();
    let ids: Vec<String> =
        requests.iter().map(|request| request.headers["x-fapi-interaction-id"].to_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| vinculo_fapi::interaction_id::InteractionId::parse(id).is_some()));
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
    assert_eq!(requests[0].headers["authorization"], "Bearer token-of-the-test");
}

#[tokio::test]
async fn lasting_failures_end() {
    for status in [500, 529] {
        let (error, calls) = asked(ResponseTemplate::new(status)).await;
        assert!(matches!(error, ConnectorError::Unavailable { status: s, .. } if s == status), "{error}");
        assert_eq!((calls, error.code()), (3, ErrorCode::InstitutionUnavailable));
        assert!(error.is_transient());
    }
}

#[tokio::test]
async fn a_bank_that_wants_to_be_left_alone_is_left_alone() {
    let limited = |seconds: &str| ResponseTemplate::new(429).insert_header("Retry-After", seconds);
    assert_eq!(asked_again(limited("0")).await, 2);
    let (error, calls) = asked(limited("3600")).await;
    assert!(matches!(error, ConnectorError::RateLimited { .. }), "{error}");
    assert_eq!((error.retry_after(), calls), (Some(Duration::from_secs(3600)), 1));
    let (error, calls) = asked(limited("Thu, 01 Jan 2099 00:00:00 GMT")).await;
    assert_eq!((error.retry_after(), calls), (Some(Duration::from_secs(24 * 3600)), 1));
    let (error, calls) = asked(ResponseTemplate::new(503).insert_header("Retry-After", "60")).await;
    assert_eq!((error.retry_after(), calls), (Some(Duration::from_secs(60)), 1));
}

#[tokio::test]
async fn refusals_are_told_apart_and_not_asked_again() {
    let body = |code: &str| json!({"errors": [{"code": code, "title": "t", "detail": "d"}]});
    let (error, calls) = asked(ResponseTemplate::new(401)).await;
    assert!(matches!(error, ConnectorError::Unauthorised) && calls == 1, "{error}");
    let (error, calls) = asked(ResponseTemplate::new(423)).await;
    assert!(matches!(error, ConnectorError::LimitReached) && calls == 1, "{error}");
    let (error, calls) = asked(ResponseTemplate::new(404)).await;
    assert!(matches!(error, ConnectorError::NotFound) && calls == 1, "{error}");
    let (error, calls) = asked(ResponseTemplate::new(406).set_body_json(body("X"))).await;
    assert!(matches!(&error, ConnectorError::Refused { status: 406, code: Some(c) } if c == "X") && calls == 1);
    for (code, transient) in [
        ("STATUS_RESOURCE_TEMPORARILY_UNAVAILABLE", true),
        ("STATUS_RESOURCE_TEMPORARY_UNAVAILABLE", true),
        ("STATUS_RESOURCE_UNAVAILABLE", false),
        ("STATUS_RESOURCE_PENDING_AUTHORISATION", false),
    ] {
        let (error, calls) = asked(ResponseTemplate::new(403).set_body_json(body(code))).await;
        assert!(matches!(&error, ConnectorError::Forbidden { code: Some(c) } if c == code), "{error}");
        assert_eq!((error.is_transient(), calls), (transient, 1), "{code}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = MockServer::start().await;
    let (error, _) = asked(ResponseTemplate::new(302).insert_header("location", elsewhere.uri())).await;
    assert!(matches!(error, ConnectorError::Protocol(ProtocolError::Status(302))), "{error}");
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_directory_of_garbage_or_without_end_gives_no_institutions() {
    for (body, large) in [("{}".to_owned(), false), ("<html>".to_owned(), false), ("x".repeat(65 << 10), true)] {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_string(body);
        Mock::given(path("/participants")).respond_with(answer).mount(&server).await;
        let error = connector(&server.uri(), tight()).institutions().await.unwrap_err();
        match error {
            ConnectorError::Protocol(ProtocolError::TooLarge { .. }) => assert!(large),
            ConnectorError::Protocol(ProtocolError::Unreadable(_)) => assert!(!large),
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn an_id_that_would_lead_elsewhere_is_refused() {
    let server = MockServer::start().await;
    let connector = connector(&server.uri(), tight());
    let access = access(&server.uri());
    for id in ["", ".", "..", "a/b", "a/../b", "a?b", "a#b", "a%2fb", "a\\b", "a b", "a\nb"] {
        let error = connector.balance(&access, id).await.unwrap_err();
        assert!(matches!(error, ConnectorError::Protocol(_)), "{id}");
        assert!(connector.transactions_page(&access, id, window(), None).await.is_err(), "{id}");
        assert!(connector.revoke(&access.institution, id).await.is_err(), "{id}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_discovery_document_of_another_issuer_stops_everything() {
    let server = MockServer::start().await;
    let document = json!({"issuer": "https://evil.br", "token_endpoint": "https://evil.br/token"});
    let answer = ResponseTemplate::new(200).set_body_json(document);
    Mock::given(path("/.well-known/openid-configuration")).respond_with(answer).mount(&server).await;
    let error = connector(&server.uri(), tight()).consent(&access(&server.uri()).institution, "urn:b:1").await;
    assert!(matches!(error, Err(ConnectorError::Protocol(ProtocolError::Discovery(_)))));
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}
