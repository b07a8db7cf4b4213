//! What a caller may say of an endpoint.

use secrecy::SecretString;
use url::Url;
use vinculo_domain::{EndpointId, EventType, Invalid};
use vinculo_store::Endpoint;

use crate::api::auth::Caller;
use crate::api::body::{Form, Problems};
use crate::api::error::{ApiResult, Code, Problem};
use crate::process;
use crate::settings::Settings;
use crate::state::AppState;

/// Longest value of an `Authorization` header.
const MAX_AUTHORIZATION: usize = 2_000;
/// Most types that are looked at.
const MAX_TYPES: usize = 100;

/// Finds an endpoint of the caller.
pub(super) async fn find(state: &AppState, caller: &Caller, id: EndpointId) -> ApiResult<Endpoint> {
    let found = state.store().endpoint(id).await?;
    let ours = |found: &Endpoint| found.application == caller.application() && found.removed_at.is_none();
    found.filter(ours).ok_or_else(|| Code::NotFound.into())
}

/// Reads an address to which events may go.
pub(super) fn url(settings: &Settings, text: &str) -> Result<String, Invalid> {
    let wrong = || Invalid::new("Enter a valid URL.");
    let url = Url::parse(text).map_err(|_| wrong())?;
    process::webhook_addresses(settings).check(&url).map_err(|_| Invalid::new("This address is not public."))?;
    Ok(url.into())
}

/// Takes over what the body says beside the address; absent fields stay, `null` resets.
pub(super) fn take(form: &Form<'_>, problems: &mut Problems, endpoint: &mut Endpoint) {
    if form.is_null("authorization") {
        endpoint.authorization = None;
    } else if let Some(value) = form.text(problems, "authorization", MAX_AUTHORIZATION) {
        match http::HeaderValue::from_str(value) {
            Ok(_) => endpoint.authorization = Some(SecretString::from(value)),
            Err(_) => problems.add(Problem::field(Code::Invalid, "authorization")),
        }
    }
    if form.is_null("types") {
        endpoint.types = None;
    } else if let Some(names) = form.words(problems, "types", MAX_TYPES) {
        endpoint.types = Some(types(problems, &names));
    }
    if let Some(old) = form.truth(problems, "legacy_codes") {
        endpoint.old_codes = old;
    }
}

fn types(problems: &mut Problems, names: &[&str]) -> Vec<EventType> {
    let mut types = Vec::new();
    for (at, name) in names.iter().enumerate() {
        match problems.take(&format!("types.{at}"), name.parse::<EventType>()) {
            Some(kind) if !types.contains(&kind) => types.push(kind),
            _ => {}
        }
    }
    types
}
