//! Institutions given by the settings, beside a directory and without one.

use vinculo_connector::{Connector, ConnectorError, FixedInstitution, OpenFinance, OwnIdentity};
use vinculo_domain::Institution;

use super::network::{Network, RALPH, Visit, find};

/// The main bank as somebody would write it into the settings.
pub(super) async fn described(network: &Network) -> Institution {
    let institution = find(&network.connector(), "ofmockbank_br_retail").await;
    Institution {
        code: "ofmine_br_retail".parse().unwrap(),
        display_name: "Banco meu".to_owned(),
        authorization_server_id: institution.discovery_url.clone(),
        ..institution
    }
}

/// A registration's client id at the main bank.
async fn client_id(network: &Network) -> String {
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    connector.update_registration(&institution).await.unwrap()
}

fn with(network: &Network, fixed: FixedInstitution) -> OpenFinance {
    let mut settings = network.settings();
    settings.fixed.push(fixed);
    OpenFinance::new(settings).unwrap()
}

#[tokio::test]
async fn an_institution_of_the_settings_stands_beside_those_of_the_directory_and_wins_over_its_namesake() {
    let network = Network::start().await;
    let mine = described(&network).await;
    let namesake = Institution { code: "ofmockbank_br_retail".parse().unwrap(), ..mine.clone() };
    let mut settings = network.settings();
    let fixed = |institution| FixedInstitution {
        institution,
        client_id: None,
        authorities_pem: None,
        own: OwnIdentity::default(),
    };
    settings.fixed = vec![fixed(mine), fixed(namesake)];
    let all = OpenFinance::new(settings).unwrap().institutions().await.unwrap();
    let names = |code: &str| {
        let found = all.iter().filter(|i| i.code.as_str() == code);
        found.map(|i| i.display_name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names("ofmine_br_retail"), ["Banco meu"]);
    assert_eq!(names("ofmockbank_br_retail"), ["Banco meu"]);
    assert_eq!(names("ofmockbank_br_business"), ["Mock Bank"]);
}

#[tokio::test]
async fn without_a_directory_a_known_client_id_is_enough_for_the_whole_journey() {
    let network = Network::start().await;
    let client_id = client_id(&network).await;
    let registered = network.registrations.count();
    let mut settings = network.settings();
    settings.directory = None;
    let institution = described(&network).await;
    settings.fixed = vec![FixedInstitution {
        institution,
        client_id: Some(client_id),
        authorities_pem: None,
        own: OwnIdentity::default(),
    }];
    let connector = OpenFinance::new(settings).unwrap();
    let institution = find(&connector, "ofmine_br_retail").await;
    let visit = Visit { connector: &connector, institution, who: RALPH };
    let (consent, tokens) = visit.connect().await;
    assert!(!connector.accounts(&visit.access(&consent, &tokens)).await.unwrap().is_empty());
    assert_eq!(network.registrations.count(), registered, "nobody registered");
}

#[tokio::test]
async fn without_a_directory_and_a_client_id_there_is_no_way_in() {
    let network = Network::start().await;
    let mut settings = network.settings();
    settings.directory = None;
    let institution = described(&network).await;
    let fixed = FixedInstitution {
        institution: institution.clone(),
        client_id: None,
        authorities_pem: None,
        own: OwnIdentity::default(),
    };
    settings.fixed = vec![fixed];
    let error = OpenFinance::new(settings).unwrap().consent(&institution, "urn:x:1").await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unsupported(_)), "{error}");
}

#[tokio::test]
async fn what_one_institution_trusts_is_trusted_there_only() {
    let network = Network::start().await;
    let other = rcgen::generate_simple_self_signed(vec!["other".to_owned()]).unwrap().cert.pem();
    let client_id = client_id(&network).await;
    let institution = described(&network).await;
    let fixed = |authorities_pem| FixedInstitution {
        institution: institution.clone(),
        client_id: Some(client_id.clone()),
        authorities_pem,
        own: OwnIdentity::default(),
    };
    // Its own anchors replace ours.
    let connector = with(&network, fixed(Some(other.clone())));
    let error = connector.consent(&institution, "urn:mockbank:1").await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unreachable(_)), "{error}");
    let namesake = find(&connector, "ofmockbank_br_retail").await;
    Visit { connector: &connector, institution: namesake, who: RALPH }.consent().await;

    // And ours are not needed there.
    let mut settings = network.settings();
    settings.fixed.push(fixed(Some(network.kit.ca_pem.clone())));
    settings.identity.authorities_pem = other;
    let connector = OpenFinance::new(settings).unwrap();
    Visit { connector: &connector, institution, who: RALPH }.consent().await;
}

#[tokio::test]
async fn the_token_endpoint_of_the_directory_is_found_by_its_discovery_document() {
    let network = Network::start().await;
    let mut settings = network.settings();
    let issuer = &network.kit.directory_issuer;
    settings.directory.as_mut().unwrap().token_url =
        format!("{issuer}/.well-known/openid-configuration").parse().unwrap();
    let connector = OpenFinance::new(settings).unwrap();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    Visit { connector: &connector, institution, who: RALPH }.consent().await;
    assert_eq!(network.registrations.count(), 1);
}
