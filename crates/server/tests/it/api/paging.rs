use std::collections::BTreeSet;

use crate::client::Answer;
use crate::world::{each, each_with};

#[tokio::test]
async fn next_leads_through_all_pages_and_keeps_every_parameter() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let account = world.account(&link, "a").await;
        world.transactions(&link, account, 25).await;
        let id = link.id;
        let first = format!("/api/transactions/?link={id}&page_size=10&type__in[]=INFLOW&type__in[]=OUTFLOW&odd=a%20b");
        let page = world.client.get(&first).await.ok();
        assert_eq!((page["count"].as_i64(), page["previous"].is_null()), (Some(25), true));
        assert_eq!(page["next"], format!("{}{first}&page=2", world.client.base));
        let second = world.client.get(page["next"].as_str().unwrap()).await.ok();
        assert_eq!(second["previous"], format!("{}{first}&page=1", world.client.base));
        let third = world.client.get(second["next"].as_str().unwrap()).await.ok();
        assert_eq!((third["next"].is_null(), third["results"].as_array().unwrap().len()), (true, 5));
        let ids: BTreeSet<String> = world.client.ids(&first).await.into_iter().collect();
        assert_eq!(ids.len(), 25, "each once");
    })
    .await;
}

#[tokio::test]
async fn next_stays_on_the_address_that_the_client_used() {
    each_with(&[("VINCULO_TRUST_FORWARDED", "true")], async |world| {
        for path in ["/api/institutions?page_size=1", "/api/institutions/?page_size=1"] {
            let request = world.client.request("GET", path).header("host", "api.example:8443");
            let page = Answer::of(request.header("x-forwarded-proto", "https")).await.ok();
            assert_eq!(page["next"], format!("https://api.example:8443{path}&page=2"));
        }
    })
    .await;
    each(async |world| {
        let request =
            world.client.request("GET", "/api/institutions/?page_size=1").header("x-forwarded-host", "evil.example");
        let page = Answer::of(request.header("x-forwarded-proto", "https")).await.ok();
        assert!(
            page["next"].as_str().unwrap().starts_with(&world.client.base),
            "nobody in front is trusted by default"
        );
    })
    .await;
}

#[tokio::test]
async fn sizes_are_clamped_and_pages_past_the_end_are_not_there() {
    each(async |world| {
        let count = async |query: &str| {
            let page = world.client.get(&format!("/api/institutions/?{query}")).await.ok();
            page["results"].as_array().unwrap().len()
        };
        for query in ["", "page_size=100000", "page_size=99999999999999999999"] {
            assert_eq!(count(query).await, 3, "{query}");
        }
        for size in ["0", "abc", "-1", "1.5"] {
            let answer = world.client.get(&format!("/api/institutions/?page_size={size}")).await;
            assert_eq!(answer.refused(), "400 page_size=invalid", "{size}");
        }
        assert_eq!(count("page_size=2&page=2").await, 1);
        for page in ["3", "4294967295"] {
            let answer = world.client.get(&format!("/api/institutions/?page_size=2&page={page}")).await;
            assert_eq!(answer.refused(), "404 not_found", "{page}");
        }
        for page in ["0", "-1", "abc", "1.5", "99999999999999"] {
            let answer = world.client.get(&format!("/api/institutions/?page={page}")).await;
            assert_eq!(answer.refused(), "400 page=invalid", "{page}");
        }
        assert_eq!(world.client.get("/api/links/?page=1").await.ok()["count"], 0, "the first page is always there");
    })
    .await;
}
