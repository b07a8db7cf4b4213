//! The body that asks for the token of the widget.

use serde_json::{Value, json};
use vinculo_domain::Category;

use super::bodies::{days, object, optional, resources, text, truth};

/// Its schema.
pub(super) fn schema() -> Value {
    object(
        &["scopes"],
        json!({
            "id": {"type": ["string", "null"], "maxLength": 200, "description": "Secret id, where it does not come by Basic."},
            "password": {"type": ["string", "null"], "maxLength": 200, "description": "Secret password, where it does not come by Basic."},
            "scopes": {"type": "string", "pattern": "^[a-z_:]{1,64}(,[a-z_:]{1,64})*$", "maxLength": 2000,
                "description": "Words separated by commas."},
            "fetch_resources": resources(),
            "stale_in": days("After how many days without reading the data is erased."),
            "external_id": {"type": ["string", "null"], "pattern": "^([A-Za-z0-9_-]{3,256})?$", "description": "Your own name for the user."},
            "link_id": optional("uuid", "A link whose consent is to be renewed."),
            "widget": widget(),
        }),
    )
}

fn widget() -> Value {
    let mut widget = object(
        &["openfinance_feature", "callback_urls", "consent"],
        json!({
            "openfinance_feature": {"type": "string", "enum": ["consent_link_creation", "consent_management"],
                "description": "Connect a bank, or look after what is connected."},
            "callback_urls": object(&["success", "exit", "event"], json!({
                "success": callback("Where the app goes on after a success."),
                "exit": callback("Where it goes on when the person leaves."),
                "event": callback("Where warnings and errors are told."),
            })),
            "consent": consent(),
            "branding": branding(),
            "color_scheme": {"type": ["string", "null"], "enum": ["LIGHT", "DARK", null], "description": "The person's own unless given."},
            "theme": {"type": ["array", "null"], "maxItems": 200, "description": "Colours and sizes.",
                "items": object(&["css_key", "value"], json!({
                    "css_key": word("Which."), "value": word("What."),
                }))},
        }),
    );
    widget["type"] = json!(["object", "null"]);
    widget["description"] = "What the widget is to do, and how it looks.".into();
    widget
}

fn consent() -> Value {
    let person = object(
        &["type", "number", "name"],
        json!({
            "type": {"type": "string", "enum": ["CPF", "CNPJ"], "description": "Which document."},
            "number": {"type": "string", "format": "cpf-or-cnpj", "description": "Digits; a CNPJ may have letters."},
            "name": {"type": "string", "minLength": 1, "maxLength": 256, "pattern": r"^[^\x00-\x1f\x7f-\x9f]*\S[^\x00-\x1f\x7f-\x9f]*$", "description": "The name."},
        }),
    );
    object(
        &["terms_and_conditions_url"],
        json!({
            "purpose": text("What the data is for, as the person reads it.", 140),
            "terms_and_conditions_url": address("Your terms.", false),
            "permissions": {"type": ["array", "null"], "maxItems": 200, "description": "What is asked for; all of them unless given.",
                "items": {"type": "string", "enum": Category::ALL.map(Category::as_str)}},
            "identification_info": {"type": ["array", "null"], "minItems": 1, "maxItems": 2, "items": person,
                "description": "One CPF, or one CPF and one CNPJ; the widget asks for it otherwise."},
            "default_consent_duration_days": {"type": ["integer", "null"], "minimum": 1, "description": "What is chosen beforehand."},
        }),
    )
}

fn branding() -> Value {
    json!({"type": ["object", "null"], "description": "Your name and pictures.", "properties": {
        "company_name": text("Your name.", 100),
        "company_icon": address("A square picture.", true),
        "company_logo": address("A wide picture.", true),
        "company_terms_url": address("Your terms.", true),
        "overlay_background_color": {"type": ["string", "null"], "pattern": "^(#[0-9A-Fa-f]{6})?$", "description": "Behind the widget."},
        "social_proof": truth("Whether to say how many have connected."),
    }})
}

fn callback(what: &str) -> Value {
    json!({"type": "string", "format": "callback-address", "description": what})
}

fn address(what: &str, nullable: bool) -> Value {
    const FORMAT: &str = "https-address";
    if nullable { optional(FORMAT, what) } else { json!({"type": "string", "format": FORMAT, "description": what}) }
}

fn word(what: &str) -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[A-Za-z0-9#_-]+$", "description": what})
}

/// A body that asks for a token.
pub(super) fn example() -> Value {
    json!({
        "scopes": "read_institutions,write_links,read_consents,write_consents,write_consent_callback,delete_consents",
        "stale_in": "300d",
        "fetch_resources": ["ACCOUNTS", "TRANSACTIONS", "OWNERS"],
        "external_id": "your_own_id",
        "widget": {
            "openfinance_feature": "consent_link_creation",
            "callback_urls": {"success": "myapp://success", "exit": "myapp://exit", "event": "myapp://event"},
            "consent": {
                "purpose": "Conhecer melhor as suas finanças.",
                "terms_and_conditions_url": "https://example.com/termos",
                "permissions": ["REGISTER", "ACCOUNTS", "CREDIT_CARDS", "CREDIT_OPERATIONS"],
                "identification_info": [{"type": "CPF", "number": "76109277673", "name": "Ralph Bragg"}],
            },
            "branding": {
                "company_name": "ACME",
                "company_icon": "https://example.com/icon.svg",
                "company_logo": "https://example.com/logo.svg",
                "company_terms_url": "https://example.com/termos",
            },
        },
    })
}
