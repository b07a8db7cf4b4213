//! Consents v3.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use vinculo_fapi::interaction_id::InteractionId;

use crate::support::{Receiver, answer, own, shared};

fn code(answer: &(u16, Value)) -> String {
    format!("{} {}", answer.0, answer.1["errors"][0]["code"].as_str().unwrap_or_default())
}

/// Posts the usual body with one change and returns status and code.
async fn posting(change: impl FnOnce(&mut Value)) -> String {
    let receiver = shared().receiver().await;
    let mut body = receiver.consent_body();
    change(&mut body["data"]);
    code(&receiver.post_consent(&body).await)
}

#[tokio::test]
async fn a_new_consent_waits_and_shows_everything_required() {
    let receiver = shared().receiver().await;
    let mut body = receiver.consent_body();
    body["data"]["expirationDateTime"] = json!("2027-11-22T11:00:00Z");
    let (status, answer) = receiver.post_consent(&body).await;
    assert_eq!(status, 201, "{answer}");
    let data = &answer["data"];
    assert!(data["consentId"].as_str().unwrap().starts_with("urn:mockbank:"));
    assert_eq!(data["status"], "AWAITING_AUTHORISATION");
    assert_eq!(data["creationDateTime"], "2026-11-22T12:00:00Z");
    assert_eq!(data["expirationDateTime"], "2027-11-22T11:00:00Z");
    assert_eq!(data["permissions"], body["data"]["permissions"]);
    assert!(answer["links"]["self"].as_str().unwrap().ends_with(data["consentId"].as_str().unwrap()));
    assert_eq!(answer["meta"]["requestDateTime"], "2026-11-22T12:00:00Z");
    assert!(!answer.to_string().contains("null"));
}

#[tokio::test]
async fn permissions_are_checked_by_the_rules_of_the_standard() {
    let set = |permissions: Value| posting(|data| data["permissions"] = permissions);
    assert_eq!(set(json!(["RESOURCES_READ", "ACCOUNTS_READ"])).await, "422 COMBINACAO_PERMISSOES_INCORRETA");
    assert_eq!(set(json!([])).await, "400 PARAMETRO_INVALIDO");
    assert_eq!(set(json!(["RESOURCES_READ", "RESOURCES_READ"])).await, "400 PARAMETRO_INVALIDO");
    assert_eq!(set(json!(["RESOURCES_READ", "PAYMENTS_READ"])).await, "400 PARAMETRO_INVALIDO");
    let both = ["RESOURCES_READ", "CUSTOMERS_PERSONAL_IDENTIFICATIONS_READ", "CUSTOMERS_BUSINESS_IDENTIFICATIONS_READ"];
    assert_eq!(set(json!(both)).await, "422 PERMISSAO_PF_PJ_EM_CONJUNTO");
    assert_eq!(set(json!([both[0], both[2]])).await, "422 INFORMACOES_PJ_NAO_INFORMADAS");
    let cards = ["RESOURCES_READ", "CREDIT_CARDS_ACCOUNTS_READ", "CREDIT_CARDS_ACCOUNTS_LIMITS_READ"];
    assert_eq!(set(json!(cards)).await, "201 ");
    assert_eq!(set(json!(&cards[..2])).await, "422 COMBINACAO_PERMISSOES_INCORRETA");
}

#[tokio::test]
async fn personal_permissions_for_a_company_are_refused() {
    let answer = posting(|data| {
        data["businessEntity"] = json!({"document": {"identification": "50685362006773", "rel": "CNPJ"}});
    });
    assert_eq!(answer.await, "422 PERMISSOES_PJ_INCORRETAS");
}

#[tokio::test]
async fn bad_documents_and_bodies_are_refused() {
    for document in [json!({"identification": "76109277670", "rel": "CPF"}), json!({"identification": 1, "rel": "CPF"})]
    {
        let answer = posting(|data| data["loggedUser"]["document"] = document).await;
        assert_eq!(answer, "400 PARAMETRO_INVALIDO");
    }
    let answer = posting(|data| drop(data.as_object_mut().unwrap().remove("loggedUser"))).await;
    assert_eq!(answer, "400 PARAMETRO_INVALIDO");
}

#[tokio::test]
async fn an_end_in_the_past_or_beyond_a_year_is_refused() {
    for end in ["2026-11-22T11:59:59Z", "2027-11-22T12:00:01Z"] {
        let answer = posting(|data| data["expirationDateTime"] = json!(end)).await;
        assert_eq!(answer, "422 DATA_EXPIRACAO_INVALIDA", "{end}");
    }
    let answer = posting(|data| data["expirationDateTime"] = json!("2027-01-01")).await;
    assert_eq!(answer, "400 PARAMETRO_INVALIDO");
}

#[tokio::test]
async fn another_client_is_forbidden() {
    let (first, second) = (shared().receiver().await, shared().second().await);
    let id = first.consent().await;
    let token = second.client_token().await;
    let path = format!("consents/v3/consents/{id}");
    assert_eq!(second.get(&path, &token).await.0, 403);
    assert_eq!(second.delete_consent(&id).await.0, 403);
    assert_eq!(first.get(&path, &first.client_token().await).await.0, 200);
}

#[tokio::test]
async fn an_unknown_consent_is_not_found() {
    let receiver = shared().receiver().await;
    let token = receiver.client_token().await;
    assert_eq!(receiver.get("consents/v3/consents/urn:mockbank:nothing", &token).await.0, 404);
}

#[tokio::test]
async fn a_persons_token_does_not_reach_consents() {
    let receiver = shared().receiver().await;
    let (consent, tokens) = receiver.connected().await;
    let (status, _) = receiver.get(&format!("consents/v3/consents/{consent}"), &tokens.access).await;
    assert!(status == 401 || status == 403);
}

#[tokio::test]
async fn without_a_token_nothing_is_shown() {
    let receiver = shared().receiver().await;
    let id = receiver.consent().await;
    assert_eq!(receiver.get(&format!("consents/v3/consents/{id}"), "no-such-token").await.0, 401);
}

#[tokio::test]
async fn deleting_before_the_authorisation_counts_as_rejected_and_only_once() {
    let receiver = shared().receiver().await;
    let id = receiver.consent().await;
    assert_eq!(receiver.delete_consent(&id).await.0, 204);
    let state = receiver.consent_state(&id).await;
    assert_eq!(state["rejection"], json!({"rejectedBy": "USER", "reason": {"code": "CUSTOMER_MANUALLY_REJECTED"}}));
    assert_eq!(code(&receiver.delete_consent(&id).await), "422 CONSENTIMENTO_EM_STATUS_REJEITADO");
}

#[tokio::test]
async fn an_hour_without_authorisation_ends_a_consent() {
    let net = own();
    let receiver = net.receiver().await;
    let consent = receiver.consent().await;
    let request_uri = receiver.pushed(&receiver.asked(&consent).claims).await;
    net.clock.advance(SignedDuration::from_mins(9));
    let page = receiver.logged_in(&request_uri).await;
    net.clock.advance(SignedDuration::from_mins(52));
    assert_eq!(receiver.consent_state(&consent).await["rejection"]["reason"]["code"], "CONSENT_EXPIRED");
    let late = receiver.decide(&page, "approve", &[]).await;
    assert!(late.status() == 303 || late.status() == 400, "{}", late.status());
    assert_eq!(receiver.consent_state(&consent).await["status"], "REJECTED");
}

#[tokio::test]
async fn a_consent_ends_by_the_bank_when_its_end_is_reached() {
    let net = own();
    let receiver = net.receiver().await;
    let mut body = receiver.consent_body();
    body["data"]["expirationDateTime"] = json!("2026-11-22T12:10:00Z");
    let consent = receiver.consent_of(&body).await;
    let tokens = receiver.tokens(&receiver.approved_of(&consent, receiver.asked(&consent)).await).await;
    assert_eq!(receiver.get("accounts/v2/accounts", &tokens.access).await.0, 200);
    net.clock.advance(SignedDuration::from_mins(10));
    assert_eq!(receiver.get("accounts/v2/accounts", &tokens.access).await.0, 401);
    let state = receiver.consent_state(&consent).await;
    assert_eq!(state["rejection"], json!({"rejectedBy": "ASPSP", "reason": {"code": "CONSENT_MAX_DATE_REACHED"}}));
}

#[tokio::test]
async fn many_reads_in_a_row_are_not_limited() {
    let receiver = shared().receiver().await;
    let id = receiver.consent().await;
    let token = receiver.client_token().await;
    for _ in 0..600 {
        assert_eq!(receiver.get(&format!("consents/v3/consents/{id}"), &token).await.0, 200);
    }
}

/// The headers that say who renews.
const CUSTOMER: [(&str, &str); 2] =
    [("x-fapi-customer-ip-address", "172.217.22.14"), ("x-customer-user-agent", "Teste")];

/// Posts a renewal with these of the person's headers.
async fn extend(
    receiver: &Receiver<'_>,
    id: &str,
    token: &str,
    headers: &[(&str, &str)],
    end: Option<&str>,
) -> (u16, Value) {
    let mut body = json!({"data": {"loggedUser": {"document": {"identification": "76109277673", "rel": "CPF"}}}});
    if let Some(end) = end {
        body["data"]["expirationDateTime"] = json!(end);
    }
    let mut request = receiver.http.request(Method::POST, receiver.api(&format!("consents/v3/consents/{id}/extends")));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let id = InteractionId::generate().to_string();
    answer(request.bearer_auth(token).header("x-fapi-interaction-id", id).json(&body).send().await.unwrap()).await
}

#[tokio::test]
async fn a_consent_is_renewed_without_the_banks_pages() {
    let receiver = shared().receiver().await;
    let mut body = receiver.consent_body();
    body["data"]["expirationDateTime"] = json!("2027-03-01T00:00:00Z");
    let consent = receiver.consent_of(&body).await;
    let tokens = receiver.tokens(&receiver.approved_of(&consent, receiver.asked(&consent)).await).await;
    let end = Some("2027-09-01T00:00:00Z");
    for headers in [&[][..], &CUSTOMER[..1], &CUSTOMER[1..]] {
        let (status, refused) = extend(&receiver, &consent, &tokens.access, headers, end).await;
        assert_eq!(status, 400, "both headers are required: {refused}");
    }
    let (status, answer) = extend(&receiver, &consent, &tokens.access, &CUSTOMER, end).await;
    assert_eq!((status, answer["data"]["expirationDateTime"].as_str()), (201, end), "{answer}");
    let back = extend(&receiver, &consent, &tokens.access, &CUSTOMER, Some("2027-06-01T00:00:00Z")).await;
    assert_eq!(code(&back), "422 DATA_EXPIRACAO_INVALIDA");
    let token = receiver.client_token().await;
    assert_eq!(extend(&receiver, &consent, &token, &CUSTOMER, None).await.0, 401, "only a person's token renews");
    let (_, past) = receiver.get(&format!("consents/v3/consents/{consent}/extensions"), &token).await;
    assert_eq!(past["data"].as_array().unwrap().len(), 1);
    let renewal = &past["data"][0];
    assert_eq!(renewal["previousExpirationDateTime"], "2027-03-01T00:00:00Z");
    assert_eq!(renewal["expirationDateTime"].as_str(), end);
    assert_eq!(renewal["xFapiCustomerIpAddress"], CUSTOMER[0].1);
    assert_eq!(renewal["xCustomerUserAgent"], CUSTOMER[1].1);
    let (second, theirs) = (shared().second().await, shared().second().await.client_token().await);
    let path = format!("consents/v3/consents/{consent}/extensions");
    assert_eq!(second.get(&path, &theirs).await.0, 403, "another client sees nothing of it");
}

#[tokio::test]
async fn a_consent_that_is_not_authorised_is_not_renewed() {
    let receiver = shared().receiver().await;
    let (consent, tokens) = receiver.connected().await;
    assert_eq!(receiver.delete_consent(&consent).await.0, 204);
    assert_eq!(extend(&receiver, &consent, &tokens.access, &CUSTOMER, None).await.0, 401, "its tokens are dead");
    let (_, other) = receiver.connected().await;
    let foreign = extend(&receiver, &consent, &other.access, &CUSTOMER, None).await;
    assert!(foreign.0 == 401 || foreign.0 == 403, "a token renews its own consent alone: {foreign:?}");
}

#[tokio::test]
async fn the_network_tells_how_consents_stand_and_never_whose_they_are() {
    let net = own();
    let receiver = net.receiver().await;
    let waiting = receiver.consent().await;
    let (ended, _) = receiver.connected().await;
    let (held, _) = receiver.connected().await;
    assert_eq!(receiver.delete_consent(&ended).await.0, 204);
    let told = async || {
        let client = crate::support::http(net.kit(0), false);
        let response = client.get(format!("{}/sandbox/consents", net.people)).send().await.unwrap();
        answer(response).await.1
    };
    let all = told().await;
    let line = |id: &str| all["consents"].as_array().unwrap().iter().find(|line| line["consent_id"] == id).unwrap();
    let stands = |id: &str| (line(id)["status"].clone(), line(id)["rejection"].clone());
    assert_eq!(all["consents"].as_array().unwrap().len(), 3);
    assert_eq!(stands(&waiting), (json!("AWAITING_AUTHORISATION"), Value::Null));
    assert_eq!(stands(&held), (json!("AUTHORISED"), Value::Null));
    assert_eq!(stands(&ended), (json!("REJECTED"), json!({"by": "USER", "code": "CUSTOMER_MANUALLY_REVOKED"})));
    assert!(!all.to_string().contains("76109277673") && line(&held)["brand"] == "mockbank");
    net.clock.advance(SignedDuration::from_hours(2));
    let later = told().await;
    let line =
        later["consents"].as_array().unwrap().iter().find(|line| line["consent_id"] == waiting.as_str()).unwrap();
    assert_eq!(line["status"], "REJECTED", "time alone ends what nobody authorised");
}
