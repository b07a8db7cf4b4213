//! What holds for every address: slashes, verbs, request ids, headers (reference, belvo-api 1 and 3).

use serde_json::json;

use crate::client::Answer;
use crate::world::{each, each_with};

const LISTS: &[&str] = &[
    "/api/institutions",
    "/api/links",
    "/api/consents",
    "/api/owners",
    "/api/accounts",
    "/api/br/balances?link=$",
    "/api/balances?link=$",
    "/api/transactions?link=$",
    "/api/bills?link=$",
    "/api/br/investments?link=$",
    "/api/investments?link=$",
    "/investments/portfolios",
    "/api/br/investment-transactions?link=$",
    "/api/investment-transactions?link=$",
    "/api/br/exchanges?link=$",
    "/api/exchanges?link=$",
    "/api/incomes",
    "/api/recurring-expenses",
    "/api/risk-insights",
    "/api/invoices",
    "/api/statements",
    "/api/tax-returns",
    "/api/tax-declarations",
    "/api/tax-status",
    "/api/tax-compliance-status",
    "/api/tax-retentions",
    "/api/employment-records",
    "/api/widget-sessions",
];

/// The path with a slash at its end, before the query.
fn slashed(path: &str) -> String {
    match path.split_once('?') {
        Some((path, query)) => format!("{path}/?{query}"),
        None => format!("{path}/"),
    }
}

#[tokio::test]
async fn every_list_answers_with_and_without_the_slash_in_the_envelope() {
    each(async |world| {
        let link = world.link().await.to_string();
        for path in LISTS.iter().map(|path| path.replace('$', &link)) {
            let (with, without) = (world.client.get(&slashed(&path)).await, world.client.get(&path).await);
            assert_eq!(with.status, 200, "{path}: {}", with.text);
            assert_eq!(with.text, without.text, "{path}");
            let keys: Vec<String> = with.json().as_object().unwrap().keys().cloned().collect();
            assert_eq!(keys, ["count", "next", "previous", "results"], "{path}");
            assert_eq!(with.header("content-type"), "application/json");
        }
    })
    .await;
}

#[tokio::test]
async fn every_list_and_detail_wants_keys() {
    each(async |world| {
        let anyone = world.client.with(None);
        for path in LISTS {
            let path = path.split('?').next().unwrap();
            for method in ["GET", "POST", "PATCH"] {
                let answer = Answer::of(anyone.request(method, path)).await;
                assert!(matches!(answer.status.as_u16(), 401 | 405), "{method} {path}: {}", answer.text);
            }
            let detail = format!("{path}/0199a000-0000-7000-8000-000000000000/");
            assert_eq!(anyone.get(&detail).await.refused(), "401 authentication_failed", "{detail}");
        }
    })
    .await;
}

#[tokio::test]
async fn verbs_work_with_and_without_the_slash_and_never_redirect() {
    each(async |world| {
        let unknown = "/api/links/0199a000-0000-7000-8000-000000000000";
        for path in [unknown.to_owned(), format!("{unknown}/"), format!("/{unknown}//")] {
            for method in ["GET", "PATCH", "PUT", "DELETE"] {
                assert_eq!(
                    world.client.send(method, &path, &json!({})).await.refused(),
                    "404 not_found",
                    "{method} {path}"
                );
            }
        }
        for path in ["/api/accounts", "/api/accounts/", "/%2Fapi%2Faccounts", "/%2Fapi%2Faccounts%2F"] {
            assert_eq!(world.client.post(path, &json!({})).await.refused(), "400 link=required", "{path}");
            assert_eq!(
                world.client.send("PATCH", path, &json!({})).await.refused(),
                "400 session=required link=required"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn unknown_addresses_and_verbs_are_refused_in_the_envelope() {
    each(async |world| {
        for path in [
            "/api/narnia",
            "/api/narnia/",
            "/api/links/not-a-uuid/",
            "/api/links/a/b/c",
            "/investments/x",
            "/api/institutions/abc",
        ] {
            assert_eq!(world.client.get(path).await.refused(), "404 not_found", "{path}");
        }
        let answer = world.client.send("PATCH", "/api/institutions/", &json!({})).await;
        assert_eq!(answer.refused(), "405 method_not_allowed");
        assert_eq!(answer.json()[0]["message"], "Method \"PATCH\" not allowed.");
        assert_eq!(answer.header("allow"), "GET,HEAD");
        let page = world.client.get("/nowhere").await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (404, "text/html; charset=utf-8"));
    })
    .await;
}

#[tokio::test]
async fn head_and_options_are_fine() {
    each(async |world| {
        let head = Answer::of(world.client.request("HEAD", "/api/links/")).await;
        assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""));
        let options = Answer::of(world.client.request("OPTIONS", "/api/links/")).await;
        assert_eq!((options.status.as_u16(), options.text.as_str()), (204, ""));
        assert!(options.header("allow").contains("POST"), "{:?}", options.headers);
    })
    .await;
}

#[tokio::test]
async fn every_answer_has_an_id_and_safe_headers() {
    each(async |world| {
        for path in ["/api/", "/api/narnia", "/health/live", "/nowhere"] {
            let answer = world.client.get(path).await;
            let id = answer.header("x-request-id").to_owned();
            assert!(id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{path} {id}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("referrer-policy"), "no-referrer");
            assert_ne!(world.client.get(path).await.header("x-request-id"), id, "each has its own");
        }
        let mine = "0123456789abcdef0123456789abcdef";
        let request = world.client.request("GET", "/api/narnia").header("x-request-id", mine);
        assert_eq!(Answer::of(request).await.json()[0]["request_id"], mine);
        for odd in ["short", "0123456789ABCDEF0123456789ABCDEF", "<script>alert(1)</script>aaaaaaaa"] {
            let request = world.client.request("GET", "/api/").header("x-request-id", odd);
            assert_ne!(Answer::of(request).await.header("x-request-id"), odd);
        }
    })
    .await;
}

#[tokio::test]
async fn bodies_are_bounded_and_must_be_objects() {
    each_with(&[("VINCULO_BODY_LIMIT_BYTES", "2048")], async |world| {
        let send = async |body: Vec<u8>| Answer::of(world.client.request("POST", "/api/accounts/").body(body)).await;
        assert_eq!(send(vec![b' '; 3_000]).await.refused(), "413 payload_too_large");
        assert_eq!(send(b"{".to_vec()).await.refused(), "400 parse_error");
        assert_eq!(send(b"[]".to_vec()).await.refused(), "400 invalid");
        assert_eq!(send(b"\"x\"".to_vec()).await.refused(), "400 invalid");
        assert_eq!(send(b"\xff\xfe".to_vec()).await.refused(), "400 parse_error");
        assert_eq!(send("[".repeat(2_000).into_bytes()).await.refused(), "400 parse_error");
        assert_eq!(send(Vec::new()).await.refused(), "400 link=required");
    })
    .await;
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_ask() {
    each(async |world| {
        let request = world.client.request("GET", "/api/institutions/").header("accept-encoding", "gzip");
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-encoding"], "gzip");
        assert_eq!(&response.bytes().await.unwrap()[..2], b"\x1f\x8b");
    })
    .await;
}
