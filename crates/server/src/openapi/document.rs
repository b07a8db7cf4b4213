//! From the table to OpenAPI 3.1.

use serde_json::{Map, Value, json};

use super::shape::{Operation, Path};
use super::{answers, bodies, examples, foreign, hooks, parameters, schemas, table};

/// Chapter of older spellings.
pub(super) const OLDER: &str = "Older spellings";
/// Chapter of resources that hold nothing here.
pub(super) const NOTHING: &str = "Nothing here";

/// Chapters in the order of the document, and what they are about.
const CHAPTERS: &[(&str, &str)] = &[
    ("Keys", "Whether a pair of keys is right."),
    ("Widget", "Tokens that open the hosted widget, and what became of its visits."),
    ("Institutions", "Banks that can be connected."),
    ("Links", "A person's connection with a bank."),
    ("Consents", "What a person agreed to, until when, and how it went on."),
    ("Owners", "Who owns a link's accounts: persons and companies."),
    ("Accounts", "Deposit, savings and prepaid accounts, cards, loans, financings, overdrafts, receivables."),
    ("Balances", "Balances of deposit accounts."),
    ("Bills", "Closed bills of cards."),
    ("Transactions", "What moved on accounts, cards and contracts."),
    ("Investments", "Fixed income, funds, shares, Tesouro Direto."),
    ("Investment transactions", "What moved in investments."),
    ("Exchanges", "Foreign exchange operations."),
    ("Webhooks", "Where events go; what they say stands under `webhooks`."),
    (OLDER, "The same under addresses that older clients use."),
    (NOTHING, "Resources of other products, which clients read as a matter of course: empty."),
];

const ABOUT: &str = "\
The wire is that of Belvo's Open Finance Data Aggregation.\n\n\
Addresses answer with and without the slash at their end. Unknown parameters and unknown keys of bodies are ignored; empty \
values count as absent. Lists of values may be spelled `a__in=x,y`, `a__in=x&a__in=y` and `a__in[]=x&a__in[]=y`.\n\n\
Lists are newest first and stable while data arrives. Amounts are positive JSON numbers with a decimal point, exact; the \
direction is `type`. Times are UTC.\n\n\
Errors are arrays: everything that is wrong is told at once, each with a `code` for programs and, where one field is to \
blame, its `field`. Every answer carries `X-Request-Id`. A verb that an address does not know is answered 405 with `Allow`.";

/// Makes the document for the address at which the process is reached.
pub(crate) fn document(public_url: &str) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Vínculo",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Open finance for Brazil: connect a person's bank, read the data.",
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url}],
        "security": [{"keys": []}],
        "tags": CHAPTERS.iter().map(|(name, about)| json!({"name": name, "description": about})).collect::<Vec<_>>(),
        "paths": paths(),
        "webhooks": hooks::all(),
        "components": {
            "schemas": schemas::all(),
            "parameters": parameters::components(),
            "headers": answers::header_components(),
            "responses": answers::error_components(),
            "examples": examples::components(),
            "securitySchemes": {
                "keys": {"type": "http", "scheme": "basic", "description": "Secret id and secret password."},
            },
        },
    })
}

fn paths() -> Map<String, Value> {
    let mut paths = Map::new();
    for path in table::paths() {
        paths.insert(path.path.to_owned(), item(path, None));
    }
    for path in table::paths() {
        for (at, alias) in path.aliases.iter().enumerate() {
            paths.insert((*alias).to_owned(), item(path, Some(at + 1)));
        }
    }
    paths.extend(foreign::paths());
    paths
}

/// One address; `older` numbers its older spellings.
fn item(path: &Path, older: Option<usize>) -> Value {
    let mut item = Map::new();
    if let Some(parameter) = parameters::id(path.path) {
        item.insert("parameters".to_owned(), json!([parameter]));
    }
    for operation in path.operations {
        item.insert(operation.verb.to_owned(), verb(path, operation, older));
    }
    Value::Object(item)
}

fn verb(path: &Path, operation: &Operation, older: Option<usize>) -> Value {
    let mut verb = Map::new();
    let name = older.map_or_else(|| operation.id.to_owned(), |number| format!("{}Older{number}", operation.id));
    verb.insert("operationId".to_owned(), name.into());
    verb.insert("summary".to_owned(), operation.summary.into());
    verb.insert("tags".to_owned(), json!([if older.is_some() { OLDER } else { path.tag }]));
    if older.is_some() {
        verb.insert("deprecated".to_owned(), true.into());
        verb.insert("description".to_owned(), format!("The same as `{}`.", path.path).into());
    } else if !operation.more.is_empty() {
        verb.insert("description".to_owned(), operation.more.into());
    }
    let parameters = parameters::of(operation);
    if !parameters.is_empty() {
        verb.insert("parameters".to_owned(), parameters.into());
    }
    if let Some(body) = operation.body {
        verb.insert("requestBody".to_owned(), bodies::body(body));
    }
    if operation.id == "GenerateWidgetAccessToken" {
        // The keys come in the body, by Basic, or both.
        verb.insert("security".to_owned(), json!([{"keys": []}, {}]));
    }
    verb.insert("responses".to_owned(), answers::of(operation));
    Value::Object(verb)
}
