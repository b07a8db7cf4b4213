//! Resources that hold nothing here, as one table of the API has them.

use serde_json::{Value, json};

use super::document::NOTHING;
use super::shape::{Filter, Kind, Operators};
use super::{answers, bodies, parameters};
use crate::api::{EMPTY, EmptyResource};

/// Addresses with their verbs.
pub(super) fn paths() -> impl Iterator<Item = (String, Value)> {
    EMPTY.iter().enumerate().flat_map(|(number, resource)| {
        let path = resource.path;
        [(format!("{path}/"), list(number, resource)), (format!("{path}/{{id}}/"), one(number))]
    })
}

fn list(number: usize, resource: &EmptyResource) -> Value {
    let name = resource.path.trim_start_matches("/api/");
    let page = answers::plain("An empty page.", answers::page(&json!({"type": "object"})));
    let mut list = verb("ListNothing", number, &format!("{name}: always empty."), vec![(200, page)], &[404, 414]);
    let filters = resource.filters.iter().map(|name| Filter {
        name,
        kind: Kind::Uuid,
        operators: Operators::In,
        required: false,
    });
    let parameters: Vec<Value> = filters.flat_map(|one| parameters::filter(&one)).chain(parameters::paging()).collect();
    list["parameters"] = parameters.into();
    let mut post = verb("RetrieveNothing", number, &format!("{name}: cannot be read."), Vec::new(), &[413]);
    post["requestBody"] = json!({"content": {"application/json": {"schema": {"type": "object"}}}});
    let mut patch = verb("ResumeNothing", number, &format!("{name}: no session waits."), Vec::new(), &[413]);
    patch["requestBody"] = bodies::body(super::shape::Body::Resume);
    json!({"get": list, "post": post, "patch": patch})
}

fn one(number: usize) -> Value {
    let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}});
    let verb = |name| verb(name, number, "There is no record, whatever its id.", Vec::new(), &[404]);
    json!({"parameters": [id], "get": verb("DetailNothing"), "delete": verb("DestroyNothing")})
}

fn verb(id: &str, number: usize, summary: &str, good: Vec<(u16, Value)>, errors: &[u16]) -> Value {
    let bad: Vec<u16> = answers::ALWAYS.iter().chain(errors).copied().collect();
    json!({
        "operationId": format!("{id}{number}"),
        "summary": summary,
        "tags": [NOTHING],
        "responses": answers::all(good, &bad),
    })
}
