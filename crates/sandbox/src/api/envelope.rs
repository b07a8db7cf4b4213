//! The outermost layer of the APIs: `x-fapi-interaction-id`, `x-v`, `Date`, and the envelope of refusals.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use vinculo_fapi::interaction_id::{self, InteractionId};

use super::ApiError;
use crate::data;
use crate::network::Bank;

/// The version of each API family, by the first segment of its path.
const VERSIONS: [(&str, &str); 9] = [
    ("consents", "3.3.1"),
    ("resources", "3.1.0"),
    ("customers", "2.3.0"),
    ("accounts", "2.5.1"),
    ("credit-cards-accounts", "2.4.0"),
    ("loans", "2.6.0"),
    ("financings", "2.4.0"),
    ("unarranged-accounts-overdraft", "2.4.0"),
    ("invoice-financings", "2.4.0"),
];

/// Checks and echoes the interaction id, names the version, dates the answer and dresses refusals.
pub(super) async fn envelope(State(bank): State<Bank>, request: Request, next: Next) -> Response {
    let version = version(request.uri().path());
    let (id, response) = match interaction(request.headers()) {
        Some(id) => (id, next.run(request).await),
        None => {
            let refusal = ApiError::bad_request("x-fapi-interaction-id ausente ou inválido.");
            (fresh(), refusal.into_response())
        }
    };
    let mut response = dressed(response, bank.now());
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static(interaction_id::HEADER), id);
    headers.insert(HeaderName::from_static("x-v"), HeaderValue::from_static(version));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(date) = HeaderValue::from_str(&http_date(bank.now())) {
        headers.insert(header::DATE, date);
    }
    response
}

/// The version of the API that answers; of the consents where there is no such API.
fn version(path: &str) -> &'static str {
    let family = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    VERSIONS
        .iter()
        .chain(&data::INVESTMENT_VERSIONS)
        .find(|(name, _)| *name == family)
        .map_or("3.3.1", |(_, version)| version)
}

/// The caller's interaction id, letter for letter, if there is exactly one and it is a UUID.
fn interaction(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut values = headers.get_all(interaction_id::HEADER).iter();
    let value = values.next()?;
    let valid = values.next().is_none() && InteractionId::parse(value.to_str().ok()?).is_some();
    valid.then(|| value.clone())
}

fn fresh() -> HeaderValue {
    HeaderValue::from_str(&InteractionId::generate().to_string()).unwrap_or(HeaderValue::from_static(""))
}

/// Gives a refusal without a body the body of the standard.
fn dressed(response: Response, now: Timestamp) -> Response {
    let status = response.status();
    let refusal = response.extensions().get::<ApiError>().cloned();
    let bare = response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| !is_json(kind));
    let refusal = match refusal {
        Some(refusal) => refusal,
        None if bare && (status.is_client_error() || status.is_server_error()) => ApiError::of_status(status),
        None => return response,
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    let body = json!({
        "errors": [{"code": refusal.code, "title": refusal.title, "detail": refusal.detail}],
        "meta": {"requestDateTime": timestamp(now)},
    });
    Response::from_parts(parts, body.to_string().into())
}

fn is_json(kind: &HeaderValue) -> bool {
    kind.to_str().is_ok_and(|kind| kind.starts_with("application/json"))
}

/// A date-time as the standard writes it: UTC, whole seconds.
pub(super) fn timestamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A date for the `Date` header.
fn http_date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// A success with a status and a JSON body.
pub(super) fn success(status: StatusCode, body: &serde_json::Value) -> Response {
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    (status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let name = HeaderName::from_static(interaction_id::HEADER);
        values.iter().map(|value| (name.clone(), HeaderValue::from_str(value).unwrap())).collect()
    }

    #[test]
    fn an_interaction_id_is_one_uuid() {
        assert!(interaction(&headers(&["d78fc4e5-37ca-4da3-adf2-9b082bf92280"])).is_some());
        for bad in [&[][..], &["1"], &["d78fc4e537ca4da3adf29b082bf92280"], &["", ""]] {
            assert!(interaction(&headers(bad)).is_none(), "{bad:?}");
        }
        let twice = "d78fc4e5-37ca-4da3-adf2-9b082bf92280";
        assert!(interaction(&headers(&[twice, twice])).is_none());
    }

    #[test]
    fn dates_are_written_as_the_standards_want() {
        let at: Timestamp = "2026-11-22T09:05:03.123Z".parse().unwrap();
        assert_eq!(timestamp(at), "2026-11-22T09:05:03Z");
        assert_eq!(http_date(at), "Sun, 22 Nov 2026 09:05:03 GMT");
    }

    #[test]
    fn each_family_has_its_version() {
        assert_eq!(version("/accounts/v2/accounts"), "2.5.1");
        assert_eq!(version("/resources/v3/resources"), "3.1.0");
        assert_eq!(version("/elsewhere"), "3.3.1");
    }
}
