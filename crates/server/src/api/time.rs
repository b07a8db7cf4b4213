use jiff::Timestamp;
use serde::Serializer;

/// Writes an instant with microseconds, the precision of the product's own times: `2022-02-09T08:45:50.406032Z`.
pub(crate) fn micros<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{at:.6}"))
}

/// As [`micros`], `null` when there is none.
pub(crate) fn micros_option<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => micros(at, serializer),
        None => serializer.serialize_none(),
    }
}
