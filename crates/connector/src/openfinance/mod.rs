//! Open Finance Brasil.

mod authorize;
mod bank;
mod consent;
mod cookies;
mod directory;
mod fetch;
mod http;
mod inspect;
mod line;
mod manage;
mod map;
mod memory;
mod register;
mod registration;
mod retry;
mod settings;
mod wire;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use tokio::sync::Mutex;
use url::Url;
use vinculo_domain::Institution;
use vinculo_domain::model::{
    AccountDraft, BalanceDraft, BillDraft, ExchangeDraft, InvestmentDraft, InvestmentTransactionDraft, InvestmentType,
    OwnerDraft, TransactionDraft,
};

use self::bank::ReadDiscovery;
use self::http::Http;
use self::line::Line;
use self::memory::Memory;
pub use inspect::Membership;
pub use registration::{Registration, RegistrationError, RegistrationStore};
pub use settings::{
    BrandSettings, DirectorySettings, FixedInstitution, Identity, KeyPem, Limits, OpenFinanceSettings, OwnIdentity,
    Retry, Transport, TransportPem,
};

use crate::{
    Access, AccountReading, Answer, Authorization, AuthorizationRequest, BankConsent, Connector, ConnectorError,
    CreditFamily, CreditList, Extension, NewConsent, PageOf, PageToken, Pending, ProtocolError, SharedResource, Tokens,
    Window,
};

/// The connector for Open Finance Brasil.
pub struct OpenFinance {
    settings: OpenFinanceSettings,
    http: Http,
    main: Line,
    /// Lines of their own, by authorization server.
    lines: HashMap<String, Line>,
    /// By address of the document.
    discoveries: Memory<ReadDiscovery>,
    /// Client ids, by authorization server.
    clients: Memory<String>,
    /// Our own tokens for consents, by authorization server.
    client_tokens: Memory<SecretString>,
    /// Banks that were just asked whether they still know us, by authorization server.
    doubts: Memory<()>,
    /// Who may register now, by authorization server.
    turns: Mutex<HashMap<String, Arc<Mutex<()>>>>,
}

impl OpenFinance {
    /// Reads keys and certificates and makes the clients. Nothing is called yet.
    ///
    /// # Errors
    /// [`ConnectorError::Internal`] when a key or certificate cannot be read.
    pub fn new(settings: OpenFinanceSettings) -> Result<Self, ConnectorError> {
        let main = Line::main(&settings)?;
        Ok(Self {
            lines: line::lines(&settings)?,
            http: main.http.clone(),
            main,
            discoveries: Memory::new(),
            clients: Memory::new(),
            client_tokens: Memory::new(),
            doubts: Memory::new(),
            turns: Mutex::new(HashMap::new()),
            settings,
        })
    }

    /// Returns how an authorization server and its APIs are reached.
    fn line(&self, server: &str) -> &Line {
        self.lines.get(server).unwrap_or(&self.main)
    }
}

fn internal(error: impl std::fmt::Display) -> ConnectorError {
    ConnectorError::Internal(error.to_string())
}

/// Returns the base address of an API, as the directory gives it.
fn base(institution: &Institution, family: &'static str, major: u32) -> Result<Url, ConnectorError> {
    let text = institution.api_base(family, major).ok_or(ConnectorError::Unsupported(family))?;
    Url::parse(text).map_err(|_| ProtocolError::Discovery("an endpoint of the directory is no address".into()).into())
}

/// Returns the address of an endpoint below the advertised base; segments are encoded.
fn endpoint(
    institution: &Institution,
    family: &'static str,
    major: u32,
    segments: &[&str],
) -> Result<Url, ConnectorError> {
    let mut url = base(institution, family, major)?;
    // An identifier comes from the bank: it must not turn into another endpoint, nor into one that only looks right.
    let plain = |segment: &str| !segment.is_empty() && !segment.chars().all(|c| c == '.') && !segment.contains(unfit);
    if !segments.iter().all(|segment| plain(segment)) {
        return Err(ProtocolError::Unreadable("an identifier that is none".to_owned()).into());
    }
    match url.path_segments_mut() {
        Ok(mut path) => path.pop_if_empty().extend(segments),
        Err(()) => return Err(ProtocolError::Discovery("an endpoint of the directory is no address".into()).into()),
    };
    Ok(url)
}

/// Characters that no identifier of the standard has and that mean something in addresses.
fn unfit(c: char) -> bool {
    matches!(c, '/' | '\\' | '%' | '?' | '#') || c.is_control() || c.is_whitespace()
}

/// Asks for the first page; all others come from `links.next`.
fn paged(mut url: Url, page_size: u16) -> Url {
    url.query_pairs_mut().append_pair("page", "1").append_pair("page-size", &page_size.to_string());
    url
}

#[async_trait]
impl Connector for OpenFinance {
    async fn institutions(&self) -> Result<Vec<Institution>, ConnectorError> {
        self.participants().await
    }

    async fn create_consent(
        &self,
        institution: &Institution,
        consent: &NewConsent,
    ) -> Result<BankConsent, ConnectorError> {
        self.post_consent(institution, consent).await
    }

    async fn consent(&self, institution: &Institution, bank_consent_id: &str) -> Result<BankConsent, ConnectorError> {
        self.get_consent(institution, bank_consent_id).await
    }

    async fn extend(&self, access: &Access, extension: &Extension) -> Result<BankConsent, ConnectorError> {
        self.post_extension(access, extension).await
    }

    async fn revoke(&self, institution: &Institution, bank_consent_id: &str) -> Result<(), ConnectorError> {
        self.delete_consent(institution, bank_consent_id).await
    }

    async fn authorize(
        &self,
        institution: &Institution,
        request: &AuthorizationRequest,
    ) -> Result<Authorization, ConnectorError> {
        self.push(institution, request).await
    }

    async fn exchange(
        &self,
        institution: &Institution,
        pending: &Pending,
        answer: &Answer,
    ) -> Result<Tokens, ConnectorError> {
        self.redeem(institution, pending, answer).await
    }

    async fn refresh(&self, institution: &Institution, refresh_token: &SecretString) -> Result<Tokens, ConnectorError> {
        self.renew(institution, refresh_token).await
    }

    async fn resources(&self, access: &Access) -> Result<Vec<SharedResource>, ConnectorError> {
        self.list_resources(access).await
    }

    async fn owners(&self, access: &Access) -> Result<Vec<OwnerDraft>, ConnectorError> {
        self.list_owners(access).await
    }

    async fn accounts(&self, access: &Access) -> Result<Vec<AccountReading>, ConnectorError> {
        self.list_accounts(access).await
    }

    async fn balance(&self, access: &Access, account: &str) -> Result<BalanceDraft, ConnectorError> {
        self.read_balance(access, account).await
    }

    async fn transactions_page(
        &self,
        access: &Access,
        account: &str,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<TransactionDraft>, ConnectorError> {
        self.read_transactions(access, account, window, next).await
    }

    async fn investments(&self, access: &Access, kind: InvestmentType) -> Result<Vec<InvestmentDraft>, ConnectorError> {
        self.list_investments(access, kind).await
    }

    async fn investment_transactions_page(
        &self,
        access: &Access,
        kind: InvestmentType,
        investment: &str,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<InvestmentTransactionDraft>, ConnectorError> {
        self.read_movements(access, kind, investment, window, next).await
    }

    async fn exchanges(&self, access: &Access) -> Result<Vec<ExchangeDraft>, ConnectorError> {
        self.list_exchanges(access).await
    }

    async fn credit_accounts(
        &self,
        access: &Access,
        family: CreditFamily,
    ) -> Result<Vec<AccountDraft>, ConnectorError> {
        self.list_credit(access, family).await
    }

    async fn bills_page(
        &self,
        access: &Access,
        card: &str,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<BillDraft>, ConnectorError> {
        self.read_bills(access, card, window, next).await
    }

    async fn credit_transactions_page(
        &self,
        access: &Access,
        list: CreditList<'_>,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<TransactionDraft>, ConnectorError> {
        self.read_credit_transactions(access, list, window, next).await
    }
}
