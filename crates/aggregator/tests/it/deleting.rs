use jiff::SignedDuration;
use vinculo_aggregator::{Error, links, worker};
use vinculo_connector::ConnectorError;
use vinculo_domain::{ApplicationId, ConsentStatus, LinkId};
use vinculo_store::{AuditFilter, Paging};

use crate::world::each;

#[tokio::test]
async fn a_deleted_link_leaves_evidence_and_no_data_and_ends_at_the_bank() {
    each(async |world| {
        let link = world.connect().await;
        links::delete(&world.aggregator, world.application, link.id, "api:key").await.unwrap();
        assert!(world.links().await.is_empty());
        assert_eq!(world.transactions(link.id).await, 0);
        assert!(world.store().tokens(link.id).await.unwrap().is_none());
        let consent = world.consents().await.remove(0);
        assert_eq!(consent.status, ConsentStatus::Rejected);
        assert_eq!(consent.rejection.unwrap().reason, "CUSTOMER_MANUALLY_REVOKED");
        assert!(consent.record.is_none() && consent.secrets.is_none());
        world.run().await;
        assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected]);
        assert!(!world.announced().await.iter().any(|event| event["webhook_type"] == "LINK"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_deleted_once_however_many_ask() {
    each(async |world| {
        let link = world.connect().await;
        let delete = || links::delete(&world.aggregator, world.application, link.id, "api:key");
        let all = tokio::join!(delete(), delete(), delete(), delete(), delete(), delete());
        for result in [all.0, all.1, all.2, all.3, all.4, all.5] {
            assert!(matches!(result, Ok(()) | Err(Error::NotFound)), "{result:?}");
        }
        let filter = AuditFilter { action: Some(vec!["link.deleted".to_owned()]), ..AuditFilter::default() };
        assert_eq!(world.store().audit_log(&filter, Paging::default()).await.unwrap().count, 1);
    })
    .await;
}

#[tokio::test]
async fn a_link_of_another_application_is_not_there() {
    each(async |world| {
        let link = world.connect().await;
        let stranger = ApplicationId::new(&world.env);
        let nobody = LinkId::new(&world.env);
        for (application, id) in [(stranger, link.id), (world.application, nobody)] {
            assert!(matches!(links::delete(&world.aggregator, application, id, "x").await, Err(Error::NotFound)));
            assert!(matches!(links::delete_later(&world.aggregator, application, id).await, Err(Error::NotFound)));
            let fetched = links::fetch_later(&world.aggregator, application, id, None, None).await;
            assert!(matches!(fetched, Err(Error::NotFound)));
        }
        assert_eq!(world.links().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn deletion_in_the_background_is_told_once() {
    each(async |world| {
        let link = world.connect().await;
        let request = links::delete_later(&world.aggregator, world.application, link.id).await.unwrap();
        links::delete_later(&world.aggregator, world.application, link.id).await.unwrap();
        assert_eq!(world.links().await.len(), 1);
        world.run().await;
        assert!(world.links().await.is_empty());
        let told: Vec<_> =
            world.announced().await.into_iter().filter(|event| event["webhook_type"] == "LINK").collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["webhook_code"], "link_deleted");
        assert_eq!(told[0]["request_id"], request.to_string());
        assert_eq!(told[0]["link_id"], link.id.to_string());
        assert_eq!(told[0]["external_id"], "user-42");
        assert_eq!(told[0]["data"], serde_json::json!({}));
    })
    .await;
}

#[tokio::test]
async fn what_is_being_fetched_meanwhile_is_not_stored() {
    for method in ["owners", "accounts", "transactions"] {
        each(async |world| {
            world.approve().await;
            world.bank.hold(method);
            let running = tokio::spawn({
                let aggregator = world.aggregator.clone();
                async move { worker::run_due(&aggregator).await.unwrap() }
            });
            world.bank.reached(method).await;
            let link = world.the_link().await;
            links::delete(&world.aggregator, world.application, link.id, "api:key").await.unwrap();
            let announced = world.announced().await.len();
            world.bank.release(method);
            running.await.unwrap();
            world.run().await;
            assert_eq!(world.transactions(link.id).await, 0);
            assert!(world.store().accounts_of_link(link.id).await.unwrap().is_empty());
            assert_eq!(world.announced().await.len(), announced, "{method}");
            let counts = world.store().job_counts(world.env.now()).await.unwrap();
            assert_eq!((counts.due, counts.dead), (0, 0), "{method}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_bank_that_is_down_does_not_keep_the_link() {
    each(async |world| {
        let link = world.connect().await;
        world.bank.fail("revoke", ConnectorError::Unreachable("x".into()));
        links::delete(&world.aggregator, world.application, link.id, "api:key").await.unwrap();
        world.run_for(1).await;
        assert_eq!(world.bank.count("revoke"), 2);
        assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected]);
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_refuses_for_months_is_asked_until_the_consent_is_over_there() {
    each(async |world| {
        let link = world.connect().await;
        world.bank.fail_always("revoke", Some(ConnectorError::Unavailable { status: 503, retry_after: None }));
        links::delete(&world.aggregator, world.application, link.id, "test").await.unwrap();
        for _ in 0..(4 * 200) {
            world.pass(SignedDuration::from_hours(6));
            world.run().await;
        }
        assert!(world.bank.count("revoke") > 750, "{}", world.bank.count("revoke"));
        let counts = world.store().job_counts(world.env.now()).await.unwrap();
        assert_eq!(counts.dead, 0);
        assert_eq!(world.bank.statuses(), [ConsentStatus::Authorised]);
        world.bank.fail_always("revoke", None);
        world.pass(SignedDuration::from_hours(6));
        world.run().await;
        assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected]);
    })
    .await;
}
