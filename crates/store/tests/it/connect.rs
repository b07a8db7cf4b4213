//! Consents, from the bank's first answer to the end.

use secrecy::{ExposeSecret, SecretString};
use vinculo_domain::{Cnpj, ConsentId, ConsentStatus, Rejection};
use vinculo_store::{BankAnswer, ConsentFilter, ConsentRecord, Paging, StoreError};

use crate::support::{CPF, OTHER_CPF, World, each, person};

async fn add(w: &World, consent: &vinculo_store::Consent) {
    let mut tx = w.store.begin().await.unwrap();
    tx.insert_consent(consent).await.unwrap();
    tx.commit().await.unwrap();
}

fn approved() -> BankAnswer {
    BankAnswer::Code { code: SecretString::from("the code"), id_token: SecretString::from("the token") }
}

#[tokio::test]
async fn a_consent_is_found_by_its_state_and_reads_back() {
    each(async |w| {
        let mut consent = w.a_consent(w.application);
        consent.secrets = Some(w.secrets("state-1"));
        add(w, &consent).await;
        let found = w.store.consent_by_state("state-1").await.unwrap().unwrap();
        assert_eq!(found.id, consent.id);
        assert_eq!(found.record, consent.record);
        assert_eq!(found.permissions, consent.permissions);
        assert_eq!(
            (found.duration, found.expires_at, found.session),
            (consent.duration, consent.expires_at, consent.session)
        );
        let pending = found.secrets.unwrap().authorization.unwrap();
        assert_eq!(pending.code_verifier.expose_secret(), "the verifier");
        for unknown in ["", "state-2", "STATE-1"] {
            assert!(w.store.consent_by_state(unknown).await.unwrap().is_none());
        }
        let mut twin = w.a_consent(w.application);
        twin.secrets = Some(w.secrets("state-1"));
        let mut tx = w.store.begin().await.unwrap();
        assert!(matches!(tx.insert_consent(&twin).await, Err(StoreError::Conflict)), "a state belongs to one consent");
    })
    .await;
}

#[tokio::test]
async fn only_the_first_answer_counts() {
    each(async |w| {
        let consent = w.a_consent(w.application);
        add(w, &consent).await;
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.record_answer(consent.id, &approved()).await.unwrap());
        tx.commit().await.unwrap();
        let denied = BankAnswer::Error { error: "access_denied".to_owned(), description: None };
        let mut tx = w.store.begin().await.unwrap();
        assert!(!tx.record_answer(consent.id, &denied).await.unwrap());
        let unknown = tx.record_answer(ConsentId::new(&w.env), &denied).await;
        assert!(matches!(unknown, Err(StoreError::NotFound)));
        tx.commit().await.unwrap();
        let found = w.store.consent_by_id(consent.id).await.unwrap().unwrap();
        assert_eq!(found.answered_at, Some(w.now()));
        assert!(matches!(found.secrets.unwrap().answer, Some(BankAnswer::Code { .. })));
    })
    .await;
}

#[tokio::test]
async fn a_consent_moves_only_from_where_it_stands() {
    use ConsentStatus::{Authorised, AwaitingAuthorisation, Rejected};
    each(async |w| {
        let consent = w.a_consent(w.application);
        add(w, &consent).await;
        let mut tx = w.store.begin().await.unwrap();
        assert!(!tx.move_consent(consent.id, &[Authorised], Rejected, None).await.unwrap());
        assert!(!tx.move_consent(consent.id, &[], Rejected, None).await.unwrap());
        assert!(!tx.move_consent(ConsentId::new(&w.env), &[Authorised], Rejected, None).await.unwrap());
        assert!(tx.move_consent(consent.id, &[AwaitingAuthorisation], Authorised, None).await.unwrap());
        assert!(!tx.move_consent(consent.id, &[AwaitingAuthorisation], Rejected, None).await.unwrap());
        let why = Rejection { rejected_by: "USER".to_owned(), reason: "CUSTOMER_MANUALLY_REVOKED".to_owned() };
        assert!(tx.move_consent(consent.id, &[Authorised], Rejected, Some(&why)).await.unwrap());
        tx.commit().await.unwrap();
        let found = w.store.consent_by_id(consent.id).await.unwrap().unwrap();
        assert_eq!((found.status, found.rejection), (Rejected, Some(why)));
    })
    .await;
}

#[tokio::test]
async fn consents_are_found_by_the_documents_of_person_and_company_in_their_application() {
    each(async |w| {
        let stranger = w.other_application().await;
        let cnpj: Cnpj = "11222333000181".parse().unwrap();
        let mut company = w.a_consent(w.application);
        let mut identification = person(CPF);
        identification.company = Some((cnpj.clone(), "Bragg Mechanics".to_owned()));
        company.record = Some(ConsentRecord { identification, display_name: None });
        add(w, &company).await;
        w.pass(1);
        let personal = w.a_consent(w.application);
        add(w, &personal).await;
        add(w, &w.a_consent(stranger)).await;

        let by = async |application, document: &str| {
            let filter = ConsentFilter { document: Some(document.parse().unwrap()), ..Default::default() };
            let page = w.store.consents(application, &filter, Paging::default()).await.unwrap();
            assert_eq!(page.count as usize, page.items.len());
            page.items.into_iter().map(|c| c.id).collect::<Vec<_>>()
        };
        assert_eq!(by(w.application, CPF).await, [personal.id, company.id]);
        assert_eq!(by(w.application, cnpj.as_str()).await, [company.id]);
        assert!(by(w.application, OTHER_CPF).await.is_empty());
        assert!(by(stranger, cnpj.as_str()).await.is_empty());
        assert!(w.store.consent(stranger, company.id).await.unwrap().is_none());
        assert!(w.store.consent(w.application, company.id).await.unwrap().is_some());
        assert!(!w.dump("consents").await.contains(CPF));
    })
    .await;
}

#[tokio::test]
async fn a_reserved_link_can_be_erased_before_it_exists() {
    each(async |w| {
        let consent = w.a_consent(w.application);
        add(w, &consent).await;
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.erase_link(consent.link).await.unwrap());
        tx.commit().await.unwrap();
        let found = w.store.consent_by_id(consent.id).await.unwrap().unwrap();
        assert!(found.record.is_none() && found.secrets.is_none());
        let mut tx = w.store.begin().await.unwrap();
        assert!(matches!(tx.record_answer(consent.id, &approved()).await, Err(StoreError::NotFound)));
    })
    .await;
}
