//! The sandbox bank, failing on command.

use std::time::Duration;

use vinculo_connector::{Connector, ConnectorError, OpenFinance, ProtocolError};
use vinculo_domain::ErrorCode;

use super::browser;
use super::network::{Network, RALPH, Visit, find, pending, year};

#[tokio::test]
async fn failures_while_the_consent_is_made_name_themselves() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &connector, institution: institution.clone(), who: RALPH };
    let consent = visit.consent().await;
    for (step, kind, code) in [
        ("par", "status:500", ErrorCode::InstitutionUnavailable),
        ("par", "garbage", ErrorCode::UnexpectedError),
        ("par", "deep", ErrorCode::UnexpectedError),
        ("par", "huge", ErrorCode::UnexpectedError),
        ("par", "status:429", ErrorCode::InstitutionUnavailable),
    ] {
        network.force(step, kind, Some(1)).await;
        let error = connector.authorize(&institution, &visit.request(&consent)).await.unwrap_err();
        assert_eq!(error.code(), code, "{step} {kind}: {error}");
    }
    visit.authorize(&consent).await;
}

#[tokio::test]
async fn the_last_good_discovery_document_serves_a_day_of_outage_and_no_longer() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &connector, institution: institution.clone(), who: RALPH };
    let consent = visit.consent().await;
    let consent_read = async || connector.consent(&institution, &consent.bank_consent_id).await;
    network.force("discovery", "status:503", None).await;
    network.clock.pass(16);
    consent_read().await.expect("the copy serves");
    network.clock.pass(12 * 60);
    consent_read().await.expect("the copy serves again: use has not made it older");
    network.clock.pass(24 * 60);
    let error = consent_read().await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unavailable { status: 503, .. }), "{error}");

    // A wrong document is no outage.
    network.relent().await;
    consent_read().await.unwrap();
    network.force("discovery", "garbage", None).await;
    network.clock.pass(16);
    let error = consent_read().await.unwrap_err();
    assert!(matches!(error, ConnectorError::Protocol(ProtocolError::Discovery(_))), "{error}");
}

#[tokio::test]
async fn reading_goes_on_after_a_failure_and_ends_when_it_lasts() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &connector, institution: institution.clone(), who: RALPH };
    let (consent, tokens) = visit.connect().await;
    let access = visit.access(&consent, &tokens);
    for step in ["accounts", "account", "balances", "overdraft-limits"] {
        network.force(step, "status:503", Some(1)).await;
        connector.accounts(&access).await.unwrap_or_else(|error| panic!("{step}: {error}"));
    }
    for (step, kind) in [("accounts", "garbage"), ("account", "deep"), ("balances", "huge")] {
        network.force(step, kind, Some(1)).await;
        let error = connector.accounts(&access).await.unwrap_err();
        assert!(matches!(error, ConnectorError::Protocol(_)), "{step} {kind}: {error}");
    }
    network.force("consents:read", "status:529", Some(1)).await;
    network.relent().await;
    network.force("identifications", "status:500", None).await;
    let error = connector.owners(&access).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unavailable { status: 500, .. }), "{error}");
}

#[tokio::test]
async fn endless_pages_end() {
    let network = Network::start().await;
    let mut settings = network.settings();
    settings.limits.pages = 5;
    let connector = OpenFinance::new(settings).unwrap();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &connector, institution, who: RALPH };
    let (consent, tokens) = visit.connect().await;
    let access = visit.access(&consent, &tokens);
    let account = connector.accounts(&access).await.unwrap().remove(0).account.internal_identification;
    network.force("transactions", "endless_pages", None).await;
    let mut next = None;
    let error = loop {
        match connector.transactions_page(&access, &account, year(), next.as_ref()).await {
            Ok(page) => next = Some(page.next.expect("endless")),
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error, ConnectorError::Protocol(ProtocolError::TooManyPages { .. } | ProtocolError::PageLoop)),
        "{error}"
    );
}

#[tokio::test]
async fn a_bank_that_hangs_or_drips_is_left_in_time() {
    let network = Network::start().await;
    let patient = network.connector();
    let institution = find(&patient, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &patient, institution, who: RALPH };
    let (consent, tokens) = visit.connect().await;
    let access = visit.access(&consent, &tokens);
    let mut settings = network.settings();
    settings.limits.call_time = Duration::from_millis(300);
    let hasty = OpenFinance::new(settings).unwrap();
    for kind in ["hang", "drip"] {
        network.force("accounts", kind, Some(1)).await;
        let error = hasty.accounts(&access).await.unwrap_err();
        assert!(matches!(error, ConnectorError::Timeout), "{kind}: {error}");
    }
}

#[tokio::test]
async fn a_failure_at_the_token_endpoint_leaves_the_choice_to_the_caller() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &connector, institution: institution.clone(), who: RALPH };
    let authorization = visit.authorize(&visit.consent().await).await;
    let answer = browser::visit(&authorization.url, RALPH.login, true).await.good();
    network.force("token:authorization_code", "status:500", Some(1)).await;
    let error = connector.exchange(&institution, &pending(&authorization), &answer).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unavailable { status: 500, .. }) && error.is_transient(), "{error}");
    connector.exchange(&institution, &pending(&authorization), &answer).await.unwrap();
}

#[tokio::test]
async fn tokens_and_data_never_go_over_plain_http() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &connector, institution, who: RALPH };
    let (consent, tokens) = visit.connect().await;
    let thief = wiremock::MockServer::start().await;
    let mut access = visit.access(&consent, &tokens);
    for endpoint in &mut access.institution.endpoints {
        let path = endpoint.url.split("/open-banking").nth(1).unwrap();
        endpoint.url = format!("{}/open-banking{path}", thief.uri());
    }
    assert!(connector.accounts(&access).await.is_err());
    assert!(connector.owners(&access).await.is_err());
    assert!(connector.revoke(&access.institution, &consent.bank_consent_id).await.is_err());
    assert!(thief.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_stranger_without_our_certificate_gets_nothing() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let mut settings = network.settings();
    // Another authority is trusted, so the bank is a stranger to us.
    settings.identity.authorities_pem = other_authority(&network).await;
    let stranger = OpenFinance::new(settings).unwrap();
    let error = stranger.consent(&institution, "urn:mockbank:1").await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unreachable(_)), "{error}");
}

async fn other_authority(network: &Network) -> String {
    let other = Network::start().await;
    assert_ne!(other.kit.ca_pem, network.kit.ca_pem);
    other.kit.ca_pem.clone()
}
