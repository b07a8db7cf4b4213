//! Job `connect`: the bank's answer becomes a link.
//!
//! The tokens are kept as soon as the bank has given them: a code works once, and a crash behind the exchange must not
//! cost the user the way to the bank. Then the link, its first fetch, the session's result and the consent's status are
//! written in one transaction.

use jiff::{SignedDuration, Timestamp};
use vinculo_connector::{Answer, BankConsent, ConnectorError, Pending};
use vinculo_domain::{
    AccessMode, ConsentId, ConsentStatus, ErrorCode, LinkStatus, RefreshRate, Rejection, SessionResult, SessionStatus,
    Stage, Step, Warning, WidgetConfig,
};
use vinculo_store::{
    BankAnswer, BankTokens, Consent, ConsentSecrets, Link, PendingAuthorization, StoreError, Tx, WidgetSession,
};

use super::begin::{end_unused, end_unused_at};
use super::session::{fail, later, waits_for};
use super::{notices, reconnect, record, sign_in};
use crate::aggregator::config_of;
use crate::jobs::{Fetch, Work};
use crate::worker::{Claimed, JobError};
use crate::{Aggregator, Backoff, Error, Failure, audit, events, queue, refresh, rejections};

/// A person is waiting: after so many tries the answer is no.
const PATIENCE: u32 = 4;
/// How long a bank is left alone after its id_token was refused: what answers there may not be the bank, so it hears
/// nothing more from us than silence.
const SILENCE: SignedDuration = SignedDuration::from_mins(5);

/// Runs the job.
pub(crate) async fn connect(aggregator: &Aggregator, job: &Claimed, id: ConsentId) -> Result<(), JobError> {
    let Some(consent) = aggregator.store().consent_by_id(id).await? else {
        return job.complete_alone(aggregator).await;
    };
    let awaiting = matches!(consent.status, ConsentStatus::AwaitingAuthorisation | ConsentStatus::AwaitingConfirmation);
    let Some(secrets) = consent.secrets.as_ref().filter(|_| awaiting) else {
        return job.complete_alone(aggregator).await;
    };
    let answered = match at_the_bank(aggregator, job, &consent, secrets).await {
        Ok((tokens, found)) if sign_in::is_one(consent.application) => {
            match sign_in::prove(aggregator, &consent, &tokens, &found).await {
                Ok(true) => return sign_in::succeed(aggregator, job, &consent).await,
                Ok(false) => {
                    let rejection = rejections::of(Failure::OWNER);
                    return give_up(aggregator, job, &consent, Failure::OWNER, &rejection, SignedDuration::ZERO).await;
                }
                Err(error) => Err(error),
            }
        }
        answered => answered,
    };
    match answered {
        Ok((tokens, found)) => {
            let warnings = notices::of(aggregator, &consent, &tokens, &found).await;
            make_link(aggregator, job, &consent, tokens, &Made { found, warnings }).await
        }
        Err(JobError::Connector(error)) if error.is_transient() && !job.is_last_try(aggregator, PATIENCE) => {
            let wait = Backoff::WATCHED.after(job.attempts(), aggregator.env());
            Err(JobError::Again(error.to_string(), later(aggregator.env().now(), wait)))
        }
        Err(JobError::Connector(error)) => {
            tracing::warn!(institution.code = %consent.institution, %error, "connection failed");
            let rejection = match &error {
                ConnectorError::ConsentRejected(Some(rejection)) => rejection.clone(),
                _ => rejections::technical(),
            };
            let silence = if matches!(error, ConnectorError::IdToken(_)) { SILENCE } else { SignedDuration::ZERO };
            give_up(aggregator, job, &consent, Failure::from_connector(&error), &rejection, silence).await
        }
        Err(error) => Err(error),
    }
}

/// What the bank made of it.
struct Made {
    found: BankConsent,
    warnings: Vec<Warning>,
}

/// The calls to the bank: exchange the code unless that has been done, then ask whether the consent is authorised.
async fn at_the_bank(
    aggregator: &Aggregator,
    job: &Claimed,
    consent: &Consent,
    secrets: &ConsentSecrets,
) -> Result<(BankTokens, BankConsent), JobError> {
    use secrecy::ExposeSecret as _;
    let institution = aggregator.institution(&consent.institution).await?;
    let tokens = match &secrets.tokens {
        Some(tokens) => tokens.clone(),
        None => {
            let (pending, answer) = question(secrets)?;
            let tokens = aggregator.connector().exchange(&institution, &pending, &answer).await?;
            keep(aggregator, job, consent, secrets, crate::tokens::to_stored(tokens)).await?
        }
    };
    let found = aggregator.connector().consent(&institution, secrets.bank_consent_id.expose_secret()).await?;
    match found.status {
        ConsentStatus::Authorised => Ok((tokens, found)),
        ConsentStatus::AwaitingAuthorisation | ConsentStatus::AwaitingConfirmation => {
            // Tokens are issued for authorised consents only; a bank that says otherwise may be late by a moment.
            Err(ConnectorError::Unavailable { status: 200, retry_after: None }.into())
        }
        ConsentStatus::Rejected | ConsentStatus::Expired => {
            Err(ConnectorError::ConsentRejected(found.rejection).into())
        }
    }
}

fn question(secrets: &ConsentSecrets) -> Result<(Pending, Answer), JobError> {
    match (&secrets.authorization, &secrets.answer) {
        (Some(PendingAuthorization { state, nonce, code_verifier, scope, redirect_uri, .. }), Some(answer)) => {
            let BankAnswer::Code { code, id_token } = answer else {
                return Err(JobError::Fatal("the consent holds no code"));
            };
            let pending = Pending {
                state: state.clone(),
                nonce: nonce.clone(),
                code_verifier: code_verifier.clone(),
                scopes: scope.clone(),
                redirect_uri: redirect_uri.clone(),
            };
            Ok((pending, Answer { code: code.clone(), id_token: id_token.clone() }))
        }
        _ => Err(JobError::Fatal("the consent holds no answer")),
    }
}

/// Keeps the tokens with the consent, and drops the code, which is of no more use.
async fn keep(
    aggregator: &Aggregator,
    job: &Claimed,
    consent: &Consent,
    secrets: &ConsentSecrets,
    tokens: BankTokens,
) -> Result<BankTokens, JobError> {
    let mut secrets = secrets.clone();
    secrets.authorization = None;
    secrets.answer = None;
    secrets.tokens = Some(tokens.clone());
    let mut tx = aggregator.store().begin().await?;
    job.hold(&mut tx).await?;
    tx.update_consent_secrets(consent.id, &secrets).await?;
    tx.commit().await?;
    Ok(tokens)
}

async fn make_link(
    aggregator: &Aggregator,
    job: &Claimed,
    consent: &Consent,
    tokens: BankTokens,
    made: &Made,
) -> Result<(), JobError> {
    let mut tx = aggregator.store().begin().await?;
    job.complete(&mut tx).await?;
    let session = match &consent.session {
        Some(id) => tx.session(id).await?.filter(|session| waits_for(session, consent.id)),
        None => None,
    };
    let Some(session) = session else {
        // The user left while we were at the bank: no link that nobody knows of.
        end_unused(aggregator, &mut tx, consent, &rejections::left()).await?;
        return Ok(tx.commit().await?);
    };
    let config = config_of(&mut tx, &session.token).await?;
    let now = aggregator.env().now();
    if !tx.use_token(&session.token, consent.link, now).await? {
        tx.rollback().await?;
        let failure = Failure::plain(ErrorCode::SessionExpiredOb);
        return give_up(aggregator, job, consent, failure, &rejections::technical(), SignedDuration::ZERO).await;
    }
    write_link(aggregator, &mut tx, consent, &session, &config, tokens, &made.found).await?;
    finish_session(aggregator, &mut tx, session, consent, made, now).await?;
    tx.commit().await?;
    tracing::info!(link.id = %consent.link, institution.code = %consent.institution, "link made");
    Ok(())
}

async fn write_link(
    aggregator: &Aggregator,
    tx: &mut Tx,
    consent: &Consent,
    session: &WidgetSession,
    config: &WidgetConfig,
    tokens: BankTokens,
    found: &BankConsent,
) -> Result<(), Error> {
    let now = aggregator.env().now();
    let awaiting = [ConsentStatus::AwaitingAuthorisation, ConsentStatus::AwaitingConfirmation];
    if !tx.move_consent(consent.id, &awaiting, ConsentStatus::Authorised, None).await? {
        return Err(StoreError::Conflict.into());
    }
    if found.expires_at != consent.expires_at {
        tx.set_consent_expiry(consent.id, found.expires_at).await?;
    }
    drop_secrets(tx, consent).await?;
    // Nothing is left to be settled. A settling that is under way finds a link, and does nothing.
    tx.cancel_job(&Work::SettleConsent(consent.id).dedup_key()).await?;
    if config.link_id == Some(consent.link) {
        return reconnect::reconnect(aggregator, tx, consent, tokens, found).await;
    }
    let link = link_row(tx, consent, session, config, now).await?;
    tx.insert_link(&link, &tokens).await?;
    let next = link.refresh_rate.map(|rate| refresh::next(aggregator.env(), now, rate));
    tx.schedule_refresh(link.id, next).await?;
    let request = aggregator.env().uuid();
    let work = Fetch { link: link.id, request, resources: None, window: None, depth: None };
    queue::add(tx, &Work::Fetch(work), now).await?;
    audit::write(aggregator, tx, Some(consent.application), "widget", "link.created", &link.id.to_string()).await
}

/// From here on the tokens live with the link alone.
async fn drop_secrets(tx: &mut Tx, consent: &Consent) -> Result<(), Error> {
    let Some(secrets) = &consent.secrets else { return Ok(()) };
    let kept = ConsentSecrets { authorization: None, answer: None, tokens: None, ..secrets.clone() };
    Ok(tx.update_consent_secrets(consent.id, &kept).await?)
}

async fn link_row(
    tx: &mut Tx,
    consent: &Consent,
    session: &WidgetSession,
    config: &WidgetConfig,
    now: Timestamp,
) -> Result<Link, Error> {
    let record = consent.record.as_ref().ok_or(StoreError::NotFound)?;
    let document = record.identification.document();
    let access_mode = session.state.params.access_mode;
    let single = access_mode == AccessMode::Single;
    Ok(Link {
        id: consent.link,
        application: consent.application,
        institution: consent.institution.clone(),
        consent: Some(consent.id),
        status: LinkStatus::Valid,
        access_mode,
        refresh_rate: (!single).then_some(RefreshRate::Days7),
        external_id: session.external_id.clone(),
        institution_user_id: tx.institution_user_id(&document, &consent.institution).await?,
        stale_in: config.stale_in,
        fetch_resources: config.fetch_resources.clone(),
        credentials_storage: if single { "365d" } else { "store" }.to_owned(),
        created_by: consent.application.uuid(),
        created_at: now,
        last_accessed_at: None,
    })
}

async fn finish_session(
    aggregator: &Aggregator,
    tx: &mut Tx,
    mut session: WidgetSession,
    consent: &Consent,
    made: &Made,
    now: Timestamp,
) -> Result<(), Error> {
    session.status = SessionStatus::Success;
    session.step = Step::Done;
    session.link = Some(consent.link);
    session.state.handover = None;
    let (consent_expires_at, warnings) = (made.found.expires_at, made.warnings.clone());
    session.state.result = Some(SessionResult { link: consent.link, consent_expires_at, at: now, warnings });
    tx.update_session(&mut session).await?;
    record::stage(aggregator, tx, &session, Stage::Linked, Some(consent.id)).await?;
    for warning in &made.warnings {
        record::warning(aggregator, tx, &session, *warning, consent.institution.as_str()).await?;
    }
    record::success(aggregator, tx, &session).await?;
    events::session_finished(aggregator, tx, &session).await
}

/// The end without a link: the consent is rejected here and ended at the bank after a `silence`, the session says why.
async fn give_up(
    aggregator: &Aggregator,
    job: &Claimed,
    consent: &Consent,
    failure: Failure,
    rejection: &Rejection,
    silence: SignedDuration,
) -> Result<(), JobError> {
    let now = aggregator.env().now();
    let mut tx = aggregator.store().begin().await?;
    job.complete(&mut tx).await?;
    end_unused_at(&mut tx, consent, rejection, later(now, silence)).await?;
    if let Some(id) = &consent.session
        && let Some(mut session) = tx.session(id).await?.filter(|session| waits_for(session, consent.id))
    {
        fail(&mut session, failure, now);
        tx.update_session(&mut session).await?;
        record::error(aggregator, &mut tx, &session).await?;
    }
    Ok(tx.commit().await?)
}
