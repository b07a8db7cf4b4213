use crate::world::each;

#[tokio::test]
async fn health_needs_no_keys_and_names_what_was_checked() {
    each(async |world| {
        let anyone = world.client.with(None);
        assert_eq!(anyone.get("/health/live").await.ok()["status"], "ok");
        assert_eq!(anyone.get("/health/ready").await.text, r#"{"status":"ok","checks":{"database":"ok"}}"#);
    })
    .await;
}

#[tokio::test]
async fn without_its_database_it_is_alive_and_not_ready() {
    each(async |world| {
        let anyone = world.client.with(None);
        world.store.close().await;
        assert_eq!(anyone.get("/health/live").await.status, 200);
        let answer = anyone.get("/health/ready").await;
        assert_eq!((answer.status.as_u16(), answer.json()["checks"]["database"].as_str()), (503, Some("failed")));
        assert_eq!(world.client.get("/api/").await.refused(), "503 service_unavailable");
        // The page that a person sees keeps what only the person has: the bank's answer.
        let posted = anyone.request("POST", "/api/consents/callback/").body("state=abc&code=c%22de&id_token=e.f.g");
        let page = posted.send().await.unwrap();
        assert_eq!((page.status().as_u16(), page.headers()["retry-after"].to_str().unwrap()), (503, "5"));
        let page = page.text().await.unwrap();
        for kept in
            ["name=\"state\" value=\"abc\"", "name=\"code\" value=\"c&#34;de\"", "name=\"id_token\" value=\"e.f.g\""]
        {
            assert!(page.contains(kept), "{page}");
        }
    })
    .await;
}
