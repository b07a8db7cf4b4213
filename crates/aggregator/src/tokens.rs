//! A link's tokens: kept fresh, one refresh at a time.

use jiff::SignedDuration;
use secrecy::SecretString;
use vinculo_connector::{ConnectorError, Tokens};
use vinculo_domain::{Institution, LinkId};
use vinculo_store::{BankTokens, StoreError, StoredTokens};

use crate::{Aggregator, Error};

/// An access token that ends this soon is not used any more.
const MARGIN: SignedDuration = SignedDuration::from_secs(20);

/// Returns tokens as they are kept.
pub(crate) fn to_stored(tokens: Tokens) -> BankTokens {
    BankTokens {
        access: tokens.access_token,
        refresh: tokens.refresh_token,
        expires_at: tokens.expires_at,
        scope: Some(tokens.scope),
    }
}

/// Returns the link's tokens, refreshed when they are about to run out.
pub(crate) async fn current(
    aggregator: &Aggregator,
    institution: &Institution,
    link: LinkId,
) -> Result<StoredTokens, Error> {
    let stored = aggregator.store().tokens(link).await?.ok_or(StoreError::NotFound)?;
    let fresh_until = stored.tokens.expires_at.checked_sub(MARGIN).unwrap_or(stored.tokens.expires_at);
    if aggregator.env().now() < fresh_until || stored.tokens.refresh.is_none() {
        return Ok(stored);
    }
    refreshed(aggregator, institution, link, stored.version).await
}

/// Returns tokens newer than `used`, which the bank did not accept. Of several that ask at once one goes to the bank;
/// the others get what it brought.
pub(crate) async fn refreshed(
    aggregator: &Aggregator,
    institution: &Institution,
    link: LinkId,
    used: i64,
) -> Result<StoredTokens, Error> {
    let _alone = aggregator.refreshing().lock(link).await;
    let stored = aggregator.store().tokens(link).await?.ok_or(StoreError::NotFound)?;
    if stored.version != used {
        return Ok(stored);
    }
    let refresh = stored.tokens.refresh.clone().ok_or(ConnectorError::InvalidGrant)?;
    match aggregator.connector().refresh(institution, &refresh).await {
        Ok(fresh) => keep(aggregator, link, fresh, refresh, used).await,
        // Another process may have used up a refresh token that the bank replaces: then there are newer ones.
        Err(ConnectorError::InvalidGrant) => newer(aggregator, link, used).await,
        Err(error) => Err(error.into()),
    }
}

async fn keep(
    aggregator: &Aggregator,
    link: LinkId,
    fresh: Tokens,
    refresh: SecretString,
    used: i64,
) -> Result<StoredTokens, Error> {
    let mut tokens = to_stored(fresh);
    // A bank that hands out no new refresh token goes on with the old one.
    tokens.refresh = tokens.refresh.or(Some(refresh));
    let mut tx = aggregator.store().begin().await?;
    match tx.update_tokens(link, &tokens, used).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(StoredTokens { tokens, version: used + 1 })
        }
        Err(StoreError::Conflict) => {
            tx.rollback().await?;
            newer(aggregator, link, used).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn newer(aggregator: &Aggregator, link: LinkId, used: i64) -> Result<StoredTokens, Error> {
    let stored = aggregator.store().tokens(link).await?.ok_or(StoreError::NotFound)?;
    if stored.version == used { Err(ConnectorError::InvalidGrant.into()) } else { Ok(stored) }
}
