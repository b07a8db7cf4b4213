//! Brazilian taxpayer numbers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// A person's taxpayer number: eleven digits whose last two check the rest.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cpf(String);

/// A company's taxpayer number: twelve digits or capital letters and two check digits.
///
/// Letters are in force since July 2026 (IN RFB 2.229/2024): a character counts as its ASCII code minus 48.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cnpj(String);

/// A person's or a company's taxpayer number.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Document {
    /// A person.
    Cpf(Cpf),
    /// A company.
    Cnpj(Cnpj),
}

/// Strips the punctuation that people write in documents: `761.092.776-73`, `50.685.362/0067-73`.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '.' | '-' | '/' | ' ')).collect()
}

/// The check digit of modulus 11 over `values` with `weights`.
fn check_digit(values: &[u8], weights: impl Iterator<Item = u32>) -> u8 {
    let sum: u32 = values.iter().zip(weights).map(|(value, weight)| u32::from(value - b'0') * weight).sum();
    let rest = sum % 11;
    if rest < 2 { b'0' } else { b'0' + (11 - rest) as u8 }
}

/// Test companies that the official sandbox publishes although their check digits are wrong. No real company has
/// these numbers, so accepting them harms nobody, and without them the best known test person has no company.
const PUBLISHED_TEST_COMPANIES: [&str; 2] = ["50685362006773", "50685362000673"];

impl FromStr for Cpf {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refused = || Invalid::new("Not a valid CPF.");
        let bare = bare(text);
        let digits = bare.as_bytes();
        if digits.len() != 11 || !digits.iter().all(u8::is_ascii_digit) || digits.iter().all(|d| *d == digits[0]) {
            return Err(refused());
        }
        let first = check_digit(&digits[..9], (2..=10).rev());
        let second = check_digit(&digits[..10], (2..=11).rev());
        if digits[9] == first && digits[10] == second { Ok(Self(bare)) } else { Err(refused()) }
    }
}

impl FromStr for Cnpj {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refused = || Invalid::new("Not a valid CNPJ.");
        let bare = bare(text);
        let all = bare.as_bytes();
        let shape = all.len() == 14
            && all[..12].iter().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
            && all[12..].iter().all(u8::is_ascii_digit)
            && !all.iter().all(|c| *c == all[0]);
        if !shape {
            return Err(refused());
        }
        let first = check_digit(&all[..12], [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2].into_iter());
        let second = check_digit(&all[..13], [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2].into_iter());
        let checked = all[12] == first && all[13] == second;
        if checked || PUBLISHED_TEST_COMPANIES.contains(&bare.as_str()) { Ok(Self(bare)) } else { Err(refused()) }
    }
}

impl FromStr for Document {
    type Err = Invalid;

    /// Reads a CPF (11 characters) or a CNPJ (14), with or without punctuation.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match bare(text).len() {
            11 => text.parse().map(Self::Cpf),
            14 => text.parse().map(Self::Cnpj),
            _ => Err(Invalid::new("Not a valid CPF or CNPJ.")),
        }
    }
}

impl Document {
    /// Returns the characters without punctuation.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cpf(cpf) => cpf.as_str(),
            Self::Cnpj(cnpj) => cnpj.as_str(),
        }
    }

    /// Returns `CPF` or `CNPJ`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Cpf(_) => "CPF",
            Self::Cnpj(_) => "CNPJ",
        }
    }

    /// Returns the document as people may see it: `***.092.776-**`, `**.685.362/0067-**`.
    pub fn masked(&self) -> String {
        crate::mask_document(self.as_str())
    }
}

macro_rules! common {
    ($($name:ident),*) => {$(
        impl $name {
            /// Returns the characters without punctuation.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(text: String) -> Result<Self, Invalid> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(document: $name) -> Self {
                document.0
            }
        }
    )*};
}

common!(Cpf, Cnpj);

// Documents are personal data: a debug print shows that there is one, not which one.
impl fmt::Debug for Cpf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cpf(…)")
    }
}

impl fmt::Debug for Cnpj {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cnpj(…)")
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({}…)", self.kind())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_people_of_the_sandbox_have_valid_documents() {
        for cpf in ["76109277673", "761.092.776-73", "96644087000", "87517400444", "08116143018", "23824264030"] {
            assert!(cpf.parse::<Cpf>().is_ok(), "{cpf}");
        }
        for cnpj in ["50685362006773", "5W685362006744", "43053510000130", "50.685.362/0067-73"] {
            assert!(cnpj.parse::<Cnpj>().is_ok(), "{cnpj}");
        }
    }

    #[test]
    fn wrong_documents_are_refused() {
        for text in ["", "76109277674", "11111111111", "7610927767", "761092776733", "7610927767a", "５６109277673"] {
            assert!(text.parse::<Cpf>().is_err(), "{text}");
        }
        for text in ["", "50685362006774", "5w685362006744", "00000000000000", "5068536200677A", "506853620067731"] {
            assert!(text.parse::<Cnpj>().is_err(), "{text}");
        }
    }

    #[test]
    fn debug_never_shows_the_number() {
        let cpf: Document = "76109277673".parse().unwrap();
        assert!(!format!("{cpf:?}").contains("761"));
    }

    #[test]
    fn masks_keep_the_middle() {
        assert_eq!("76109277673".parse::<Document>().unwrap().masked(), "***.092.776-**");
        assert_eq!("50685362006773".parse::<Document>().unwrap().masked(), "**.685.362/0067-**");
    }

    proptest! {
        #[test]
        fn changing_any_single_digit_of_a_cpf_breaks_it(place in 0usize..11, by in 1u8..10) {
            let mut digits = *b"76109277673";
            digits[place] = b'0' + (digits[place] - b'0' + by) % 10;
            prop_assert!(std::str::from_utf8(&digits).unwrap().parse::<Cpf>().is_err());
        }

        #[test]
        fn any_text_is_handled(text in "\\PC*") {
            let _ = text.parse::<Document>();
        }
    }
}
