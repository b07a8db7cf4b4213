//! A person on the way through the bank, and the connector that sent them.

use std::collections::HashMap;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Response};
use url::Url;
use vinculo_connector::{
    Access, Answer, Authorization, AuthorizationRequest, BankConsent, Connector, ConnectorError, NewConsent,
    OpenFinance, Pending, Tokens,
};
use vinculo_domain::{Category, Identification, Institution, PermissionSet};
use vinculo_fapi::fragment::{AuthorizationResponse, Outcome};

use crate::bank::{Bank, CALLBACK};

/// One person's way through the bank.
pub(crate) struct Visitor<'a> {
    pub(crate) bank: &'a Bank,
    pub(crate) connector: OpenFinance,
    pub(crate) institution: Institution,
}

impl<'a> Visitor<'a> {
    pub(crate) fn new(bank: &'a Bank) -> Self {
        Self { bank, connector: bank.connector(), institution: bank.institution() }
    }

    pub(crate) async fn try_consent(&self) -> Result<BankConsent, ConnectorError> {
        let new = NewConsent {
            identification: Identification {
                cpf: "76109277673".parse().unwrap(),
                name: "Alguém".to_owned(),
                company: None,
            },
            permissions: PermissionSet::for_categories(&[Category::Register, Category::Accounts], false),
            expires_at: None,
        };
        self.connector.create_consent(&self.institution, &new).await
    }

    pub(crate) async fn try_authorize(&self, consent: &BankConsent) -> Result<Authorization, ConnectorError> {
        let request = AuthorizationRequest {
            bank_consent_id: consent.bank_consent_id.clone(),
            permissions: consent.permissions.clone(),
            redirect_uri: CALLBACK.to_owned(),
        };
        self.connector.authorize(&self.institution, &request).await
    }

    /// Goes to the bank and comes back with its answer, whatever the answer is worth.
    pub(crate) async fn visit(&self) -> (BankConsent, Authorization, Answer) {
        let consent = self.try_consent().await.unwrap();
        let authorization = self.try_authorize(&consent).await.unwrap();
        let response = browse(self.bank, &authorization.url).await;
        let Outcome::Success { code, id_token } = response.outcome else { panic!("the bank said no") };
        (consent, authorization, Answer { code, id_token })
    }

    pub(crate) async fn exchange(
        &self,
        authorization: &Authorization,
        answer: &Answer,
    ) -> Result<Tokens, ConnectorError> {
        let pending = Pending {
            state: authorization.state.clone(),
            nonce: authorization.nonce.clone(),
            code_verifier: authorization.code_verifier.clone(),
            scopes: authorization.scopes.clone(),
            redirect_uri: CALLBACK.to_owned(),
        };
        self.connector.exchange(&self.institution, &pending, answer).await
    }

    /// Goes all the way to tokens.
    pub(crate) async fn connect(&self) -> (BankConsent, Tokens) {
        let (consent, authorization, answer) = self.visit().await;
        (consent, self.exchange(&authorization, &answer).await.unwrap())
    }

    pub(crate) fn access(&self, consent: &BankConsent, tokens: &Tokens) -> Access {
        Access {
            institution: self.institution.clone(),
            access_token: tokens.access_token.clone(),
            permissions: consent.permissions.clone(),
            meter: None,
        }
    }
}

/// Opens the bank's address in a fresh browser and follows it until the bank sends the person back.
pub(crate) async fn browse(bank: &Bank, url: &str) -> AuthorizationResponse {
    let (mut url, mut cookies) = (Url::parse(url).unwrap(), HashMap::new());
    for _ in 0..8 {
        url = step(&bank.browser, &url, &mut cookies).await;
        if url.as_str().starts_with(CALLBACK) {
            assert_eq!(url.query(), None, "the answer comes in the fragment");
            return AuthorizationResponse::parse(url.fragment().unwrap()).unwrap();
        }
    }
    panic!("the bank leads in circles")
}

async fn step(client: &Client, url: &Url, cookies: &mut HashMap<String, String>) -> Url {
    let jar: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let answer = client.get(url.clone()).header(COOKIE, jar.join("; ")).send().await.unwrap();
    keep_cookies(&answer, cookies);
    let location = answer.headers().get(LOCATION).map(|value| value.to_str().unwrap().to_owned());
    let Some(location) = location else { panic!("{}: {}", url.path(), answer.text().await.unwrap()) };
    url.join(&location).unwrap()
}

fn keep_cookies(answer: &Response, cookies: &mut HashMap<String, String>) {
    for header in answer.headers().get_all(SET_COOKIE) {
        let cookie = header.to_str().unwrap().split(';').next().unwrap();
        let (name, value) = cookie.split_once('=').unwrap();
        if value.is_empty() {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
