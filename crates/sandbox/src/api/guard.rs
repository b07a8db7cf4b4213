//! What stands before the data APIs.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use http::{Method, StatusCode, Uri, header};
use serde_json::Value;

use super::{ApiError, bearer};
use crate::access::Access;
use crate::data;
use crate::faults::Replaced;
use crate::network::Bank;
use crate::state::{Consent, Grant, OutcomeKind};
use crate::usage::{Call, Endpoint, Meter};

/// The most that an answer may weigh that a forced outcome rewrites, in bytes.
const MAX_REWRITTEN: usize = 8 * 1024 * 1024;

/// Refuses answers and questions that are not JSON.
pub(super) async fn negotiate(request: Request, next: Next) -> Response {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if accept.is_some_and(|accept| !accepts_json(accept)) {
        return ApiError::of_status(StatusCode::NOT_ACCEPTABLE).into_response();
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let json = kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json");
    if request.method() == Method::POST && !json {
        return ApiError::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE).into_response();
    }
    next.run(request).await
}

fn accepts_json(accept: &str) -> bool {
    accept.split(',').any(|range| {
        let kind = range.split(';').next().unwrap_or_default().trim();
        ["*/*", "application/*", "application/json"].iter().any(|good| kind.eq_ignore_ascii_case(good))
    })
}

/// Checks token and scope, lets forced outcomes strike, and hands the data API its [`Access`].
pub(super) async fn guard(State(bank): State<Bank>, request: Request, next: Next) -> Response {
    match admit(&bank, request).await {
        Ok(Admitted::Forced(response)) => response,
        Ok(Admitted::Passed(request, metered)) => metered.counted(&bank, next.run(*request).await).await,
        Ok(Admitted::Endless(request, metered)) => metered.counted(&bank, endless(*request, next).await).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// A request that may go on, or one that a forced outcome has answered.
enum Admitted {
    Forced(Response),
    Passed(Box<Request>, Metered),
    Endless(Box<Request>, Metered),
}

/// A call, and how it counts if it succeeds.
struct Metered {
    meter: Meter,
    how: Call,
    /// Whether an error goes out in the answer's place.
    replaced: bool,
}

impl Metered {
    /// Counts the call if it succeeded.
    async fn counted(self, bank: &Bank, response: Response) -> Response {
        if self.replaced || !response.status().is_success() {
            return response;
        }
        let counted = bank.net.usage.count(self.meter, self.how).await;
        counted.map_or_else(|error| ApiError::from(error).into_response(), |()| response)
    }
}

/// Refuses what the limits in force do not allow.
async fn metered(bank: &Bank, access: &Access, parts: &Parts) -> Result<Metered, ApiError> {
    let (uri, replaced) = (&parts.uri, parts.extensions.get::<Replaced>().is_some());
    let usage = &bank.net.usage;
    if let Some(seconds) = usage.too_fast(access)? {
        return Err(ApiError::slow_down(seconds));
    }
    let meter = Meter::of(access, &Endpoint::of(uri.path()));
    if data::continues(access, uri) {
        return Ok(Metered { meter, how: Call::Page, replaced });
    }
    if usage.used_up(&meter)? {
        usage.count(meter, Call::Refused).await?;
        return Err(ApiError::of_status(StatusCode::LOCKED));
    }
    Ok(Metered { meter, how: Call::Counted, replaced })
}

async fn admit(bank: &Bank, request: Request) -> Result<Admitted, ApiError> {
    let (mut parts, body) = request.into_parts();
    let held = bearer::check(&parts, bank)?;
    let (family, steps) = steps(parts.uri.path());
    held.require(family)?;
    let Some((grant, consent)) = &held.granted else {
        return Err(ApiError::unauthorised("É necessário um token autorizado pelo cliente."));
    };
    let access = access(bank, grant, consent);
    let metered = metered(bank, &access, &parts).await?;
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let forced = bank.net.outcomes.take(bank.brand.slug, &steps, &held.documents()).await;
    if let Some(response) = forced_answer(bank, forced.as_ref()).await {
        return Ok(Admitted::Forced(response));
    }
    parts.extensions.insert(access);
    let request = Box::new(Request::from_parts(parts, body));
    Ok(match forced {
        Some(OutcomeKind::EndlessPages) => Admitted::Endless(request, metered),
        _ => Admitted::Passed(request, metered),
    })
}

async fn forced_answer(bank: &Bank, forced: Option<&OutcomeKind>) -> Option<Response> {
    bank.answer(forced?).await
}

/// What a grant lets its holder see.
pub(super) fn access(bank: &Bank, grant: &Grant, consent: &Consent) -> Access {
    Access {
        brand: bank.brand,
        person: grant.person.clone(),
        company: grant.company.clone(),
        permissions: consent.permissions.clone(),
        consent_id: consent.id.clone(),
        accounts: consent.accounts.clone(),
        since: consent.created_at,
        client_id: grant.client_id.clone(),
        now: bank.now(),
        base_url: bank.net.urls.api(bank.brand),
    }
}

/// The family (which is the scope) of a path such as `/accounts/v2/accounts/{id}/balances`, and the names that forced
/// outcomes may give to the step. The steps of the first two families go without the family as well.
fn steps(path: &str) -> (&str, Vec<String>) {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let family = segments.first().copied().unwrap_or_default();
    let step = match segments.as_slice() {
        [_, _, list, _] if family != "customers" => list.trim_end_matches('s'),
        [_, _, _, _, "bills", _, "transactions"] => "bill-transactions",
        [.., last] => last,
        [] => "",
    };
    let mut steps = vec![format!("{family}:{step}")];
    if matches!(family, "accounts" | "customers") {
        steps.push(step.to_owned());
    } else {
        steps.push(family.to_owned());
    }
    (family, steps)
}

/// Serves the first page for every page, and always points to one more.
pub(crate) async fn endless(mut request: Request, next: Next) -> Response {
    let here = request.uri().clone();
    let page: u64 = url::form_urlencoded::parse(here.query().unwrap_or_default().as_bytes())
        .find_map(|(name, value)| (name == "page").then(|| value.parse().ok())?)
        .unwrap_or(1);
    if let Some(first) = with_page(&here, None) {
        *request.uri_mut() = first;
    }
    let (mut parts, body) = next.run(request).await.into_parts();
    let bytes = to_bytes(body, MAX_REWRITTEN).await.unwrap_or_default();
    let Ok(mut json) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(parts, bytes.into());
    };
    let own = json["links"]["self"].as_str().and_then(|own| own.parse::<Uri>().ok());
    if let Some(more) = own.and_then(|own| with_page(&own, Some(page + 1))) {
        json["links"]["next"] = Value::String(more.to_string());
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, json.to_string().into())
}

/// The address with another page, or none, in its query.
fn with_page(address: &Uri, page: Option<u64>) -> Option<Uri> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(address.query().unwrap_or_default().as_bytes()) {
        if name != "page" && name != "pagination-key" {
            query.append_pair(&name, &value);
        }
    }
    if let Some(page) = page {
        query.append_pair("page", &page.to_string());
    }
    let mut parts = address.clone().into_parts();
    parts.path_and_query = format!("{}?{}", address.path(), query.finish()).parse().ok();
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_named_by_the_last_segment() {
        for (path, family, names) in [
            ("/accounts/v2/accounts", "accounts", ["accounts:accounts", "accounts"]),
            ("/accounts/v2/accounts/1", "accounts", ["accounts:account", "account"]),
            ("/accounts/v2/accounts/1/transactions", "accounts", ["accounts:transactions", "transactions"]),
            ("/customers/v2/personal/identifications", "customers", ["customers:identifications", "identifications"]),
            (
                "/credit-cards-accounts/v2/accounts/1",
                "credit-cards-accounts",
                ["credit-cards-accounts:account", "credit-cards-accounts"],
            ),
            (
                "/credit-cards-accounts/v2/accounts/1/bills/2/transactions",
                "credit-cards-accounts",
                ["credit-cards-accounts:bill-transactions", "credit-cards-accounts"],
            ),
        ] {
            assert_eq!(steps(path), (family, names.map(str::to_owned).to_vec()), "{path}");
        }
    }

    #[test]
    fn json_is_accepted_in_every_usual_spelling() {
        for good in ["*/*", "application/json", "text/html, application/json;q=0.5", "Application/JSON; charset=utf-8"]
        {
            assert!(accepts_json(good), "{good}");
        }
        for bad in ["text/html", "application/xml", ""] {
            assert!(!accepts_json(bad), "{bad}");
        }
    }

    #[test]
    fn a_page_is_put_in_place_of_another() {
        let address: Uri = "https://bank/accounts?page=3&page-size=25&pagination-key=x".parse().unwrap();
        assert_eq!(with_page(&address, Some(4)).unwrap(), "https://bank/accounts?page-size=25&page=4");
    }
}
