//! What an access token lets its holder see: the hand-over from the bank to the data APIs.

use jiff::Timestamp;

use crate::brand::Brand;

/// The grant behind a data request, put into the request's extensions by the bank's token check.
///
/// By the time a handler sees it the token was valid and bound to the caller's certificate, the consent was
/// `AUTHORISED`, the scope of the API was there and `x-fapi-interaction-id` was well formed. The handler still checks
/// the permission of its own path ([`Access::allows`]) and that the resource asked for was chosen
/// ([`Access::may_read`]).
#[derive(Debug, Clone)]
pub struct Access {
    /// The brand whose API is called.
    pub brand: &'static Brand,
    /// CPF of the person who logged in, digits only.
    pub person: String,
    /// CNPJ of the company whose data is shared; `None` when the person shares their own.
    pub company: Option<String>,
    /// Permissions of the consent, by their official names.
    pub permissions: Vec<String>,
    /// The consent's id, a URN.
    pub consent_id: String,
    /// Ids of the resources chosen on the confirmation page (accounts and cards).
    pub accounts: Vec<String>,
    /// When the sharing began: what had been closed for long by then is not part of it.
    pub since: Timestamp,
    /// The client that holds the token.
    pub client_id: String,
    /// The bank's clock at the time of the request.
    pub now: Timestamp,
    /// Public address of the brand's APIs, without a slash at the end, such as
    /// `https://127.0.0.1:8091/mockbank/open-banking`; `links` are built on it.
    pub base_url: String,
}

impl Access {
    /// Says whether the consent holds `permission`.
    pub fn allows(&self, permission: &str) -> bool {
        self.permissions.iter().any(|held| held == permission)
    }

    /// Says whether the person chose the resource `id`.
    pub fn may_read(&self, id: &str) -> bool {
        self.accounts.iter().any(|chosen| chosen == id)
    }
}
