//! How a session moves when something happens at the bank.

use jiff::{SignedDuration, Timestamp};
use vinculo_domain::{ConsentId, ErrorCode, SessionStatus, Step};
use vinculo_store::{StoreError, Tx, WidgetSession};

use super::record;
use crate::{Aggregator, Error, Failure, events};

/// A consent may be authorised for so long after it was made (open-finance-brasil 9.2); the session lives with it.
pub(crate) const AUTHORISATION: SignedDuration = SignedDuration::from_mins(60);

/// How long the session lives at least while the code is exchanged.
pub(crate) const CONNECTING: SignedDuration = SignedDuration::from_mins(10);

/// Sessions that one sweep ends.
const SWEEP: u32 = 200;

/// Tells whether `session` still waits for `consent`.
pub(crate) fn waits_for(session: &WidgetSession, consent: ConsentId) -> bool {
    session.status == SessionStatus::Open && session.consent == Some(consent)
}

/// Moves a session to the page that says what went wrong and offers a way on.
pub(crate) fn fail(session: &mut WidgetSession, failure: Failure, now: Timestamp) {
    session.step = Step::Failed;
    session.last_error = Some(failure.code);
    session.state.last_error = Some(failure.at(now));
    session.state.handover = None;
    // Whoever reads what happened must have the time to choose the way on.
    session.expires_at = session.expires_at.max(later(now, SignedDuration::from_mins(15)));
}

/// Adds a span to a time, held at the end of time.
pub(crate) fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// Ends the sessions whose time is over, each with its `session_finished` event. Returns how many.
///
/// # Errors
/// The store fails.
pub async fn expire_sessions(aggregator: &Aggregator) -> Result<usize, Error> {
    let now = aggregator.env().now();
    let overdue = aggregator.store().overdue_sessions(now, SWEEP).await?;
    let mut ended = 0;
    for session in overdue {
        let mut tx = aggregator.store().begin().await?;
        match expire(aggregator, &mut tx, session, now).await {
            Ok(()) => tx.commit().await?,
            // It moved on while we looked.
            Err(Error::Store(StoreError::Conflict)) => continue,
            Err(error) => return Err(error),
        }
        ended += 1;
    }
    Ok(ended)
}

async fn expire(aggregator: &Aggregator, tx: &mut Tx, mut session: WidgetSession, now: Timestamp) -> Result<(), Error> {
    session.status = SessionStatus::Expired;
    let first = session.last_error.is_none();
    if first {
        session.last_error = Some(ErrorCode::SessionExpiredOb);
        session.state.last_error = Some(Failure::plain(ErrorCode::SessionExpiredOb).at(now));
    }
    tx.update_session(&mut session).await?;
    if first {
        record::error(aggregator, tx, &session).await?;
    }
    events::session_finished(aggregator, tx, &session).await
}
