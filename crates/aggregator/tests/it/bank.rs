//! A bank that does as it is told: consents, one-time codes, tokens, accounts, pages of transactions, and failures on
//! command.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use tokio::sync::Notify;
use vinculo_connector::{
    Access, AccountReading, Answer, Authorization, AuthorizationRequest, BankConsent, Call, Connector, ConnectorError,
    CreditFamily, CreditList, Extension, NewConsent, PageOf, PageToken, Pending, SharedResource, Tokens, Window,
};
use vinculo_domain::model::{
    AccountDraft, BalanceDraft, BillDraft, ExchangeDraft, InvestmentDraft, InvestmentTransactionDraft, InvestmentType,
    OwnerContent, OwnerDraft, TransactionDraft,
};
use vinculo_domain::{
    ConsentStatus, Env, Institution, InstitutionKind, InstitutionStatus, Organisation, PermissionSet, Rejection,
};

pub(crate) const CODE: &str = "ofmockbank_br_retail";

#[derive(Clone)]
pub(crate) struct Bank(Arc<Inner>);

struct Inner {
    env: Env,
    state: Mutex<State>,
    released: Notify,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) consents: BTreeMap<String, (ConsentStatus, Option<Rejection>)>,
    /// What is free in each account; 10.5 unless told otherwise.
    pub(crate) free: Option<&'static str>,
    /// By which CPF the bank knows whoever logs in; Ralph's unless told otherwise.
    pub(crate) known: Option<&'static str>,
    /// What was asked for, and until when.
    pub(crate) asked: Vec<(PermissionSet, Option<Timestamp>)>,
    /// When the bank says that consents end.
    pub(crate) ends: Option<Timestamp>,
    pub(crate) calls: Vec<&'static str>,
    failures: HashMap<&'static str, VecDeque<ConnectorError>>,
    always: HashMap<&'static str, ConnectorError>,
    later: HashMap<&'static str, (usize, ConnectorError)>,
    used_codes: HashSet<String>,
    access: String,
    tokens_given: usize,
    made: usize,
    pub(crate) windows: Vec<Window>,
    pub(crate) accounts: Vec<(String, Vec<Vec<TransactionDraft>>)>,
    pub(crate) investments: Vec<(InvestmentDraft, Vec<Vec<InvestmentTransactionDraft>>)>,
    pub(crate) exchanges: Vec<ExchangeDraft>,
    pub(crate) shared: Vec<SharedResource>,
    /// Cards and contracts.
    pub(crate) credit: Vec<(CreditFamily, String)>,
    /// Pages of bills, by card.
    pub(crate) bills: HashMap<String, Vec<Vec<BillDraft>>>,
    /// Pages of transactions: by card, by `card/bill`, by contract.
    pub(crate) lists: HashMap<String, Vec<Vec<TransactionDraft>>>,
    held: HashSet<&'static str>,
    panics: HashSet<&'static str>,
    waiting: HashSet<&'static str>,
}

impl Bank {
    pub(crate) fn new(env: Env) -> Self {
        let bank = Self(Arc::new(Inner { env, state: Mutex::default(), released: Notify::new() }));
        bank.state().accounts = vec![("acc-1".into(), pages("one", &[3, 2])), ("acc-2".into(), pages("two", &[1]))];
        bank
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap()
    }

    /// The next call of `method` fails.
    pub(crate) fn fail(&self, method: &'static str, error: ConnectorError) {
        self.state().failures.entry(method).or_default().push_back(error);
    }

    /// The call of `method` after the next `calls` ones fails.
    pub(crate) fn fail_after(&self, calls: usize, method: &'static str, error: ConnectorError) {
        self.state().later.insert(method, (calls, error));
    }

    /// The next call of `method` panics.
    pub(crate) fn panic_once(&self, method: &'static str) {
        self.state().panics.insert(method);
    }

    /// All calls of `method` fail from now on; `None` mends it.
    pub(crate) fn fail_always(&self, method: &'static str, error: Option<ConnectorError>) {
        match error {
            Some(error) => self.state().always.insert(method, error),
            None => self.state().always.remove(method),
        };
    }

    /// Calls of `method` wait until they are released.
    pub(crate) fn hold(&self, method: &'static str) {
        self.state().held.insert(method);
    }

    pub(crate) fn release(&self, method: &'static str) {
        self.state().held.remove(method);
        self.0.released.notify_waiters();
    }

    /// Waits until a call of `method` waits.
    pub(crate) async fn reached(&self, method: &'static str) {
        while !self.state().waiting.contains(method) {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn count(&self, method: &str) -> usize {
        self.state().calls.iter().filter(|call| **call == method).count()
    }

    /// The user approves the consent that waits for it.
    pub(crate) fn approve(&self) {
        for (status, _) in self.state().consents.values_mut() {
            if *status == ConsentStatus::AwaitingAuthorisation {
                *status = ConsentStatus::Authorised;
            }
        }
    }

    /// The user revokes everything at the bank: tokens die.
    pub(crate) fn revoke_all(&self) {
        let mut state = self.state();
        for consent in state.consents.values_mut() {
            let reason = "CUSTOMER_MANUALLY_REVOKED".to_owned();
            *consent = (ConsentStatus::Rejected, Some(Rejection { rejected_by: "USER".into(), reason }));
        }
        state.access = "none".into();
        state.always.insert("refresh", ConnectorError::InvalidGrant);
    }

    /// The access token runs out, and a refresh gives another.
    pub(crate) fn expire_access(&self) {
        self.state().access = "run out".into();
    }

    pub(crate) fn statuses(&self) -> Vec<ConsentStatus> {
        self.state().consents.values().map(|(status, _)| *status).collect()
    }

    async fn enter(&self, method: &'static str) -> Result<(), ConnectorError> {
        self.state().calls.push(method);
        loop {
            let released = self.0.released.notified();
            tokio::pin!(released);
            released.as_mut().enable();
            if !self.state().held.contains(method) {
                break;
            }
            self.state().waiting.insert(method);
            released.await;
        }
        let panics = self.state().panics.remove(method);
        if panics {
            panic!("told to");
        }
        let mut state = self.state();
        state.waiting.remove(method);
        if let Some(error) = state.failures.get_mut(method).and_then(VecDeque::pop_front) {
            return Err(error);
        }
        match state.later.remove(method) {
            Some((0, error)) => return Err(error),
            Some((calls, error)) => {
                state.later.insert(method, (calls - 1, error));
            }
            None => {}
        }
        state.always.get(method).cloned().map_or(Ok(()), Err)
    }

    /// A call that counts.
    async fn counted(
        &self,
        method: &'static str,
        access: &Access,
        endpoint: &str,
        resource: &str,
    ) -> Result<(), ConnectorError> {
        let call = Call::named(endpoint, resource).unwrap();
        access.paid(&call, self.enter_with(method, access)).await
    }

    async fn enter_with(&self, method: &'static str, access: &Access) -> Result<(), ConnectorError> {
        self.enter(method).await?;
        let good = access.access_token.expose_secret() == self.state().access;
        if good { Ok(()) } else { Err(ConnectorError::Unauthorised) }
    }

    fn tokens(&self) -> Tokens {
        let mut state = self.state();
        state.tokens_given += 1;
        state.access = format!("access-{}", state.tokens_given);
        Tokens {
            access_token: SecretString::from(state.access.clone()),
            refresh_token: Some(SecretString::from("refresh")),
            expires_at: self.0.env.now().checked_add(SignedDuration::from_mins(15)).unwrap(),
            scope: "openid accounts".into(),
        }
    }

    fn consent_of(&self, id: &str) -> Result<BankConsent, ConnectorError> {
        let (status, rejection) = self.state().consents.get(id).cloned().ok_or(ConnectorError::NotFound)?;
        let expires_at = self.state().ends;
        let now = self.0.env.now();
        Ok(BankConsent {
            bank_consent_id: id.to_owned(),
            status,
            permissions: PermissionSet::for_categories(&vinculo_domain::Category::DEFAULT, false),
            created_at: now,
            updated_at: now,
            expires_at,
            rejection,
        })
    }
}

/// The `code` that the bank would send for the consent that was made last.
pub(crate) const AUTHORIZATION_CODE: &str = "code-1";

#[async_trait]
impl Connector for Bank {
    async fn institutions(&self) -> Result<Vec<Institution>, ConnectorError> {
        self.enter("institutions").await?;
        Ok(vec![institution(CODE)])
    }

    async fn create_consent(&self, _: &Institution, wanted: &NewConsent) -> Result<BankConsent, ConnectorError> {
        self.enter("create_consent").await?;
        let id = {
            let mut state = self.state();
            state.made += 1;
            state.asked.push((wanted.permissions.clone(), wanted.expires_at));
            let id = format!("urn:mock:{}", state.made);
            state.consents.insert(id.clone(), (ConsentStatus::AwaitingAuthorisation, None));
            id
        };
        self.consent_of(&id)
    }

    async fn consent(&self, _: &Institution, id: &str) -> Result<BankConsent, ConnectorError> {
        self.enter("consent").await?;
        self.consent_of(id)
    }

    async fn extend(&self, _: &Access, extension: &Extension) -> Result<BankConsent, ConnectorError> {
        self.enter("extend").await?;
        self.state().ends = extension.expires_at;
        self.consent_of(&extension.bank_consent_id)
    }

    async fn revoke(&self, _: &Institution, id: &str) -> Result<(), ConnectorError> {
        self.enter("revoke").await?;
        let mut state = self.state();
        if let Some(consent) = state.consents.get_mut(id) {
            consent.0 = ConsentStatus::Rejected;
        }
        Ok(())
    }

    async fn authorize(
        &self,
        _: &Institution,
        request: &AuthorizationRequest,
    ) -> Result<Authorization, ConnectorError> {
        self.enter("authorize").await?;
        let number = request.bank_consent_id.rsplit(':').next().unwrap().to_owned();
        Ok(Authorization {
            url: format!("https://bank.example/authorize?request_uri={number}"),
            state: SecretString::from(format!("state-{number}")),
            nonce: SecretString::from("nonce"),
            code_verifier: SecretString::from("verifier"),
            request_uri: number,
            scopes: "openid accounts".into(),
            expires_at: self.0.env.now().checked_add(SignedDuration::from_mins(10)).unwrap(),
        })
    }

    async fn exchange(&self, _: &Institution, _: &Pending, answer: &Answer) -> Result<Tokens, ConnectorError> {
        self.enter("exchange").await?;
        if !self.state().used_codes.insert(answer.code.expose_secret().to_owned()) {
            return Err(ConnectorError::InvalidGrant);
        }
        Ok(self.tokens())
    }

    async fn refresh(&self, _: &Institution, _: &SecretString) -> Result<Tokens, ConnectorError> {
        self.enter("refresh").await?;
        Ok(self.tokens())
    }

    async fn resources(&self, access: &Access) -> Result<Vec<SharedResource>, ConnectorError> {
        self.enter_with("resources", access).await?;
        Ok(self.state().shared.clone())
    }

    async fn owners(&self, access: &Access) -> Result<Vec<OwnerDraft>, ConnectorError> {
        self.counted("owners", access, "owners", "").await?;
        let known = self.state().known.unwrap_or("76109277673");
        Ok(vec![owner(known)])
    }

    async fn accounts(&self, access: &Access) -> Result<Vec<AccountReading>, ConnectorError> {
        self.counted("accounts", access, "accounts", "").await?;
        let names: Vec<String> = self.state().accounts.iter().map(|(name, _)| name.clone()).collect();
        let free = self.state().free;
        Ok(names.iter().map(|name| reading(name, self.0.env.now(), free)).collect())
    }

    async fn balance(&self, access: &Access, account: &str) -> Result<BalanceDraft, ConnectorError> {
        self.counted("balance", access, "balances", account).await?;
        let free = self.state().free;
        reading(account, self.0.env.now(), free).balance.ok_or(ConnectorError::NotFound)
    }

    async fn transactions_page(
        &self,
        access: &Access,
        account: &str,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<TransactionDraft>, ConnectorError> {
        let latest = if window.is_recent(self.0.env.now()) { "transactions_current" } else { "transactions" };
        match next {
            None => self.counted("transactions", access, latest, account).await?,
            Some(_) => self.enter_with("transactions", access).await?,
        }
        let at: usize = next.map_or(0, |token| token.as_str().parse().unwrap());
        let mut state = self.state();
        state.windows.push(window);
        let (_, pages) = state.accounts.iter().find(|(name, _)| name == account).ok_or(ConnectorError::NotFound)?;
        let items = pages.get(at).cloned().unwrap_or_default();
        let next = (at + 1 < pages.len()).then(|| PageToken::from_text((at + 1).to_string()));
        Ok(PageOf { items, next })
    }

    async fn investments(&self, access: &Access, kind: InvestmentType) -> Result<Vec<InvestmentDraft>, ConnectorError> {
        self.enter_with(kind.as_str(), access).await?;
        let state = self.state();
        let all = state.investments.iter().map(|(investment, _)| investment);
        Ok(all.filter(|investment| investment.content.kind == kind).cloned().collect())
    }

    async fn investment_transactions_page(
        &self,
        access: &Access,
        _: InvestmentType,
        investment: &str,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<InvestmentTransactionDraft>, ConnectorError> {
        self.enter_with("movements", access).await?;
        let at: usize = next.map_or(0, |token| token.as_str().parse().unwrap());
        let mut state = self.state();
        state.windows.push(window);
        let found = state.investments.iter().find(|(draft, _)| draft.internal_identification == investment);
        let (_, pages) = found.ok_or(ConnectorError::NotFound)?;
        let items = pages.get(at).cloned().unwrap_or_default();
        let next = (at + 1 < pages.len()).then(|| PageToken::from_text((at + 1).to_string()));
        Ok(PageOf { items, next })
    }

    async fn exchanges(&self, access: &Access) -> Result<Vec<ExchangeDraft>, ConnectorError> {
        self.enter_with("exchanges", access).await?;
        Ok(self.state().exchanges.clone())
    }

    async fn credit_accounts(
        &self,
        access: &Access,
        family: CreditFamily,
    ) -> Result<Vec<AccountDraft>, ConnectorError> {
        self.enter_with(family.as_str(), access).await?;
        let state = self.state();
        let own = state.credit.iter().filter(|(kind, _)| *kind == family);
        Ok(own.map(|(_, name)| credit_account(family, name)).collect())
    }

    async fn bills_page(
        &self,
        access: &Access,
        card: &str,
        _: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<BillDraft>, ConnectorError> {
        self.enter_with("bills", access).await?;
        Ok(page_of(self.state().bills.get(card), next))
    }

    async fn credit_transactions_page(
        &self,
        access: &Access,
        list: CreditList<'_>,
        _: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<TransactionDraft>, ConnectorError> {
        let (method, key) = match list {
            CreditList::Card(card) => ("card-transactions", card.to_owned()),
            CreditList::Bill { card, bill } => ("bill-transactions", format!("{card}/{bill}")),
            CreditList::Contract(_, contract) => ("contract-transactions", contract.to_owned()),
        };
        self.enter_with(method, access).await?;
        Ok(page_of(self.state().lists.get(&key), next))
    }
}

fn page_of<T: Clone>(pages: Option<&Vec<Vec<T>>>, next: Option<&PageToken>) -> PageOf<T> {
    let at: usize = next.map_or(0, |token| token.as_str().parse().unwrap());
    let count = pages.map_or(0, Vec::len);
    let items = pages.and_then(|pages| pages.get(at)).cloned().unwrap_or_default();
    PageOf { items, next: (at + 1 < count).then(|| PageToken::from_text((at + 1).to_string())) }
}

fn credit_account(family: CreditFamily, name: &str) -> AccountDraft {
    let mut account = reading(name, Timestamp::UNIX_EPOCH, None).account;
    account.category = Some(family.category());
    account.overdraft = None;
    account
}

pub(crate) fn bill(name: &str) -> BillDraft {
    read(&json!({
        "internal_identification": name, "bill_name": "nov-2026", "due_date": "2026-11-10", "currency": "BRL",
        "total_amount": 12.34, "minimum_amount": null, "is_installment": false, "finance_charges": [], "payments": []
    }))
}

/// A purchase with a card; final when it stands on a bill.
pub(crate) fn purchase(key: &str, bill: Option<&str>) -> TransactionDraft {
    let mut draft = transaction(key, false, true);
    draft.is_final = bill.is_some();
    draft.content.credit_card_data = Some(Box::new(read(&json!({
        "collected_at": "2026-11-01T00:00:00Z", "bill_name": null, "bill_due_date": null,
        "bill_internal_identification": bill, "bill_status": null, "previous_bill_total": null, "bill_amount": null,
        "card_number": "4453", "fee_type": null, "fee_type_additional_info": null, "credits_type": null,
        "credits_type_additional_info": null, "installment_identifier": "", "number_of_installments": null,
        "credit_card_bill": null
    }))));
    draft
}

pub(crate) fn institution(code: &str) -> Institution {
    Institution {
        id: 0,
        code: code.parse().unwrap(),
        kind: InstitutionKind::Retail,
        display_name: "Mock Bank".into(),
        description: None,
        logo: None,
        website: None,
        primary_color: "#016fd0".into(),
        organisation: Organisation { id: "org".into(), name: "Mock".into(), registration_number: "1".into() },
        authorization_server_id: "as".into(),
        discovery_url: "https://bank.example/.well-known/openid-configuration".into(),
        endpoints: Vec::new(),
        status: InstitutionStatus::Healthy,
        popularity: None,
    }
}

fn read<T: serde::de::DeserializeOwned>(value: &serde_json::Value) -> T {
    serde_json::from_str(&value.to_string()).unwrap()
}

fn owner(cpf: &str) -> OwnerDraft {
    let person = json!({
        "display_name": "Ralph Bragg", "social_name": null, "birth_date": "1990-01-01", "marital_status": null,
        "marital_status_additional_info": null, "gender": null, "companies_id": ["01773247000103"],
        "is_local_resident": true, "document_id": {"document_type": "CPF", "document_number": cpf},
        "additional_documents": [], "nationalities": null, "email": "ralph.bragg@gmail.com", "emails": [],
        "address": null, "addresses": [], "phone_number": null, "phone_numbers": [], "filiations": [],
        "financial_profile": null, "financial_relation": null
    });
    OwnerDraft {
        internal_identification: Some("owner-1".into()),
        content: OwnerContent::Individual(Box::new(read(&person))),
    }
}

fn reading(name: &str, now: Timestamp, free: Option<&str>) -> AccountReading {
    let free: serde_json::Value = serde_json::from_str(free.unwrap_or("10.5")).unwrap();
    let account = json!({
        "category": "CHECKING_ACCOUNT", "balance_type": "ASSET", "overdraft": null, "type": "CONTA_DEPOSITO_A_VISTA",
        "subtype": "INDIVIDUAL", "name": null, "number": "94088392", "agency": "6272", "check_digit": "4",
        "balance": {"current": free, "available": free}, "currency": "BRL",
        "public_identification_name": "AGENCY/ACCOUNT", "public_identification_value": "6272/94088392-4",
        "internal_identification": name, "credit_data": null, "loan_data": null, "funds_data": null
    });
    let balance = json!({
        "last_updated_at": now.to_string(), "currency": "BRL", "available": free, "blocked": 0.0,
        "automatically_invested": 0.0
    });
    let balance = BalanceDraft { account_internal_identification: name.into(), content: read(&balance) };
    AccountReading { account: read(&account), balance: Some(balance) }
}

pub(crate) fn transaction(key: &str, inflow: bool, is_final: bool) -> TransactionDraft {
    let content = json!({
        "value_date": "2026-11-01", "transacted_at": null, "accounting_date": "2026-11-01",
        "inferred_accounting_date": "2026-11-03", "amount": 12.34, "local_currency_amount": null, "balance": null,
        "currency": "BRL", "description": "PIX", "observations": null, "merchant": null, "category": null,
        "subcategory": null, "reference": null, "type": if inflow { "INFLOW" } else { "OUTFLOW" },
        "status": if is_final { "PROCESSED" } else { "PENDING" }, "credit_card_data": null, "counterparty": null,
        "loan_data": null, "payment_type": null, "operation_type": "PIX", "operation_type_additional_info": null,
        "mcc": null
    });
    TransactionDraft {
        internal_identification: key.to_owned(),
        bank_key: key.to_owned(),
        is_final,
        content: read(&content),
    }
}

/// Pages of so many transactions each; every second one brings money in.
pub(crate) fn pages(name: &str, sizes: &[usize]) -> Vec<Vec<TransactionDraft>> {
    let page = |(at, size): (usize, &usize)| {
        (0..*size).map(|n| transaction(&format!("{name}-{at}-{n}"), n % 2 == 0, true)).collect()
    };
    sizes.iter().enumerate().map(page).collect()
}
