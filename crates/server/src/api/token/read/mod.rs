//! The body of `POST /api/token/`, field by field (reference, belvo-widget 2.2).
//!
//! Tolerant where integrators are known to differ, strict where safety is concerned: redirect targets, addresses,
//! documents. Everything wrong is reported at once, with dotted names.

mod consent;
mod look;

use serde_json::{Map, Value};
use vinculo_domain::{
    CallbackPolicy, CallbackUrl, Callbacks, Document, Feature, FetchResources, HttpUrl, Invalid, LinkId, StaleIn,
    WidgetConfig,
};

use crate::api::body::{Form, Problems};
use crate::api::error::{Code, Problem};

/// Most entries of any list in the body.
const MAX_LIST: usize = 200;

/// Longest text of all scopes: they travel in the token, which travels in an address.
const MAX_SCOPES: usize = 2_000;

/// Reads the whole body; `None` for what is wrong or missing, with an entry in `problems`.
pub(super) fn config(body: &Map<String, Value>, policy: CallbackPolicy, problems: &mut Problems) -> WidgetConfig {
    let form = Form::new(body);
    let widget = form.object(problems, "widget").map(|map| Form::at(map, "widget"));
    let mut config = WidgetConfig::new(widget.map_or(Feature::ConsentLinkCreation, |w| feature(w, problems)));
    config.scopes = scopes(form, problems);
    config.stale_in = form.parsed(problems, "stale_in", str::parse::<StaleIn>).unwrap_or_default();
    if let Some(names) = form.words(problems, "fetch_resources", MAX_LIST) {
        config.fetch_resources = FetchResources::from_names(names);
    }
    config.link_id = form.parsed(problems, "link_id", str::parse::<LinkId>);
    config.external_id = form.parsed(problems, "external_id", external_id).flatten();
    form.parsed(problems, "credentials_storage", credentials_storage);
    form.truth(problems, "fetch_historical");
    config.application_link = application_link(form, policy, problems);
    if let Some(widget) = widget {
        read_widget(widget, policy, problems, &mut config);
    }
    config
}

fn read_widget(widget: Form<'_>, policy: CallbackPolicy, problems: &mut Problems, config: &mut WidgetConfig) {
    callbacks(widget, policy, problems, config);
    if let Some(purpose) = widget.text(problems, "purpose", WidgetConfig::MAX_OLDER_PURPOSE) {
        config.purpose = purpose.to_owned();
    }
    if widget.require(problems, "consent").is_some()
        && let Some(map) = widget.object(problems, "consent")
    {
        consent::read(Form::at(map, "widget.consent"), policy, problems, config);
    }
    look::read(widget, policy, problems, config);
}

fn feature(widget: Form<'_>, problems: &mut Problems) -> Feature {
    if widget.require(problems, "openfinance_feature").is_none() {
        return Feature::ConsentLinkCreation;
    }
    let read = |text: &str| match text {
        "consent_link_creation" => Ok(Feature::ConsentLinkCreation),
        "consent_management" => Ok(Feature::ConsentManagement),
        other => Err(Invalid::choice(other)),
    };
    widget.parsed(problems, "openfinance_feature", read).unwrap_or(Feature::ConsentLinkCreation)
}

/// Scopes are one text with commas; a list of texts is understood too. Which scopes are named does not matter.
fn scopes(form: Form<'_>, problems: &mut Problems) -> Vec<String> {
    let Some(value) = form.require(problems, "scopes") else { return Vec::new() };
    let words: Vec<&str> = match value {
        Value::Array(_) => form.words(problems, "scopes", MAX_LIST).unwrap_or_default(),
        _ => form.text(problems, "scopes", MAX_SCOPES).map(|text| text.split(',').collect()).unwrap_or_default(),
    };
    let words: Vec<String> = words.iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect();
    let is_scope =
        |word: &String| word.len() <= 64 && word.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b':'));
    if !words.iter().all(is_scope) {
        problems.add(Problem::field_with(Code::Invalid, "scopes", "Scopes are words separated by commas."));
    }
    if words.iter().map(|word| word.len() + 1).sum::<usize>() > MAX_SCOPES + 1 {
        let message = format!("Ensure this field has no more than {MAX_SCOPES} characters.");
        problems.add(Problem::field_with(Code::MaxLength, "scopes", message));
    }
    words
}

/// Connecting needs somewhere to go back to; the portal does not.
fn callbacks(widget: Form<'_>, policy: CallbackPolicy, problems: &mut Problems, config: &mut WidgetConfig) {
    let needed = config.feature == Feature::ConsentLinkCreation;
    if needed && widget.require(problems, "callback_urls").is_none() {
        return;
    }
    let Some(map) = widget.object(problems, "callback_urls") else { return };
    let form = Form::at(map, "widget.callback_urls");
    let mut url = |name: &str| {
        if needed && form.require(problems, name).is_none() {
            return None;
        }
        form.parsed(problems, name, |text| CallbackUrl::parse(text, policy))
    };
    config.callbacks = Callbacks { success: url("success"), exit: url("exit"), event: url("event") };
}

/// `application_link`: nobody says where it stands, so all three places count; the outermost wins.
fn application_link(form: Form<'_>, policy: CallbackPolicy, problems: &mut Problems) -> Option<HttpUrl> {
    let widget = form.get("widget").and_then(Value::as_object);
    let callbacks = widget.and_then(|widget| widget.get("callback_urls")).and_then(Value::as_object);
    let places = [
        Some(form),
        widget.map(|map| Form::at(map, "widget")),
        callbacks.map(|map| Form::at(map, "widget.callback_urls")),
    ];
    let read = |text: &str| HttpUrl::parse(text, policy);
    let found: Vec<HttpUrl> =
        places.into_iter().flatten().filter_map(|place| place.parsed(problems, "application_link", read)).collect();
    found.into_iter().next()
}

/// 3 to 256 of `[A-Za-z0-9_-]`. What is someone's document is not kept.
fn external_id(text: &str) -> Result<Option<String>, Invalid> {
    let good =
        (3..=256).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if !good {
        return Err(Invalid::new("Use 3 to 256 letters, digits, hyphens and underscores."));
    }
    Ok(text.parse::<Document>().is_err().then(|| text.to_owned()))
}

/// `^(store|nostore|\d{1,3}d)$`; of no effect here.
fn credentials_storage(text: &str) -> Result<(), Invalid> {
    if matches!(text, "store" | "nostore") { Ok(()) } else { text.parse::<StaleIn>().map(|_| ()) }
}
