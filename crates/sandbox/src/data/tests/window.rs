//! Windows of dates, and the look of single transactions.

use http::StatusCode;
use serde_json::Value;

use super::{JANICE, RALPH, get, grant_of};
use crate::Access;
use crate::people::People;

fn path(access: &Access, what: &str) -> String {
    format!("/accounts/v2/accounts/{}/{what}", access.accounts[0])
}

async fn status(people: &People, access: &Access, what: &str, query: &str) -> (u16, String) {
    let answer = get(people, access, &format!("{}?{query}", path(access, what))).await;
    (answer.status.as_u16(), answer.code().to_owned())
}

#[tokio::test]
async fn windows_outside_the_reach_are_refused() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    for (what, from, to, expected) in [
        ("transactions", "2025-11-22", "2027-11-22", 200),
        ("transactions", "2025-11-21", "2026-11-22", 422),
        ("transactions", "2026-11-22", "2027-11-23", 422),
        ("transactions", "2026-11-22", "2026-11-21", 422),
        ("transactions-current", "2026-11-16", "2026-11-22", 200),
        ("transactions-current", "2026-11-15", "2026-11-22", 422),
        ("transactions-current", "2026-11-16", "2026-11-23", 422),
        ("transactions-current", "2025-11-22", "2026-11-22", 422),
    ] {
        let (status, code) =
            status(&people, &access, what, &format!("fromBookingDate={from}&toBookingDate={to}")).await;
        assert_eq!(status, expected, "{what} {from} {to}");
        assert!(status == 200 || code == "PERIODO_INVALIDO");
    }
}

#[tokio::test]
async fn malformed_filters_are_refused() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    for query in [
        "fromBookingDate=2026-13-01",
        "fromBookingDate=2026-02-30",
        "fromBookingDate=22-11-2026",
        "fromBookingDate=2026-11-2",
        "fromBookingDate=20261122",
        "fromBookingDate=hoje",
        "fromBookingDate=",
        "fromBookingDate=2026-11-22T00:00:00Z",
        "fromBookingDate=2026-11-22&fromBookingDate=2026-11-21",
        "creditDebitIndicator=credito",
        "creditDebitIndicator=",
    ] {
        for what in ["transactions", "transactions-current"] {
            let answer = status(&people, &access, what, query).await;
            assert_eq!(answer, (400, "PARAMETRO_INVALIDO".to_owned()), "{query}");
        }
    }
    let answer = status(&people, &access, "transactions", "toBookingDate=2026-11-22").await;
    assert_eq!(answer, (422, "PERIODO_INVALIDO".to_owned()));
}

#[tokio::test]
async fn without_dates_it_is_today_where_the_bank_is() {
    let people = People::new();
    let mut access = grant_of(&people, JANICE);
    access.now = "2026-11-19T02:30:00Z".parse().unwrap();
    for what in ["transactions", "transactions-current"] {
        let bare = get(&people, &access, &path(&access, what)).await;
        let dated = format!("{}?fromBookingDate=2026-11-18&toBookingDate=2026-11-18", path(&access, what));
        assert_eq!(bare.ids(), get(&people, &access, &dated).await.ids());
        assert!(!bare.ids().is_empty());
        let from_only = format!("{}?fromBookingDate=2026-11-18", path(&access, what));
        assert_eq!(bare.ids(), get(&people, &access, &from_only).await.ids());
    }
}

#[tokio::test]
async fn both_lists_show_the_same_week() {
    let people = People::new();
    let access = grant_of(&people, JANICE);
    let week = "?fromBookingDate=2026-11-16&toBookingDate=2026-11-22&page-size=1000";
    let of =
        async |what: &str| get(&people, &access, &format!("{}{week}", path(&access, what))).await.body["data"].clone();
    assert_eq!(of("transactions").await, of("transactions-current").await);
}

#[tokio::test]
async fn credits_and_debits_part_the_list() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    let year = "?fromBookingDate=2025-11-22&toBookingDate=2026-11-22&page-size=1000";
    let mut counts = Vec::new();
    for filter in ["", "&creditDebitIndicator=CREDITO", "&creditDebitIndicator=DEBITO"] {
        let answer = get(&people, &access, &format!("{}{year}{filter}", path(&access, "transactions"))).await;
        assert_eq!(answer.status, StatusCode::OK);
        let wanted = filter.rsplit('=').next().unwrap_or_default();
        let items = answer.body["data"].as_array().unwrap().clone();
        assert!(items.iter().all(|item| wanted.is_empty() || item["creditDebitType"] == wanted));
        counts.push(items.len());
    }
    assert_eq!(counts[0], counts[1] + counts[2]);
    assert!(counts[1] > 10 && counts[2] > 100);
}

#[tokio::test]
async fn all_three_stages_can_be_seen() {
    let people = People::new();
    let access = grant_of(&people, JANICE);
    let window = "?fromBookingDate=2026-11-20&toBookingDate=2027-11-22&page-size=1000";
    let answer = get(&people, &access, &format!("{}{window}", path(&access, "transactions"))).await;
    let items = answer.body["data"].as_array().unwrap();
    let of = |stage: &str| -> Vec<&Value> {
        items.iter().filter(|item| item["completedAuthorisedPaymentType"] == stage).collect()
    };
    assert!(!of("TRANSACAO_EFETIVADA").is_empty());
    assert!(of("TRANSACAO_PROCESSANDO").iter().all(|item| item["transactionId"] != "9999999"));
    assert!(!of("TRANSACAO_PROCESSANDO").is_empty());
    let future = of("LANCAMENTO_FUTURO");
    assert!(!future.is_empty());
    for item in future {
        assert_eq!(item["transactionId"], "9999999");
        assert!(item["transactionDateTime"].as_str().unwrap().ends_with("T00:00:00.000Z"));
    }
}
