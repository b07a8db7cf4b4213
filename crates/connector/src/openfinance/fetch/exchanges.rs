//! Exchange operations with their history (section 11.6).

use vinculo_domain::Permission;
use vinculo_domain::model::ExchangeDraft;

use super::is_absent;
use crate::openfinance::map::exchange::{event, exchange};
use crate::openfinance::wire::exchanges::{EventItem, OperationDetail, OperationItem};
use crate::openfinance::{OpenFinance, base, endpoint, paged};
use crate::{Access, ConnectorError, ProtocolError};

const API: &str = "exchanges";

impl OpenFinance {
    pub(crate) async fn list_exchanges(&self, access: &Access) -> Result<Vec<ExchangeDraft>, ConnectorError> {
        super::require(access, Permission::ExchangesRead)?;
        let first = paged(endpoint(&access.institution, API, 1, &["operations"])?, self.http.limits.page_size);
        let base = base(&access.institution, API, 1)?;
        let items: Vec<OperationItem> = self.read_all(access, &base, first).await?;
        let mut operations = Vec::with_capacity(items.len());
        for item in &items {
            let id = item.operation_id.cut(100);
            let id = id.ok_or_else(|| ProtocolError::Unreadable("operationId missing".to_owned()))?;
            operations.extend(self.operation(access, &id).await?);
        }
        Ok(operations)
    }

    /// Reads one operation. `None`: it was blocked between the list and the detail; the next reading will have it.
    async fn operation(&self, access: &Access, id: &str) -> Result<Option<ExchangeDraft>, ConnectorError> {
        let url = endpoint(&access.institution, API, 1, &["operations", id])?;
        let detail: OperationDetail = match self.read_data(access, &url).await {
            Err(error) if is_absent(&error) => return Ok(None),
            other => other?,
        };
        let content = exchange(id, &detail)?;
        let events = self.events(access, id).await?;
        Ok(Some(ExchangeDraft { content, events: events.iter().filter_map(|wire| event(id, wire)).collect() }))
    }

    async fn events(&self, access: &Access, id: &str) -> Result<Vec<EventItem>, ConnectorError> {
        let url = endpoint(&access.institution, API, 1, &["operations", id, "events"])?;
        let base = base(&access.institution, API, 1)?;
        match self.read_all(access, &base, paged(url, self.http.limits.page_size)).await {
            Err(error) if is_absent(&error) => Ok(Vec::new()),
            other => other,
        }
    }
}
