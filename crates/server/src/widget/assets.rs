//! The stylesheet and the scripts, built into the program and addressed by what they hold, so that they never go stale.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};

const WIDGET_CSS: &str = include_str!("../../assets/widget.css");
const WIDGET_JS: &str = include_str!("../../assets/widget.js");
const DEMO_CSS: &str = include_str!("../../assets/demo.css");
const DEMO_JS: &str = include_str!("../../assets/demo.js");

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
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    css: address("widget.css", WIDGET_CSS),
    js: address("widget.js", WIDGET_JS),
    demo_css: address("demo.css", DEMO_CSS),
    demo_js: address("demo.js", DEMO_JS),
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
    digest(&SHA256, body.as_bytes()).as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// `GET /widget/assets/<hash>/<name>`.
///
/// Another version's hash is answered too, though not for keeps: while several copies are being replaced, a page of
/// one may ask the other for its files.
pub(super) async fn serve(Path((asked, name)): Path<(String, String)>) -> Response {
    let (body, kind) = match name.as_str() {
        "widget.css" => (WIDGET_CSS, "text/css; charset=utf-8"),
        "widget.js" => (WIDGET_JS, "text/javascript; charset=utf-8"),
        "demo.css" => (DEMO_CSS, "text/css; charset=utf-8"),
        "demo.js" => (DEMO_JS, "text/javascript; charset=utf-8"),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let keep = if asked == hash(body) { "public, max-age=31536000, immutable" } else { "no-store" };
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, keep), (X_CONTENT_TYPE_OPTIONS, "nosniff")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_hash_is_kept_for_ever() {
        let right = assets().css.split('/').nth(3).unwrap().to_owned();
        let keep = |answer: Response| answer.headers()[CACHE_CONTROL].to_str().unwrap().to_owned();
        assert!(keep(serve(Path((right, "widget.css".into()))).await).contains("immutable"));
        assert_eq!(keep(serve(Path(("0".into(), "widget.css".into()))).await), "no-store");
        assert_eq!(serve(Path(("0".into(), "../secret".into()))).await.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn the_callback_script_cannot_end_its_element_early() {
        assert!(!CALLBACK_JS.contains("</"));
    }
}
