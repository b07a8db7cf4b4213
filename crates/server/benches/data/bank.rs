//! A bank that serves prepared answers over plain HTTP: what it takes to make them is not measured, what it takes to
//! call for them, read them and map them is.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use vinculo_domain::{ApiEndpoint, Institution, InstitutionKind, InstitutionStatus, Organisation};

/// The largest page of the standard; also what one database transaction of the import holds.
pub(crate) const PAGE: usize = 1_000;

const ROOT: &str = "/open-banking";
const ACCOUNT: &str = "92792126019929279212650822221989319252576";

/// Starts the bank and returns its address. Its only account has so many transactions, on pages of the size that the
/// connector asks for.
pub(crate) async fn start(now: Timestamp, transactions: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let answers = Arc::new(answers(&base, now, transactions));
    let router = Router::new().fallback(answer).with_state(answers);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    base
}

/// Answers by path and number of the page.
type Answers = HashMap<(String, usize), Bytes>;

async fn answer(State(answers): State<Arc<Answers>>, request: Request) -> Response {
    let mut query = url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let page = query.find(|(name, _)| name == "page").and_then(|(_, page)| page.parse().ok()).unwrap_or(1);
    match answers.get(&(request.uri().path().to_owned(), page)) {
        Some(body) => ([(header::CONTENT_TYPE, "application/json")], body.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answers(base: &str, now: Timestamp, transactions: usize) -> Answers {
    let list = format!("{ROOT}/accounts/v2/accounts");
    let one = format!("{list}/{ACCOUNT}");
    let mut answers = HashMap::new();
    let mut put = |path: String, data: Value| answers.insert((path, 1), bytes(&json!({"data": data})));
    let detail = json!({"compeCode": "001", "branchCode": "6272", "number": "94088392", "checkDigit": "4",
        "type": "CONTA_DEPOSITO_A_VISTA", "subtype": "INDIVIDUAL", "currency": "BRL"});
    let item = json!({"brandName": "Banco", "companyCnpj": "21128159000166", "type": "CONTA_DEPOSITO_A_VISTA",
        "compeCode": "001", "branchCode": "6272", "number": "94088392", "checkDigit": "4", "accountId": ACCOUNT});
    put(format!("{ROOT}/resources/v3/resources"), json!([]));
    put(list, json!([item]));
    put(one.clone(), detail);
    put(
        format!("{one}/balances"),
        json!({"availableAmount": money("1000.0400"), "blockedAmount": money("60.3000"),
            "automaticallyInvestedAmount": money("15000.0000"), "updateDateTime": now.to_string()}),
    );
    put(
        format!("{one}/overdraft-limits"),
        json!({"overdraftContractedLimit": money("99.9900"), "overdraftUsedLimit": money("0.0000")}),
    );
    let path = format!("{one}/transactions");
    let pages = transactions.div_ceil(PAGE);
    let all: Vec<Value> = (0..transactions).map(|n| transaction(n, transactions, now)).collect();
    for (items, page) in all.chunks(PAGE).zip(1..) {
        let next = (page < pages).then(|| format!("{base}{path}?page={}&page-size={PAGE}", page + 1));
        answers.insert((path.clone(), page), bytes(&json!({"data": items, "links": {"next": next}, "meta": {}})));
    }
    let latest: Vec<&Value> = all.iter().take(10).collect();
    answers.insert((format!("{path}-current"), 1), bytes(&json!({"data": latest, "links": {}, "meta": {}})));
    answers
}

fn bytes(value: &Value) -> Bytes {
    Bytes::from(value.to_string())
}

fn money(amount: &str) -> Value {
    json!({"amount": amount, "currency": "BRL"})
}

/// Newest first, as banks send them, spread over a year; shape and lengths of the standard's own example.
fn transaction(n: usize, of: usize, now: Timestamp) -> Value {
    let age = SignedDuration::from_mins(i64::try_from(n * 365 * 24 * 60 / of).unwrap());
    let names = ["Transferência Enviada Lima Santos", "Pix recebido Ana Souza", "Compra Padaria São João", "Tarifa"];
    let amount = format!("{}.{:02}00", 1 + n * 7 % 4_000, n % 100);
    json!({
        "transactionId": format!("TXpRMU9UQTROMWhZV2xSU1FUazJSMDl{n:08}"),
        "completedAuthorisedPaymentType": "TRANSACAO_EFETIVADA",
        "creditDebitType": if n.is_multiple_of(4) { "CREDITO" } else { "DEBITO" },
        "transactionName": names[n % names.len()],
        "type": "PIX",
        "transactionAmount": money(&amount),
        "transactionDateTime": format!("{:.3}", now - age),
        "partieCnpjCpf": "43908445778",
        "partiePersonType": "PESSOA_NATURAL",
        "partieCompeCode": "001",
        "partieBranchCode": "6272",
        "partieNumber": "67890854360",
        "partieCheckDigit": "4"
    })
}

/// The bank as the directory knows it.
pub(crate) fn institution(base: &str) -> Institution {
    let endpoint = |(family, major): (&str, u8)| ApiEndpoint {
        family: family.to_owned(),
        version: format!("{major}.0.0"),
        url: format!("{base}{ROOT}/{family}/v{major}/{family}"),
    };
    Institution {
        id: 1,
        code: "ofbench_br_retail".parse().unwrap(),
        kind: InstitutionKind::Retail,
        display_name: "Bench".to_owned(),
        description: None,
        logo: None,
        website: None,
        primary_color: "#000000".to_owned(),
        organisation: Organisation { id: "o".to_owned(), name: "O".to_owned(), registration_number: "1".to_owned() },
        authorization_server_id: "as".to_owned(),
        discovery_url: format!("{base}/.well-known/openid-configuration"),
        endpoints: [("resources", 3), ("accounts", 2)].map(endpoint).to_vec(),
        status: InstitutionStatus::Healthy,
        popularity: None,
    }
}
