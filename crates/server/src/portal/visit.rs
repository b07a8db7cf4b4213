//! A visit, loaded: whose consents are seen, and what every page has.

use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use vinculo_domain::{ApplicationId, ChosenInstitution, ConsentId, Document, Locale, SessionId, WidgetConfig};
use vinculo_store::{Consent, ConsentFilter, Paging};

use super::enter::closed;
use crate::state::AppState;
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
    pub(super) application: ApplicationId,
    pub(super) config: WidgetConfig,
    pub(super) locale: Locale,
    pub(super) policy: Policy,
    pub(super) now: Timestamp,
    whose: Document,
}

impl Visit {
    /// Loads a visit. One that is over, or never was, shows how to come in again.
    pub(super) async fn load(state: &AppState, id: &str) -> Flow<Self> {
        let over = || -> Response { closed(state, Locale::Pt) };
        let id: SessionId = id.parse().map_err(|_| over())?;
        let visit = state.store().portal_visit(id.as_str()).await?.ok_or_else(over)?;
        let token = state.store().token(&visit.token).await?.ok_or_else(over)?;
        let config = config(Some(&token));
        let whose = config.identification.as_ref().map(|identification| identification.document()).ok_or_else(over)?;
        let policy = policy(state);
        let now = state.env().now();
        Ok(Self { id, application: token.application, config, locale: visit.locale, policy, now, whose })
    }

    /// The consents that the person has given to the application, newest first.
    pub(super) async fn consents(&self, state: &AppState) -> Flow<Vec<Consent>> {
        let filter = ConsentFilter { document: Some(self.whose.clone()), ..ConsentFilter::default() };
        let paging = Paging { page: 1, size: Paging::MAX_SIZE };
        Ok(state.store().consents(self.application, &filter, paging).await?.items)
    }

    /// One of them.
    pub(super) async fn consent(&self, state: &AppState, id: &str) -> Flow<Consent> {
        let id: ConsentId = id.parse().map_err(|_| missing())?;
        let found = self.consents(state).await?.into_iter().find(|consent| consent.id == id);
        Ok(found.ok_or_else(missing)?)
    }

    /// The institution of a consent, as people know it.
    pub(super) async fn institution(&self, state: &AppState, consent: &Consent) -> Flow<Option<ChosenInstitution>> {
        Ok(state.store().institution_by_code(&consent.institution).await?.as_ref().map(chosen))
    }

    pub(super) fn words(&self) -> &'static Phrases {
        words(self.locale)
    }

    /// Makes the surroundings of a page. `back` is what follows the visit's address, where there is a way back.
    pub(super) fn shell(&self, step: &'static str, back: Option<&str>) -> Shell {
        let mut shell = Shell::bare(self.locale, step, &self.policy).dressed(&self.config);
        shell.base = address(&self.id);
        shell.back = back.map(|back| format!("{}{back}", shell.base));
        shell
    }

    /// Renders a page.
    pub(super) fn page(&self, template: &impl askama::Template) -> Response {
        crate::widget::shell::page(StatusCode::OK, &self.policy, template)
    }
}
