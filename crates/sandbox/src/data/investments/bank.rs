//! `/bank-fixed-incomes/v1`: CDB, RDB, LCI and LCA.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::family::Family;
use super::{Days, paper};
use crate::Access;
use crate::people::investments::{self, Held, Investor, Note, NoteEventKind};

/// The family.
#[derive(Debug)]
pub(super) struct Bank;

impl Family for Bank {
    const SCOPE: &'static str = "bank-fixed-incomes";
    const VERSION: &'static str = "1.1.0";
    const PERMISSION: &'static str = "BANK_FIXED_INCOMES_READ";
    const KIND: &'static str = "BANK_FIXED_INCOME";
    type Item = Note;

    fn held(investor: &Investor, days: Days) -> Vec<Held<Note>> {
        paper::held(investor, investments::Family::Bank, days)
    }

    fn id(note: &Note) -> &str {
        &note.id
    }

    fn line(note: &Note) -> Value {
        json!({ "investmentType": note.product.kind })
    }

    fn detail(access: &Access, note: &Note) -> Value {
        json!({
            "issuerInstitutionCnpjNumber": note.product.issuer.cnpj(access.brand.cnpj),
            "investmentType": note.product.kind,
            "remuneration": paper::remuneration(note, true),
            "issueUnitPrice": paper::price(note.product.face),
            "dueDate": note.due.to_string(),
            "issueDate": note.issued.to_string(),
            "clearingCode": note.clearing_code(),
            "purchaseDate": note.bought.to_string(),
            "gracePeriodDate": note.grace().to_string(),
        })
    }

    fn balance(note: &Note, days: Days, as_of: Timestamp) -> Value {
        let mut data = paper::balance(note, days, as_of);
        paper::add_rates(&mut data, note, "postFixedIndexerPercentage", "preFixedRate");
        data
    }

    fn movements(note: &Note, from: Date, to: Date) -> Vec<Value> {
        paper::movements(note, from, to, |kind| match kind {
            NoteEventKind::Bought => "APLICACAO",
            NoteEventKind::Sold => "RESGATE",
            NoteEventKind::Interest => "PAGAMENTO_JUROS",
            NoteEventKind::Due => "VENCIMENTO",
        })
    }
}
