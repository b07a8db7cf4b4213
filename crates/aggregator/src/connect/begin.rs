use jiff::Timestamp;
use secrecy::SecretString;
use vinculo_connector::{Authorization, AuthorizationRequest, BankConsent, ConnectorError, NewConsent};
use vinculo_domain::{
    ConsentDuration, ConsentId, ConsentStatus, ErrorCode, Handover, Identification, Institution, LinkId, PermissionSet,
    Rejection, SessionId, SessionStatus, Stage, Step, WidgetConfig,
};
use vinculo_store::{Consent, ConsentRecord, ConsentSecrets, PendingAuthorization, StoreError, Tx, WidgetSession};

use super::session::{AUTHORISATION, fail, later};
use super::{record, revoke_later, sign_in};
use crate::aggregator::read_config;
use crate::jobs::{Revoke, Work};
use crate::{Aggregator, Error, Failure, health, queue, rejections};

/// What the user has just accepted.
struct Accepted {
    session: WidgetSession,
    config: WidgetConfig,
    institution: Institution,
    identification: Identification,
    duration: ConsentDuration,
    /// The link that comes of it: a new one, or the one that the token is for.
    link: LinkId,
}

/// What the bank made of it.
struct Prepared {
    consent: BankConsent,
    authorization: Authorization,
}

/// Takes the user's acceptance: creates the consent at the bank, pushes the authorization request, and moves the session
/// to the hand-over, in one transaction with everything that must be remembered.
///
/// Institution, identification, categories and purpose are those of the session and its token. Returns the session as
/// it stands afterwards: at the hand-over, or at `failed` when the bank refused. Called again for a session that
/// stands at the hand-over with the same duration, or that has gone further, it changes nothing.
///
/// # Errors
/// [`Error::NotFound`] for an unknown session, [`Error::Store`] when the database fails. What the bank does wrong is
/// no error: it is where the session stands.
pub async fn begin(
    aggregator: &Aggregator,
    session: &SessionId,
    duration: ConsentDuration,
) -> Result<WidgetSession, Error> {
    let session = aggregator.store().session(session).await?.ok_or(Error::NotFound)?;
    let duration = sign_in::term(&session, duration);
    if !may_begin(&session, duration, aggregator.env().now()) {
        return Ok(session);
    }
    if sign_in::is_too_often(aggregator, &session).await? {
        return fail_session(aggregator, session, Failure::TOO_OFTEN, None).await;
    }
    let Some(accepted) = accept(aggregator, session.clone(), duration).await? else {
        return fail_session(aggregator, session, Failure::plain(ErrorCode::InstitutionInactive), None).await;
    };
    let permissions = permissions(&accepted);
    let prepared = prepare(aggregator, &accepted, permissions).await;
    let error = prepared.as_ref().err().map(|(error, _)| error);
    health::note(aggregator, &accepted.institution.code, error).await;
    match prepared {
        Ok(prepared) => hand_over(aggregator, accepted, prepared).await,
        Err((error, made)) => {
            tracing::warn!(institution.code = %accepted.institution.code, %error, "consent not prepared");
            let left = made.map(|consent| revocation(&accepted.institution, &consent));
            fail_session(aggregator, session, Failure::from_connector(&error), left).await
        }
    }
}

/// What the token asks for; of a sign-in to the portal, what says who somebody is.
fn permissions(accepted: &Accepted) -> PermissionSet {
    let business = accepted.identification.is_business();
    if sign_in::is_one(accepted.session.application) {
        return PermissionSet::identity(business);
    }
    PermissionSet::for_categories(&accepted.config.categories, business)
}

/// Tells whether an acceptance means anything where the session stands.
fn may_begin(session: &WidgetSession, duration: ConsentDuration, now: Timestamp) -> bool {
    if session.status != SessionStatus::Open || session.expires_at <= now {
        return false;
    }
    match session.step {
        Step::Consent | Step::Failed => true,
        // The same again is a double submit; another duration, or an address that the bank no longer takes, is not.
        Step::Handover => {
            session.state.handover.as_ref().is_none_or(|way| way.duration != duration || way.expires_at <= now)
        }
        _ => false,
    }
}

async fn accept(
    aggregator: &Aggregator,
    session: WidgetSession,
    duration: ConsentDuration,
) -> Result<Option<Accepted>, Error> {
    let config = read_config(aggregator.store().token(&session.token).await?)?;
    let code = session.state.institution.as_ref().map(|chosen| &chosen.code).or(session.institution.as_ref());
    // One that has left the directory is deactivated: its links go on, new ones are not made.
    let institution = match code {
        Some(code) if aggregator.store().institution_is_active(code).await? => {
            aggregator.store().institution_by_code(code).await?
        }
        _ => None,
    };
    let identification = session.state.identification.clone().or_else(|| config.identification.clone());
    let Some((institution, identification)) = institution.zip(identification) else { return Ok(None) };
    let link = link(aggregator, &session, config.link_id, &institution, &identification).await?;
    Ok(link.map(|link| Accepted { session, config, institution, identification, duration, link }))
}

/// The link that will come of it. A token for a link that is there renews that one: for the same person, at the same
/// institution; `None` where that is not so.
async fn link(
    aggregator: &Aggregator,
    session: &WidgetSession,
    earlier: Option<LinkId>,
    institution: &Institution,
    identification: &Identification,
) -> Result<Option<LinkId>, Error> {
    let Some(id) = earlier else { return Ok(Some(LinkId::new(aggregator.env()))) };
    let user = aggregator.store().institution_user_id(&identification.document(), &institution.code).await?;
    let link = aggregator.store().link(session.application, id).await?;
    let same = link.filter(|link| link.institution == institution.code && link.institution_user_id == user);
    Ok(same.map(|link| link.id))
}

/// The two calls to the bank. When the second fails, the consent of the first is handed back to be ended.
async fn prepare(
    aggregator: &Aggregator,
    accepted: &Accepted,
    permissions: PermissionSet,
) -> Result<Prepared, (ConnectorError, Option<BankConsent>)> {
    let connector = aggregator.connector();
    let wanted = NewConsent {
        identification: accepted.identification.clone(),
        permissions,
        expires_at: accepted.duration.end(aggregator.env().now()),
    };
    let consent = connector.create_consent(&accepted.institution, &wanted).await.map_err(|error| (error, None))?;
    let request = AuthorizationRequest {
        bank_consent_id: consent.bank_consent_id.clone(),
        permissions: consent.permissions.clone(),
        redirect_uri: aggregator.settings().redirect_uri(),
    };
    match connector.authorize(&accepted.institution, &request).await {
        Ok(authorization) => Ok(Prepared { consent, authorization }),
        Err(error) => Err((error, Some(consent))),
    }
}

async fn hand_over(aggregator: &Aggregator, accepted: Accepted, prepared: Prepared) -> Result<WidgetSession, Error> {
    let mut tx = aggregator.store().begin().await?;
    match write(aggregator, &mut tx, &accepted, &prepared).await {
        Ok(session) => {
            tx.commit().await?;
            tracing::info!(
                session.id = ?session.id,
                institution.code = %accepted.institution.code,
                "consent made, user handed over"
            );
            Ok(session)
        }
        // Someone else moved the session: a second tab, a second tap. Theirs counts, ours ends.
        Err(Error::Store(StoreError::Conflict)) => {
            tx.rollback().await?;
            let left = revocation(&accepted.institution, &prepared.consent);
            revoke_later(aggregator, left).await?;
            aggregator.store().session(&accepted.session.id).await?.ok_or(Error::NotFound)
        }
        Err(error) => Err(error),
    }
}

async fn write(
    aggregator: &Aggregator,
    tx: &mut Tx,
    accepted: &Accepted,
    prepared: &Prepared,
) -> Result<WidgetSession, Error> {
    let now = aggregator.env().now();
    let mut session = accepted.session.clone();
    let consent = consent_row(aggregator, accepted, prepared, now);
    if let Some(earlier) = session.consent {
        supersede(aggregator, tx, earlier).await?;
    }
    session.step = Step::Handover;
    session.consent = Some(consent.id);
    session.institution = Some(accepted.institution.code.clone());
    session.expires_at = session.expires_at.max(later(now, AUTHORISATION));
    session.state.duration = accepted.duration;
    session.state.answered_at = None;
    session.state.handover = Some(Handover {
        authorization_url: prepared.authorization.url.clone(),
        expires_at: prepared.authorization.expires_at,
        duration: accepted.duration,
        sent_at: None,
    });
    tx.update_session(&mut session).await?;
    tx.insert_consent(&consent).await?;
    record::stage(aggregator, tx, &session, Stage::Consented, Some(consent.id)).await?;
    // Five minutes of grace for an answer that comes in the last second.
    queue::add(tx, &Work::SettleConsent(consent.id), later(now, AUTHORISATION + AUTHORISATION / 12)).await?;
    Ok(session)
}

fn consent_row(aggregator: &Aggregator, accepted: &Accepted, prepared: &Prepared, now: Timestamp) -> Consent {
    let Prepared { consent, authorization } = prepared;
    let pending = PendingAuthorization {
        state: authorization.state.clone(),
        nonce: authorization.nonce.clone(),
        code_verifier: authorization.code_verifier.clone(),
        request_uri: authorization.request_uri.clone(),
        url: SecretString::from(authorization.url.clone()),
        redirect_uri: aggregator.settings().redirect_uri(),
        scope: authorization.scopes.clone(),
        expires_at: authorization.expires_at,
    };
    Consent {
        id: ConsentId::new(aggregator.env()),
        application: accepted.session.application,
        session: Some(accepted.session.id.clone()),
        link: accepted.link,
        institution: accepted.institution.code.clone(),
        status: ConsentStatus::AwaitingAuthorisation,
        rejection: None,
        duration: accepted.duration,
        expires_at: consent.expires_at,
        permissions: consent.permissions.clone(),
        purpose: Some(accepted.config.purpose.clone()),
        record: Some(ConsentRecord { identification: accepted.identification.clone(), display_name: None }),
        secrets: Some(ConsentSecrets {
            bank_consent_id: SecretString::from(consent.bank_consent_id.clone()),
            authorization: Some(pending),
            answer: None,
            tokens: None,
        }),
        answered_at: None,
        created_at: now,
        updated_at: now,
    }
}

/// Ends what the session has begun at the bank: call it in the transaction in which the user leaves, or goes back to
/// another bank. The consent is rejected here, and a job ends it there.
///
/// # Errors
/// The store fails.
pub async fn abandon(aggregator: &Aggregator, tx: &mut Tx, session: &WidgetSession) -> Result<(), Error> {
    match session.consent {
        Some(consent) => supersede(aggregator, tx, consent).await,
        None => Ok(()),
    }
}

/// Ends the consent of an earlier try of the same session, here and, by a job, at the bank.
async fn supersede(aggregator: &Aggregator, tx: &mut Tx, earlier: ConsentId) -> Result<(), Error> {
    let Some(consent) = tx.consent_by_id(earlier).await? else { return Ok(()) };
    end_unused(aggregator, tx, &consent, &rejections::left()).await.map(drop)
}

/// Ends a consent that no link came of: rejected here, revoked at the bank by a job. Returns false when it had ended, or
/// become a link, before.
pub(super) async fn end_unused(
    aggregator: &Aggregator,
    tx: &mut Tx,
    consent: &Consent,
    rejection: &Rejection,
) -> Result<bool, Error> {
    end_unused_at(tx, consent, rejection, aggregator.env().now()).await
}

/// [`end_unused`], with the bank left alone until `at`.
pub(super) async fn end_unused_at(
    tx: &mut Tx,
    consent: &Consent,
    rejection: &Rejection,
    at: Timestamp,
) -> Result<bool, Error> {
    let awaiting = [ConsentStatus::AwaitingAuthorisation, ConsentStatus::AwaitingConfirmation];
    end_from(tx, consent, &awaiting, rejection, at).await
}

/// Ends a consent that stands at one of `from`: rejected here, revoked at the bank by a job, not before `at`. Returns false
/// when it stood elsewhere.
pub(super) async fn end_from(
    tx: &mut Tx,
    consent: &Consent,
    from: &[ConsentStatus],
    rejection: &Rejection,
    at: Timestamp,
) -> Result<bool, Error> {
    if !tx.move_consent(consent.id, from, ConsentStatus::Rejected, Some(rejection)).await? {
        return Ok(false);
    }
    if let Some(work) = Revoke::of(consent) {
        queue::add(tx, &Work::Revoke(work), at).await?;
    }
    Ok(true)
}

fn revocation(institution: &Institution, consent: &BankConsent) -> Revoke {
    Revoke { institution: institution.code.clone(), bank_consent_id: consent.bank_consent_id.clone() }
}

/// Moves the session to `failed`, and ends in the same transaction what was left at the bank.
async fn fail_session(
    aggregator: &Aggregator,
    mut session: WidgetSession,
    failure: Failure,
    left: Option<Revoke>,
) -> Result<WidgetSession, Error> {
    let now = aggregator.env().now();
    let id = session.id.clone();
    let mut tx = aggregator.store().begin().await?;
    fail(&mut session, failure, now);
    match tx.update_session(&mut session).await {
        Ok(()) => record::error(aggregator, &mut tx, &session).await?,
        Err(StoreError::Conflict) => {
            tx.rollback().await?;
            if let Some(left) = left {
                revoke_later(aggregator, left).await?;
            }
            return aggregator.store().session(&id).await?.ok_or(Error::NotFound);
        }
        Err(error) => return Err(error.into()),
    }
    if let Some(left) = left {
        queue::add(&mut tx, &Work::Revoke(left), now).await?;
    }
    tx.commit().await?;
    Ok(session)
}
