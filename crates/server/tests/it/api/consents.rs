use vinculo_domain::{ConsentStatus, Rejection};

use crate::world::{CPF, each};

#[tokio::test]
async fn a_consent_has_every_key_of_the_reference() {
    each(async |world| {
        world.link().await;
        let page = world.client.get(&format!("/api/consents/?user_document={CPF}")).await.ok();
        let one = &page["results"][0];
        insta::allow_duplicates! { insta::assert_json_snapshot!(one, { ".id" => "[id]", ".link_id" => "[id]", ".permissions.CREDIT_OPERATIONS" => "[…]" }, @r#"
        {
          "id": "[id]",
          "display_name": "Ralph Bragg",
          "document_number": "76109277673",
          "belvo_institution_name": "ofmockbank_br_retail",
          "institution_display_name": "Instituição ofmockbank_br_retail",
          "institution_icon_logo": "https://bank.example/logo.svg",
          "belvo_organization_name": "ACME",
          "link_id": "[id]",
          "user_name": "Ralph Bragg",
          "expired_at": "2027-11-22T12:00:00.000000Z",
          "undefined_consent_expiration": false,
          "consent_duration": 366,
          "created_at": "2026-11-22T12:00:00.000000Z",
          "status": "AUTHORISED",
          "permissions": {
            "ACCOUNTS": [
              "ACCOUNTS_READ",
              "ACCOUNTS_BALANCES_READ",
              "ACCOUNTS_TRANSACTIONS_READ",
              "ACCOUNTS_OVERDRAFT_LIMITS_READ"
            ],
            "CREDIT_CARDS": [
              "CREDIT_CARDS_ACCOUNTS_READ",
              "CREDIT_CARDS_ACCOUNTS_LIMITS_READ",
              "CREDIT_CARDS_ACCOUNTS_BILLS_READ",
              "CREDIT_CARDS_ACCOUNTS_TRANSACTIONS_READ",
              "CREDIT_CARDS_ACCOUNTS_BILLS_TRANSACTIONS_READ"
            ],
            "CREDIT_OPERATIONS": "[…]",
            "REGISTER": [
              "CUSTOMERS_PERSONAL_IDENTIFICATIONS_READ",
              "CUSTOMERS_PERSONAL_ADITTIONALINFO_READ"
            ],
            "RESOURCES": [
              "RESOURCES_READ"
            ],
            "INVESTMENTS": []
          }
        }
        "#); }
        let path = format!("/api/consents/{}/", one["id"].as_str().unwrap());
        assert_eq!(&world.client.get(&path).await.ok(), one);
    })
    .await;
}

#[tokio::test]
async fn consents_are_found_by_document_in_any_spelling() {
    each(async |world| {
        world.link().await;
        for (query, expected) in [
            ("", 1),
            ("user_document=761.092.776-73", 1),
            ("document_number=76109277673", 1),
            ("user_document=96644087000", 0),
            ("user_document=50685362006773", 0),
        ] {
            assert_eq!(world.client.get(&format!("/api/consents/?{query}")).await.ok()["count"], expected, "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_consent_of_an_erased_link_stays_as_evidence_without_the_person() {
    each(async |world| {
        let link = world.link().await;
        assert_eq!(world.client.delete(&format!("/api/links/{link}/")).await.status, 204);
        let page = world.client.get(&format!("/api/consents/?user_document={CPF}")).await;
        let one = page.ok()["results"][0].clone();
        assert_eq!((one["status"].as_str(), one["document_number"].is_null()), (Some("REJECTED"), true));
        assert!(!page.text.contains("Ralph"));
    })
    .await;
}

#[tokio::test]
async fn the_history_of_a_consent_tells_who_when_what_and_for_how_long() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let consent = link.consent.unwrap();
        world.pass(60);
        let mut tx = world.store.begin().await.unwrap();
        let later = "2027-11-22T18:00:00Z".parse().unwrap();
        tx.set_consent_expiry(consent, Some(later)).await.unwrap();
        let why = Rejection { rejected_by: "USER".to_owned(), reason: "CUSTOMER_MANUALLY_REVOKED".to_owned() };
        let from = [ConsentStatus::Authorised];
        assert!(tx.move_consent(consent, &from, ConsentStatus::Rejected, Some(&why)).await.unwrap());
        tx.commit().await.unwrap();
        let path = format!("/api/consents/{consent}/history/");
        let mut history = world.client.get(&path).await.ok();
        assert_eq!(history["count"], 3);
        let lines = history["results"].as_array_mut().unwrap();
        let permissions = lines[0]["permissions"].as_array().unwrap().len();
        assert!(permissions > 5, "{lines:?}");
        for line in lines.iter_mut() {
            line.as_object_mut().unwrap().remove("permissions");
        }
        insta::allow_duplicates! { insta::assert_json_snapshot!(lines, @r#"
        [
          {
            "number": 1,
            "at": "2026-11-22T12:00:00.000000Z",
            "by": "user",
            "what": "created",
            "status": "AUTHORISED",
            "expired_at": "2027-11-22T12:00:00.000000Z",
            "detail": {
              "purpose": "Crédito",
              "duration_days": 366,
              "text": {
                "release": "0.1.0",
                "locale": null
              }
            }
          },
          {
            "number": 2,
            "at": "2026-11-22T12:01:00.000000Z",
            "by": "institution",
            "what": "expiry_changed",
            "status": "AUTHORISED",
            "expired_at": "2027-11-22T18:00:00.000000Z",
            "detail": {}
          },
          {
            "number": 3,
            "at": "2026-11-22T12:01:00.000000Z",
            "by": "user",
            "what": "rejected",
            "status": "REJECTED",
            "expired_at": "2027-11-22T18:00:00.000000Z",
            "detail": {
              "rejected_by": "USER",
              "reason": "CUSTOMER_MANUALLY_REVOKED"
            }
          }
        ]
        "#); }
        assert_eq!(world.stranger.get(&path).await.refused(), "404 not_found");
        let page = world.client.get(&format!("{path}?page=2&page_size=2")).await.ok();
        assert_eq!(page["results"][0]["number"], 3);
    })
    .await;
}
