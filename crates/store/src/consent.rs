//! Consents: one to one with links, made before them.
//!
//! Status, dates, permissions and purpose stand in clear. Who shares and everything about the bank is sealed under the
//! link's key and gone with it; the evidence that remains is still found by the document's keyed hash.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;
use vinculo_domain::{
    ApplicationId, ConsentDuration, ConsentId, ConsentStatus, Document, Identification, InstitutionCode, LinkId,
    PermissionSet, Rejection, SessionId,
};

use crate::column::{At, Text, us};
use crate::hash::document_hash;
use crate::on::{On, exec, one, reads};
use crate::query::{OneOf, Page, Paging, Select, rows};
use crate::seal::{LinkKey, Place};
use crate::{BankTokens, Result, StoreError, Tx, consent_history, link_key};

/// A consent as it is made and read.
#[derive(Debug, Clone)]
pub struct Consent {
    /// Id.
    pub id: ConsentId,
    /// Application.
    pub application: ApplicationId,
    /// Widget session in which it was given.
    pub session: Option<SessionId>,
    /// Link: reserved with the consent, made when it is authorised.
    pub link: LinkId,
    /// Institution.
    pub institution: InstitutionCode,
    /// Where it stands.
    pub status: ConsentStatus,
    /// Why it ended.
    pub rejection: Option<Rejection>,
    /// For how long it was asked for.
    pub duration: ConsentDuration,
    /// When it ends; `None` when undefined.
    pub expires_at: Option<Timestamp>,
    /// What it allows.
    pub permissions: PermissionSet,
    /// Purpose that was shown.
    pub purpose: Option<String>,
    /// Who shares; `None` once the link has been erased.
    pub record: Option<ConsentRecord>,
    /// What passes between the bank and us; `None` once the link has been erased.
    pub secrets: Option<ConsentSecrets>,
    /// When the bank's answer came; see [`Tx::record_answer`].
    pub answered_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The personal part of a consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRecord {
    /// Who shares, as the application or the user said.
    pub identification: Identification,
    /// Full name as the institution gives it, once known.
    #[serde(default)]
    pub display_name: Option<String>,
}

/// What passes between the bank and us.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConsentSecrets {
    /// The bank's consent id (`urn:…`).
    #[serde(with = "crate::secret")]
    pub bank_consent_id: SecretString,
    /// The authorization that is under way.
    pub authorization: Option<PendingAuthorization>,
    /// What the bank answered.
    pub answer: Option<BankAnswer>,
    /// Tokens between the exchange of the code, which works once, and the making of the link.
    #[serde(default)]
    pub tokens: Option<BankTokens>,
}

/// What must be remembered between sending the user to the bank and the answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PendingAuthorization {
    /// `state`; the consent is found by its keyed hash.
    #[serde(with = "crate::secret")]
    pub state: SecretString,
    /// `nonce`.
    #[serde(with = "crate::secret")]
    pub nonce: SecretString,
    /// PKCE `code_verifier`.
    #[serde(with = "crate::secret")]
    pub code_verifier: SecretString,
    /// `request_uri` of the pushed request.
    pub request_uri: String,
    /// Where the browser goes.
    #[serde(with = "crate::secret")]
    pub url: SecretString,
    /// `redirect_uri` that was sent.
    pub redirect_uri: String,
    /// Scopes that were asked for, apart by spaces.
    pub scope: String,
    /// Until when the bank takes the `request_uri`.
    pub expires_at: Timestamp,
}

/// The bank's answer in the fragment of the callback.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum BankAnswer {
    /// The user approved.
    Code {
        /// Authorization code.
        #[serde(with = "crate::secret")]
        code: SecretString,
        /// `id_token`.
        #[serde(with = "crate::secret")]
        id_token: SecretString,
    },
    /// The user denied, or something failed at the bank.
    Error {
        /// `error`.
        error: String,
        /// `error_description`.
        description: Option<String>,
    },
    /// An answer was brought by another browser than the one it was meant for; nothing of it is kept.
    Elsewhere,
}

/// Filters of the list of consents.
#[derive(Debug, Clone, Default)]
pub struct ConsentFilter {
    /// CPF of the person, or CNPJ of the company.
    pub document: Option<Document>,
    /// Link.
    pub link: OneOf<LinkId>,
    /// Status.
    pub status: OneOf<ConsentStatus>,
}

const COLUMNS: &str = "SELECT c.*, k.wrapped FROM ";
const FROM: &str = "consents c LEFT JOIN data_keys k ON k.link_id = c.link_id";

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<ConsentId>,
    application_id: Text<ApplicationId>,
    session_id: Option<Text<SessionId>>,
    link_id: Text<LinkId>,
    institution: Text<InstitutionCode>,
    status: Text<ConsentStatus>,
    rejected_by: Option<String>,
    reject_reason: Option<String>,
    duration_days: Option<i64>,
    expires_at: Option<At>,
    permissions: String,
    purpose: Option<String>,
    record: Option<Vec<u8>>,
    secrets: Option<Vec<u8>>,
    answered_at: Option<At>,
    created_at: At,
    updated_at: At,
    wrapped: Option<Vec<u8>>,
}

fn place<'a>(column: &'static str, id: &'a str) -> Place<'a> {
    Place::new("consents", column, id)
}

fn open_json<T: serde::de::DeserializeOwned>(
    key: &LinkKey,
    place: Place<'_>,
    sealed: Option<&[u8]>,
) -> Result<Option<T>> {
    let Some(sealed) = sealed else { return Ok(None) };
    let text = key.open(place, sealed)?;
    serde_json::from_str(&text).map(Some).map_err(|_| StoreError::Corrupt("consents"))
}

fn seal_json(on: &On<'_>, key: &LinkKey, place: Place<'_>, value: &impl Serialize) -> Result<Vec<u8>> {
    let text = serde_json::to_string(value).map_err(|_| StoreError::Corrupt("consents"))?;
    key.seal(&on.shared.env, place, &text)
}

fn open(on: &On<'_>, row: Row) -> Result<Consent> {
    let id = row.id.0.to_string();
    let (mut record, mut secrets) = (None, None);
    if let Some(wrapped) = &row.wrapped {
        let key = link_key::unwrap(on, row.link_id.0, wrapped)?;
        record = open_json(&key, place("record", &id), row.record.as_deref())?;
        secrets = open_json(&key, place("secrets", &id), row.secrets.as_deref())?;
    }
    let days = row.duration_days.map(u32::try_from).transpose().map_err(|_| StoreError::Corrupt("consents"))?;
    Ok(Consent {
        id: row.id.0,
        application: row.application_id.0,
        session: row.session_id.map(|v| v.0),
        link: row.link_id.0,
        institution: row.institution.0,
        status: row.status.0,
        rejection: row
            .rejected_by
            .zip(row.reject_reason)
            .map(|(rejected_by, reason)| Rejection { rejected_by, reason }),
        duration: ConsentDuration::try_from(days).map_err(|_| StoreError::Corrupt("consents"))?,
        expires_at: row.expires_at.map(|v| v.0),
        permissions: serde_json::from_str(&row.permissions).map_err(|_| StoreError::Corrupt("consents"))?,
        purpose: row.purpose,
        record,
        secrets,
        answered_at: row.answered_at.map(|v| v.0),
        created_at: row.created_at.0,
        updated_at: row.updated_at.0,
    })
}

async fn state_hash(on: &mut On<'_>, state: &str) -> Result<String> {
    Ok(on.hasher().await?.text("state", &[state]))
}

impl Tx {
    /// Adds a consent, and makes the key of its future link.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the id or the `state` is taken; [`StoreError::NotFound`] when it has no record.
    pub async fn insert_consent(&mut self, consent: &Consent) -> Result<()> {
        let on = &mut self.on();
        link_key::make(on, consent.link).await?;
        let key = link_key::hold(on, consent.link).await?;
        let id = consent.id.to_string();
        let record = consent.record.as_ref().ok_or(StoreError::NotFound)?;
        let person = document_hash(on, &Document::Cpf(record.identification.cpf.clone())).await?;
        let company = match &record.identification.company {
            Some((cnpj, _)) => Some(document_hash(on, &Document::Cnpj(cnpj.clone())).await?),
            None => None,
        };
        let pending = consent.secrets.as_ref().and_then(|secrets| secrets.authorization.as_ref());
        let state = match pending {
            Some(pending) => Some(state_hash(on, pending.state.expose_secret()).await?),
            None => None,
        };
        let seal = |secrets| seal_json(on, &key, place("secrets", &id), secrets);
        let secrets = consent.secrets.as_ref().map(seal).transpose()?;
        let record = seal_json(on, &key, place("record", &id), record)?;
        let permissions = serde_json::to_string(&consent.permissions).map_err(|_| StoreError::Corrupt("consents"))?;
        exec!(
            on,
            "INSERT INTO consents (id, application_id, session_id, link_id, institution, status, rejected_by,
                reject_reason, duration_days, expires_at, permissions, purpose, person_hash, company_hash, state_hash, record,
                secrets, answered_at, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
            id.as_str(),
            consent.application.to_string(),
            consent.session.as_ref().map(|id| id.as_str()),
            consent.link.to_string(),
            consent.institution.as_str(),
            consent.status.as_str(),
            consent.rejection.as_ref().map(|r| r.rejected_by.as_str()),
            consent.rejection.as_ref().map(|r| r.reason.as_str()),
            consent.duration.days().map(i64::from),
            consent.expires_at.map(us),
            permissions,
            consent.purpose.as_deref(),
            person,
            company,
            state,
            record,
            secrets,
            consent.answered_at.map(us),
            us(consent.created_at),
            us(consent.updated_at),
        )?;
        consent_history::begin(on, consent).await
    }

    /// Keeps the bank's answer, the first time only. Returns false when there is one already: then nothing changes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the consent is not there or its link has been erased.
    pub async fn record_answer(&mut self, id: ConsentId, answer: &BankAnswer) -> Result<bool> {
        let on = &mut self.on();
        let consent = by_id(on, id).await?.ok_or(StoreError::NotFound)?;
        if consent.answered_at.is_some() {
            return Ok(false);
        }
        // The key before the row, as whoever erases the link does: else the two could wait for each other.
        link_key::hold(on, consent.link).await?;
        let now = us(on.shared.env.now());
        let sql = "UPDATE consents SET answered_at = $2, updated_at = $2 WHERE id = $1 AND answered_at IS NULL";
        if exec!(on, sql, id.to_string(), now)? == 0 {
            return Ok(false);
        }
        let mut secrets = by_id(on, id).await?.and_then(|c| c.secrets).ok_or(StoreError::NotFound)?;
        secrets.answer = Some(answer.clone());
        put_secrets(on, id, &secrets).await
    }

    /// Replaces what passes between the bank and us, for example to drop a code that has been exchanged. The consent is
    /// still found by its first `state`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the consent is not there or its link has been erased.
    pub async fn update_consent_secrets(&mut self, id: ConsentId, secrets: &ConsentSecrets) -> Result<()> {
        put_secrets(&mut self.on(), id, secrets).await.map(|_| ())
    }

    /// Replaces the personal part, for example when the institution has told the full name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the consent is not there or its link has been erased.
    pub async fn update_consent_record(&mut self, id: ConsentId, record: &ConsentRecord) -> Result<()> {
        let on = &mut self.on();
        let link = by_id(on, id).await?.ok_or(StoreError::NotFound)?.link;
        let key = link_key::hold(on, link).await?;
        let id = id.to_string();
        let sealed = seal_json(on, &key, place("record", &id), record)?;
        let now = us(on.shared.env.now());
        exec!(on, "UPDATE consents SET record = $2, updated_at = $3 WHERE id = $1", id, sealed, now)?;
        Ok(())
    }

    /// Moves a consent on if it stands where one of `from` says. Returns false when it stands elsewhere: someone
    /// decided before.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn move_consent(
        &mut self,
        id: ConsentId,
        from: &[ConsentStatus],
        to: ConsentStatus,
        rejection: Option<&Rejection>,
    ) -> Result<bool> {
        let on = &mut self.on();
        let now = us(on.shared.env.now());
        let Some((status,)) =
            one!(on, (Text<ConsentStatus>,), "SELECT status FROM consents WHERE id = $1", id.to_string())?
        else {
            return Ok(false);
        };
        if !from.contains(&status.0) {
            return Ok(false);
        }
        let touched = exec!(
            on,
            "UPDATE consents SET status = $3, rejected_by = $4, reject_reason = $5, updated_at = $6
             WHERE id = $1 AND status = $2",
            id.to_string(),
            status.0.as_str(),
            to.as_str(),
            rejection.map(|r| r.rejected_by.as_str()),
            rejection.map(|r| r.reason.as_str()),
            now,
        )?;
        if touched == 0 {
            return Ok(false);
        }
        let actor = rejection.map_or("user", actor);
        let detail = json!({"rejected_by": rejection.map(|r| &r.rejected_by), "reason": rejection.map(|r| &r.reason)});
        consent_history::note(on, id, actor, &to.as_str().to_lowercase(), &detail.to_string()).await?;
        Ok(true)
    }

    /// Sets when a consent ends, as the bank recorded it.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn set_consent_expiry(&mut self, id: ConsentId, expires_at: Option<Timestamp>) -> Result<()> {
        let on = &mut self.on();
        let now = us(on.shared.env.now());
        let sql = "UPDATE consents SET expires_at = $2, updated_at = $3 WHERE id = $1";
        exec!(on, sql, id.to_string(), expires_at.map(us), now)?;
        consent_history::note(on, id, "institution", "expiry_changed", "{}").await
    }
}

impl Tx {
    /// Gives an authorised consent the term that the user chose anew, as the bank recorded it. Returns false when it is
    /// not authorised any more.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn renew_consent(
        &mut self,
        id: ConsentId,
        duration: ConsentDuration,
        expires_at: Option<Timestamp>,
    ) -> Result<bool> {
        let on = &mut self.on();
        let now = us(on.shared.env.now());
        let sql = "UPDATE consents SET duration_days = $2, expires_at = $3, updated_at = $4
            WHERE id = $1 AND status = 'AUTHORISED'";
        let days = duration.days().map(i64::from);
        if exec!(on, sql, id.to_string(), days, expires_at.map(us), now)? == 0 {
            return Ok(false);
        }
        let detail = serde_json::json!({"duration_days": duration.days()});
        consent_history::note(on, id, "user", "renewed", &detail.to_string()).await?;
        Ok(true)
    }
}

/// Who ended a consent, in our words.
fn actor(rejection: &Rejection) -> &'static str {
    match rejection.rejected_by.as_str() {
        "ASPSP" => "institution",
        "TPP" => "application",
        _ => "user",
    }
}

async fn put_secrets(on: &mut On<'_>, id: ConsentId, secrets: &ConsentSecrets) -> Result<bool> {
    let link = by_id(on, id).await?.ok_or(StoreError::NotFound)?.link;
    let key = link_key::hold(on, link).await?;
    let id = id.to_string();
    let sealed = seal_json(on, &key, place("secrets", &id), secrets)?;
    let now = us(on.shared.env.now());
    Ok(exec!(on, "UPDATE consents SET secrets = $2, updated_at = $3 WHERE id = $1", id, sealed, now)? == 1)
}

reads! {
    /// Returns a consent of an application: for the API.
    fn consent(application: ApplicationId, id: ConsentId) -> Option<Consent> = of_application;
    /// Returns a consent by its id alone: for jobs.
    fn consent_by_id(id: ConsentId) -> Option<Consent> = by_id;
    /// Returns the consent to which a callback's `state` belongs.
    fn consent_by_state(state: &str) -> Option<Consent> = by_state;
    /// Returns the consent that a link stands on; the newest one where there is no link yet. A consent that is to renew a
    /// link counts only once it has.
    fn consent_of_link(link: LinkId) -> Option<Consent> = of_link;
    /// Returns an application's consents, newest first.
    fn consents(application: ApplicationId, filter: &ConsentFilter, paging: Paging) -> Page<Consent> = list;
    /// Returns what a person, for themselves, or a company shares with any application, newest first.
    fn consents_shared_by(whose: &Document, paging: Paging) -> Page<Consent> = shared_by;
    /// Counts the consents that an application has asked a person for since `since`.
    fn consents_asked_for(application: ApplicationId, person: &Document, since: Timestamp) -> i64 = asked_for;
}

async fn by_id(on: &mut On<'_>, id: ConsentId) -> Result<Option<Consent>> {
    let sql = "SELECT c.*, k.wrapped FROM consents c LEFT JOIN data_keys k ON k.link_id = c.link_id WHERE c.id = $1";
    one!(on, Row, sql, id.to_string())?.map(|row| open(on, row)).transpose()
}

async fn of_application(on: &mut On<'_>, application: ApplicationId, id: ConsentId) -> Result<Option<Consent>> {
    Ok(by_id(on, id).await?.filter(|consent| consent.application == application))
}

async fn by_state(on: &mut On<'_>, state: &str) -> Result<Option<Consent>> {
    let hash = state_hash(on, state).await?;
    let sql =
        "SELECT c.*, k.wrapped FROM consents c LEFT JOIN data_keys k ON k.link_id = c.link_id WHERE c.state_hash = $1";
    one!(on, Row, sql, hash)?.map(|row| open(on, row)).transpose()
}

async fn of_link(on: &mut On<'_>, link: LinkId) -> Result<Option<Consent>> {
    let sql = "SELECT c.*, k.wrapped FROM consents c LEFT JOIN data_keys k ON k.link_id = c.link_id
        LEFT JOIN links l ON l.id = c.link_id AND l.consent_id = c.id
        WHERE c.link_id = $1 ORDER BY CASE WHEN l.id IS NULL THEN 1 ELSE 0 END, c.created_at DESC, c.id LIMIT 1";
    one!(on, Row, sql, link.to_string())?.map(|row| open(on, row)).transpose()
}

async fn list(
    on: &mut On<'_>,
    application: ApplicationId,
    filter: &ConsentFilter,
    paging: Paging,
) -> Result<Page<Consent>> {
    let mut select = Select::from(FROM);
    select.eq("c.application_id", &application);
    if let Some(document) = &filter.document {
        of_document(on, &mut select, document).await?;
    }
    select.one_of("c.link_id", &filter.link);
    select.one_of("c.status", &filter.status);
    page(on, select, paging).await
}

async fn of_document(on: &mut On<'_>, select: &mut Select, document: &Document) -> Result<()> {
    let hash = document_hash(on, document).await?;
    let column = if matches!(document, Document::Cpf(_)) { "c.person_hash" } else { "c.company_hash" };
    select.eq(column, &hash);
    Ok(())
}

async fn shared_by(on: &mut On<'_>, whose: &Document, paging: Paging) -> Result<Page<Consent>> {
    let mut select = Select::from(FROM);
    select.and("c.application_id IN (SELECT id FROM applications WHERE NOT hidden)");
    of_document(on, &mut select, whose).await?;
    if matches!(whose, Document::Cpf(_)) {
        select.and("c.company_hash IS NULL");
    }
    page(on, select, paging).await
}

async fn asked_for(on: &mut On<'_>, application: ApplicationId, person: &Document, since: Timestamp) -> Result<i64> {
    let mut select = Select::from("consents c");
    select.eq("c.application_id", &application);
    of_document(on, &mut select, person).await?;
    select.and("c.created_at >= ").bind(&since);
    select.count(on).await
}

async fn page(on: &mut On<'_>, select: Select, paging: Paging) -> Result<Page<Consent>> {
    let count = select.count(on).await?;
    let rows = rows!(on, Row, COLUMNS, select.page(" ORDER BY c.created_at DESC, c.id", paging))?;
    let items = rows.into_iter().map(|row| open(on, row)).collect::<Result<_>>()?;
    Ok(Page { count, items })
}
