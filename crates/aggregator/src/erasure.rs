//! A person's request under the data-protection law: every link, consent record, token and session that knows them is
//! erased, of all applications, and a receipt says what was. What stays is the evidence that consents were given and
//! ended, without any personal content, found by a keyed hash of the document.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;
use vinculo_domain::{ApplicationId, AuditId, ConsentId, Document, Env, InstitutionCode, LinkId};
use vinculo_store::{AuditEntry, Consent, ConsentFilter, Link, Paging, Store, Tx};

use crate::{Error, links};

/// What was erased.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Receipt {
    /// Names the receipt; also in the audit log.
    pub receipt: Uuid,
    /// When.
    pub erased_at: Timestamp,
    /// The document, masked.
    pub document: String,
    /// One entry per consent that was given for the person.
    pub consents: Vec<Erased>,
    /// Tokens and sessions beside them that knew the person.
    pub tokens_and_sessions: u64,
}

/// One consent and what hung on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Erased {
    /// The consent; its evidence stays.
    pub consent: ConsentId,
    /// Its link, which is gone.
    pub link: LinkId,
    /// Application.
    pub application: ApplicationId,
    /// Institution.
    pub institution: InstitutionCode,
    /// Whether there was still something of it to erase.
    pub erased: bool,
    /// Whether it is being ended at the institution.
    pub revoked: bool,
    /// Owners, accounts, balances and transactions that were erased.
    pub records: i64,
}

/// Tells what [`erase`] would erase, and erases nothing. The receipt's id is nil.
///
/// # Errors
/// The store fails.
pub async fn look(
    store: &Store,
    env: &Env,
    document: &Document,
    application: Option<ApplicationId>,
) -> Result<Receipt, Error> {
    let mut consents = Vec::new();
    for consent in consents_of(store, document, application).await? {
        let link = store.link_by_id(consent.link).await?;
        let mut tx = store.begin().await?;
        let records = records(&mut tx, consent.link).await?;
        tx.rollback().await?;
        consents.push(entry(&consent, link.is_some() || consent.record.is_some(), false, records));
    }
    Ok(Receipt {
        receipt: Uuid::nil(),
        erased_at: env.now(),
        document: document.masked(),
        consents,
        tokens_and_sessions: 0,
    })
}

/// Erases everything about a person or company; of one application, or of all. The consents are ended at the institutions
/// by jobs. Each application is told by `link_deleted`. `actor` goes into the audit log.
///
/// # Errors
/// The store fails: what is done is done, and doing it again goes on.
pub async fn erase(
    store: &Store,
    env: &Env,
    document: &Document,
    application: Option<ApplicationId>,
    actor: &str,
) -> Result<Receipt, Error> {
    let receipt = env.uuid();
    let mut consents = Vec::new();
    for consent in consents_of(store, document, application).await? {
        let mut tx = store.begin().await?;
        let erased = erase_one(env, &mut tx, &consent, receipt, actor).await?;
        tx.commit().await?;
        consents.push(erased);
    }
    let mut tx = store.begin().await?;
    // Tokens and sessions beside any link are few and short-lived; which application asked makes no difference.
    let tokens_and_sessions = tx.forget_person(document).await?;
    let done = Receipt { receipt, erased_at: env.now(), document: document.masked(), consents, tokens_and_sessions };
    tx.append_audit(&note(env, &done, application, actor)).await?;
    tx.commit().await?;
    tracing::info!(receipt = %receipt, "a person was erased");
    Ok(done)
}

async fn consents_of(
    store: &Store,
    document: &Document,
    application: Option<ApplicationId>,
) -> Result<Vec<Consent>, Error> {
    let applications = match application {
        Some(id) => vec![id],
        None => {
            let all = store.applications().await?.into_iter().map(|application| application.id);
            all.chain([ApplicationId::PORTAL]).collect()
        }
    };
    let filter = ConsentFilter { document: Some(document.clone()), ..ConsentFilter::default() };
    let mut all = Vec::new();
    for application in applications {
        for page in 1.. {
            let found = store.consents(application, &filter, Paging { page, size: Paging::MAX_SIZE }).await?;
            let is_last = found.items.len() < Paging::MAX_SIZE as usize;
            all.extend(found.items);
            if is_last {
                break;
            }
        }
    }
    Ok(all)
}

async fn erase_one(env: &Env, tx: &mut Tx, consent: &Consent, receipt: Uuid, actor: &str) -> Result<Erased, Error> {
    let link: Option<Link> = tx.link_by_id(consent.link).await?;
    let records = records(tx, consent.link).await?;
    let revoked = links::end_consent(env, tx, consent).await?;
    let erased = match &link {
        Some(link) => {
            links::erase(env, tx, link, actor, "link.erased").await?;
            let data = json!({"reason": "erasure"});
            links::tell(env, tx, link, receipt, data.as_object().cloned().unwrap_or_default()).await?;
            true
        }
        // Never authorised: the link was only reserved, and the consent alone knows the person.
        None => tx.erase_link(consent.link).await?,
    };
    Ok(entry(consent, erased, revoked, records))
}

async fn records(tx: &mut Tx, link: LinkId) -> Result<i64, Error> {
    let held = tx.count_owners(link).await? + tx.count_accounts(link).await? + tx.count_balances(link).await?;
    Ok(held + tx.transaction_totals(link).await?.total)
}

fn entry(consent: &Consent, erased: bool, revoked: bool, records: i64) -> Erased {
    Erased {
        consent: consent.id,
        link: consent.link,
        application: consent.application,
        institution: consent.institution.clone(),
        erased,
        revoked,
        records,
    }
}

fn note(env: &Env, receipt: &Receipt, application: Option<ApplicationId>, actor: &str) -> AuditEntry {
    let erased = receipt.consents.iter().filter(|entry| entry.erased).count();
    let detail = json!({"consents": receipt.consents.len(), "erased": erased, "others": receipt.tokens_and_sessions});
    AuditEntry {
        id: AuditId::new(env),
        application,
        at: receipt.erased_at,
        actor: actor.to_owned(),
        action: "person.erased".to_owned(),
        subject: receipt.receipt.to_string(),
        detail: detail.to_string(),
    }
}
