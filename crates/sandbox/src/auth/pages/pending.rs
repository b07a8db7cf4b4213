//! A pushed request, with the client and the consent that it is about.

use vinculo_fapi::oauth_error::code;

use super::view::PageError;
use crate::network::Bank;
use crate::state::{CONSENTS, Client, Consent, INTERACTIONS, Interaction, PUSHED, Pushed};

/// What a page is about.
pub(super) struct Pending {
    pub(super) request_uri: String,
    pub(super) pushed: Pushed,
    pub(super) client: Client,
    pub(super) consent: Consent,
}

/// Finds the pushed request of `client_id`, whether it is still good or not.
pub(super) fn find(bank: &Bank, client_id: &str, request_uri: &str) -> Result<Pending, PageError> {
    let pushed = bank.net.db.get(&PUSHED, request_uri)?;
    let pushed = pushed.filter(|pushed| pushed.brand == bank.brand.slug && pushed.client_id == client_id);
    with(bank, request_uri.to_owned(), pushed.ok_or_else(PageError::gone)?)
}

/// Finds the pushed request of `client_id` that nobody has logged in with yet and that has not expired.
pub(super) fn open(bank: &Bank, client_id: &str, request_uri: &str) -> Result<Pending, PageError> {
    let pending = find(bank, client_id, request_uri)?;
    if pending.pushed.interaction.is_some() || pending.pushed.expires_at <= bank.now() {
        return Err(PageError::gone());
    }
    Ok(pending)
}

/// Finds the interaction `id` and what it is about.
pub(super) fn interaction(bank: &Bank, id: &str) -> Result<(Interaction, Pending), PageError> {
    let found = bank.net.db.get(&INTERACTIONS, id)?.filter(|interaction| interaction.brand == bank.brand.slug);
    let interaction = found.ok_or_else(PageError::gone)?;
    let pushed = bank.net.db.get(&PUSHED, &interaction.request_uri)?.ok_or_else(PageError::gone)?;
    let pending = with(bank, interaction.request_uri.clone(), pushed)?;
    Ok((interaction, pending))
}

fn with(bank: &Bank, request_uri: String, pushed: Pushed) -> Result<Pending, PageError> {
    let gone = || PageError::invalid(code::INVALID_REQUEST);
    let client = bank.client(&pushed.client_id)?.ok_or_else(gone)?;
    let consent = bank.net.db.get(&CONSENTS, &pushed.consent_id)?.ok_or_else(gone)?.at(bank.now());
    Ok(Pending { request_uri, pushed, client, consent })
}
