//! Bills: stable ids, filters against a naive reading, isolation, what transactions tell of them.

use vinculo_domain::{BillId, LinkId};
use vinculo_store::{BillFilter, Compare, NewBill, Paging, StoreError};

use crate::support::{World, date, each};

async fn found(w: &World, filter: &BillFilter) -> Vec<BillId> {
    let page = w.store.bills(w.application, filter, Paging::default()).await.unwrap();
    assert_eq!(page.count, i64::try_from(page.items.len()).unwrap());
    page.items.into_iter().map(|bill| bill.id).collect()
}

#[tokio::test]
async fn a_bill_read_again_keeps_its_id_and_the_last_of_a_key_counts() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        let first = w.a_bill("b", "2026-01-10");
        w.add_bills(link, account, std::slice::from_ref(&first)).await;
        w.pass(1);
        let mut tx = w.store.begin().await.unwrap();
        let mut known = tx.known_bills(account, &["b", "new"]).await.unwrap();
        assert_eq!(known.get("b").unwrap().id, first.id);
        assert!(known.get("new").is_none() && known.get_or_new("new", &w.env).id != first.id);
        let again = |body: &str| NewBill { collected_at: w.now(), body: body.to_owned(), ..first.clone() };
        tx.upsert_bills(link, account, &[again("{\"n\":1}"), again("{\"n\":2}")]).await.unwrap();
        tx.commit().await.unwrap();
        let (bill, body) = w.store.bill(w.application, first.id).await.unwrap().unwrap();
        assert_eq!((bill.account, bill.body.as_str()), (account, "{\"n\":2}"));
        assert!(body.unwrap().contains("Conta Corrente main"), "its account comes along");
        assert_eq!(w.store.count_bills(link).await.unwrap(), 1);
        let mut tx = w.store.begin().await.unwrap();
        let stolen = NewBill { id: BillId::new(&w.env), ..first.clone() };
        assert!(matches!(tx.upsert_bills(link, account, &[stolen]).await, Err(StoreError::Conflict)));
        tx.rollback().await.unwrap();
        let mut tx = w.store.begin().await.unwrap();
        let erased = tx.upsert_bills(LinkId::new(&w.env), account, &[first]).await;
        assert!(matches!(erased, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn equal_keys_of_two_accounts_are_two_bills() {
    each(async |w| {
        let link = w.link().await;
        let (one, other) = (w.an_account("one"), w.an_account("other"));
        w.add_accounts(link, &[one.clone(), other.clone()]).await;
        w.add_bills(link, one.id, &[w.a_bill("b", "2026-01-10")]).await;
        w.add_bills(link, other.id, &[w.a_bill("b", "2026-01-10")]).await;
        assert_eq!(w.store.count_bills(link).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn filters_find_what_a_naive_reading_finds() {
    each(async |w| {
        let (link, second) = (w.link().await, w.link().await);
        let (one, other) = (w.an_account("one"), w.an_account("other"));
        w.add_accounts(link, &[one.clone(), other.clone()]).await;
        let far = w.account(second).await;
        let mut all = Vec::new();
        for n in 1..=6 {
            w.pass(60);
            let (owner, account) = [(link, one.id), (link, other.id), (second, far)][n % 3];
            let bill = w.a_bill(&format!("b{n}"), &format!("2026-0{n}-10"));
            w.add_bills(owner, account, std::slice::from_ref(&bill)).await;
            all.push((owner, account, bill));
        }
        let day = |n: usize| date(&format!("2026-0{n}-10"));
        let time = |n: usize| all[n].2.created_at;
        let filters = [
            BillFilter::default(),
            BillFilter { link: Some(vec![link]), ..Default::default() },
            BillFilter { link: Some(vec![]), ..Default::default() },
            BillFilter { account: Some(vec![one.id, far]), ..Default::default() },
            BillFilter { id: Some(vec![all[1].2.id, all[4].2.id]), ..Default::default() },
            BillFilter { due_date: compare(day(2), day(5)), ..Default::default() },
            BillFilter {
                due_date: Compare { range: Some((day(1), day(3))), ..Default::default() },
                ..Default::default()
            },
            BillFilter { created_at: compare(time(1), time(3)), ..Default::default() },
            BillFilter { collected_at: compare(time(0), time(5)), link: Some(vec![second]), ..Default::default() },
        ];
        for filter in filters {
            let fits = |(owner, account, bill): &(LinkId, _, NewBill)| {
                filter.link.as_ref().is_none_or(|links| links.contains(owner))
                    && filter.account.as_ref().is_none_or(|accounts| accounts.contains(account))
                    && filter.id.as_ref().is_none_or(|ids| ids.contains(&bill.id))
                    && holds(&filter.due_date, &bill.due_date.unwrap())
                    && holds(&filter.created_at, &bill.created_at)
                    && holds(&filter.collected_at, &bill.collected_at)
            };
            // Newest first.
            let naive: Vec<BillId> = all.iter().rev().filter(|one| fits(one)).map(|(_, _, bill)| bill.id).collect();
            assert_eq!(found(w, &filter).await, naive, "{filter:?}");
        }
    })
    .await;
}

fn compare<T>(from: T, to: T) -> Compare<T> {
    Compare { gt: Some(from), lte: Some(to), ..Compare::default() }
}

fn holds<T: PartialOrd>(compare: &Compare<T>, value: &T) -> bool {
    let Compare { eq, gt, gte, lt, lte, range } = compare;
    eq.as_ref().is_none_or(|v| value == v)
        && gt.as_ref().is_none_or(|v| value > v)
        && gte.as_ref().is_none_or(|v| value >= v)
        && lt.as_ref().is_none_or(|v| value < v)
        && lte.as_ref().is_none_or(|v| value <= v)
        && range.as_ref().is_none_or(|(from, to)| from <= value && value <= to)
}

#[tokio::test]
async fn another_application_sees_and_deletes_nothing() {
    each(async |w| {
        let stranger = w.other_application().await;
        let link = w.link().await;
        let account = w.account(link).await;
        let bill = w.a_bill("b", "2026-01-10");
        w.add_bills(link, account, std::slice::from_ref(&bill)).await;
        let filter = BillFilter { link: Some(vec![link]), ..Default::default() };
        assert_eq!(w.store.bills(stranger, &filter, Paging::default()).await.unwrap().count, 0);
        assert!(w.store.bill(stranger, bill.id).await.unwrap().is_none());
        for (who, gone) in [(stranger, false), (w.application, true), (w.application, false)] {
            let mut tx = w.store.begin().await.unwrap();
            assert_eq!(tx.delete_bill(who, bill.id).await.unwrap(), gone);
            tx.commit().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_takes_its_bills_with_it_and_leaves_others() {
    each(async |w| {
        let link = w.link().await;
        let (one, other) = (w.an_account("one"), w.an_account("other"));
        w.add_accounts(link, &[one.clone(), other.clone()]).await;
        w.add_bills(link, one.id, &[w.a_bill("a", "2026-01-10")]).await;
        w.add_bills(link, other.id, &[w.a_bill("b", "2026-01-10")]).await;
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.delete_account(w.application, one.id).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(w.store.count_bills(link).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn transactions_learn_of_known_bills_only() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        let bill = w.a_bill("b", "2026-01-10");
        w.add_bills(link, account, std::slice::from_ref(&bill)).await;
        let mut tx = w.store.begin().await.unwrap();
        let known = tx.bill_references(account, &["b", "unknown"]).await.unwrap();
        assert_eq!(known.len(), 1);
        let reference = &known["b"];
        assert_eq!((reference.id, reference.due_date), (bill.id, Some(date("2026-01-10"))));
        assert_eq!(
            (reference.name.as_deref(), reference.total.unwrap().to_string()),
            (Some("jan-2026"), "100.10".into())
        );
        assert!(tx.bill_references(account, &[]).await.unwrap().is_empty());
        assert!(tx.bill_references(vinculo_domain::AccountId::new(&w.env), &["b"]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_bill_that_was_read_to_its_end_is_not_read_again() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        let bills = [w.a_bill("a", "2026-01-10"), w.a_bill("b", "2026-02-10")];
        w.add_bills(link, account, &bills).await;
        let waiting = async || -> Vec<BillId> {
            w.store.bills_to_read(account).await.unwrap().into_iter().map(|bill| bill.id).collect()
        };
        assert_eq!(waiting().await, [bills[1].id, bills[0].id]);
        let mut tx = w.store.begin().await.unwrap();
        tx.complete_bill(bills[1].id).await.unwrap();
        tx.commit().await.unwrap();
        w.add_bills(link, account, &bills).await;
        assert_eq!(waiting().await, [bills[0].id]);
    })
    .await;
}

#[tokio::test]
async fn nothing_personal_stands_in_clear() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        w.add_bills(link, account, &[w.a_bill("3459087XXZTR", "2026-01-10")]).await;
        let stored = w.dump("bills").await;
        assert!(stored.contains("2026-01-10") && !stored.contains("3459087XXZTR") && !stored.contains("100.10"));
    })
    .await;
}
