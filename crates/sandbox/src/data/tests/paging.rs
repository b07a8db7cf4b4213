//! Pages: their size, their links, and that nothing is lost or doubled on the way.

use std::collections::HashSet;

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::Value;

use super::{Answer, JANICE, RALPH, get, grant_of};
use crate::Access;
use crate::people::People;

const YEAR: &str = "fromBookingDate=2025-11-25&toBookingDate=2026-11-22";

fn path(access: &Access) -> String {
    format!("/accounts/v2/accounts/{}/transactions", access.accounts[0])
}

fn link(answer: &Answer, name: &str) -> Option<String> {
    answer.body["links"].get(name).map(|link| link.as_str().unwrap().to_owned())
}

/// Follows `next` to the end, moving the clock by `pause` between pages.
async fn follow(people: &People, access: &mut Access, first: &str, pause: SignedDuration) -> (usize, Vec<Value>) {
    let (mut next, mut pages, mut all) = (Some(first.to_owned()), 0, Vec::new());
    while let Some(address) = next {
        let answer = get(people, access, &address).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        pages += 1;
        all.extend(answer.body["data"].as_array().unwrap().iter().cloned());
        next = link(&answer, "next");
        access.now += pause;
    }
    (pages, all)
}

#[tokio::test]
async fn pages_of_any_size_hold_the_same_transactions() {
    let people = People::new();
    let mut whole = None;
    for size in [1000, 333, 100] {
        let mut access = grant_of(&people, JANICE);
        let first = format!("{}?{YEAR}&page-size={size}", path(&access));
        let (pages, all) = follow(&people, &mut access, &first, SignedDuration::ZERO).await;
        assert!(all.len() >= 2_500, "{}", all.len());
        assert_eq!(pages, all.len().div_ceil(size));
        assert!(whole.get_or_insert_with(|| all.clone()) == &all, "{size}");
    }
}

#[tokio::test]
async fn pages_hold_still_while_the_clock_and_the_account_move_on() {
    let people = People::new();
    let mut access = grant_of(&people, JANICE);
    access.now = "2026-11-23T11:30:00Z".parse().unwrap();
    let first = format!("{}?{}&page-size=100", path(&access), YEAR.replace("2026-11-22", "2026-11-23"));
    let (_, at_once) = follow(&people, &mut access.clone(), &first, SignedDuration::ZERO).await;
    let (_, slowly) = follow(&people, &mut access.clone(), &first, SignedDuration::from_secs(100)).await;
    assert!(at_once == slowly);
    access.now += SignedDuration::from_hours(6);
    let (_, later) = follow(&people, &mut access, &first, SignedDuration::ZERO).await;
    assert!(at_once != later);
    let ids: HashSet<&str> = slowly.iter().map(|item| item["transactionId"].as_str().unwrap()).collect();
    let doubled = slowly.iter().filter(|item| item["transactionId"] == "9999999").count().saturating_sub(1);
    assert_eq!(ids.len() + doubled, slowly.len());
}

#[tokio::test]
async fn links_of_transactions_have_no_last_and_meta_no_totals() {
    let people = People::new();
    let access = grant_of(&people, JANICE);
    let first = get(&people, &access, &format!("{}?{YEAR}&creditDebitIndicator=DEBITO", path(&access))).await;
    assert_eq!(first.ids().len(), 25);
    assert_eq!(first.body["meta"].as_object().unwrap().keys().collect::<Vec<_>>(), ["requestDateTime"]);
    let names = |answer: &Answer| answer.body["links"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&first), ["self", "next"]);
    assert!(!link(&first, "self").unwrap().contains("pagination-key"));
    let next = link(&first, "next").unwrap();
    assert!(next.starts_with(&format!("{}/accounts/v2/", access.base_url)), "{next}");
    assert!(next.contains("pagination-key=") && next.contains("creditDebitIndicator=DEBITO"), "{next}");
    let second = get(&people, &access, &next).await;
    assert_eq!(names(&second), ["self", "first", "prev", "next"]);
    assert_eq!(link(&second, "self").unwrap(), next);
    assert_eq!(get(&people, &access, &link(&second, "prev").unwrap()).await.ids(), first.ids());
}

#[tokio::test]
async fn lists_say_how_many_there_are_and_pages_are_never_short() {
    let people = People::new();
    let access = grant_of(&people, JANICE);
    let list = "/invoice-financings/v2/contracts";
    let all = get(&people, &access, &format!("{list}?page-size=1000")).await;
    let total = all.body["data"].as_array().unwrap().len();
    assert!((26..=50).contains(&total), "{total}");
    for size in [1, 24, 25] {
        let answer = get(&people, &access, &format!("{list}?page-size={size}")).await;
        assert_eq!(answer.body["data"].as_array().unwrap().len(), 25);
        let meta = &answer.body["meta"];
        assert_eq!((&meta["totalRecords"], &meta["totalPages"]), (&total.into(), &2.into()));
        let last = get(&people, &access, &link(&answer, "last").unwrap()).await;
        assert_eq!(link(&last, "next"), None);
        assert_eq!(last.body["data"].as_array().unwrap().len(), total - 25);
    }
}

#[tokio::test]
async fn one_brand_cuts_smaller_pages_than_asked_for() {
    let people = People::new();
    let person = people.by_document(JANICE).unwrap();
    let mut access = super::grant(&people, crate::Brand::find("ipe").unwrap(), person, None);
    let first = format!("{}?{YEAR}&page-size=1000", path(&access));
    let answer = get(&people, &access, &first).await;
    assert_eq!(answer.ids().len(), 100);
    assert!(link(&answer, "next").unwrap().contains("page-size=100&"));
    let (pages, all) = follow(&people, &mut access, &first, SignedDuration::ZERO).await;
    assert_eq!(pages, all.len().div_ceil(100));
}

#[tokio::test]
async fn wrong_pages_are_refused() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    for (query, status, code) in [
        ("page-size=1001", refused, "PARAMETRO_FORA_DO_LIMITE"),
        ("page-size=0", refused, "PARAMETRO_FORA_DO_LIMITE"),
        ("page=0", refused, "PARAMETRO_FORA_DO_LIMITE"),
        ("page=2147483647", refused, "PAGE_NOT_FOUND"),
        ("page=2147483648", StatusCode::BAD_REQUEST, "PARAMETRO_INVALIDO"),
        ("page=-1", StatusCode::BAD_REQUEST, "PARAMETRO_INVALIDO"),
        ("page=1e3", StatusCode::BAD_REQUEST, "PARAMETRO_INVALIDO"),
        ("page=", StatusCode::BAD_REQUEST, "PARAMETRO_INVALIDO"),
        ("page-size=25.0", StatusCode::BAD_REQUEST, "PARAMETRO_INVALIDO"),
        ("page-size=25&page-size=50", StatusCode::BAD_REQUEST, "PARAMETRO_INVALIDO"),
    ] {
        let answer = get(&people, &access, &format!("{}?{YEAR}&{query}", path(&access))).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{query}");
        assert!(answer.body["meta"]["requestDateTime"].is_string());
    }
    let long = format!("{}?x={}", path(&access), "y".repeat(3000));
    assert_eq!(get(&people, &access, &long).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_empty_list_has_its_first_page_and_no_second() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    let empty = format!("{}?fromBookingDate=2027-10-01&toBookingDate=2027-10-02", path(&access));
    let answer = get(&people, &access, &empty).await;
    assert_eq!((answer.status, answer.ids().len()), (StatusCode::OK, 0));
    assert_eq!(get(&people, &access, &format!("{empty}&page=2")).await.code(), "PAGE_NOT_FOUND");
}

#[tokio::test]
async fn a_key_that_is_old_foreign_or_made_up_does_nothing() {
    let people = People::new();
    let mut access = grant_of(&people, JANICE);
    let first = get(&people, &access, &format!("{}?{YEAR}", path(&access))).await;
    let next = link(&first, "next").unwrap();
    access.now += SignedDuration::from_hours(20);
    let fresh = get(&people, &access, &format!("{}?{YEAR}&page=2", path(&access))).await;
    assert_eq!(get(&people, &access, &next).await.ids(), fresh.ids());
    for key in ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%00%ff"] {
        let made_up = format!("{}?{YEAR}&page=2&pagination-key={key}", path(&access));
        assert_eq!(get(&people, &access, &made_up).await.ids(), fresh.ids());
    }
    access.now -= SignedDuration::from_hours(20);
    access.consent_id = "urn:mockbank:2".to_owned();
    let reused = get(&people, &access, &next).await;
    assert!(link(&reused, "next") != link(&get(&people, &grant_of(&people, JANICE), &next).await, "next"));
}
