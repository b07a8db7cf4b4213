use crate::world::each;

#[tokio::test]
async fn four_spellings_of_an_array_find_the_same() {
    each(async |world| {
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(world.link().await.to_string());
            world.pass(1);
        }
        let (a, b) = (&ids[0], &ids[1]);
        for query in [
            format!("id__in={a},{b}"),
            format!("id__in={a}&id__in={b}"),
            format!("id__in[]={a}&id__in[]={b}"),
            format!("id__in%5B%5D={a}&id__in%5B%5D={b}"),
            format!("id__in={a}%2C{b}"),
        ] {
            assert_eq!(world.client.ids(&format!("/api/links/?{query}")).await, [b.clone(), a.clone()], "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn transactions_are_filtered_as_asked_newest_first() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let account = world.account(&link, "a").await;
        let ids: Vec<String> = world.transactions(&link, account, 10).await.iter().map(ToString::to_string).collect();
        let all: Vec<usize> = (0..10).collect();
        // Number n is n days old, of 10.01 × (n + 1), inflow when even; the newest is pending.
        for (query, expected) in [
            ("", all.clone()),
            ("value_date=2026-11-20", vec![2]),
            ("value_date__gte=2026-11-20", vec![0, 1, 2]),
            ("value_date__gt=2026-11-20", vec![0, 1]),
            ("value_date__lt=2026-11-14", vec![9]),
            ("value_date__range=2026-11-18,2026-11-20", vec![2, 3, 4]),
            ("value_date__range[]=2026-11-18&value_date__range[]=2026-11-20", vec![2, 3, 4]),
            ("accounting_date__lte=2026-11-14", vec![8, 9]),
            ("amount=20.02", vec![1]),
            ("amount__gt=90.09", vec![9]),
            ("amount__gte=90.09&amount__lt=100.10", vec![8]),
            ("amount__range=10,30", vec![0, 1]),
            ("type=OUTFLOW&amount__lt=45", vec![1, 3]),
            ("type__in=INFLOW,OUTFLOW&status=PENDING", vec![0]),
            ("status__in=PROCESSED&value_date__gte=2026-11-20", vec![1, 2]),
            ("reference__in=ref-3,ref-7", vec![3, 7]),
            ("currency=USD", vec![]),
            ("currency__in=USD,BRL", all.clone()),
            ("account_type=CONTA_DEPOSITO_A_VISTA", all.clone()),
            ("account__balance__available__lt=90", vec![]),
            ("account__balance__current__gte=1500", all.clone()),
            ("created_at__gte=2026-11-22", all.clone()),
            ("created_at__lt=2026-11-22", vec![]),
            ("collected_at__range=2026-11-22,2026-11-22", all.clone()),
            ("collected_at__gt=2026-11-22T12:00:00Z", vec![]),
            ("credit_card_data__bill_name__in=x", vec![]),
            ("type=INFLOW&type__in=OUTFLOW", vec![]),
        ] {
            let found = world.client.ids(&format!("/api/transactions/?link={}&{query}", link.id)).await;
            let expected: Vec<String> = expected.iter().map(|n| ids[*n].clone()).collect();
            assert_eq!(found, expected, "{query}");
        }
        let by_account = format!("/api/transactions/?link={}&account={account}&page_size=3", link.id);
        assert_eq!(world.client.ids(&by_account).await, ids);
    })
    .await;
}

#[tokio::test]
async fn accounts_owners_and_balances_are_filtered_as_asked() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let account = world.account(&link, "a").await.to_string();
        world.owner(&link).await;
        world.balance(&link, account.parse().unwrap()).await;
        let found = async |path: &str| world.client.get(path).await.ok()["count"].as_i64().unwrap();
        for (query, expected) in [
            ("category=CHECKING_ACCOUNT", 1),
            ("category__in=CREDIT_CARD", 0),
            ("number=24550245", 1),
            ("number__in=1,2", 0),
            ("name=Conta%20a", 1),
            ("name=Conta", 0),
            ("name__icontains=CONT", 1),
            ("public_identification_value=6272/24550245", 1),
            ("balance__available__lte=90.50", 1),
            ("balance__current__gt=1500", 0),
            ("institution=ofmockbank_br_retail", 1),
            ("type=CONTA_DEPOSITO_A_VISTA", 1),
            ("currency=BRL&created_at__gte=2026-11-22", 1),
        ] {
            assert_eq!(found(&format!("/api/accounts/?{query}")).await, expected, "{query}");
        }
        assert_eq!(found("/api/owners/?email=RALPH.bragg@gmail.com").await, 1);
        assert_eq!(found("/api/owners/?email=someone@example.com").await, 0);
        assert_eq!(found("/api/owners/?display_name__icontains=brag").await, 1);
        for path in ["/api/br/balances/", "/api/balances/"] {
            assert_eq!(found(&format!("{path}?link={}&account={account}", link.id)).await, 1);
        }
    })
    .await;
}

#[tokio::test]
async fn bills_are_filtered_as_asked_and_carry_their_account() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let (account, other) = (world.account(&link, "a").await, world.account(&link, "b").await);
        let ids: Vec<String> = world.bills(&link, account, 4).await.iter().map(ToString::to_string).collect();
        world.bills(&link, other, 1).await;
        // Number n fell due on the tenth, n months before November 2026.
        for (query, expected) in [
            (String::new(), vec![0, 1, 2, 3]),
            ("due_date=2026-10-10".into(), vec![1]),
            ("due_date__gte=2026-10-10".into(), vec![0, 1]),
            ("due_date__gt=2026-10-10".into(), vec![0]),
            ("due_date__lte=2026-09-10".into(), vec![2, 3]),
            ("due_date__lt=2026-09-10".into(), vec![3]),
            ("due_date__range=2026-09-01,2026-10-31".into(), vec![1, 2]),
            ("due_date__range[]=2026-09-01&due_date__range[]=2026-10-31".into(), vec![1, 2]),
            (format!("id={}", ids[2]), vec![2]),
            (format!("id__in={},{}", ids[2], ids[0]), vec![0, 2]),
            (format!("account__in={account},{}", link.id), vec![0, 1, 2, 3]),
            ("created_at__gte=2026-11-22&collected_at__lte=2026-11-22".into(), vec![0, 1, 2, 3]),
            ("created_at__lt=2026-11-22".into(), vec![]),
            ("collected_at__gt=2026-11-22T12:00:00Z".into(), vec![]),
        ] {
            let path = format!("/api/bills/?link={}&account={account}&{query}", link.id);
            let mut found = world.client.ids(&path).await;
            let mut expected: Vec<String> = expected.iter().map(|n| ids[*n].clone()).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{query}");
        }
        assert_eq!(world.client.ids(&format!("/api/bills/?link={}", link.id)).await.len(), 5);
        assert_eq!(world.client.ids(&format!("/api/bills/?link={}&page_size=2", link.id)).await.len(), 5);
        let list = world.client.get(&format!("/api/bills/?link={}&account={account}", link.id)).await;
        assert_eq!(list.json()["results"][0]["account"]["id"], account.to_string());
        let path = format!("/api/bills/{}/", ids[1]);
        let keys = world.client.get(&path).await.json();
        let keys: Vec<&String> = keys.as_object().unwrap().keys().take(5).collect();
        assert_eq!(keys, ["id", "created_at", "collected_at", "account", "internal_identification"]);
        let chosen = world.client.get(&format!("{path}?fields=total_amount,due_date")).await.text;
        assert_eq!(chosen, r#"{"due_date":"2026-10-10","total_amount":200.10}"#);
        let omitted = world.client.get(&format!("{path}?omit=account")).await.json();
        assert!(omitted.get("account").is_none() && omitted.get("id").is_some());
        for (query, said) in [
            ("", "400 link=required"),
            ("link=x", "400 link=invalid"),
            (
                "link__in=x&due_date__gte=ontem&due_date__range=2026-01-01",
                "400 link__in=invalid due_date__gte=invalid due_date__range=invalid",
            ),
            ("page=0&account=1&id__in=2", "400 page=invalid id__in=invalid account=invalid"),
        ] {
            let link = if query.starts_with("page") { format!("link={}&", link.id) } else { String::new() };
            let refused = world.client.get(&format!("/api/bills/?{link}{query}")).await.refused();
            let mut parts: Vec<&str> = refused.split(' ').collect();
            let mut wanted: Vec<&str> = said.split(' ').collect();
            parts.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(parts, wanted, "{query}");
        }
        assert_eq!(world.client.get("/api/bills/nonsense/").await.status, 404);
        let resumed = world.client.send("PATCH", "/api/bills/", &serde_json::json!({})).await.refused();
        assert_eq!(resumed, "400 session=required link=required");
    })
    .await;
}

#[tokio::test]
async fn fields_and_omit_choose_keys_and_keep_every_digit() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let account = world.account(&link, "a").await;
        let ids = world.transactions(&link, account, 1).await;
        let path = format!("/api/transactions/{}/", ids[0]);
        assert_eq!(
            world.client.get(&format!("{path}?fields=amount,type")).await.text,
            r#"{"amount":10.01,"type":"INFLOW"}"#
        );
        let whole = world.client.get(&path).await;
        assert_eq!(whole.json()["account"]["id"], account.to_string());
        assert!(whole.text.contains("\"current\":1500.00"), "amounts keep their digits: {}", whole.text);
        let omitted = world.client.get(&format!("{path}?omit=account,amount&omit=status")).await.json();
        let keys: Vec<&String> = omitted.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "internal_identification", "value_date", "type", "currency"]);
        let list = world.client.get(&format!("/api/transactions/?link={}&fields=id,narnia", link.id)).await;
        assert_eq!(list.json()["results"], serde_json::json!([{"id": ids[0].to_string()}]));
        assert_eq!(list.json()["count"], 1, "the envelope stays whole");
        let named = world.client.get("/api/institutions/?fields=name&name=ofmockbank_br_retail").await.json();
        assert_eq!(named["results"], serde_json::json!([{"name": "ofmockbank_br_retail"}]));
    })
    .await;
}
