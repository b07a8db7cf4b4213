//! The window of booking dates that a caller asks for.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::call::Call;
use super::reply::Problem;
use crate::people::history::{Flow, local_date};

/// How far back and ahead a list of transactions reaches.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reach {
    /// Twelve months back and twelve ahead.
    Year,
    /// Today and the six days before.
    Week,
}

impl Reach {
    pub(super) fn bounds(self, today: Date) -> (Date, Date) {
        match self {
            Self::Year => (today.saturating_sub(12.months()), today.saturating_add(12.months())),
            Self::Week => (today.saturating_sub(6.days()), today),
        }
    }
}

/// Reads a window of local dates by the names of its parameters; both are today where missing, but an end needs a
/// beginning.
pub(super) fn dates(
    call: &Call,
    [from, to]: [&'static str; 2],
    reach: Reach,
    as_of: Timestamp,
) -> Result<(Date, Date), Problem> {
    let today = local_date(as_of);
    let (from, to) = (date(call, from)?, date(call, to)?);
    if from.is_none() && to.is_some() {
        return Err(Problem::WindowNotServed);
    }
    let (from, to) = (from.unwrap_or(today), to.unwrap_or(today));
    let (earliest, latest) = reach.bounds(today);
    if from > to || from < earliest || to > latest {
        return Err(Problem::WindowNotServed);
    }
    Ok((from, to))
}

/// Reads a window that may be open at either side, for lists that are whole without one; an end needs a beginning.
pub(super) fn any(call: &Call, [from, to]: [&'static str; 2]) -> Result<(Option<Date>, Option<Date>), Problem> {
    let window = (date(call, from)?, date(call, to)?);
    match window {
        (None, Some(_)) => Err(Problem::WindowNotServed),
        (Some(from), Some(to)) if from > to => Err(Problem::WindowNotServed),
        _ => Ok(window),
    }
}

/// Reads `creditDebitIndicator`.
pub(super) fn flow(call: &Call) -> Result<Option<Flow>, Problem> {
    const NAME: &str = "creditDebitIndicator";
    match call.parameter(NAME)? {
        None => Ok(None),
        Some("CREDITO") => Ok(Some(Flow::Credit)),
        Some("DEBITO") => Ok(Some(Flow::Debit)),
        Some(_) => Err(Problem::Malformed(NAME)),
    }
}

/// Reads a date.
pub(super) fn date(call: &Call, name: &'static str) -> Result<Option<Date>, Problem> {
    let parse = |text: &str| if text.len() == 10 { Date::strptime("%Y-%m-%d", text).ok() } else { None };
    call.parameter(name)?.map(|text| parse(text).ok_or(Problem::Malformed(name))).transpose()
}
