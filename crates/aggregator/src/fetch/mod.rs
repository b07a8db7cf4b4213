//! Job `fetch`: a link's data, resource by resource, page by page.
//!
//! What has been stored is noted in the same transaction, so that a job that is interrupted anywhere goes on where it
//! was, and nothing is stored twice or left out. A resource's event is written with its last page: it never announces
//! what is not there. A resource that cannot be had announces that, and the others go on.

pub(crate) mod accounts;
mod balances;
pub(crate) mod bills;
mod blocked;
pub(crate) mod exchanges;
pub(crate) mod investment_transactions;
pub(crate) mod investments;
pub(crate) mod owners;
mod parts;
pub(crate) mod reader;
mod rows;
pub(crate) mod settled;
pub(crate) mod transactions;

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use jiff::{ToSpan as _, civil::Date};
use vinculo_connector::{ConnectorError, ProtocolError, Window};
use vinculo_domain::{EventCode, EventType, LinkStatus, ProcessType, Resource};
use vinculo_store::{Consent, Freshness, Link, Progress, StoreError, TransactionTotals, Tx};

use crate::events::{self, Counts, NewEvent};
use crate::failure::DataError;
use crate::jobs::{Depth, Fetch, Work};
use crate::quota::Spender;
use crate::refresh;
use crate::worker::{Claimed, JobError, asked};
use crate::{Aggregator, Backoff, access};

pub(crate) use reader::{Reader, read};
pub(crate) use rows::{account_row, balance_row, bill_row, owner_row, transaction_row};

/// A bank that fails is tried so often before its resource is announced as failed: over about ten minutes.
const PATIENCE: u32 = 8;

/// An answer that cannot be read may have been cut or garbled on its way; one that comes so again is how the bank answers.
/// Each try is taken from the month's allowance.
const PATIENCE_UNREADABLE: u32 = 3;

/// What a resource is read from: balances and bills account by account, transactions with the bills that they
/// name, movements investment by investment.
fn needs(resource: Resource) -> &'static [Resource] {
    match resource {
        Resource::Balances | Resource::Bills => &[Resource::Accounts],
        Resource::Transactions => &[Resource::Accounts, Resource::Bills],
        Resource::InvestmentTransactions => &[Resource::Investments],
        _ => &[],
    }
}

/// What is read between two full rounds.
const DELTA: [Resource; 3] = [Resource::Accounts, Resource::Balances, Resource::Transactions];

/// What is read by days: what a round misses of it, the next one does not see by itself.
const SPANS: [Resource; 4] =
    [Resource::Transactions, Resource::Bills, Resource::InvestmentTransactions, Resource::Exchanges];

/// One round for one link.
pub(crate) struct Round<'a> {
    pub(crate) aggregator: &'a Aggregator,
    pub(crate) job: &'a Claimed,
    pub(crate) work: &'a Fetch,
    pub(crate) link: Link,
    pub(crate) consent: Consent,
    pub(crate) wanted: Vec<Resource>,
    /// How much a scheduled round reads; `None` for the first pull, and for one that was asked for.
    pub(crate) depth: Option<Depth>,
    freshness: Freshness,
}

/// Runs the job.
pub(crate) async fn fetch(aggregator: &Aggregator, job: &Claimed, work: &Fetch) -> Result<(), JobError> {
    match round(aggregator, job, work).await {
        // The link was deleted meanwhile: there is nothing to fetch for.
        Err(JobError::Store(StoreError::NotFound)) if aggregator.store().link_by_id(work.link).await?.is_none() => {
            job.complete_alone(aggregator).await
        }
        other => other,
    }
}

async fn round(aggregator: &Aggregator, job: &Claimed, work: &Fetch) -> Result<(), JobError> {
    let link = aggregator.store().link_by_id(work.link).await?.ok_or(StoreError::NotFound)?;
    let consent = aggregator.store().consent_of_link(work.link).await?.ok_or(StoreError::NotFound)?;
    let wanted = work.resources.clone().unwrap_or_else(|| link.fetch_resources.resources());
    let freshness = aggregator.store().freshness(work.link).await?.unwrap_or_default();
    let round = Round { aggregator, job, work, link, consent, wanted, depth: work.depth, freshness };
    if round.link.status == LinkStatus::Invalid {
        return round.end_without_access().await;
    }
    if work.depth.is_some()
        && let Err(until) = aggregator.breaker().pass(&round.link.institution, aggregator.env().now())
    {
        return Err(round.wait(until));
    }
    let mut reader = match Reader::open_for(aggregator, &round.link, &round.consent, round.spender())
        .await
        .map_err(JobError::from)
    {
        Ok(reader) => reader,
        Err(error) if access::job_may_be_lost(&error) => return round.without_access(error).await,
        Err(error) => return round.put_off_or_end(error).await,
    };
    let mut put_off: Option<JobError> = None;
    for resource in round.plan() {
        if job.is_stopping() {
            return Err(JobError::Interrupted);
        }
        if put_off.is_some() && !round.has_what_it_needs(resource).await? {
            continue;
        }
        match round.resource(&mut reader, resource).await {
            Ok(()) => {}
            Err(JobError::Connector(error)) if !access::may_be_lost(&error) && round.is_over(&error) => {
                round.give_up(resource, DataError::from_connector(&error)).await?;
            }
            Err(error) if access::job_may_be_lost(&error) => return round.without_access(error).await,
            // The others do not wait for the one that fails, unless the bank wants to be left alone.
            Err(JobError::Connector(error)) if !matches!(error, ConnectorError::RateLimited { .. }) => {
                put_off.get_or_insert(error.into());
            }
            Err(error) => return Err(round.patience(error)),
        }
    }
    if let Some(error) = put_off {
        return Err(round.patience(error));
    }
    round.end().await
}

impl Round<'_> {
    fn spender(&self) -> Spender {
        if matches!(self.job.work(), Work::Refresh(_)) { Spender::Schedule } else { Spender::Asked }
    }

    /// What is read, in order: what is wanted and what that needs, asked for or not.
    fn plan(&self) -> Vec<Resource> {
        let is_needed = |resource| self.wanted.iter().any(|wanted| needs(*wanted).contains(&resource));
        let planned = |resource: &Resource| self.wanted.contains(resource) || is_needed(*resource);
        let in_depth = |resource: &Resource| self.depth != Some(Depth::Delta) || DELTA.contains(resource);
        Resource::ALL.into_iter().filter(planned).filter(in_depth).collect()
    }

    /// Finishes the job. A round that has read everything is noted; one that missed something comes again, and reads
    /// from where the last whole one ended.
    async fn end(&self) -> Result<(), JobError> {
        let is_full = self.depth != Some(Depth::Delta) && self.work.resources.is_none();
        let missed = if is_full { self.missed().await? } else { None };
        let mut tx = self.aggregator.store().begin().await?;
        self.complete(&mut tx).await?;
        match missed {
            Some(error) => refresh::come_again(self.aggregator.env(), &mut tx, self.link.id, error).await?,
            None if is_full => tx.note_full_read(self.link.id, self.job.claim().created_at).await?,
            None => {}
        }
        Ok(tx.commit().await?)
    }

    /// Finishes the job, and with it the notes that led through it.
    async fn complete(&self, tx: &mut Tx) -> Result<(), JobError> {
        self.job.complete(tx).await?;
        Ok(tx.forget_round(self.link.id, &self.round_name()).await?)
    }

    /// Tells why something of a span of time could not be read that can be read later, if anything.
    async fn missed(&self) -> Result<Option<DataError>, JobError> {
        for resource in self.plan().into_iter().filter(|resource| SPANS.contains(resource)) {
            let note = self.progress(resource, "").await?;
            let error = note.and_then(|note| note.error).map(|code| DataError::from_code(&code));
            if let Some(error) = error.filter(|error| error.may_pass()) {
                return Ok(Some(error));
            }
        }
        Ok(None)
    }

    /// The institution is left alone: comes back a little after `until`, each round at its own moment.
    fn wait(&self, until: Timestamp) -> JobError {
        let spread = Backoff { first: SignedDuration::from_mins(2), longest: SignedDuration::from_mins(2) };
        let wait = spread.after(1, self.aggregator.env());
        JobError::Later(until.checked_add(wait).unwrap_or(Timestamp::MAX))
    }

    async fn resource(&self, reader: &mut Reader<'_>, resource: Resource) -> Result<(), JobError> {
        if self.is_done(resource).await? {
            return Ok(());
        }
        match resource {
            Resource::Owners => owners::fetch(self, reader).await,
            Resource::Accounts if self.depth == Some(Depth::Delta) => balances::fetch(self, reader).await,
            Resource::Accounts => accounts::fetch(self, reader).await,
            Resource::Balances => accounts::finish_balances(self).await,
            Resource::Transactions => transactions::fetch(self, reader).await,
            Resource::Bills => bills::fetch(self, reader).await,
            Resource::Investments => investments::fetch(self, reader).await,
            Resource::InvestmentTransactions => investment_transactions::fetch(self, reader).await,
            Resource::Exchanges => exchanges::fetch(self, reader).await,
        }
    }

    async fn has_what_it_needs(&self, resource: Resource) -> Result<bool, JobError> {
        for needed in needs(resource) {
            if !self.is_done(*needed).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Tells whether a resource is complete, or has been given up.
    async fn is_done(&self, resource: Resource) -> Result<bool, JobError> {
        Ok(self.progress(resource, "").await?.is_some_and(|progress| progress.done))
    }

    pub(crate) fn round_name(&self) -> String {
        self.work.request.to_string()
    }

    pub(crate) async fn progress(&self, resource: Resource, scope: &str) -> Result<Option<Progress>, JobError> {
        Ok(self.aggregator.store().progress(self.link.id, &self.round_name(), resource, scope).await?)
    }

    /// Makes the note of a part that is just beginning.
    pub(crate) fn note(&self, resource: Resource, scope: &str) -> Progress {
        let now = self.aggregator.env().now();
        Progress {
            link: self.link.id,
            round: self.round_name(),
            resource,
            scope: scope.to_owned(),
            next_url: None,
            records: 0,
            done: false,
            error: None,
            started_at: now,
            updated_at: now,
        }
    }

    /// The days to read. They hang on when the round was asked for, not on when it is run: a round that is taken up
    /// again the next day reads the same days, but for those that banks do not give any more.
    pub(crate) fn window(&self) -> Window {
        if let Some((from, to)) = self.work.window {
            return Window { from, to };
        }
        let to = day_in_brazil(self.job.claim().created_at);
        let earliest = |day: Date| day.checked_sub(12.months()).unwrap_or(day);
        let window = match self.depth {
            Some(depth) => refresh::window(depth, &self.freshness, to),
            None => Window { from: earliest(to), to },
        };
        Window { from: window.from.max(earliest(day_in_brazil(self.aggregator.env().now()))).min(to), to }
    }

    /// Starts a transaction in which the job is still ours, and in which nobody else stores for the link.
    pub(crate) async fn begin(&self) -> Result<Tx, JobError> {
        let mut tx = self.aggregator.store().begin().await?;
        self.job.hold(&mut tx).await?;
        tx.hold_link(self.link.id).await?;
        Ok(tx)
    }

    /// Notes in `tx` that a resource is complete, and announces it if it was asked for.
    pub(crate) async fn finish(
        &self,
        tx: &mut Tx,
        resource: Resource,
        counts: &Counts,
        errors: &[DataError],
    ) -> Result<(), JobError> {
        let mut note = self.note(resource, "");
        note.done = true;
        note.records = i64::try_from(counts.total).unwrap_or(i64::MAX);
        // What may pass is what the end of the round asks for.
        let error = errors.iter().find(|error| error.may_pass()).or(errors.first());
        note.error = error.map(|error| error.code().to_owned());
        tx.put_progress(&note).await?;
        if errors.is_empty() {
            tx.touch_link(self.link.id, self.aggregator.env().now()).await?;
        }
        if let Some(depth) = self.depth.filter(|_| errors.contains(&DataError::OperationalLimitsReached)) {
            refresh::wait_for_next_month(self.aggregator.env(), tx, self.link.id, depth).await?;
        }
        if self.wanted.contains(&resource) {
            self.announce(tx, resource, counts, errors).await?;
        }
        Ok(())
    }

    async fn announce(
        &self,
        tx: &mut Tx,
        resource: Resource,
        counts: &Counts,
        errors: &[DataError],
    ) -> Result<(), JobError> {
        let entries: Vec<_> = errors.iter().map(|error| error.entry()).collect();
        let (code, process, data) = match self.depth {
            None => {
                let data = events::historical(resource, counts, &entries);
                (EventCode::HistoricalUpdate, ProcessType::HistoricalUpdate, data)
            }
            Some(_) => {
                let new = tx.count_new(self.link.id, resource, self.job.claim().created_at).await?;
                if new == 0 {
                    return Ok(());
                }
                (EventCode::New(resource), ProcessType::RecurrentUpdate, events::recurrent(resource, new))
            }
        };
        let event = NewEvent {
            application: self.link.application,
            link: Some(self.link.id),
            external_id: self.link.external_id.clone(),
            kind: EventType::Resource(resource),
            code,
            process,
            request: self.work.request,
            data,
            dedup_key: Some(format!("{}:{}:{resource}", self.link.id, self.work.request)),
        };
        events::emit(self.aggregator, tx, event).await?;
        Ok(())
    }

    /// Closes a resource that cannot be had, with what there is of it.
    async fn give_up(&self, resource: Resource, error: DataError) -> Result<(), JobError> {
        tracing::warn!(link.id = %self.link.id, resource = %resource, error = error.code(), "resource given up");
        let mut tx = self.begin().await?;
        let counts = stored(&mut tx, &self.link, resource).await?;
        // Not offered is no failure: there is nothing, and that is all.
        let errors: &[DataError] = if error == DataError::UnsupportedOperation { &[] } else { &[error] };
        self.finish(&mut tx, resource, &counts, errors).await?;
        Ok(tx.commit().await?)
    }

    /// Tells whether trying again is of no use, or has been of none for long enough.
    pub(crate) fn is_over(&self, error: &ConnectorError) -> bool {
        let patience = match error {
            ConnectorError::Protocol(ProtocolError::Unreadable(_) | ProtocolError::Empty) => PATIENCE_UNREADABLE,
            error if error.is_transient() => PATIENCE,
            _ => return true,
        };
        self.job.is_last_try(self.aggregator, patience)
    }

    /// The bank does not let us in any more: asks it for the consent, and ends the round if that is gone.
    async fn without_access(&self, error: JobError) -> Result<(), JobError> {
        match access::check(self.aggregator, &self.link, &self.consent).await.map_err(JobError::from) {
            Ok(true) => self.end_without_access().await,
            Ok(false) if !self.job.is_last_try(self.aggregator, PATIENCE) => Err(self.patience(error)),
            Ok(false) => {
                // The consent stands, and yet there is no way in: only the user can open it again.
                access::invalidate(self.aggregator, &self.link, &self.consent, None).await?;
                self.end_without_access().await
            }
            Err(error) => self.put_off_or_end(error).await,
        }
    }

    /// The bank does not even say whether we may read: tries again, and at last gives up whatever has not been read.
    async fn put_off_or_end(&self, error: JobError) -> Result<(), JobError> {
        match error {
            JobError::Connector(error) if self.job.is_last_try(self.aggregator, PATIENCE) => {
                self.give_up_rest(DataError::from_connector(&error)).await?;
                self.end().await
            }
            error => Err(self.patience(error)),
        }
    }

    async fn give_up_rest(&self, error: DataError) -> Result<(), JobError> {
        for resource in self.plan() {
            if !self.is_done(resource).await? {
                self.give_up(resource, error).await?;
            }
        }
        Ok(())
    }

    async fn end_without_access(&self) -> Result<(), JobError> {
        self.give_up_rest(DataError::InvalidLink).await?;
        let mut tx = self.aggregator.store().begin().await?;
        self.complete(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    /// Puts a failure of the bank off, as long as it wants or by the schedule.
    fn patience(&self, error: JobError) -> JobError {
        if !matches!(error, JobError::Connector(_)) {
            return error;
        }
        if matches!(&error, JobError::Connector(error) if error.is_transient()) {
            let now = self.aggregator.env().now();
            self.aggregator.breaker().fails(&self.link.institution, now, asked(&error));
        }
        let wait = Backoff::JOBS.after(self.job.attempts(), self.aggregator.env()).max(asked(&error));
        let at = self.aggregator.env().now().checked_add(wait).unwrap_or(Timestamp::MAX);
        JobError::Again(error.to_string(), at)
    }
}

/// Counts what is stored of a resource: that is what the event may announce.
pub(crate) async fn stored(tx: &mut Tx, link: &Link, resource: Resource) -> Result<Counts, StoreError> {
    let total = match resource {
        Resource::Owners => tx.count_owners(link.id).await?,
        Resource::Accounts => tx.count_accounts(link.id).await?,
        Resource::Balances => tx.count_balances(link.id).await?,
        Resource::Bills => tx.count_bills(link.id).await?,
        Resource::Investments => tx.count_investments(link.id).await?,
        Resource::Exchanges => tx.count_exchanges(link.id).await?,
        Resource::Transactions => return Ok(counts(tx.transaction_totals(link.id).await?)),
        Resource::InvestmentTransactions => return Ok(counts(tx.investment_transaction_totals(link.id).await?)),
    };
    Ok(Counts { total: count(total), ..Counts::default() })
}

fn counts(totals: TransactionTotals) -> Counts {
    let TransactionTotals { total, inflow, outflow, first, last } = totals;
    Counts { total: count(total), inflow: count(inflow), outflow: count(outflow), first, last }
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The day in Brasília, where there has been no summer time since 2019.
pub(crate) fn day_in_brazil(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::fixed(Offset::constant(-3))).date()
}
