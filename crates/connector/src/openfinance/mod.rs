//! Open Finance Brasil.

mod registration;
mod settings;

use async_trait::async_trait;
use secrecy::SecretString;
use vinculo_domain::Institution;
use vinculo_domain::model::{BalanceDraft, OwnerDraft, TransactionDraft};

pub use registration::{Registration, RegistrationError, RegistrationStore};
pub use settings::{BrandSettings, DirectorySettings, Identity, KeyPem, Limits, OpenFinanceSettings, Retry, Transport};

use crate::{
    Access, AccountReading, Answer, Authorization, AuthorizationRequest, BankConsent, Connector, ConnectorError,
    NewConsent, PageOf, PageToken, Pending, SharedResource, Tokens, Window,
};

/// The connector for Open Finance Brasil.
pub struct OpenFinance {
    _settings: OpenFinanceSettings, // skeleton
}

impl OpenFinance {
    /// Reads keys and certificates and makes the clients. Nothing is called yet.
    ///
    /// # Errors
    /// [`ConnectorError::Internal`] when a key or certificate cannot be read.
    pub fn new(settings: OpenFinanceSettings) -> Result<Self, ConnectorError> {
        Ok(Self { _settings: settings })
    }
}

#[async_trait]
impl Connector for OpenFinance {
    async fn institutions(&self) -> Result<Vec<Institution>, ConnectorError> {
        todo!() // skeleton
    }

    async fn create_consent(&self, _: &Institution, _: &NewConsent) -> Result<BankConsent, ConnectorError> {
        todo!() // skeleton
    }

    async fn consent(&self, _: &Institution, _: &str) -> Result<BankConsent, ConnectorError> {
        todo!() // skeleton
    }

    async fn revoke(&self, _: &Institution, _: &str) -> Result<(), ConnectorError> {
        todo!() // skeleton
    }

    async fn authorize(&self, _: &Institution, _: &AuthorizationRequest) -> Result<Authorization, ConnectorError> {
        todo!() // skeleton
    }

    async fn exchange(&self, _: &Institution, _: &Pending, _: &Answer) -> Result<Tokens, ConnectorError> {
        todo!() // skeleton
    }

    async fn refresh(&self, _: &Institution, _: &SecretString) -> Result<Tokens, ConnectorError> {
        todo!() // skeleton
    }

    async fn resources(&self, _: &Access) -> Result<Vec<SharedResource>, ConnectorError> {
        todo!() // skeleton
    }

    async fn owners(&self, _: &Access) -> Result<Vec<OwnerDraft>, ConnectorError> {
        todo!() // skeleton
    }

    async fn accounts(&self, _: &Access) -> Result<Vec<AccountReading>, ConnectorError> {
        todo!() // skeleton
    }

    async fn balance(&self, _: &Access, _: &str) -> Result<BalanceDraft, ConnectorError> {
        todo!() // skeleton
    }

    async fn transactions_page(
        &self,
        _: &Access,
        _: &str,
        _: Window,
        _: Option<&PageToken>,
    ) -> Result<PageOf<TransactionDraft>, ConnectorError> {
        todo!() // skeleton
    }
}
