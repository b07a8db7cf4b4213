//! What operations answer, good and bad.

use serde_json::{Map, Value, json};

use super::shape::{Operation, Shape};
use super::{examples, schemas};
use crate::api::error::Code;

/// Errors that any operation may have; what they mean stands with the codes.
pub(super) const ALWAYS: [u16; 5] = [400, 401, 408, 500, 503];

/// An id that examples of errors carry.
const REQUEST: &str = "a6e1c493d7a29d91aed4338e6fcf077d";

/// All answers of an operation.
pub(super) fn of(operation: &Operation) -> Value {
    let mut good: Vec<(u16, Value)> =
        operation.answers.iter().map(|(status, shape)| (*status, answer(*status, *shape))).collect();
    if let Some(name) = operation.retrieves {
        let read = |what: &str| many(what, name);
        good.push((200, read("What was read; nothing of it is kept (`save_data: false`).")));
        good.push((201, read("What was read, and kept.")));
        good.push((202, answer(202, Shape::One("Accepted"))));
    }
    let mut bad: Vec<u16> = ALWAYS.iter().chain(operation.errors).copied().collect();
    if operation.answers.iter().any(|(_, shape)| matches!(shape, Shape::Page(_))) {
        bad.extend([404, 414]);
    }
    if operation.body.is_some() {
        bad.push(413);
    }
    all(good, &bad)
}

/// Puts answers together, in the order of their statuses.
pub(super) fn all(good: Vec<(u16, Value)>, bad: &[u16]) -> Value {
    let mut answers: Map<String, Value> =
        good.into_iter().map(|(status, answer)| (status.to_string(), answer)).collect();
    for status in bad {
        let reference = json!({"$ref": format!("#/components/responses/{}", name(*status))});
        answers.entry(status.to_string()).or_insert(reference);
    }
    answers.sort_keys();
    Value::Object(answers)
}

fn answer(status: u16, shape: Shape) -> Value {
    let what = match status {
        201 => "Made.",
        202 => "It goes on in the background.",
        204 => "Deleted.",
        _ => "Done.",
    };
    match shape {
        Shape::Empty => json!({"description": what, "headers": headers()}),
        Shape::One(name) => with(what, schemas::reference(name), name, ""),
        Shape::Page(name) => with(what, page(&schemas::reference(name)), name, "Page"),
    }
}

fn many(what: &str, name: &str) -> Value {
    with(what, json!({"type": "array", "items": schemas::reference(name)}), name, "List")
}

fn with(what: &str, schema: Value, name: &str, kind: &str) -> Value {
    let mut content = json!({"schema": schema});
    if examples::has(name) {
        let example = json!({"$ref": format!("#/components/examples/{name}{kind}")});
        content["examples"] = json!({"usual": example});
    }
    json!({"description": what, "headers": headers(), "content": {"application/json": content}})
}

/// An answer without an example.
pub(super) fn plain(what: &str, schema: Value) -> Value {
    json!({"description": what, "headers": headers(), "content": {"application/json": {"schema": schema}}})
}

fn headers() -> Value {
    json!({"X-Request-Id": {"$ref": "#/components/headers/RequestId"}})
}

/// The headers of answers, by name.
pub(super) fn header_components() -> Value {
    json!({
        "RequestId": {
            "description": "Names the request, here, in errors and in the log.",
            "required": true,
            "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        },
        "Challenge": {
            "description": "How to authenticate.",
            "required": true,
            "schema": {"type": "string", "const": "Basic realm=\"vinculo\""},
        },
        "Pause": {
            "description": "After how many seconds it is worth asking again.",
            "required": true,
            "schema": {"type": "string", "pattern": "^[0-9]+$"},
        },
    })
}

/// The envelope of a list.
pub(super) fn page(item: &Value) -> Value {
    let address = |what: &str| json!({"type": ["string", "null"], "description": what});
    json!({
        "type": "object",
        "required": ["count", "next", "previous", "results"],
        "properties": {
            "count": {"type": "integer", "minimum": 0, "description": "How many there are on all pages."},
            "next": address("Where the next page is."),
            "previous": address("Where the page before is."),
            "results": {"type": "array", "items": item, "maxItems": 1000},
        },
    })
}

/// Statuses of errors, with the names of their answers and what they mean.
const ERRORS: [(u16, &str, &str); 11] = [
    (400, "BadRequest", "Something is wrong with the request, the link or the institution."),
    (401, "Unauthorized", "No keys, unknown keys, or a consent that shares no account."),
    (404, "NotFound", "Not there, or somebody else's."),
    (405, "MethodNotAllowed", "This address does not know the verb; `Allow` has those that it knows."),
    (408, "RequestTimeout", "It took too long."),
    (409, "Conflict", "Refreshed less than ten minutes ago."),
    (413, "PayloadTooLarge", "The body is too large."),
    (414, "UriTooLong", "The address is longer than 64 KiB; nothing of it is read, and nothing more is said."),
    (429, "TooManyRequests", "Too often."),
    (500, "InternalError", "A failure of ours."),
    (503, "ServiceUnavailable", "Our database cannot be reached; it passes, and `Retry-After` says when to ask again."),
];

fn name(status: u16) -> &'static str {
    ERRORS.iter().find(|(known, ..)| *known == status).map_or("InternalError", |(_, name, _)| name)
}

/// The answers that say what is wrong, by name; with every code as an example.
pub(super) fn error_components() -> Map<String, Value> {
    let one = |&(status, name, what): &(u16, &str, &str)| {
        if status == 414 {
            return (name.to_owned(), json!({"description": what}));
        }
        let mut headers = headers();
        if status == 401 {
            headers["WWW-Authenticate"] = json!({"$ref": "#/components/headers/Challenge"});
        }
        if status == 503 {
            headers["Retry-After"] = json!({"$ref": "#/components/headers/Pause"});
        }
        let content = json!({"schema": schemas::reference("Errors"), "examples": codes(status)});
        let answer = json!({"description": what, "headers": headers, "content": {"application/json": content}});
        (name.to_owned(), answer)
    };
    // What the address does not know is no operation's answer.
    ERRORS.iter().filter(|(status, ..)| *status != 405).map(one).collect()
}

fn codes(status: u16) -> Map<String, Value> {
    let of_status = Code::ALL.iter().filter(|code| code.status() == status);
    let known = of_status.map(|code| (code.as_str(), code.message(), is_of_a_field(*code)));
    // What the domain refuses beside these.
    let choice = (status == 400).then_some(("invalid_choice", "\"x\" is not a valid choice.", true));
    let example = |(code, message, of_a_field): (&str, &str, bool)| {
        let mut problem = json!({"request_id": REQUEST, "message": message, "code": code});
        if of_a_field {
            problem["field"] = "link".into();
        }
        (code.to_owned(), json!({"value": [problem]}))
    };
    known.chain(choice).map(example).collect()
}

fn is_of_a_field(code: Code) -> bool {
    use Code::{Blank, DoesNotExist, Invalid, MaxLength, MinLength, NotAList, Null, Required};
    matches!(code, Required | Null | Blank | Invalid | NotAList | DoesNotExist | MaxLength | MinLength)
}
