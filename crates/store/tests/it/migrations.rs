use vinculo_domain::Env;
use vinculo_store::{MasterKeys, Store, StoreError, is_there};

use crate::support::{MASTER, each};

#[tokio::test]
async fn migrating_again_changes_nothing() {
    each(async |w| {
        let before =
            w.store.institution_user_id(&"76109277673".parse().unwrap(), &crate::support::bank()).await.unwrap();
        w.store.migrate().await.unwrap();
        let other = w.other_process(&[MASTER]).await;
        other.migrate().await.unwrap();
        let after = other.institution_user_id(&"76109277673".parse().unwrap(), &crate::support::bank()).await.unwrap();
        assert_eq!(before, after, "the hash key of a database is made once");
        assert_eq!(w.number("SELECT count(*) FROM applications WHERE NOT hidden".to_owned()).await, 1);
        other.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_may_migrate_a_fresh_database_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", dir.path().join("fresh.db").display());
    let mut started = Vec::new();
    for _ in 0..4 {
        let store = Store::connect(&url, MasterKeys::new(&[MASTER]).unwrap(), Env::system(), 2).await.unwrap();
        started.push(tokio::spawn(async move { store.migrate().await.map(|()| store) }));
    }
    for task in started {
        task.await.unwrap().unwrap().ping().await.unwrap();
    }
}

#[tokio::test]
async fn a_database_that_is_not_migrated_does_not_answer_a_ping() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", dir.path().join("fresh.db").display());
    let store = Store::connect(&url, MasterKeys::new(&[MASTER]).unwrap(), Env::system(), 2).await.unwrap();
    assert!(matches!(store.ping().await, Err(StoreError::Database(_))));
}

#[tokio::test]
async fn what_is_pending_is_listed_and_nothing_is_touched() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", dir.path().join("fresh.db").display());
    assert!(!is_there(&url) && is_there("postgres://somewhere"));
    let store = Store::connect(&url, MasterKeys::new(&[MASTER]).unwrap(), Env::system(), 2).await.unwrap();
    assert!(is_there(&url));
    for _ in 0..2 {
        let pending = store.pending_migrations().await.unwrap();
        assert!(pending[0].starts_with("0001 "), "{pending:?}");
        assert!(matches!(store.ping().await, Err(StoreError::Database(_))), "still not migrated");
    }
    store.migrate().await.unwrap();
    assert!(store.pending_migrations().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_migrated_database_lacks_nothing_and_a_newer_one_is_refused() {
    each(async |w| {
        assert!(w.store.pending_migrations().await.unwrap().is_empty());
        w.raw("UPDATE _sqlx_migrations SET version = 999999 WHERE version = 2".to_owned()).await;
        let refused = w.store.pending_migrations().await;
        assert!(matches!(refused, Err(StoreError::Configuration(_))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn another_kind_of_address_is_refused() {
    for url in ["mysql://localhost/x", "", "postgres", "data/x.db"] {
        let refused = Store::connect(url, MasterKeys::new(&[MASTER]).unwrap(), Env::system(), 2).await;
        assert!(matches!(refused, Err(StoreError::Configuration(_))), "{url}");
    }
}

#[tokio::test]
async fn what_is_not_committed_never_happened() {
    each(async |w| {
        let token = w.a_token();
        let mut tx = w.store.begin().await.unwrap();
        tx.insert_token(&token).await.unwrap();
        assert!(tx.token(&token.jti).await.unwrap().is_some(), "a transaction sees its own writes");
        drop(tx);
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.token(&token.jti).await.unwrap().is_none());
        tx.insert_token(&token).await.unwrap();
        tx.rollback().await.unwrap();
        assert!(w.store.token(&token.jti).await.unwrap().is_none());
    })
    .await;
}
