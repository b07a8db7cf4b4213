//! Right answers, made wrong.

use axum::body::{Body, Bytes, to_bytes};
use axum::response::Response;
use http::{HeaderValue, header};
use serde_json::Value;

/// The most that an answer may weigh that is made wrong, in bytes.
const MOST: usize = 8 * 1024 * 1024;

/// Changes the list in an answer; says whether there was one.
pub(super) async fn list(response: Response, change: impl FnOnce(&mut Vec<Value>)) -> (Response, bool) {
    json(response, |json| {
        let Some(records) = json["data"].as_array_mut() else { return false };
        let before = records.len();
        change(records);
        let after = records.len();
        let gone = u64::try_from(before.saturating_sub(after)).unwrap_or_default();
        if let Some(total) = json["meta"]["totalRecords"].as_u64() {
            json["meta"]["totalRecords"] = total.saturating_sub(gone).into();
        }
        before != after
    })
    .await
}

/// Lets every page of a list lead to itself; says whether it was one.
pub(super) async fn onto_itself(response: Response) -> (Response, bool) {
    json(response, |json| {
        let own = json["links"]["self"].clone();
        let loops = own.is_string() && json["data"].is_array();
        if loops {
            json["links"]["next"] = own;
        }
        loops
    })
    .await
}

/// Every record once more, right behind itself; the first `records` of them, if told so.
pub(super) fn duplicate(all: &mut Vec<Value>, records: Option<u16>) {
    let most = records.map_or(all.len(), usize::from);
    let copied = |(at, record): (usize, Value)| {
        let again = (at < most).then(|| record.clone());
        std::iter::once(record).chain(again)
    };
    *all = std::mem::take(all).into_iter().enumerate().flat_map(copied).collect();
}

/// The first half of an answer; says whether there was any.
pub(super) async fn half(response: Response) -> (Response, bool) {
    let (parts, bytes) = take(response).await;
    let any = bytes.len() > 1;
    (with(parts, bytes.slice(..bytes.len() / 2)), any)
}

/// A signed message whose signature is another's; says whether it was one.
pub(super) async fn signature(response: Response) -> (Response, bool) {
    let signed = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/jwt");
    if !signed {
        return (response, false);
    }
    let (parts, bytes) = take(response).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let Some((message, signature)) = text.rsplit_once('.') else { return (with(parts, bytes), false) };
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    let rest: String = signature.chars().skip(1).collect();
    (with(parts, format!("{message}.{other}{rest}").into()), true)
}

/// Changes the JSON of a success; says whether it was changed.
async fn json(response: Response, change: impl FnOnce(&mut Value) -> bool) -> (Response, bool) {
    if !response.status().is_success() {
        return (response, false);
    }
    let (parts, bytes) = take(response).await;
    let Ok(mut json) = serde_json::from_slice::<Value>(&bytes) else { return (with(parts, bytes), false) };
    if change(&mut json) { (with(parts, json.to_string().into()), true) } else { (with(parts, bytes), false) }
}

async fn take(response: Response) -> (http::response::Parts, Bytes) {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    (parts, to_bytes(body, MOST).await.unwrap_or_default())
}

fn with(parts: http::response::Parts, bytes: Bytes) -> Response {
    Response::from_parts(parts, bytes.into())
}

/// A success that cannot be read.
pub(super) fn garbage(is_page: bool) -> Response {
    let (kind, body) = if is_page {
        ("text/html; charset=utf-8", &b"<!doctype html><p>\xff\xfe\x00{{ erro }}"[..])
    } else {
        ("application/json; charset=utf-8", &b"<html>Voltamos logo</html>"[..])
    };
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// An answer whose connection breaks before anything of it has been sent.
pub(super) fn broken() -> Response {
    let torn = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("told to hang up")) });
    Response::new(Body::from_stream(torn))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn records_come_twice_side_by_side() {
        let twice = |records: Option<u16>| {
            let mut all = vec![json!(1), json!(2)];
            duplicate(&mut all, records);
            Value::from(all)
        };
        assert_eq!(twice(None), json!([1, 1, 2, 2]));
        assert_eq!(twice(Some(1)), json!([1, 1, 2]));
        assert_eq!(twice(Some(9)), json!([1, 1, 2, 2]));
    }

    #[tokio::test]
    async fn what_is_no_list_stays_as_it_is() {
        let answer = || Response::new(Body::from(r#"{"data":{"balance":"1"}}"#));
        assert!(!list(answer(), Vec::clear).await.1);
        assert!(!onto_itself(answer()).await.1);
        let (same, _) = list(answer(), Vec::clear).await;
        assert_eq!(take(same).await.1, r#"{"data":{"balance":"1"}}"#);
    }

    #[tokio::test]
    async fn totals_know_nothing_of_what_is_missing() {
        let answer = Response::new(Body::from(r#"{"data":[1,2,3],"meta":{"totalRecords":3}}"#));
        let (changed, done) = list(answer, |records| records.truncate(1)).await;
        assert!(done);
        let changed: Value = serde_json::from_slice(&take(changed).await.1).unwrap();
        assert_eq!(changed, json!({"data": [1], "meta": {"totalRecords": 1}}));
    }
}
