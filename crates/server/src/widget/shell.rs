//! What every page of the widget has around its content, and how a page becomes an answer.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use serde_json::{Map, Value, json};
use vinculo_domain::{Branding, ColorScheme, Locale, SessionId, SessionState, Step, WidgetConfig};

use super::assets::{Assets, assets};
use super::phrases::{Phrases, fill, words};
use super::security::Policy;
use super::tile::Tile;
use super::{events, theme};
use crate::state::AppState;

/// A page that is loaded again by itself where there is no script.
#[derive(Debug, Clone)]
pub(crate) struct Refresh {
    /// After so many seconds.
    pub(crate) seconds: u8,
    /// This address.
    pub(crate) url: String,
}

/// Everything around the content of a page.
#[derive(Debug, Clone)]
pub(crate) struct Shell {
    /// The words of the page's language.
    pub(crate) words: &'static Phrases,
    /// Addresses of stylesheet and script.
    pub(crate) assets: &'static Assets,
    /// Nonce of the content security policy.
    pub(crate) nonce: String,
    /// Heading, and title of the document.
    pub(crate) title: String,
    /// Words in the bar.
    pub(crate) nav_title: String,
    /// Name of the step.
    pub(crate) step: &'static str,
    /// Address of the session, without a slash at the end.
    pub(crate) base: String,
    /// `light`, `dark` or `auto`.
    pub(crate) scheme: &'static str,
    /// Style of the token's branding and theme.
    pub(crate) style: String,
    /// Name of the company that receives the data, or the language's word for it.
    pub(crate) app: String,
    /// The token named the company.
    pub(crate) named: bool,
    /// Name of the chosen institution; empty before.
    pub(crate) bank: String,
    /// Address of the company's icon.
    pub(crate) icon: Option<String>,
    /// Address of the company's logo, unless it is the icon again.
    pub(crate) logo: Option<String>,
    /// Our own mark stands between company and institution.
    pub(crate) middle: bool,
    /// Labels sit on the border of their fields.
    pub(crate) outlined: bool,
    /// How far the user has come, 1 to 6; 0 shows nothing.
    pub(crate) progress: u8,
    /// Where one step back leads.
    pub(crate) back: Option<String>,
    /// Whether the page can be left.
    pub(crate) close: bool,
    /// For browsers without script.
    pub(crate) refresh: Option<Refresh>,
    /// What the script needs, as JSON.
    pub(crate) data: String,
}

impl Shell {
    /// Makes the surroundings of a page that belongs to no session.
    pub(crate) fn bare(locale: Locale, step: &'static str, policy: &Policy) -> Self {
        let words = words(locale);
        Self {
            words,
            assets: assets(),
            nonce: policy.nonce.clone(),
            title: String::new(),
            nav_title: words.common.title_suffix.clone(),
            step,
            base: String::new(),
            scheme: "auto",
            style: String::new(),
            app: words.common.app.clone(),
            named: false,
            bank: String::new(),
            icon: None,
            logo: None,
            middle: false,
            outlined: false,
            progress: 0,
            back: None,
            close: false,
            refresh: None,
            data: "{}".to_owned(),
        }
    }

    /// Dresses the page as the token says.
    pub(crate) fn dressed(mut self, config: &WidgetConfig) -> Self {
        let branding: &Branding = &config.branding;
        if let Some(name) = branding.company_name.as_ref().filter(|name| !name.trim().is_empty()) {
            self.app.clone_from(name);
            self.nav_title.clone_from(name);
            self.named = true;
        }
        self.icon = branding.company_icon.as_ref().map(|url| url.as_str().to_owned());
        let logo = branding.company_logo.as_ref().map(|url| url.as_str().to_owned());
        self.logo = logo.filter(|logo| self.icon.as_ref() != Some(logo));
        self.middle = branding.show_middle_logo;
        self.outlined = theme::outlined_labels(config);
        self.style = theme::style(config);
        self.scheme = match config.color_scheme {
            Some(ColorScheme::Light) => "light",
            Some(ColorScheme::Dark) => "dark",
            None => "auto",
        };
        self
    }

    /// Makes the surroundings of a session's page.
    pub(crate) fn of(
        locale: Locale,
        id: &SessionId,
        state: &SessionState,
        config: &WidgetConfig,
        step: Step,
        policy: &Policy,
    ) -> Self {
        let mut shell = Self::bare(locale, step.as_str(), policy).dressed(config);
        shell.base = session_address(id);
        shell.close = true;
        if let Some(institution) = &state.institution {
            shell.bank.clone_from(&institution.display_name);
            shell.style.push_str(&Tile::of(institution).style());
        }
        shell
    }

    /// Sets heading and title.
    pub(crate) fn titled(mut self, phrase: &str) -> Self {
        self.title = self.say(phrase);
        self
    }

    /// Sets how far the user has come.
    pub(crate) fn progress(mut self, progress: u8) -> Self {
        self.progress = progress;
        self
    }

    /// Leads one step back.
    pub(crate) fn back_to(mut self, step: Step) -> Self {
        self.back = Some(self.address(step));
        self
    }

    /// Takes the way out off the page.
    pub(crate) fn open_end(mut self) -> Self {
        self.close = false;
        self
    }

    /// Adds style of the page's own; checked values only.
    pub(crate) fn styled(mut self, css: &str) -> Self {
        self.style.push_str(css);
        self
    }

    /// Loads the page again where there is no script.
    pub(crate) fn refreshed(mut self, seconds: u8, url: String) -> Self {
        self.refresh = Some(Refresh { seconds, url });
        self
    }

    /// Gives the script what it needs.
    pub(crate) fn scripted(mut self, script: Script) -> Self {
        self.data = Value::Object(script.0).to_string();
        self
    }

    /// Returns the address of a step.
    pub(crate) fn address(&self, step: Step) -> String {
        format!("{}/{}", self.base, step.as_str())
    }

    /// Fills `{app}` and `{bank}`. The language's word for a nameless company gets a capital where a sentence starts
    /// with it; names stay as their owners write them.
    pub(crate) fn say(&self, phrase: &str) -> String {
        let said = fill(phrase, &[("app", &self.app), ("bank", &self.bank)]);
        if self.named || !phrase.starts_with("{app}") {
            return said;
        }
        let mut letters = said.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }

    /// Returns the first letter of the company's name.
    pub(crate) fn initial(&self) -> String {
        super::tile::initial(&self.app)
    }

    /// Returns the words of the button that leads back to the app.
    pub(crate) fn return_to_app(&self) -> String {
        self.say(&self.words.common.return_to_app)
    }
}

/// What the script of a page needs to know.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script(Map<String, Value>);

impl Script {
    /// Starts with what every page of a session tells its host.
    pub(crate) fn of(step: Step, state: &SessionState, config: &WidgetConfig) -> Self {
        let institution = state.institution.as_ref().map_or("", |chosen| chosen.code.as_str());
        Self::default()
            .with("page", json!(format!("/{}", step.as_str())))
            .with("step", json!(step.as_str()))
            .with("institution", json!(institution))
            .with("origins", json!(events::origins(&config.callbacks)))
    }

    /// Adds a value.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    /// Sends the browser to `url` on the tap of the button, and by itself after a while.
    pub(crate) fn ending(self, url: &str, after_ms: u32, message: Value) -> Self {
        self.with("final", json!({"url": url, "after": after_ms, "message": message}))
    }
}

/// Returns the address of a session, without a slash at the end.
pub(crate) fn session_address(id: &SessionId) -> String {
    format!("/widget/s/{}", id.as_str())
}

/// Makes a page's policy.
pub(crate) fn policy(state: &AppState) -> Policy {
    let insecure_pictures = state.settings().environment == crate::Environment::Sandbox;
    Policy::new(state.env(), insecure_pictures)
}

/// Renders a page with its headers.
pub(crate) fn page(status: StatusCode, policy: &Policy, template: &impl Template) -> Response {
    let mut response = match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    policy.apply(&mut response);
    response
}
