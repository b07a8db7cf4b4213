//! `POST /api/token/`: for every field a wrong value is refused with its dotted name (reference, belvo-widget 2).

use serde_json::{Value, json};
use vinculo_domain::{Feature, WidgetConfig};
use vinculo_server::{Claims, TokenType};

use crate::client::{Answer, Keys};
use crate::world::{World, each, each_with};

fn body() -> Value {
    json!({
        "scopes": "read_institutions,write_links,read_consents,write_consents,write_consent_callback,delete_consents",
        "stale_in": "300d",
        "fetch_resources": ["ACCOUNTS", "TRANSACTIONS", "OWNERS", "BILLS", "INVESTMENTS", "INVESTMENT_TRANSACTIONS"],
        "widget": {
            "purpose": "Soluções financeiras personalizadas.",
            "openfinance_feature": "consent_link_creation",
            "callback_urls": {
                "success": "your-url-here://success",
                "exit": "your-url-here://exit",
                "event": "your-url-here://error"
            },
            "consent": {
                "purpose": "Crédito",
                "terms_and_conditions_url": "https://www.your_terms_and_conditions.com",
                "permissions": ["REGISTER", "ACCOUNTS", "CREDIT_CARDS", "CREDIT_OPERATIONS"],
                "identification_info": [{"type": "CPF", "number": "76109277673", "name": "Ralph Bragg"}],
                "default_consent_duration_days": 183
            },
            "branding": {
                "company_icon": "https://mysite.com/icon.svg",
                "company_logo": "https://mysite.com/logo.svg",
                "company_name": "ACME",
                "company_terms_url": "https://belvo.com/terms-service/",
                "overlay_background_color": "#F0F2F4",
                "social_proof": true,
                "show_belvo_middle_logo": false
            },
            "color_scheme": "DARK",
            "theme": [{"css_key": "--color-primary-base", "value": "#0663F9"}]
        }
    })
}

/// The body with the value at `pointer` replaced, or removed by `None`.
fn changed(pointer: &str, value: Option<Value>) -> Value {
    let mut body = body();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(map), Some(value)) => drop(map.insert(name.to_owned(), value)),
        (Value::Object(map), None) => drop(map.remove(name)),
        (Value::Array(list), Some(value)) => list[name.parse::<usize>().unwrap()] = value,
        _ => panic!("{pointer}"),
    }
    body
}

fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

async fn create(world: &World, body: &Value) -> Answer {
    world.client.post("/api/token/", body).await
}

/// What is kept under the token.
async fn kept(world: &World, answer: &Answer) -> WidgetConfig {
    let claims: Claims = world.tokens.verify(answer.ok()["access"].as_str().unwrap()).unwrap();
    let token = world.store.token(&claims.jti).await.unwrap().unwrap();
    assert_eq!(token.application, world.one);
    serde_json::from_str(&token.config.unwrap()).unwrap()
}

#[tokio::test]
async fn the_documented_body_is_accepted_and_kept() {
    each(async |world| {
        let answer = create(world, &body()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let config = kept(world, &answer).await;
        assert_eq!(config.feature, Feature::ConsentLinkCreation);
        assert_eq!(config.purpose, "Crédito", "today's position wins over the older one");
        assert_eq!(config.callbacks.exit.unwrap().as_str(), "your-url-here://exit");
        assert_eq!(config.identification.unwrap().cpf.as_str(), "76109277673");
        assert_eq!(config.default_duration.days(), Some(183));
        assert_eq!(config.theme.get("--color-primary-base"), Some("#0663F9"));
        assert_eq!(config.fetch_resources.names().len(), 6);
        assert_eq!(config.stale_in.days(), 300);
    })
    .await;
}

#[tokio::test]
async fn both_tokens_have_the_claims_of_the_published_samples() {
    each(async |world| {
        let answer = create(world, &body()).await.ok();
        let (access, refresh) = (answer["access"].as_str().unwrap(), answer["refresh"].as_str().unwrap());
        assert!(access.starts_with("eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9."), "HS512, JWT");
        let claims: Claims = world.tokens.verify(access).unwrap();
        let host = world.client.base.trim_start_matches("http://");
        assert_eq!((claims.token_type, claims.exp - claims.iat), (TokenType::Access, 1_200));
        assert_eq!((claims.organization_id, claims.organization_name.as_str()), (world.one, "ACME"));
        assert_eq!(
            (claims.environment.as_str(), claims.api_url.as_str(), claims.iss.as_str()),
            ("sandbox", host, host)
        );
        assert_eq!((claims.stale_in.as_str(), claims.scopes.len(), claims.fetch_resources.len()), ("300d", 6, 6));
        assert_eq!(claims.user_id, world.one.to_string());
        let secret_id = world.client.keys.clone().unwrap().id;
        let shown = serde_json::to_string(&claims).unwrap();
        assert!(!shown.contains(&secret_id), "half of the credentials is nothing for the user's browser");
        assert!(claims.jti.len() == 32 && claims.jti.bytes().all(|b| b.is_ascii_hexdigit()));
        let other: Claims = world.tokens.verify(refresh).unwrap();
        assert_eq!((other.token_type, other.exp - other.iat), (TokenType::Refresh, 622_080_000));
        assert_ne!(other.jti, claims.jti);
        assert!(world.tokens.open_access(access, world.now()).is_ok());
        assert!(world.tokens.open_access(refresh, world.now()).is_err());
        let payload = claims.stale_in.len() + access.len();
        assert!(payload < 2_000, "nothing of the configuration travels with the token");
    })
    .await;
}

#[tokio::test]
async fn every_required_field_is_missed_by_its_name() {
    each(async |world| {
        for pointer in [
            "/scopes",
            "/widget/openfinance_feature",
            "/widget/callback_urls",
            "/widget/callback_urls/success",
            "/widget/callback_urls/exit",
            "/widget/callback_urls/event",
            "/widget/consent",
            "/widget/consent/terms_and_conditions_url",
            "/widget/consent/identification_info/0/type",
            "/widget/consent/identification_info/0/number",
            "/widget/consent/identification_info/0/name",
            "/widget/theme/0/css_key",
            "/widget/theme/0/value",
        ] {
            let field = dotted(pointer);
            for (value, code) in [(None, "required"), (Some(Value::Null), "null")] {
                let said = create(world, &changed(pointer, value)).await.refused();
                assert_eq!(said, format!("400 {field}={code}"));
            }
            if !matches!(pointer, "/widget/callback_urls" | "/widget/consent") {
                let said = create(world, &changed(pointer, Some(json!("  ")))).await.refused();
                assert_eq!(said, format!("400 {field}=blank"));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_wrong_value_of_any_field_is_refused_with_its_name() {
    each(async |world| {
        let long = |n: usize| json!("x".repeat(n));
        for (pointer, values, code) in [
            ("/scopes", vec![json!(7), json!({}), json!("read links"), json!("A;B"), json!("<script>")], "invalid"),
            ("/stale_in", vec![json!("300"), json!("1000d"), json!("d"), json!(300), json!("-1d")], "invalid"),
            ("/fetch_resources", vec![json!("ACCOUNTS"), json!({}), json!(1)], "not_a_list"),
            ("/link_id", vec![json!("x"), json!(1), json!("0199a000")], "invalid"),
            ("/link_id", vec![json!("0199a000-0000-7000-8000-000000000000")], "does_not_exist"),
            (
                "/external_id",
                vec![json!("ab"), json!("a b c"), json!("joão"), json!(1234), json!("x".repeat(257))],
                "invalid",
            ),
            ("/credentials_storage", vec![json!("always"), json!("9999d"), json!(1)], "invalid"),
            ("/fetch_historical", vec![json!("perhaps"), json!(1), json!([])], "invalid"),
            ("/widget", vec![json!("x"), json!([]), json!(1)], "invalid"),
            ("/widget/openfinance_feature", vec![json!("consent"), json!("CONSENT_LINK_CREATION")], "invalid_choice"),
            ("/widget/openfinance_feature", vec![json!(1)], "invalid"),
            ("/widget/purpose", vec![long(601)], "max_length"),
            ("/widget/purpose", vec![json!(1), json!("a\u{0}b")], "invalid"),
            ("/widget/callback_urls", vec![json!("https://a.example"), json!([])], "invalid"),
            ("/widget/consent", vec![json!("x"), json!([])], "invalid"),
            ("/widget/consent/purpose", vec![long(141)], "max_length"),
            ("/widget/consent/purpose", vec![json!({})], "invalid"),
            ("/widget/consent/permissions", vec![json!("REGISTER"), json!({})], "not_a_list"),
            ("/widget/consent/permissions/0", vec![json!("EVERYTHING"), json!("register")], "invalid_choice"),
            ("/widget/consent/permissions/0", vec![json!(1)], "invalid"),
            ("/widget/consent/identification_info", vec![json!("76109277673"), json!({})], "not_a_list"),
            ("/widget/consent/identification_info", vec![json!([])], "min_length"),
            ("/widget/consent/identification_info", vec![json!([{}, {}, {}])], "max_length"),
            ("/widget/consent/identification_info/0", vec![json!("76109277673"), json!([])], "invalid"),
            ("/widget/consent/identification_info/0/type", vec![json!("RG"), json!("cpf")], "invalid_choice"),
            ("/widget/consent/identification_info/0/type", vec![json!(1)], "invalid"),
            (
                "/widget/consent/identification_info/0/number",
                vec![
                    json!("76109277674"),
                    json!("11111111111"),
                    json!("50685362006773"),
                    json!(76109277673_i64),
                    json!("x"),
                ],
                "invalid",
            ),
            ("/widget/consent/identification_info/0/name", vec![long(257)], "max_length"),
            ("/widget/consent/identification_info/0/name", vec![json!(1), json!("a\u{1}b")], "invalid"),
            (
                "/widget/consent/default_consent_duration_days",
                vec![json!(0), json!(-92), json!(92.5), json!("92"), json!([])],
                "invalid",
            ),
            ("/widget/branding", vec![json!("x"), json!([])], "invalid"),
            ("/widget/branding/company_name", vec![long(101)], "max_length"),
            ("/widget/branding/company_name", vec![json!(1), json!("a\u{7}")], "invalid"),
            ("/widget/branding/overlay_background_color", vec![json!("red"), json!("#F0F2F"), json!(1)], "invalid"),
            ("/widget/branding/social_proof", vec![json!("perhaps"), json!(1)], "invalid"),
            ("/widget/branding/show_belvo_middle_logo", vec![json!("perhaps"), json!({})], "invalid"),
            ("/widget/color_scheme", vec![json!("PINK"), json!("dark")], "invalid_choice"),
            ("/widget/theme", vec![json!("x"), json!({})], "not_a_list"),
            ("/widget/theme/0", vec![json!("x"), json!([])], "invalid"),
            ("/widget/theme/0/css_key", vec![json!(1)], "invalid"),
            ("/widget/theme/0/value", vec![json!(1)], "invalid"),
        ] {
            for value in values {
                let said = create(world, &changed(pointer, Some(value.clone()))).await.refused();
                assert_eq!(said, format!("400 {}={code}", dotted(pointer)), "{value}");
            }
        }
        let many = vec![json!({"css_key": "--x", "value": "1"}); 201];
        assert_eq!(
            create(world, &changed("/widget/theme", Some(json!(many)))).await.refused(),
            "400 widget.theme=max_length"
        );
        let answer = create(world, &changed("/widget/theme/0/value", Some(json!("red;}body{")))).await;
        assert_eq!(kept(world, &answer).await.theme.iter().count(), 0, "what is refused is left out");
    })
    .await;
}

const FORBIDDEN: [&str; 16] = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "blob:https://a.example/1",
    "about:blank",
    "vbscript:msgbox",
    "intent://x#Intent;scheme=a;end",
    "//evil.example",
    "success",
    "https://",
    "https://user:pass@a.example/",
    "https://a.example/<script>",
    "https://a.example/\r\nSet-Cookie: a=b",
];

#[tokio::test]
async fn no_address_that_could_harm_is_taken_anywhere() {
    each(async |world| {
        for pointer in [
            "/widget/callback_urls/success",
            "/widget/callback_urls/exit",
            "/widget/callback_urls/event",
            "/widget/consent/terms_and_conditions_url",
            "/widget/branding/company_icon",
            "/widget/branding/company_logo",
            "/widget/branding/company_terms_url",
            "/application_link",
            "/widget/application_link",
            "/widget/callback_urls/application_link",
        ] {
            let long = format!("https://a.example/{}", "x".repeat(1_990));
            for url in FORBIDDEN.iter().copied().chain([long.as_str()]) {
                let said = create(world, &changed(pointer, Some(json!(url)))).await.refused();
                let fine = [format!("400 {}=invalid", dotted(pointer)), format!("400 {}=max_length", dotted(pointer))];
                assert!(fine.contains(&said), "{pointer} {url}: {said}");
            }
            let said = create(world, &changed(pointer, Some(json!(["https://a.example"])))).await.refused();
            assert_eq!(said, format!("400 {}=invalid", dotted(pointer)));
        }
        for pointer in
            ["/widget/branding/company_icon", "/application_link", "/widget/consent/terms_and_conditions_url"]
        {
            let said = create(world, &changed(pointer, Some(json!("myapp://x")))).await.refused();
            assert_eq!(said, format!("400 {}=invalid", dotted(pointer)), "an app's scheme is no page");
        }
    })
    .await;
}

#[tokio::test]
async fn plain_http_goes_back_to_this_machine_only_in_production() {
    let production = [
        ("VINCULO_ENVIRONMENT", "production"),
        ("VINCULO_PUBLIC_URL", "https://v.example"),
        ("VINCULO_MASTER_KEY", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
    ];
    let exit = "/widget/callback_urls/exit";
    each(async |world| {
        assert_eq!(create(world, &changed(exit, Some(json!("http://10.0.2.2/back")))).await.status, 200);
    })
    .await;
    each_with(&production, async |world| {
        let client = world.client.with(world.client.keys.clone());
        let said = client.post("/api/token/", &changed(exit, Some(json!("http://10.0.2.2/back")))).await.refused();
        assert_eq!(said, "400 widget.callback_urls.exit=invalid");
        assert_eq!(client.post("/api/token/", &changed(exit, Some(json!("http://127.0.0.1/back")))).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_is_told_at_once() {
    each(async |world| {
        let answer = create(world, &json!({"stale_in": "x", "widget": {"theme": 1}})).await;
        assert_eq!(
            answer.refused(),
            "400 widget.openfinance_feature=required scopes=required stale_in=invalid \
             widget.callback_urls=required widget.consent=required widget.theme=not_a_list"
        );
    })
    .await;
}

#[tokio::test]
async fn what_integrators_leave_out_or_add_is_accepted() {
    each(async |world| {
        for pointer in [
            "/stale_in",
            "/fetch_resources",
            "/widget",
            "/widget/purpose",
            "/widget/branding",
            "/widget/branding/company_icon",
            "/widget/color_scheme",
            "/widget/theme",
            "/widget/consent/purpose",
            "/widget/consent/permissions",
            "/widget/consent/identification_info",
            "/widget/consent/default_consent_duration_days",
        ] {
            for value in [None, Some(Value::Null)] {
                assert_eq!(create(world, &changed(pointer, value)).await.status, 200, "{pointer}");
            }
        }
        for (pointer, value) in [
            ("/scopes", json!("read_links")),
            ("/scopes", json!(["read_links", "write_links"])),
            ("/fetch_resources", json!(["BALANCES", "NARNIA", "EXHANGES"])),
            ("/credentials_storage", json!("365d")),
            ("/fetch_historical", json!(true)),
            ("/unknown", json!({"deep": [1]})),
            ("/widget/unknown", json!(1)),
            ("/widget/callback_urls/success", json!("https://app.example/back?bank=done#/x")),
            ("/widget/callback_urls/application_link", json!("https://app.example/link")),
            ("/widget/consent/default_consent_duration_days", json!(1)),
            ("/widget/consent/permissions", json!([])),
            ("/widget/theme", json!([{"css_key": "--unknown", "value": "}{"}])),
            ("/widget/theme/0/value", json!("red;}body{")),
            ("/widget/theme/0/value", json!("url(https://a.example)")),
            ("/widget/consent/identification_info/0/number", json!("761.092.776-73")),
        ] {
            let answer = create(world, &changed(pointer, Some(value))).await;
            assert_eq!(answer.status, 200, "{pointer}: {}", answer.text);
        }
        let config = kept(world, &create(world, &json!({"scopes": "read_institutions,write_links"})).await).await;
        assert_eq!((config.callbacks.success, config.identification, config.stale_in.days()), (None, None, 365));
    })
    .await;
}

#[tokio::test]
async fn details_of_what_is_kept() {
    each(async |world| {
        let config = async |pointer, value| kept(world, &create(world, &changed(pointer, Some(value))).await).await;
        let company = json!([
            {"type": "CNPJ", "number": "50685362006773", "name": "Bragg Mechanics"},
            {"type": "CPF", "number": "76109277673", "name": "Ralph Bragg"},
        ]);
        let both = config("/widget/consent/identification_info", company).await;
        assert!(both.is_business(), "in whatever order");
        assert_eq!(config("/external_id", json!("user_1-A")).await.external_id.as_deref(), Some("user_1-A"));
        assert_eq!(config("/external_id", json!("76109277673")).await.external_id, None, "a document is not kept");
        let older = config("/widget/consent", json!({"terms_and_conditions_url": "https://a.example"})).await;
        assert_eq!(older.purpose, "Soluções financeiras personalizadas.");
        for (pointer, link) in
            [("/application_link", "https://a.example/1"), ("/widget/application_link", "https://a.example/2")]
        {
            assert_eq!(config(pointer, json!(link)).await.application_link.unwrap().as_str(), link);
        }
        let few = config("/widget/consent/permissions", json!(["ACCOUNTS", "REGISTER", "ACCOUNTS"])).await;
        assert_eq!(few.categories.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn companies_come_with_exactly_one_person() {
    each(async |world| {
        let person = json!({"type": "CPF", "number": "76109277673", "name": "A"});
        let other = json!({"type": "CPF", "number": "96644087000", "name": "B"});
        let company = json!({"type": "CNPJ", "number": "50685362006773", "name": "C"});
        for list in [json!([company]), json!([person, other]), json!([company, company])] {
            let said = create(world, &changed("/widget/consent/identification_info", Some(list))).await.refused();
            assert_eq!(said, "400 widget.consent.identification_info=invalid");
        }
    })
    .await;
}

#[tokio::test]
async fn the_portal_needs_no_way_back() {
    each(async |world| {
        let portal = json!({
            "scopes": "read_consents,write_consents,write_consent_callback",
            "widget": {
                "openfinance_feature": "consent_management",
                "consent": {
                    "terms_and_conditions_url": "https://a.example",
                    "permissions": ["REGISTER", "ACCOUNTS", "CREDIT_CARDS", "CREDIT_OPERATIONS"],
                    "identification_info": [{"type": "CPF", "number": "76109277673", "name": "Ralph Bragg"}],
                }
            }
        });
        assert_eq!(kept(world, &create(world, &portal).await).await.feature, Feature::ConsentManagement);
    })
    .await;
}

#[tokio::test]
async fn credentials_come_in_the_body_by_basic_or_both() {
    each(async |world| {
        let keys = world.client.keys.clone().unwrap();
        let anyone = world.client.with(None);
        let with = |id: Value, password: Value| {
            let mut body = body();
            body["id"] = id;
            body["password"] = password;
            body
        };
        let right = with(json!(keys.id), json!(keys.password));
        assert_eq!(anyone.post("/api/token/", &right).await.status, 200, "in the body");
        assert_eq!(world.client.post("/api/token/", &right).await.status, 200, "both");
        assert_eq!(world.client.post("/api/token", &body()).await.status, 200, "by Basic");
        assert_eq!(
            world.stranger.post("/api/token/", &right).await.refused(),
            "401 authentication_failed",
            "not the same"
        );
        for (id, password, said) in [
            (json!(keys.id), json!("wrong"), "401 authentication_failed"),
            (json!("x"), json!(keys.password), "401 authentication_failed"),
            (json!(keys.id), Value::Null, "400 password=null"),
            (json!(""), json!(keys.password), "400 id=blank"),
            (json!(1), json!(keys.password), "400 id=invalid"),
            (json!(keys.id), json!({}), "400 password=invalid"),
            (json!("x".repeat(201)), json!("y"), "400 id=max_length"),
        ] {
            assert_eq!(anyone.post("/api/token/", &with(id, password)).await.refused(), said);
        }
        assert_eq!(anyone.post("/api/token/", &body()).await.refused(), "400 id=required password=required");
        let wrong = anyone.with(Some(Keys { id: keys.id.clone(), password: "wrong".to_owned() }));
        assert_eq!(wrong.post("/api/token/", &body()).await.refused(), "401 authentication_failed");
        assert_eq!(wrong.post("/api/token/", &right).await.refused(), "401 authentication_failed");
        let bearer = anyone.request("POST", "/api/token/").header("authorization", "Bearer x").json(&right);
        assert_eq!(Answer::of(bearer).await.refused(), "401 authentication_failed");
    })
    .await;
}

#[tokio::test]
async fn a_token_can_be_for_a_link() {
    each(async |world| {
        let link = world.link().await;
        let direct = create(world, &json!({"scopes": "read_links", "link_id": link})).await;
        assert_eq!(kept(world, &direct).await.link_id, Some(link));
        let older = world.client.post(&format!("/api/links/{link}/token/"), &json!({"scopes": "read_links"})).await;
        assert_eq!(kept(world, &older).await.link_id, Some(link));
        let missing = world.client.post(&format!("/api/links/{link}/token"), &json!({})).await;
        assert_eq!(missing.refused(), "400 scopes=required");
        let foreign = world.stranger.post(&format!("/api/links/{link}/token/"), &json!({"scopes": "read_links"})).await;
        assert_eq!(foreign.status, 400, "{}", foreign.text);
    })
    .await;
}

#[tokio::test]
async fn nothing_personal_is_repeated_in_an_error() {
    each(async |world| {
        let number = "/widget/consent/identification_info/0/number";
        let answer = create(world, &changed(number, Some(json!("76109277674")))).await;
        assert!(!answer.text.contains("7610927767"), "{}", answer.text);
        let request = world.client.request("POST", "/api/token/").body("{\"password\": \"topsecret\" oops");
        assert!(!Answer::of(request).await.text.contains("topsecret"));
    })
    .await;
}

#[tokio::test]
async fn scopes_are_bounded_so_that_every_token_opens() {
    each(async |world| {
        let mut long = body();
        long["scopes"] = json!(vec!["a".repeat(64); 200]);
        assert_eq!(create(world, &long).await.refused(), "400 scopes=max_length");
        long["scopes"] = json!(vec!["a".repeat(64); 30]);
        let answer = create(world, &long).await.ok();
        assert!(world.tokens.open_access(answer["access"].as_str().unwrap(), world.now()).is_ok());
    })
    .await;
}
