//! The stylesheet and the scripts, built into the program and addressed by what they hold, so that they never go stale.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue, StatusCode};

const WIDGET_CSS: &str = include_str!("../../assets/widget.css");
const WIDGET_JS: &str = include_str!("../../assets/widget.js");
const DEMO_CSS: &str = include_str!("../../assets/demo.css");
const DOCS_CSS: &str = include_str!("../../assets/docs.css");
const DEMO_JS: &str = include_str!("../../assets/demo.js");

const ICON: &str = include_str!("../../assets/favicon.svg");

/// The callback page's script, written into the page itself: it must run before anything else is loaded.
pub(crate) const CALLBACK_JS: &str = include_str!("../../assets/callback.js");

/// Addresses of what pages load.
#[derive(Debug, Clone)]
pub(crate) struct Assets {
    /// The widget's stylesheet.
    pub(crate) css: String,
    /// The widget's script.
    pub(crate) js: String,
    /// The demo's stylesheet.
    pub(crate) demo_css: String,
    /// The demo's script.
    pub(crate) demo_js: String,
    /// The stylesheet of the API's description.
    pub(crate) docs_css: String,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    css: address("widget.css", WIDGET_CSS),
    js: address("widget.js", WIDGET_JS),
    demo_css: address("demo.css", DEMO_CSS),
    demo_js: address("demo.js", DEMO_JS),
    docs_css: address("docs.css", DOCS_CSS),
});

/// Returns the addresses.
pub(crate) fn assets() -> &'static Assets {
    &ASSETS
}

fn address(name: &str, body: &str) -> String {
    format!("/widget/assets/{}/{name}", hash(body))
}

/// 64 bits of the SHA-256, as hex: enough to tell versions of our own files apart.
fn hash(body: &str) -> String {
    vinculo_domain::fingerprint(body, 8)
}

/// One file, as it is and compressed as far as it goes.
struct File {
    name: &'static str,
    kind: &'static str,
    hash: String,
    plain: &'static str,
    brotli: Option<Bytes>,
}

impl File {
    fn new(name: &'static str, kind: &'static str, plain: &'static str) -> Self {
        Self { name, kind, hash: hash(plain), plain, brotli: compress(plain) }
    }
}

static FILES: LazyLock<[File; 5]> = LazyLock::new(|| {
    const CSS: &str = "text/css; charset=utf-8";
    const JS: &str = "text/javascript; charset=utf-8";
    [
        File::new("widget.css", CSS, WIDGET_CSS),
        File::new("widget.js", JS, WIDGET_JS),
        File::new("demo.css", CSS, DEMO_CSS),
        File::new("demo.js", JS, DEMO_JS),
        File::new("docs.css", CSS, DOCS_CSS),
    ]
});

/// Compresses all files, unless that is done.
pub(crate) fn pack() {
    LazyLock::force(&FILES);
}

/// Brotli at its best: done once, where compressing every answer would take the cheap way.
fn compress(body: &str) -> Option<Bytes> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut body.as_bytes(), &mut packed, &params).ok()?;
    Some(packed.into())
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        parts.next() == Some("br") && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// `GET /widget/assets/<hash>/<name>`.
///
/// Another version's hash is answered too, though not for keeps: while several copies are being replaced, a page of
/// one may ask the other for its files.
pub(super) async fn serve(Path((asked, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(file) = FILES.iter().find(|file| file.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = if asked == file.hash { "public, max-age=31536000, immutable" } else { "no-store" };
    let packed = file.brotli.as_ref().filter(|_| takes_brotli(&headers));
    let mut response = match packed {
        Some(packed) => ([(CONTENT_ENCODING, "br")], packed.clone()).into_response(),
        None => file.plain.into_response(),
    };
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(file.kind));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    answer.insert(VARY, HeaderValue::from_static("accept-encoding"));
    answer.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// `GET /favicon.ico`: browsers ask for it whatever a page says.
pub(super) async fn icon() -> Response {
    ([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "public, max-age=86400")], ICON).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(hash: &str, name: &str, encoding: &'static str) -> Response {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(encoding))]);
        serve(Path((hash.to_owned(), name.to_owned())), headers).await
    }

    #[tokio::test]
    async fn only_the_right_hash_is_kept_for_ever() {
        let right = assets().css.split('/').nth(3).unwrap().to_owned();
        let keep = |answer: Response| answer.headers()[CACHE_CONTROL].to_str().unwrap().to_owned();
        assert!(keep(ask(&right, "widget.css", "").await).contains("immutable"));
        assert_eq!(keep(ask("0", "widget.css", "").await), "no-store");
        assert_eq!(ask("0", "../secret", "").await.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn whoever_takes_brotli_gets_it() {
        for (encoding, packed) in
            [("gzip, br", true), ("br;q=0.5", true), ("gzip", false), ("br;q=0, gzip", false), ("", false)]
        {
            let answer = ask("0", "widget.js", encoding).await;
            assert_eq!(answer.headers().contains_key(CONTENT_ENCODING), packed, "{encoding}");
        }
    }

    #[test]
    fn the_first_screen_stays_small() {
        // 14 kB with two answers' headers and the page itself, which takes about 2 kB: product.md, "Fast".
        let packed = |name: &str| {
            FILES.iter().find(|file| file.name == name).and_then(|file| file.brotli.as_ref()).map(Bytes::len).unwrap()
        };
        let (css, js) = (packed("widget.css"), packed("widget.js"));
        assert!(css + js < 10_000, "{css} + {js}");
    }

    #[test]
    fn the_callback_script_cannot_end_its_element_early() {
        assert!(!CALLBACK_JS.contains("</"));
    }
}
