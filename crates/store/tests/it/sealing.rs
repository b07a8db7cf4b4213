use vinculo_domain::LinkId;
use vinculo_store::{AccountFilter, MasterKeys, Paging, Store, StoreError, TransactionFilter};

use crate::access::hex;
use crate::support::{MASTER, World, each};

async fn page(store: &Store, w: &World, link: LinkId) -> Result<Vec<String>, StoreError> {
    let filter = TransactionFilter { link: vec![link], ..Default::default() };
    let page = store.transactions(w.application, &filter, Paging::default()).await?;
    Ok(page.items.into_iter().map(|item| item.body).collect())
}

fn upper(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

async fn two_transactions(w: &World) -> LinkId {
    let link = w.link().await;
    let account = w.account(link).await;
    w.add_transactions(link, account, &[w.a_transaction("a", "2026-01-02"), w.a_transaction("b", "2026-01-01")]).await;
    link
}

#[tokio::test]
async fn bodies_are_not_readable_in_the_database() {
    each(async |w| {
        let link = two_transactions(w).await;
        let bodies = page(&w.store, w, link).await.unwrap();
        assert!(bodies[0].contains("Padaria do Zé a"));
        for table in ["transactions", "accounts"] {
            let dump = w.dump(table).await.to_lowercase();
            for word in ["Padaria", "Corrente", "24550245"] {
                assert!(!dump.contains(&word.to_lowercase()) && !dump.contains(&hex(word)), "{table}: {word}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_moved_to_another_row_no_longer_opens() {
    each(async |w| {
        let link = two_transactions(w).await;
        let moved = w
            .raw(
                "UPDATE transactions SET body = (SELECT body FROM transactions ORDER BY value_date LIMIT 1)".to_owned(),
            )
            .await;
        assert_eq!(moved, 2);
        assert!(matches!(page(&w.store, w, link).await, Err(StoreError::Sealed("transactions"))));
    })
    .await;
}

#[tokio::test]
async fn a_body_of_another_link_does_not_open() {
    each(async |w| {
        let link = two_transactions(w).await;
        let other = w.link().await;
        w.raw(format!("UPDATE transactions SET link_id = '{other}'")).await;
        assert!(matches!(page(&w.store, w, other).await, Err(StoreError::Sealed("transactions"))));
        assert!(page(&w.store, w, link).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_altered_body_or_key_does_not_open() {
    each(async |w| {
        let link = two_transactions(w).await;
        let zero = if w.is_sqlite() { "zeroblob(80)" } else { "decode(repeat('00', 80), 'hex')" };
        w.raw(format!("UPDATE accounts SET body = {zero}")).await;
        let refused = w.store.accounts(w.application, &AccountFilter::default(), Paging::default()).await;
        assert!(matches!(refused, Err(StoreError::Sealed("accounts"))));
        w.raw(format!("UPDATE data_keys SET wrapped = {zero}")).await;
        assert!(matches!(page(&w.store, w, link).await, Err(StoreError::Sealed("data_keys"))));
    })
    .await;
}

#[tokio::test]
async fn a_key_moved_to_another_link_does_not_open() {
    each(async |w| {
        let link = two_transactions(w).await;
        let other = w.link().await;
        w.raw(format!(
            "UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys WHERE link_id = '{other}') WHERE link_id = '{link}'"
        ))
        .await;
        assert!(matches!(page(&w.store, w, link).await, Err(StoreError::Sealed("data_keys"))));
    })
    .await;
}

#[tokio::test]
async fn without_its_key_a_link_is_unreadable() {
    each(async |w| {
        let link = two_transactions(w).await;
        w.raw(format!("DELETE FROM data_keys WHERE link_id = '{link}'")).await;
        assert!(page(&w.store, w, link).await.unwrap().is_empty());
        let accounts = w.store.accounts(w.application, &AccountFilter::default(), Paging::default()).await.unwrap();
        assert!(accounts.items.is_empty());
        assert!(w.store.tokens(link).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn an_erased_key_stands_in_no_file() {
    each(async |w| {
        let Some(file) = w.url.strip_prefix("sqlite:") else { return };
        let link = two_transactions(w).await;
        let key = w.lines(format!("SELECT hex(wrapped) FROM data_keys WHERE link_id = '{link}'")).await.remove(0);
        let mentions = || -> usize {
            let read = |end: &str| std::fs::read(format!("{file}{end}")).unwrap();
            let files = [read(""), read("-wal")];
            files.iter().map(|bytes| upper(bytes).matches(&key).count()).sum()
        };
        assert!(mentions() > 0, "the search finds what is there");
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.erase_link(link).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(mentions(), 0);
    })
    .await;
}

#[tokio::test]
async fn the_files_of_a_database_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    each(async |w| {
        let Some(file) = w.url.strip_prefix("sqlite:") else { return };
        for end in ["", "-wal", "-shm"] {
            let mode = std::fs::metadata(format!("{file}{end}")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{end}");
        }
    })
    .await;
}

#[tokio::test]
async fn another_master_key_opens_nothing_and_a_new_one_before_it_opens_all() {
    each(async |w| {
        let link = two_transactions(w).await;
        let token = w.token().await;
        let stranger = w.other_process(&[[8; 32]]).await;
        assert!(matches!(page(&stranger, w, link).await, Err(StoreError::Sealed("data_keys"))));
        assert!(matches!(stranger.token(&token.jti).await, Err(StoreError::Sealed("tokens"))));
        assert!(matches!(stranger.consent_by_state("x").await, Err(StoreError::Sealed("secrets"))));

        let rotated = w.other_process(&[[8; 32], MASTER]).await;
        assert_eq!(page(&rotated, w, link).await.unwrap().len(), 2);
        let mut tx = rotated.begin().await.unwrap();
        let mut last = tx.rewrap_keys(None, 1).await.unwrap();
        while last.is_some() {
            last = tx.rewrap_keys(last, 1).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(page(&stranger, w, link).await.unwrap().len(), 2, "now the new key alone is enough");
        assert!(matches!(page(&w.store, w, link).await, Err(StoreError::Sealed("data_keys"))));
        for store in [stranger, rotated] {
            store.close().await;
        }
    })
    .await;
}

#[test]
fn master_keys_are_32_bytes() {
    let parse = |text: &str| MasterKeys::parse(&secrecy::SecretString::from(text));
    let hex = "0a".repeat(32);
    let generated = MasterKeys::generate(&vinculo_domain::Env::system());
    assert!(parse(&hex).is_ok());
    assert!(MasterKeys::parse(&generated).is_ok());
    assert!(parse(&format!("{hex}, {}", secrecy::ExposeSecret::expose_secret(&generated))).is_ok());
    for wrong in ["", "short", &hex[1..], &format!("{hex},"), &format!("{hex}{hex}"), &"zz".repeat(32)] {
        assert!(matches!(parse(wrong), Err(StoreError::Configuration(_))), "{wrong}");
    }
    assert!(MasterKeys::new(&[]).is_err());
    assert!(!format!("{:?}", parse(&hex).unwrap()).contains("0a"));
}

#[test]
fn derived_keys_differ_by_label_and_key() {
    use secrecy::ExposeSecret as _;
    let (one, two) = (MasterKeys::new(&[[1; 32]]).unwrap(), MasterKeys::new(&[[2; 32], [1; 32]]).unwrap());
    let a = one.derive::<64>("access token");
    assert_eq!(a.expose_secret(), one.derive::<64>("access token").expose_secret());
    assert_ne!(a.expose_secret(), one.derive::<64>("refresh token").expose_secret());
    assert_ne!(a.expose_secret(), two.derive::<64>("access token").expose_secret());
    assert_eq!(a.expose_secret(), two.derive_all::<64>("access token")[1].expose_secret());
}
