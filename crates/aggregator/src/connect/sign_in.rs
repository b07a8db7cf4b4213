//! Signing in to the portal: whoever logs in at a bank where the typed document is known is that person.
//!
//! It goes the widget's way, with a session, a consent of one day and the bank's answer, and ends differently: the bank is
//! asked whom it knows, and the consent is ended at once. No link comes of it, and nobody is told.

use jiff::{SignedDuration, Timestamp};
use vinculo_connector::{Access, BankConsent};
use vinculo_domain::model::{OwnerContent, OwnerDraft};
use vinculo_domain::{
    ApplicationId, ConsentDuration, ConsentStatus, Document, Feature, Identification, SessionStatus, Step,
};
use vinculo_store::{BankTokens, Consent, StoreError, WidgetSession};

use super::begin::{end_from, end_unused};
use super::session::{later, waits_for};
use crate::jobs::Work;
use crate::worker::{Claimed, JobError};
use crate::{Aggregator, Error, audit, rejections};

/// So often a person may be taken to a bank to sign in within an hour, whoever asks for it.
pub const MOST_TRIES: i64 = 10;
/// The time in which tries are counted.
const WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// How long a sign-in that has succeeded may be used to open the portal.
const USABLE: SignedDuration = SignedDuration::from_mins(10);

/// Tells whether what belongs to an application is a sign-in to the portal.
pub(super) fn is_one(application: ApplicationId) -> bool {
    application == ApplicationId::PORTAL
}

/// For how long a session's consent is asked for, whatever the form said.
pub(super) fn term(session: &WidgetSession, chosen: ConsentDuration) -> ConsentDuration {
    if is_one(session.application) { Feature::PortalSignIn.term(chosen) } else { chosen }
}

/// Tells whether a session is a sign-in of somebody who has been taken to a bank so often of late that no further try begins.
pub(super) async fn is_too_often(aggregator: &Aggregator, session: &WidgetSession) -> Result<bool, Error> {
    let who: &Identification = match &session.state.identification {
        Some(who) if is_one(session.application) => who,
        _ => return Ok(false),
    };
    let since = aggregator.env().now().checked_sub(WITHIN).unwrap_or(Timestamp::MIN);
    let person = Document::Cpf(who.cpf.clone());
    let tries = aggregator.store().consents_asked_for(ApplicationId::PORTAL, &person, since).await?;
    Ok(tries >= MOST_TRIES)
}

/// Asks the bank whom it knows, and tells whether it is who was typed. A company counts where the bank lets the person, who
/// has logged in, act for it: the consent is the company's, and so is the identification that the bank gives.
pub(super) async fn prove(
    aggregator: &Aggregator,
    consent: &Consent,
    tokens: &BankTokens,
    found: &BankConsent,
) -> Result<bool, JobError> {
    let Some(record) = &consent.record else { return Ok(false) };
    let institution = aggregator.institution(&consent.institution).await?;
    let permissions = found.permissions.clone();
    let access = Access { institution, access_token: tokens.access.clone(), permissions, meter: None };
    let owners = aggregator.connector().owners(&access).await?;
    Ok(!owners.is_empty() && owners.iter().all(|owner| is_of(owner, &record.identification.document())))
}

/// Tells whether an identification is that of `whose`, by the number alone: names are written in many ways.
fn is_of(owner: &OwnerDraft, whose: &Document) -> bool {
    match (&owner.content, whose) {
        (OwnerContent::Individual(owner), Document::Cpf(cpf)) => {
            owner.document_id.document_type == "CPF" && owner.document_id.document_number == cpf.as_str()
        }
        (OwnerContent::Business(owner), Document::Cnpj(cnpj)) => owner.document_id.document_number == cnpj.as_str(),
        _ => false,
    }
}

/// Ends the sign-in well: the session says so, for the browser that holds it, and the consent is over.
pub(super) async fn succeed(aggregator: &Aggregator, job: &Claimed, consent: &Consent) -> Result<(), JobError> {
    let now = aggregator.env().now();
    let mut tx = aggregator.store().begin().await?;
    job.complete(&mut tx).await?;
    let session = match &consent.session {
        Some(id) => tx.session(id).await?.filter(|session| waits_for(session, consent.id)),
        None => None,
    };
    let Some(mut session) = session else {
        end_unused(aggregator, &mut tx, consent, &rejections::left()).await?;
        return Ok(tx.commit().await?);
    };
    if !tx.use_token(&session.token, consent.link, now).await? {
        return Err(StoreError::Conflict.into());
    }
    let awaiting = [ConsentStatus::AwaitingAuthorisation, ConsentStatus::AwaitingConfirmation];
    if !tx.move_consent(consent.id, &awaiting, ConsentStatus::Authorised, None).await? {
        return Err(StoreError::Conflict.into());
    }
    end_from(&mut tx, consent, &[ConsentStatus::Authorised], &rejections::served(), now).await?;
    tx.cancel_job(&Work::SettleConsent(consent.id).dedup_key()).await?;
    session.status = SessionStatus::Success;
    session.step = Step::Done;
    session.state.handover = None;
    session.expires_at = later(now, USABLE);
    tx.update_session(&mut session).await?;
    audit::write(aggregator, &mut tx, Some(consent.application), "portal", "portal.signed_in", &consent.id.to_string())
        .await?;
    tx.commit().await?;
    tracing::info!(institution.code = %consent.institution, "somebody signed in to the portal");
    Ok(())
}
