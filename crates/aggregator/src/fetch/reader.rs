use std::sync::Arc;

use vinculo_connector::{Access, ConnectorError};
use vinculo_domain::Institution;
use vinculo_store::{Consent, Link};

use crate::quota::{LinkMeter, Spender};
use crate::{Aggregator, Error, tokens};

/// The right to read a link's data, renewed when the bank no longer accepts the token.
pub(crate) struct Reader<'a> {
    aggregator: &'a Aggregator,
    link: &'a Link,
    pub(crate) access: Access,
    meter: Arc<LinkMeter>,
    version: i64,
}

impl<'a> Reader<'a> {
    pub(crate) async fn open(aggregator: &'a Aggregator, link: &'a Link, consent: &Consent) -> Result<Self, Error> {
        Self::open_for(aggregator, link, consent, Spender::Asked).await
    }

    /// As [`Self::open`], for whoever reads.
    pub(crate) async fn open_for(
        aggregator: &'a Aggregator,
        link: &'a Link,
        consent: &Consent,
        spender: Spender,
    ) -> Result<Self, Error> {
        let institution: Institution = aggregator.institution(&link.institution).await?;
        let stored = tokens::current(aggregator, &institution, link.id).await?;
        let permissions = consent.permissions.clone();
        let meter = Arc::new(LinkMeter::new(aggregator, link, spender));
        let counted: Arc<dyn vinculo_connector::Meter> = meter.clone();
        let access = Access { institution, access_token: stored.tokens.access, permissions, meter: Some(counted) };
        Ok(Self { aggregator, link, access, meter, version: stored.version })
    }

    /// Gets another token after a 401.
    pub(crate) async fn renew(&mut self) -> Result<(), Error> {
        let stored = tokens::refreshed(self.aggregator, &self.access.institution, self.link.id, self.version).await?;
        self.access.access_token = stored.tokens.access;
        self.version = stored.version;
        Ok(())
    }

    /// Returns why a call failed.
    pub(crate) fn cause(&self, error: ConnectorError) -> Error {
        self.meter.cause(error)
    }

    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.aggregator.env().now()
    }

    pub(crate) fn connector(&self) -> &'a dyn vinculo_connector::Connector {
        self.aggregator.connector()
    }
}

/// Times that a 401 is answered with a refresh before the bank counts as failing (open-finance-brasil 13.2).
pub(crate) const RENEWALS: u32 = 2;

/// Makes a call with the reader's access; a 401 is answered with a refresh, twice at most.
macro_rules! read {
    ($reader:expr, $access:ident => $call:expr) => {{
        let mut renewals = 0;
        loop {
            let result = {
                let $access = &$reader.access;
                $call.await
            };
            match result {
                Err(::vinculo_connector::ConnectorError::Unauthorised)
                    if renewals < $crate::fetch::reader::RENEWALS =>
                {
                    renewals += 1;
                    if let Err(error) = $reader.renew().await {
                        break Err(error);
                    }
                }
                Err(::vinculo_connector::ConnectorError::Unauthorised) => {
                    break Err($crate::Error::Connector($crate::access::refuses_its_own()));
                }
                Err(error) => break Err($reader.cause(error)),
                Ok(value) => break Ok(value),
            }
        }
    }};
}

pub(crate) use read;
