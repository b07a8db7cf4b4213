use vinculo_domain::{ErrorCode, Locale, SessionId, SessionState, SessionStatus, Step};
use vinculo_store::{SessionEvent, Token, WidgetSession};

use crate::world::{World, each};

async fn session(world: &World) -> SessionId {
    let token = Token {
        jti: world.env.hex32(),
        application: world.one,
        key: None,
        feature: "consent_link_creation".to_owned(),
        config: None,
        created_at: world.now(),
        expires_at: world.now(),
        used_at: None,
        link: None,
    };
    let session = WidgetSession {
        id: SessionId::new(&world.env),
        application: world.one,
        token: token.jti.clone(),
        status: SessionStatus::Exited,
        step: Step::Exit,
        locale: Locale::Pt,
        institution: Some(crate::world::bank()),
        consent: None,
        link: None,
        external_id: Some("user-1".to_owned()),
        last_error: Some(ErrorCode::LoginError),
        state: SessionState::default(),
        version: 0,
        created_at: world.now(),
        updated_at: world.now(),
        expires_at: world.now(),
    };
    let event = SessionEvent {
        id: world.env.uuid(),
        session: session.id.clone(),
        at: world.now(),
        kind: "EXIT".to_owned(),
        body: r#"{"meta_data_step":"abandon-survey"}"#.to_owned(),
    };
    let mut tx = world.store.begin().await.unwrap();
    tx.insert_token(&token).await.unwrap();
    tx.insert_session(&session).await.unwrap();
    tx.insert_session_event(&event).await.unwrap();
    tx.commit().await.unwrap();
    session.id
}

#[tokio::test]
async fn a_session_tells_its_application_what_happened() {
    each(async |world| {
        let id = session(world).await;
        let one = world.client.get(&format!("/api/widget-sessions/{id}/")).await.ok();
        insta::allow_duplicates! { insta::assert_json_snapshot!(one, { ".id" => "[id]", ".events[].id" => "[id]" }, @r#"
        {
          "id": "[id]",
          "status": "exited",
          "step": "exit",
          "institution": "ofmockbank_br_retail",
          "link": null,
          "external_id": "user-1",
          "last_error": {
            "code": "login_error",
            "message": "The user account access was forbidden by the institution"
          },
          "locale": "pt",
          "created_at": "2026-11-22T12:00:00.000000Z",
          "updated_at": "2026-11-22T12:00:00.000000Z",
          "expires_at": "2026-11-22T12:00:00.000000Z",
          "events": [
            {
              "id": "[id]",
              "at": "2026-11-22T12:00:00.000000Z",
              "kind": "EXIT",
              "data": {
                "meta_data_step": "abandon-survey"
              }
            }
          ]
        }
        "#); }
        for (query, expected) in [("", 1), ("status=exited", 1), ("status=open", 0), ("external_id=user-1", 1)] {
            let page = world.client.get(&format!("/api/widget-sessions/?{query}")).await.ok();
            assert_eq!(page["count"], expected, "{query}");
        }
        assert_eq!(world.stranger.get(&format!("/api/widget-sessions/{id}/")).await.refused(), "404 not_found");
        assert_eq!(world.client.get("/api/widget-sessions/nonsense/").await.refused(), "404 not_found");
    })
    .await;
}
