//! What a restart leaves.

use crate::support::{attribute, own};

#[tokio::test]
async fn registrations_consents_and_tokens_survive_a_restart() {
    let net = own();
    let (id, consent, tokens) = {
        let receiver = net.receiver().await;
        let (consent, tokens) = receiver.connected().await;
        (receiver.client_id.clone(), consent, tokens)
    };
    let net = net.restarted();
    let mut receiver = crate::support::Receiver::new(&net, net.kit(0));
    receiver.client_id = id;
    assert_eq!(receiver.get("accounts/v2/accounts", &tokens.access).await.0, 200);
    assert_eq!(receiver.refresh(&tokens.refresh).await.0, 200);
    assert_eq!(receiver.consent_state(&consent).await["status"], "AUTHORISED");
}

#[tokio::test]
async fn a_person_goes_on_where_they_were_after_a_restart() {
    let net = own();
    let (id, page, asked, consent) = {
        let receiver = net.receiver().await;
        let consent = receiver.consent().await;
        let asked = receiver.asked(&consent);
        let page = receiver.logged_in(&receiver.pushed(&asked.claims).await).await;
        (receiver.client_id.clone(), page.replace(&net.people, ""), asked, consent)
    };
    let net = net.restarted();
    let mut receiver = crate::support::Receiver::new(&net, net.kit(0));
    receiver.client_id = id;
    let page = format!("{}{page}", net.people);
    receiver.approve(&page).await;
    let first = attribute(&receiver.page(&page).await, "return", "href");
    let code = crate::support::parameter(&crate::support::fragment(&first), "code").unwrap();
    let verifier = secrecy::ExposeSecret::expose_secret(&asked.verifier);
    assert_eq!(receiver.exchange(&code, verifier).await.0, 200);
    assert_eq!(receiver.consent_state(&consent).await["status"], "AUTHORISED");
}

#[tokio::test]
async fn nothing_secret_lies_in_the_database() {
    let net = own();
    let receiver = net.receiver().await;
    let approved = receiver.approved().await;
    let tokens = receiver.tokens(&approved).await;
    let bytes = std::fs::read(net.database()).unwrap();
    for secret in [&approved.code, &tokens.access, &tokens.refresh, &approved.id_token] {
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "a code or token is kept in clear");
    }
}
