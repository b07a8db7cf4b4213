//! Durable jobs: enqueued in the transaction that makes them necessary, claimed with a lease and a fencing token,
//! finished only with the same token.

use jiff::{SignedDuration, Timestamp};
use sqlx::AssertSqlSafe;
use tokio::sync::watch;
use vinculo_domain::JobId;

use crate::column::{At, Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::seal::Place;
use crate::{Result, Store, StoreError, Tx, dialect};

/// A job to be done. The payload is sealed.
#[derive(Clone)]
pub struct NewJob {
    /// What to do.
    pub kind: &'static str,
    /// What it needs to know, as JSON.
    pub payload: String,
    /// When it is due.
    pub run_at: Timestamp,
    /// At most one job that is not finished (and not dead) has the same key; a running one counts.
    pub dedup_key: Option<String>,
    /// Trace context of whoever enqueues it (`traceparent`).
    pub trace: Option<String>,
}

/// A job that this process holds until its lease ends.
#[derive(Clone)]
pub struct ClaimedJob {
    /// Id.
    pub id: JobId,
    /// What to do.
    pub kind: String,
    /// What it needs to know, as JSON.
    pub payload: String,
    /// How often it was claimed, this time included.
    pub attempts: i64,
    /// Fencing token: whoever has an older one can no longer finish the job.
    pub token: String,
    /// Until when it is held; see [`Store::renew`].
    pub lease_until: Timestamp,
    /// Trace context of whoever enqueued it.
    pub trace: Option<String>,
    /// When it was enqueued.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for ClaimedJob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClaimedJob").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// What becomes of a job that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterFailure {
    /// Tried again then.
    RunAt(Timestamp),
    /// Given up; stays visible until an operator retries it.
    Dead,
}

/// A job that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadJob {
    /// Id.
    pub id: JobId,
    /// What was to be done.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it failed at last.
    pub last_error: Option<String>,
    /// When it was enqueued.
    pub created_at: Timestamp,
}

/// How many jobs there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JobCounts {
    /// Not finished, running ones included.
    pub pending: i64,
    /// Due at the given time and not running.
    pub due: i64,
    /// Given up.
    pub dead: i64,
}

/// Longest error text that is kept.
const MAX_ERROR: usize = 1_000;

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<JobId>,
    kind: String,
    payload: Vec<u8>,
    attempts: i64,
    lease_token: String,
    lease_until: At,
    trace: Option<String>,
    created_at: At,
}

fn place(id: &str) -> Place<'_> {
    Place::new("jobs", "payload", id)
}

impl Tx {
    /// Enqueues a job; the runners wake when the transaction is committed. Returns `None` when an unfinished job has the
    /// same dedup key: then that one will do.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn enqueue(&mut self, job: NewJob) -> Result<Option<JobId>> {
        let on = &mut self.on();
        let shared = on.shared;
        let id = JobId::new(&shared.env);
        let text_id = id.to_string();
        let payload = shared.master.seal_text(&shared.env, place(&text_id), &job.payload)?;
        let added = exec!(
            on,
            "INSERT INTO jobs (id, kind, payload, dedup_key, status, run_at, attempts, trace, created_at)
             VALUES ($1, $2, $3, $4, 'pending', $5, 0, $6, $7)
             ON CONFLICT (dedup_key) WHERE dedup_key IS NOT NULL AND status = 'pending' DO NOTHING",
            &text_id,
            job.kind,
            payload,
            job.dedup_key,
            us(job.run_at),
            job.trace,
            us(shared.env.now()),
        )?;
        if added == 1 {
            self.wake_after_commit();
        }
        Ok((added == 1).then_some(id))
    }

    /// Finishes a job. Call it in the transaction that makes the job's outcome true.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when someone else has the job: roll back.
    pub async fn complete(&mut self, job: &ClaimedJob) -> Result<()> {
        let sql = "DELETE FROM jobs WHERE id = $1 AND lease_token = $2 AND status = 'pending'";
        held(exec!(self.on(), sql, job.id.to_string(), &job.token)?)
    }

    /// Says that a job failed: `error` is for operators and holds nothing personal.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when someone else has the job: roll back.
    pub async fn fail(&mut self, job: &ClaimedJob, error: &str, after: AfterFailure) -> Result<()> {
        let on = &mut self.on();
        let (status, run_at) = match after {
            AfterFailure::RunAt(at) => ("pending", at),
            AfterFailure::Dead => ("dead", on.shared.env.now()),
        };
        let error: String = error.chars().take(MAX_ERROR).collect();
        let sql = "UPDATE jobs SET status = $3, run_at = $4, last_error = $5, lease_until = NULL, lease_token = NULL
            WHERE id = $1 AND lease_token = $2 AND status = 'pending'";
        held(exec!(on, sql, job.id.to_string(), &job.token, status, us(run_at), error)?)
    }

    /// Gives a job back to be done at `run_at`, without counting the attempt: nothing failed, it is only too early.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when someone else has the job: roll back.
    pub async fn postpone(&mut self, job: &ClaimedJob, run_at: Timestamp) -> Result<()> {
        let sql = "UPDATE jobs SET run_at = $3, attempts = attempts - 1, lease_until = NULL, lease_token = NULL
            WHERE id = $1 AND lease_token = $2 AND status = 'pending'";
        held(exec!(self.on(), sql, job.id.to_string(), &job.token, us(run_at))?)
    }

    /// Makes sure, inside a transaction, that the job is still held: before writing for it, so that a worker that lost
    /// its lease writes nothing.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when someone else has the job: roll back.
    pub async fn fence(&mut self, job: &ClaimedJob) -> Result<()> {
        // An update, not a read: it holds the row until the transaction ends, so nobody claims the job meanwhile.
        let sql = "UPDATE jobs SET lease_until = lease_until WHERE id = $1 AND lease_token = $2 AND status = 'pending'";
        held(exec!(self.on(), sql, job.id.to_string(), &job.token)?)
    }

    /// Takes back the unfinished job with this dedup key. Returns false when there is none, or when it is running.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn cancel_job(&mut self, dedup_key: &str) -> Result<bool> {
        let sql = "DELETE FROM jobs WHERE dedup_key = $1 AND status = 'pending' AND lease_token IS NULL";
        Ok(exec!(self.on(), sql, dedup_key)? == 1)
    }

    /// Brings the unfinished job with this dedup key forward to `run_at`, unless it is running or due earlier.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn hasten_job(&mut self, dedup_key: &str, run_at: Timestamp) -> Result<()> {
        let sql = "UPDATE jobs SET run_at = $2 WHERE dedup_key = $1 AND status = 'pending' AND lease_token IS NULL
             AND run_at > $2";
        if exec!(self.on(), sql, dedup_key, us(run_at))? > 0 {
            self.wake_after_commit();
        }
        Ok(())
    }

    /// Tries a dead job again, from its first attempt on. Returns false when there is none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a job with the same dedup key is under way.
    pub async fn retry_dead(&mut self, id: JobId, run_at: Timestamp) -> Result<bool> {
        let sql = "UPDATE jobs SET status = 'pending', attempts = 0, run_at = $2 WHERE id = $1 AND status = 'dead'";
        let retried = exec!(self.on(), sql, id.to_string(), us(run_at))? == 1;
        if retried {
            self.wake_after_commit();
        }
        Ok(retried)
    }
}

fn held(touched: u64) -> Result<()> {
    if touched == 1 { Ok(()) } else { Err(StoreError::LeaseLost) }
}

impl Store {
    /// Claims a job of one of `kinds` that nobody holds, until `now + lease`: of the first kind that has any due, the one
    /// that is due first. However many jobs of other kinds are due, they are not looked at.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails, [`StoreError::Sealed`] when the payload cannot be opened.
    pub async fn claim(
        &self,
        kinds: &[&'static str],
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Option<ClaimedJob>> {
        let token = self.shared.env.hex32();
        for kind in kinds {
            let mut lane = self.writer().await?;
            let on = &mut lane.on(&self.shared);
            let (lock, until) = (dialect::skip_locked(on), us(end(now, lease)));
            let row = one!(on, Row, AssertSqlSafe(claim_sql(lock)), *kind, us(now), until, &token)?;
            if let Some(row) = row {
                return open(on, row).map(Some);
            }
        }
        Ok(None)
    }

    /// Holds a job for longer, until `now + lease`.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when someone else has the job: stop working on it.
    pub async fn renew(&self, job: &mut ClaimedJob, now: Timestamp, lease: SignedDuration) -> Result<()> {
        let until = end(now, lease);
        let mut lane = self.writer().await?;
        let sql = "UPDATE jobs SET lease_until = $3 WHERE id = $1 AND lease_token = $2 AND status = 'pending'";
        held(exec!(lane.on(&self.shared), sql, job.id.to_string(), &job.token, us(until))?)?;
        job.lease_until = until;
        Ok(())
    }

    /// Returns what tells a runner that there may be a new job: mark it as seen, then claim until there is none, then
    /// wait for a change (or poll).
    pub fn job_wakes(&self) -> JobWakes {
        JobWakes(self.shared.wake.subscribe())
    }
}

/// Tells a runner that there may be a new job. No wake is lost that comes after [`JobWakes::seen`].
#[derive(Debug, Clone)]
pub struct JobWakes(watch::Receiver<()>);

impl JobWakes {
    /// Marks all wakes so far as seen. Call it before claiming.
    pub fn seen(&mut self) {
        self.0.mark_unchanged();
    }

    /// Waits for a wake that has not been seen.
    pub async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

fn end(now: Timestamp, lease: SignedDuration) -> Timestamp {
    now.checked_add(lease).unwrap_or(Timestamp::MAX)
}

fn claim_sql(lock: &str) -> String {
    format!(
        "UPDATE jobs SET attempts = attempts + 1, lease_until = $3, lease_token = $4
         WHERE id = (SELECT id FROM jobs WHERE status = 'pending' AND kind = $1 AND run_at <= $2
             AND (lease_until IS NULL OR lease_until <= $2) ORDER BY run_at, id LIMIT 1{lock})
         RETURNING id, kind, payload, attempts, lease_token, lease_until, trace, created_at"
    )
}

fn open(on: &On<'_>, row: Row) -> Result<ClaimedJob> {
    let payload = on.shared.master.open_text(place(&row.id.0.to_string()), &row.payload)?;
    Ok(ClaimedJob {
        id: row.id.0,
        kind: row.kind,
        payload,
        attempts: row.attempts,
        token: row.lease_token,
        lease_until: row.lease_until.0,
        trace: row.trace,
        created_at: row.created_at.0,
    })
}

reads! {
    /// Returns the jobs that were given up, oldest first.
    fn dead_jobs(limit: u32) -> Vec<DeadJob> = dead;
    /// Counts the jobs.
    fn job_counts(now: Timestamp) -> JobCounts = counts;
    /// Returns when the next job is due or its lease ends, so that a runner may sleep until then.
    fn next_job_at() -> Option<Timestamp> = next;
}

async fn dead(on: &mut On<'_>, limit: u32) -> Result<Vec<DeadJob>> {
    let sql = "SELECT id, kind, attempts, last_error, created_at FROM jobs WHERE status = 'dead'
        ORDER BY created_at, id LIMIT $1";
    type Dead = (Text<JobId>, String, i64, Option<String>, At);
    let rows = all!(on, Dead, sql, i64::from(limit))?;
    let open =
        |(id, kind, attempts, last_error, at): Dead| DeadJob { id: id.0, kind, attempts, last_error, created_at: at.0 };
    Ok(rows.into_iter().map(open).collect())
}

async fn counts(on: &mut On<'_>, now: Timestamp) -> Result<JobCounts> {
    let sql = "SELECT count(CASE WHEN status = 'pending' THEN 1 END),
            count(CASE WHEN status = 'pending' AND run_at <= $1 AND (lease_until IS NULL OR lease_until <= $1) THEN 1 END),
            count(CASE WHEN status = 'dead' THEN 1 END)
        FROM jobs";
    let (pending, due, dead) = one!(on, (i64, i64, i64), sql, us(now))?.unwrap_or_default();
    Ok(JobCounts { pending, due, dead })
}

async fn next(on: &mut On<'_>) -> Result<Option<Timestamp>> {
    let sql = "SELECT min(CASE WHEN lease_until IS NOT NULL AND lease_until > run_at THEN lease_until ELSE run_at END)
        FROM jobs WHERE status = 'pending'";
    Ok(one!(on, (Option<At>,), sql)?.and_then(|(at,)| at).map(|at| at.0))
}
