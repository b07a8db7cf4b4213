//! How values look in columns: the same on both databases.

use std::str::FromStr;

use jiff::Timestamp;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Type};
use vinculo_domain::Amount;

/// A time as read from a BIGINT of microseconds.
#[derive(Clone, Copy)]
pub(crate) struct At(pub(crate) Timestamp);

impl<DB: Database> Type<DB> for At
where
    i64: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <i64 as Type<DB>>::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        <i64 as Type<DB>>::compatible(ty)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for At
where
    i64: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(Timestamp::from_microsecond(i64::decode(value)?)?))
    }
}

/// A domain word or id as read from text.
#[derive(Clone)]
pub(crate) struct Text<T>(pub(crate) T);

impl<DB: Database, T> Type<DB> for Text<T>
where
    String: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <String as Type<DB>>::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        <String as Type<DB>>::compatible(ty)
    }
}

impl<'r, DB: Database, T> Decode<'r, DB> for Text<T>
where
    &'r str: Decode<'r, DB>,
    T: FromStr<Err: Into<BoxDynError>>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        <&'r str>::decode(value)?.parse().map(Self).map_err(Into::into)
    }
}

/// Microseconds since the epoch.
pub(crate) fn us(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// Money scaled by 10 000. What does not fit (15 digits before the point and more) is held at the end of the range:
/// the column only filters and orders, the body keeps the exact value.
pub(crate) fn scaled(amount: Amount) -> i64 {
    let decimal = amount.decimal();
    let missing = 4_u32.saturating_sub(decimal.scale());
    let scaled = decimal.mantissa().saturating_mul(10_i128.pow(missing));
    i64::try_from(scaled).unwrap_or(if scaled < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_scaled_exactly_and_held_at_the_ends() {
        let scale = |text: &str| scaled(text.parse().unwrap());
        assert_eq!(scale("12.3400"), 123_400);
        assert_eq!(scale("12.34"), 123_400);
        assert_eq!(scale("-0.0001"), -1);
        assert_eq!(scale("0"), 0);
        assert_eq!(scale("922337203685477.5807"), i64::MAX);
        assert_eq!(scale("99999999999999999"), i64::MAX);
        assert_eq!(scale("-99999999999999999"), i64::MIN);
    }
}
