//! The registration at a bank: read, changed, deleted, and made again where the bank has forgotten it.

use secrecy::ExposeSecret as _;
use vinculo_connector::{Connector, ConnectorError, OpenFinance, OpenFinanceSettings};
use vinculo_domain::Institution;
use vinculo_fapi::keys::SigningKey;

use super::network::{CALLBACK, MOCK_BANK, Network, OTHER_CALLBACK, RALPH, Visit, find};

/// A connector with settings of its own, and the main bank.
async fn connector(network: &Network, change: impl FnOnce(&mut OpenFinanceSettings)) -> (OpenFinance, Institution) {
    let mut settings = network.settings();
    change(&mut settings);
    let connector = OpenFinance::new(settings).unwrap();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    (connector, institution)
}

/// Makes a consent: the first call to a bank for which we have to be registered.
async fn use_it(connector: &OpenFinance, institution: &Institution) {
    Visit { connector, institution: institution.clone(), who: RALPH }.consent().await;
}

#[tokio::test]
async fn a_registration_reads_the_same_twice_and_its_token_does_not_rotate() {
    let network = Network::start().await;
    let (connector, bank) = connector(&network, |_| {}).await;
    assert!(connector.registration(&bank).await.unwrap().is_none(), "nothing is registered before its first use");
    use_it(&connector, &bank).await;
    let kept = network.registrations.at(MOCK_BANK).unwrap();
    for _ in 0..2 {
        let read = connector.registration(&bank).await.unwrap().unwrap();
        assert_eq!(read.client_id, kept.client_id);
        assert_eq!(read.registration_client_uri, kept.registration_client_uri);
        assert_eq!(read.metadata.redirect_uris, [CALLBACK]);
        let (read, kept) = (read.registration_access_token.unwrap(), kept.registration_access_token.as_ref().unwrap());
        assert_eq!(read.expose_secret(), kept.expose_secret());
    }
}

#[tokio::test]
async fn other_redirect_uris_are_brought_to_the_bank_before_the_next_use() {
    let network = Network::start().await;
    let (first, bank) = connector(&network, |_| {}).await;
    use_it(&first, &bank).await;
    let before = network.registrations.at(MOCK_BANK).unwrap();
    let (second, bank) = connector(&network, |s| s.redirect_uris = vec![OTHER_CALLBACK.to_owned()]).await;
    use_it(&second, &bank).await;
    let after = network.registrations.at(MOCK_BANK).unwrap();
    assert_eq!(after.client_id, before.client_id, "changed, not made anew");
    assert_ne!(after.made_with, before.made_with);
    assert_eq!(second.registration(&bank).await.unwrap().unwrap().metadata.redirect_uris, [OTHER_CALLBACK]);
}

#[tokio::test]
async fn a_registration_made_with_other_keys_is_brought_up_to_date_once() {
    let network = Network::start().await;
    let (first, bank) = connector(&network, |_| {}).await;
    use_it(&first, &bank).await;
    let current = network.registrations.at(MOCK_BANK).unwrap().made_with;
    network.registrations.change(MOCK_BANK, |known| known.made_with = Some("other keys".to_owned()));
    let (second, bank) = connector(&network, |_| {}).await;
    use_it(&second, &bank).await;
    assert_eq!(network.registrations.at(MOCK_BANK).unwrap().made_with, current);
    // From now on the bank's registration endpoint is not needed.
    network.force("registration", "status:500", None).await;
    let (third, bank) = connector(&network, |_| {}).await;
    use_it(&third, &bank).await;
}

#[tokio::test]
async fn a_bank_that_cannot_change_the_registration_is_used_with_the_old_one() {
    let network = Network::start().await;
    let (first, bank) = connector(&network, |_| {}).await;
    use_it(&first, &bank).await;
    network.registrations.change(MOCK_BANK, |known| known.made_with = Some("other keys".to_owned()));
    network.force("registration", "status:500", None).await;
    let (second, bank) = connector(&network, |_| {}).await;
    use_it(&second, &bank).await;
    assert_eq!(network.registrations.at(MOCK_BANK).unwrap().made_with.as_deref(), Some("other keys"));
    assert!(second.update_registration(&bank).await.is_err(), "who asks for it hears the truth");
    network.relent().await;
    second.update_registration(&bank).await.unwrap();
    assert_ne!(network.registrations.at(MOCK_BANK).unwrap().made_with.as_deref(), Some("other keys"));
}

#[tokio::test]
async fn a_bank_that_forgot_us_is_registered_with_again_and_the_call_goes_through() {
    let network = Network::start().await;
    let (connector, bank) = connector(&network, |_| {}).await;
    use_it(&connector, &bank).await;
    let before = network.registrations.at(MOCK_BANK).unwrap();
    forget_at_the_bank(&before, &network).await;
    let visit = Visit { connector: &connector, institution: bank.clone(), who: RALPH };
    // The client's own token is still remembered here, and dead at the bank.
    let (consent, tokens) = visit.connect().await;
    assert_eq!(connector.consent(&bank, &consent.bank_consent_id).await.unwrap().rejection, None);
    assert!(tokens.refresh_token.is_some());
    let after = network.registrations.at(MOCK_BANK).unwrap();
    assert_ne!(after.client_id, before.client_id);
}

#[tokio::test]
async fn a_bank_that_has_moved_is_registered_with_at_its_new_address() {
    let network = Network::start().await;
    let (first, bank) = connector(&network, |_| {}).await;
    use_it(&first, &bank).await;
    let before = network.registrations.at(MOCK_BANK).unwrap();
    network.registrations.change(MOCK_BANK, |known| {
        known.registration_client_uri = Some("https://127.0.0.1:9/register/1".to_owned());
        known.made_with = Some("other keys".to_owned());
    });
    let (second, bank) = connector(&network, |_| {}).await;
    use_it(&second, &bank).await;
    let after = network.registrations.at(MOCK_BANK).unwrap();
    assert_eq!((&after.client_id, &after.made_with), (&before.client_id, &before.made_with));
    assert_eq!(after.registration_client_uri, before.registration_client_uri);
}

/// Deletes a registration with its own token, as an operator of the bank would.
async fn forget_at_the_bank(known: &vinculo_connector::Registration, network: &Network) {
    let copy = std::sync::Arc::new(crate::support::Registrations::default());
    vinculo_connector::RegistrationStore::keep(&*copy, known).await.unwrap();
    let (other, bank) = connector(network, |settings| settings.registrations = copy).await;
    assert!(other.unregister(&bank).await.unwrap());
    assert!(!other.unregister(&bank).await.unwrap(), "a second time there is nothing to delete");
}

#[tokio::test]
async fn a_bank_that_knows_us_and_refuses_us_is_not_registered_with_again() {
    let network = Network::start().await;
    let (first, bank) = connector(&network, |_| {}).await;
    use_it(&first, &bank).await;
    let before = network.registrations.at(MOCK_BANK).unwrap();
    // A key that the keystore does not hold: the bank says `invalid_client`, and it is not because it has forgotten us.
    let stranger = SigningKey::generate().unwrap().to_pkcs8_pem().unwrap();
    let (second, bank) = connector(&network, |settings| settings.identity.signing_key.pem = stranger).await;
    for _ in 0..2 {
        let error = second.consent(&bank, "urn:mockbank:1").await.unwrap_err();
        let code = match &error {
            ConnectorError::Refused { code, .. } => code.as_deref(),
            _ => None,
        };
        assert_eq!(code, Some("invalid_client"), "{error}");
    }
    assert_eq!(network.registrations.at(MOCK_BANK).unwrap().client_id, before.client_id);
}

#[tokio::test]
async fn a_deleted_registration_is_forgotten_and_made_again_at_the_next_use() {
    let network = Network::start().await;
    let (connector, bank) = connector(&network, |_| {}).await;
    use_it(&connector, &bank).await;
    assert!(connector.unregister(&bank).await.unwrap());
    assert_eq!(network.registrations.count(), 0);
    assert!(connector.registration(&bank).await.unwrap().is_none());
    use_it(&connector, &bank).await;
    assert_eq!(network.registrations.count(), 1);
}
