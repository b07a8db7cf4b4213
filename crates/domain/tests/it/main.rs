//! The records of the API as JSON: against the API's own description, and there and back again.

mod records;
mod schema;
