//! Keeping recurrent links fresh.
//!
//! Every link has its own next time, moved by a tenth of its interval by chance, so that links that were made together
//! drift apart. What a round reads follows from the network's monthly allowance (open-finance-brasil 8.1): owners, accounts
//! and long stretches of transactions may be read eight times a month, so a *full* round comes once a week, which leaves
//! three for people and applications; between two of them a *delta* reads balances and the days of `transactions-current`.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use vinculo_connector::Window;
use vinculo_domain::{AccessMode, Env, LinkId, RefreshRate};
use vinculo_store::{Freshness, Link, Tx};

use crate::failure::DataError;
use crate::fetch::day_in_brazil;
use crate::jobs::{Depth, Fetch, Work};
use crate::{Aggregator, Error, queue, quota};

/// So many links are taken in one transaction.
const CHUNK: u32 = 200;
/// A full round comes at most once within this time; a little less than the week of the default rate.
const FULL_EVERY: SignedDuration = SignedDuration::from_hours(6 * 24 + 12);
/// A full round that missed something comes again after this time.
const MISSED_AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// How far back a full round reads transactions: banks add some late.
const FULL_DAYS: i32 = 30;
/// How far back `transactions-current` goes, today included.
const CURRENT_DAYS: i32 = 6;

/// The look of every minute: takes the links that are due, each with its next time.
pub(crate) async fn plan(aggregator: &Aggregator) -> Result<(), Error> {
    let env = aggregator.env();
    loop {
        let now = env.now();
        let due = aggregator.store().due_refreshes(now, CHUNK).await?;
        if due.is_empty() {
            return Ok(());
        }
        let mut depths = Vec::with_capacity(due.len());
        for (link, _) in &due {
            depths.push(choose(aggregator, *link, now).await?);
        }
        let mut tx = aggregator.store().begin().await?;
        for ((link, rate), depth) in due.into_iter().zip(depths) {
            if depth.is_some() {
                let work = Fetch { link, request: env.uuid(), resources: None, window: None, depth };
                queue::add(&mut tx, &Work::Refresh(work), now).await?;
            }
            tx.schedule_refresh(link, Some(next(env, now, rate))).await?;
        }
        tx.commit().await?;
    }
}

/// Chooses how much to read of a link; `None` when it has been deleted.
async fn choose(aggregator: &Aggregator, id: LinkId, now: Timestamp) -> Result<Option<Depth>, Error> {
    let store = aggregator.store();
    let (Some(link), Some(freshness)) = (store.link_by_id(id).await?, store.freshness(id).await?) else {
        return Ok(None);
    };
    let depth = depth(&freshness, &link, now);
    let spares = depth == Depth::Delta || quota::has_reserve(aggregator, &link).await?;
    Ok(Some(if spares { depth } else { Depth::Delta }))
}

/// Returns when a link of this rate is due after `now`: between nine tenths of the interval and all of it.
pub(crate) fn next(env: &Env, now: Timestamp, rate: RefreshRate) -> Timestamp {
    let interval = rate.interval();
    now.checked_add(interval - chance(env, interval / 10)).unwrap_or(Timestamp::MAX)
}

/// A span from zero to `most`.
fn chance(env: &Env, most: SignedDuration) -> SignedDuration {
    let draw = i128::from(u32::from_le_bytes(env.bytes::<4>()));
    let millis = most.as_millis() * draw / i128::from(u32::MAX);
    SignedDuration::from_millis(i64::try_from(millis).unwrap_or_default())
}

/// Returns how much to read now.
pub(crate) fn depth(freshness: &Freshness, link: &Link, now: Timestamp) -> Depth {
    if freshness.full_not_before.is_some_and(|until| now < until) {
        return Depth::Delta;
    }
    // What a used-up limit left out is made up for as soon as the next month allows it.
    let owed = freshness.full_not_before.is_some_and(|until| freshness.full_read_at.is_none_or(|at| at < until));
    let read_lately = !owed && freshness.full_read_at.is_some_and(|at| now.duration_since(at) < FULL_EVERY);
    // What lies further back than the latest days would be missed.
    let seen = link.last_accessed_at.unwrap_or(link.created_at);
    let gap = SignedDuration::from_hours(24 * i64::from(CURRENT_DAYS - 1));
    if read_lately && now.duration_since(seen) < gap { Depth::Delta } else { Depth::Full }
}

/// Returns the days of transactions to read, up to `to`.
pub(crate) fn window(depth: Depth, freshness: &Freshness, to: Date) -> Window {
    let back = |days: i32| to.checked_sub(days.days()).unwrap_or(to);
    let from = match depth {
        Depth::Delta => back(CURRENT_DAYS),
        Depth::Full => {
            // After a long pause from where the last whole reading ended, with a week of overlap; where there has been none,
            // the whole history.
            let seen = freshness.full_read_at.map(|at| day_in_brazil(at).checked_sub(7_i32.days()).unwrap_or(to));
            seen.map_or(back(365), |seen| seen.min(back(FULL_DAYS)).max(back(365)))
        }
    };
    Window { from, to }
}

/// The monthly limit is used up: nothing more of the kind before the next month. A delta that meets it waits as a whole.
pub(crate) async fn wait_for_next_month(env: &Env, tx: &mut Tx, link: LinkId, depth: Depth) -> Result<(), Error> {
    let month = next_month(env.now());
    // Not all of them in the first minute of the month.
    let at = month.checked_add(chance(env, SignedDuration::from_hours(24))).unwrap_or(Timestamp::MAX);
    match depth {
        Depth::Full => tx.put_off_full_reads(link, at).await?,
        Depth::Delta => tx.schedule_refresh(link, Some(at)).await?,
    }
    Ok(())
}

/// A full round missed something: it comes again tomorrow, whatever the rate, for the oldest days fall out of what the
/// institution gives. A used-up limit has its own time.
pub(crate) async fn come_again(env: &Env, tx: &mut Tx, link: LinkId, missed: DataError) -> Result<(), Error> {
    let tomorrow = env.now().checked_add(MISSED_AGAIN).unwrap_or(Timestamp::MAX);
    tx.put_off_full_reads(link, tomorrow).await?;
    if missed != DataError::OperationalLimitsReached {
        tx.hasten_refresh(link, tomorrow).await?;
    }
    Ok(())
}

/// The first instant of the next month in Brasília.
pub(crate) fn next_month(now: Timestamp) -> Timestamp {
    let zone = TimeZone::fixed(Offset::constant(-3));
    let first = day_in_brazil(now).first_of_month().checked_add(1_i32.months());
    first.and_then(|day| day.to_zoned(zone)).map_or(Timestamp::MAX, |at| at.timestamp())
}

/// Follows a change of `access_mode`: a link that becomes recurrent gets its history the next day and is refreshed from
/// then on, one that becomes single is left alone.
///
/// # Errors
/// The store fails.
pub async fn follow_mode(env: &Env, tx: &mut Tx, before: AccessMode, link: &Link) -> Result<(), Error> {
    if before == link.access_mode {
        return Ok(());
    }
    let Some(rate) = link.refresh_rate else { return Ok(tx.schedule_refresh(link.id, None).await?) };
    let tomorrow = env.now().checked_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX);
    let work = Fetch { link: link.id, request: env.uuid(), resources: None, window: None, depth: None };
    queue::add(tx, &Work::Fetch(work), tomorrow).await?;
    Ok(tx.schedule_refresh(link.id, Some(next(env, tomorrow, rate))).await?)
}

/// Has a link refreshed at another rate from now on.
///
/// # Errors
/// [`Error::NotFound`] when there is no such recurrent link.
pub async fn set_rate(env: &Env, tx: &mut Tx, link: LinkId, rate: RefreshRate) -> Result<(), Error> {
    let next = next(env, env.now(), rate);
    if tx.set_refresh_rate(link, rate, next).await? { Ok(()) } else { Err(Error::NotFound) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn links_that_were_made_together_drift_apart() {
        let env = Env::system();
        let now = at("2026-11-22T12:00:00Z");
        for rate in RefreshRate::ALL {
            let mut minutes: Vec<_> = (0..1_000).map(|_| next(&env, now, *rate).as_second() / 60).collect();
            let (least, most) = (minutes.iter().min().unwrap(), minutes.iter().max().unwrap());
            let interval = rate.interval().as_secs() / 60;
            assert!(least - now.as_second() / 60 >= interval * 9 / 10 && most - now.as_second() / 60 <= interval);
            minutes.sort_unstable();
            minutes.dedup();
            assert!(minutes.len() > 30, "{rate:?}: {}", minutes.len());
        }
    }

    #[test]
    fn the_next_month_begins_at_midnight_in_brasilia() {
        for (now, month) in [
            ("2026-11-22T12:00:00Z", "2026-12-01T03:00:00Z"),
            ("2026-12-31T23:00:00Z", "2027-01-01T03:00:00Z"),
            ("2027-01-01T02:59:59Z", "2027-01-01T03:00:00Z"),
            ("2027-01-01T03:00:00Z", "2027-02-01T03:00:00Z"),
        ] {
            assert_eq!(next_month(at(now)), at(month), "{now}");
        }
    }

    #[test]
    fn a_window_reaches_back_over_what_was_missed_but_never_more_than_a_year() {
        let to: Date = "2026-11-22".parse().unwrap();
        let full = |read: Option<&str>| {
            let freshness = Freshness { full_read_at: read.map(at), ..Freshness::default() };
            window(Depth::Full, &freshness, to).from.to_string()
        };
        assert_eq!(full(None), "2025-11-22", "nothing has been read as a whole yet");
        assert_eq!(full(Some("2026-11-15T12:00:00Z")), "2026-10-23");
        assert_eq!(full(Some("2026-09-15T12:00:00Z")), "2026-09-08");
        assert_eq!(full(Some("2020-09-15T12:00:00Z")), "2025-11-22");
        assert_eq!(window(Depth::Delta, &Freshness::default(), to).from.to_string(), "2026-11-16");
    }
}
