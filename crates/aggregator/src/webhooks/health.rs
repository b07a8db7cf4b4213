//! How an endpoint fares: one that has failed for days is paused, which an event says; one that works again gets at once
//! what waits for it.

use serde_json::json;
use vinculo_domain::{EventCode, EventType, ProcessType};
use vinculo_store::{Endpoint, PauseReason, Tx};

use crate::events::{self, NewEvent};
use crate::{Aggregator, Error, audit};

/// An attempt has succeeded.
pub(super) async fn works(tx: &mut Tx, endpoint: &Endpoint) -> Result<(), Error> {
    if endpoint.failing_since.is_some() {
        tx.note_endpoint(endpoint.id, None).await?;
        tx.hasten_deliveries(endpoint.id).await?;
    }
    Ok(())
}

/// An attempt has failed.
pub(super) async fn fails(
    aggregator: &Aggregator,
    tx: &mut Tx,
    endpoint: &Endpoint,
    status: Option<u16>,
) -> Result<(), Error> {
    let now = aggregator.env().now();
    let Some(since) = endpoint.failing_since else {
        return Ok(tx.note_endpoint(endpoint.id, Some(now)).await?);
    };
    if now.duration_since(since) < aggregator.settings().webhook_pause_after {
        return Ok(());
    }
    if !tx.pause_endpoint(endpoint.id, PauseReason::Failing).await? {
        return Ok(());
    }
    let data = json!({
        "endpoint_id": endpoint.id,
        "failing_since": format!("{since:.6}"),
        "last_status": status,
    });
    let event = NewEvent {
        application: endpoint.application,
        link: None,
        external_id: None,
        kind: EventType::Webhook,
        code: EventCode::EndpointPaused,
        process: ProcessType::RecurrentUpdate,
        request: aggregator.env().uuid(),
        data: data.as_object().cloned().unwrap_or_default(),
        dedup_key: None,
    };
    events::emit(aggregator, tx, event).await?;
    tracing::warn!(endpoint.id = %endpoint.id, "endpoint paused: it has failed for days");
    let subject = endpoint.id.to_string();
    audit::write(aggregator, tx, Some(endpoint.application), "system", "endpoint.paused", &subject).await
}
