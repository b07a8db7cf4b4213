//! Consents, the visit to the bank, and answers that must be refused.

use secrecy::{ExposeSecret, SecretString};
use url::Url;
use vinculo_connector::{Answer, Connector, ConnectorError, IdTokenError, NewConsent, Pending};
use vinculo_domain::{Category, ConsentStatus, Identification, PermissionSet};

use super::browser;
use super::network::{Network, RALPH, Visit, find, pending, with_last_changed};

#[tokio::test]
async fn the_directory_lists_every_brand() {
    let network = Network::start().await;
    let all = network.connector().institutions().await.unwrap();
    let codes: Vec<&str> = all.iter().map(|institution| institution.code.as_str()).collect();
    assert!(codes.contains(&"ofmockbank_br_retail") && codes.contains(&"ofmockbank_br_business"), "{codes:?}");
    assert!(codes.contains(&"ofgirassolpagamentos_br_retail") && codes.contains(&"ofcardumeempresas_br_business"));
    assert!(!codes.contains(&"ofgirassolpagamentos_br_business"));
    assert!(codes.is_sorted());
    let mock = all.iter().find(|institution| institution.code.as_str() == "ofmockbank_br_retail").unwrap();
    assert_eq!((mock.display_name.as_str(), mock.primary_color.as_str()), ("Mock Bank", "#016FD0"));
    assert_eq!(mock.popularity, Some(1));
    assert!(mock.logo.as_deref().is_some_and(|logo| logo.ends_with(".svg")));
    assert!(mock.api_base("accounts", 2).is_some_and(|base| base.starts_with("https://")));
}

#[tokio::test]
async fn a_consent_is_created_authorised_used_and_revoked() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &connector, institution: institution.clone(), who: RALPH };
    let consent = visit.consent().await;
    assert_eq!(consent.status, ConsentStatus::AwaitingAuthorisation);
    assert!(consent.bank_consent_id.starts_with("urn:"));
    let authorization = visit.authorize(&consent).await;
    let query: Vec<String> =
        Url::parse(&authorization.url).unwrap().query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(query, ["client_id", "request_uri"]);
    assert!(authorization.scopes.contains(&format!("consent:{}", consent.bank_consent_id)));

    let fragment = browser::visit(&authorization.url, RALPH.login, true).await;
    assert_eq!(fragment.get("state"), Some(authorization.state.expose_secret()));
    let answer = fragment.good();
    let tokens = connector.exchange(&institution, &pending(&authorization), &answer).await.unwrap();
    assert!(tokens.refresh_token.is_some());
    let read = connector.consent(&institution, &consent.bank_consent_id).await.unwrap();
    assert_eq!(read.status, ConsentStatus::Authorised);
    assert_eq!(read.permissions, consent.permissions);

    // The code is used up.
    let again = connector.exchange(&institution, &pending(&authorization), &answer).await.unwrap_err();
    assert!(matches!(again, ConnectorError::InvalidGrant), "{again}");
}

#[tokio::test]
async fn after_revocation_nothing_is_read_and_revoking_again_is_fine() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &connector, institution: institution.clone(), who: RALPH };
    let (consent, tokens) = visit.connect().await;
    let access = visit.access(&consent, &tokens);
    connector.accounts(&access).await.unwrap();
    connector.revoke(&institution, &consent.bank_consent_id).await.unwrap();
    connector.revoke(&institution, &consent.bank_consent_id).await.unwrap();
    let read = connector.consent(&institution, &consent.bank_consent_id).await.unwrap();
    assert_eq!(read.status, ConsentStatus::Rejected);
    assert_eq!(read.rejection.unwrap().reason, "CUSTOMER_MANUALLY_REVOKED");
    let refused = connector.accounts(&access).await.unwrap_err();
    assert!(matches!(refused, ConnectorError::Unauthorised), "{refused}");
    let refused = connector.refresh(&institution, tokens.refresh_token.as_ref().unwrap()).await.unwrap_err();
    assert!(matches!(refused, ConnectorError::InvalidGrant), "{refused}");
    connector.revoke(&institution, "urn:mockbank:00000000-0000-0000-0000-000000000000").await.unwrap();
}

#[tokio::test]
async fn a_denial_comes_back_as_an_error() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &connector, institution: institution.clone(), who: RALPH };
    let consent = visit.consent().await;
    let authorization = visit.authorize(&consent).await;
    let fragment = browser::visit(&authorization.url, RALPH.login, false).await;
    assert_eq!(fragment.get("error"), Some("access_denied"));
    assert_eq!(fragment.get("state"), Some(authorization.state.expose_secret()));
    let read = connector.consent(&institution, &consent.bank_consent_id).await.unwrap();
    assert_eq!(read.status, ConsentStatus::Rejected);
    assert_eq!(read.rejection.unwrap().reason, "CUSTOMER_MANUALLY_REJECTED");
}

/// Every wrong answer is refused before the code leaves us: afterwards the right one still works.
#[tokio::test]
async fn a_wrong_answer_never_uses_the_code_up() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &connector, institution: institution.clone(), who: RALPH };
    let consent = visit.consent().await;
    let authorization = visit.authorize(&consent).await;
    let good = browser::visit(&authorization.url, RALPH.login, true).await.good();
    let expected = pending(&authorization);
    // An answer of another visit: right in itself, meant for somebody else.
    let other = visit.authorize(&visit.consent().await).await;
    let foreign = browser::visit(&other.url, RALPH.login, true).await.good();

    let changed = with_last_changed;
    let other_state = Pending { state: changed(&expected.state), ..expected.clone() };
    let other_nonce = Pending { nonce: changed(&expected.nonce), ..expected.clone() };
    let other_code = Answer { code: foreign.code.clone(), ..good.clone() };
    let spoilt_code = Answer { code: changed(&good.code), ..good.clone() };
    let plain = Answer { id_token: SecretString::from("eyJhbGciOiJub25lIn0.e30."), ..good.clone() };
    let empty = Answer { id_token: SecretString::from(""), ..good.clone() };
    let cases = [
        (&other_state, &good, IdTokenError::StateHash),
        (&other_nonce, &good, IdTokenError::Nonce),
        (&expected, &foreign, IdTokenError::Nonce),
        (&expected, &other_code, IdTokenError::CodeHash),
        (&expected, &spoilt_code, IdTokenError::CodeHash),
        (&expected, &plain, IdTokenError::Encryption),
        (&expected, &empty, IdTokenError::Encryption),
    ];
    for (number, (pending, answer, wanted)) in cases.into_iter().enumerate() {
        let error = connector.exchange(&institution, pending, answer).await.unwrap_err();
        assert!(matches!(error, ConnectorError::IdToken(got) if got == wanted), "case {number}: {error}");
    }
    // Another bank's issuer and keys.
    let aurora = find(&connector, "ofbancoaurora_br_retail").await;
    assert!(connector.exchange(&aurora, &expected, &good).await.is_err());
    connector.exchange(&institution, &expected, &good).await.unwrap();
}

#[tokio::test]
async fn a_consent_that_breaks_the_banks_rules_is_refused_with_its_code() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let new = NewConsent {
        identification: Identification { cpf: RALPH.cpf.parse().unwrap(), name: "Ralph".to_owned(), company: None },
        permissions: PermissionSet::for_categories(&[Category::Accounts], false),
        expires_at: Some("2020-01-01T00:00:00Z".parse().unwrap()),
    };
    let error = connector.create_consent(&institution, &new).await.unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Refused { status: 422, code: Some(c) } if c == "DATA_EXPIRACAO_INVALIDA"),
        "{error}"
    );
}

#[tokio::test]
async fn we_register_once_at_a_bank_however_many_come_and_however_often_we_start() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &connector, institution: institution.clone(), who: RALPH };
    tokio::join!(visit.consent(), visit.consent(), visit.consent());
    assert_eq!(network.registrations.count(), 1);
    let business = find(&connector, "ofmockbank_br_business").await;
    let restarted = network.connector();
    network.force("registration", "status:500", None).await;
    Visit { connector: &restarted, institution: business, who: super::network::ALICE }.consent().await;
    assert_eq!(network.registrations.count(), 1);
}

#[tokio::test]
async fn two_processes_that_register_together_end_with_one_client() {
    let network = Network::start().await;
    let (one, two) = (network.connector(), network.connector());
    let institution = find(&one, "ofmockbank_br_retail").await;
    let visit = |connector| Visit { connector, institution: institution.clone(), who: RALPH };
    let (first, second) = (visit(&one), visit(&two));
    let (consent, _) = tokio::join!(first.consent(), second.consent());
    // Both are the same client now: each sees the other's consent.
    two.consent(&institution, &consent.bank_consent_id).await.unwrap();
    assert_eq!(network.registrations.count(), 1);
}
