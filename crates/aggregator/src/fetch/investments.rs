use jiff::Timestamp;
use vinculo_connector::{ConnectorError, SharedResource};
use vinculo_domain::model::{InvestmentDraft, InvestmentType};
use vinculo_domain::{InvestmentId, Resource};
use vinculo_store::{Known, Link, NewInvestment, Tx};

use super::rows::{body, ids};
use super::{Reader, Round, accounts, read, stored};
use crate::failure::DataError;
use crate::worker::JobError;
use crate::{Aggregator, Error, access};

/// Fetches the investments, kind by kind, and announces them if they were asked for. A kind that cannot be had does not
/// cost the others.
pub(super) async fn fetch(round: &Round<'_>, reader: &mut Reader<'_>) -> Result<(), JobError> {
    let shared = accounts::shared(reader).await?;
    let (mut errors, mut put_off) = (Vec::new(), None);
    for kind in InvestmentType::ALL {
        if round.job.is_stopping() {
            return Err(JobError::Interrupted);
        }
        let failed = one_kind(round, reader, kind, shared.as_deref()).await;
        let failed = later(failed, &mut put_off)?;
        errors.extend(failed.filter(|error| !errors.contains(error)));
    }
    if let Some(error) = put_off {
        return Err(error);
    }
    let mut tx = round.begin().await?;
    let counts = stored(&mut tx, &round.link, Resource::Investments).await?;
    round.finish(&mut tx, Resource::Investments, &counts, &errors).await?;
    Ok(tx.commit().await?)
}

/// Puts a failure of one part off until the others have been read, unless the bank wants to be left alone.
pub(super) fn later(
    result: Result<Option<DataError>, JobError>,
    put_off: &mut Option<JobError>,
) -> Result<Option<DataError>, JobError> {
    match result {
        Err(JobError::Connector(error))
            if !access::may_be_lost(&error) && !matches!(error, ConnectorError::RateLimited { .. }) =>
        {
            put_off.get_or_insert(JobError::Connector(error));
            Ok(None)
        }
        other => other,
    }
}

/// Fetches one kind, if the round has not yet. Returns what went wrong for good.
async fn one_kind(
    round: &Round<'_>,
    reader: &mut Reader<'_>,
    kind: InvestmentType,
    shared: Option<&[SharedResource]>,
) -> Result<Option<DataError>, JobError> {
    let scope = kind.as_str();
    let mut note = match round.progress(Resource::Investments, scope).await? {
        Some(note) if note.done => return Ok(note.error.as_deref().map(DataError::from_code)),
        Some(note) => note,
        None => round.note(Resource::Investments, scope),
    };
    let (drafts, error) = match read_kind(reader, kind, shared).await.map_err(JobError::from) {
        Ok(drafts) => (drafts, None),
        Err(JobError::Connector(error)) if round.is_over(&error) && !access::may_be_lost(&error) => {
            (Vec::new(), Some(DataError::from_connector(&error)))
        }
        Err(error) => return Err(error),
    };
    // Not offered is no failure: there is nothing, and that is all.
    let error = error.filter(|error| *error != DataError::UnsupportedOperation);
    let mut tx = round.begin().await?;
    let kept = store(round.aggregator, &mut tx, &round.link, drafts).await?;
    note.done = true;
    note.records = i64::try_from(kept.len()).unwrap_or(i64::MAX);
    note.error = error.map(|error| error.code().to_owned());
    note.updated_at = reader.now();
    tx.put_progress(&note).await?;
    tx.commit().await?;
    Ok(error)
}

/// Reads the investments of a kind. A kind that the bank's list of resources does not name is not asked for: its calls
/// are counted, the list's are not.
pub(crate) async fn read_kind(
    reader: &mut Reader<'_>,
    kind: InvestmentType,
    shared: Option<&[SharedResource]>,
) -> Result<Vec<InvestmentDraft>, Error> {
    if shared.is_some_and(|all| !all.iter().any(|resource| resource.kind == kind.shared_as())) {
        return Ok(Vec::new());
    }
    let connector = reader.connector();
    read!(reader, access => connector.investments(access, kind))
}

/// Tells a kind that is not offered from one that fails.
pub(crate) fn is_unsupported(error: &Error) -> bool {
    matches!(error, Error::Connector(ConnectorError::Unsupported(_)))
}

/// Stores investments. Returns the rows.
pub(crate) async fn store(
    aggregator: &Aggregator,
    tx: &mut Tx,
    link: &Link,
    drafts: Vec<InvestmentDraft>,
) -> Result<Vec<NewInvestment>, Error> {
    let now = aggregator.env().now();
    let keys: Vec<String> = drafts.iter().map(InvestmentDraft::bank_key).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut known = tx.known_investments(link.id, &keys).await?;
    let mut rows = Vec::with_capacity(drafts.len());
    for (draft, key) in drafts.into_iter().zip(keys) {
        rows.push(row(draft, known.get_or_new(key, aggregator.env()), link, now)?);
    }
    tx.upsert_investments(link.id, &rows).await?;
    Ok(rows)
}

fn row(
    draft: InvestmentDraft,
    known: Known<InvestmentId>,
    link: &Link,
    now: Timestamp,
) -> Result<NewInvestment, Error> {
    Ok(NewInvestment {
        id: known.id,
        bank_key: draft.bank_key(),
        bank_id: draft.internal_identification.clone(),
        kind: draft.content.kind,
        created_at: known.created_at,
        collected_at: now,
        body: body(&draft.with_ids(ids(known, link.id, now)))?,
    })
}
