//! Cards, bills and contracts.

use jiff::SignedDuration;
use serde_json::{Value, json};
use vinculo_aggregator::retrieve::{self, Retrieve};
use vinculo_aggregator::{DataError, Error, links};
use vinculo_connector::{ConnectorError, CreditFamily, ProtocolError, SharedResource, SharedResourceStatus, Window};
use vinculo_domain::{LinkId, Resource};
use vinculo_store::{AccountFilter, BillFilter, Paging, TransactionFilter};

use crate::bank::{bill, pages, purchase};
use crate::world::{World, each};

/// One card with two bills on two pages, one loan.
fn stock(world: &World) {
    let mut state = world.bank.state();
    state.accounts = vec![("acc-1".into(), pages("one", &[1]))];
    state.credit = vec![(CreditFamily::Cards, "card".into()), (CreditFamily::Loans, "loan".into())];
    state.bills.insert("card".into(), vec![vec![bill("new")], vec![bill("old")]]);
    let open = vec![purchase("open", None), purchase("paid", Some("new"))];
    state.lists.insert("card".into(), vec![open]);
    // A parcel of a purchase of long ago stands on the bill alone.
    let parcels = vec![purchase("paid", Some("new")), purchase("parcel", Some("new"))];
    state.lists.insert("card/new".into(), vec![parcels]);
    state.lists.insert("card/old".into(), vec![vec![purchase("first", Some("old"))]]);
    state.lists.insert("loan".into(), pages("instalment", &[2]));
}

async fn find(world: &World, kind: &str) -> Value {
    let events = world.announced().await;
    events.into_iter().rfind(|event| event["webhook_type"] == kind).unwrap()["data"].take()
}

async fn bodies(world: &World, link: LinkId) -> Vec<Value> {
    let filter = TransactionFilter { link: vec![link], ..TransactionFilter::default() };
    let page = world.store().transactions(world.application, &filter, Paging::default()).await.unwrap();
    page.items.iter().map(|item| serde_json::from_str(&item.body).unwrap()).collect()
}

fn by_key<'a>(bodies: &'a [Value], key: &str) -> &'a Value {
    bodies.iter().find(|body| body["internal_identification"] == key).unwrap()
}

async fn bills_of(world: &World, link: LinkId) -> Vec<Value> {
    let filter = BillFilter { link: Some(vec![link]), ..BillFilter::default() };
    let page = world.store().bills(world.application, &filter, Paging::default()).await.unwrap();
    page.items.iter().map(|bill| serde_json::from_str(&bill.body).unwrap()).collect()
}

async fn again(world: &World, link: LinkId, resources: &[Resource]) {
    world.pass(SignedDuration::from_hours(1));
    let only = Some(resources.to_vec());
    links::fetch_later(&world.aggregator, world.application, link, only, None).await.unwrap();
    world.run_for(1).await;
}

#[tokio::test]
async fn cards_and_contracts_are_accounts_and_transactions_name_their_bill() {
    each(async |world| {
        stock(world);
        let link = world.connect().await.id;
        assert_eq!(find(world, "ACCOUNTS").await, json!({"total_accounts": 3}));
        assert_eq!(find(world, "BILLS").await, json!({"total_bills": 2}));
        assert_eq!(find(world, "TRANSACTIONS").await["total_transactions"], 7);
        let filter =
            AccountFilter { category: Some(vec!["CREDIT_CARD".into(), "LOAN_ACCOUNT".into()]), ..Default::default() };
        assert_eq!(world.store().accounts(world.application, &filter, Paging::default()).await.unwrap().count, 2);
        let (all, bills) = (bodies(world, link).await, bills_of(world, link).await);
        let new = by_key(&bills, "new");
        for key in ["paid", "parcel"] {
            let card = &by_key(&all, key)["credit_card_data"];
            assert_eq!((&card["bill_name"], &card["bill_due_date"]), (&json!("nov-2026"), &json!("2026-11-10")));
            assert_eq!((&card["credit_card_bill"]["id"], &card["bill_amount"]), (&new["id"], &json!(12.34)));
        }
        let open = &by_key(&all, "open")["credit_card_data"];
        assert_eq!((&open["bill_name"], &open["credit_card_bill"]), (&Value::Null, &Value::Null));
        let mut named = TransactionFilter { link: vec![link], ..TransactionFilter::default() };
        named.bill_name = Some(vec!["nov-2026".into()]);
        assert_eq!(world.store().transactions(world.application, &named, Paging::default()).await.unwrap().count, 3);
        assert_eq!(world.store().count_balances(link).await.unwrap(), 1, "cards and contracts have none of their own");
    })
    .await;
}

#[tokio::test]
async fn a_family_that_cannot_be_had_says_so_and_the_others_go_on() {
    each(async |world| {
        stock(world);
        let garbage = ConnectorError::Protocol(ProtocolError::Unreadable("data".into()));
        world.bank.fail_always("credit-cards-accounts", Some(garbage));
        world.approve().await;
        world.run_for(1).await;
        let link = world.the_link().await.id;
        for (kind, total) in [("ACCOUNTS", json!({"total_accounts": 2})), ("BILLS", json!({"total_bills": 0}))] {
            let data = find(world, kind).await;
            let key = total.as_object().unwrap().keys().next().unwrap();
            assert_eq!((&data[key], &data["errors"][0]["code"]), (&total[key], &json!("unexpected_error")), "{kind}");
        }
        assert_eq!(find(world, "TRANSACTIONS").await["errors"][0]["code"], "unexpected_error");
        assert_eq!(bodies(world, link).await.len(), 3);
        // Balances hang on deposit accounts alone, bills on cards alone.
        again(world, link, &[Resource::Balances]).await;
        assert_eq!(find(world, "BALANCES").await, json!({"total_balances": 1}));
    })
    .await;
}

#[tokio::test]
async fn a_family_that_stays_down_is_given_up_alone() {
    each(async |world| {
        stock(world);
        world.bank.fail_always("loans", Some(ConnectorError::Unavailable { status: 503, retry_after: None }));
        world.approve().await;
        world.run().await;
        assert!(world.announced().await.iter().all(|event| event["webhook_type"] == "OWNERS"));
        world.run_for(24).await;
        let data = find(world, "ACCOUNTS").await;
        assert_eq!(
            (&data["total_accounts"], &data["errors"][0]["code"]),
            (&json!(2), &json!("institution_unavailable"))
        );
        assert_eq!(find(world, "BILLS").await, json!({"total_bills": 2}), "cards are not loans");
        assert_eq!(world.bank.count("accounts"), 1, "what has been read is not read again");
        assert_eq!(world.bank.count("credit-cards-accounts"), 1);
        assert_eq!(world.bank.count("financings"), 1, "the families after it were asked");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_offered_is_no_failure() {
    each(async |world| {
        stock(world);
        for family in CreditFamily::ALL {
            world.bank.fail_always(family.as_str(), Some(ConnectorError::Unsupported(family.as_str())));
        }
        world.connect().await;
        assert_eq!(find(world, "ACCOUNTS").await, json!({"total_accounts": 1}));
        assert_eq!(find(world, "BILLS").await, json!({"total_bills": 0}));
        assert!(find(world, "TRANSACTIONS").await.get("errors").is_none());
    })
    .await;
}

#[tokio::test]
async fn families_that_the_bank_does_not_list_are_not_asked_for() {
    each(async |world| {
        stock(world);
        let resource =
            |kind: &str| SharedResource { id: kind.into(), kind: kind.into(), status: SharedResourceStatus::Available };
        world.bank.state().shared = vec![resource("ACCOUNT"), resource("LOAN")];
        world.connect().await;
        assert_eq!(find(world, "ACCOUNTS").await, json!({"total_accounts": 2}));
        assert_eq!((world.bank.count("loans"), world.bank.count("credit-cards-accounts")), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn pages_of_bills_are_read_on_from_where_they_were() {
    each(async |world| {
        stock(world);
        world.bank.fail_after(1, "bills", ConnectorError::Timeout);
        world.approve().await;
        world.run().await;
        let link = world.the_link().await.id;
        assert_eq!(bills_of(world, link).await.len(), 1);
        assert!(world.announced().await.iter().all(|event| event["webhook_type"] != "BILLS"));
        world.run_for(1).await;
        assert_eq!(find(world, "BILLS").await, json!({"total_bills": 2}));
        assert_eq!(world.bank.count("bills"), 3, "two pages and one failure");
    })
    .await;
}

#[tokio::test]
async fn a_bill_that_cannot_be_read_costs_nothing_but_itself() {
    each(async |world| {
        stock(world);
        world.bank.fail("bill-transactions", ConnectorError::LimitReached);
        let link = world.connect().await.id;
        let data = find(world, "TRANSACTIONS").await;
        assert_eq!(data["errors"], json!([DataError::OperationalLimitsReached.entry()]));
        let read = bodies(world, link).await.len();
        assert!((5..7).contains(&read), "{read}");
        again(world, link, &[Resource::Transactions]).await;
        assert!(find(world, "TRANSACTIONS").await.get("errors").is_none());
        assert_eq!(bodies(world, link).await.len(), 7, "what failed is read in the next round");
        again(world, link, &[Resource::Transactions]).await;
        assert_eq!(world.bank.count("bill-transactions"), 3, "a closed bill is read to its end once");
        assert_eq!(world.bank.count("card-transactions"), 3);
    })
    .await;
}

#[tokio::test]
async fn a_purchase_keeps_its_id_when_its_bill_closes_and_what_vanished_is_dropped() {
    each(async |world| {
        stock(world);
        let open = vec![purchase("stays", None), purchase("cancelled", None)];
        world.bank.state().lists.insert("card".into(), vec![open]);
        let link = world.connect().await.id;
        let before = bodies(world, link).await;
        world.bank.state().bills.insert("card".into(), vec![vec![bill("newer"), bill("new")]]);
        world.bank.state().lists.insert("card".into(), vec![vec![purchase("stays", Some("newer"))]]);
        again(world, link, &[Resource::Transactions]).await;
        let after = bodies(world, link).await;
        assert_eq!(by_key(&after, "stays")["id"], by_key(&before, "stays")["id"]);
        assert_eq!(by_key(&after, "stays")["credit_card_data"]["bill_name"], "nov-2026");
        assert!(after.iter().all(|body| body["internal_identification"] != "cancelled"));
        assert_eq!(after.len(), before.len() - 1);
    })
    .await;
}

#[tokio::test]
async fn transactions_bring_the_bills_that_they_name_without_announcing_them() {
    each(async |world| {
        let link = world.connect().await.id;
        stock(world);
        let events = world.announced().await.len();
        again(world, link, &[Resource::Transactions]).await;
        assert_eq!(world.announced().await.len(), events + 1);
        assert_eq!(bills_of(world, link).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_retrieve_returns_cards_bills_and_payments() {
    each(async |world| {
        let link = world.connect().await.id;
        stock(world);
        world.bank.state().accounts.push(("acc-2".into(), pages("two", &[1])));
        let what = |save| Retrieve { application: world.application, link, save };
        let accounts = retrieve::accounts(&world.aggregator, what(true)).await.unwrap();
        assert_eq!(accounts.len(), 4);
        let unsaved = retrieve::bills(&world.aggregator, what(false)).await.unwrap();
        assert_eq!((unsaved.len(), bills_of(world, link).await.len()), (2, 0));
        let bills = retrieve::bills(&world.aggregator, what(true)).await.unwrap();
        let parsed: Vec<Value> = bills.iter().map(|body| serde_json::from_str(body).unwrap()).collect();
        assert!(parsed.iter().all(|bill| bill["account"]["category"] == "CREDIT_CARD"));
        let again = retrieve::bills(&world.aggregator, what(true)).await.unwrap();
        assert_eq!(bills_of(world, link).await.len(), 2);
        let second: Vec<Value> = again.iter().map(|body| serde_json::from_str(body).unwrap()).collect();
        assert_eq!(parsed[0]["id"], second[0]["id"]);
        let window = Window { from: "2026-10-01".parse().unwrap(), to: "2026-11-22".parse().unwrap() };
        let all = retrieve::transactions(&world.aggregator, what(false), None, window).await.unwrap();
        let all: Vec<Value> = all.iter().map(|body| serde_json::from_str(body).unwrap()).collect();
        let paid = by_key(&all, "paid");
        assert_eq!(paid["credit_card_data"]["credit_card_bill"]["id"], by_key(&parsed, "new")["id"]);
        assert_eq!(all.iter().filter(|one| one["account"]["category"] == "LOAN_ACCOUNT").count(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_retrieve_gives_what_can_be_had_and_says_when_nothing_can() {
    each(async |world| {
        let link = world.connect().await.id;
        stock(world);
        let what = Retrieve { application: world.application, link, save: false };
        world.bank.fail_always("loans", Some(ConnectorError::Timeout));
        assert_eq!(retrieve::accounts(&world.aggregator, what).await.unwrap().len(), 2);
        world.bank.fail_always("accounts", Some(ConnectorError::LimitReached));
        world.bank.state().credit.clear();
        let error = retrieve::accounts(&world.aggregator, what).await.unwrap_err();
        assert!(matches!(error, Error::Connector(ConnectorError::LimitReached)), "{error}");
        let error = retrieve::balances(&world.aggregator, what, None).await.unwrap_err();
        assert!(matches!(error, Error::Connector(ConnectorError::LimitReached)), "{error}");
        for method in ["accounts"].into_iter().chain(CreditFamily::ALL.map(CreditFamily::as_str)) {
            world.bank.fail_always(method, Some(ConnectorError::Unsupported("x")));
        }
        let error = retrieve::accounts(&world.aggregator, what).await.unwrap_err();
        assert!(matches!(error, Error::Connector(ConnectorError::Unsupported(_))), "{error}");
        world.bank.fail_always("accounts", None);
        world.bank.state().accounts.clear();
        let error = retrieve::accounts(&world.aggregator, what).await.unwrap_err();
        assert!(matches!(error, Error::Data(DataError::ConsentWithoutAccounts)), "{error}");
    })
    .await;
}
