//! Everything that has happened to a link so far: webhooks, owners, accounts, transactions.

use serde_json::Value;
use vinculo_domain::{LinkId, Resource};
use vinculo_store::{DeliveryFilter, DeliveryStatus, EventFilter, Paging, StoreError};

use super::api::{Api, CallError};
use super::card::{AccountCard, OwnerCard, TransactionRow, text};
use super::hook;
use crate::state::AppState;

/// Most events that are shown.
const EVENTS: u32 = 50;

/// Transactions that are shown; the rest is a `curl` away.
const TRANSACTIONS: usize = 12;

/// One event on its way here.
#[derive(Debug, Clone)]
pub(super) struct Hook {
    pub(super) title: String,
    pub(super) count: Option<String>,
    pub(super) delivered: bool,
    pub(super) status: String,
    pub(super) body: String,
}

/// What there is to show.
#[derive(Debug, Clone, Default)]
pub(super) struct Live {
    pub(super) hooks: Vec<Hook>,
    pub(super) owners: Vec<OwnerCard>,
    pub(super) accounts: Vec<AccountCard>,
    pub(super) transactions: Vec<TransactionRow>,
    pub(super) total: u64,
    /// Everything that was asked for has arrived.
    pub(super) complete: bool,
}

impl Live {
    /// Collects what there is.
    pub(super) async fn of(state: &AppState, api: &Api, link: LinkId) -> Result<Self, CallError> {
        let hooks = hooks(state, api, link).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the demo could not read its events");
            Vec::new()
        });
        let owners = api.get(&format!("/api/owners/?link={link}")).await?;
        let accounts = api.get(&format!("/api/accounts/?link={link}")).await?;
        let transactions = api.get(&format!("/api/transactions/?link={link}&page_size=100")).await?;
        let mut newest: Vec<&Value> = results(&transactions).collect();
        newest.sort_by(|a, b| text(b, "/value_date").cmp(text(a, "/value_date")));
        let done = |resource: Resource| hooks.iter().any(|hook| hook.title.starts_with(resource.as_str()));
        let complete = [Resource::Owners, Resource::Accounts, Resource::Transactions].into_iter().all(done)
            && hooks.iter().all(|hook| hook.delivered);
        Ok(Self {
            owners: results(&owners).map(OwnerCard::read).collect(),
            accounts: results(&accounts).map(AccountCard::read).collect(),
            total: transactions.get("count").and_then(Value::as_u64).unwrap_or_default(),
            transactions: newest.into_iter().take(TRANSACTIONS).map(TransactionRow::read).collect(),
            hooks,
            complete,
        })
    }
}

fn results(page: &Value) -> impl Iterator<Item = &Value> {
    page.get("results").and_then(Value::as_array).into_iter().flatten()
}

/// The events of a link with how their delivery to this demo stands. That an event has arrived is what the record of
/// deliveries says, and it says so only after this process has taken it.
async fn hooks(state: &AppState, api: &Api, link: LinkId) -> Result<Vec<Hook>, StoreError> {
    let Some(application) = hook::ensure(state, &api.keys).await? else { return Ok(Vec::new()) };
    let store = state.store();
    let filter = EventFilter { link: Some(vec![link]), ..EventFilter::default() };
    let mut events = store.events(application, &filter, Paging { page: 1, size: EVENTS }).await?.items;
    events.sort_by_key(|event| (event.created_at, event.id));
    let mut hooks = Vec::with_capacity(events.len());
    for event in events {
        let filter = DeliveryFilter { event: Some(vec![event.id]), ..DeliveryFilter::default() };
        let deliveries = store.deliveries(application, &filter, Paging { page: 1, size: EVENTS }).await?.items;
        let delivered = deliveries.iter().find(|delivery| delivery.status == DeliveryStatus::Delivered);
        let body: Value = serde_json::from_str(&event.body).unwrap_or_default();
        hooks.push(Hook {
            title: format!("{} · {}", event.kind.as_str(), event.code),
            count: count(&body),
            delivered: delivered.is_some(),
            status: match (delivered, deliveries.first()) {
                (Some(delivery), _) => format!("recebido, HTTP {}", delivery.last_status.unwrap_or(204)),
                (None, Some(delivery)) if delivery.attempts > 0 => format!("tentativa {}", delivery.attempts),
                (None, _) => "a caminho".to_owned(),
            },
            body: serde_json::to_string_pretty(&body).unwrap_or_default(),
        });
    }
    Ok(hooks)
}

/// `total_transactions` and its kin.
fn count(body: &Value) -> Option<String> {
    let data = body.get("data")?.as_object()?;
    let (_, total) = data.iter().find(|(name, _)| name.starts_with("total_"))?;
    total.as_u64().map(|total| total.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_count_of_an_event_is_found_under_every_resources_name() {
        assert_eq!(count(&json!({"data": {"total_transactions": 2500}})).as_deref(), Some("2500"));
        assert_eq!(count(&json!({"data": {"errors": []}})), None);
        assert_eq!(count(&json!({})), None);
    }
}
