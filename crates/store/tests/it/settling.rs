//! What becomes of transactions that were not final.

use vinculo_domain::{AccountId, LinkId};
use vinculo_store::{NewTransaction, Settled};

use crate::support::{World, amount, date, each};

fn make(w: &World, key: &str, day: &str, status: &str, worth: &str) -> NewTransaction {
    let mut one = w.a_transaction(key, day);
    one.status = Some(status.to_owned());
    one.provisional = status == "PENDING";
    one.amount = amount(worth);
    let made = one.created_at;
    one.body = format!(r#"{{"id":"{}","created_at":"{made:.6}","status":"{status}","note":"{key}"}}"#, one.id);
    one
}

async fn settle(w: &World, link: LinkId, account: AccountId, brought: &[NewTransaction]) -> Settled {
    let mut tx = w.store.begin().await.unwrap();
    tx.upsert_transactions(link, account, "r2", brought).await.unwrap();
    let settled = tx.settle_pending(account, date("2026-01-02"), date("2026-01-31"), "r2").await.unwrap();
    tx.commit().await.unwrap();
    let total = w.store.transaction_totals(link).await.unwrap().total;
    let counted = w.number(format!("SELECT transaction_count FROM links WHERE id = '{link}'")).await;
    assert_eq!(total, counted);
    settled
}

#[tokio::test]
async fn pending_ones_that_a_round_did_not_bring_go_within_its_window() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        let all = [
            make(w, "final", "2026-01-05", "PROCESSED", "1.00"),
            make(w, "gone", "2026-01-05", "PENDING", "1.00"),
            make(w, "still", "2026-01-05", "PENDING", "1.00"),
            make(w, "before", "2026-01-01", "PENDING", "1.00"),
        ];
        w.add_transactions(link, account, &all).await;
        let settled = settle(w, link, account, &all[2..3]).await;
        assert_eq!(settled, Settled { kept: vec![], gone: vec![all[1].id] }, "what was known before takes no id over");
        assert_eq!(w.store.transaction_totals(link).await.unwrap().total, 3);
        let again = settle(w, link, account, &all[2..3]).await;
        assert_eq!(again, Settled::default());
    })
    .await;
}

#[tokio::test]
async fn the_same_payment_keeps_its_id_when_it_comes_back_as_a_final_one() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        let old = make(w, "pending", "2026-01-05", "PENDING", "12.34");
        w.add_transactions(link, account, std::slice::from_ref(&old)).await;
        w.pass(3_600);
        let new = make(w, "final", "2026-01-06", "PROCESSED", "12.34");
        let settled = settle(w, link, account, std::slice::from_ref(&new)).await;
        assert_eq!(settled, Settled { kept: vec![old.id], gone: vec![] });
        assert!(w.store.transaction(w.application, new.id).await.unwrap().is_none());
        let (kept, _) = w.store.transaction(w.application, old.id).await.unwrap().unwrap();
        let made = old.created_at;
        let body = format!(r#"{{"id":"{}","created_at":"{made:.6}","status":"PROCESSED","note":"final"}}"#, old.id);
        assert_eq!(kept.body, body);
        let mut tx = w.store.begin().await.unwrap();
        let known = tx.known_transactions(account, &["final", "pending"]).await.unwrap();
        assert_eq!(known.get("final").map(|known| (known.id, known.created_at)), Some((old.id, old.created_at)));
        assert!(known.get("pending").is_none());
    })
    .await;
}

#[tokio::test]
async fn other_payments_take_no_id_over_and_each_id_goes_once() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        let old = [
            make(w, "a", "2026-01-05", "PENDING", "10.00"),
            make(w, "b", "2026-01-05", "PENDING", "10.00"),
            make(w, "c", "2026-01-05", "PENDING", "77.00"),
        ];
        w.add_transactions(link, account, &old).await;
        w.pass(3_600);
        let mut outflow = make(w, "x", "2026-01-05", "PROCESSED", "77.00");
        outflow.kind = Some(if old[2].kind.as_deref() == Some("INFLOW") { "OUTFLOW" } else { "INFLOW" }.to_owned());
        let new = [
            outflow,
            make(w, "late", "2026-01-20", "PROCESSED", "77.00"),
            make(w, "other", "2026-01-05", "PROCESSED", "10.01"),
            make(w, "y", "2026-01-07", "PROCESSED", "10.00"),
        ];
        let settled = settle(w, link, account, &new).await;
        assert_eq!((settled.kept.len(), settled.gone.len()), (1, 2));
        assert!(settled.gone.contains(&old[2].id));
        assert_eq!(w.store.transaction_totals(link).await.unwrap().total, 4);
    })
    .await;
}
