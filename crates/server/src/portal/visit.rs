//! A visit, loaded: whose consents are seen, and what every page has.

use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use vinculo_domain::{ApplicationId, ChosenInstitution, ConsentId, Document, Locale, SessionId, WidgetConfig};
use vinculo_store::{Consent, ConsentFilter, Paging};

use super::{closed, elsewhere};
use crate::state::AppState;
use crate::widget::browser::Browser;
use crate::widget::directory::chosen;
use crate::widget::phrases::{Phrases, words};
use crate::widget::security::Policy;
use crate::widget::shell::{Shell, policy};
use crate::widget::stop::{Flow, missing};
use crate::widget::visit::config;

/// Returns the address of a visit, without a slash at the end.
pub(super) fn address(id: &SessionId) -> String {
    format!("/portal/s/{}", id.as_str())
}

/// A visit.
pub(super) struct Visit {
    pub(super) id: SessionId,
    /// Whose consents are seen; `None`: of every application, by a person who has signed in.
    pub(super) application: Option<ApplicationId>,
    pub(super) config: WidgetConfig,
    pub(super) locale: Locale,
    pub(super) policy: Policy,
    pub(super) now: Timestamp,
    whose: Document,
}

impl Visit {
    /// Loads a visit. One that is over, never was, or belongs to another browser, shows how to come in again.
    pub(super) async fn load(state: &AppState, id: &str, browser: &Browser) -> Flow<Self> {
        let over = || -> Response { closed(state, Locale::Pt) };
        let id: SessionId = id.parse().map_err(|_| over())?;
        let visit = state.store().portal_visit(id.as_str()).await?.ok_or_else(over)?;
        let token = state.store().token(&visit.token).await?.ok_or_else(over)?;
        let config = config(Some(&token));
        let (whose, application) = match visit.proven {
            Some(proven) if browser.is(Some(&proven.browser)) => (proven.document, None),
            Some(_) => return Err(elsewhere(state, visit.locale).into()),
            None => {
                let named = config.identification.as_ref().map(|identification| identification.document());
                (named.ok_or_else(over)?, Some(token.application))
            }
        };
        let (policy, now) = (policy(state), state.env().now());
        Ok(Self { id, application, config, locale: visit.locale, policy, now, whose })
    }

    /// Loads a visit, and one of its consents: `ids` are theirs, from the address.
    pub(super) async fn about_one(
        state: &AppState,
        (id, consent): &(String, String),
        browser: &Browser,
    ) -> Flow<(Self, Consent)> {
        let visit = Self::load(state, id, browser).await?;
        let consent = visit.consent(state, consent).await?;
        Ok((visit, consent))
    }

    /// The consents that the person has given, newest first: to the application, or to all of them.
    pub(super) async fn consents(&self, state: &AppState) -> Flow<Vec<Consent>> {
        let paging = Paging { page: 1, size: Paging::MAX_SIZE };
        let found = match self.application {
            Some(application) => {
                let filter = ConsentFilter { document: Some(self.whose.clone()), ..ConsentFilter::default() };
                state.store().consents(application, &filter, paging).await?
            }
            None => state.store().consents_shared_by(&self.whose, paging).await?,
        };
        Ok(found.items)
    }

    /// One of them.
    async fn consent(&self, state: &AppState, id: &str) -> Flow<Consent> {
        let id: ConsentId = id.parse().map_err(|_| missing())?;
        let found = self.consents(state).await?.into_iter().find(|consent| consent.id == id);
        Ok(found.ok_or_else(missing)?)
    }

    /// The institution of a consent, as people know it.
    pub(super) async fn institution(&self, state: &AppState, consent: &Consent) -> Flow<Option<ChosenInstitution>> {
        Ok(state.store().institution_by_code(&consent.institution).await?.as_ref().map(chosen))
    }

    /// The name of the application of a consent, where several are seen.
    pub(super) async fn application_name(&self, state: &AppState, consent: &Consent) -> Flow<Option<String>> {
        if self.application.is_some() {
            return Ok(None);
        }
        Ok(state.store().application(consent.application).await?.map(|application| application.name))
    }

    /// Tells whether it is a company's.
    pub(super) fn is_business(&self) -> bool {
        matches!(self.whose, Document::Cnpj(_))
    }

    pub(super) fn words(&self) -> &'static Phrases {
        words(self.locale)
    }

    /// Makes the surroundings of a page. `back` is what follows the visit's address, where there is a way back.
    pub(super) fn shell(&self, step: &'static str, back: Option<&str>) -> Shell {
        let mut shell = Shell::bare(self.locale, step, &self.policy).dressed(&self.config);
        shell.base = address(&self.id);
        shell.back = back.map(|back| format!("{}{back}", shell.base));
        shell.close = true;
        shell
    }

    /// Makes the surroundings of a page about a consent: it names the institution, and the application.
    pub(super) async fn about(
        &self,
        state: &AppState,
        consent: &Consent,
        step: &'static str,
        back: &str,
    ) -> Flow<(Shell, Option<ChosenInstitution>)> {
        let mut shell = self.shell(step, Some(back));
        let institution = self.institution(state, consent).await?;
        let named = institution.as_ref().map(|chosen| chosen.display_name.clone());
        shell.bank = named.unwrap_or_else(|| consent.institution.to_string());
        if let Some(name) = self.application_name(state, consent).await? {
            shell.app = name;
        }
        Ok((shell, institution))
    }

    /// Renders a page.
    pub(super) fn page(&self, template: &impl askama::Template) -> Response {
        crate::widget::shell::page(StatusCode::OK, &self.policy, template)
    }
}
