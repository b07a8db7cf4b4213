//! What an access token says about the widget: the validated body of `POST /api/token/`.
//!
//! The configuration is kept under the token's id and never travels with the browser (reference, belvo-widget 2).

use serde::{Deserialize, Serialize};

use crate::theme::{HexColor, Theme};
use crate::{CallbackUrl, Category, ConsentDuration, FetchResources, HttpUrl, Identification, LinkId, StaleIn};

/// What the widget is opened for (`widget.openfinance_feature`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Connect a bank: consent and link.
    ConsentLinkCreation,
    /// See, renew and revoke consents: the portal.
    ConsentManagement,
    /// Prove oneself at a bank to enter the portal. Ours alone: no application can ask for it.
    PortalSignIn,
}

impl Feature {
    /// Returns the name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConsentLinkCreation => "consent_link_creation",
            Self::ConsentManagement => "consent_management",
            Self::PortalSignIn => "portal_sign_in",
        }
    }

    /// Returns for how long a consent is given: what the user chose, or the one day of a sign-in.
    pub fn term(self, chosen: ConsentDuration) -> ConsentDuration {
        if self == Self::PortalSignIn { ConsentDuration::Day } else { chosen }
    }
}

/// Where the browser goes at the end, and for events on the way. Nothing else may name an address to go to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Callbacks {
    /// After a link was made.
    pub success: Option<CallbackUrl>,
    /// After leaving early.
    pub exit: Option<CallbackUrl>,
    /// For errors and warnings.
    pub event: Option<CallbackUrl>,
}

/// How the application wants to be shown (`widget.branding`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branding {
    /// Square icon, on the start screen.
    pub company_icon: Option<HttpUrl>,
    /// Logo, while connecting and after success.
    pub company_logo: Option<HttpUrl>,
    /// Name; without one the widget speaks of "o aplicativo".
    pub company_name: Option<String>,
    /// Terms linked on the first screen.
    pub company_terms_url: Option<HttpUrl>,
    /// Colour behind the widget.
    pub overlay_background_color: Option<HexColor>,
    /// Whether to show the sentence on how many people have connected.
    pub social_proof: bool,
    /// Whether the product's own logo stands between company and institution (`show_belvo_middle_logo`).
    pub show_middle_logo: bool,
}

impl Default for Branding {
    fn default() -> Self {
        Self {
            company_icon: None,
            company_logo: None,
            company_name: None,
            company_terms_url: None,
            overlay_background_color: None,
            social_proof: true,
            show_middle_logo: false,
        }
    }
}

/// `widget.color_scheme`; the system decides where the token says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ColorScheme {
    /// Light surfaces.
    Light,
    /// Dark surfaces; theme keys with `-dark` apply.
    Dark,
}

/// Everything that a token decides about its widget, validated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WidgetConfig {
    /// Connect or portal.
    pub feature: Feature,
    /// Scopes as the application asked for them, for the claims.
    pub scopes: Vec<String>,
    /// Retention of the link that will be made.
    pub stale_in: StaleIn,
    /// What to fetch for the link that will be made.
    pub fetch_resources: FetchResources,
    /// Older payloads name the user here; today it is a parameter of the widget's address, which wins.
    pub external_id: Option<String>,
    /// The existing link that the token is about, if any.
    pub link_id: Option<LinkId>,
    /// Where the browser goes.
    pub callbacks: Callbacks,
    /// Universal link or app link that brings the user back into the app (App2App).
    pub application_link: Option<HttpUrl>,
    /// Text under *Propósito do compartilhamento*.
    pub purpose: String,
    /// The application's own terms.
    pub terms_and_conditions_url: Option<HttpUrl>,
    /// Categories of data to ask for.
    pub categories: Vec<Category>,
    /// Who shares; without it the widget asks for the document.
    pub identification: Option<Identification>,
    /// Duration that is preselected.
    pub default_duration: ConsentDuration,
    /// How the application is shown.
    pub branding: Branding,
    /// Light or dark, or as the system says.
    pub color_scheme: Option<ColorScheme>,
    /// Colours and sizes.
    pub theme: Theme,
}

impl WidgetConfig {
    /// Longest purpose in today's position (`widget.consent.purpose`).
    pub const MAX_PURPOSE: usize = 140;

    /// Longest purpose in the older position (`widget.purpose`).
    pub const MAX_OLDER_PURPOSE: usize = 600;

    /// The purpose of a token that names none.
    pub const DEFAULT_PURPOSE: &str = "Soluções financeiras personalizadas oferecidas por meio de recomendações sob \
                                       medida, visando melhores ofertas de produtos financeiros e de crédito.";

    /// Makes the configuration of a token that says nothing but its feature.
    pub fn new(feature: Feature) -> Self {
        Self {
            feature,
            scopes: Vec::new(),
            stale_in: StaleIn::default(),
            fetch_resources: FetchResources::default(),
            external_id: None,
            link_id: None,
            callbacks: Callbacks::default(),
            application_link: None,
            purpose: Self::DEFAULT_PURPOSE.to_owned(),
            terms_and_conditions_url: None,
            categories: Category::DEFAULT.to_vec(),
            identification: None,
            default_duration: ConsentDuration::default(),
            branding: Branding::default(),
            color_scheme: None,
            theme: Theme::default(),
        }
    }

    /// Tells whether a company's data is asked for.
    pub fn is_business(&self) -> bool {
        self.identification.as_ref().is_some_and(Identification::is_business)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_reads_back_from_what_is_sealed() {
        let mut config = WidgetConfig::new(Feature::ConsentLinkCreation);
        config.theme.accept("--color-primary-base", "#0663F9").unwrap();
        config.default_duration = ConsentDuration::Months6;
        config.color_scheme = Some(ColorScheme::Dark);
        let sealed = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<WidgetConfig>(&sealed).unwrap(), config);
    }
}
