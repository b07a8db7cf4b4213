//! Links: one person or company at one institution, for one application.

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use vinculo_domain::{
    AccessMode, ApplicationId, ConsentId, FetchResources, InstitutionCode, LinkId, LinkStatus, RefreshRate, StaleIn,
};

use crate::column::{At, Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::query::{Compare, OneOf, Page, Paging, Select, rows};
use crate::seal::{LinkKey, Place};
use crate::{Result, StoreError, Tx, link_key};

/// A link. Nothing in it is personal; what is, hangs below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Id.
    pub id: LinkId,
    /// Application.
    pub application: ApplicationId,
    /// Institution.
    pub institution: InstitutionCode,
    /// Consent that it rests on.
    pub consent: Option<ConsentId>,
    /// Whether it can be used.
    pub status: LinkStatus,
    /// Whether it is kept fresh.
    pub access_mode: AccessMode,
    /// How often it is refreshed; `None` for single links.
    pub refresh_rate: Option<RefreshRate>,
    /// The application's own id.
    pub external_id: Option<String>,
    /// The same for all links of one document at one institution; see [`Store::institution_user_id`](crate::Store::institution_user_id).
    pub institution_user_id: String,
    /// After how long without reading its data is erased.
    pub stale_in: StaleIn,
    /// What is fetched for it.
    pub fetch_resources: FetchResources,
    /// Has no effect; shown.
    pub credentials_storage: String,
    /// The API user: the application's id.
    pub created_by: uuid::Uuid,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last successful access at the institution.
    pub last_accessed_at: Option<Timestamp>,
}

/// What the API may change in a link; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct LinkPatch {
    /// Whether it is kept fresh. The refresh rate follows: the default for recurrent links, none for single ones.
    pub access_mode: Option<AccessMode>,
    /// After how long without reading its data is erased.
    pub stale_in: Option<StaleIn>,
    /// What is fetched for it.
    pub fetch_resources: Option<FetchResources>,
}

/// The bank's tokens for a link; sealed under its key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BankTokens {
    /// Access token.
    #[serde(with = "crate::secret")]
    pub access: SecretString,
    /// Refresh token.
    #[serde(with = "crate::secret::option")]
    pub refresh: Option<SecretString>,
    /// Until when the access token works.
    pub expires_at: Timestamp,
    /// Scope that was granted.
    pub scope: Option<String>,
}

/// Tokens as read, with the version that [`Tx::update_tokens`] guards.
#[derive(Debug, Clone)]
pub struct StoredTokens {
    /// The tokens.
    pub tokens: BankTokens,
    /// Counts the replacements.
    pub version: i64,
}

/// Filters of the list of links (belvo-api.md, section 4.1).
#[derive(Debug, Clone, Default)]
pub struct LinkFilter {
    /// `id`.
    pub id: OneOf<LinkId>,
    /// `institution`.
    pub institution: OneOf<InstitutionCode>,
    /// `access_mode`.
    pub access_mode: Option<AccessMode>,
    /// `created_at`.
    pub created_at: Compare<Timestamp>,
    /// `created_by__not_in`.
    pub created_by_not_in: OneOf<String>,
    /// `external_id`.
    pub external_id: OneOf<String>,
    /// `institution_user_id`.
    pub institution_user_id: OneOf<String>,
    /// `refresh_rate`.
    pub refresh_rate: Option<RefreshRate>,
    /// `status`.
    pub status: OneOf<LinkStatus>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<LinkId>,
    application_id: Text<ApplicationId>,
    institution: Text<InstitutionCode>,
    consent_id: Option<Text<ConsentId>>,
    status: Text<LinkStatus>,
    access_mode: Text<AccessMode>,
    refresh_rate: Option<Text<RefreshRate>>,
    external_id: Option<String>,
    institution_user_id: String,
    stale_in: Text<StaleIn>,
    fetch_resources: String,
    credentials_storage: String,
    created_by: Text<uuid::Uuid>,
    created_at: At,
    last_accessed_at: Option<At>,
}

fn open(row: Row) -> Result<Link> {
    Ok(Link {
        id: row.id.0,
        application: row.application_id.0,
        institution: row.institution.0,
        consent: row.consent_id.map(|v| v.0),
        status: row.status.0,
        access_mode: row.access_mode.0,
        refresh_rate: row.refresh_rate.map(|v| v.0),
        external_id: row.external_id,
        institution_user_id: row.institution_user_id,
        stale_in: row.stale_in.0,
        fetch_resources: serde_json::from_str(&row.fetch_resources).map_err(|_| StoreError::Corrupt("links"))?,
        credentials_storage: row.credentials_storage,
        created_by: row.created_by.0,
        created_at: row.created_at.0,
        last_accessed_at: row.last_accessed_at.map(|v| v.0),
    })
}

fn place(id: &str) -> Place<'_> {
    Place::new("links", "tokens", id)
}

fn seal_tokens(on: &On<'_>, key: &LinkKey, id: &str, tokens: &BankTokens) -> Result<Vec<u8>> {
    let text = serde_json::to_string(tokens).map_err(|_| StoreError::Corrupt("links"))?;
    key.seal(&on.shared.env, place(id), &text)
}

fn names(resources: &FetchResources) -> Result<String> {
    serde_json::to_string(resources).map_err(|_| StoreError::Corrupt("links"))
}

impl Link {
    /// Returns when its data is to be erased unless somebody retrieves it before.
    pub fn stale_at(&self) -> Timestamp {
        let span = SignedDuration::from_hours(24 * i64::from(self.stale_in.days()));
        self.last_accessed_at.unwrap_or(self.created_at).checked_add(span).unwrap_or(Timestamp::MAX)
    }
}

impl Tx {
    /// Adds a link with the bank's tokens, under the key that its consent made (or a new one).
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is such a link already.
    pub async fn insert_link(&mut self, link: &Link, tokens: &BankTokens) -> Result<()> {
        let on = &mut self.on();
        link_key::make(on, link.id).await?;
        let key = link_key::hold(on, link.id).await?;
        let id = link.id.to_string();
        let sealed = seal_tokens(on, &key, &id, tokens)?;
        let resources = names(&link.fetch_resources)?;
        exec!(
            on,
            "INSERT INTO links (id, application_id, institution, consent_id, status, access_mode, refresh_rate,
                external_id, institution_user_id, stale_in, fetch_resources, credentials_storage, created_by, created_at,
                last_accessed_at, tokens, tokens_version, transaction_count)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, 0)",
            id.as_str(),
            link.application.to_string(),
            link.institution.as_str(),
            link.consent.map(|id| id.to_string()),
            link.status.as_str(),
            link.access_mode.as_str(),
            link.refresh_rate.map(|rate| rate.as_str()),
            link.external_id.as_deref(),
            &link.institution_user_id,
            link.stale_in.to_string(),
            resources,
            &link.credentials_storage,
            link.created_by.to_string(),
            us(link.created_at),
            link.last_accessed_at.map(us),
            sealed,
        )?;
        Ok(())
    }

    /// Changes a link of an application and returns it as it is now; `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn patch_link(
        &mut self,
        application: ApplicationId,
        id: LinkId,
        patch: &LinkPatch,
    ) -> Result<Option<Link>> {
        let on = &mut self.on();
        let resources = patch.fetch_resources.as_ref().map(names).transpose()?;
        // One statement, so that two callers who change different things do not undo each other.
        let touched = exec!(
            on,
            "UPDATE links SET access_mode = coalesce($3, access_mode), stale_in = coalesce($4, stale_in),
                fetch_resources = coalesce($5, fetch_resources),
                refresh_rate = CASE WHEN coalesce($3, access_mode) = access_mode THEN refresh_rate
                    WHEN $3 = 'recurrent' THEN '7d' END
             WHERE id = $1 AND application_id = $2",
            id.to_string(),
            application.to_string(),
            patch.access_mode.map(AccessMode::as_str),
            patch.stale_in.map(|stale_in| stale_in.to_string()),
            resources,
        )?;
        if touched == 0 { Ok(None) } else { of_application(on, application, id).await }
    }

    /// Says whether a link can be used. Returns false when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn set_link_status(&mut self, id: LinkId, status: LinkStatus) -> Result<bool> {
        let sql = "UPDATE links SET status = $2 WHERE id = $1";
        Ok(exec!(self.on(), sql, id.to_string(), status.as_str())? == 1)
    }

    /// Puts a link on another consent, with the tokens that came of it: it is valid from here on, and keeps its data. Returns
    /// false when it is not there.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link has been erased.
    pub async fn reconnect_link(&mut self, id: LinkId, consent: ConsentId, tokens: &BankTokens) -> Result<bool> {
        let on = &mut self.on();
        let key = link_key::hold(on, id).await?;
        let id = id.to_string();
        let sealed = seal_tokens(on, &key, &id, tokens)?;
        let sql = "UPDATE links SET consent_id = $2, status = $3, tokens = $4, tokens_version = tokens_version + 1
             WHERE id = $1";
        Ok(exec!(on, sql, id, consent.to_string(), LinkStatus::Valid.as_str(), sealed)? == 1)
    }

    /// Notes a successful access at the institution.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn touch_link(&mut self, id: LinkId, at: Timestamp) -> Result<()> {
        exec!(self.on(), "UPDATE links SET last_accessed_at = $2 WHERE id = $1", id.to_string(), us(at))?;
        Ok(())
    }

    /// Holds a link until the transaction ends: nobody else stores records for it meanwhile, so what is looked up stays so.
    /// The key before the row, as whoever erases the link does.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link has been erased.
    pub async fn hold_link(&mut self, id: LinkId) -> Result<()> {
        let on = &mut self.on();
        link_key::hold(on, id).await?;
        crate::transaction::add_to_count(on, &id.to_string(), 0).await
    }

    /// Replaces the tokens that were read as `version`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when someone else replaced them since: read them again and use those;
    /// [`StoreError::NotFound`] when the link has been erased.
    pub async fn update_tokens(&mut self, id: LinkId, tokens: &BankTokens, version: i64) -> Result<()> {
        let on = &mut self.on();
        let key = link_key::hold(on, id).await?;
        let id = id.to_string();
        let sealed = seal_tokens(on, &key, &id, tokens)?;
        let sql = "UPDATE links SET tokens = $2, tokens_version = tokens_version + 1
             WHERE id = $1 AND tokens_version = $3";
        if exec!(on, sql, id, sealed, version)? == 1 { Ok(()) } else { Err(StoreError::Conflict) }
    }

    /// Erases a link: first its key, then the link, its owners, accounts, balances, transactions, investments, exchanges,
    /// progress, and what its token and sessions knew of the user. The consent stays as evidence without its sealed parts; events, deliveries
    /// and audit hold nothing personal and stay. Also for a link that was only reserved by a consent. Returns false
    /// when there was nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn erase_link(&mut self, id: LinkId) -> Result<bool> {
        self.empty_log_after_commit();
        let on = &mut self.on();
        let id = id.to_string();
        // The key goes first: this waits for writers that hold it, and later ones find none.
        let found = exec!(on, "DELETE FROM data_keys WHERE link_id = $1", &id)? > 0;
        let erase = [
            "DELETE FROM transactions WHERE link_id = $1",
            "DELETE FROM removed_transactions WHERE link_id = $1",
            "DELETE FROM investment_transactions WHERE link_id = $1",
            "DELETE FROM investments WHERE link_id = $1",
            "DELETE FROM exchange_events WHERE link_id = $1",
            "DELETE FROM exchanges WHERE link_id = $1",
            "DELETE FROM balances WHERE link_id = $1",
            "DELETE FROM bills WHERE link_id = $1",
            "DELETE FROM accounts WHERE link_id = $1",
            "DELETE FROM owners WHERE link_id = $1",
            "DELETE FROM fetch_progress WHERE link_id = $1",
            "DELETE FROM links WHERE id = $1",
            "UPDATE consents SET record = NULL, secrets = NULL WHERE link_id = $1",
            "UPDATE tokens SET config = NULL WHERE link_id = $1",
            // Also the tries before the one that made the link: they asked for the same person.
            "UPDATE widget_sessions SET state = NULL, external_id = NULL
             WHERE link_id = $1 OR token_jti IN (SELECT jti FROM tokens WHERE link_id = $1)",
        ];
        for sql in erase {
            exec!(on, sql, &id)?;
        }
        Ok(found)
    }
}

reads! {
    /// Returns a link of an application: for the API.
    fn link(application: ApplicationId, id: LinkId) -> Option<Link> = of_application;
    /// Returns a link by its id alone: for jobs.
    fn link_by_id(id: LinkId) -> Option<Link> = by_id;
    /// Returns an application's links, newest first.
    fn links(application: ApplicationId, filter: &LinkFilter, paging: Paging) -> Page<Link> = list;
    /// Returns links behind `after` whose data nobody has retrieved for their `stale_in` at `now`, in the order of their ids.
    fn stale_links(now: Timestamp, after: Option<LinkId>, limit: u32) -> Vec<LinkId> = stale;
    /// Returns the bank's tokens of a link; `None` when it has been erased.
    fn tokens(id: LinkId) -> Option<StoredTokens> = tokens;
}

const COLUMNS: &str = "SELECT id, application_id, institution, consent_id, status, access_mode, refresh_rate, external_id,
    institution_user_id, stale_in, fetch_resources, credentials_storage, created_by, created_at, last_accessed_at FROM ";

async fn by_id(on: &mut On<'_>, id: LinkId) -> Result<Option<Link>> {
    one!(on, Row, "SELECT * FROM links WHERE id = $1", id.to_string())?.map(open).transpose()
}

async fn of_application(on: &mut On<'_>, application: ApplicationId, id: LinkId) -> Result<Option<Link>> {
    Ok(by_id(on, id).await?.filter(|link| link.application == application))
}

async fn list(on: &mut On<'_>, application: ApplicationId, filter: &LinkFilter, paging: Paging) -> Result<Page<Link>> {
    let mut select = Select::from("links");
    select.eq("application_id", &application);
    select.one_of("id", &filter.id);
    select.one_of("institution", &filter.institution);
    select.eq_opt("access_mode", filter.access_mode.as_ref());
    select.compare("created_at", &filter.created_at);
    if let Some([_, ..]) = filter.created_by_not_in.as_deref() {
        select.and("created_by NOT IN (").list(filter.created_by_not_in.as_deref().unwrap_or_default()).sql(")");
    }
    select.one_of("external_id", &filter.external_id);
    select.one_of("institution_user_id", &filter.institution_user_id);
    select.eq_opt("refresh_rate", filter.refresh_rate.as_ref());
    select.one_of("status", &filter.status);
    let count = select.count(on).await?;
    let rows = rows!(on, Row, COLUMNS, select.page(" ORDER BY created_at DESC, id", paging))?;
    Ok(Page { count, items: rows.into_iter().map(open).collect::<Result<_>>()? })
}

async fn stale(on: &mut On<'_>, now: Timestamp, after: Option<LinkId>, limit: u32) -> Result<Vec<LinkId>> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    // Days stand as `365d`, a day has so many microseconds.
    let sql = "SELECT id FROM links WHERE id > $2 AND coalesce(last_accessed_at, created_at)
            + CAST(substr(stale_in, 1, length(stale_in) - 1) AS bigint) * 86400000000 <= $1
        ORDER BY id LIMIT $3";
    let rows = all!(on, (Text<LinkId>,), sql, us(now), after, i64::from(limit))?;
    Ok(rows.into_iter().map(|(id,)| id.0).collect())
}

async fn tokens(on: &mut On<'_>, id: LinkId) -> Result<Option<StoredTokens>> {
    let text_id = id.to_string();
    let sql = "SELECT l.tokens, l.tokens_version, k.wrapped FROM links l JOIN data_keys k ON k.link_id = l.id
        WHERE l.id = $1 AND l.tokens IS NOT NULL";
    let Some((sealed, version, wrapped)) = one!(on, (Vec<u8>, i64, Vec<u8>), sql, &text_id)? else { return Ok(None) };
    let text = link_key::unwrap(on, id, &wrapped)?.open(place(&text_id), &sealed)?;
    let tokens = serde_json::from_str(&text).map_err(|_| StoreError::Corrupt("links"))?;
    Ok(Some(StoredTokens { tokens, version }))
}
