use std::io::Write;

use vinculo_domain::EndpointId;
use vinculo_store::{DeliveryFilter, Endpoint, Event, Paging, Store};

use super::find;
use crate::cli::pick::Pick;

pub(super) async fn endpoints(store: &Store, pick: &Pick, out: &mut impl Write) -> anyhow::Result<()> {
    let application = pick.find(store).await?;
    for endpoint in store.endpoints(application.id).await? {
        let authorised = if endpoint.authorization.is_some() { "with authorization" } else { "without authorization" };
        writeln!(out, "{}  {}  {authorised}{}", endpoint.id, endpoint.url, state(&endpoint))?;
    }
    Ok(())
}

fn state(endpoint: &Endpoint) -> String {
    let mut text = String::new();
    if let Some(types) = &endpoint.types {
        let names: Vec<_> = types.iter().map(|kind| kind.as_str()).collect();
        text.push_str(&format!("  only {}", names.join(", ")));
    }
    if let Some((at, reason)) = endpoint.paused {
        text.push_str(&format!("  paused since {at:.0} ({})", reason.as_str()));
    } else if let Some(since) = endpoint.failing_since {
        text.push_str(&format!("  failing since {since:.0}"));
    }
    text
}

pub(super) async fn deliveries(store: &Store, id: EndpointId, limit: u32, out: &mut impl Write) -> anyhow::Result<()> {
    let endpoint = find(store, id).await?;
    let filter = DeliveryFilter { endpoint: Some(vec![id]), ..DeliveryFilter::default() };
    let page = store.delivery_log(endpoint.application, &filter, Paging { page: 1, size: limit }).await?;
    for line in page.items {
        let (event, delivery) = (&line.event, &line.delivery);
        let id = Event::webhook_id(event.id);
        let (kind, code, status) = (event.kind.as_str(), &event.code, delivery.status.as_str());
        writeln!(out, "{id}  {:.0}  {kind} {code}  {status}", delivery.created_at)?;
        for attempt in line.attempts {
            let answer = attempt.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
            let error = attempt.error.unwrap_or_default();
            writeln!(out, "  {:.0}  {answer}  {} ms  {error}", attempt.at, attempt.took_ms)?;
        }
    }
    Ok(())
}
