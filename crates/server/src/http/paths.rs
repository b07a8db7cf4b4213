//! Addresses of the API as clients spell them.

use axum::extract::Request;
use http::Uri;

/// The path as the client wrote it, for the `next` and `previous` of a list.
#[derive(Debug, Clone)]
pub(crate) struct ClientPath(pub(crate) String);

/// Takes the slash off the end of API addresses, so that one route answers both spellings on every verb without a
/// redirect. Also understands slashes that some generated clients percent-encode (`/%2Fapi%2Flinks`).
pub(crate) fn normalise(mut request: Request) -> Request {
    let written = request.uri().path().to_owned();
    let path = plain(&written);
    if let Some(path) = path.filter(|path| *path != written) {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        if let Ok(uri) = format!("{path}{query}").parse::<Uri>() {
            *request.uri_mut() = uri;
        }
    }
    request.extensions_mut().insert(ClientPath(written));
    request
}

/// Returns the path to route by, or `None` when it is not the API's.
fn plain(path: &str) -> Option<String> {
    let decoded = path.replace("%2F", "/").replace("%2f", "/");
    let parts: Vec<&str> = decoded.split('/').filter(|part| !part.is_empty()).collect();
    matches!(parts.first(), Some(&("api" | "investments"))).then(|| format!("/{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_api_address_is_one() {
        for path in ["/api/links", "/api/links/", "//api//links/", "/%2Fapi%2Flinks", "/%2fapi%2Flinks%2F"] {
            assert_eq!(plain(path).as_deref(), Some("/api/links"), "{path}");
        }
        assert_eq!(plain("/api/").as_deref(), Some("/api"));
        assert_eq!(plain("/investments/portfolios/").as_deref(), Some("/investments/portfolios"));
    }

    #[test]
    fn other_addresses_stay_as_they_are() {
        for path in ["/", "/widget/s/x/start/", "/demo/", "/apis/x/"] {
            assert_eq!(plain(path), None, "{path}");
        }
    }
}
