//! `/credit-fixed-incomes/v1`: debentures, CRI and CRA.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::family::Family;
use super::{Days, paper};
use crate::Access;
use crate::people::history::Money;
use crate::people::investments::{self, Held, Investor, Note, NoteEventKind, Precise};

/// The family.
#[derive(Debug)]
pub(super) struct Credit;

impl Family for Credit {
    const SCOPE: &'static str = "credit-fixed-incomes";
    const VERSION: &'static str = "1.1.0";
    const PERMISSION: &'static str = "CREDIT_FIXED_INCOMES_READ";
    const KIND: &'static str = "CREDIT_FIXED_INCOME";
    type Item = Note;

    fn held(investor: &Investor, days: Days) -> Vec<Held<Note>> {
        paper::held(investor, investments::Family::Credit, days)
    }

    fn id(note: &Note) -> &str {
        &note.id
    }

    fn line(note: &Note) -> Value {
        json!({ "investmentType": note.product.kind })
    }

    fn detail(access: &Access, note: &Note) -> Value {
        let product = note.product;
        let mut data = json!({
            "issuerInstitutionCnpjNumber": product.issuer.cnpj(access.brand.cnpj),
            "investmentType": product.kind,
            "taxExemptProduct": if product.exempt { "SIM" } else { "NAO" },
            "remuneration": paper::remuneration(note, true),
            "issueUnitPrice": paper::price(product.face),
            "issueDate": note.issued.to_string(),
            "dueDate": note.due.to_string(),
            "clearingCode": note.clearing_code(),
            "purchaseDate": note.bought.to_string(),
        });
        if let Some(debtor) = product.debtor {
            data["debtorCnpjNumber"] = debtor.cnpj(access.brand.cnpj).into();
            data["debtorName"] = debtor.name().into();
        }
        paper::add(&mut data, "isinCode", note.isin());
        paper::add_coupon(&mut data, note);
        data
    }

    fn balance(note: &Note, days: Days, as_of: Timestamp) -> Value {
        let mut data = paper::balance(note, days, as_of);
        paper::add_rates(&mut data, note, "postFixedIndexerPercentage", "preFixedRate");
        if note.position(days.today).quantity > Precise::ZERO {
            data["fine"] = paper::amount(Money::ZERO);
            data["latePayment"] = paper::amount(Money::ZERO);
        }
        data
    }

    fn movements(note: &Note, from: Date, to: Date) -> Vec<Value> {
        paper::movements(note, from, to, |kind| match kind {
            NoteEventKind::Bought => "COMPRA",
            NoteEventKind::Sold => "VENDA",
            NoteEventKind::Interest => "PAGAMENTO_JUROS",
            NoteEventKind::Due => "VENCIMENTO",
        })
    }
}
