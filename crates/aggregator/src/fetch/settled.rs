//! What is told of transactions that were not final: that they are now, or that they are gone (reference: belvo-api 11.3).

use serde_json::json;
use uuid::Uuid;
use vinculo_domain::{EventCode, EventType, ProcessType, Resource, TransactionId};
use vinculo_store::{Link, Settled, Tx};

use crate::events::{self, NewEvent};
use crate::{Aggregator, Error};

/// Tells of both, each by an event of its own; of nothing when there is nothing.
pub(crate) async fn tell(
    aggregator: &Aggregator,
    tx: &mut Tx,
    link: &Link,
    process: ProcessType,
    request: Uuid,
    settled: &Settled,
) -> Result<(), Error> {
    let all = [
        (EventCode::TransactionsUpdated, "updated_transactions", &settled.kept),
        (EventCode::TransactionsDeleted, "deleted_transactions", &settled.gone),
    ];
    for (code, key, ids) in all {
        if !ids.is_empty() {
            let event = event(link, process, request, code, key, ids);
            events::emit(aggregator, tx, event).await?;
        }
    }
    Ok(())
}

fn event(
    link: &Link,
    process: ProcessType,
    request: Uuid,
    code: EventCode,
    key: &str,
    ids: &[TransactionId],
) -> NewEvent {
    let data = json!({"count": ids.len(), key: ids});
    NewEvent {
        application: link.application,
        link: Some(link.id),
        external_id: link.external_id.clone(),
        kind: EventType::Resource(Resource::Transactions),
        code,
        process,
        request,
        data: data.as_object().cloned().unwrap_or_default(),
        dedup_key: None,
    }
}
