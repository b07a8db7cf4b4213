//! For every query parameter of every list: a wrong value is refused with the parameter's name and changes nothing.

use crate::world::each;

/// List, parameters that it needs (`$` is a link), and pairs of parameter and wrong value.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// `name` stands for itself, its comparisons and its range.
const COMPARED: [&str; 5] = ["", "__gt", "__gte", "__lt", "__lte"];

const CASES: &[Case] = &[
    (
        "/api/institutions/",
        "",
        &[
            ("page", "0"),
            ("display_name", "%00"),
            ("country_code", "Brazil"),
            ("country_code__in", "BR,brazil"),
            ("resources__allin", "ACCOUNTS,no way"),
            ("name", "Narnia!"),
            ("name__in", "ofmockbank_br_retail,Narnia!"),
            ("status", "fine"),
            ("status__in", "healthy,fine"),
            ("type", "shop"),
            ("type__in", "bank,shop"),
            ("website", "%0A"),
        ],
    ),
    (
        "/api/links/",
        "",
        &[
            ("page", "x"),
            ("id", "x"),
            ("id__in", "x"),
            ("institution", "Narnia!"),
            ("institution__in", "Narnia!"),
            ("access_mode", "twice"),
            ("created_by__not_in", "me"),
            ("external_id", "%00"),
            ("external_id__in", "a,%00"),
            ("institution_user_id", "%00"),
            ("institution_user_id__in", "%07"),
            ("refresh_rate", "1h"),
            ("status", "great"),
            ("status__in", "valid,great"),
        ],
    ),
    ("/api/consents/", "", &[("page", "x"), ("user_document", "123"), ("document_number", "76109277674")]),
    (
        "/api/accounts/",
        "",
        &[
            ("page", "x"),
            ("link", "x"),
            ("link__in", "x,y"),
            ("category", "PIGGY_BANK"),
            ("category__in", "PIGGY_BANK"),
            ("currency", "reais"),
            ("currency__in", "BRL,reais"),
            ("id", "1"),
            ("id__in", "1"),
            ("institution", "N!"),
            ("institution__in", "N!"),
            ("name", "%00"),
            ("name__icontains", "%00"),
            ("number", "%01"),
            ("number__in", "%01"),
            ("public_identification_name", "%00"),
            ("public_identification_value", "%00"),
            ("type", "%00"),
        ],
    ),
    (
        "/api/br/balances/",
        "link=$",
        &[("page", "x"), ("link__in", "x"), ("account", "x"), ("account__in", "x"), ("id", "x"), ("id__in", "x")],
    ),
    (
        "/api/owners/",
        "",
        &[
            ("page", "x"),
            ("link", "x"),
            ("link__in", "x"),
            ("id", "x"),
            ("id__in", "x"),
            ("email", "nobody"),
            ("display_name__icontains", "%00"),
        ],
    ),
    (
        "/api/transactions/",
        "link=$",
        &[
            ("page", "x"),
            ("link__in", "x"),
            ("account", "x"),
            ("account__in", "x"),
            ("account_type", "%00"),
            ("account_type__in", "%00"),
            ("currency", "R$"),
            ("currency__in", "R$"),
            ("credit_card_data__bill_name__in", "%00"),
            ("reference", "%00"),
            ("reference__in", "%00"),
            ("status", "DONE"),
            ("status__in", "DONE"),
            ("type", "SIDEWAYS"),
            ("type__in", "INFLOW,SIDEWAYS"),
        ],
    ),
    ("/api/bills/", "link=$", &[("page", "x"), ("id", "x"), ("id__in", "x"), ("account", "x"), ("account__in", "x")]),
    (
        "/api/br/investments/",
        "link=$",
        &[("page", "x"), ("id", "x"), ("id__in", "x"), ("type", "X"), ("type__in", "X")],
    ),
    (
        "/api/br/investment-transactions/",
        "link=$",
        &[("page", "x"), ("id", "x"), ("id__in", "x"), ("type", "X"), ("type__in", "X")],
    ),
    ("/api/br/exchanges/", "link=$", &[("page", "x"), ("id", "x"), ("id__in", "x")]),
    ("/api/incomes/", "", &[("page", "x"), ("link", "x"), ("link__in", "x"), ("account", "x"), ("account__in", "x")]),
    ("/api/recurring-expenses/", "", &[("page", "x"), ("link", "x"), ("account", "x"), ("id", "x"), ("id__in", "x")]),
    ("/api/risk-insights/", "", &[("page", "x"), ("link", "x"), ("account", "x"), ("id", "x"), ("id__in", "x")]),
    ("/api/widget-sessions/", "", &[("page", "x"), ("status", "x"), ("link", "x"), ("external_id", "%00")]),
];

/// List, parameters that it needs, and parameters that are compared.
const RANGES: &[Case] = &[
    ("/api/links/", "", &[("created_at", "yesterday")]),
    (
        "/api/accounts/",
        "",
        &[("balance__available", "much"), ("balance__current", "1,5"), ("created_at", "2024-02-30")],
    ),
    ("/api/br/balances/", "link=$", &[("collected_at", "2024-13-01"), ("created_at", "2024")]),
    ("/api/owners/", "", &[("created_at", "01/02/2024")]),
    (
        "/api/transactions/",
        "link=$",
        &[
            ("account__balance__available", "x"),
            ("account__balance__current", "NaN"),
            ("accounting_date", "2024-1-1"),
            ("amount", "1e5x"),
            ("collected_at", "2024-01-01T25:00:00Z"),
            ("created_at", "x"),
            ("value_date", "20240101"),
        ],
    ),
    ("/api/bills/", "link=$", &[("due_date", "x"), ("collected_at", "x"), ("created_at", "x")]),
    ("/api/br/investments/", "link=$", &[("created_at", "x")]),
    ("/api/br/investment-transactions/", "link=$", &[("created_at", "x")]),
    ("/api/br/exchanges/", "link=$", &[("collected_at", "x"), ("created_at", "x")]),
    ("/api/widget-sessions/", "", &[("created_at", "x")]),
];

fn encoded(value: &str) -> String {
    value.replace('$', "%24").replace(' ', "%20")
}

#[tokio::test]
async fn a_wrong_value_of_any_parameter_is_refused_with_its_name() {
    each(async |world| {
        let link = world.link().await.to_string();
        for (path, needed, pairs) in CASES {
            let needed = needed.replace('$', &link);
            assert_eq!(world.client.get(&format!("{path}?{needed}")).await.status, 200, "{path}");
            for (name, wrong) in *pairs {
                for spelled in [name.to_string(), format!("{name}%5B%5D")] {
                    let query = format!("{path}?{needed}&{spelled}={}", encoded(wrong));
                    let said = world.client.get(&query).await.refused();
                    assert!(said.starts_with(&format!("400 {name}=invalid")), "{query}: {said}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_wrong_value_of_any_comparison_is_refused_with_its_name() {
    each(async |world| {
        let link = world.link().await.to_string();
        for (path, needed, pairs) in RANGES {
            let needed = needed.replace('$', &link);
            for (name, wrong) in *pairs {
                for suffix in COMPARED {
                    let said = world.client.get(&format!("{path}?{needed}&{name}{suffix}={wrong}")).await.refused();
                    assert_eq!(said, format!("400 {name}{suffix}=invalid"), "{path}");
                }
                let range = format!("{name}__range");
                for values in [format!("{wrong};"), "2024-01-01".to_owned(), "1,2,3".to_owned()] {
                    let said = world.client.get(&format!("{path}?{needed}&{range}={values}")).await.refused();
                    assert_eq!(said, format!("400 {range}=invalid"), "{path}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_link_is_required_where_the_reference_says_so() {
    each(async |world| {
        for path in [
            "/api/transactions/",
            "/api/br/balances/",
            "/api/balances/",
            "/api/bills/",
            "/api/br/investments/",
            "/api/br/investment-transactions/",
            "/api/br/exchanges/",
        ] {
            for query in ["", "?link=", "?page=1&link__in="] {
                let answer = world.client.get(&format!("{path}{query}")).await;
                assert_eq!(answer.refused(), "400 link=required", "{path}{query}");
            }
            let both = world.client.get(&format!("{path}?link=x&link__in=x")).await.refused();
            assert_eq!(both, "400 link=invalid link__in=invalid", "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn unknown_parameters_are_ignored_and_everything_wrong_is_told_at_once() {
    each(async |world| {
        assert_eq!(world.client.get("/api/links/?narnia=1&balance_available__gte=x&=&&%26").await.status, 200);
        let said = world.client.get("/api/links/?id=x&status=y&created_at__gt=z&page=0").await.refused();
        assert_eq!(said, "400 page=invalid id=invalid created_at__gt=invalid status=invalid_choice");
        let many = format!("/api/links/?{}", "a=1&".repeat(300));
        assert_eq!(world.client.get(&many).await.refused(), "400 validation_error");
        let long = format!("/api/links/?id__in={}", vec!["x"; 1_500].join(","));
        assert_eq!(world.client.get(&long).await.refused(), "400 id__in=invalid");
    })
    .await;
}

#[tokio::test]
async fn a_list_for_an_unknown_link_is_empty() {
    each(async |world| {
        for path in ["transactions", "accounts", "owners", "br/balances", "bills"] {
            let answer = world.client.get(&format!("/api/{path}/?link=0199a000-0000-7000-8000-000000000000")).await;
            assert_eq!(answer.text, r#"{"count":0,"next":null,"previous":null,"results":[]}"#, "{path}");
        }
    })
    .await;
}
