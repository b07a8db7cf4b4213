use serde_json::Value;
use vinculo_aggregator::retrieve::{self, Retrieve};
use vinculo_aggregator::{DataError, Error};
use vinculo_connector::{ConnectorError, Window};
use vinculo_domain::{AccountId, ApplicationId, ConsentStatus, LinkStatus};
use vinculo_store::{AccountFilter, OwnerFilter, Paging};

use crate::bank::pages;
use crate::world::{World, each};

fn window() -> Window {
    Window { from: "2026-10-01".parse().unwrap(), to: "2026-11-22".parse().unwrap() }
}

async fn what(world: &World, save: bool) -> Retrieve {
    Retrieve { application: world.application, link: world.the_link().await.id, save }
}

fn parse(bodies: &[String]) -> Vec<Value> {
    bodies.iter().map(|body| serde_json::from_str(body).unwrap()).collect()
}

#[tokio::test]
async fn records_that_are_known_keep_their_ids() {
    each(async |world| {
        world.connect().await;
        let what = what(world, true).await;
        let accounts = retrieve::accounts(&world.aggregator, what).await.unwrap();
        let page =
            world.store().accounts(world.application, &AccountFilter::default(), Paging::default()).await.unwrap();
        assert_eq!(page.count, 2);
        let mut stored: Vec<_> = page.items.into_iter().map(|item| item.body).collect();
        stored.sort();
        let mut returned = accounts.clone();
        returned.sort();
        assert_eq!(stored, returned);
        let owners = retrieve::owners(&world.aggregator, what).await.unwrap();
        let page = world.store().owners(world.application, &OwnerFilter::default(), Paging::default()).await.unwrap();
        assert_eq!((page.count, &page.items[0].body), (1, &owners[0]));
    })
    .await;
}

#[tokio::test]
async fn transactions_carry_their_whole_account() {
    each(async |world| {
        world.connect().await;
        let what = what(world, true).await;
        let all = retrieve::transactions(&world.aggregator, what, None, window()).await.unwrap();
        let all = parse(&all);
        assert_eq!(all.len(), 6);
        assert!(all.iter().all(|t| t["account"]["institution"]["name"] == "ofmockbank_br_retail"));
        let account: AccountId = all[0]["account"]["id"].as_str().unwrap().parse().unwrap();
        let one = retrieve::transactions(&world.aggregator, what, Some(account), window()).await.unwrap();
        assert_eq!(one.len(), 5);
        let balances = retrieve::balances(&world.aggregator, what, Some(account)).await.unwrap();
        assert_eq!(parse(&balances)[0]["account_id"], account.to_string());
        assert_eq!(retrieve::balances(&world.aggregator, what, None).await.unwrap().len(), 2);
        assert_eq!(world.transactions(what.link).await, 6);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_kept_when_nothing_is_to_be_saved() {
    each(async |world| {
        world.connect().await;
        let what = what(world, false).await;
        world.bank.state().accounts.push(("acc-3".into(), pages("three", &[4])));
        assert_eq!(retrieve::accounts(&world.aggregator, what).await.unwrap().len(), 3);
        assert_eq!(world.store().accounts_of_link(what.link).await.unwrap().len(), 2);
        world.bank.state().accounts[0].1.push(pages("more", &[7]).remove(0));
        assert_eq!(retrieve::transactions(&world.aggregator, what, None, window()).await.unwrap().len(), 13);
        assert_eq!(world.transactions(what.link).await, 6);
    })
    .await;
}

#[tokio::test]
async fn without_stored_accounts_the_banks_own_list_is_read_and_not_kept() {
    each(async |world| {
        world.bank.fail_always("accounts", Some(ConnectorError::LimitReached));
        world.connect().await;
        world.bank.fail_always("accounts", None);
        let what = what(world, false).await;
        assert_eq!(retrieve::transactions(&world.aggregator, what, None, window()).await.unwrap().len(), 6);
        assert!(world.store().accounts_of_link(what.link).await.unwrap().is_empty());
        assert_eq!(world.transactions(what.link).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_the_bank_does_wrong_has_its_code_and_stores_nothing() {
    each(async |world| {
        world.connect().await;
        let what = what(world, true).await;
        let table = [
            (ConnectorError::Timeout, "request_timeout"),
            (ConnectorError::Unreachable("x".into()), "institution_down"),
            (ConnectorError::LimitReached, "operational_limits_reached"),
            (ConnectorError::Unsupported("x"), "unsupported_operation"),
            (ConnectorError::Unavailable { status: 500, retry_after: None }, "institution_unavailable"),
        ];
        for (error, code) in table {
            world.bank.fail("owners", error);
            let error = retrieve::owners(&world.aggregator, what).await.unwrap_err();
            assert_eq!(error.data().unwrap().code(), code);
        }
        world.bank.state().accounts.clear();
        let error = retrieve::accounts(&world.aggregator, what).await.unwrap_err();
        assert_eq!(error.data(), Some(DataError::ConsentWithoutAccounts));
    })
    .await;
}

#[tokio::test]
async fn a_page_in_the_middle_that_fails_leaves_nothing_half_stored() {
    each(async |world| {
        world.connect().await;
        let what = what(world, true).await;
        world.bank.state().accounts[1].1 = pages("other", &[5, 5]);
        // acc-1 has two pages, acc-2 two: the fourth call fails.
        world.bank.fail_after(3, "transactions", ConnectorError::Timeout);
        let result = retrieve::transactions(&world.aggregator, what, None, window()).await;
        assert_eq!(result.unwrap_err().data(), Some(DataError::RequestTimeout));
        assert_eq!(world.transactions(what.link).await, 6);
    })
    .await;
}

#[tokio::test]
async fn strangers_unknown_accounts_and_broken_consents_get_nothing() {
    each(async |world| {
        world.connect().await;
        let what = what(world, true).await;
        let stranger = Retrieve { application: ApplicationId::new(&world.env), ..what };
        assert!(matches!(retrieve::owners(&world.aggregator, stranger).await, Err(Error::NotFound)));
        let nobody = Some(AccountId::new(&world.env));
        assert!(matches!(retrieve::balances(&world.aggregator, what, nobody).await, Err(Error::NotFound)));
        let missing = retrieve::transactions(&world.aggregator, what, nobody, window()).await;
        assert!(matches!(missing, Err(Error::NotFound)));

        world.bank.revoke_all();
        let error = retrieve::owners(&world.aggregator, what).await.unwrap_err();
        assert_eq!(error.data(), Some(DataError::InvalidLink));
        assert_eq!(world.the_link().await.status, LinkStatus::Invalid);
        assert_eq!(world.statuses().await, [ConsentStatus::Rejected]);
        let calls = world.bank.state().calls.len();
        let error = retrieve::owners(&world.aggregator, what).await.unwrap_err();
        assert_eq!(error.data(), Some(DataError::InvalidLink));
        assert_eq!(world.bank.state().calls.len(), calls, "an invalid link is not tried");
    })
    .await;
}

#[tokio::test]
async fn what_is_used_up_this_month_is_refused_without_asking_the_bank() {
    each(async |world| {
        world.connect().await;
        let what = what(world, true).await;
        for _ in 0..5 {
            // The bank does not count what it does not answer with data, and so do we not.
            world.bank.fail("owners", ConnectorError::Unavailable { status: 503, retry_after: None });
            assert!(retrieve::owners(&world.aggregator, what).await.is_err());
        }
        for _ in 0..7 {
            retrieve::owners(&world.aggregator, what).await.unwrap();
        }
        let asked = world.bank.count("owners");
        let refused = retrieve::owners(&world.aggregator, what).await.unwrap_err();
        assert_eq!(refused.data(), Some(DataError::OperationalLimitsReached));
        assert_eq!(world.bank.count("owners"), asked);
        retrieve::accounts(&world.aggregator, what).await.unwrap();
        world.pass(jiff::SignedDuration::from_hours(24 * 9));
        retrieve::owners(&world.aggregator, what).await.unwrap();
    })
    .await;
}
