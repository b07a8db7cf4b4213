//! A customer never sees, changes or learns of what belongs to another.

use serde_json::json;

use crate::world::each;

#[tokio::test]
async fn nothing_of_another_customer_can_be_seen_or_touched() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let account = world.account(&link, "a").await;
        let owner = world.owner(&link).await;
        let balance = world.balance(&link, account).await;
        let transaction = world.transactions(&link, account, 1).await[0];
        let bill = world.bills(&link, account, 1).await[0];
        let consent = link.consent.unwrap();
        let id = link.id;
        let details = [
            format!("/api/links/{id}/"),
            format!("/api/consents/{consent}/"),
            format!("/api/accounts/{account}/"),
            format!("/api/owners/{owner}/"),
            format!("/api/br/balances/{balance}/"),
            format!("/api/transactions/{transaction}/"),
            format!("/api/bills/{bill}/"),
        ];
        for path in &details {
            assert_eq!(world.client.get(path).await.status, 200, "{path}");
            assert_eq!(world.stranger.get(path).await.refused(), "404 not_found", "{path}");
        }
        for path in ["/api/links/", "/api/consents/", "/api/accounts/", "/api/owners/", "/api/widget-sessions/"] {
            assert_eq!(world.stranger.get(path).await.ok()["count"], 0, "{path}");
        }
        for path in ["accounts", "owners", "transactions", "bills", "br/balances"] {
            assert_eq!(world.stranger.get(&format!("/api/{path}/?link={id}")).await.ok()["count"], 0, "{path}");
        }
        for path in [&details[0], &details[2], &details[3], &details[5], &details[6]] {
            assert_eq!(world.stranger.delete(path).await.refused(), "404 not_found", "{path}");
        }
        for method in ["PATCH", "PUT"] {
            assert_eq!(world.stranger.send(method, &details[0], &json!({})).await.refused(), "404 not_found");
        }
        assert_eq!(
            world.stranger.post(&format!("/api/links/{id}/refresh/"), &json!({})).await.refused(),
            "404 not_found"
        );
        for path in ["accounts", "owners", "br/balances", "bills"] {
            let said = world.stranger.post(&format!("/api/{path}/"), &json!({"link": id})).await.refused();
            assert_eq!(said, "400 link=does_not_exist", "{path}");
        }
        let token = json!({"scopes": "read_links", "link_id": id});
        assert_eq!(world.stranger.post("/api/token/", &token).await.refused(), "400 link_id=does_not_exist");
        for path in &details {
            assert_eq!(world.client.get(path).await.status, 200, "{path} is still there");
        }
    })
    .await;
}
