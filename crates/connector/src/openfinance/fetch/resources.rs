//! What a consent shares (section 10).

use std::time::Duration;

use url::Url;
use vinculo_domain::Permission;

use crate::openfinance::map::resource::resource;
use crate::openfinance::wire::resources::ResourceItem;
use crate::openfinance::{OpenFinance, base, endpoint, paged};
use crate::{Access, ConnectorError, SharedResource};

/// The first wait while the bank gathers; each one after it is half as long again.
const FIRST_WAIT: Duration = Duration::from_millis(500);

impl OpenFinance {
    pub(crate) async fn list_resources(&self, access: &Access) -> Result<Vec<SharedResource>, ConnectorError> {
        super::require(access, Permission::ResourcesRead)?;
        if access.institution.api_base("resources", 3).is_none() {
            return Ok(Vec::new());
        }
        let first = paged(endpoint(&access.institution, "resources", 3, &["resources"])?, self.http.limits.page_size);
        self.gathered(access, &first).await?;
        let base = base(&access.institution, "resources", 3)?;
        let items: Vec<ResourceItem> = self.read_all(access, &base, first).await?;
        Ok(items.iter().filter_map(resource).collect())
    }

    /// Waits until the bank no longer answers 202, with growing pauses, for a bounded time.
    async fn gathered(&self, access: &Access, url: &Url) -> Result<(), ConnectorError> {
        let most = self.http.limits.gathering_time;
        let (mut waited, mut wait) = (Duration::ZERO, FIRST_WAIT.min(most / 4));
        while self.read_reply(access, url).await?.status == 202 {
            if waited >= most {
                return Err(ConnectorError::Unavailable { status: 202, retry_after: None });
            }
            tokio::time::sleep(wait).await;
            waited += wait;
            wait = wait.mul_f64(1.5).min(most.saturating_sub(waited)).max(Duration::from_millis(1));
        }
        Ok(())
    }
}
