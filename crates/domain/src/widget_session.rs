//! What a widget session remembers: the truth about where the user stands, kept on the server and sealed.
//!
//! The browser holds nothing but the session's address, so that a killed tab, another browser or another device can
//! go on where the user was.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    AccessMode, ConsentDuration, ErrorCode, Identification, InstitutionCode, InstitutionKind, LinkId, Locale,
    SessionId, Step, Warning,
};

/// What the address that opened the widget asked for, checked; unknown and unreadable values are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WidgetParams {
    /// Language.
    pub locale: Locale,
    /// Kind of link to make.
    pub access_mode: AccessMode,
    /// The application's name for the user; `None` when absent, malformed or personal data.
    pub external_id: Option<String>,
    /// Institutions to offer; `None` offers all.
    pub institutions: Option<Vec<InstitutionCode>>,
    /// Kinds of institution to offer; `None` offers what fits the identification.
    pub institution_types: Option<Vec<InstitutionKind>>,
    /// Countries to offer were named and Brazil is not among them.
    pub without_brazil: bool,
    /// Whether leaving asks for confirmation.
    pub show_close_dialog: bool,
    /// Whether leaving asks for the reason.
    pub show_abandon_survey: bool,
}

impl Default for WidgetParams {
    fn default() -> Self {
        Self {
            locale: Locale::Pt,
            access_mode: AccessMode::Recurrent,
            external_id: None,
            institutions: None,
            institution_types: None,
            without_brazil: false,
            show_close_dialog: true,
            show_abandon_survey: true,
        }
    }
}

/// The institution that the user chose, as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenInstitution {
    /// Code.
    pub code: InstitutionCode,
    /// Name of the brand.
    pub display_name: String,
    /// Address of the square logo.
    pub logo: Option<String>,
    /// `#rrggbb`.
    pub primary_color: String,
}

/// The way to the bank: made with the consent, used by the hand-over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The bank's page to which the browser goes, unaltered.
    pub authorization_url: String,
    /// Until when the bank takes that address.
    pub expires_at: Timestamp,
    /// The duration that was accepted; another choice needs another consent.
    pub duration: ConsentDuration,
    /// When the user was sent to the bank for the first time.
    pub sent_at: Option<Timestamp>,
}

/// What went wrong last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionError {
    /// Public code.
    pub code: ErrorCode,
    /// What the page says beyond the code's own text.
    #[serde(default)]
    pub detail: ErrorDetail,
    /// When.
    pub at: Timestamp,
}

impl SessionError {
    /// Returns the English message that goes to the application: of the reference's four for `login_error`, the one
    /// that fits.
    pub fn message(&self) -> &'static str {
        match (self.code, self.detail) {
            (ErrorCode::LoginError, ErrorDetail::Credentials) => {
                "Invalid credentials provided to login to the institution"
            }
            (ErrorCode::LoginError, ErrorDetail::Locked) => {
                "The user account is locked, user needs to contact the institution to unlock it"
            }
            (ErrorCode::LoginError, ErrorDetail::Unknown) => {
                "Impossible to login, something unexpected happened while logging into the institution. Try again later."
            }
            (code, _) => code.message(),
        }
    }
}

/// What the page of an error says beyond its code's own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorDetail {
    /// The code's text and nothing else.
    #[default]
    Plain,
    /// The user said no at the bank: nothing is broken, and the page says so.
    Denied,
    /// The bank's risk rules refused; the reference has a text of its own for it.
    Risk,
    /// The bank has locked the user.
    Locked,
    /// Too many wrong passwords at the bank.
    Credentials,
    /// The account's owner is another than the CPF or CNPJ that was asked with.
    Owner,
    /// The bank's answer came in another browser than the one that a sign-in to the portal belongs to.
    Elsewhere,
    /// A person was to be taken to a bank too often of late.
    TooOften,
    /// The bank refused and gave no reason that we know.
    Unknown,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionResult {
    /// The link that was made.
    pub link: LinkId,
    /// When the consent ends; `None` for an undefined duration.
    pub consent_expires_at: Option<Timestamp>,
    /// When the link was made.
    pub at: Timestamp,
    /// What the user and the application should know about it.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// Everything a session remembers beyond the plain columns of its row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionState {
    /// What the opening address asked for.
    pub params: WidgetParams,
    /// Who shares: from the token, or as typed on the `identify` step.
    pub identification: Option<Identification>,
    /// The chosen institution.
    pub institution: Option<ChosenInstitution>,
    /// The duration that is selected: the token's default at first, then what the user chose.
    pub duration: ConsentDuration,
    /// Since when a consent is being asked for at the bank; set while the bank has not answered, so that a second
    /// submit does not ask again.
    pub beginning_at: Option<Timestamp>,
    /// The way to the bank.
    pub handover: Option<Handover>,
    /// When the bank's answer arrived.
    pub answered_at: Option<Timestamp>,
    /// When the callback page sent the user to the application's own link (App2App): once, then it offers a button.
    pub sent_to_app_at: Option<Timestamp>,
    /// What went wrong last; stays after a second attempt, for the exit event.
    pub last_error: Option<SessionError>,
    /// What came of it.
    pub result: Option<SessionResult>,
    /// Institutions about which a warning has been noted.
    pub warned: Vec<InstitutionCode>,
    /// The step on which the user asked to leave.
    pub left_from: Option<Step>,
    /// What the user gave as the reason for leaving.
    pub survey_reason: Option<String>,
    /// Of a sign-in to the portal: the fingerprint of what its browser holds. No other browser goes on with it.
    pub browser: Option<String>,
    /// Of a sign-in that has succeeded: the visit that was opened with it.
    pub opened: Option<SessionId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_reads_back_and_an_older_one_gets_the_defaults() {
        let left_from = Some(Step::Start);
        let state = SessionState { left_from, duration: ConsentDuration::Months6, ..SessionState::default() };
        let sealed = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<SessionState>(&sealed).unwrap(), state);
        assert_eq!(serde_json::from_str::<SessionState>("{}").unwrap(), SessionState::default());
        assert!(SessionState::default().params.show_close_dialog);
    }
}
