//! Money and lists of the newer families, whose final texts are not published: read in every shape that was seen.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde_json::value::RawValue;
use vinculo_domain::Amount;

use super::value::{Money, Sum, Text, currency};

/// Money as `{"amount": "1.00", "currency": "BRL"}`, or its amount alone; anything else is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Worth(Money);

impl Worth {
    /// Returns the amount.
    pub(crate) fn amount(&self) -> Option<Amount> {
        self.0.amount.0
    }

    /// Returns the amount; nothing where the bank gives none.
    pub(crate) fn or_zero(&self) -> Amount {
        self.amount().unwrap_or(Amount::ZERO)
    }

    /// Returns the currency, here or as it stands beside; the real where the bank names none.
    pub(crate) fn currency_or(&self, beside: &Text) -> String {
        if self.0.currency.get().is_some() { self.0.currency() } else { currency(beside) }
    }

    /// Returns the currency; the real where the bank names none.
    pub(crate) fn currency(&self) -> String {
        self.0.currency()
    }
}

impl<'de> Deserialize<'de> for Worth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        if raw.get().starts_with('{') {
            return Ok(Self(serde_json::from_str(raw.get()).unwrap_or_default()));
        }
        let amount: Sum = serde_json::from_str(raw.get()).unwrap_or_default();
        Ok(Self(Money { amount, currency: Text::default() }))
    }
}

/// A list inside an object; anything but a list counts as absent, which is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Items<T>(pub(crate) Vec<T>);

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        if !raw.get().starts_with('[') {
            return Ok(Self::default());
        }
        serde_json::from_str(raw.get()).map(Self).map_err(D::Error::custom)
    }
}

/// The `data` of a list. A product without such things answers an empty object (loans 2.6.0, warranties).
#[derive(Debug)]
pub(crate) struct Listing<T>(pub(crate) Vec<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Listing<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        let bare = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        if bare.is_some_and(|inside| inside.trim().is_empty()) {
            return Ok(Self(Vec::new()));
        }
        serde_json::from_str(text).map(Self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: DeserializeOwned>(json: &str) -> T {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn money_reads_in_both_shapes() {
        for json in [r#"{"amount":"10.5000","currency":"USD"}"#, r#"{"currency":"USD","amount":10.50}"#] {
            let worth: Worth = read(json);
            assert_eq!((worth.or_zero().to_string(), worth.currency()), ("10.50".to_owned(), "USD".to_owned()));
            assert_eq!(worth.currency_or(&"EUR".into()), "USD");
        }
        for json in ["\"10.5000\"", "10.50"] {
            let worth: Worth = read(json);
            assert_eq!(worth.amount().unwrap().to_string(), "10.50");
            assert_eq!((worth.currency(), worth.currency_or(&"EUR".into())), ("BRL".to_owned(), "EUR".to_owned()));
        }
        for json in ["null", "[]", "{}", "true", "\"dez\"", r#"{"amount":{}}"#, r#"{"amount":[1]}"#] {
            assert_eq!(read::<Worth>(json).amount(), None, "{json}");
        }
    }

    #[test]
    fn lists_are_lists_or_nothing() {
        assert_eq!(read::<Items<Text>>(r#"["a"]"#).0.len(), 1);
        for json in ["null", "{}", "\"a\"", "7"] {
            assert!(read::<Items<Text>>(json).0.is_empty(), "{json}");
        }
        assert!(serde_json::from_str::<Items<Money>>("[1]").is_err());
    }

    #[test]
    fn data_is_a_list_or_an_empty_object() {
        assert_eq!(read::<Listing<Text>>(r#"["a"]"#).0.len(), 1);
        assert!(read::<Listing<Text>>("{}").0.is_empty() && read::<Listing<Text>>("{ \n }").0.is_empty());
        for json in [r#"{"a":1}"#, "\"a\"", "7", "null"] {
            assert!(serde_json::from_str::<Listing<Text>>(json).is_err(), "{json}");
        }
    }
}
