//! Shapes that several claim sets share.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

/// How many audiences one message may name.
const MAX_AUDIENCES: usize = 16;

/// An `aud` claim: one text, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Many(Vec<String>),
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Wire {
            One(String),
            Many(Vec<String>),
        }
        match Wire::deserialize(deserializer)? {
            Wire::One(one) => Ok(Self::One(one)),
            Wire::Many(many) if many.len() <= MAX_AUDIENCES => Ok(Self::Many(many)),
            Wire::Many(_) => Err(serde::de::Error::custom("too many audiences")),
        }
    }
}

impl Audience {
    /// Lists the audiences.
    pub(crate) fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }

    /// Says whether one of `accepted` is named.
    pub(crate) fn names_any(&self, accepted: &[&str]) -> bool {
        self.all().iter().any(|aud| accepted.contains(&aud.as_str()))
    }
}

/// Reads a NumericDate: whole seconds, or seconds with a fraction (which is dropped), within the years of [`Timestamp`].
pub(crate) fn numeric_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let Some(number) = Option::<serde_json::Number>::deserialize(deserializer)? else { return Ok(None) };
    let seconds = number.as_i64().or_else(|| number.as_f64().and_then(whole));
    seconds
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .map(Some)
        .ok_or_else(|| serde::de::Error::custom("not a date"))
}

/// Drops the fraction of a number of seconds that a date can hold.
fn whole(seconds: f64) -> Option<i64> {
    // 2^53: above it an f64 no longer counts whole seconds, and no date of this world is there.
    (seconds.abs() < 9_007_199_254_740_992.0).then_some(seconds.trunc() as i64)
}

/// Reads a JSON object. Serde would also fill a struct from a list; no message of the profile is one.
pub(crate) fn object<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    let start = bytes.iter().find(|byte| !byte.is_ascii_whitespace())?;
    (*start == b'{').then(|| serde_json::from_slice(bytes).ok()).flatten()
}

/// Reads `null` as the type's default: some banks write it for empty lists.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
