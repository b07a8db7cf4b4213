//! Recurrent links are kept fresh, within what the network allows.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use vinculo_aggregator::retrieve::{self, Retrieve};
use vinculo_aggregator::{links, quota, refresh};
use vinculo_connector::{ConnectorError, CreditFamily, ProtocolError, SharedResource, SharedResourceStatus};
use vinculo_domain::{AccessMode, LinkStatus, RefreshRate};
use vinculo_store::LinkPatch;

use crate::bank::{bill, transaction};
use crate::world::{World, each};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn at_rate(world: &World, rate: RefreshRate) {
    let link = world.connect().await;
    let mut tx = world.store().begin().await.unwrap();
    refresh::set_rate(&world.env, &mut tx, link.id, rate).await.unwrap();
    tx.commit().await.unwrap();
}

/// Lives for `by`, looking at everything every three hours.
async fn live(world: &World, by: SignedDuration) {
    let end = world.env.now() + by;
    while world.env.now() < end {
        world.pass(HOUR * 3);
        world.tick().await;
        world.run().await;
    }
}

async fn live_until(world: &World, at: &str) {
    let at: Timestamp = at.parse().unwrap();
    live(world, at.duration_since(world.env.now())).await;
}

async fn news(world: &World) -> Vec<Value> {
    world.announced().await.into_iter().filter(|event| event["process_type"] == "recurrent_update").collect()
}

/// How often the bank was asked: owners, accounts, balances and first pages of transactions of one account, for long
/// stretches and for the latest days.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Calls {
    owners: usize,
    accounts: usize,
    balances: usize,
    long: usize,
    latest: usize,
}

fn calls(world: &World) -> Calls {
    let state = world.bank.state();
    let count = |method: &str| state.calls.iter().filter(|call| **call == method).count();
    // Two accounts, one of two pages and one of one.
    let windows = |latest: bool| {
        let span = |w: &&vinculo_connector::Window| (w.from.until(w.to).unwrap().get_days() <= 6) == latest;
        state.windows.iter().filter(span).count() / 3
    };
    Calls {
        owners: count("owners"),
        accounts: count("accounts"),
        // A reading of the accounts brings their balances.
        balances: count("balance") / 2 + count("accounts"),
        long: windows(false),
        latest: windows(true),
    }
}

#[tokio::test]
async fn the_most_eager_rate_stays_within_the_months_allowance_and_leaves_a_reserve() {
    each(async |world| {
        at_rate(world, RefreshRate::Hours6).await;
        live_until(world, "2026-12-01T03:00:00Z").await;
        let before = calls(world);
        live_until(world, "2027-01-01T03:00:00Z").await;
        let after = calls(world);
        let month = Calls {
            owners: after.owners - before.owners,
            accounts: after.accounts - before.accounts,
            balances: after.balances - before.balances,
            long: after.long - before.long,
            latest: after.latest - before.latest,
        };
        assert!((4..=5).contains(&month.owners) && (4..=5).contains(&month.accounts), "{month:?}");
        assert!((4..=5).contains(&month.long), "{month:?}");
        assert!((90..=150).contains(&month.latest) && (90..=150).contains(&month.balances), "{month:?}");
    })
    .await;
}

#[tokio::test]
async fn what_a_scheduled_round_tries_again_is_not_taken_from_the_reserve() {
    each(async |world| {
        at_rate(world, RefreshRate::Hours24).await;
        live_until(world, "2026-12-01T03:00:00Z").await;
        // Such calls may have counted at the bank, and so they count here.
        world.bank.fail_always("owners", Some(ConnectorError::Broken("x".into())));
        let before = calls(world).owners;
        live_until(world, "2026-12-31T03:00:00Z").await;
        assert_eq!(calls(world).owners - before, 5, "three of eight are left");
        world.bank.fail_always("owners", None);
        let what = Retrieve { application: world.application, link: world.the_link().await.id, save: true };
        for _ in 0..3 {
            retrieve::owners(&world.aggregator, what).await.unwrap();
        }
        assert!(retrieve::owners(&world.aggregator, what).await.is_err(), "and no more");
    })
    .await;
}

#[tokio::test]
async fn each_rate_is_kept_and_a_single_link_is_left_alone() {
    each(async |world| {
        at_rate(world, RefreshRate::Days30).await;
        let before = calls(world);
        live(world, DAY * 26).await;
        assert_eq!(calls(world), before, "not too early");
        live(world, DAY * 5).await;
        assert_eq!(calls(world).owners, before.owners + 1);
        let link = world.the_link().await;
        let patch = LinkPatch { access_mode: Some(AccessMode::Single), ..LinkPatch::default() };
        let mut tx = world.store().begin().await.unwrap();
        let single = tx.patch_link(world.application, link.id, &patch).await.unwrap().unwrap();
        refresh::follow_mode(&world.env, &mut tx, link.access_mode, &single).await.unwrap();
        tx.commit().await.unwrap();
        let before = calls(world);
        live(world, DAY * 60).await;
        assert_eq!(calls(world), before);
        let patch = LinkPatch { access_mode: Some(AccessMode::Recurrent), ..LinkPatch::default() };
        let mut tx = world.store().begin().await.unwrap();
        let recurrent = tx.patch_link(world.application, link.id, &patch).await.unwrap().unwrap();
        refresh::follow_mode(&world.env, &mut tx, single.access_mode, &recurrent).await.unwrap();
        tx.commit().await.unwrap();
        let history = async || {
            world.announced().await.iter().filter(|event| event["webhook_code"] == "historical_update").count()
        };
        let told = history().await;
        live(world, DAY + HOUR).await;
        assert_eq!(history().await, told + 4, "the history, the next day");
        live(world, DAY * 7).await;
        assert_eq!(calls(world).owners, before.owners + 2, "and weekly from then on");
    })
    .await;
}

#[tokio::test]
async fn what_is_new_is_told_with_its_number_and_nothing_else_is() {
    each(async |world| {
        let link = world.connect().await;
        live(world, DAY * 8).await;
        assert!(news(world).await.is_empty(), "nothing is new");
        for key in ["new-1", "new-2"] {
            world.bank.state().accounts[0].1[0].push(transaction(key, true, true));
        }
        live(world, DAY * 8).await;
        let told = news(world).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0]["webhook_type"], "TRANSACTIONS");
        assert_eq!(told[0]["webhook_code"], "new_transactions_available");
        assert_eq!(told[0]["data"], json!({"new_transactions": 2}));
        assert_eq!(told[0]["link_id"], link.id.to_string());
        assert_eq!(world.transactions(link.id).await, 8);
    })
    .await;
}

#[tokio::test]
async fn new_bills_are_told_and_what_is_paid_of_contracts_waits_for_a_full_round() {
    each(async |world| {
        world.bank.state().credit =
            vec![(CreditFamily::Cards, "card-1".into()), (CreditFamily::Financings, "car".into())];
        world.bank.state().bills.insert("card-1".into(), vec![vec![bill("b1")]]);
        world.bank.state().lists.insert("car".into(), vec![vec![transaction("p1", true, true)]]);
        at_rate(world, RefreshRate::Hours24).await;
        live(world, DAY * 8).await;
        assert!(news(world).await.is_empty(), "nothing is new");
        world.bank.state().bills.insert("card-1".into(), vec![vec![bill("b1"), bill("b2"), bill("b3")]]);
        let read = world.bank.count("contract-transactions");
        live(world, DAY * 3).await;
        assert_eq!(world.bank.count("contract-transactions"), read, "deltas leave contracts alone");
        live(world, DAY * 5).await;
        assert_eq!(world.bank.count("contract-transactions"), read + 1);
        let told = news(world).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(
            (&told[0]["webhook_type"], &told[0]["webhook_code"]),
            (&json!("BILLS"), &json!("new_bills_available"))
        );
        assert_eq!(told[0]["data"], json!({"new_bills": 2}));
    })
    .await;
}

#[tokio::test]
async fn what_the_bank_does_not_give_any_more_is_told_once_a_month() {
    each(async |world| {
        let link = world.connect().await;
        let resource = |id: &str, status| SharedResource { id: id.to_owned(), kind: "ACCOUNT".to_owned(), status };
        let good = SharedResourceStatus::Available;
        world.bank.state().shared = vec![resource("acc-1", good), resource("acc-2", good)];
        live(world, DAY * 8).await;
        assert!(news(world).await.is_empty());
        world.bank.state().shared = vec![
            resource("acc-1", SharedResourceStatus::TemporarilyUnavailable),
            resource("acc-2", SharedResourceStatus::Unavailable),
            resource("acc-3", SharedResourceStatus::PendingAuthorisation),
        ];
        live_until(world, "2026-12-01T03:00:00Z").await;
        live_until(world, "2026-12-31T03:00:00Z").await;
        let told = news(world).await;
        let codes: Vec<&str> = told.iter().map(|event| event["webhook_code"].as_str().unwrap()).collect();
        let both = [
            "openfinance_consent_with_unrecoverable_resources",
            "openfinance_consent_with_temporarily_unavailable_resources",
        ];
        assert!(
            both.iter().all(|code| (1..=2).contains(&codes.iter().filter(|told| told == &code).count())),
            "{codes:?}"
        );
        let data = told[0]["data"].as_object().unwrap();
        let keys: Vec<&String> = data.keys().collect();
        assert_eq!(keys, ["consent_id", "institution", "institution_display_name", "institution_icon_logo"]);
        assert_eq!(data["consent_id"], json!(link.consent.unwrap()));
        assert!(told.iter().all(|event| event["webhook_type"] == "CONSENT"), "{codes:?}");
    })
    .await;
}

#[tokio::test]
async fn a_used_up_allowance_refuses_without_asking_and_opens_with_the_month() {
    each(async |world| {
        let link = world.connect().await;
        let what = Retrieve { application: world.application, link: link.id, save: true };
        let mut served = 0;
        let refused = loop {
            match retrieve::owners(&world.aggregator, what).await {
                Ok(_) => served += 1,
                Err(error) => break error,
            }
        };
        assert_eq!((served, world.bank.count("owners")), (7, 8), "one was the first pull");
        assert_eq!(refused.data().unwrap().code(), "operational_limits_reached");
        let quota = quota::quota(&world.aggregator, world.application, link.id).await.unwrap();
        let line = quota.lines.iter().find(|line| line.endpoint == "owners").unwrap();
        assert_eq!((line.limit, line.used, line.left()), (8, 8, 0));
        live_until(world, "2026-12-01T02:00:00Z").await;
        assert_eq!(world.bank.count("owners"), 8, "no round asks either");
        live_until(world, "2026-12-01T03:00:00Z").await;
        retrieve::owners(&world.aggregator, what).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_surely_did_not_count_is_given_back_and_what_may_have_is_not() {
    each(async |world| {
        let link = world.connect().await;
        let what = Retrieve { application: world.application, link: link.id, save: true };
        let used = async || {
            let quota = quota::quota(&world.aggregator, world.application, link.id).await.unwrap();
            quota.lines.iter().find(|line| line.endpoint == "owners").unwrap().used
        };
        for (error, counts) in [
            (ConnectorError::Unreachable("x".into()), false),
            (ConnectorError::Unavailable { status: 503, retry_after: None }, false),
            (ConnectorError::LimitReached, false),
            (ConnectorError::NotFound, false),
            (ConnectorError::Timeout, true),
            (ConnectorError::Broken("x".into()), true),
        ] {
            let before = used().await;
            world.bank.fail("owners", error.clone());
            assert!(retrieve::owners(&world.aggregator, what).await.is_err());
            assert_eq!(used().await, before + i64::from(counts), "{error}");
        }
        world.bank.expire_access();
        let before = used().await;
        retrieve::owners(&world.aggregator, what).await.unwrap();
        assert_eq!(used().await, before + 1, "the call that was refused for its token does not count");
    })
    .await;
}

#[tokio::test]
async fn between_two_full_rounds_balances_are_read_and_shown_with_their_accounts() {
    each(async |world| {
        at_rate(world, RefreshRate::Hours24).await;
        world.bank.state().free = Some("99.95");
        let before = calls(world);
        live(world, DAY * 2).await;
        let after = calls(world);
        assert_eq!((after.owners, after.accounts), (before.owners, before.accounts));
        assert!(after.balances > before.balances && after.latest > before.latest && after.long == before.long);
        let link = world.the_link().await;
        for account in world.store().accounts_of_link(link.id).await.unwrap() {
            assert!(account.body.contains(r#""balance":{"current":99.95,"available":99.95"#), "{}", account.body);
            assert!(account.body.contains(r#""number":"94088392""#));
        }
        assert!(news(world).await.iter().all(|event| event["webhook_type"] != "ACCOUNTS"), "no account is new");
    })
    .await;
}

#[tokio::test]
async fn a_limit_that_is_used_up_leaves_long_stretches_to_the_next_month() {
    each(async |world| {
        at_rate(world, RefreshRate::Hours24).await;
        world.bank.fail_always("owners", Some(ConnectorError::LimitReached));
        live_until(world, "2026-11-30T23:00:00Z").await;
        let met = calls(world);
        assert_eq!(met.owners, 2, "the first pull and the one that met the limit");
        world.bank.fail_always("owners", None);
        live_until(world, "2026-12-01T02:00:00Z").await;
        assert_eq!(calls(world).owners, met.owners);
        live_until(world, "2026-12-04T03:00:00Z").await;
        assert_eq!(calls(world).owners, met.owners + 1);
        assert!(calls(world).latest > met.latest);
        assert!(news(world).await.is_empty() && world.the_link().await.status == LinkStatus::Valid);
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_is_down_is_asked_now_and_then_and_everything_goes_on_behind_it() {
    each(async |world| {
        at_rate(world, RefreshRate::Hours6).await;
        let data = ["resources", "owners", "accounts", "balance", "transactions"];
        for method in data {
            world.bank.fail_always(method, Some(ConnectorError::Unreachable("x".into())));
        }
        let before: usize = data.iter().map(|method| world.bank.count(method)).sum();
        live(world, DAY * 2).await;
        let asked = data.iter().map(|method| world.bank.count(method)).sum::<usize>() - before;
        assert!((2..=80).contains(&asked), "{asked}");
        for method in data {
            world.bank.fail_always(method, None);
        }
        world.bank.state().accounts[0].1[0].push(transaction("late", true, true));
        live(world, DAY).await;
        assert_eq!(news(world).await.len(), 1);
        let counts = world.store().job_counts(world.env.now()).await.unwrap();
        assert_eq!(counts.dead, 0);
        assert_eq!(world.the_link().await.status, LinkStatus::Valid);
    })
    .await;
}

#[tokio::test]
async fn an_invalid_link_is_not_looked_at() {
    each(async |world| {
        at_rate(world, RefreshRate::Hours6).await;
        world.bank.revoke_all();
        live(world, DAY * 2).await;
        assert_eq!(world.the_link().await.status, LinkStatus::Invalid);
        let before = world.bank.state().calls.len();
        live(world, DAY * 10).await;
        let later: Vec<_> = world.bank.state().calls.split_off(before);
        assert!(later.iter().all(|call| *call == "institutions"), "{later:?}");
    })
    .await;
}

/// The spans of days of transactions that were asked for since `before` calls, longest first.
fn spans(world: &World, before: usize) -> Vec<i32> {
    let state = world.bank.state();
    let mut days: Vec<i32> =
        state.windows[before..].iter().map(|window| window.from.until(window.to).unwrap().get_days()).collect();
    days.sort_unstable_by(|one, other| other.cmp(one));
    days
}

#[tokio::test]
async fn a_history_that_could_not_be_read_is_made_up_for() {
    each(async |world| {
        world.bank.fail_always("transactions", Some(ConnectorError::Protocol(ProtocolError::Empty)));
        let link = world.connect().await;
        assert_eq!(world.transactions(link.id).await, 0);
        world.bank.fail_always("transactions", None);
        let before = world.bank.state().windows.len();
        live(world, DAY + HOUR * 3).await;
        assert_eq!(world.transactions(link.id).await, 6, "the next day, whatever the rate");
        assert_eq!(spans(world, before)[0], 365, "the whole history, not only the latest days");
        let before = world.bank.state().windows.len();
        live(world, DAY * 9).await;
        assert!(spans(world, before)[0] <= 30, "and once only");
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_renews_no_token_is_given_up_for_the_day_and_asked_again() {
    each(async |world| {
        at_rate(world, RefreshRate::Days7).await;
        world.bank.expire_access();
        let down = ConnectorError::Unavailable { status: 503, retry_after: None };
        world.bank.fail_always("refresh", Some(down));
        let before = calls(world).owners;
        live(world, DAY * 12).await;
        assert_eq!((calls(world).owners, world.the_link().await.status), (before, LinkStatus::Valid));
        assert_eq!(
            world.store().job_counts(world.env.now()).await.unwrap().dead,
            0,
            "nobody has to take it up by hand"
        );
        world.bank.fail_always("refresh", None);
        live(world, DAY * 2).await;
        assert!(calls(world).owners > before, "the next day, whatever the rate");
    })
    .await;
}

#[tokio::test]
async fn whoever_asked_is_told_that_a_bank_renews_no_token() {
    each(async |world| {
        let link = world.connect().await;
        let before = world.announced().await.len();
        world.bank.expire_access();
        world.pass(HOUR);
        let down = ConnectorError::Unavailable { status: 503, retry_after: None };
        world.bank.fail_always("refresh", Some(down));
        links::fetch_later(&world.aggregator, world.application, link.id, None, None).await.unwrap();
        world.run_for(24).await;
        let told = world.announced().await.split_off(before);
        assert_eq!(told.len(), 4, "of every resource");
        for event in told {
            assert_eq!(event["data"]["errors"][0]["code"], "institution_unavailable", "{event}");
        }
        assert_eq!(world.store().job_counts(world.env.now()).await.unwrap().dead, 0);
    })
    .await;
}

#[tokio::test]
async fn what_a_full_round_missed_is_within_the_next_one() {
    each(async |world| {
        at_rate(world, RefreshRate::Days30).await;
        world.bank.fail_always("transactions", Some(ConnectorError::Protocol(ProtocolError::Empty)));
        live(world, DAY * 31).await;
        world.bank.fail_always("transactions", None);
        let before = world.bank.state().windows.len();
        live(world, DAY * 31).await;
        let longest = spans(world, before)[0];
        assert!(longest >= 31 + 7, "{longest} days, from before the round that missed everything");
    })
    .await;
}

#[tokio::test]
async fn a_round_that_has_ended_leaves_no_notes() {
    each(async |world| {
        let link = world.connect().await;
        let told = world.announced().await;
        let round = told.iter().find(|event| event["webhook_code"] == "historical_update").unwrap();
        let round = round["request_id"].as_str().unwrap();
        assert!(world.store().progress_of_round(link.id, round).await.unwrap().is_empty());
    })
    .await;
}
