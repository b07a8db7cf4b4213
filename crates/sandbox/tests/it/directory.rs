//! The directory from outside.

use serde_json::Value;
use vinculo_fapi::certificate::Certificate;
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::ssa;

use crate::support::{REDIRECT, Receiver, answer, http, shared};

async fn fetch(address: &str) -> (u16, Value) {
    answer(http(shared().kit(0), false).get(address).send().await.unwrap()).await
}

#[tokio::test]
async fn participants_are_listed_with_everything_a_receiver_needs() {
    let (status, list) = fetch(&shared().kit(0).participants_url).await;
    assert_eq!(status, 200);
    let organisations = list.as_array().unwrap();
    assert!(organisations.len() >= 4);
    for organisation in organisations {
        let server = &organisation["AuthorisationServers"][0];
        let (status, discovery) = fetch(server["OpenIDDiscoveryDocument"].as_str().unwrap()).await;
        assert_eq!(status, 200);
        assert!(discovery["issuer"].as_str().unwrap().starts_with(&shared().people));
        let logo = http(shared().kit(0), false).get(server["CustomerFriendlyLogoUri"].as_str().unwrap());
        let logo = logo.send().await.unwrap();
        assert_eq!(logo.headers()["content-type"], "image/svg+xml");
        let families: Vec<&str> = server["ApiResources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|resource| resource["ApiFamilyType"].as_str().unwrap())
            .collect();
        for family in ["consents", "resources", "accounts"] {
            assert!(families.contains(&family), "{family}");
        }
    }
}

#[tokio::test]
async fn the_certificate_has_the_subject_of_the_standard() {
    let kit = shared().kit(0);
    let certificate = Certificate::from_pem(&kit.transport_cert_pem).unwrap();
    let subject = certificate.subject();
    assert_eq!(subject.software_id.as_deref(), Some(kit.software_id.as_str()));
    assert!(subject.organisation_id.as_deref().unwrap().ends_with(&kit.organisation_id));
    assert_eq!(subject.serial_number.as_deref(), Some("11222333000181"));
}

#[tokio::test]
async fn the_software_statement_is_signed_by_the_directory() {
    let receiver = Receiver::new(shared(), shared().kit(0));
    let signed = receiver.statement().await;
    let (_, keys) = fetch(&format!("{}/openbanking.jwks", receiver.kit.keystore_url)).await;
    let keys = JwkSet::parse(keys.to_string().as_bytes()).unwrap();
    let statement = ssa::verify(&signed, &keys, ssa::SANDBOX_ISSUER, shared().now()).unwrap();
    assert_eq!(statement.software_id, receiver.kit.software_id);
    assert_eq!(statement.software_jwks_uri, receiver.kit.jwks_url);
    assert_eq!(statement.software_redirect_uris[0], REDIRECT);
    assert_eq!(statement.software_client_name, "Vínculo Testes");
}

#[tokio::test]
async fn the_keystore_holds_signing_and_encryption_keys() {
    let kit = shared().kit(0);
    let (status, keys) = fetch(&kit.jwks_url).await;
    assert_eq!(status, 200);
    let keys = JwkSet::parse(keys.to_string().as_bytes()).unwrap();
    assert!(keys.signing_key(Some(&kit.signing_kid)).is_some());
    assert_eq!(keys.encryption_key().unwrap().kid(), Some(kit.encryption_kid.as_str()));
    let transport = kit.jwks_url.replace("application.jwks", "transport.jwks");
    assert_eq!(fetch(&transport).await.0, 200);
    assert_eq!(fetch(&format!("{}/nobody/nothing/application.jwks", kit.keystore_url)).await.0, 404);
}

#[tokio::test]
async fn a_token_needs_the_certificate_of_its_software() {
    let kit = shared().kit(0);
    let form = [("grant_type", "client_credentials"), ("client_id", kit.software_id.as_str())];
    for client in [http(shared().kit(1), true), http(kit, false)] {
        let response = client.post(&kit.directory_token_url).form(&form).send().await.unwrap();
        assert_eq!(answer(response).await.1["error"], "invalid_client");
    }
}

#[tokio::test]
async fn a_statement_is_given_only_to_its_own_software() {
    let (first, second) = (Receiver::new(shared(), shared().kit(0)), Receiver::new(shared(), shared().kit(1)));
    assert_eq!(first.http.get(&first.kit.ssa_url).send().await.unwrap().status(), 401);
    let form = [("grant_type", "client_credentials"), ("client_id", second.kit.software_id.as_str())];
    let response = second.http.post(&second.kit.directory_token_url).form(&form).send().await.unwrap();
    let (_, body) = answer(response).await;
    let token = body["access_token"].as_str().unwrap();
    let response = second.http.get(&first.kit.ssa_url).bearer_auth(token).send().await.unwrap();
    assert_eq!(response.status(), 403);
    let response = first.http.get(&second.kit.ssa_url).bearer_auth(token).send().await.unwrap();
    assert_eq!(response.status(), 401, "the token is bound to a certificate");
}
