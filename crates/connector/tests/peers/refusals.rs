//! Id_tokens that the client must refuse (section 13.1 of the reference): forged in one respect each by a bank that
//! holds the right keys, and refused before any further call.

use serde_json::{Value, json};
use vinculo_connector::{Answer, ConnectorError, IdTokenError};
use vinculo_domain::ErrorCode;

use crate::bank::{Bank, CLIENT_ID};
use crate::visitor::Visitor;

const WEEK: i64 = 7 * 24 * 3600;

/// A forgery, and the rule that it breaks.
type Case = (&'static str, Value, IdTokenError);

/// Forgeries that are wrong wherever the id_token comes from.
fn everywhere() -> Vec<Case> {
    use IdTokenError::*;
    let set = |claim: &str, value: Value| json!({"set": {claim: value}});
    let drop = |claim: &str| json!({"drop": [claim]});
    let shift = |claim: &str, seconds: i64| json!({"shift": {claim: seconds}});
    let sign = |how: Value| json!({"sign": how});
    let encrypt = |how: Value| json!({"encrypt": how});
    vec![
        ("nonce wrong", set("nonce", json!("another")), Nonce),
        ("nonce empty", set("nonce", json!("")), Nonce),
        ("nonce missing", drop("nonce"), Nonce),
        ("iss wrong", set("iss", json!("https://other.example")), Issuer),
        ("iss missing", drop("iss"), Issuer),
        ("aud wrong", set("aud", json!("another")), Audience),
        ("aud missing", drop("aud"), Audience),
        ("aud empty", set("aud", json!([])), Audience),
        ("aud with a second, untrusted one", set("aud", json!([CLIENT_ID, "another"])), Audience),
        ("azp of another", set("azp", json!("another")), Audience),
        ("exp past", shift("exp", -310), Expired),
        ("exp missing", drop("exp"), Expired),
        ("iat a week old", shift("iat", -WEEK), IssuedAt),
        ("iat missing", drop("iat"), IssuedAt),
        ("iat in the future", shift("iat", WEEK), IssuedAt),
        ("s_hash wrong", set("s_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")), StateHash),
        ("c_hash wrong", set("c_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")), CodeHash),
        ("acr missing", drop("acr"), Acr),
        ("sub missing", drop("sub"), Claims),
        ("alg none", sign(json!({"alg": "none"})), Signature),
        ("alg none with a signature", sign(json!({"alg": "none", "way": "stranger"})), Signature),
        ("alg RS256", sign(json!({"alg": "RS256"})), Signature),
        ("alg PS384", sign(json!({"alg": "PS384"})), Signature),
        ("alg PS512", sign(json!({"alg": "PS512"})), Signature),
        ("alg ES256", sign(json!({"alg": "ES256"})), Signature),
        ("alg HS256 with the public key as secret", sign(json!({"alg": "HS256"})), Signature),
        ("signature of a stranger", sign(json!({"way": "stranger"})), Signature),
        ("signature mangled", sign(json!({"way": "mangled"})), Signature),
        ("signature empty", sign(json!({"way": "empty"})), Signature),
        ("key of a stranger in the header", sign(json!({"way": "stranger", "header": {"jwk": "stranger"}})), Signature),
        ("critical extension", sign(json!({"header": {"crit": ["x"], "x": 1}})), Signature),
        ("not encrypted", json!({"encrypt": null}), Encryption),
        ("RSA1_5", encrypt(json!({"alg": "RSA1_5"})), Encryption),
        ("RSA-OAEP-256", encrypt(json!({"alg": "RSA-OAEP-256"})), Encryption),
        ("A128GCM", encrypt(json!({"enc": "A128GCM"})), Encryption),
        ("A256CBC-HS512", encrypt(json!({"enc": "A256CBC-HS512"})), Encryption),
        ("encrypted to a stranger", encrypt(json!({"to": "stranger"})), Encryption),
        ("encrypted for an unknown key", encrypt(json!({"kid": "unknown"})), Encryption),
        ("encrypted for no key in particular", encrypt(json!({"kid": null})), Encryption),
        ("keys by address", encrypt(json!({"header": {"jku": "https://other.example/jwks"}})), Encryption),
        ("ciphertext mangled", encrypt(json!({"mangled": true})), Encryption),
    ]
}

/// The bank with its keys known to the connector, so that nothing has to be fetched for a check.
async fn known(bank: &Bank) -> Visitor<'_> {
    let visitor = Visitor::new(bank);
    visitor.connect().await;
    visitor
}

/// Lets the bank forge, goes there, and returns how the exchange failed and what was called during it.
async fn forged(visitor: &Visitor<'_>, at: &str, mut forgery: Value) -> (ConnectorError, Vec<String>) {
    forgery["at"] = json!(at);
    visitor.bank.behave(&json!({"forge": forgery})).await;
    let (_, authorization, answer) = visitor.visit().await;
    visitor.bank.forget().await;
    let Err(error) = visitor.exchange(&authorization, &answer).await else { panic!("accepted: {forgery}") };
    (error, visitor.bank.calls().await)
}

fn is(error: &ConnectorError, expected: IdTokenError) -> bool {
    error.code() == ErrorCode::UnexpectedError
        && !error.is_transient()
        && matches!(error, ConnectorError::IdToken(reason) if *reason == expected)
}

#[tokio::test]
async fn a_forged_id_token_in_the_fragment_is_refused_without_a_call() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = known(&bank).await;
    let hashes = [
        ("s_hash missing", json!({"drop": ["s_hash"]}), IdTokenError::StateHash),
        ("c_hash missing", json!({"drop": ["c_hash"]}), IdTokenError::CodeHash),
    ];
    for (name, forgery, expected) in everywhere().into_iter().chain(hashes) {
        let (error, calls) = forged(&visitor, "authorization", forgery).await;
        assert!(is(&error, expected), "{name}: {error}");
        assert!(calls.is_empty(), "{name}: {calls:?}");
    }
}

#[tokio::test]
async fn a_forged_id_token_with_the_tokens_is_refused_and_the_tokens_are_not_used() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = known(&bank).await;
    let more = [
        ("sub of another", json!({"set": {"sub": "somebody-else"}}), IdTokenError::Claims),
        ("at_hash wrong", json!({"set": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}}), IdTokenError::Claims),
    ];
    for (name, forgery, expected) in everywhere().into_iter().chain(more) {
        let (error, calls) = forged(&visitor, "token", forgery).await;
        assert!(is(&error, expected), "{name}: {error}");
        assert_eq!(calls, ["POST /token"], "{name}");
    }
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_and_nothing_else_is() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = known(&bank).await;
    // The last one is there, for encryption: it is as good as unknown.
    let asked = [("unknown", vec!["GET /jwks"]), ("unknown", vec![]), ("bank-RSA-OAEP", vec![])];
    for (kid, expected) in asked {
        let forgery = json!({"sign": {"header": {"kid": kid}}});
        let (error, calls) = forged(&visitor, "authorization", forgery).await;
        assert!(is(&error, IdTokenError::Signature), "{error}");
        assert_eq!(calls, expected, "asking for keys is rate-limited");
    }
}

#[tokio::test]
async fn at_the_first_visit_the_keys_are_fetched_where_a_signature_is_to_be_checked_and_nothing_else_is() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = Visitor::new(&bank);
    for forgery in [json!({"encrypt": {"alg": "RSA1_5"}}), json!({"encrypt": null}), json!({"sign": {"alg": "none"}})] {
        let (_, calls) = forged(&visitor, "authorization", forgery).await;
        assert!(calls.is_empty(), "{calls:?}");
    }
    let (error, calls) = forged(&visitor, "authorization", json!({"drop": ["nonce"]})).await;
    assert!(is(&error, IdTokenError::Nonce), "{error}");
    assert_eq!(calls, ["GET /jwks"]);
}

#[tokio::test]
async fn answers_of_two_visits_do_not_mix() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = known(&bank).await;
    let (_, mine, my_answer) = visitor.visit().await;
    let (_, other, other_answer) = visitor.visit().await;
    bank.forget().await;
    let swapped = Answer { code: other_answer.code.clone(), id_token: my_answer.id_token.clone() };
    let error = visitor.exchange(&mine, &swapped).await.unwrap_err();
    assert!(is(&error, IdTokenError::CodeHash), "{error}");
    let error = visitor.exchange(&mine, &other_answer).await.unwrap_err();
    assert!(is(&error, IdTokenError::Nonce), "{error}");
    let mut stolen = mine.clone();
    stolen.state = other.state.clone();
    let error = visitor.exchange(&stolen, &my_answer).await.unwrap_err();
    assert!(is(&error, IdTokenError::StateHash), "{error}");
    assert!(bank.calls().await.is_empty());
    visitor.exchange(&mine, &my_answer).await.unwrap();
}
