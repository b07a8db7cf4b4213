//! `/docs/`: the document as one page, without any script.

mod chapters;
mod codes;
mod entry;
mod kind;
mod rows;

use askama::Template;
use serde_json::Value;

use self::chapters::{Chapter, chapters, hooks};
use self::codes::{CodeRow, codes};
use self::entry::Entry;
use self::kind::{Piece, pieces};
use self::rows::{Described, schemas};
use crate::widget::assets::{Assets, assets};

/// The page.
#[derive(Debug, Template)]
#[template(path = "docs/page.html")]
pub(super) struct Page<'a> {
    assets: &'static Assets,
    nonce: &'a str,
    summary: &'a str,
    about: Vec<Vec<Piece>>,
    server: &'a str,
    version: &'a str,
    chapters: Vec<Chapter<'a>>,
    hooks: Vec<Entry<'a>>,
    codes: Vec<CodeRow<'a>>,
    schemas: Vec<Described<'a>>,
}

impl<'a> Page<'a> {
    /// Reads the document; `nonce` lets the stylesheet in.
    pub(super) fn new(document: &'a Value, nonce: &'a str) -> Self {
        let info = &document["info"];
        Self {
            assets: assets(),
            nonce,
            summary: text(&info["summary"]),
            about: text(&info["description"]).split("\n\n").map(pieces).collect(),
            server: text(&document["servers"][0]["url"]),
            version: text(&info["version"]),
            chapters: chapters(document),
            hooks: hooks(document),
            codes: codes(document),
            schemas: schemas(document),
        }
    }
}

/// The text of a value; empty when it has none.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Follows a reference, where the value is one.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|address| document.pointer(address.trim_start_matches('#')));
    target.unwrap_or(value)
}
