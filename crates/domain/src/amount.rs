//! Exact decimals from the bank to the API.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Invalid;

/// Money: up to 15 digits before the point and at most four after it.
///
/// Written as a JSON number that always has a decimal point and at least two decimals (`15000.00`), taken from
/// the text of the decimal: no binary float touches it. Read from a JSON string (`"15000.00"`, the regulated
/// wire) or from a JSON number (our own stored bodies).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

/// A rate, price or quantity: like [`Amount`], with up to 15 decimals and at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(Decimal);

/// A number of shares or the price of one: like [`Amount`], with at most eight decimals and at least two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(Decimal);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Takes a decimal, rounded half to even to four places.
    pub fn new(value: Decimal) -> Self {
        Self(value.round_dp_with_strategy(4, RoundingStrategy::MidpointNearestEven))
    }

    /// Returns the decimal.
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// Returns the value without its sign: the API's amounts are positive, direction is another field.
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }
}

impl Rate {
    /// Takes a decimal, rounded half to even to 15 places.
    pub fn new(value: Decimal) -> Self {
        Self(value.round_dp_with_strategy(15, RoundingStrategy::MidpointNearestEven))
    }

    /// Returns the decimal.
    pub fn decimal(self) -> Decimal {
        self.0
    }
}

impl Quantity {
    /// Takes a decimal, rounded half to even to eight places.
    pub fn new(value: Decimal) -> Self {
        Self(value.round_dp_with_strategy(8, RoundingStrategy::MidpointNearestEven))
    }

    /// Returns the decimal.
    pub fn decimal(self) -> Decimal {
        self.0
    }
}

/// Writes `value` with at least `least` decimals and no zeros beyond them.
fn plain(value: Decimal, least: u32) -> String {
    let mut value = value.normalize();
    if value.scale() < least {
        value.rescale(least);
    }
    value.to_string()
}

fn parse(text: &str) -> Result<Decimal, Invalid> {
    let refused = || Invalid::new("A valid number is required.");
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let shape = !whole.is_empty()
        && whole.len() <= 17
        && !fraction.is_empty()
        && fraction.len() <= 15
        && (whole.len() + fraction.len()) <= 28
        && whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit());
    if !shape {
        return Err(refused());
    }
    Decimal::from_str_exact(text).map_err(|_| refused())
}

macro_rules! decimal {
    ($name:ident, $least:expr) => {
        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                parse(text).map(Self::new)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&plain(self.0, $least))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let raw = serde_json::value::RawValue::from_string(self.to_string()).map_err(S::Error::custom)?;
                raw.serialize(serializer)
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "number" })
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let raw = Box::<serde_json::value::RawValue>::deserialize(deserializer)?;
                let text = raw.get().trim_matches('"');
                text.parse().map_err(D::Error::custom)
            }
        }
    };
}

decimal!(Amount, 2);
decimal!(Rate, 1);
decimal!(Quantity, 2);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        serde_json::to_string(&text.parse::<Amount>().unwrap()).unwrap()
    }

    #[test]
    fn amounts_are_numbers_with_a_point_and_two_to_four_decimals() {
        assert_eq!(shown("15000.00"), "15000.00");
        assert_eq!(shown("15000"), "15000.00");
        assert_eq!(shown("10000.9999"), "10000.9999");
        assert_eq!(shown("0.10"), "0.10");
        assert_eq!(shown("-3.5000"), "-3.50");
        assert_eq!(shown("999999999999999.9999"), "999999999999999.9999");
        assert_eq!(shown("1.00005"), "1.00");
        assert_eq!(shown("1.00015"), "1.0002");
    }

    #[test]
    fn quantities_have_two_to_eight_decimals_and_rates_one_to_fifteen() {
        let quantity = |text: &str| serde_json::to_string(&text.parse::<Quantity>().unwrap()).unwrap();
        assert_eq!(quantity("1000"), "1000.00");
        assert_eq!(quantity("1000.00000004"), "1000.00000004");
        assert_eq!(quantity("1000.0000000450"), "1000.00000004");
        assert_eq!(quantity("-0.12345678"), "-0.12345678");
        let rate = |text: &str| serde_json::to_string(&text.parse::<Rate>().unwrap()).unwrap();
        assert_eq!(rate("1.300000"), "1.3");
        assert_eq!(rate("5.123456789012345"), "5.123456789012345");
    }

    #[test]
    fn strings_of_the_bank_and_numbers_of_our_own_read_the_same() {
        let from_bank: Amount = serde_json::from_str("\"771.52\"").unwrap();
        let from_us: Amount = serde_json::from_str("771.52").unwrap();
        assert_eq!(from_bank, from_us);
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        for text in ["", "-", ".", "1.", ".5", "1e5", "NaN", "1,5", "1.2.3", "--1", "+1", " 1", "123456789012345678"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Amount>("null").is_err());
        assert!(serde_json::from_str::<Amount>("{}").is_err());
    }

    proptest! {
        #[test]
        fn four_decimals_survive_the_round_trip(units in -999_999_999_999i64..999_999_999_999, scale in 0u32..=4) {
            let amount = Amount::new(Decimal::new(units, scale));
            let text = serde_json::to_string(&amount).unwrap();
            prop_assert!(text.contains('.'));
            prop_assert_eq!(serde_json::from_str::<Amount>(&text).unwrap(), amount);
        }

        #[test]
        fn any_text_is_handled(text in "\\PC*") {
            let _ = text.parse::<Amount>();
        }
    }
}
