//! Whether an investment can be read (section 10 of the reference).

use jiff::ToSpan;
use jiff::civil::Date;

use crate::people::ResourceStatus;

/// Months for which what is over can still be read.
const MONTHS_READABLE: i64 = 12;

/// The state on `today` of something that was over on `closed`, in a consent of the day `shared`: readable for twelve
/// months, then only mentioned, and that only to those who knew it before.
pub(crate) fn status(closed: Option<Date>, today: Date, shared: Date) -> Option<ResourceStatus> {
    let Some(closed) = closed.filter(|&closed| closed <= today) else { return Some(ResourceStatus::Available) };
    let end = closed.saturating_add(MONTHS_READABLE.months());
    match (today <= end, shared <= end) {
        (true, _) => Some(ResourceStatus::Available),
        (false, true) => Some(ResourceStatus::Unavailable),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_over_can_be_read_for_a_year_and_is_then_only_mentioned() {
        let closed = Some(date(2025, 6, 10));
        let early = date(2025, 1, 1);
        assert_eq!(status(None, date(2026, 6, 10), early), Some(ResourceStatus::Available));
        assert_eq!(status(closed, date(2025, 6, 9), early), Some(ResourceStatus::Available));
        assert_eq!(status(closed, date(2026, 6, 10), early), Some(ResourceStatus::Available));
        assert_eq!(status(closed, date(2026, 6, 11), early), Some(ResourceStatus::Unavailable));
        assert_eq!(status(closed, date(2026, 6, 11), date(2026, 6, 10)), Some(ResourceStatus::Unavailable));
        assert_eq!(status(closed, date(2026, 6, 11), date(2026, 6, 11)), None);
    }
}
