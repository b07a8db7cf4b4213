use async_trait::async_trait;
use secrecy::SecretString;
use vinculo_domain::Institution;
use vinculo_domain::model::{
    AccountDraft, BalanceDraft, BillDraft, ExchangeDraft, InvestmentDraft, InvestmentTransactionDraft, InvestmentType,
    OwnerDraft, TransactionDraft,
};

use crate::{
    Access, AccountReading, Answer, Authorization, AuthorizationRequest, BankConsent, ConnectorError, CreditFamily,
    CreditList, Extension, NewConsent, PageOf, PageToken, Pending, SharedResource, Tokens, Window,
};

/// A way to institutions.
///
/// Methods that read data take an [`Access`]. They answer [`ConnectorError::Unauthorised`] when the access token
/// has run out or the consent is gone: the caller refreshes, stores the new tokens, and tries again.
#[async_trait]
pub trait Connector: Send + Sync + 'static {
    /// Lists the institutions that can be connected, ordered by code. `id` is 0: the store gives it.
    async fn institutions(&self) -> Result<Vec<Institution>, ConnectorError>;

    /// Creates a consent at the institution. Never repeated by itself.
    async fn create_consent(
        &self,
        institution: &Institution,
        consent: &NewConsent,
    ) -> Result<BankConsent, ConnectorError>;

    /// Reads a consent.
    async fn consent(&self, institution: &Institution, bank_consent_id: &str) -> Result<BankConsent, ConnectorError>;

    /// Gives a consent another end without a visit to the bank. [`ConnectorError::Refused`] carries the standard's code
    /// where the bank does not allow it. Never repeated by itself.
    async fn extend(&self, access: &Access, extension: &Extension) -> Result<BankConsent, ConnectorError>;

    /// Ends a consent. A consent that is already rejected, or that the bank no longer knows, is a success.
    async fn revoke(&self, institution: &Institution, bank_consent_id: &str) -> Result<(), ConnectorError>;

    /// Prepares the user's visit to the bank: pushes the authorization request, gives the address to open.
    async fn authorize(
        &self,
        institution: &Institution,
        request: &AuthorizationRequest,
    ) -> Result<Authorization, ConnectorError>;

    /// Checks the bank's answer and exchanges its code for tokens. No call is made before every check of the
    /// id_token has passed.
    async fn exchange(
        &self,
        institution: &Institution,
        pending: &Pending,
        answer: &Answer,
    ) -> Result<Tokens, ConnectorError>;

    /// Gets a fresh access token. The answer's `refresh_token` is always set: the bank's new one, or the same again.
    async fn refresh(&self, institution: &Institution, refresh_token: &SecretString) -> Result<Tokens, ConnectorError>;

    /// Lists what the consent shares, waiting a bounded time while the bank gathers it. Empty where the bank does
    /// not offer the list.
    async fn resources(&self, access: &Access) -> Result<Vec<SharedResource>, ConnectorError>;

    /// Reads the owner: one person or company, seldom more. [`ConnectorError::Unsupported`] when not consented.
    async fn owners(&self, access: &Access) -> Result<Vec<OwnerDraft>, ConnectorError>;

    /// Reads the deposit, savings and prepaid accounts with details, balances and overdraft limits, as far as consented.
    async fn accounts(&self, access: &Access) -> Result<Vec<AccountReading>, ConnectorError>;

    /// Reads the balance of one account, named by its identifier at the institution.
    async fn balance(&self, access: &Access, account: &str) -> Result<BalanceDraft, ConnectorError>;

    /// Reads one page of an account's transactions. Without `next` it reads the first page of `window`; with it,
    /// the page that an earlier answer pointed to, whatever the window says.
    async fn transactions_page(
        &self,
        access: &Access,
        account: &str,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<TransactionDraft>, ConnectorError>;

    /// Reads the investments of one kind with details and balances. [`ConnectorError::Unsupported`] when the kind is not
    /// offered or not consented.
    async fn investments(&self, access: &Access, kind: InvestmentType) -> Result<Vec<InvestmentDraft>, ConnectorError>;

    /// Reads one page of an investment's movements, as [`Self::transactions_page`] does for accounts. Movements of shares
    /// bring the broker's notes that they name.
    async fn investment_transactions_page(
        &self,
        access: &Access,
        kind: InvestmentType,
        investment: &str,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<InvestmentTransactionDraft>, ConnectorError>;

    /// Reads the foreign exchange operations with their history.
    async fn exchanges(&self, access: &Access) -> Result<Vec<ExchangeDraft>, ConnectorError>;

    /// Reads the card accounts or contracts of a family with all that belongs to them, as far as consented.
    /// [`ConnectorError::Unsupported`] when the family is not consented or not offered.
    async fn credit_accounts(
        &self,
        access: &Access,
        family: CreditFamily,
    ) -> Result<Vec<AccountDraft>, ConnectorError> {
        let _ = access;
        Err(ConnectorError::Unsupported(family.as_str()))
    }

    /// Reads one page of a card account's closed bills that fall due in `window` or soon after it; `next` as in
    /// [`Self::transactions_page`].
    async fn bills_page(
        &self,
        access: &Access,
        card: &str,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<BillDraft>, ConnectorError> {
        let _ = (access, card, window, next);
        Err(ConnectorError::Unsupported(CreditFamily::Cards.as_str()))
    }

    /// Reads one page of the transactions of a card, a bill or a contract; `next` as in [`Self::transactions_page`].
    async fn credit_transactions_page(
        &self,
        access: &Access,
        list: CreditList<'_>,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<TransactionDraft>, ConnectorError> {
        let _ = (access, list, window, next);
        Err(ConnectorError::Unsupported("credit"))
    }
}
