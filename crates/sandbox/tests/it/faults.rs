//! Faults: any endpoint and any screen misbehaves by rule.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use vinculo_fapi::id_token::{self, Expected, IdTokenError, Source};
use vinculo_fapi::jwks::JwkSet;

use crate::support::{Approved, Net, RALPH, Receiver, http, own, resources};

const LIST: &str = "accounts/v2/accounts";

async fn post(net: &Net, fault: &Value) -> (u16, Value) {
    let request = http(net.kit(0), false).post(format!("{}/sandbox/faults", net.people)).json(fault);
    crate::support::answer(request.send().await.unwrap()).await
}

async fn fault(net: &Net, matching: Value, effect: Value, times: Option<u32>) -> u64 {
    let (status, body) = post(net, &json!({"match": matching, "effect": effect, "times": times})).await;
    assert_eq!(status, 201, "{body}");
    body["id"].as_u64().unwrap()
}

async fn remove(net: &Net, which: &str) -> u16 {
    let request = http(net.kit(0), false).delete(format!("{}/sandbox/faults{which}", net.people));
    request.send().await.unwrap().status().as_u16()
}

async fn listed(net: &Net) -> Vec<Value> {
    let request = http(net.kit(0), false).get(format!("{}/sandbox/faults", net.people));
    crate::support::answer(request.send().await.unwrap()).await.1.as_array().unwrap().clone()
}

/// Calls an API and says whether an answer came at all.
async fn tried(receiver: &Receiver<'_>, method: Method, path: &str, token: &str) -> Result<u16, reqwest::Error> {
    let id = vinculo_fapi::interaction_id::InteractionId::generate().to_string();
    let request = receiver.http.request(method, receiver.api(path)).bearer_auth(token);
    let response = request.header("x-fapi-interaction-id", id).send().await?;
    let status = response.status().as_u16();
    response.bytes().await?;
    Ok(status)
}

#[tokio::test]
async fn errors_come_in_the_words_of_the_place_as_often_as_asked() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    for (status, wait) in [(423, None), (429, Some("60")), (529, Some("60")), (500, None)] {
        fault(&net, json!({"path": LIST}), json!({"kind": "status", "status": status}), Some(1)).await;
        let response = receiver.call(Method::GET, LIST, &tokens.access, None).await;
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.headers().get("retry-after").map(|wait| wait.to_str().unwrap()), wait, "{status}");
        let body: Value = response.json().await.unwrap();
        assert!(body["errors"][0]["code"].is_string() && body["meta"]["requestDateTime"].is_string(), "{body}");
        assert_eq!(receiver.get(LIST, &tokens.access).await.0, 200, "once");
    }
    let own_words = json!({"kind": "status", "status": 422, "retry_after": 7, "code": "MUITO_TARDE"});
    fault(&net, json!({"path": LIST}), own_words, Some(1)).await;
    let response = receiver.call(Method::GET, LIST, &tokens.access, None).await;
    assert_eq!(response.headers()["retry-after"], "7");
    assert_eq!(response.json::<Value>().await.unwrap()["errors"][0]["code"], "MUITO_TARDE");

    fault(
        &net,
        json!({"path": "auth/token"}),
        json!({"kind": "status", "status": 400, "code": "invalid_grant"}),
        Some(1),
    )
    .await;
    let (status, body) = receiver.refresh(&tokens.refresh).await;
    assert_eq!((status, &body["error"]), (400, &"invalid_grant".into()));
    assert_eq!(receiver.refresh(&tokens.refresh).await.0, 200);

    fault(
        &net,
        json!({"brand": "directory", "path": "directory/participants"}),
        json!({"kind": "status", "status": 503}),
        Some(1),
    )
    .await;
    for expected in [503, 200] {
        let participants = receiver.browser.get(format!("{}/directory/participants", net.people));
        assert_eq!(participants.send().await.unwrap().status().as_u16(), expected);
    }
}

#[tokio::test]
async fn every_screen_can_fail_and_stays_a_page() {
    let net = own();
    let receiver = net.receiver().await;
    let consent = receiver.consent().await;
    let request_uri = receiver.pushed(&receiver.asked(&consent).claims).await;
    let out = json!({"kind": "status", "status": 503});
    fault(&net, json!({"path": "auth/authorize", "consent": consent}), out.clone(), Some(1)).await;
    let page = receiver.visit(&request_uri).await;
    assert_eq!(page.status(), 503);
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(page.text().await.unwrap().contains("data-bank-step=\"error\""));
    assert_eq!(receiver.visit(&request_uri).await.status(), 200);

    fault(&net, json!({"path": "auth/login", "person": RALPH}), out.clone(), Some(1)).await;
    assert_eq!(receiver.login(&request_uri, RALPH, "P@ssword01").await.status(), 503);
    let question = receiver.logged_in(&request_uri).await;
    fault(&net, json!({"path": "auth/s/*", "method": "POST", "person": RALPH}), out, Some(1)).await;
    let offered = resources(&receiver.page(&question).await);
    assert_eq!(receiver.decide(&question, "approve", &offered).await.status(), 503);
    assert_eq!(receiver.consent_state(&consent).await["status"], "AWAITING_AUTHORISATION", "nothing was decided");
    fault(&net, json!({"path": "auth/s/*", "method": "GET"}), json!({"kind": "garbage"}), Some(1)).await;
    assert!(resources(&receiver.browser.get(&question).send().await.unwrap().text().await.unwrap()).is_empty());
    assert_eq!(receiver.decide(&question, "approve", &offered).await.status(), 303);
    assert_eq!(receiver.consent_state(&consent).await["status"], "AUTHORISED");
}

#[tokio::test]
async fn only_what_is_named_is_struck() {
    let net = own();
    let receiver = net.receiver().await;
    let (consent, tokens) = receiver.connected().await;
    let out = json!({"kind": "status", "status": 500});
    for other in [
        json!({"brand": "aurora"}),
        json!({"brand": "directory"}),
        json!({"path": "accounts/v2/accounts/*"}),
        json!({"method": "POST"}),
        json!({"person": "21858449030"}),
        json!({"consent": "urn:mockbank:another"}),
        json!({"client": "another"}),
        json!({"path": LIST, "person": RALPH, "consent": "urn:mockbank:another"}),
    ] {
        fault(&net, other, out.clone(), None).await;
    }
    assert_eq!(receiver.get(LIST, &tokens.access).await.0, 200);
    assert!(listed(&net).await.iter().all(|fault| fault["struck"] == 0));
    assert_eq!(remove(&net, "").await, 204);
    for named in [
        json!({}),
        json!({"brand": "ofmockbank_br_retail"}),
        json!({"path": "accounts/**", "method": "GET"}),
        json!({"person": RALPH}),
        json!({"consent": consent}),
        json!({"client": receiver.client_id}),
        json!({"client": receiver.kit.software_id}),
    ] {
        let id = fault(&net, named.clone(), out.clone(), None).await;
        assert_eq!(receiver.get(LIST, &tokens.access).await.0, 500, "{named}");
        assert_eq!(remove(&net, &format!("/{id}")).await, 204);
    }
    assert_eq!(receiver.get(LIST, &tokens.access).await.0, 200);
}

#[tokio::test]
async fn calls_that_name_the_person_only_inside_are_known() {
    let net = own();
    let receiver = net.receiver().await;
    let out = json!({"kind": "status", "status": 500});
    let new = fault(&net, json!({"path": "consents/v3/consents", "person": RALPH}), out.clone(), None).await;
    assert_eq!(receiver.post_consent(&receiver.consent_body()).await.0, 500);
    remove(&net, &format!("/{new}")).await;
    let consent = receiver.consent().await;
    let read = fault(&net, json!({"path": "consents/v3/consents/*", "consent": consent}), out.clone(), None).await;
    assert_eq!(receiver.delete_consent(&consent).await.0, 500);
    remove(&net, &format!("/{read}")).await;
    let push = fault(&net, json!({"path": "auth/par", "consent": consent}), out.clone(), None).await;
    assert_eq!(receiver.push(&receiver.asked(&consent).claims).await.0, 500);
    remove(&net, &format!("/{push}")).await;
    let approved = receiver.approved_of(&consent, receiver.asked(&consent)).await;
    let exchange = fault(&net, json!({"path": "auth/token", "consent": consent}), out.clone(), Some(1)).await;
    assert_eq!(receiver.exchange(&approved.code, &approved.verifier).await.0, 500);
    let tokens = receiver.tokens(&approved).await;
    fault(&net, json!({"path": "auth/token", "person": RALPH}), out, Some(1)).await;
    assert_eq!(receiver.refresh(&tokens.refresh).await.0, 500);
    assert_eq!(receiver.refresh(&tokens.refresh).await.0, 200);
    let struck = listed(&net).await.into_iter().find(|fault| fault["id"] == exchange).unwrap();
    assert_eq!((&struck["struck"], &struck["times_left"]), (&1.into(), &0.into()));
}

#[tokio::test]
async fn a_connection_breaks_before_or_after_the_work() {
    let net = own();
    let receiver = net.receiver().await;
    let consent = receiver.consent().await;
    let token = receiver.client_token().await;
    let path = format!("consents/v3/consents/{consent}");
    fault(&net, json!({"method": "DELETE"}), json!({"kind": "drop"}), Some(1)).await;
    assert!(tried(&receiver, Method::DELETE, &path, &token).await.is_err());
    assert_eq!(receiver.consent_state(&consent).await["status"], "AWAITING_AUTHORISATION");
    fault(&net, json!({"method": "DELETE"}), json!({"kind": "drop", "after": true}), Some(1)).await;
    assert!(tried(&receiver, Method::DELETE, &path, &token).await.is_err());
    assert_eq!(receiver.consent_state(&consent).await["status"], "REJECTED");
    let consent = receiver.consent().await;
    fault(&net, json!({"method": "DELETE"}), json!({"kind": "status", "status": 500, "after": true}), Some(1)).await;
    assert_eq!(receiver.delete_consent(&consent).await.0, 500);
    assert_eq!(receiver.consent_state(&consent).await["status"], "REJECTED");
}

#[tokio::test]
async fn answers_are_garbled_and_cut() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    let whole = receiver.call(Method::GET, LIST, &tokens.access, None).await.text().await.unwrap();
    for (effect, expected) in [("garbage", None), ("truncate", Some(whole.len() / 2))] {
        fault(&net, json!({"path": LIST}), json!({"kind": effect}), Some(1)).await;
        let response = receiver.call(Method::GET, LIST, &tokens.access, None).await;
        assert_eq!(response.status(), 200);
        let text = response.text().await.unwrap();
        assert!(serde_json::from_str::<Value>(&text).is_err(), "{text}");
        assert!(expected.is_none_or(|length| text.len() == length && whole.starts_with(&text)), "{text}");
    }
    assert_eq!(receiver.get(LIST, &tokens.access).await.0, 200);
}

#[tokio::test]
async fn records_come_twice_vanish_and_pages_lead_nowhere() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    let ids = |body: &Value| -> Vec<String> {
        body["data"].as_array().unwrap().iter().map(|a| a["accountId"].as_str().unwrap().to_owned()).collect()
    };
    let all = ids(&receiver.get(LIST, &tokens.access).await.1);
    assert!(all.len() > 1);
    fault(&net, json!({"path": LIST}), json!({"kind": "duplicate"}), Some(1)).await;
    let (_, twice) = receiver.get(LIST, &tokens.access).await;
    let doubled: Vec<String> = all.iter().flat_map(|id| [id.clone(), id.clone()]).collect();
    assert_eq!((ids(&twice), &twice["meta"]["totalRecords"]), (doubled, &all.len().into()));
    fault(&net, json!({"path": LIST}), json!({"kind": "vanish"}), Some(1)).await;
    let (_, fewer) = receiver.get(LIST, &tokens.access).await;
    assert_eq!((ids(&fewer), &fewer["meta"]["totalRecords"]), (all[1..].to_vec(), &(all.len() - 1).into()));

    let path = format!("{LIST}/{}/transactions", all[0]);
    fault(&net, json!({"path": "accounts/v2/accounts/*/transactions"}), json!({"kind": "page_loop"}), Some(2)).await;
    for _ in 0..2 {
        let (_, page) = receiver.get(&path, &tokens.access).await;
        assert_eq!(page["links"]["next"], page["links"]["self"]);
    }
    fault(&net, json!({"path": "accounts/v2/accounts/*/transactions"}), json!({"kind": "endless_pages"}), Some(3))
        .await;
    let mut next = path.clone();
    for _ in 0..3 {
        let (_, page) = receiver.get(&next, &tokens.access).await;
        next = page["links"]["next"].as_str().unwrap().strip_prefix(&receiver.api("")).unwrap().to_owned();
        assert!(next.contains("page="), "{next}");
    }
    let (_, page) = receiver.get(&path, &tokens.access).await;
    assert_ne!(page["links"]["next"], page["links"]["self"]);
}

#[tokio::test]
async fn what_cannot_do_its_work_is_not_used_up() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    let (_, accounts) = receiver.get(LIST, &tokens.access).await;
    let account = accounts["data"][0]["accountId"].as_str().unwrap();
    for effect in ["duplicate", "vanish", "page_loop", "wrong_signature"] {
        fault(&net, json!({"path": "accounts/v2/accounts/*"}), json!({"kind": effect}), Some(1)).await;
        assert_eq!(receiver.get(&format!("{LIST}/{account}"), &tokens.access).await.0, 200);
        let all = listed(&net).await;
        let last = all.last().unwrap();
        assert_eq!((&last["times_left"], &last["struck"]), (&1.into(), &0.into()), "{effect}");
        remove(&net, "").await;
    }
    let consent = receiver.consent().await;
    fault(&net, json!({"path": "consents/**"}), json!({"kind": "expire_consent"}), Some(1)).await;
    assert_eq!(
        receiver.consent_state(&consent).await["status"],
        "AWAITING_AUTHORISATION",
        "only what is in force ends"
    );
    assert_eq!(listed(&net).await[0]["times_left"], 1);
}

#[tokio::test]
async fn consents_end_at_the_bank_while_a_call_is_made() {
    let net = own();
    let receiver = net.receiver().await;
    for (effect, by, code) in [
        ("expire_consent", "ASPSP", "CONSENT_MAX_DATE_REACHED"),
        ("revoke_consent", "USER", "CUSTOMER_MANUALLY_REVOKED"),
    ] {
        let (consent, tokens) = receiver.connected().await;
        let (other, others) = receiver.connected().await;
        fault(&net, json!({"consent": consent, "path": LIST}), json!({"kind": effect}), Some(1)).await;
        assert_eq!(receiver.get(LIST, &others.access).await.0, 200);
        assert_eq!(receiver.get(LIST, &tokens.access).await.0, 401);
        let state = receiver.consent_state(&consent).await;
        assert_eq!(state["status"], "REJECTED");
        assert_eq!(
            (&state["rejection"]["rejectedBy"], &state["rejection"]["reason"]["code"]),
            (&by.into(), &code.into())
        );
        assert_eq!(receiver.consent_state(&other).await["status"], "AUTHORISED");
        assert_eq!(receiver.refresh(&tokens.refresh).await.1["error"], "invalid_grant");
    }
}

#[tokio::test]
async fn a_delay_moves_the_clock_of_the_network_where_it_can_be_moved() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    fault(&net, json!({"path": LIST}), json!({"kind": "delay", "clock_seconds": 901}), Some(1)).await;
    assert_eq!(receiver.get(LIST, &tokens.access).await.0, 200, "this clock only the test moves");
    assert_eq!(listed(&net).await[0]["times_left"], 1);
    remove(&net, "").await;
    fault(&net, json!({"path": LIST}), json!({"kind": "delay", "seconds": 1}), Some(1)).await;
    assert_eq!(receiver.get(LIST, &tokens.access).await.0, 200);
    assert_eq!(listed(&net).await[0]["struck"], 1);
}

fn opened(receiver: &Receiver<'_>, keys: &JwkSet, approved: &Approved) -> Result<(), IdTokenError> {
    let state = approved.state.as_deref().unwrap();
    let issuer = receiver.issuer();
    let expected = Expected {
        issuer: &issuer,
        client_id: &receiver.client_id,
        nonce: &approved.nonce,
        source: Source::Authorization { state, code: &approved.code },
    };
    id_token::verify(&approved.id_token, &receiver.decryption, keys, &expected, receiver.net.now()).map(drop)
}

#[tokio::test]
async fn id_tokens_are_wrong_in_one_thing_each() {
    let net = own();
    let receiver = net.receiver().await;
    let keys = receiver.browser.get(format!("{}/jwks", receiver.issuer())).send().await.unwrap();
    let keys = JwkSet::parse(&keys.bytes().await.unwrap()).unwrap();
    assert!(opened(&receiver, &keys, &receiver.approved().await).is_ok());
    let mut seen = Vec::new();
    for effect in [
        json!({"kind": "wrong_signature"}),
        json!({"kind": "wrong_id_token", "claim": "nonce"}),
        json!({"kind": "wrong_id_token", "claim": "issuer"}),
        json!({"kind": "wrong_id_token", "claim": "audience"}),
        json!({"kind": "wrong_id_token", "claim": "expired"}),
        json!({"kind": "wrong_id_token", "claim": "code_hash"}),
        json!({"kind": "wrong_id_token", "claim": "state_hash"}),
    ] {
        fault(&net, json!({"path": "auth/s/*"}), effect.clone(), Some(1)).await;
        let error = opened(&receiver, &keys, &receiver.approved().await).expect_err("it must be refused");
        let error = format!("{error:?}");
        assert!(!seen.contains(&error), "{effect}: {error}");
        seen.push(error);
        assert_eq!(listed(&net).await.last().unwrap()["struck"], 1, "the question holds no id_token");
        remove(&net, "").await;
    }
}

#[tokio::test]
async fn the_directorys_statement_is_signed_wrongly() {
    let net = own();
    let receiver = net.receiver().await;
    let directory = json!({"brand": "directory", "path": "directory/organisations/**"});
    fault(&net, directory, json!({"kind": "wrong_signature"}), Some(1)).await;
    let forged = receiver.registration().await;
    let (status, body) = receiver.post_registration(&forged).await;
    assert_eq!(status, 400, "{body}");
    assert_eq!(receiver.post_registration(&receiver.registration().await).await.0, 201);
}

#[tokio::test]
async fn rules_survive_a_restart_with_what_is_left_of_them() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    let first = fault(&net, json!({"path": LIST}), json!({"kind": "status", "status": 500}), Some(2)).await;
    assert_eq!(receiver.get(LIST, &tokens.access).await.0, 500);
    drop(receiver);
    let net = net.restarted();
    let receiver = net.receiver().await;
    let second = fault(&net, json!({"path": LIST}), json!({"kind": "status", "status": 503}), Some(1)).await;
    assert!(second > first);
    for expected in [500, 503, 200] {
        assert_eq!(receiver.get(LIST, &tokens.access).await.0, expected, "the oldest strikes first");
    }
    assert_eq!(remove(&net, &format!("/{first}")).await, 204);
    assert_eq!(remove(&net, &format!("/{first}")).await, 404);
    assert_eq!(remove(&net, "/none").await, 404);
    let net = net.restarted();
    assert_eq!(listed(&net).await.len(), 1);
}

#[tokio::test]
async fn rules_that_make_no_sense_are_refused_and_change_nothing() {
    let net = own();
    for bad in [
        json!({}),
        json!([]),
        json!({"effect": {"kind": "status", "status": 200}}),
        json!({"effect": {"kind": "garbage"}, "match": {"brand": "nowhere"}}),
        json!({"effect": {"kind": "garbage"}, "times": 0}),
    ] {
        let (status, body) = post(&net, &bad).await;
        assert_eq!((status, &body["error"]), (400, &"invalid_fault".into()), "{bad}");
        assert!(!body["error_description"].as_str().unwrap().is_empty());
    }
    let large = json!({"effect": {"kind": "garbage"}, "match": {"consent": "x".repeat(20_000)}});
    assert_eq!(post(&net, &large).await.0, 413);
    assert!(listed(&net).await.is_empty());
}

#[tokio::test]
async fn there_is_room_for_so_many_rules() {
    let net = own();
    let garbage = json!({"effect": {"kind": "garbage"}, "match": {"path": "nowhere"}});
    for _ in 0..500 {
        assert_eq!(post(&net, &garbage).await.0, 201);
    }
    assert_eq!(post(&net, &garbage).await.0, 409);
    assert_eq!(remove(&net, "/7").await, 204);
    assert_eq!(post(&net, &garbage).await.0, 201);
}

#[tokio::test]
async fn nothing_is_counted_that_was_not_answered_by_the_bank() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    fault(&net, json!({"path": LIST}), json!({"kind": "drop"}), Some(1)).await;
    assert!(tried(&receiver, Method::GET, LIST, &tokens.access).await.is_err());
    let counted = async || {
        let usage = receiver.browser.get(format!("{}/sandbox/usage", net.people)).send().await.unwrap();
        usage.json::<Value>().await.unwrap()["usage"].as_array().unwrap().len()
    };
    assert_eq!(counted().await, 0);
    fault(&net, json!({"path": LIST}), json!({"kind": "drop", "after": true}), Some(1)).await;
    assert!(tried(&receiver, Method::GET, LIST, &tokens.access).await.is_err());
    assert_eq!(counted().await, 1, "the bank has done its work");
    let count = async || {
        let usage = receiver.browser.get(format!("{}/sandbox/usage", net.people)).send().await.unwrap();
        usage.json::<Value>().await.unwrap()["usage"][0]["counted"].clone()
    };
    fault(&net, json!({"path": LIST}), json!({"kind": "status", "status": 500, "after": true}), Some(1)).await;
    assert_eq!(tried(&receiver, Method::GET, LIST, &tokens.access).await.unwrap(), 500);
    assert_eq!(count().await, 1, "only a successful answer counts");
    net.clock.advance(SignedDuration::from_secs(1));
}
