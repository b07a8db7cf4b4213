//! What the user should know about a link that has just been made (open-finance-brasil 12.3, Efetivação): something
//! waits for another approver, something cannot be had, or there is nothing.

use std::time::Duration;

use vinculo_connector::{Access, BankConsent, SharedResourceStatus as Status};
use vinculo_domain::{Category, Permission, Warning};
use vinculo_store::{BankTokens, Consent};

use crate::aggregator::read_config;
use crate::{Aggregator, Error};

/// A person is waiting: a bank that takes longer to list what it shares is not waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks the bank what the consent shares. A bank that does not tell gives no warning.
pub(super) async fn of(
    aggregator: &Aggregator,
    consent: &Consent,
    tokens: &BankTokens,
    found: &BankConsent,
) -> Vec<Warning> {
    let shared = shared(aggregator, consent, tokens).await.unwrap_or_else(|error| {
        tracing::info!(institution.code = %consent.institution, %error, "what is shared is not known yet");
        None
    });
    let granted = found.permissions.categories();
    let asked = asked(aggregator, consent).await.unwrap_or_default();
    let mut partial = asked.iter().any(|category| !granted.contains(category));
    let mut warnings = Vec::new();
    if let Some(shared) = shared {
        let any = |statuses: &[Status]| shared.iter().any(|status| statuses.contains(status));
        if shared.is_empty() {
            warnings.push(Warning::NoAccounts);
        }
        if any(&[Status::PendingAuthorisation]) {
            warnings.push(Warning::PendingAuthorisation);
        }
        partial |= any(&[Status::Unavailable, Status::TemporarilyUnavailable]);
    }
    if partial {
        warnings.push(Warning::PartialData);
    }
    warnings
}

/// What the token asked for.
async fn asked(aggregator: &Aggregator, consent: &Consent) -> Result<Vec<Category>, Error> {
    let Some(id) = &consent.session else { return Ok(Vec::new()) };
    let Some(session) = aggregator.store().session(id).await? else { return Ok(Vec::new()) };
    Ok(read_config(aggregator.store().token(&session.token).await?)?.categories)
}

/// The statuses of what is shared; `None` where the bank does not tell.
async fn shared(aggregator: &Aggregator, consent: &Consent, tokens: &BankTokens) -> Result<Option<Vec<Status>>, Error> {
    let institution = aggregator.institution(&consent.institution).await?;
    let permissions = consent.permissions.clone();
    if !permissions.contains(Permission::ResourcesRead) || institution.api_base("resources", 3).is_none() {
        return Ok(None);
    }
    let access = Access { institution, access_token: tokens.access.clone(), permissions, meter: None };
    match tokio::time::timeout(PATIENCE, aggregator.connector().resources(&access)).await {
        Ok(found) => Ok(Some(found?.into_iter().map(|resource| resource.status).collect())),
        Err(_) => Ok(None),
    }
}
