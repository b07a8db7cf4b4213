//! Whether a resource can be read, as it depends on the clock (section 10 of the reference).

use jiff::ToSpan;
use jiff::civil::Date;

/// Whether a resource can be read, as the resources API spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceStatus {
    /// It can be read.
    Available,
    /// Another holder has to approve first.
    PendingAuthorisation,
    /// The bank has blocked it for a while.
    TemporarilyUnavailable,
    /// It was closed more than twelve months ago.
    Unavailable,
}

impl ResourceStatus {
    /// The status as the standard spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Available => "AVAILABLE",
            Self::PendingAuthorisation => "PENDING_AUTHORISATION",
            Self::TemporarilyUnavailable => "TEMPORARILY_UNAVAILABLE",
            Self::Unavailable => "UNAVAILABLE",
        }
    }
}

/// What may keep a resource from being read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Another holder has to approve first.
    pub(crate) pending: bool,
    /// The bank has blocked it for a while.
    pub(crate) blocked: bool,
    /// The local date on which it was closed, settled or redeemed.
    pub(crate) closed: Option<Date>,
}

impl Standing {
    /// Open and at hand.
    pub(crate) const OPEN: Self = Self { pending: false, blocked: false, closed: None };

    /// The status on the local date `today`: what has been closed can be read for twelve months more.
    pub(crate) fn status(self, today: Date) -> ResourceStatus {
        if self.closed.is_some_and(|closed| closed.saturating_add(12.months()) < today) {
            ResourceStatus::Unavailable
        } else if self.pending {
            ResourceStatus::PendingAuthorisation
        } else if self.blocked {
            ResourceStatus::TemporarilyUnavailable
        } else {
            ResourceStatus::Available
        }
    }

    /// Says whether it is closed on the local date `today`.
    pub(crate) fn is_closed(self, today: Date) -> bool {
        self.closed.is_some_and(|closed| closed <= today)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_closed_can_be_read_for_twelve_months_more() {
        let closed = Standing { closed: Some(date(2025, 8, 31)), ..Standing::OPEN };
        for (today, status, over) in [
            (date(2025, 8, 30), ResourceStatus::Available, false),
            (date(2025, 8, 31), ResourceStatus::Available, true),
            (date(2026, 8, 31), ResourceStatus::Available, true),
            (date(2026, 9, 1), ResourceStatus::Unavailable, true),
        ] {
            assert_eq!((closed.status(today), closed.is_closed(today)), (status, over), "{today}");
        }
    }

    #[test]
    fn a_block_and_a_missing_approval_show() {
        let today = date(2026, 11, 22);
        assert_eq!(Standing { blocked: true, ..Standing::OPEN }.status(today).as_str(), "TEMPORARILY_UNAVAILABLE");
        let both = Standing { blocked: true, pending: true, closed: None };
        assert_eq!(both.status(today).as_str(), "PENDING_AUTHORISATION");
    }
}
