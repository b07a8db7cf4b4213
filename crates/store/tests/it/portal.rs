//! Visits to the portal, and the sign-ins that belong to no customer's application.

use vinculo_domain::{ApplicationId, Cnpj, ConsentStatus, Document, Locale};
use vinculo_store::{ConsentRecord, Paging, PortalVisit, Proven};

use crate::support::{CPF, OTHER_CPF, World, each, person};

const CNPJ: &str = "50685362006773";

fn document(text: &str) -> Document {
    text.parse().unwrap()
}

fn visit(w: &World, cpf: &str) -> PortalVisit {
    let proven = Some(Proven { document: document(cpf), browser: "the browser".to_owned() });
    PortalVisit { token: "jti".to_owned(), locale: Locale::Es, expires_at: w.later(1800), proven }
}

async fn add(w: &World, consent: &vinculo_store::Consent) {
    let mut tx = w.store.begin().await.unwrap();
    tx.insert_consent(consent).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_visit_says_who_is_there_until_it_is_over() {
    each(async |w| {
        let visits = [
            ("one", visit(w, CPF)),
            ("two", visit(w, OTHER_CPF)),
            ("three", PortalVisit { proven: None, ..visit(w, CPF) }),
        ];
        let mut tx = w.store.begin().await.unwrap();
        for (id, visit) in &visits {
            tx.insert_portal_visit(id, visit).await.unwrap();
        }
        tx.commit().await.unwrap();
        for (id, visit) in &visits {
            assert!(w.store.portal_visit(id).await.unwrap().unwrap() == *visit, "{id}");
        }
        let kept = w.dump("portal_visits").await;
        assert!(!kept.contains(CPF) && !kept.contains("one"), "neither who nor the address stands there: {kept}");

        let mut tx = w.store.begin().await.unwrap();
        tx.end_portal_visit("one").await.unwrap();
        tx.end_portal_visit("unknown").await.unwrap();
        assert_eq!(tx.forget_person(&document(OTHER_CPF)).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert!(w.store.portal_visit("one").await.unwrap().is_none(), "left");
        assert!(w.store.portal_visit("two").await.unwrap().is_none(), "forgotten");
        w.pass(1801);
        assert!(w.store.portal_visit("three").await.unwrap().is_none(), "over");
        let mut tx = w.store.begin().await.unwrap();
        tx.forget_finished(w.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(w.number("SELECT count(*) FROM portal_visits".to_owned()).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_shared_is_everybody_s_own_and_no_sign_in() {
    each(async |w| {
        let other = w.other_application().await;
        let ours = w.a_consent(w.application);
        let theirs = w.a_consent(other);
        let strangers = {
            let mut consent = w.a_consent(w.application);
            consent.record = Some(ConsentRecord { identification: person(OTHER_CPF), display_name: None });
            consent
        };
        let companys = {
            let mut consent = w.a_consent(other);
            let mut who = person(CPF);
            who.company = Some((CNPJ.parse::<Cnpj>().unwrap(), "Bragg".to_owned()));
            consent.record = Some(ConsentRecord { identification: who, display_name: None });
            consent
        };
        let sign_in = w.a_consent(ApplicationId::PORTAL);
        for consent in [&ours, &theirs, &strangers, &companys, &sign_in] {
            add(w, consent).await;
        }
        let shared = async |text: &str| {
            let page = w.store.consents_shared_by(&document(text), Paging::default()).await.unwrap();
            let mut ids: Vec<_> = page.items.iter().map(|consent| consent.id).collect();
            ids.sort();
            ids
        };
        let mut both = vec![ours.id, theirs.id];
        both.sort();
        assert_eq!(shared(CPF).await, both);
        assert_eq!(shared(CNPJ).await, [companys.id]);
        assert_eq!(shared(OTHER_CPF).await, [strangers.id]);

        let tries =
            async |since| w.store.consents_asked_for(ApplicationId::PORTAL, &document(CPF), since).await.unwrap();
        assert_eq!((tries(w.later(-60)).await, tries(w.later(60)).await), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn the_portals_application_is_in_no_list() {
    each(async |w| {
        assert!(w.store.applications().await.unwrap().iter().all(|found| found.id != ApplicationId::PORTAL));
        assert!(w.store.application(ApplicationId::PORTAL).await.unwrap().is_none());
        assert!(w.store.application_by_name("portal").await.unwrap().is_none());
        let mut token = w.a_token();
        token.application = ApplicationId::PORTAL;
        let session = w.a_session(&token);
        let mut tx = w.store.begin().await.unwrap();
        tx.insert_token(&token).await.unwrap();
        tx.insert_session(&session).await.unwrap();
        tx.commit().await.unwrap();
        let open = async |now| w.store.count_open_sessions(ApplicationId::PORTAL, now).await.unwrap();
        assert_eq!((open(w.now()).await, open(w.later(601)).await), (1, 0));
        assert_eq!(w.store.count_open_sessions(w.application, w.now()).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn who_signed_in_is_forgotten_and_that_somebody_did_is_not() {
    each(async |w| {
        let over = w.a_consent(ApplicationId::PORTAL);
        let under_way = w.a_consent(ApplicationId::PORTAL);
        let an_applications = w.a_consent(w.application);
        for consent in [&over, &under_way, &an_applications] {
            add(w, consent).await;
        }
        let mut tx = w.store.begin().await.unwrap();
        for id in [over.id, an_applications.id] {
            assert!(
                tx.move_consent(id, &[ConsentStatus::AwaitingAuthorisation], ConsentStatus::Rejected, None)
                    .await
                    .unwrap()
            );
        }
        assert_eq!(tx.forget_sign_ins(w.later(-60), 10).await.unwrap(), 0, "not yet");
        assert_eq!(tx.forget_sign_ins(w.later(60), 10).await.unwrap(), 1);
        assert_eq!(tx.forget_sign_ins(w.later(60), 10).await.unwrap(), 0, "once");
        tx.commit().await.unwrap();
        let known = async |id| w.store.consent_by_id(id).await.unwrap().unwrap().record.is_some();
        assert!(!known(over.id).await);
        assert!(known(under_way.id).await && known(an_applications.id).await);
    })
    .await;
}
