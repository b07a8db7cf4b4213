//! The three precisions of the API's times (`belvo-api.md`, 3.7).

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Deserializer, Serializer};

fn text<S: Serializer>(time: Timestamp, digits: u8, serializer: S) -> Result<S::Ok, S::Error> {
    let printer = DateTimePrinter::new().precision(Some(digits));
    serializer.serialize_str(&printer.timestamp_to_string(&time))
}

macro_rules! precision {
    ($name:ident, $digits:literal) => {
        pub(super) mod $name {
            use super::*;

            pub(in crate::model) fn serialize<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
                text(*time, $digits, to)
            }

            pub(in crate::model) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
                Timestamp::deserialize(from)
            }
        }
    };
}

macro_rules! optional {
    ($name:ident, $digits:literal) => {
        pub(super) mod $name {
            use super::*;

            pub(in crate::model) fn serialize<S: Serializer>(
                time: &Option<Timestamp>,
                to: S,
            ) -> Result<S::Ok, S::Error> {
                match time {
                    Some(time) => text(*time, $digits, to),
                    None => to.serialize_none(),
                }
            }

            pub(in crate::model) fn deserialize<'de, D: Deserializer<'de>>(
                from: D,
            ) -> Result<Option<Timestamp>, D::Error> {
                Option::deserialize(from)
            }
        }
    };
}

precision!(micros, 6);
precision!(seconds, 0);
optional!(micros_option, 6);
optional!(millis_option, 3);
optional!(seconds_option, 0);
