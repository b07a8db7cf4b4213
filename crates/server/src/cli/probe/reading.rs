//! Reading what the consent shares.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Context as _;
use jiff::ToSpan as _;
use secrecy::SecretString;
use vinculo_connector::{Access, Connector as _, ConnectorError, CreditFamily, OpenFinance, Window};
use vinculo_domain::{Clock as _, SystemClock};

use super::script::Script;

/// How often a 401 in a row is answered with a fresh token.
const REFRESHES: usize = 2;

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum What {
    /// What the consent shares.
    Resources,
    /// Who the owner is.
    Owners,
    /// Deposit, savings and prepaid accounts.
    Accounts,
    /// Cards and credit contracts, family by family.
    Credit,
    /// The balance of every account.
    Balances,
    /// The transactions of every account, of the last twelve months.
    Transactions,
}

/// Reads, with a fresh token where the old one is not accepted.
pub(super) struct Reader<'a> {
    pub(super) connector: &'a OpenFinance,
    pub(super) access: Access,
    pub(super) refresh_token: Option<SecretString>,
}

impl Reader<'_> {
    pub(super) async fn read(&mut self, what: What, script: &mut Script<'_, impl Write>) -> anyhow::Result<()> {
        let name = clap::ValueEnum::to_possible_value(&what).map(|value| value.get_name().to_owned());
        script.step(name.as_deref().unwrap_or_default(), self.patiently(what)).await
    }

    async fn patiently(&mut self, what: What) -> anyhow::Result<((), String)> {
        let mut refreshes = 0;
        loop {
            match self.once(what).await {
                Err(ConnectorError::Unauthorised) if refreshes < REFRESHES => {
                    refreshes += 1;
                    self.refresh().await?;
                }
                Ok(said) if refreshes > 0 => return Ok(((), format!("{said}, after {refreshes} fresh tokens"))),
                Ok(said) => return Ok(((), said)),
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn refresh(&mut self) -> anyhow::Result<()> {
        let token = self.refresh_token.as_ref().context("the access token is refused, and there is no other")?;
        let fresh = self.connector.refresh(&self.access.institution, token).await?;
        self.access.access_token = fresh.access_token;
        self.refresh_token = fresh.refresh_token.or(self.refresh_token.take());
        Ok(())
    }

    async fn once(&self, what: What) -> Result<String, ConnectorError> {
        match what {
            What::Resources => self.resources().await,
            What::Owners => Ok(format!("{} owners", self.connector.owners(&self.access).await?.len())),
            What::Accounts => Ok(format!("{} accounts", self.connector.accounts(&self.access).await?.len())),
            What::Credit => self.credit().await,
            What::Balances => self.balances().await,
            What::Transactions => self.transactions().await,
        }
    }

    async fn resources(&self) -> Result<String, ConnectorError> {
        let all = self.connector.resources(&self.access).await?;
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for resource in &all {
            *kinds.entry(&resource.kind).or_default() += 1;
        }
        let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        Ok(format!("{} resources ({})", all.len(), kinds.join(", ")))
    }

    /// A family that is not offered or not consented is left out.
    async fn credit(&self) -> Result<String, ConnectorError> {
        let mut found = Vec::new();
        for family in CreditFamily::ALL {
            match self.connector.credit_accounts(&self.access, family).await {
                Ok(all) => found.push(format!("{} {}", all.len(), family.as_str())),
                Err(ConnectorError::Unsupported(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(if found.is_empty() { "nothing offered".to_owned() } else { found.join(", ") })
    }

    async fn ids(&self) -> Result<Vec<String>, ConnectorError> {
        let all = self.connector.accounts(&self.access).await?;
        Ok(all.into_iter().map(|reading| reading.account.internal_identification).collect())
    }

    async fn balances(&self) -> Result<String, ConnectorError> {
        let ids = self.ids().await?;
        for id in &ids {
            self.connector.balance(&self.access, id).await?;
        }
        Ok(format!("{} balances", ids.len()))
    }

    async fn transactions(&self) -> Result<String, ConnectorError> {
        // The bank's day, as far as a probe is concerned, is the world's.
        let today = SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let window = Window { from: today.saturating_sub(12.months()), to: today };
        let (mut items, mut pages) = (0, 0);
        for id in self.ids().await? {
            let mut next = None;
            loop {
                let page = self.connector.transactions_page(&self.access, &id, window, next.as_ref()).await?;
                items += page.items.len();
                pages += 1;
                next = page.next;
                if next.is_none() {
                    break;
                }
            }
        }
        Ok(format!("{items} transactions on {pages} pages"))
    }
}
