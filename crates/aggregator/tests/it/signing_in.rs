//! Proving oneself at a bank: what it takes, and what stays of it.

use jiff::SignedDuration;
use vinculo_aggregator::Detail;
use vinculo_aggregator::connect::{self, CallbackForm, MOST_TRIES};
use vinculo_connector::ConnectorError;
use vinculo_domain::{
    ApplicationId, ConsentDuration, ConsentStatus, ErrorCode, Feature, PermissionSet, SessionId, SessionStatus, Step,
};
use vinculo_store::{AuditFilter, Consent, ConsentFilter, EventFilter, LinkFilter, Paging, WidgetSession};

use crate::world::{World, each};

/// A sign-in that stands where the person accepts.
async fn arrive(world: &World) -> SessionId {
    let id = SessionId::new(&world.env);
    world.add_session_of(ApplicationId::PORTAL, Feature::PortalSignIn, &id, &world.env.hex32()).await;
    id
}

/// Up to the bank's answer, whatever term a form asks for.
async fn answered(world: &World, number: usize) -> SessionId {
    let id = arrive(world).await;
    connect::begin(&world.aggregator, &id, ConsentDuration::Months12).await.unwrap();
    world.bank.approve();
    let code = Some(format!("code-{number}").into());
    let form = CallbackForm { code, ..World::answer(&format!("state-{number}")) };
    world.callback(&form).await.unwrap();
    id
}

async fn session(world: &World, id: &SessionId) -> WidgetSession {
    world.store().session(id).await.unwrap().unwrap()
}

async fn sign_ins(world: &World) -> Vec<Consent> {
    let (filter, paging) = (ConsentFilter::default(), Paging::default());
    world.store().consents(ApplicationId::PORTAL, &filter, paging).await.unwrap().items
}

#[tokio::test]
async fn whom_the_bank_knows_gets_in_and_nothing_else_comes_of_it() {
    each(async |world| {
        let id = answered(world, 1).await;
        world.run().await;
        let session = session(world, &id).await;
        assert_eq!((session.status, session.step, session.link), (SessionStatus::Success, Step::Done, None));

        let (permissions, expires_at) = world.bank.state().asked[0].clone();
        assert_eq!(permissions, PermissionSet::identity(false), "who somebody is, and nothing else");
        let a_day = world.env.now().checked_add(SignedDuration::from_hours(24)).unwrap();
        assert!(expires_at.is_some_and(|end| end <= a_day), "{expires_at:?}, whatever the form said");

        world.run().await;
        assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected], "ended at the bank as soon as it had served");
        let consent = sign_ins(world).await.remove(0);
        assert_eq!((consent.status, consent.duration), (ConsentStatus::Rejected, ConsentDuration::Day));
        let history = world.store().consent_history(consent.id).await.unwrap();
        let told: Vec<_> = history.iter().map(|change| change.what.as_str()).collect();
        assert_eq!(told, ["created", "authorised", "rejected"]);

        let paging = Paging::default();
        for application in [ApplicationId::PORTAL, world.application] {
            let links = world.store().links(application, &LinkFilter::default(), paging).await.unwrap();
            let events = world.store().events(application, &EventFilter::default(), paging).await.unwrap();
            assert_eq!((links.count, events.count), (0, 0));
        }
        assert_eq!(world.bank.count("accounts") + world.bank.count("transactions_page"), 0);
        let filter = AuditFilter { action: Some(vec!["portal.signed_in".to_owned()]), ..AuditFilter::default() };
        assert_eq!(world.store().audit_log(&filter, paging).await.unwrap().count, 1);
        world.run_for(48).await;
        assert_eq!((world.bank.count("owners"), sign_ins(world).await.len()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn whom_the_bank_knows_by_another_document_stays_outside() {
    each(async |world| {
        world.bank.state().known = Some("96644087000");
        let id = answered(world, 1).await;
        world.run().await;
        let session = session(world, &id).await;
        assert_eq!((session.status, session.step), (SessionStatus::Open, Step::Failed));
        let error = session.state.last_error.unwrap();
        assert_eq!((error.code, error.detail), (ErrorCode::LoginError, Detail::Owner));
        world.run().await;
        assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected]);
        assert_eq!(sign_ins(world).await[0].status, ConsentStatus::Rejected);
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_does_not_say_whom_it_knows_lets_nobody_in() {
    each(async |world| {
        let failures = [
            (ConnectorError::Unavailable { status: 503, retry_after: None }, ErrorCode::InstitutionUnavailable),
            (ConnectorError::Timeout, ErrorCode::RequestTimeout),
            (ConnectorError::Forbidden { code: None }, ErrorCode::UnexpectedError),
        ];
        for (number, (error, code)) in failures.into_iter().enumerate() {
            world.bank.fail_always("owners", Some(error));
            let id = answered(world, number + 1).await;
            world.run_for(1).await;
            let session = session(world, &id).await;
            assert_eq!((session.step, session.status == SessionStatus::Success), (Step::Failed, false));
            assert_eq!(session.last_error, Some(code));
        }
        assert!(world.bank.statuses().iter().all(|status| *status == ConsentStatus::Rejected));
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_stumbles_once_is_asked_again() {
    each(async |world| {
        world.bank.fail("owners", ConnectorError::Unavailable { status: 503, retry_after: None });
        let id = answered(world, 1).await;
        world.run().await;
        for _ in 0..10 {
            world.pass(SignedDuration::from_secs(10));
            world.run().await;
        }
        assert_eq!(session(world, &id).await.status, SessionStatus::Success);
        assert_eq!(world.bank.count("exchange"), 1, "a code works once");
    })
    .await;
}

#[tokio::test]
async fn an_answer_in_another_browser_ends_it() {
    each(async |world| {
        let id = arrive(world).await;
        connect::begin(&world.aggregator, &id, ConsentDuration::Day).await.unwrap();
        world.bank.approve();
        let answer = World::answer("state-1");
        connect::refuse_elsewhere(&world.aggregator, answer.state.as_ref().unwrap()).await.unwrap();
        // The right one comes too late.
        world.callback(&answer).await.unwrap();
        world.run().await;
        let session = session(world, &id).await;
        assert_eq!((session.step, session.state.last_error.unwrap().detail), (Step::Failed, Detail::Elsewhere));
        assert_eq!((world.bank.count("exchange"), world.bank.statuses()), (0, vec![ConsentStatus::Rejected]));
    })
    .await;
}

#[tokio::test]
async fn nobody_is_taken_to_a_bank_without_end() {
    each(async |world| {
        for _ in 0..MOST_TRIES {
            let id = arrive(world).await;
            let session = connect::begin(&world.aggregator, &id, ConsentDuration::Day).await.unwrap();
            assert_eq!(session.step, Step::Handover);
        }
        let late = arrive(world).await;
        let refused = connect::begin(&world.aggregator, &late, ConsentDuration::Day).await.unwrap();
        assert_eq!((refused.step, refused.state.last_error.unwrap().detail), (Step::Failed, Detail::TooOften));
        assert_eq!(world.bank.count("create_consent") as i64, MOST_TRIES);
        // The applications' own sessions are not held up, and an hour later neither is this one.
        assert_eq!(world.begin().await.step, Step::Handover);
        world.pass(SignedDuration::from_mins(61));
        let id = arrive(world).await;
        let session = connect::begin(&world.aggregator, &id, ConsentDuration::Day).await.unwrap();
        assert_eq!(session.step, Step::Handover);
    })
    .await;
}

#[tokio::test]
async fn whoever_signed_in_is_forgotten_and_can_be_erased_before() {
    each(async |world| {
        answered(world, 1).await;
        world.run().await;
        world.run().await;
        for _ in 0..3 {
            world.pass(SignedDuration::from_hours(24));
            world.tick().await;
            world.run().await;
        }
        let kept = sign_ins(world).await.remove(0);
        assert!(kept.record.is_none() && kept.secrets.is_none());

        answered(world, 2).await;
        let who = "76109277673".parse().unwrap();
        let receipt = vinculo_aggregator::erasure::erase(world.store(), &world.env, &who, None, "test").await.unwrap();
        assert_eq!(receipt.consents.len(), 2);
        assert!(sign_ins(world).await.iter().all(|consent| consent.record.is_none()));
        world.run().await;
        assert!(world.bank.statuses().iter().all(|status| *status == ConsentStatus::Rejected));
    })
    .await;
}
