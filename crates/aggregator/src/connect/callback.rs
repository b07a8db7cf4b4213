use jiff::Timestamp;
use secrecy::SecretString;
use vinculo_domain::{Stage, Step};
use vinculo_store::{BankAnswer, Consent, StoreError, Tx, WidgetSession};

use super::begin::end_unused;
use super::record;
use super::session::{CONNECTING, fail, later, waits_for};
use crate::jobs::Work;
use crate::{Aggregator, Error, Failure, queue, rejections};

/// Longest value that is read. Encrypted id_tokens of the network stay far below.
const MAX_VALUE: usize = 32 * 1024;

/// Times that a callback is tried again when the session moves meanwhile.
const TRIES: usize = 5;

/// What the user brings back from the bank, as the callback page posts it.
#[derive(Debug, Default, Clone)]
pub struct CallbackForm {
    /// `state`, by which the consent is found.
    pub state: Option<SecretString>,
    /// `code`.
    pub code: Option<SecretString>,
    /// `id_token`.
    pub id_token: Option<SecretString>,
    /// `error`.
    pub error: Option<String>,
    /// `error_description`.
    pub error_description: Option<String>,
}

/// Takes the bank's answer. The first one counts: it is kept, the session moves to `connecting` (or `failed`), and the
/// work that follows is enqueued, all in one transaction. Any further one changes nothing.
///
/// Returns the session as it stands afterwards; `None` when the `state` is not one of ours: then there is nowhere to go.
///
/// # Errors
/// The store fails.
pub async fn callback(aggregator: &Aggregator, form: &CallbackForm) -> Result<Option<WidgetSession>, Error> {
    let Some(state) = form.state.as_ref().and_then(bounded) else { return Ok(None) };
    take(aggregator, state, &answer(form)).await
}

/// Ends the sign-in to which `state` belongs: its answer was brought by a browser other than the one that the sign-in
/// belongs to. Nothing of the answer is kept.
///
/// # Errors
/// The store fails.
pub async fn refuse_elsewhere(aggregator: &Aggregator, state: &SecretString) -> Result<(), Error> {
    let Some(state) = bounded(state) else { return Ok(()) };
    take(aggregator, state, &BankAnswer::Elsewhere).await.map(drop)
}

async fn take(aggregator: &Aggregator, state: &str, answer: &BankAnswer) -> Result<Option<WidgetSession>, Error> {
    for _ in 0..TRIES {
        let Some(consent) = aggregator.store().consent_by_state(state).await? else { return Ok(None) };
        let mut tx = aggregator.store().begin().await?;
        match record(aggregator, &mut tx, &consent, answer).await {
            Ok(()) => tx.commit().await?,
            Err(Error::Store(StoreError::Conflict)) => continue,
            // The link was deleted meanwhile: nothing to do but to show where the session stands.
            Err(Error::Store(StoreError::NotFound)) => tx.rollback().await?,
            Err(error) => return Err(error),
        }
        let Some(session) = &consent.session else { return Ok(None) };
        return Ok(aggregator.store().session(session).await?);
    }
    Err(StoreError::Conflict.into())
}

/// Finds the session that a bank's answer belongs to, by its `state`, and changes nothing: for a second visit to the
/// callback page, which no longer has the answer.
///
/// # Errors
/// The store fails.
pub async fn whose(aggregator: &Aggregator, state: &SecretString) -> Result<Option<WidgetSession>, Error> {
    let Some(state) = bounded(state) else { return Ok(None) };
    let consent = aggregator.store().consent_by_state(state).await?;
    match consent.and_then(|consent| consent.session) {
        Some(session) => Ok(aggregator.store().session(&session).await?),
        None => Ok(None),
    }
}

fn bounded(value: &SecretString) -> Option<&str> {
    use secrecy::ExposeSecret as _;
    let text = value.expose_secret();
    (!text.is_empty() && text.len() <= MAX_VALUE).then_some(text)
}

/// An error wins over a code: a bank that sends both has not said yes.
fn answer(form: &CallbackForm) -> BankAnswer {
    let code = form.code.as_ref().filter(|value| bounded(value).is_some());
    let id_token = form.id_token.as_ref().filter(|value| bounded(value).is_some());
    match (code, id_token) {
        (Some(code), Some(id_token)) if form.error.is_none() && form.error_description.is_none() => {
            BankAnswer::Code { code: code.clone(), id_token: id_token.clone() }
        }
        _ => BankAnswer::Error {
            error: form.error.as_deref().map(cut).unwrap_or_default(),
            description: form.error_description.as_deref().map(cut),
        },
    }
}

fn cut(text: &str) -> String {
    text.chars().take(300).collect()
}

async fn record(aggregator: &Aggregator, tx: &mut Tx, consent: &Consent, answer: &BankAnswer) -> Result<(), Error> {
    if !tx.record_answer(consent.id, answer).await? {
        return Ok(());
    }
    let now = aggregator.env().now();
    let session = match &consent.session {
        Some(id) => tx.session(id).await?.filter(|session| waits_for(session, consent.id)),
        None => None,
    };
    let Some(session) = session else {
        // Left, run out, or gone on with another consent: nobody waits for this one.
        end_unused(aggregator, tx, consent, &rejections::left()).await?;
        return Ok(());
    };
    match answer {
        BankAnswer::Code { .. } => go_on(aggregator, tx, consent, session, now).await,
        BankAnswer::Error { error, description } => {
            let failure = Failure::from_redirect(Some(error), description.as_deref());
            refuse(aggregator, tx, consent, session, failure).await
        }
        BankAnswer::Elsewhere => refuse(aggregator, tx, consent, session, Failure::ELSEWHERE).await,
    }
}

async fn go_on(
    aggregator: &Aggregator,
    tx: &mut Tx,
    consent: &Consent,
    mut session: WidgetSession,
    now: Timestamp,
) -> Result<(), Error> {
    session.step = Step::Connecting;
    session.state.answered_at = Some(now);
    session.expires_at = session.expires_at.max(later(now, CONNECTING));
    tx.update_session(&mut session).await?;
    record::stage(aggregator, tx, &session, Stage::Authorised, Some(consent.id)).await?;
    queue::add(tx, &Work::Connect(consent.id), now).await
}

async fn refuse(
    aggregator: &Aggregator,
    tx: &mut Tx,
    consent: &Consent,
    mut session: WidgetSession,
    failure: Failure,
) -> Result<(), Error> {
    end_unused(aggregator, tx, consent, &rejections::of(failure)).await?;
    fail(&mut session, failure, aggregator.env().now());
    tx.update_session(&mut session).await?;
    Ok(record::error(aggregator, tx, &session).await?)
}
