//! Values of the wire that read whatever comes.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use vinculo_domain::{Amount, Quantity, Rate};

/// No text of the standard is longer, in characters; the rest is cut.
const LONGEST: usize = 1200;

/// A text. Numbers and booleans are read as texts; empty ones and the forbidden "NA" count as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text(Option<String>);

impl Text {
    fn of(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() || text.eq_ignore_ascii_case("na") || text.eq_ignore_ascii_case("n/a") {
            return Self(None);
        }
        Self(Some(text.chars().take(LONGEST).collect()))
    }

    /// Returns the text.
    pub(crate) fn get(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Returns the text, cut to `length` characters.
    pub(crate) fn cut(&self, length: usize) -> Option<String> {
        self.get().map(|text| text.chars().take(length).collect())
    }

    /// Returns the text, or an empty one where the API demands a text.
    pub(crate) fn or_empty(&self) -> String {
        self.0.clone().unwrap_or_default()
    }

    /// Returns the text as an owned option.
    pub(crate) fn owned(&self) -> Option<String> {
        self.0.clone()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::of(text)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text::of(text))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Text, E> {
        Ok(Text::of(if value { "true" } else { "false" }))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

/// Reads a newtype through [`Text`].
macro_rules! through_text {
    ($(#[$doc:meta])* $name:ident($inner:ty), $parse:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) $inner);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Text::deserialize(deserializer)?;
                let parse: fn(&str) -> $inner = $parse;
                Ok(text.get().map(parse).map_or_else(Self::default, Self))
            }
        }
    };
}

through_text! {
    /// A yes or no; absent is no.
    Flag(bool), |text| matches!(text, "true" | "TRUE" | "True" | "SIM")
}

through_text! {
    /// An instant, to the bank's precision. Also reads a date alone, as midnight UTC.
    Moment(Option<Timestamp>), moment
}

through_text! {
    /// A day. Also reads an instant, and takes its day as written.
    Day(Option<Date>), |text| text.get(..10).and_then(|day| day.parse().ok())
}

through_text! {
    /// A whole number; a fraction of nought is passed over.
    Number(Option<u32>), |text| text.strip_suffix(".0").unwrap_or(text).parse().ok()
}

fn moment(text: &str) -> Option<Timestamp> {
    let stamp = text.parse::<Timestamp>().ok();
    // Some banks forget the `Z`; the standard knows no other zone than UTC.
    let civil = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    stamp.or_else(civil)
}

/// Reads an exact decimal from a text or a number; anything else is absent.
macro_rules! exact {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) Option<$inner>);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let raw = Box::<RawValue>::deserialize(deserializer)?;
                Ok(Self(raw.get().trim_matches('"').trim().parse().ok()))
            }
        }
    };
}

exact! {
    /// Money without its currency.
    Sum(Amount)
}

exact! {
    /// A fraction, share or rate.
    Fraction(Rate)
}

exact! {
    /// A number of shares, or the price of one without its currency.
    Units(Quantity)
}

/// A list; absent and `null` are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<Vec<T>>::deserialize(deserializer).map(|list| Self(list.unwrap_or_default()))
    }
}

/// Money.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Money {
    pub(crate) amount: Sum,
    pub(crate) currency: Text,
}

impl Money {
    /// Returns the currency; the real where the bank names none.
    pub(crate) fn currency(&self) -> String {
        currency(&self.currency)
    }
}

/// The price of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub(crate) struct UnitPrice {
    pub(crate) amount: Units,
    pub(crate) currency: Text,
}

/// A price with more decimals than money has: an exchange rate.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub(crate) struct ExchangeRate {
    pub(crate) amount: Fraction,
    pub(crate) currency: Text,
}

/// Returns a currency; the real where the bank names none.
pub(crate) fn currency(text: &Text) -> String {
    text.cut(3).unwrap_or_else(|| "BRL".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read<T: serde::de::DeserializeOwned>(json: &str) -> T {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn texts_read_what_comes() {
        assert_eq!(read::<Text>("\" a \"").get(), Some("a"));
        assert_eq!(read::<Text>("1").get(), Some("1"));
        assert_eq!(read::<Text>("-1").get(), Some("-1"));
        assert_eq!(read::<Text>("true").get(), Some("true"));
        for absent in ["null", "\"\"", "\"NA\"", "\"n/a\"", "{}", "{\"a\":[1]}", "[1,{}]"] {
            assert_eq!(read::<Text>(absent).get(), None, "{absent}");
        }
        let long = format!("\"{}\"", "é".repeat(5000));
        assert_eq!(read::<Text>(&long).get().unwrap().chars().count(), LONGEST);
    }

    #[test]
    fn instants_and_days_read_each_other() {
        let time = "2024-02-20T12:29:03.374Z".parse::<Timestamp>().unwrap();
        assert_eq!(read::<Moment>("\"2024-02-20T12:29:03.374Z\"").0, Some(time));
        assert_eq!(read::<Moment>("\"2024-02-20T12:29:03.374\"").0, Some(time));
        assert_eq!(read::<Moment>("\"2024-02-20T09:29:03.374-03:00\"").0, Some(time));
        assert_eq!(read::<Moment>("\"2024-02-20\"").0.unwrap().to_string(), "2024-02-20T00:00:00Z");
        assert_eq!(read::<Day>("\"2024-02-20T12:29:03Z\"").0, read::<Day>("\"2024-02-20\"").0);
        for absent in ["null", "\"ontem\"", "\"2024-02-30\"", "7", "{}"] {
            assert_eq!(read::<Moment>(absent).0, None, "{absent}");
            assert_eq!(read::<Day>(absent).0, None, "{absent}");
        }
    }

    #[test]
    fn decimals_stay_exact() {
        assert_eq!(read::<Sum>("\"771.5200\"").0.unwrap().to_string(), "771.52");
        assert_eq!(read::<Sum>("771.52").0.unwrap().to_string(), "771.52");
        assert_eq!(read::<Sum>("\"999999999999999.9999\"").0.unwrap().to_string(), "999999999999999.9999");
        for absent in ["null", "\"\"", "\"1,5\"", "\"R$ 1\"", "{}", "[]", "1e5", "true"] {
            assert_eq!(read::<Sum>(absent).0, None, "{absent}");
        }
    }

    #[test]
    fn the_rest() {
        assert!(read::<Flag>("true").0 && read::<Flag>("\"true\"").0 && read::<Flag>("\"SIM\"").0);
        assert!(!read::<Flag>("null").0 && !read::<Flag>("1").0);
        assert_eq!(read::<Number>("2020").0, Some(2020));
        assert_eq!(read::<Number>("2020.0").0, Some(2020));
        assert_eq!(read::<Number>("-1").0, None);
        assert!(read::<List<Text>>("null").0.is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_handled(text in "\\PC{0,40}") {
            let json = serde_json::to_string(&text).unwrap();
            let _: (Text, Flag, Moment, Day) = (read(&json), read(&json), read(&json), read(&json));
            let _: (Number, Sum, Fraction) = (read(&json), read(&json), read(&json));
        }
    }
}
