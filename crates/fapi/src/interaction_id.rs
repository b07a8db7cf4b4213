//! The `x-fapi-interaction-id` header: a UUID that travels with every call to a resource and comes back.

use std::fmt;

use uuid::Uuid;

use crate::random;

/// The header's name.
pub const HEADER: &str = "x-fapi-interaction-id";

/// A valid interaction id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InteractionId(Uuid);

impl InteractionId {
    /// Draws a fresh id (UUID version 4).
    pub fn generate() -> Self {
        Self(uuid::Builder::from_random_bytes(random::bytes()).into_uuid())
    }

    /// Reads a header's value: 36 characters, hyphens where they belong.
    pub fn parse(value: &str) -> Option<Self> {
        // `Uuid` also reads braces, URNs and bare digits; the standard has only the hyphenated form.
        (value.len() == 36).then(|| Uuid::try_parse(value).ok().map(Self)).flatten()
    }
}

impl fmt::Display for InteractionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_id_reads_back() {
        let id = InteractionId::generate();
        assert_eq!(InteractionId::parse(&id.to_string()), Some(id));
        assert_ne!(id, InteractionId::generate());
    }

    #[test]
    fn upper_case_is_the_same_id() {
        let lower = "c770aef3-6784-41f7-8e0e-ff5f97bddb3a";
        assert_eq!(InteractionId::parse(lower), InteractionId::parse(&lower.to_uppercase()));
    }

    #[test]
    fn other_spellings_are_refused() {
        for bad in [
            "",
            "123456",
            "c770aef3678441f78e0eff5f97bddb3a",
            "{c770aef3-6784-41f7-8e0e-ff5f97bddb3a}",
            "urn:uuid:c770aef3-6784-41f7-8e0e-ff5f97bddb3a",
            "c770aef3-6784-41f7-8e0e-ff5f97bddb3g",
            "c770aef36-784-41f7-8e0e-ff5f97bddb3a",
            " c770aef3-6784-41f7-8e0e-ff5f97bddb3",
        ] {
            assert_eq!(InteractionId::parse(bad), None, "{bad}");
        }
    }
}
