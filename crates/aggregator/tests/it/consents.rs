//! A consent's life after the connection.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use vinculo_connector::ConnectorError;
use vinculo_domain::{AccessMode, ConsentStatus, LinkStatus};
use vinculo_store::LinkPatch;

use crate::world::{World, each};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn ends(world: &World, days: i32) -> Timestamp {
    let at = world.env.now() + DAY * days;
    world.bank.state().ends = Some(at);
    at
}

async fn pass(world: &World, by: SignedDuration) {
    world.pass(by);
    world.tick().await;
    world.run().await;
}

async fn told(world: &World, kind: &str) -> Vec<Value> {
    world.announced().await.into_iter().filter(|event| event["webhook_type"] == kind).collect()
}

async fn make_single(world: &World) {
    let link = world.the_link().await;
    let patch = LinkPatch { access_mode: Some(AccessMode::Single), ..LinkPatch::default() };
    let mut tx = world.store().begin().await.unwrap();
    tx.patch_link(world.application, link.id, &patch).await.unwrap();
    tx.commit().await.unwrap();
}

async fn whats(world: &World) -> Vec<String> {
    let consent = world.consents().await.remove(0);
    let history = world.store().consent_history(consent.id).await.unwrap();
    history.into_iter().map(|line| format!("{} {}", line.actor, line.what)).collect()
}

#[tokio::test]
async fn an_end_is_told_a_week_before_once_and_when_it_comes() {
    each(async |world| {
        let end = ends(world, 30);
        let link = world.connect().await;
        let consent = world.consents().await.remove(0);
        assert_eq!(consent.expires_at, Some(end));
        pass(world, DAY * 22).await;
        assert!(told(world, "CONSENT").await.is_empty(), "not a day too early");
        for _ in 0..6 {
            pass(world, DAY).await;
        }
        let warned = told(world, "CONSENT").await;
        assert_eq!(warned.len(), 1);
        assert_eq!(warned[0]["webhook_code"], "openfinance_consent_about_to_expire");
        assert_eq!(warned[0]["process_type"], "recurrent_update");
        assert_eq!(
            warned[0]["data"],
            json!({
                "consent_id": consent.id, "consent_due_date": format!("{end:.3}"), "action": "renew",
                "institution": "ofmockbank_br_retail", "institution_display_name": "Mock Bank",
                "institution_icon_logo": null,
            })
        );
        assert_eq!(world.the_link().await.status, LinkStatus::Valid);
        pass(world, DAY * 2 + HOUR).await;
        let expired = told(world, "CONSENT").await.remove(1);
        assert_eq!(expired["webhook_code"], "openfinance_consent_expired");
        assert_eq!(expired["link_id"], link.id.to_string());
        assert_eq!(expired["external_id"], "user-42");
        assert!(expired["request_id"].is_string() && expired["data"]["consent_due_date"].is_null());
        assert_eq!(world.the_link().await.status, LinkStatus::Invalid);
        let consent = world.consents().await.remove(0);
        assert_eq!(consent.status, ConsentStatus::Expired);
        assert_eq!(consent.rejection.unwrap().reason, "CONSENT_MAX_DATE_REACHED");
        pass(world, DAY).await;
        assert_eq!(told(world, "CONSENT").await.len(), 2);
        assert!(told(world, "LINK").await.is_empty(), "the end of its time is no broken link");
        assert!(world.transactions(link.id).await > 0, "what is stored stays");
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_is_down_does_not_keep_a_consent_alive() {
    each(async |world| {
        ends(world, 2);
        world.connect().await;
        world.bank.fail_always("consent", Some(ConnectorError::Unreachable("x".into())));
        pass(world, DAY * 2 + HOUR).await;
        assert_eq!(world.statuses().await, [ConsentStatus::Expired]);
        assert_eq!(world.the_link().await.status, LinkStatus::Invalid);
        let counts = world.store().job_counts(world.env.now()).await.unwrap();
        assert_eq!((counts.due, counts.dead), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn an_undefined_term_has_no_end() {
    each(async |world| {
        world.connect().await;
        for _ in 0..24 {
            pass(world, DAY * 14).await;
        }
        assert!(told(world, "CONSENT").await.is_empty());
        assert_eq!(world.statuses().await, [ConsentStatus::Authorised]);
    })
    .await;
}

#[tokio::test]
async fn what_the_user_revokes_at_the_bank_is_noticed_within_a_day() {
    each(async |world| {
        let link = world.connect().await;
        world.bank.revoke_all();
        pass(world, DAY + HOUR).await;
        assert_eq!(world.the_link().await.status, LinkStatus::Invalid);
        let consent = world.consents().await.remove(0);
        assert_eq!(consent.status, ConsentStatus::Rejected);
        assert_eq!(consent.rejection.unwrap().reason, "CUSTOMER_MANUALLY_REVOKED");
        let told = told(world, "LINK").await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["webhook_code"], "invalid_credentials");
        assert_eq!((&told[0]["data"]["error_code"], &told[0]["data"]["status"]), (&json!("invalid_link"), &json!(400)));
        assert_eq!(told[0]["link_id"], link.id.to_string());
        assert_eq!(whats(world).await, ["user created", "user authorised", "user rejected"]);
    })
    .await;
}

#[tokio::test]
async fn another_end_at_the_bank_is_taken_over_and_told() {
    each(async |world| {
        ends(world, 30);
        world.connect().await;
        let later = ends(world, 365);
        pass(world, DAY + HOUR).await;
        assert_eq!(world.consents().await.remove(0).expires_at, Some(later));
        let told = told(world, "CONSENT").await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["webhook_code"], "openfinance_consent_expiration_changed");
        assert_eq!(told[0]["data"]["consent_due_date"], format!("{later:.3}"));
        assert!(told[0]["data"].get("action").is_none());
        assert_eq!(whats(world).await.last().unwrap(), "institution expiry_changed");
        pass(world, DAY * 30).await;
        assert_eq!(world.the_link().await.status, LinkStatus::Valid);
    })
    .await;
}

#[tokio::test]
async fn a_single_link_hears_nothing_of_its_consent_and_becomes_invalid_all_the_same() {
    each(async |world| {
        ends(world, 10);
        world.connect().await;
        make_single(world).await;
        for _ in 0..12 {
            pass(world, DAY).await;
        }
        assert!(told(world, "CONSENT").await.is_empty());
        assert_eq!(world.the_link().await.status, LinkStatus::Invalid);
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_does_not_answer_is_asked_again_in_an_hour_and_not_all_the_time() {
    each(async |world| {
        world.connect().await;
        world.bank.fail_always("consent", Some(ConnectorError::Unreachable("x".into())));
        pass(world, DAY + HOUR).await;
        let asked = world.bank.count("consent");
        for _ in 0..30 {
            pass(world, SignedDuration::from_mins(1)).await;
        }
        assert_eq!(world.bank.count("consent"), asked);
        pass(world, HOUR).await;
        assert_eq!(world.bank.count("consent"), asked + 1);
        world.bank.fail_always("consent", None);
        world.bank.revoke_all();
        pass(world, HOUR * 2).await;
        assert_eq!(world.the_link().await.status, LinkStatus::Invalid);
    })
    .await;
}
