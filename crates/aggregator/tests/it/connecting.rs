use jiff::SignedDuration;
use secrecy::SecretString;
use vinculo_aggregator::connect::{self, CallbackForm};
use vinculo_aggregator::{Detail, Error, jobs::Work};
use vinculo_connector::{ConnectorError, IdTokenError};
use vinculo_domain::{
    AccessMode, ConsentDuration, ConsentStatus, ErrorCode, LinkStatus, Rejection, SessionId, SessionStatus, Step,
};

use crate::world::{World, each};

fn failed(error: &str, description: Option<&str>) -> CallbackForm {
    CallbackForm {
        state: Some(SecretString::from("state-1")),
        error: Some(error.to_owned()),
        error_description: description.map(str::to_owned),
        ..CallbackForm::default()
    }
}

#[tokio::test]
async fn an_accepted_consent_becomes_a_link_with_its_data() {
    each(async |world| {
        let session = world.begin().await;
        assert_eq!(session.step, Step::Handover);
        let way = session.state.handover.unwrap();
        assert_eq!(way.authorization_url, "https://bank.example/authorize?request_uri=1");
        assert_eq!(world.statuses().await, [ConsentStatus::AwaitingAuthorisation]);

        world.bank.approve();
        let session = world.callback(&World::answer("state-1")).await.unwrap();
        assert_eq!(session.step, Step::Connecting);
        world.run().await;

        let session = world.the_session().await;
        let link = world.the_link().await;
        assert_eq!((session.status, session.step, session.link), (SessionStatus::Success, Step::Done, Some(link.id)));
        assert_eq!(session.state.result.unwrap().link, link.id);
        assert_eq!((link.status, link.access_mode), (LinkStatus::Valid, AccessMode::Recurrent));
        assert_eq!(link.external_id.as_deref(), Some("user-42"));
        assert_eq!(link.institution_user_id.len(), 44);
        assert!(link.institution_user_id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_=".contains(&b)));
        assert_eq!(world.statuses().await, [ConsentStatus::Authorised]);
        assert_eq!(world.transactions(link.id).await, 6);
        let consent = world.consents().await.remove(0);
        assert_eq!(consent.record.unwrap().display_name.as_deref(), Some("Ralph Bragg"));
        let secrets = consent.secrets.unwrap();
        assert!(secrets.answer.is_none() && secrets.tokens.is_none() && secrets.authorization.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_second_submit_and_a_second_tab_make_one_consent() {
    each(async |world| {
        world.begin().await;
        world.begin().await;
        assert_eq!(world.bank.count("create_consent"), 1);
        assert_eq!(world.consents().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn of_two_acceptances_at_once_one_counts_and_the_other_ends_at_the_bank() {
    each(async |world| {
        world.bank.hold("authorize");
        let aggregator = world.aggregator.clone();
        let session = world.session.clone();
        let one =
            tokio::spawn(
                async move { connect::begin(&aggregator, &session, ConsentDuration::Months12).await.unwrap() },
            );
        world.bank.reached("authorize").await;
        let aggregator = world.aggregator.clone();
        let session = world.session.clone();
        let two =
            tokio::spawn(async move { connect::begin(&aggregator, &session, ConsentDuration::Months3).await.unwrap() });
        while world.bank.count("authorize") < 2 {
            tokio::task::yield_now().await;
        }
        world.bank.release("authorize");
        let (one, two) = (one.await.unwrap(), two.await.unwrap());
        assert_eq!(one.consent, two.consent);
        assert_eq!(world.consents().await.len(), 1);
        world.run().await;
        let mut at_the_bank = world.bank.statuses();
        at_the_bank.sort_by_key(|status| status.as_str());
        assert_eq!(at_the_bank, [ConsentStatus::AwaitingAuthorisation, ConsentStatus::Rejected]);
    })
    .await;
}

#[tokio::test]
async fn another_duration_takes_another_consent_and_ends_the_first() {
    each(async |world| {
        world.begin().await;
        let session = connect::begin(&world.aggregator, &world.session, ConsentDuration::Months3).await.unwrap();
        assert_eq!(session.state.handover.unwrap().duration, ConsentDuration::Months3);
        world.run().await;
        assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected, ConsentStatus::AwaitingAuthorisation]);

        // The answer to the first consent comes late: nothing is connected with it.
        let session = world.callback(&World::answer("state-1")).await.unwrap();
        assert_eq!(session.step, Step::Handover);
        world.run().await;
        assert!(world.links().await.is_empty());
        assert_eq!(world.bank.count("exchange"), 0);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_the_bank_no_longer_takes_is_made_anew() {
    each(async |world| {
        world.begin().await;
        world.pass(SignedDuration::from_mins(11));
        let session = world.begin().await;
        assert_eq!(session.state.handover.unwrap().authorization_url, "https://bank.example/authorize?request_uri=2");
    })
    .await;
}

#[tokio::test]
async fn what_goes_wrong_at_the_bank_is_where_the_session_stands() {
    each(async |world| {
        let table = [
            ("create_consent", ConnectorError::Unreachable("x".into()), ErrorCode::InstitutionDown),
            ("create_consent", ConnectorError::Timeout, ErrorCode::RequestTimeout),
            (
                "create_consent",
                ConnectorError::Unavailable { status: 503, retry_after: None },
                ErrorCode::InstitutionUnavailable,
            ),
            ("authorize", ConnectorError::Unsupported("par"), ErrorCode::UnsupportedOperation),
            ("authorize", ConnectorError::Refused { status: 400, code: None }, ErrorCode::UnexpectedError),
        ];
        for (method, error, code) in table {
            world.bank.fail(method, error);
            let session = world.begin().await;
            assert_eq!((session.step, session.last_error), (Step::Failed, Some(code)), "{method}");
            assert_eq!(session.status, SessionStatus::Open);
        }
        // What was made before the second call failed is ended.
        world.run().await;
        assert!(world.bank.statuses().iter().all(|status| *status == ConsentStatus::Rejected));
        assert_eq!(world.bank.count("revoke"), 2);
        assert!(world.consents().await.is_empty());
        assert_eq!(world.begin().await.step, Step::Handover);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_session_and_a_session_past_its_time_begin_nothing() {
    each(async |world| {
        let stranger = SessionId::new(&world.env);
        let error = connect::begin(&world.aggregator, &stranger, ConsentDuration::Months3).await.unwrap_err();
        assert!(matches!(error, Error::NotFound));
        world.pass(SignedDuration::from_mins(11));
        assert_eq!(world.begin().await.step, Step::Consent);
        assert_eq!(world.bank.count("create_consent"), 0);
    })
    .await;
}

#[tokio::test]
async fn a_second_visit_to_the_callback_changes_nothing() {
    each(async |world| {
        world.approve().await;
        let again = world.callback(&World::answer("state-1")).await.unwrap();
        assert_eq!(again.step, Step::Connecting);
        // Not even with another answer.
        world.callback(&failed("access_denied", None)).await.unwrap();
        world.run().await;
        let after = world.callback(&World::answer("state-1")).await.unwrap();
        assert_eq!(after.step, Step::Done);
        world.run().await;
        assert_eq!(world.bank.count("exchange"), 1);
        assert_eq!(world.links().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn two_callbacks_at_once_are_one() {
    each(async |world| {
        world.begin().await;
        world.bank.approve();
        let form = World::answer("state-1");
        let (one, two) = tokio::join!(world.callback(&form), world.callback(&form));
        assert_eq!(one.unwrap().id, two.unwrap().id);
        world.run().await;
        assert_eq!(world.bank.count("exchange"), 1);
        assert_eq!(world.links().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_forged_state_leads_nowhere() {
    each(async |world| {
        world.begin().await;
        let long = "x".repeat(40_000);
        for state in ["", "state-2", "STATE-1", long.as_str()] {
            assert!(world.callback(&World::answer(state)).await.is_none());
        }
        assert!(world.callback(&CallbackForm::default()).await.is_none());
        assert_eq!(world.the_session().await.step, Step::Handover);
    })
    .await;
}

#[tokio::test]
async fn the_banks_errors_end_the_try_and_the_consent() {
    let table = [
        ("access_denied", None, ErrorCode::LoginError, Detail::Denied),
        ("access_denied", Some("risk_analysis_denied: device"), ErrorCode::LoginError, Detail::Risk),
        ("server_error", None, ErrorCode::InstitutionUnavailable, Detail::Plain),
        ("temporarily_unavailable", None, ErrorCode::InstitutionDown, Detail::Plain),
        ("anything_else", None, ErrorCode::UnexpectedError, Detail::Plain),
    ];
    for (error, description, code, detail) in table {
        each(async |world| {
            world.begin().await;
            let session = world.callback(&failed(error, description)).await.unwrap();
            let seen = session.state.last_error.clone().unwrap();
            assert_eq!((session.step, seen.code, seen.detail), (Step::Failed, code, detail), "{error}");
            world.run().await;
            assert_eq!(world.statuses().await, [ConsentStatus::Rejected]);
            assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected]);
            assert_eq!(world.begin().await.step, Step::Handover, "another try is open");
        })
        .await;
    }
}

#[tokio::test]
async fn an_answer_without_code_or_with_both_is_no_yes() {
    each(async |world| {
        world.begin().await;
        let form = CallbackForm { error: Some("server_error".into()), ..World::answer("state-1") };
        assert_eq!(world.callback(&form).await.unwrap().last_error, Some(ErrorCode::InstitutionUnavailable));
        world.begin().await;
        let form = CallbackForm { id_token: None, ..World::answer("state-2") };
        assert_eq!(world.callback(&form).await.unwrap().last_error, Some(ErrorCode::UnexpectedError));
        world.run().await;
        assert_eq!(world.bank.count("exchange"), 0);
    })
    .await;
}

#[tokio::test]
async fn an_id_token_that_breaks_a_rule_ends_it_without_a_link() {
    each(async |world| {
        world.bank.fail("exchange", ConnectorError::IdToken(IdTokenError::Nonce));
        world.approve().await;
        world.run().await;
        let session = world.the_session().await;
        assert_eq!((session.step, session.last_error), (Step::Failed, Some(ErrorCode::UnexpectedError)));
        assert!(world.links().await.is_empty());
        let consent = world.consents().await.remove(0);
        assert_eq!(consent.rejection.unwrap().reason, "CONSENT_TECHNICAL_ISSUE");
        // Section 13: after a bad answer, silence. The consent is ended later.
        assert_eq!(world.bank.count("revoke"), 0, "no call to the bank after a refused id_token");
        world.pass(SignedDuration::from_mins(4));
        world.run().await;
        assert_eq!(world.bank.count("revoke"), 0, "not for a while");
        world.pass(SignedDuration::from_mins(2));
        world.run().await;
        assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected], "ended at the bank, too");
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_stumbles_is_asked_again_while_the_user_waits() {
    each(async |world| {
        world.bank.fail("exchange", ConnectorError::Timeout);
        world.bank.fail("consent", ConnectorError::Unavailable { status: 500, retry_after: None });
        world.approve().await;
        world.run_for(1).await;
        assert_eq!(world.the_session().await.status, SessionStatus::Success);
        assert_eq!(world.bank.count("exchange"), 2, "the second stumble is behind the exchange, which is not repeated");
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_stays_down_is_given_up_soon() {
    each(async |world| {
        world.bank.fail_always("exchange", Some(ConnectorError::Unreachable("x".into())));
        world.approve().await;
        let begun = world.env.now();
        loop {
            world.run().await;
            if world.the_session().await.step != Step::Connecting {
                break;
            }
            let Some(next) = world.store().next_job_at().await.unwrap() else { break };
            world.pass(next.duration_since(world.env.now()).max(SignedDuration::ZERO));
        }
        assert_eq!(world.the_session().await.last_error, Some(ErrorCode::InstitutionDown));
        assert!(world.env.now().duration_since(begun) < SignedDuration::from_mins(1));
    })
    .await;
}

#[tokio::test]
async fn a_consent_that_the_bank_rejects_behind_the_exchange_makes_no_link() {
    each(async |world| {
        world.approve().await;
        let rejection = Rejection { rejected_by: "ASPSP".into(), reason: "INTERNAL_SECURITY_REASON".into() };
        world.bank.state().consents.insert("urn:mock:1".into(), (ConsentStatus::Rejected, Some(rejection.clone())));
        world.run().await;
        let session = world.the_session().await;
        assert_eq!(session.state.last_error.unwrap().detail, Detail::Risk);
        assert_eq!(world.consents().await.remove(0).rejection, Some(rejection));
        assert!(world.links().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_user_who_left_meanwhile_gets_no_link() {
    each(async |world| {
        world.approve().await;
        let mut tx = world.store().begin().await.unwrap();
        let mut session = tx.session(&world.session).await.unwrap().unwrap();
        session.status = SessionStatus::Exited;
        tx.update_session(&mut session).await.unwrap();
        tx.commit().await.unwrap();
        world.run().await;
        assert!(world.links().await.is_empty());
        assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected]);
        assert_eq!(world.statuses().await, [ConsentStatus::Rejected]);
    })
    .await;
}

#[tokio::test]
async fn a_token_makes_one_link() {
    each(async |world| {
        let link = world.connect().await;
        let token = world.store().token(&world.token).await.unwrap().unwrap();
        assert_eq!(token.link, Some(link.id));
        assert!(token.used_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn nobody_comes_back_and_the_consent_ends_everywhere() {
    each(async |world| {
        world.begin().await;
        world.bank.approve();
        // Approved at the bank, and the browser lost: no answer ever comes.
        world.run_for(2).await;
        assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected]);
        let consent = world.consents().await.remove(0);
        assert_eq!(
            (consent.status, consent.rejection.unwrap().reason.as_str()),
            (ConsentStatus::Rejected, "CONSENT_EXPIRED")
        );
        // And an answer that comes after all changes nothing.
        world.callback(&World::answer("state-1")).await.unwrap();
        world.run_for(2).await;
        assert!(world.links().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_end_of_a_consent_gives_no_more_time_to_a_session_whose_time_is_over() {
    each(async |world| {
        world.begin().await;
        // Nobody swept meanwhile: the consent is settled first.
        world.pass(SignedDuration::from_mins(66));
        world.run().await;
        assert_eq!(world.consents().await[0].status, ConsentStatus::Rejected);
        assert!(world.the_session().await.expires_at <= world.env.now());
        world.tick().await;
        assert_eq!(world.the_session().await.status, SessionStatus::Expired);
    })
    .await;
}

#[tokio::test]
async fn a_revocation_goes_on_until_the_bank_says_so() {
    each(async |world| {
        world.bank.fail_always("revoke", Some(ConnectorError::Timeout));
        world.begin().await;
        world.callback(&failed("access_denied", None)).await.unwrap();
        world.run_for(48).await;
        assert!(world.bank.count("revoke") > 20);
        world.bank.fail_always("revoke", None);
        world.run_for(2).await;
        assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected]);
        assert_eq!(world.store().job_counts(world.env.now()).await.unwrap().dead, 0);
    })
    .await;
}

#[tokio::test]
async fn the_bank_id_of_a_consent_stands_nowhere_in_clear() {
    let work = Work::Revoke(vinculo_aggregator::jobs::Revoke {
        institution: "a_br_retail".parse().unwrap(),
        bank_consent_id: "urn:bank:secret".into(),
    });
    assert!(!work.dedup_key().contains("secret"));
}
