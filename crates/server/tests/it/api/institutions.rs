use crate::world::each;

#[tokio::test]
async fn an_institution_has_every_key_of_the_reference() {
    each(async |world| {
        let page = world.client.get("/api/institutions/?name=ofmockbank_br_retail").await.ok();
        let one = &page["results"][0];
        insta::allow_duplicates! { insta::assert_json_snapshot!(one, { ".id" => "[id]" }, @r##"
        {
          "id": "[id]",
          "name": "ofmockbank_br_retail",
          "type": "bank",
          "website": "https://bank.example",
          "display_name": "Instituição ofmockbank_br_retail",
          "country_codes": [
            "BR"
          ],
          "primary_color": "#016FD0",
          "logo": "https://bank.example/logo.svg",
          "icon_logo": "https://bank.example/logo.svg",
          "text_logo": "https://bank.example/logo.svg",
          "code": null,
          "form_fields": [],
          "features": [],
          "resources": [
            "ACCOUNTS",
            "BALANCES",
            "OWNERS",
            "TRANSACTIONS"
          ],
          "integration_type": "openfinance",
          "status": "healthy",
          "openbanking_information": {
            "description": "Um banco",
            "participants": [
              "Banco S.A."
            ],
            "authorization_server_id": "aa18fcd3-2f0b-40b1-87db-8930b10b78b1"
          }
        }
        "##); }
        let id = one["id"].as_i64().expect("an integer");
        assert_eq!(&world.client.get(&format!("/api/institutions/{id}/")).await.ok(), one);
        assert_eq!(world.client.get("/api/institutions/1/").await.refused(), "404 not_found");
    })
    .await;
}

#[tokio::test]
async fn institutions_are_filtered_as_asked() {
    each(async |world| {
        for (query, expected) in [
            ("", 3),
            ("country_code=BR", 3),
            ("country_code__in=MX,CO", 0),
            ("display_name=INSTITUICAO", 3),
            ("display_name=aurora", 1),
            ("status=down", 1),
            ("status__in=healthy,down", 3),
            ("type=bank", 3),
            ("type=fiscal", 0),
            ("resources__allin=ACCOUNTS,OWNERS", 3),
            ("resources__allin=ACCOUNTS,BILLS", 0),
            ("website=https://bank.example", 3),
            ("name__in[]=ofaurora_br_retail&name__in[]=narnia", 1),
        ] {
            let page = world.client.get(&format!("/api/institutions/?{query}")).await.ok();
            assert_eq!(page["count"], expected, "{query}");
        }
        let narrowed = world.client.ids_of_numbers("/api/institutions/?country_code=BR&page_size=2").await;
        assert_eq!(narrowed, world.client.ids_of_numbers("/api/institutions/").await, "pages fit together");
    })
    .await;
}
