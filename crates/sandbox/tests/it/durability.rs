//! What a restart leaves.

use crate::support::{Net, Receiver, attribute, own};

#[tokio::test]
async fn registrations_consents_and_tokens_survive_a_restart() {
    let net = own();
    let (id, consent, tokens) = {
        let receiver = net.receiver().await;
        let (consent, tokens) = receiver.connected().await;
        (receiver.client_id.clone(), consent, tokens)
    };
    let net = net.restarted();
    let mut receiver = Receiver::new(&net, net.kit(0));
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
    let mut receiver = Receiver::new(&net, net.kit(0));
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
async fn everything_answered_survives_a_kill_at_any_step() {
    let net = own();
    let receiver = net.receiver().await;
    let consent = receiver.consent().await;
    assert_eq!(after_kill(&net, &receiver.client_id).consent_state(&consent).await["status"], "AWAITING_AUTHORISATION");
    let asked = receiver.asked(&consent);
    let request_uri = receiver.pushed(&asked.claims).await;
    let heir = after_kill(&net, &receiver.client_id);
    assert_eq!(heir.visit(&request_uri).await.status(), 200);
    let page = receiver.logged_in(&request_uri).await;
    let heir = after_kill(&net, &receiver.client_id);
    assert_eq!(heir.visit(&request_uri).await.status(), 400, "the request stays used up");
    let back = crate::support::fragment(&receiver.approve(&page).await);
    let code = crate::support::parameter(&back, "code").unwrap();
    let verifier = secrecy::ExposeSecret::expose_secret(&asked.verifier);
    let heir = after_kill(&net, &receiver.client_id);
    assert_eq!(heir.consent_state(&consent).await["status"], "AUTHORISED");
    assert_eq!(heir.exchange(&code, verifier).await.0, 200);
    let (_, tokens) = receiver.exchange(&code, verifier).await;
    let heir = after_kill(&net, &receiver.client_id);
    assert_eq!(heir.exchange(&code, verifier).await.1["error"], "invalid_grant", "the code stays used");
    let heir = after_kill(&net, &receiver.client_id);
    assert_eq!(heir.refresh(tokens["refresh_token"].as_str().unwrap()).await.0, 200);
    receiver.delete_consent(&consent).await;
    let heir = after_kill(&net, &receiver.client_id);
    assert_eq!(heir.consent_state(&consent).await["status"], "REJECTED");
}

/// The same receiver at a network that was started on what a kill of `net` would leave. The network lives on until the
/// tests end.
fn after_kill(net: &Net, client_id: &str) -> Receiver<'static> {
    let heir: &'static Net = Box::leak(Box::new(net.killed()));
    let mut receiver = Receiver::new(heir, heir.kit(0));
    client_id.clone_into(&mut receiver.client_id);
    receiver
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
