use serde_json::{Value, json};
use vinculo_aggregator::retrieve::{self, Retrieve};
use vinculo_aggregator::{DataError, links};
use vinculo_connector::{ConnectorError, SharedResource, SharedResourceStatus, Window};
use vinculo_domain::Resource;
use vinculo_domain::model::{
    ExchangeDraft, ExchangeEventDraft, InvestmentDraft, InvestmentTransactionDraft, InvestmentType,
};
use vinculo_store::{ExchangeFilter, InvestmentFilter, InvestmentTransactionFilter, Link, Paging};

use crate::world::{World, each};

const WANTED: [Resource; 3] = [Resource::Investments, Resource::InvestmentTransactions, Resource::Exchanges];

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_str(&value.to_string()).unwrap()
}

fn investment(id: &str, kind: InvestmentType) -> InvestmentDraft {
    let content = json!({
        "type": kind.as_str(), "issuer_id_number": null, "isin_number": null, "currency": "BRL", "product_name": id,
        "clearing_code": null, "due_date": null, "issue_date": null, "purchase_date": null, "grace_period_date": null,
        "issue_unit_price": null, "remuneration": {"pre_fixed_rate": null, "post_fixed_rate": null, "rate_type": null,
        "rate_periodicity": null, "calculation_base": null, "indexer": null, "indexer_additional_info": null},
        "classification_details": null, "debtor_details": null
    });
    InvestmentDraft { internal_identification: id.to_owned(), content: read(&content) }
}

fn movement(key: &str, inflow: bool) -> InvestmentTransactionDraft {
    let content = json!({"internal_identification": key, "value_date": "2026-11-01", "gross_value": 12.34,
        "type": if inflow { "INFLOW" } else { "OUTFLOW" }, "broker_note_details": null});
    InvestmentTransactionDraft { bank_key: format!("id:{key}"), content: read(&content) }
}

fn exchange(id: &str, at: &str) -> ExchangeDraft {
    let content = json!({"operation_identifier": id, "operation_number": null, "operation_type": "COMPRA",
        "operation_requested_at": at, "authorized_institution_identifier": 11225860000140_u64,
        "authorized_institution_name": "A", "intermediary_institution_identifier": null,
        "intermediary_institution_name": null, "operation_due_date": "2026-11-03", "local_operation_tax_amount": 5.1,
        "local_operation_tax_currency": "BRL", "local_operation_value_amount": 51.0,
        "local_operation_value_currency": "BRL", "foreign_operation_value_amount": 10.0,
        "foreign_operation_value_currency": "USD", "operation_outstanding_balance_amount": null,
        "operation_outstanding_balance_currency": null, "tev_amount_amount": null, "tev_amount_currency": null,
        "local_currency_advance_percentage": null, "settlement_method": null, "operation_category_code": "90302"});
    let event = |number: &str, kind: u8| {
        let mut event = content.clone();
        let map = event.as_object_mut().unwrap();
        map.insert("event_sequence_number".to_owned(), number.into());
        map.insert("event_type".to_owned(), kind.into());
        map.insert("event_created_at".to_owned(), at.into());
        ExchangeEventDraft { content: read(&event) }
    };
    ExchangeDraft { content: read(&content), events: vec![event("1", 1), event("2", 4)] }
}

/// A link whose accounts are read, at a bank with investments and exchanges.
async fn link(world: &World) -> Link {
    let pages = |name: &str, sizes: &[usize]| {
        let page = |(at, size): (usize, &usize)| {
            (0..*size).map(|n| movement(&format!("{name}-{at}-{n}"), n % 2 == 0)).collect()
        };
        sizes.iter().enumerate().map(page).collect::<Vec<Vec<_>>>()
    };
    world.bank.state().investments = vec![
        (investment("cdb", InvestmentType::FixedIncomeBanking), pages("cdb", &[2, 1])),
        (investment("petr4", InvestmentType::VariableIncome), pages("petr4", &[3])),
        (investment("fund", InvestmentType::InvestmentFund), pages("fund", &[0])),
    ];
    world.bank.state().exchanges =
        vec![exchange("op-1", "2026-11-01T12:00:00Z"), exchange("op-2", "2025-12-01T12:00:00Z")];
    world.connect().await
}

/// Has another round read investments, movements and exchanges; returns its events.
async fn round(world: &World, link: &Link) -> Vec<Value> {
    let before = world.announced().await.len();
    links::fetch_later(&world.aggregator, world.application, link.id, Some(WANTED.to_vec()), None).await.unwrap();
    world.run_for(2).await;
    world.announced().await.split_off(before)
}

fn of<'a>(events: &'a [Value], kind: &str) -> &'a Value {
    let mut found = events.iter().filter(|event| event["webhook_type"] == kind);
    let first = found.next().unwrap_or_else(|| panic!("{kind} is not announced"));
    assert!(found.next().is_none(), "{kind} announced twice");
    &first["data"]
}

async fn counts(world: &World, link: &Link) -> (i64, i64, i64) {
    let store = world.store();
    let filter = InvestmentTransactionFilter { link: vec![link.id], ..Default::default() };
    let movements = store.investment_transactions(world.application, &filter, Paging::default()).await.unwrap();
    let investments = store.count_investments(link.id).await.unwrap();
    (investments, movements.count, store.count_exchanges(link.id).await.unwrap())
}

#[tokio::test]
async fn all_three_are_stored_and_announced_once_with_their_counts() {
    each(async |world| {
        let link = link(world).await;
        let events = round(world, &link).await;
        assert_eq!(events.len(), 3);
        assert_eq!(*of(&events, "INVESTMENTS"), json!({"total_investments": 3}));
        assert_eq!(
            *of(&events, "INVESTMENT_TRANSACTIONS"),
            json!({"total_transactions": 6, "total_inflow_transactions": 4, "total_outflow_transactions": 2,
                "first_transaction_date": "2026-11-01", "last_transaction_date": "2026-11-01"})
        );
        assert_eq!(*of(&events, "EXCHANGES"), json!({"total_exchanges": 2}));
        assert_eq!(counts(world, &link).await, (3, 6, 2));
        let filter = ExchangeFilter::default();
        let exchanges = world.store().exchanges(world.application, &filter, Paging::default()).await.unwrap();
        for exchange in exchanges.items {
            let history = world.store().exchange_history(world.application, exchange.id, Paging::default());
            assert_eq!(history.await.unwrap().unwrap().count, 2);
        }
    })
    .await;
}

#[tokio::test]
async fn a_second_round_adds_nothing_and_changes_no_id() {
    each(async |world| {
        let link = link(world).await;
        round(world, &link).await;
        let ids = async || {
            let filter = InvestmentFilter::default();
            let all = world.store().investments(world.application, &filter, Paging::default()).await.unwrap();
            all.items.into_iter().map(|item| item.id).collect::<Vec<_>>()
        };
        let before = ids().await;
        round(world, &link).await;
        assert_eq!(ids().await, before);
        assert_eq!(counts(world, &link).await, (3, 6, 2));
    })
    .await;
}

#[tokio::test]
async fn a_kind_that_cannot_be_had_is_said_and_costs_the_others_nothing() {
    each(async |world| {
        let link = link(world).await;
        world.bank.fail_always("FIXED_INCOME_BANKING", Some(ConnectorError::LimitReached));
        world.bank.fail_always("TREASURY_BOND", Some(ConnectorError::Unsupported("treasure-titles")));
        let events = round(world, &link).await;
        let data = of(&events, "INVESTMENTS");
        assert_eq!(data["total_investments"], 2);
        assert_eq!(data["errors"].as_array().unwrap().len(), 1, "what is not offered is no failure: {data}");
        assert_eq!(data["errors"][0]["code"], "operational_limits_reached");
        let data = of(&events, "INVESTMENT_TRANSACTIONS");
        assert_eq!(
            (data["total_transactions"].as_i64(), &data["errors"][0]["code"]),
            (Some(3), &json!("operational_limits_reached"))
        );
        assert!(of(&events, "EXCHANGES").get("errors").is_none());
    })
    .await;
}

#[tokio::test]
async fn a_kind_that_stumbles_is_read_again_alone() {
    each(async |world| {
        let link = link(world).await;
        world.bank.fail("FIXED_INCOME_BANKING", ConnectorError::Unavailable { status: 503, retry_after: None });
        let events = round(world, &link).await;
        assert_eq!(*of(&events, "INVESTMENTS"), json!({"total_investments": 3}));
        assert_eq!(world.bank.count("FIXED_INCOME_BANKING"), 2);
        assert_eq!(world.bank.count("INVESTMENT_FUND"), 1, "what has been read is not read again");
    })
    .await;
}

#[tokio::test]
async fn a_kind_that_never_answers_is_given_up_and_the_rest_is_there() {
    each(async |world| {
        let link = link(world).await;
        world.bank.fail_always("VARIABLE_INCOME", Some(ConnectorError::Timeout));
        let events = round(world, &link).await;
        let data = of(&events, "INVESTMENTS");
        assert_eq!(
            (data["total_investments"].as_i64(), &data["errors"][0]["code"]),
            (Some(2), &json!("request_timeout"))
        );
        assert_eq!(counts(world, &link).await, (2, 3, 2));
    })
    .await;
}

#[tokio::test]
async fn movements_go_on_page_by_page_where_they_stopped() {
    each(async |world| {
        let link = link(world).await;
        world.bank.fail_after(1, "movements", ConnectorError::Unavailable { status: 500, retry_after: None });
        let events = round(world, &link).await;
        assert_eq!(of(&events, "INVESTMENT_TRANSACTIONS")["total_transactions"], 6);
        assert_eq!(world.bank.count("movements"), 5, "four pages and one failure");
    })
    .await;
}

#[tokio::test]
async fn one_investment_that_cannot_be_read_costs_the_others_nothing() {
    each(async |world| {
        let link = link(world).await;
        world.bank.fail("movements", ConnectorError::Forbidden { code: None });
        let events = round(world, &link).await;
        let data = of(&events, "INVESTMENT_TRANSACTIONS");
        assert_eq!(data["errors"][0]["code"], "unavailable_data");
        assert!(data["total_transactions"].as_i64().unwrap() >= 3, "{data}");
    })
    .await;
}

#[tokio::test]
async fn kinds_that_the_bank_does_not_list_are_not_asked_for() {
    each(async |world| {
        let link = link(world).await;
        let fund =
            SharedResource { id: "fund".to_owned(), kind: "FUND".to_owned(), status: SharedResourceStatus::Available };
        world.bank.state().shared = vec![fund];
        let events = round(world, &link).await;
        assert_eq!(*of(&events, "INVESTMENTS"), json!({"total_investments": 1}));
        assert_eq!(*of(&events, "EXCHANGES"), json!({"total_exchanges": 0}));
        assert_eq!(world.bank.count("INVESTMENT_FUND"), 1);
        for kind in ["FIXED_INCOME_BANKING", "FIXED_INCOME_CREDIT", "TREASURY_BOND", "VARIABLE_INCOME", "exchanges"] {
            assert_eq!(world.bank.count(kind), 0, "{kind}");
        }
    })
    .await;
}

fn window() -> Window {
    Window { from: "2026-10-01".parse().unwrap(), to: "2026-11-22".parse().unwrap() }
}

#[tokio::test]
async fn a_retrieve_returns_them_and_keeps_them_only_when_asked_to() {
    each(async |world| {
        let link = link(world).await;
        let what = |save| Retrieve { application: world.application, link: link.id, save };
        let agg = &world.aggregator;
        assert_eq!(retrieve::investments(agg, what(false)).await.unwrap().len(), 3);
        let movements = retrieve::investment_transactions(agg, what(false), window()).await.unwrap();
        assert_eq!(movements.len(), 6);
        assert_eq!(retrieve::exchanges(agg, what(false), window()).await.unwrap().len(), 1, "by the days asked for");
        assert_eq!(counts(world, &link).await, (0, 0, 0));

        assert_eq!(retrieve::investments(agg, what(true)).await.unwrap().len(), 3);
        let movements = retrieve::investment_transactions(agg, what(true), window()).await.unwrap();
        let first: Value = serde_json::from_str(&movements[0]).unwrap();
        assert_eq!(first["investment"]["link"], link.id.to_string());
        let keys: Vec<&String> = first.as_object().unwrap().keys().collect();
        assert_eq!(keys[..6], ["id", "link", "collected_at", "created_at", "investment", "internal_identification"]);
        assert_eq!(retrieve::exchanges(agg, what(true), window()).await.unwrap().len(), 1);
        assert_eq!(counts(world, &link).await, (3, 6, 1));
    })
    .await;
}

#[tokio::test]
async fn a_retrieve_says_what_the_bank_does_wrong() {
    each(async |world| {
        let link = link(world).await;
        let what = Retrieve { application: world.application, link: link.id, save: true };
        world.bank.fail("INVESTMENT_FUND", ConnectorError::LimitReached);
        let error = retrieve::investments(&world.aggregator, what).await.unwrap_err();
        assert_eq!(error.data(), Some(DataError::OperationalLimitsReached));
        for kind in InvestmentType::ALL {
            world.bank.fail_always(kind.as_str(), Some(ConnectorError::Unsupported("x")));
        }
        let error = retrieve::investments(&world.aggregator, what).await.unwrap_err();
        assert_eq!(error.data(), Some(DataError::UnsupportedOperation));
        world.bank.fail_always("VARIABLE_INCOME", None);
        assert_eq!(retrieve::investments(&world.aggregator, what).await.unwrap().len(), 1);
        world.bank.fail("exchanges", ConnectorError::Unsupported("exchanges"));
        let error = retrieve::exchanges(&world.aggregator, what, window()).await.unwrap_err();
        assert_eq!(error.data(), Some(DataError::UnsupportedOperation));
        world.bank.revoke_all();
        let error = retrieve::investments(&world.aggregator, what).await.unwrap_err();
        assert_eq!(error.data(), Some(DataError::InvalidLink));
    })
    .await;
}
