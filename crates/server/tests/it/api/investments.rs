//! Investments, their movements and exchanges as the API serves them.

use serde_json::json;
use vinculo_domain::model::InvestmentType;
use vinculo_domain::{ExchangeEventId, ExchangeId, InvestmentId, InvestmentTransactionId};
use vinculo_store::{Link, NewExchange, NewExchangeEvent, NewInvestment, NewInvestmentTransaction};

use crate::world::{World, each};

struct Data {
    investments: Vec<String>,
    movements: Vec<String>,
    exchange: String,
}

async fn fill(world: &World, link: &Link) -> Data {
    let now = world.now();
    let mut data = Data { investments: Vec::new(), movements: Vec::new(), exchange: String::new() };
    let mut tx = world.store.begin().await.unwrap();
    for kind in [InvestmentType::InvestmentFund, InvestmentType::FixedIncomeBanking] {
        let id = InvestmentId::new(&world.env);
        let body = format!(
            r#"{{"id":"{id}","link":"{}","type":"{}","balance":{{"quantity":1000.00000004}}}}"#,
            link.id,
            kind.as_str()
        );
        let row = NewInvestment {
            id,
            bank_key: kind.as_str().to_owned(),
            bank_id: "b".to_owned(),
            kind,
            created_at: now,
            collected_at: now,
            body,
        };
        tx.upsert_investments(link.id, &[row]).await.unwrap();
        data.investments.push(id.to_string());
        let movement = |n: i64, direction: &str| {
            let own = InvestmentTransactionId::new(&world.env);
            NewInvestmentTransaction {
                id: own,
                bank_key: format!("m{n}"),
                kind: Some(direction.to_owned()),
                value_date: format!("2026-11-0{n}").parse().unwrap(),
                created_at: now,
                collected_at: now,
                body: format!(
                    r#"{{"id":"{own}","link":"{}","collected_at":"x","created_at":"y","value_date":"2026-11-0{n}","type":"{direction}"}}"#,
                    link.id
                ),
            }
        };
        let rows = [movement(1, "INFLOW"), movement(2, "OUTFLOW")];
        tx.upsert_investment_transactions(link.id, (id, kind), &rows).await.unwrap();
        data.movements.extend(rows.iter().map(|row| row.id.to_string()));
    }
    let id = ExchangeId::new(&world.env);
    let exchange = NewExchange {
        id,
        bank_key: "op".to_owned(),
        requested_at: now,
        created_at: now,
        collected_at: now,
        body: format!(r#"{{"id":"{id}","local_operation_tax_amount":5.123456789012345}}"#),
    };
    let events: Vec<NewExchangeEvent> = (0..3)
        .map(|n| {
            let own = ExchangeEventId::new(&world.env);
            NewExchangeEvent {
                id: own,
                bank_key: format!("e{n}"),
                happened_at: now + jiff::SignedDuration::from_secs(n),
                created_at: now,
                collected_at: now,
                body: format!(r#"{{"id":"{own}","exchange_id":"{id}","event_sequence_number":"{n}"}}"#),
            }
        })
        .collect();
    tx.upsert_exchange(link.id, &exchange, &events).await.unwrap();
    tx.commit().await.unwrap();
    data.exchange = id.to_string();
    data
}

#[tokio::test]
async fn lists_details_and_aliases_serve_the_same() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let data = fill(world, &link).await;
        for path in ["/api/br/investments", "/api/investments", "/investments/portfolios"] {
            let mut ids = world.client.ids(&format!("{path}/?link={}&page_size=1", link.id)).await;
            ids.sort();
            let mut wanted = data.investments.clone();
            wanted.sort();
            assert_eq!(ids, wanted, "{path}");
            let one = world.client.get(&format!("{path}/{}/", wanted[0])).await;
            assert!(one.text.contains("1000.00000004"), "{path}: {}", one.text);
        }
        for path in ["/api/br/investment-transactions", "/api/investment-transactions"] {
            let all = world.client.every(&format!("{path}/?link={}&page_size=3", link.id)).await;
            assert_eq!(all.len(), 4, "{path}");
            let days: Vec<_> = all.iter().map(|item| item["value_date"].as_str().unwrap()).collect();
            assert_eq!(days, ["2026-11-02", "2026-11-02", "2026-11-01", "2026-11-01"], "newest first");
            for item in &all {
                assert!(data.investments.contains(&item["investment"]["id"].as_str().unwrap().to_owned()));
            }
            let one = world.client.get(&format!("{path}/{}/?fields=investment", data.movements[0])).await.ok();
            assert_eq!(one["investment"]["link"], link.id.to_string());
            assert_eq!(one.as_object().unwrap().len(), 1);
        }
        for path in ["/api/br/exchanges", "/api/exchanges"] {
            assert_eq!(world.client.ids(&format!("{path}/?link={}", link.id)).await.join(" "), data.exchange);
            let one = world.client.get(&format!("{path}/{}/", data.exchange)).await;
            assert!(one.text.contains("5.123456789012345"), "{}", one.text);
            let history = world.client.every(&format!("{path}/{}/history/?page_size=2", data.exchange)).await;
            let numbers: Vec<_> = history.iter().map(|item| item["event_sequence_number"].as_str().unwrap()).collect();
            assert_eq!(numbers, ["2", "1", "0"], "newest event first");
        }
    })
    .await;
}

#[tokio::test]
async fn both_ways_to_name_a_type_are_understood() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        fill(world, &link).await;
        let count = async |path: &str, filter: &str| {
            let page = world.client.get(&format!("/api/br/{path}/?link={}&{filter}", link.id)).await.ok();
            page["count"].as_i64().unwrap()
        };
        for (filter, wanted) in [
            ("type=FUND", 1),
            ("type=INVESTMENT_FUND", 1),
            ("type__in=FUND,BANCARIA", 2),
            ("type__in[]=BOND", 0),
            ("created_at__gte=2026-11-22", 2),
            ("created_at__lt=2026-11-22", 0),
        ] {
            assert_eq!(count("investments", filter).await, wanted, "{filter}");
        }
        for (filter, wanted) in [
            ("type=INFLOW", 2),
            ("type=BANCARIA", 2),
            ("type__in=INFLOW,FUND", 3),
            ("type=VARIABLE_INCOME", 0),
            ("value_date__gt=2026-11-01", 2),
            ("created_at__range=2026-11-22,2026-11-22", 4),
        ] {
            assert_eq!(count("investment-transactions", filter).await, wanted, "{filter}");
        }
        let refused = async |path: &str| world.client.get(&format!("/api/br/{path}")).await.refused();
        let wrong = format!("investments/?link={}&type=INFLOW", link.id);
        assert_eq!(refused(&wrong).await, "400 type=invalid_choice");
        for path in ["investments/", "investment-transactions/", "exchanges/"] {
            assert_eq!(refused(path).await, "400 link=required");
        }
    })
    .await;
}

#[tokio::test]
async fn others_see_nothing_and_delete_nothing() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let data = fill(world, &link).await;
        let paths = [
            format!("/api/br/investments/{}/", data.investments[0]),
            format!("/api/br/investment-transactions/{}/", data.movements[0]),
            format!("/api/br/exchanges/{}/", data.exchange),
        ];
        for path in &paths {
            assert_eq!(world.stranger.get(path).await.refused(), "404 not_found", "{path}");
            assert_eq!(world.stranger.delete(path).await.refused(), "404 not_found", "{path}");
        }
        let history = format!("/api/br/exchanges/{}/history/", data.exchange);
        assert_eq!(world.stranger.get(&history).await.refused(), "404 not_found");
        for path in ["investments", "investment-transactions", "exchanges"] {
            let page = world.stranger.get(&format!("/api/br/{path}/?link={}", link.id)).await.ok();
            assert_eq!(page["count"], 0, "{path}");
            let body = json!({"link": link.id});
            let said = world.stranger.post(&format!("/api/br/{path}/"), &body).await.refused();
            assert_eq!(said, "400 link=does_not_exist", "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn deleting_takes_along_what_cannot_be_shown_alone() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let data = fill(world, &link).await;
        let delete = async |path: String| {
            let answer = world.client.delete(&path).await;
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""), "{path}");
            assert_eq!(world.client.delete(&path).await.refused(), "404 not_found");
            assert_eq!(world.client.get(&path).await.refused(), "404 not_found");
        };
        delete(format!("/api/br/investment-transactions/{}/", data.movements[0])).await;
        delete(format!("/api/br/investments/{}/", data.investments[0])).await;
        delete(format!("/api/br/exchanges/{}/", data.exchange)).await;
        let gone = format!("/api/br/investment-transactions/{}/", data.movements[1]);
        assert_eq!(world.client.get(&gone).await.refused(), "404 not_found");
        let history = format!("/api/br/exchanges/{}/history/", data.exchange);
        assert_eq!(world.client.get(&history).await.refused(), "404 not_found");
        let left = world.client.ids(&format!("/api/br/investment-transactions/?link={}", link.id)).await;
        assert_eq!(left.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn periods_are_checked_also_when_half_of_them_is_named() {
    each(async |world| {
        let link = world.link().await;
        for path in ["investment-transactions", "exchanges"] {
            for (body, wanted) in [
                (json!({}), "400 link=required"),
                (json!({"link": "x"}), "400 link=invalid"),
                (json!({"link": link, "date_from": "2026-13-01"}), "400 date_from=invalid"),
                (json!({"link": link, "date_from": "2026-11-02", "date_to": "2026-11-01"}), "400 date_from=invalid"),
                (json!({"link": link, "date_from": "2026-11-25"}), "400 date_from=invalid"),
                (json!({"link": link, "date_to": "2027-01-01"}), "400 date_to=invalid"),
                (json!({"link": link, "date_from": "2024-01-01"}), "400 date_from=validation_error"),
            ] {
                let said = world.client.post(&format!("/api/br/{path}/"), &body).await.refused();
                assert_eq!(said, wanted, "{path} {body}");
            }
        }
    })
    .await;
}
