//! Investments, their movements and exchanges: known again, filtered, sealed, theirs alone, gone when deleted.

use vinculo_domain::model::InvestmentType;
use vinculo_domain::{ExchangeEventId, ExchangeId, InvestmentId, InvestmentTransactionId, LinkId};
use vinculo_store::{
    Compare, ExchangeFilter, InvestmentFilter, InvestmentTransactionFilter, NewExchange, NewExchangeEvent,
    NewInvestment, NewInvestmentTransaction, Paging, StoreError,
};

use crate::support::{World, date, each};

pub(crate) fn an_investment(w: &World, key: &str, kind: InvestmentType) -> NewInvestment {
    let id = InvestmentId::new(&w.env);
    NewInvestment {
        id,
        bank_key: key.to_owned(),
        bank_id: format!("bank-id-{key}"),
        kind,
        created_at: w.now(),
        collected_at: w.now(),
        body: format!(r#"{{"id":"{id}","product_name":"Segredo {key}"}}"#),
    }
}

pub(crate) fn a_movement(w: &World, key: &str, kind: Option<&str>, day: &str) -> NewInvestmentTransaction {
    let id = InvestmentTransactionId::new(&w.env);
    NewInvestmentTransaction {
        id,
        bank_key: key.to_owned(),
        kind: kind.map(str::to_owned),
        value_date: date(day),
        created_at: w.now(),
        collected_at: w.now(),
        body: format!(r#"{{"id":"{id}","subtype":"Segredo {key}"}}"#),
    }
}

fn an_exchange(w: &World, key: &str) -> NewExchange {
    let id = ExchangeId::new(&w.env);
    NewExchange {
        id,
        bank_key: key.to_owned(),
        requested_at: w.now(),
        created_at: w.now(),
        collected_at: w.now(),
        body: format!(r#"{{"id":"{id}","operation_identifier":"Segredo {key}"}}"#),
    }
}

fn an_event(w: &World, key: &str, seconds: i64) -> NewExchangeEvent {
    let id = ExchangeEventId::new(&w.env);
    NewExchangeEvent {
        id,
        bank_key: key.to_owned(),
        happened_at: w.later(seconds),
        created_at: w.now(),
        collected_at: w.now(),
        body: format!(r#"{{"id":"{id}","foreign_partie_name":"Segredo {key}"}}"#),
    }
}

/// One of each for a link.
pub(crate) async fn one_of_each(w: &World, link: LinkId) -> (InvestmentId, InvestmentTransactionId, ExchangeId) {
    let investment = an_investment(w, "a", InvestmentType::InvestmentFund);
    let movement = a_movement(w, "m", Some("INFLOW"), "2026-01-01");
    let (exchange, event) = (an_exchange(w, "e"), an_event(w, "v", 0));
    let mut tx = w.store.begin().await.unwrap();
    tx.upsert_investments(link, std::slice::from_ref(&investment)).await.unwrap();
    let scope = (investment.id, investment.kind);
    tx.upsert_investment_transactions(link, scope, std::slice::from_ref(&movement)).await.unwrap();
    tx.upsert_exchange(link, &exchange, &[event]).await.unwrap();
    tx.commit().await.unwrap();
    (investment.id, movement.id, exchange.id)
}

#[tokio::test]
async fn what_is_read_again_keeps_its_id_and_the_last_of_a_key_counts() {
    each(async |w| {
        let link = w.link().await;
        let (investment, movement, exchange) = one_of_each(w, link).await;
        w.pass(60);
        let mut tx = w.store.begin().await.unwrap();
        let known = tx.known_investments(link, &["a", "b"]).await.unwrap();
        assert_eq!(known.get("a").unwrap().id, investment);
        assert!(known.get("b").is_none());
        assert_eq!(tx.known_investment_transactions(investment, &["m"]).await.unwrap().get("m").unwrap().id, movement);
        assert_eq!(tx.known_exchanges(link, &["e"]).await.unwrap().get("e").unwrap().id, exchange);
        assert!(tx.known_exchange_events(exchange, &["v"]).await.unwrap().get("v").is_some());

        let mut again = an_investment(w, "a", InvestmentType::InvestmentFund);
        again.id = investment;
        let mut last = again.clone();
        last.body = "{\"last\":true}".to_owned();
        tx.upsert_investments(link, &[again, last]).await.unwrap();
        let stranger = an_investment(w, "a", InvestmentType::InvestmentFund);
        let refused = tx.upsert_investments(link, &[stranger]).await;
        assert!(matches!(refused, Err(StoreError::Conflict)), "a key that is known by another id");
        drop(tx);
        let mut tx = w.store.begin().await.unwrap();
        let elsewhere = tx.known_investments(LinkId::new(&w.env), &["a"]).await.unwrap();
        assert!(elsewhere.get("a").is_none(), "the same bank key of another link is another record");
    })
    .await;
}

#[tokio::test]
async fn jobs_find_the_banks_id_that_nobody_else_sees() {
    each(async |w| {
        let link = w.link().await;
        let (investment, ..) = one_of_each(w, link).await;
        let all = w.store.investments_of_link(link).await.unwrap();
        assert_eq!((all.len(), all[0].id, all[0].bank_id.as_str()), (1, investment, "bank-id-a"));
        assert_eq!(all[0].kind, InvestmentType::InvestmentFund);
        for table in ["investments", "investment_transactions", "exchanges", "exchange_events"] {
            let all = w.dump(table).await;
            assert!(!all.contains("Segredo") && !all.contains("bank-id-a"), "{table} is sealed");
        }
    })
    .await;
}

#[tokio::test]
async fn records_of_others_are_not_there() {
    each(async |w| {
        let link = w.link().await;
        let (investment, movement, exchange) = one_of_each(w, link).await;
        let other = w.other_application().await;
        assert!(w.store.investment(w.application, investment).await.unwrap().is_some());
        assert!(w.store.investment(other, investment).await.unwrap().is_none());
        assert!(w.store.investment_transaction(other, movement).await.unwrap().is_none());
        assert!(w.store.exchange(other, exchange).await.unwrap().is_none());
        assert!(w.store.exchange_history(other, exchange, Paging::default()).await.unwrap().is_none());
        let filter = InvestmentTransactionFilter { link: vec![link], ..Default::default() };
        assert_eq!(w.store.investment_transactions(other, &filter, Paging::default()).await.unwrap().count, 0);
        let filter = InvestmentFilter { link: Some(vec![link]), ..Default::default() };
        assert_eq!(w.store.investments(other, &filter, Paging::default()).await.unwrap().count, 0);
        let filter = ExchangeFilter { link: Some(vec![link]), ..Default::default() };
        assert_eq!(w.store.exchanges(other, &filter, Paging::default()).await.unwrap().count, 0);
        let mut tx = w.store.begin().await.unwrap();
        assert!(!tx.delete_investment(other, investment).await.unwrap());
        assert!(!tx.delete_investment_transaction(other, movement).await.unwrap());
        assert!(!tx.delete_exchange(other, exchange).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn deleting_takes_along_what_cannot_stand_alone() {
    each(async |w| {
        let link = w.link().await;
        let (investment, movement, exchange) = one_of_each(w, link).await;
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.delete_exchange(w.application, exchange).await.unwrap());
        assert!(!tx.delete_exchange(w.application, exchange).await.unwrap());
        assert!(tx.delete_investment(w.application, investment).await.unwrap());
        assert!(!tx.delete_investment(w.application, investment).await.unwrap());
        tx.commit().await.unwrap();
        assert!(w.store.investment_transaction(w.application, movement).await.unwrap().is_none());
        for table in ["investments", "investment_transactions", "exchanges", "exchange_events"] {
            assert_eq!(w.number(format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_is_written_for_a_link_that_is_gone() {
    each(async |w| {
        let (link, neighbour) = (w.link().await, w.link().await);
        let (investment, ..) = one_of_each(w, link).await;
        one_of_each(w, neighbour).await;
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.erase_link(link).await.unwrap());
        tx.commit().await.unwrap();
        for table in ["investments", "investment_transactions", "exchanges", "exchange_events"] {
            let left = w.dump(table).await;
            assert!(!left.contains(&link.to_string()), "{table}");
            assert!(left.contains(&neighbour.to_string()), "{table}: the neighbour stays");
        }
        let mut tx = w.store.begin().await.unwrap();
        let row = an_investment(w, "late", InvestmentType::TreasuryBond);
        assert!(matches!(tx.upsert_investments(link, &[row]).await, Err(StoreError::NotFound)));
        let scope = (investment, InvestmentType::TreasuryBond);
        let row = a_movement(w, "late", None, "2026-01-01");
        let late = tx.upsert_investment_transactions(link, scope, &[row]).await;
        assert!(matches!(late, Err(StoreError::NotFound)));
        assert!(matches!(tx.upsert_exchange(link, &an_exchange(w, "x"), &[]).await, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_history_is_newest_first_and_paged() {
    each(async |w| {
        let link = w.link().await;
        let exchange = an_exchange(w, "e");
        let events: Vec<_> = (0..5).map(|n| an_event(w, &format!("v{n}"), n * 60)).collect();
        let mut tx = w.store.begin().await.unwrap();
        tx.upsert_exchange(link, &exchange, &events).await.unwrap();
        tx.upsert_exchange(link, &exchange, &events).await.unwrap();
        tx.commit().await.unwrap();
        let mut seen = Vec::new();
        for page in 1..=3 {
            let paging = Paging { page, size: 2 };
            let found = w.store.exchange_history(w.application, exchange.id, paging).await.unwrap().unwrap();
            assert_eq!(found.count, 5);
            seen.extend(found.items.into_iter().map(|item| item.id));
        }
        assert_eq!(seen, events.iter().rev().map(|event| event.id).collect::<Vec<_>>());
    })
    .await;
}

/// Every combination of the filters of movements against the plainest filter in memory.
#[tokio::test]
async fn filters_of_movements_are_those_of_a_plain_loop() {
    each(async |w| {
        let link = w.link().await;
        let kinds = [InvestmentType::InvestmentFund, InvestmentType::TreasuryBond, InvestmentType::VariableIncome];
        let directions = [Some("INFLOW"), Some("OUTFLOW"), None];
        let days = ["2025-12-31", "2026-01-01", "2026-01-02"];
        let mut all = Vec::new();
        for (n, kind) in kinds.into_iter().enumerate() {
            let investment = an_investment(w, &format!("i{n}"), kind);
            let rows: Vec<_> =
                (0..9).map(|m| a_movement(w, &format!("m{m}"), directions[m % 3], days[m / 3])).collect();
            let mut tx = w.store.begin().await.unwrap();
            tx.upsert_investments(link, std::slice::from_ref(&investment)).await.unwrap();
            tx.upsert_investment_transactions(link, (investment.id, kind), &rows).await.unwrap();
            tx.commit().await.unwrap();
            all.extend(rows.into_iter().map(|row| (kind, row)));
        }
        let words: [Option<&[&str]>; 6] = [
            None,
            Some(&[]),
            Some(&["INFLOW"]),
            Some(&["TREASURY_BOND"]),
            Some(&["OUTFLOW", "INVESTMENT_FUND"]),
            Some(&["x' OR 1=1 --"]),
        ];
        let day = date("2026-01-01");
        let compares = [
            Compare::default(),
            Compare { eq: Some(day), ..Compare::default() },
            Compare { gt: Some(day), ..Compare::default() },
            Compare { lte: Some(day), ..Compare::default() },
            Compare { range: Some((day, date("2026-01-02"))), ..Compare::default() },
        ];
        for kind in words {
            for value_date in &compares {
                let owned = kind.map(|words| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
                let fits = |at: InvestmentType, row: &NewInvestmentTransaction| {
                    let d = row.value_date;
                    kind.is_none_or(|words| {
                        words.contains(&at.as_str()) || row.kind.as_deref().is_some_and(|own| words.contains(&own))
                    }) && value_date.eq.is_none_or(|v| d == v)
                        && value_date.gt.is_none_or(|v| d > v)
                        && value_date.lte.is_none_or(|v| d <= v)
                        && value_date.range.is_none_or(|(a, b)| a <= d && d <= b)
                };
                let mut wanted: Vec<_> = all.iter().filter(|(at, row)| fits(*at, row)).map(|(_, row)| row).collect();
                wanted.sort_by_key(|row| (std::cmp::Reverse(row.value_date), row.id.to_string()));
                let filter = InvestmentTransactionFilter {
                    link: vec![link],
                    kind: owned,
                    value_date: value_date.clone(),
                    ..Default::default()
                };
                let page = w
                    .store
                    .investment_transactions(w.application, &filter, Paging { page: 1, size: 1000 })
                    .await
                    .unwrap();
                let found: Vec<_> = page.items.iter().map(|item| item.id).collect();
                assert_eq!(found, wanted.iter().map(|row| row.id).collect::<Vec<_>>(), "{kind:?} {value_date:?}");
                assert_eq!(page.count as usize, found.len());
                assert!(page.items.iter().all(|item| page.investments.contains_key(&item.investment)));
            }
        }
        let filter = InvestmentFilter {
            kind: Some(vec![InvestmentType::TreasuryBond, InvestmentType::VariableIncome]),
            ..Default::default()
        };
        assert_eq!(w.store.investments(w.application, &filter, Paging::default()).await.unwrap().count, 2);
        assert_eq!(w.store.count_investments(link).await.unwrap(), 3);
        let totals = w.store.investment_transaction_totals(link).await.unwrap();
        assert_eq!((totals.total, totals.inflow, totals.outflow), (27, 9, 9));
        assert_eq!((totals.first, totals.last), (Some(date("2025-12-31")), Some(date("2026-01-02"))));
    })
    .await;
}
