//! Keys, tokens, sessions, institutions, registrations.

use secrecy::{ExposeSecret, SecretString};
use vinculo_domain::{ApplicationId, InstitutionStatus, KeyId, LinkId, SessionStatus, Stage, Step};
use vinculo_store::{
    FunnelFilter, InstitutionFilter, InstitutionHealth, Paging, Reached, Registration, SessionEvent, SessionFilter,
    StoreError,
};

use crate::support::{CPF, bank, each, person};

#[tokio::test]
async fn only_the_right_password_of_a_live_key_opens() {
    each(async |w| {
        let mut tx = w.store.begin().await.unwrap();
        let key = tx.create_key(w.application, Some("ci")).await.unwrap();
        w.pass(1);
        let other = tx.create_key(w.application, None).await.unwrap();
        tx.commit().await.unwrap();
        let (id, password) = (key.id.to_string(), key.password.expose_secret());

        let caller = w.store.authenticate(&id, password).await.unwrap().unwrap();
        assert_eq!((caller.application.id, caller.key), (w.application, key.id));
        let upper = password.to_uppercase();
        for wrong in ["", &upper, &password[1..], other.password.expose_secret()] {
            assert!(w.store.authenticate(&id, wrong).await.unwrap().is_none());
        }
        for unknown in ["", "not an id", &KeyId::new(&w.env).to_string(), &w.application.to_string()] {
            assert!(w.store.authenticate(unknown, password).await.unwrap().is_none());
        }

        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.revoke_key(key.id).await.unwrap());
        assert!(!tx.revoke_key(key.id).await.unwrap(), "only once");
        assert!(!tx.revoke_key(KeyId::new(&w.env)).await.unwrap());
        tx.commit().await.unwrap();
        assert!(w.store.authenticate(&id, password).await.unwrap().is_none());
        let listed = w.store.keys(w.application).await.unwrap();
        assert_eq!(listed.iter().map(|k| k.revoked_at.is_some()).collect::<Vec<_>>(), [true, false]);
        assert!(!w.dump("api_keys").await.contains(password), "the password itself is nowhere");
    })
    .await;
}

#[tokio::test]
async fn a_key_needs_its_application() {
    each(async |w| {
        let mut tx = w.store.begin().await.unwrap();
        let refused = tx.create_key(ApplicationId::new(&w.env), None).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_token_is_used_once_and_its_configuration_is_sealed() {
    each(async |w| {
        let token = w.token().await;
        assert_eq!(w.store.token(&token.jti).await.unwrap().unwrap(), token);
        assert!(w.store.token("00").await.unwrap().is_none());
        let dump = w.dump("tokens").await;
        assert!(!dump.contains(CPF) && !dump.to_lowercase().contains(&hex(CPF)));

        let mut tx = w.store.begin().await.unwrap();
        assert!(matches!(tx.insert_token(&token).await, Err(StoreError::Conflict)));
        tx.rollback().await.unwrap();

        let link = LinkId::new(&w.env);
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.use_token(&token.jti, link, w.now()).await.unwrap());
        assert!(!tx.use_token(&token.jti, LinkId::new(&w.env), w.now()).await.unwrap());
        assert!(!tx.use_token("unknown", link, w.now()).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(w.store.token(&token.jti).await.unwrap().unwrap().link, Some(link));
    })
    .await;
}

#[tokio::test]
async fn a_token_has_one_unfinished_session_and_an_older_version_changes_nothing() {
    each(async |w| {
        let token = w.token().await;
        let mut session = w.a_session(&token);
        let mut tx = w.store.begin().await.unwrap();
        tx.insert_session(&session).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = w.store.begin().await.unwrap();
        assert!(matches!(tx.insert_session(&w.a_session(&token)).await, Err(StoreError::Conflict)));
        tx.rollback().await.unwrap();

        let mut stale = w.store.session(&session.id).await.unwrap().unwrap();
        assert_eq!(stale.state.identification, Some(person(CPF)));
        w.pass(1);
        session.step = Step::Institutions;
        let mut tx = w.store.begin().await.unwrap();
        tx.update_session(&mut session).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((session.version, session.updated_at), (1, w.now()));

        stale.step = Step::Consent;
        let mut tx = w.store.begin().await.unwrap();
        assert!(matches!(tx.update_session(&mut stale).await, Err(StoreError::Conflict)));
        tx.rollback().await.unwrap();
        let found = w.store.open_session_of_token(&token.jti).await.unwrap().unwrap();
        assert_eq!((found.id.clone(), found.step, found.version), (session.id.clone(), Step::Institutions, 1));

        session.status = SessionStatus::Exited;
        let mut tx = w.store.begin().await.unwrap();
        tx.update_session(&mut session).await.unwrap();
        assert!(tx.open_session_of_token(&token.jti).await.unwrap().is_none());
        w.pass(1);
        let second = w.a_session(&token);
        tx.insert_session(&second).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(w.store.last_session_of_token(&token.jti).await.unwrap().unwrap().id, second.id);
    })
    .await;
}

#[tokio::test]
async fn what_is_over_is_forgotten_and_what_goes_on_is_not() {
    each(async |w| {
        let (over, open) = (w.token().await, w.token().await);
        let (mut ended, going) = (w.a_session(&over), w.a_session(&open));
        ended.status = SessionStatus::Exited;
        let mut tx = w.store.begin().await.unwrap();
        tx.insert_session(&ended).await.unwrap();
        tx.insert_session(&going).await.unwrap();
        assert_eq!(tx.forget_finished(w.later(600)).await.unwrap(), 0, "not over yet");
        assert_eq!(tx.forget_finished(w.later(601)).await.unwrap(), 2);
        assert_eq!(tx.forget_finished(w.later(601)).await.unwrap(), 0);
        tx.commit().await.unwrap();
        assert_eq!(w.store.session(&ended.id).await.unwrap().unwrap().state.identification, None);
        assert_eq!(w.store.token(&over.jti).await.unwrap().unwrap().config, None);
        assert!(w.store.session(&going.id).await.unwrap().unwrap().state.identification.is_some());
        assert!(w.store.token(&open.jti).await.unwrap().unwrap().config.is_some());
    })
    .await;
}

#[tokio::test]
async fn sessions_are_listed_for_their_application_only() {
    each(async |w| {
        let stranger = w.other_application().await;
        let session = w.a_session(&w.token().await);
        let mut tx = w.store.begin().await.unwrap();
        tx.insert_session(&session).await.unwrap();
        let body = r#"{"error":"login_error"}"#.to_owned();
        for (at, kind) in [(2, "EXIT"), (1, "ERROR")] {
            let (session, kind) = (session.id.clone(), kind.to_owned());
            let event = SessionEvent { id: w.env.uuid(), session, at: w.later(at), kind, body: body.clone() };
            tx.insert_session_event(&event).await.unwrap();
        }
        tx.commit().await.unwrap();

        let all = SessionFilter::default();
        assert_eq!(w.store.sessions(w.application, &all, Paging::default()).await.unwrap().count, 1);
        assert_eq!(w.store.sessions(stranger, &all, Paging::default()).await.unwrap().count, 0);
        assert!(w.store.session_of(stranger, &session.id).await.unwrap().is_none());
        assert!(w.store.session_of(w.application, &session.id).await.unwrap().is_some());
        let done = SessionFilter { status: Some(vec![SessionStatus::Success]), ..all };
        assert_eq!(w.store.sessions(w.application, &done, Paging::default()).await.unwrap().items.len(), 0);
        let kinds: Vec<_> = w.store.session_events(&session.id).await.unwrap().into_iter().map(|e| e.kind).collect();
        assert_eq!(kinds, ["ERROR", "EXIT"]);
        assert!(w.store.overdue_sessions(w.later(599), 10).await.unwrap().is_empty());
        assert_eq!(w.store.overdue_sessions(w.later(600), 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_institution_keeps_its_number_and_its_status() {
    each(async |w| {
        let mut tx = w.store.begin().await.unwrap();
        let mut first = institution("ofmockbank_br_retail", "Banco São João");
        assert_eq!(tx.upsert_institution(&first, w.now()).await.unwrap(), 9_256);
        assert_eq!(
            tx.upsert_institution(&institution("ofoutro_br_retail", "100% Outro_"), w.now()).await.unwrap(),
            9_257
        );
        let seen = |status, seconds| InstitutionHealth {
            recent: Some("[]".to_owned()),
            observed: Some((status, w.later(seconds))),
        };
        let shaky = seen(InstitutionStatus::Degraded, 60);
        assert!(tx.set_institution_health(&bank(), &shaky).await.unwrap());
        assert!(!tx.set_institution_health(&"none".parse().unwrap(), &shaky).await.unwrap());
        first.display_name = "Banco São José".to_owned();
        assert_eq!(tx.upsert_institution(&first, w.later(5)).await.unwrap(), 9_256);
        tx.commit().await.unwrap();

        let found = w.store.institution_by_code(&bank()).await.unwrap().unwrap();
        assert_eq!((found.id, found.display_name.as_str()), (9_256, "Banco São José"));
        assert_eq!(found.status, InstitutionStatus::Degraded);
        assert!(w.store.institution(1).await.unwrap().is_none());
        assert_eq!(w.store.institution_health(&bank()).await.unwrap(), shaky, "the directory does not forget it");
        assert!(w.store.institution_is_active(&bank()).await.unwrap());

        let by_name = |text: &str| InstitutionFilter { display_name: Some(text.to_owned()), ..Default::default() };
        for (text, hits) in [("SAO JOSE", 1), ("banco", 1), ("%", 1), ("_", 1), ("João", 0), ("o", 2)] {
            let page = w.store.institutions(&by_name(text), Paging::default()).await.unwrap();
            assert_eq!((page.count, page.items.len()), (hits, hits as usize), "{text}");
        }
        let healthy = InstitutionFilter { status: Some(vec!["healthy".to_owned()]), ..Default::default() };
        assert_eq!(
            w.store.institutions(&healthy, Paging::default()).await.unwrap().count,
            2,
            "degraded counts as healthy"
        );

        let down = InstitutionFilter { status: Some(vec!["down".to_owned()]), ..Default::default() };
        let mut tx = w.store.begin().await.unwrap();
        let closed = seen(InstitutionStatus::Down, 60);
        tx.set_institution_health(&bank(), &closed).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(w.store.institutions(&down, Paging::default()).await.unwrap().count, 1);
        w.pass(61);
        assert_eq!(w.store.institutions(&down, Paging::default()).await.unwrap().count, 0, "what was seen has an end");
        assert_eq!(w.store.all_institutions().await.unwrap()[0].status, InstitutionStatus::Healthy);

        let mut tx = w.store.begin().await.unwrap();
        assert_eq!(tx.retire_institutions(w.later(-56)).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert!(!w.store.institution_is_active(&"ofoutro_br_retail".parse().unwrap()).await.unwrap());
        assert_eq!(w.store.all_institutions().await.unwrap().len(), 1);
        assert!(w.store.institution(9_257).await.unwrap().is_some(), "its links still know it");
    })
    .await;
}

#[tokio::test]
async fn stages_are_counted_once_per_session_and_per_consent() {
    each(async |w| {
        let token = w.token().await;
        let session = w.a_session(&token);
        let code = bank();
        let mut tx = w.store.begin().await.unwrap();
        tx.insert_session(&session).await.unwrap();
        let mut reach = async |stage, institution, consent| {
            let reached = Reached { session: &session.id, stage, institution, consent, at: w.now() };
            tx.reach_stage(&reached).await.unwrap()
        };
        assert!(reach(Stage::Started, None, None).await);
        assert!(!reach(Stage::Started, None, None).await, "known");
        assert!(reach(Stage::Chose, Some(&code), None).await);
        for _ in 0..2 {
            assert!(reach(Stage::Sent, Some(&code), Some(vinculo_domain::ConsentId::new(&w.env))).await);
        }
        tx.commit().await.unwrap();

        let filter = FunnelFilter { application: None, from: w.later(-60), to: w.later(60) };
        let counts = w.store.stage_counts(filter).await.unwrap();
        let lines: Vec<_> =
            counts.iter().map(|c| (c.institution.as_deref(), c.stage, c.sessions, c.consents)).collect();
        assert_eq!(
            lines,
            [
                (None, Stage::Started, 1, 1),
                (Some(code.as_str()), Stage::Chose, 1, 1),
                (Some(code.as_str()), Stage::Sent, 1, 2)
            ]
        );
        let none = [
            FunnelFilter { application: Some(ApplicationId::new(&w.env)), ..filter },
            FunnelFilter { from: w.later(60), to: w.later(120), ..filter },
        ];
        for filter in none {
            assert!(w.store.stage_counts(filter).await.unwrap().is_empty(), "{filter:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_registration_is_replaced_and_its_token_is_sealed() {
    each(async |w| {
        let mut registration = Registration {
            authorization_server_id: "as-1".to_owned(),
            client_id: "client-1".to_owned(),
            metadata: "{}".to_owned(),
            access_token: Some(SecretString::from("registration-token")),
            created_at: w.now(),
            updated_at: w.now(),
        };
        let mut tx = w.store.begin().await.unwrap();
        tx.put_registration(&registration).await.unwrap();
        registration.client_id = "client-2".to_owned();
        tx.put_registration(&registration).await.unwrap();
        tx.commit().await.unwrap();
        let found = w.store.registration("as-1").await.unwrap().unwrap();
        assert_eq!(found.client_id, "client-2");
        assert_eq!(found.access_token.unwrap().expose_secret(), "registration-token");
        assert!(w.store.registration("as-2").await.unwrap().is_none());
        assert!(!w.dump("registrations").await.to_lowercase().contains(&hex("registration-token")));
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.delete_registration("as-1").await.unwrap());
        assert!(!tx.delete_registration("as-1").await.unwrap());
    })
    .await;
}

pub(crate) fn hex(text: &str) -> String {
    text.bytes().map(|b| format!("{b:02x}")).collect()
}

fn institution(code: &str, name: &str) -> vinculo_domain::Institution {
    vinculo_domain::Institution {
        id: 0,
        code: code.parse().unwrap(),
        kind: vinculo_domain::InstitutionKind::Retail,
        display_name: name.to_owned(),
        description: None,
        logo: None,
        website: None,
        primary_color: "#102030".to_owned(),
        organisation: vinculo_domain::Organisation {
            id: "org".to_owned(),
            name: "Org".to_owned(),
            registration_number: "1".to_owned(),
        },
        authorization_server_id: "as".to_owned(),
        discovery_url: "https://bank/.well-known".to_owned(),
        endpoints: Vec::new(),
        status: InstitutionStatus::Healthy,
        popularity: None,
    }
}
