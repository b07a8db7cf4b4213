use jiff::SignedDuration;
use vinculo_aggregator::connect;
use vinculo_domain::{ConsentStatus, ErrorCode, SessionStatus, Step};

use crate::world::each;

#[tokio::test]
async fn a_session_past_its_time_ends_once_and_says_so() {
    each(async |world| {
        assert_eq!(connect::expire_sessions(&world.aggregator).await.unwrap(), 0);
        world.begin().await;
        world.pass(SignedDuration::from_mins(61));
        assert_eq!(connect::expire_sessions(&world.aggregator).await.unwrap(), 1);
        assert_eq!(connect::expire_sessions(&world.aggregator).await.unwrap(), 0);
        let session = world.the_session().await;
        assert_eq!((session.status, session.step), (SessionStatus::Expired, Step::Handover));
        assert_eq!(session.last_error, Some(ErrorCode::SessionExpiredOb));
        let events = world.events().await;
        assert_eq!(events.len(), 1);
        let body: serde_json::Value = serde_json::from_str(&events[0].body).unwrap();
        assert_eq!(
            (&body["webhook_type"], &body["webhook_code"]),
            (&"WIDGET_SESSION".into(), &"session_finished".into())
        );
        assert_eq!(body["data"]["status"], "expired");
        assert_eq!(body["external_id"], "user-42");
        assert_eq!(body.as_object().unwrap().len(), 8);
        world.run().await;
        assert_eq!(world.statuses().await, [ConsentStatus::Rejected]);
        assert_eq!(world.bank.statuses(), [ConsentStatus::Rejected]);
    })
    .await;
}

#[tokio::test]
async fn success_is_told_once() {
    each(async |world| {
        let link = world.connect().await;
        let finished: Vec<_> =
            world.events().await.into_iter().filter(|event| event.code == "session_finished").collect();
        assert_eq!(finished.len(), 1);
        let body: serde_json::Value = serde_json::from_str(&finished[0].body).unwrap();
        assert_eq!(body["link_id"], link.id.to_string());
        assert_eq!(body["data"]["status"], "success");
    })
    .await;
}
