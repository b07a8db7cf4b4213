//! A consent as the API shows it (reference, belvo-api 9.2).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use vinculo_domain::{Category, ConsentId, ConsentStatus, Institution, InstitutionCode, LinkId, Permission};
use vinculo_store::Consent;

use crate::api::error::{ApiError, ApiResult};
use crate::api::time::{micros, micros_option};
use crate::state::AppState;

#[derive(Serialize)]
struct View<'a> {
    id: ConsentId,
    display_name: Option<&'a str>,
    document_number: Option<&'a str>,
    belvo_institution_name: &'a str,
    institution_display_name: &'a str,
    institution_icon_logo: Option<&'a str>,
    belvo_organization_name: &'a str,
    link_id: LinkId,
    user_name: Option<&'a str>,
    #[serde(serialize_with = "micros_option")]
    expired_at: Option<Timestamp>,
    undefined_consent_expiration: bool,
    consent_duration: Option<u32>,
    #[serde(serialize_with = "micros")]
    created_at: Timestamp,
    status: ConsentStatus,
    permissions: Permissions,
}

#[derive(Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Permissions {
    accounts: Vec<Permission>,
    credit_cards: Vec<Permission>,
    credit_operations: Vec<Permission>,
    register: Vec<Permission>,
    resources: Vec<Permission>,
    investments: Vec<Permission>,
}

/// Writes consents of one application; each institution is looked up once.
pub(super) struct Writer<'a> {
    state: &'a AppState,
    organization: &'a str,
    known: BTreeMap<InstitutionCode, Option<Institution>>,
}

impl<'a> Writer<'a> {
    /// Starts; `organization` is the application's name.
    pub(super) fn new(state: &'a AppState, organization: &'a str) -> Self {
        Self { state, organization, known: BTreeMap::new() }
    }

    /// Writes a consent.
    pub(super) async fn body(&mut self, consent: &Consent) -> ApiResult<String> {
        if !self.known.contains_key(&consent.institution) {
            let found = self.state.store().institution_by_code(&consent.institution).await?;
            self.known.insert(consent.institution.clone(), found);
        }
        let institution = self.known.get(&consent.institution).and_then(Option::as_ref);
        serde_json::to_string(&view(consent, institution, self.organization)).map_err(ApiError::internal)
    }
}

fn view<'a>(consent: &'a Consent, institution: Option<&'a Institution>, organization: &'a str) -> View<'a> {
    let code = consent.institution.as_str();
    let record = consent.record.as_ref();
    View {
        id: consent.id,
        display_name: record.and_then(|record| record.display_name.as_deref()),
        document_number: record.map(|record| match &record.identification.company {
            Some((cnpj, _)) => cnpj.as_str(),
            None => record.identification.cpf.as_str(),
        }),
        belvo_institution_name: code,
        institution_display_name: institution.map_or(code, |institution| &institution.display_name),
        institution_icon_logo: institution.and_then(|institution| institution.logo.as_deref()),
        belvo_organization_name: organization,
        link_id: consent.link,
        user_name: record.map(|record| record.identification.display_name()),
        expired_at: consent.expires_at,
        undefined_consent_expiration: consent.expires_at.is_none(),
        consent_duration: consent.duration.days(),
        created_at: consent.created_at,
        status: consent.status,
        permissions: permissions(consent),
    }
}

fn permissions(consent: &Consent) -> Permissions {
    let of = |category| consent.permissions.of(category);
    Permissions {
        accounts: of(Category::Accounts),
        credit_cards: of(Category::CreditCards),
        credit_operations: of(Category::CreditOperations),
        register: of(Category::Register),
        resources: vec![Permission::ResourcesRead],
        investments: of(Category::Investments),
    }
}
