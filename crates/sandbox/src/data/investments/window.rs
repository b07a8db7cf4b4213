//! The window of days that a caller asks for; unlike that of accounts, it needs both ends or none.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::data::call::Call;
use crate::data::reply::Problem;
use crate::data::window::{Reach, date};
use crate::people::history::local_date;

/// Reads the two filters, local dates; both are today where both are missing.
pub(super) fn dates(
    call: &Call,
    reach: Reach,
    as_of: Timestamp,
    (from, to): (&'static str, &'static str),
) -> Result<(Date, Date), Problem> {
    let today = local_date(as_of);
    let (from, to) = match (date(call, from)?, date(call, to)?) {
        (Some(from), Some(to)) => (from, to),
        (None, None) => (today, today),
        _ => return Err(Problem::WindowNotServed),
    };
    let (earliest, latest) = reach.bounds(today);
    if from > to || from < earliest || to > latest {
        return Err(Problem::WindowNotServed);
    }
    Ok((from, to))
}
