//! The kinds of operations that most resources have.

use crate::openapi::shape::Shape::Empty;
use crate::openapi::shape::{Body, Filter, Operation, Shape};

pub(super) const fn operation(verb: &'static str, id: &'static str, summary: &'static str) -> Operation {
    Operation {
        verb,
        id,
        summary,
        more: "",
        filters: &[],
        selects: false,
        body: None,
        asynchronous: false,
        answers: &[],
        retrieves: None,
        errors: &[],
    }
}

pub(super) const fn list(
    id: &'static str,
    summary: &'static str,
    filters: &'static [Filter],
    answers: &'static [(u16, Shape)],
) -> Operation {
    Operation { filters, selects: true, answers, ..operation("get", id, summary) }
}

pub(super) const fn detail(id: &'static str, summary: &'static str, answers: &'static [(u16, Shape)]) -> Operation {
    Operation { selects: true, answers, errors: &[404], ..operation("get", id, summary) }
}

pub(super) const fn delete(id: &'static str, summary: &'static str) -> Operation {
    Operation { answers: &[(204, Empty)], errors: &[404], ..operation("delete", id, summary) }
}

pub(super) const fn retrieve(id: &'static str, summary: &'static str, body: Body, schema: &'static str) -> Operation {
    Operation {
        more: "Asks the bank, and counts towards the month's readings (`GET /api/links/{id}/quota/`).",
        selects: true,
        asynchronous: true,
        body: Some(body),
        retrieves: Some(schema),
        ..operation("post", id, summary)
    }
}

pub(super) const fn resume(id: &'static str) -> Operation {
    Operation {
        body: Some(Body::Resume),
        ..operation("patch", id, "Resume a session that waits for a one-time password; open finance has none, so: 400.")
    }
}
