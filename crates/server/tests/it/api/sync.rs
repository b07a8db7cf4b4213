//! Following a link's transactions by a cursor.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vinculo_domain::TransactionId;

use crate::world::{World, each};

fn ids(page: &Value, list: &str) -> BTreeSet<String> {
    page[list].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

fn texts(ids: &[TransactionId]) -> BTreeSet<String> {
    ids.iter().map(ToString::to_string).collect()
}

async fn delete(world: &World, id: TransactionId) {
    assert_eq!(world.client.delete(&format!("/api/transactions/{id}/")).await.status, 204);
}

#[tokio::test]
async fn a_reader_gets_everything_then_only_what_is_new() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let account = world.account(&link, "a").await;
        let first = world.transactions(&link, account, 5).await;
        let path = format!("/api/transactions/sync/?link={}", link.id);
        let mut seen = BTreeSet::new();
        let mut next = String::new();
        for (told, more) in [(2, true), (2, true), (1, false)] {
            let page = world.client.get(&format!("{path}&page_size=2&cursor={next}")).await.ok();
            assert_eq!((page["added"].as_array().unwrap().len(), page["has_more"] == true), (told, more));
            assert_eq!((page["modified"].clone(), page["removed"].clone()), (json!([]), json!([])));
            assert_eq!(page["link"], link.id.to_string());
            seen.extend(ids(&page, "added"));
            next = page["next_cursor"].as_str().unwrap().to_owned();
        }
        assert_eq!(seen, texts(&first));
        let quiet = world.client.get(&format!("{path}&cursor={next}")).await.ok();
        assert_eq!((quiet["added"].clone(), quiet["has_more"].clone()), (json!([]), json!(false)));

        delete(world, first[1]).await;
        // The same keys come again: those that are there say the same and are no news, the deleted one is a new one.
        world.transactions_again(&link, account, 6, &first).await;
        let news = world.client.get(&format!("{path}&cursor={next}")).await.ok();
        assert_eq!(news["removed"], json!([{"id": first[1].to_string(), "account": account.to_string()}]));
        assert_eq!(news["modified"], json!([]));
        assert_eq!(news["added"].as_array().unwrap().len(), 2);
        let all = world.client.ids(&format!("/api/transactions/?link={}", link.id)).await;
        let mut kept = seen;
        kept.remove(&first[1].to_string());
        kept.extend(ids(&news, "added"));
        assert_eq!(kept, all.into_iter().collect());
        // The same cursor again gives the same again.
        assert_eq!(world.client.get(&format!("{path}&cursor={next}")).await.ok(), news);
    })
    .await;
}

#[tokio::test]
async fn what_is_told_is_what_the_list_shows() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let account = world.account(&link, "a").await;
        world.transactions(&link, account, 3).await;
        let list = world.client.get(&format!("/api/transactions/?link={}", link.id)).await.ok();
        for path in ["/api/transactions/sync/", "/api/transactions/sync"] {
            let page = world.client.get(&format!("{path}?link={}", link.id)).await;
            let mut added = page.ok()["added"].as_array().unwrap().clone();
            added.sort_by_key(|one| std::cmp::Reverse(one["value_date"].as_str().unwrap().to_owned()));
            assert_eq!(&added, list["results"].as_array().unwrap());
            assert_eq!(added[0]["account"]["id"], account.to_string());
            assert!(page.text.contains("\"amount\":10.01"), "every digit: {}", page.text);
        }
        let chosen = format!("/api/transactions/sync/?link={}&fields=id,amount&page_size=1", link.id);
        let page = world.client.get(&chosen).await.ok();
        assert_eq!(page["added"][0].as_object().unwrap().len(), 2);
        assert!(page["next_cursor"].is_string() && page["has_more"] == true, "the envelope stays whole");
    })
    .await;
}

#[tokio::test]
async fn a_cursor_of_someone_else_or_of_nobody_is_refused() {
    each(async |world| {
        let (link, sibling) = (world.link_of(world.one).await, world.link_of(world.one).await);
        let foreign = world.link_of(world.other).await;
        let account = world.account(&link, "a").await;
        world.transactions(&link, account, 3).await;
        let path = |link: &vinculo_store::Link| format!("/api/transactions/sync/?link={}", link.id);
        let page = world.client.get(&format!("{}&page_size=1", path(&link))).await.ok();
        let cursor = page["next_cursor"].as_str().unwrap().to_owned();
        let with = |link, cursor: &str| format!("{}&cursor={cursor}", path(link));
        assert_eq!(world.client.get(&with(&sibling, &cursor)).await.refused(), "400 cursor=invalid");
        assert_eq!(world.stranger.get(&with(&foreign, &cursor)).await.refused(), "400 cursor=invalid");
        assert_eq!(world.stranger.get(&with(&link, &cursor)).await.refused(), "400 link=does_not_exist");
        for garbage in
            ["x", "0", "%F0%9F%98%80", &cursor[1..], &format!("{cursor}A"), &cursor.to_lowercase(), &"A".repeat(54)]
        {
            assert_eq!(world.client.get(&with(&link, garbage)).await.refused(), "400 cursor=invalid", "{garbage}");
        }
        for (query, said) in [
            (String::new(), "400 link=required"),
            ("link=x".into(), "400 link=invalid"),
            (format!("link={account}"), "400 link=does_not_exist"),
            (format!("link={}&page_size=0", link.id), "400 page_size=invalid"),
            (format!("link={}&page_size=x&cursor=y", link.id), "400 page_size=invalid"),
        ] {
            assert_eq!(world.client.get(&format!("/api/transactions/sync/?{query}")).await.refused(), said, "{query}");
        }
        let anonymous = world.client.with(None);
        assert_eq!(anonymous.get(&path(&link)).await.refused(), "401 authentication_failed");
        assert_eq!(world.client.get(&with(&link, &cursor)).await.status, 200, "the good one still works");
    })
    .await;
}

#[tokio::test]
async fn an_erased_link_has_nothing_to_follow() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let account = world.account(&link, "a").await;
        world.transactions(&link, account, 3).await;
        let path = format!("/api/transactions/sync/?link={}", link.id);
        let page = world.client.get(&format!("{path}&page_size=1")).await.ok();
        assert_eq!(world.client.delete(&format!("/api/links/{}/", link.id)).await.status, 204);
        let cursor = page["next_cursor"].as_str().unwrap();
        for path in [path.clone(), format!("{path}&cursor={cursor}")] {
            assert_eq!(world.client.get(&path).await.refused(), "400 link=does_not_exist");
        }
    })
    .await;
}
