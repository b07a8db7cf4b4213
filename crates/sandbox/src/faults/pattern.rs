//! Patterns of addresses.

use serde::{Deserialize, Serialize};

/// The longest pattern, in bytes.
const LONGEST: usize = 300;
/// The most segments of a pattern.
const DEEPEST: usize = 16;

/// A pattern of a path within a bank: `*` stands for one segment, `**` at the end for any that follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(Vec<String>);

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let segments: Vec<String> = text.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
        if text.len() > LONGEST || segments.is_empty() || segments.len() > DEEPEST {
            return Err(format!("a path has 1 to {DEEPEST} segments, and at most {LONGEST} bytes"));
        }
        let is_plain = |segment: &String| segment == "*" || !segment.contains(['*', '?', '#']);
        let (last, before) = segments.split_last().ok_or("a path is empty")?;
        if !before.iter().all(is_plain) || !(last == "**" || is_plain(last)) {
            return Err("in a path `*` is a whole segment, `**` the last one, and there is no query".to_owned());
        }
        Ok(Self(segments))
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.0.join("/")
    }
}

impl Pattern {
    /// Says whether a path fits.
    pub(super) fn fits(&self, path: &str) -> bool {
        let mut path = path.split('/').filter(|segment| !segment.is_empty());
        for wanted in &self.0 {
            if wanted == "**" {
                return true;
            }
            let fits = path.next().is_some_and(|segment| wanted == "*" || wanted == segment);
            if !fits {
                return false;
            }
        }
        path.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, path: &str) -> bool {
        Pattern::try_from(pattern.to_owned()).unwrap().fits(path)
    }

    #[test]
    fn stars_stand_for_one_segment_or_for_the_rest() {
        for (pattern, path) in [
            ("accounts/v2/accounts", "/accounts/v2/accounts"),
            ("/accounts/v2/accounts/*/transactions/", "accounts/v2/accounts/1/transactions"),
            ("auth/s/*", "auth/s/abc"),
            ("**", "anything/at/all"),
            ("loans/**", "loans/v2/contracts/1/payments"),
            ("loans/**", "loans"),
        ] {
            assert!(fits(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("accounts/v2/accounts", "accounts/v2/accounts/1"),
            ("accounts/v2/accounts/*", "accounts/v2/accounts"),
            ("accounts/v2/accounts/*", "accounts/v2/accounts/1/balances"),
            ("loans/**", "financings/v2/contracts"),
            ("*", "a/b"),
        ] {
            assert!(!fits(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn what_could_never_fit_is_refused() {
        for bad in ["", "/", "a/**/b", "a*", "a/b**", "a?x=1", "a#b", &"a/".repeat(17), &"a".repeat(301)] {
            assert!(Pattern::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
