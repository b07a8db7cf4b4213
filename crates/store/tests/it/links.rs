use secrecy::ExposeSecret;
use vinculo_domain::{AccessMode, LinkId, LinkStatus, Resource, SessionStatus};
use vinculo_store::{LinkFilter, LinkPatch, NewBalance, NewOwner, Paging, Progress, StoreError, TransactionFilter};

use crate::support::{CPF, OTHER_CPF, bank, each};

#[tokio::test]
async fn a_link_of_another_application_is_never_visible() {
    each(async |w| {
        let stranger = w.other_application().await;
        let link = w.link().await;
        assert!(w.store.link(w.application, link).await.unwrap().is_some());
        assert!(w.store.link(stranger, link).await.unwrap().is_none());
        assert_eq!(w.store.links(stranger, &LinkFilter::default(), Paging::default()).await.unwrap().count, 0);
        let named = LinkFilter { id: Some(vec![link]), ..Default::default() };
        assert_eq!(w.store.links(stranger, &named, Paging::default()).await.unwrap().count, 0);
        let mut tx = w.store.begin().await.unwrap();
        let patch = LinkPatch { access_mode: Some(AccessMode::Single), ..Default::default() };
        assert!(tx.patch_link(stranger, link, &patch).await.unwrap().is_none());
        tx.commit().await.unwrap();
        let found = w.store.link(w.application, link).await.unwrap().unwrap();
        assert_eq!(found.access_mode, AccessMode::Recurrent);
    })
    .await;
}

#[tokio::test]
async fn links_are_filtered_and_paged() {
    each(async |w| {
        let mut all = Vec::new();
        for n in 0..5 {
            let mut link = w.a_link(w.application, LinkId::new(&w.env));
            link.external_id = Some(format!("user-{n}"));
            link.status = if n == 0 { LinkStatus::Invalid } else { LinkStatus::Valid };
            w.add_link(&link).await;
            all.push(link);
            w.pass(60);
        }
        let ids = async |filter: LinkFilter, paging| {
            let page = w.store.links(w.application, &filter, paging).await.unwrap();
            (page.count, page.items.into_iter().map(|l| l.external_id.unwrap()).collect::<Vec<_>>())
        };
        let everything = Paging::default();
        let none = LinkFilter::default;
        let page = |page| Paging { page, size: 2 };
        assert_eq!(ids(none(), page(1)).await, (5, vec!["user-4".to_owned(), "user-3".to_owned()]));
        assert_eq!(ids(none(), page(3)).await, (5, vec!["user-0".to_owned()]));
        assert_eq!(ids(none(), page(4)).await, (5, vec![]));
        let two = Some(vec!["user-1".to_owned(), "user-2".to_owned(), "nobody".to_owned()]);
        assert_eq!(ids(LinkFilter { external_id: two, ..none() }, everything).await.0, 2);
        assert_eq!(ids(LinkFilter { external_id: Some(vec![]), ..none() }, everything).await.0, 0);
        assert_eq!(ids(LinkFilter { status: Some(vec![LinkStatus::Invalid]), ..none() }, everything).await.0, 1);
        let users = Some(vec![w.application.to_string()]);
        assert_eq!(ids(LinkFilter { created_by_not_in: users, ..none() }, everything).await.0, 0);
        let mut created = vinculo_store::Compare { gt: Some(all[1].created_at), ..Default::default() };
        created.lte = Some(all[3].created_at);
        assert_eq!(ids(LinkFilter { created_at: created, ..none() }, everything).await.0, 2);
        let quote = Some(vec!["' OR '1'='1".to_owned()]);
        assert_eq!(ids(LinkFilter { external_id: quote, ..none() }, everything).await.0, 0);
    })
    .await;
}

#[tokio::test]
async fn a_patch_changes_what_it_names() {
    each(async |w| {
        let id = w.link().await;
        let before = w.store.link_by_id(id).await.unwrap().unwrap();
        let mut tx = w.store.begin().await.unwrap();
        let same = tx.patch_link(w.application, id, &LinkPatch::default()).await.unwrap().unwrap();
        assert_eq!(same, before);
        let patch = LinkPatch {
            access_mode: Some(AccessMode::Single),
            stale_in: Some("42d".parse().unwrap()),
            ..LinkPatch::default()
        };
        let after = tx.patch_link(w.application, id, &patch).await.unwrap().unwrap();
        let patch = LinkPatch { access_mode: Some(AccessMode::Single), ..LinkPatch::default() };
        assert_eq!(tx.patch_link(w.application, id, &patch).await.unwrap().unwrap(), after);
        assert!(tx.patch_link(w.application, LinkId::new(&w.env), &patch).await.unwrap().is_none());
        tx.touch_link(id, w.now()).await.unwrap();
        assert!(tx.set_link_status(id, LinkStatus::Invalid).await.unwrap());
        assert!(!tx.set_link_status(LinkId::new(&w.env), LinkStatus::Invalid).await.unwrap());
        let back = LinkPatch { access_mode: Some(AccessMode::Recurrent), ..LinkPatch::default() };
        let back = tx.patch_link(w.application, id, &back).await.unwrap().unwrap();
        assert_eq!(back.refresh_rate, Some(vinculo_domain::RefreshRate::Days7));
        tx.commit().await.unwrap();
        assert_eq!((after.access_mode, after.refresh_rate, after.stale_in.days()), (AccessMode::Single, None, 42));
        let found = w.store.link_by_id(id).await.unwrap().unwrap();
        assert_eq!((found.status, found.last_accessed_at), (LinkStatus::Invalid, Some(w.now())));
        assert_eq!(found.fetch_resources, before.fetch_resources);
    })
    .await;
}

#[tokio::test]
async fn of_two_refreshes_the_second_must_read_again() {
    each(async |w| {
        let link = w.link().await;
        let stored = w.store.tokens(link).await.unwrap().unwrap();
        assert_eq!(stored.tokens.access.expose_secret(), "a");
        let mut tx = w.store.begin().await.unwrap();
        tx.update_tokens(link, &w.bank_tokens("b"), stored.version).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = w.store.begin().await.unwrap();
        let late = tx.update_tokens(link, &w.bank_tokens("c"), stored.version).await;
        assert!(matches!(late, Err(StoreError::Conflict)));
        tx.rollback().await.unwrap();
        assert_eq!(w.store.tokens(link).await.unwrap().unwrap().tokens.access.expose_secret(), "b");
        assert!(w.store.tokens(LinkId::new(&w.env)).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_link_is_made_once() {
    each(async |w| {
        let id = w.link().await;
        let mut tx = w.store.begin().await.unwrap();
        let twice = tx.insert_link(&w.a_link(w.application, id), &w.bank_tokens("x")).await;
        assert!(matches!(twice, Err(StoreError::Conflict)));
    })
    .await;
}

#[tokio::test]
async fn the_user_id_is_stable_and_tells_nothing() {
    each(async |w| {
        let id = async |cpf: &str, code: &str| {
            w.store.institution_user_id(&cpf.parse().unwrap(), &code.parse().unwrap()).await.unwrap()
        };
        let one = id(CPF, "bank_a").await;
        assert_eq!(one.len(), 44);
        assert!(one.bytes().all(|b| b.is_ascii_alphanumeric() || b"-=_".contains(&b)));
        assert_eq!(one, id(CPF, "bank_a").await);
        assert_ne!(one, id(CPF, "bank_b").await);
        assert_ne!(one, id(OTHER_CPF, "bank_a").await);
    })
    .await;
}

#[tokio::test]
async fn erasing_a_link_leaves_nothing_of_it_but_evidence() {
    each(async |w| {
        let neighbour = w.link().await;
        let token = w.token().await;
        let mut session = w.a_session(&token);
        let consent = w.a_consent(w.application);
        let mut tx = w.store.begin().await.unwrap();
        tx.insert_session(&session).await.unwrap();
        tx.insert_consent(&consent).await.unwrap();
        let link = w.a_link(w.application, consent.link);
        tx.insert_link(&link, &w.bank_tokens("a")).await.unwrap();
        tx.use_token(&token.jti, link.id, w.now()).await.unwrap();
        session.link = Some(link.id);
        session.status = SessionStatus::Success;
        tx.update_session(&mut session).await.unwrap();
        tx.commit().await.unwrap();
        for id in [link.id, neighbour] {
            let account = w.account(id).await;
            w.add_transactions(id, account, &[w.a_transaction("t", "2026-01-01")]).await;
            let mut tx = w.store.begin().await.unwrap();
            let body = r#"{"display_name":"Ralph"}"#.to_owned();
            let owner = NewOwner {
                id: vinculo_domain::OwnerId::new(&w.env),
                bank_key: CPF.to_owned(),
                email: Some("ralph.bragg@gmail.com".to_owned()),
                created_at: w.now(),
                collected_at: w.now(),
                body: body.clone(),
            };
            tx.upsert_owners(w.application, id, &[owner]).await.unwrap();
            let known = tx.known_balance(account).await.unwrap();
            let (created_at, collected_at) = (known.created_at, w.now());
            tx.upsert_balance(id, &NewBalance { id: known.id, account, created_at, collected_at, body }).await.unwrap();
            tx.upsert_bills(id, account, &[w.a_bill("b", "2026-01-10")]).await.unwrap();
            tx.put_progress(&progress(w, id)).await.unwrap();
            tx.commit().await.unwrap();
        }

        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.erase_link(link.id).await.unwrap());
        assert!(!tx.erase_link(link.id).await.unwrap());
        tx.commit().await.unwrap();

        for table in ["data_keys", "links", "owners", "accounts", "balances", "bills", "transactions", "fetch_progress"]
        {
            let left = w.dump(table).await;
            assert!(!left.contains(&link.id.to_string()), "{table}");
            assert!(left.contains(&neighbour.to_string()), "{table}: the neighbour stays");
        }
        let evidence = w.store.consent_by_id(consent.id).await.unwrap().unwrap();
        assert!(evidence.record.is_none() && evidence.secrets.is_none());
        assert_eq!((evidence.institution, evidence.purpose), (bank(), consent.purpose));
        assert_eq!(w.store.token(&token.jti).await.unwrap().unwrap().config, None);
        let finished = w.store.session(&session.id).await.unwrap().unwrap();
        assert_eq!(finished.state.identification, None);
        assert!(w.store.tokens(link.id).await.unwrap().is_none());
        let filter = TransactionFilter { link: vec![link.id], ..Default::default() };
        assert_eq!(w.store.transactions(w.application, &filter, Paging::default()).await.unwrap().count, 0);

        let mut tx = w.store.begin().await.unwrap();
        let late = tx.put_progress(&progress(w, link.id)).await;
        assert!(matches!(late, Err(StoreError::NotFound)), "nothing is written for a link that is gone");
    })
    .await;
}

fn progress(w: &crate::support::World, link: LinkId) -> Progress {
    Progress {
        link,
        round: "r1".to_owned(),
        resource: Resource::Transactions,
        scope: "account".to_owned(),
        next_url: Some(secrecy::SecretString::from("https://bank/next?page=2")),
        records: 1,
        done: false,
        error: None,
        started_at: w.now(),
        updated_at: w.now(),
    }
}

#[tokio::test]
async fn a_round_goes_on_where_it_stood() {
    each(async |w| {
        let link = w.link().await;
        let mut mine = progress(w, link);
        let mut tx = w.store.begin().await.unwrap();
        tx.put_progress(&mine).await.unwrap();
        (mine.next_url, mine.records, mine.done) = (None, 7, true);
        w.pass(1);
        let started = mine.started_at;
        (mine.started_at, mine.updated_at) = (w.now(), w.now());
        tx.put_progress(&mine).await.unwrap();
        let mut second = progress(w, link);
        second.scope = "another".to_owned();
        tx.put_progress(&second).await.unwrap();
        tx.commit().await.unwrap();
        let found = w.store.progress(link, "r1", Resource::Transactions, "account").await.unwrap().unwrap();
        assert_eq!((found.records, found.done, found.started_at), (7, true, started));
        assert!(found.next_url.is_none());
        let all = w.store.progress_of_round(link, "r1").await.unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[1].next_url.as_ref().unwrap().expose_secret(), "https://bank/next?page=2");
        assert!(w.store.progress_of_round(link, "r2").await.unwrap().is_empty());
        assert!(w.store.progress(link, "r1", Resource::Bills, "account").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_waits_for_the_writer_and_then_takes_what_it_wrote() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        let mut writer = w.store.begin().await.unwrap();
        writer.upsert_transactions(link, account, "r1", &[w.a_transaction("t", "2026-01-01")]).await.unwrap();
        let store = w.store.clone();
        let erasure = tokio::spawn(async move {
            let mut tx = store.begin().await?;
            tx.erase_link(link).await?;
            tx.commit().await
        });
        tokio::task::yield_now().await;
        writer.commit().await.unwrap();
        erasure.await.unwrap().unwrap();
        assert_eq!(w.number("SELECT count(*) FROM transactions".to_owned()).await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_erasure_takes_along_what_earlier_tries_knew() {
    each(async |w| {
        let (token, link) = (w.token().await, w.link().await);
        let mut left = w.a_session(&token);
        (left.status, left.external_id) = (SessionStatus::Exited, Some("user-1".to_owned()));
        let mut made = w.a_session(&token);
        (made.status, made.link) = (SessionStatus::Success, Some(link));
        let stranger = w.a_session(&w.token().await);
        let mut tx = w.store.begin().await.unwrap();
        for session in [&left, &made, &stranger] {
            tx.insert_session(session).await.unwrap();
        }
        assert!(tx.use_token(&token.jti, link, w.now()).await.unwrap());
        tx.erase_link(link).await.unwrap();
        tx.commit().await.unwrap();
        for erased in [&left.id, &made.id] {
            let session = w.store.session(erased).await.unwrap().unwrap();
            assert_eq!((session.state.identification, session.external_id), (None, None));
        }
        assert!(w.store.session(&stranger.id).await.unwrap().unwrap().state.identification.is_some());
    })
    .await;
}
