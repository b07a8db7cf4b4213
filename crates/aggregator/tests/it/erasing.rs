//! After an erasure the database is searched for everything that it knew.

use jiff::SignedDuration;
use vinculo_aggregator::{connect, erasure};
use vinculo_domain::{ApplicationId, ConsentDuration, ConsentStatus, Document, SessionId};
use vinculo_store::{AuditFilter, Paging, TransactionFilter};

use crate::world::{World, each, each_alone};

const PERSON: &str = "76109277673";

fn document(text: &str) -> Document {
    text.parse().unwrap()
}

/// What the bank told, and the person wrote.
const KNOWN: [&str; 7] =
    ["Ralph Bragg", PERSON, "ralph.bragg@gmail.com", "94088392", "Pagamento da escola", "1990-01-01", "urn:mock:1"];

fn found(hay: &[u8], needle: &str) -> bool {
    let hex: String = needle.bytes().map(|byte| format!("{byte:02x}")).collect();
    let is = |pattern: &[u8]| hay.windows(pattern.len()).any(|window| window.eq_ignore_ascii_case(pattern));
    is(needle.as_bytes()) || is(hex.as_bytes())
}

/// A description that is nobody else's, and a mark that stands in clear until the erasure.
fn tell_secrets(world: &World) {
    for (_, pages) in &mut world.bank.state().accounts {
        for draft in pages.iter_mut().flatten() {
            draft.content.description = Some("Pagamento da escola".to_owned());
            draft.content.reference = Some("REF-4711-CLEAR".to_owned());
        }
    }
}

#[tokio::test]
async fn nothing_that_was_known_of_an_erased_person_is_found_in_the_database() {
    each_alone(async |world| {
        tell_secrets(world);
        world.add_endpoint("http://127.0.0.1:9/").await;
        let link = world.connect().await;
        let page = TransactionFilter { link: vec![link.id], ..TransactionFilter::default() };
        let page = world.store().transactions(world.application, &page, Paging::default()).await.unwrap();
        assert!(page.items.iter().all(|item| format!("{:?}", item.body).contains("Pagamento da escola")));
        assert!(found(&world.everything().await, "REF-4711-CLEAR"), "the search finds what is there");

        let receipt = erasure::erase(world.store(), &world.env, &document(PERSON), None, "operator").await.unwrap();
        world.store().compact().await.unwrap();
        let left = world.everything().await;
        for known in KNOWN.into_iter().chain(["REF-4711-CLEAR"]) {
            assert!(!found(&left, known), "{known}");
        }
        assert_eq!(receipt.document, "***.092.776-**");
        assert_eq!(receipt.consents.len(), 1);
        let erased = &receipt.consents[0];
        assert_eq!((erased.link, erased.erased, erased.revoked), (link.id, true, true));
        assert_eq!(erased.records, 1 + 2 + 2 + 6);
        assert!(!serde_json::to_string(&receipt).unwrap().contains(PERSON));
        world.run().await;
        assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected], "ended at the bank");
    })
    .await;
}

#[tokio::test]
async fn an_erasure_is_told_written_down_and_can_be_asked_for_again() {
    each(async |world| {
        let link = world.connect().await;
        let look = erasure::look(world.store(), &world.env, &document(PERSON), None).await.unwrap();
        assert!(look.consents[0].erased && look.consents[0].records > 0 && world.links().await.len() == 1);
        let first = erasure::erase(world.store(), &world.env, &document(PERSON), None, "operator").await.unwrap();
        let told: Vec<_> =
            world.announced().await.into_iter().filter(|e| e["webhook_code"] == "link_deleted").collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["data"], serde_json::json!({"reason": "erasure"}));
        assert_eq!(told[0]["link_id"], link.id.to_string());
        let again = erasure::erase(world.store(), &world.env, &document(PERSON), None, "operator").await.unwrap();
        let entry = &again.consents[0];
        assert!(!entry.erased && !entry.revoked && entry.records == 0, "the evidence is still found");
        let filter = AuditFilter { action: Some(vec!["person.erased".to_owned()]), ..AuditFilter::default() };
        let audit = world.store().audit_log(&filter, Paging::default()).await.unwrap();
        assert_eq!(audit.count, 2);
        assert_eq!(audit.items[1].subject, first.receipt.to_string());
        assert!(audit.items.iter().all(|entry| !format!("{entry:?}").contains(PERSON)));
    })
    .await;
}

#[tokio::test]
async fn others_and_other_applications_keep_theirs() {
    each(async |world| {
        world.connect().await;
        let nobody = erasure::erase(world.store(), &world.env, &document("52998224725"), None, "x").await.unwrap();
        assert!(nobody.consents.is_empty());
        let elsewhere = Some(ApplicationId::new(&world.env));
        let receipt = erasure::look(world.store(), &world.env, &document(PERSON), elsewhere).await.unwrap();
        assert!(receipt.consents.is_empty());
        assert_eq!(world.links().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_consent_without_a_link_and_an_open_session_are_forgotten_too() {
    each(async |world| {
        world.begin().await;
        let receipt = erasure::erase(world.store(), &world.env, &document(PERSON), None, "operator").await.unwrap();
        let entry = &receipt.consents[0];
        assert!(entry.erased && entry.revoked && entry.records == 0);
        assert!(receipt.tokens_and_sessions >= 1);
        let consent = world.consents().await.remove(0);
        assert!(consent.record.is_none() && consent.secrets.is_none());
        assert!(world.the_session().await.state.identification.is_none());
        world.tick().await;
        assert_ne!(world.the_session().await.status, vinculo_domain::SessionStatus::Open);
        world.run().await;
        assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected]);
    })
    .await;
}

#[tokio::test]
async fn what_a_session_knew_that_led_nowhere_is_forgotten_a_day_after_it_is_over() {
    each(async |world| {
        let (left, jti) = (SessionId::new(&world.env), world.env.hex32());
        world.add_session(&left, &jti).await;
        connect::begin(&world.aggregator, &left, ConsentDuration::Months12).await.unwrap();
        world.pass(SignedDuration::from_hours(1));
        world.tick().await;
        let known = world.store().session(&left).await.unwrap().unwrap().state.identification;
        assert!(known.is_some(), "not yet");
        world.pass(SignedDuration::from_hours(48));
        world.tick().await;
        let known = world.store().session(&left).await.unwrap().unwrap().state.identification;
        assert!(known.is_none());
        assert!(world.store().token(&jti).await.unwrap().unwrap().config.is_none());
    })
    .await;
}
