//! `/treasure-titles/v1`: titles of the treasury.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::family::Family;
use super::{Days, paper};
use crate::Access;
use crate::people::investments::{self, Held, Investor, Note, NoteEventKind};

/// The family.
#[derive(Debug)]
pub(super) struct Treasure;

impl Family for Treasure {
    const SCOPE: &'static str = "treasure-titles";
    const VERSION: &'static str = "1.1.0";
    const PERMISSION: &'static str = "TREASURE_TITLES_READ";
    const KIND: &'static str = "TREASURE_TITLE";
    type Item = Note;

    fn held(investor: &Investor, days: Days) -> Vec<Held<Note>> {
        paper::held(investor, investments::Family::Treasure, days)
    }

    fn id(note: &Note) -> &str {
        &note.id
    }

    fn line(_: &Note) -> Value {
        json!({})
    }

    fn detail(_: &Access, note: &Note) -> Value {
        let mut data = json!({
            "productName": note.product.name(note.due),
            "remuneration": paper::remuneration(note, false),
            "dueDate": note.due.to_string(),
            "purchaseDate": note.bought.to_string(),
        });
        paper::add(&mut data, "isinCode", note.isin());
        paper::add_coupon(&mut data, note);
        data
    }

    fn balance(note: &Note, days: Days, as_of: Timestamp) -> Value {
        paper::balance(note, days, as_of)
    }

    fn movements(note: &Note, from: Date, to: Date) -> Vec<Value> {
        let mut lines = paper::movements(note, from, to, |kind| match kind {
            NoteEventKind::Bought => "COMPRA",
            NoteEventKind::Sold => "VENDA",
            NoteEventKind::Interest => "PAGAMENTO_JUROS",
            NoteEventKind::Due => "VENCIMENTO",
        });
        // This API has no field for the percentage of the indexer.
        for line in lines.iter_mut().filter_map(Value::as_object_mut) {
            line.remove("indexerPercentage");
        }
        lines
    }
}
