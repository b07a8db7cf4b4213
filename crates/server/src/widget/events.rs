//! The four events: where the browser goes, and what the host of a webview is told (reference, belvo-widget 6).
//!
//! Every address comes from the token's configuration. An application that named none gets the reference's default,
//! `belvowidget://…`.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use vinculo_domain::{
    CallbackPolicy, CallbackUrl, Callbacks, ErrorCode, InstitutionCode, LinkId, SessionError, Warning,
};

/// Value of `meta_data_step`: the reference knows no other.
const ABANDONED: &str = "abandon-survey";

/// An error as the application hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    /// Code.
    pub(crate) code: ErrorCode,
    /// English message.
    pub(crate) message: &'static str,
}

impl From<ErrorCode> for Told {
    fn from(code: ErrorCode) -> Self {
        Self { code, message: code.message() }
    }
}

impl From<&SessionError> for Told {
    fn from(error: &SessionError) -> Self {
        Self { code: error.code, message: error.message() }
    }
}

/// What is known when a user leaves early.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Exit {
    /// The last error, if there was one.
    pub(crate) error: Option<Told>,
    /// The institution, once one was chosen.
    pub(crate) institution: Option<InstitutionCode>,
    /// The user left at the initial screen.
    pub(crate) at_start: bool,
}

/// Where the browser goes once a link was made.
pub(crate) fn success_url(callbacks: &Callbacks, link: LinkId, institution: &str) -> String {
    address(
        callbacks.success.as_ref(),
        "belvowidget://success",
        &[("link", &link.to_string()), ("institution", institution)],
    )
}

/// Where the browser goes when the user leaves early.
pub(crate) fn exit_url(callbacks: &Callbacks, exit: &Exit) -> String {
    address(callbacks.exit.as_ref(), "belvowidget://exit", &exit.parameters())
}

/// Where an error is told.
pub(crate) fn error_url(callbacks: &Callbacks, error: impl Into<Told>) -> String {
    let Told { code, message } = error.into();
    address(callbacks.event.as_ref(), "belvowidget://error", &[("error", code.as_str()), ("error_message", message)])
}

/// Where a warning is told.
pub(crate) fn warning_url(callbacks: &Callbacks, warning: Warning) -> String {
    let parameters = [("warning", warning.as_str()), ("warning_message", warning.message())];
    address(callbacks.event.as_ref(), "belvowidget://warning", &parameters)
}

/// An error that does not end the flow, for the script: told once per `id`, without leaving the page.
pub(crate) fn error_notice(callbacks: &Callbacks, error: &SessionError, id: &str, institution: &str) -> Value {
    json!({
        "id": id,
        "url": error_url(callbacks, error),
        "web": callbacks.event.as_ref().is_some_and(CallbackUrl::is_web),
        "message": error_message(id, error, institution, error.at),
    })
}

/// A warning for the script. Only the reference's own warning goes to the `event` address: an application that knows
/// no other would take it for an error, or its navigation for the end. Ours go as messages and into the record.
pub(crate) fn warning_notice(
    callbacks: &Callbacks,
    warning: Warning,
    id: &str,
    institution: &str,
    at: Timestamp,
) -> Value {
    let web = callbacks.event.as_ref().is_some_and(CallbackUrl::is_web);
    let known = warning == Warning::InstitutionDisabled;
    let url = if known { warning_url(callbacks, warning) } else { String::new() };
    json!({"id": id, "url": url, "web": web, "message": warning_message(id, warning, institution, at)})
}

impl Exit {
    fn parameters(&self) -> Vec<(&str, &str)> {
        let mut all = Vec::new();
        if let Some(Told { code, message }) = self.error {
            all.push(("last_encountered_error_code", code.as_str()));
            all.push(("last_encountered_error_message", message));
        }
        if let Some(institution) = &self.institution {
            all.push(("meta_data_institution_name", institution.as_str()));
        }
        if self.at_start {
            all.push(("meta_data_step", ABANDONED));
        }
        all
    }

    /// The parameters of the address, for the session's record.
    pub(crate) fn record(&self) -> Map<String, Value> {
        self.parameters().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
    }

    /// The same as a message, in the shape of the reference's `onExit`.
    pub(crate) fn message(&self) -> Value {
        let error = self.error.map(|told| json!({"code": told.code.as_str(), "message": told.message}));
        json!({
            "eventName": "EXIT",
            "last_encountered_error": error,
            "meta_data": {
                "institution_name": self.institution.as_ref().map_or("", InstitutionCode::as_str),
                "step": if self.at_start { ABANDONED } else { "" },
            },
        })
    }
}

/// A made link as a message.
pub(crate) fn success_message(link: LinkId, institution: &str) -> Value {
    json!({"eventName": "SUCCESS", "link": link.to_string(), "institution": institution})
}

/// An error as a message, in the reference's shape.
pub(crate) fn error_message(request_id: &str, error: impl Into<Told>, institution: &str, at: Timestamp) -> Value {
    let Told { code, message } = error.into();
    json!({
        "eventName": "ERROR",
        "request_id": request_id,
        "meta_data": {
            "error_code": code.as_str(),
            "error_message": message,
            "institution_name": institution,
            "timestamp": at.to_string(),
        },
    })
}

/// A warning as a message. On the list the script fills in the institution that was tapped.
fn warning_message(request_id: &str, warning: Warning, institution: &str, at: Timestamp) -> Value {
    json!({
        "eventName": "WARNING",
        "request_id": request_id,
        "meta_data": {
            "warning_code": warning.as_str(),
            "warning_message": warning.message(),
            "institution_name": institution,
            "timestamp": at.to_string(),
        },
    })
}

/// Origins that may hear messages when they frame the widget: those of the token's own web addresses.
pub(crate) fn origins(callbacks: &Callbacks) -> Vec<String> {
    let all = [&callbacks.success, &callbacks.exit, &callbacks.event];
    let mut origins: Vec<String> = all.into_iter().flatten().filter_map(CallbackUrl::origin).collect();
    origins.sort();
    origins.dedup();
    origins
}

fn address(named: Option<&CallbackUrl>, default: &str, parameters: &[(&str, &str)]) -> String {
    match named {
        Some(url) => url.with(parameters),
        // The defaults are addresses of an app's scheme, which every policy takes.
        None => CallbackUrl::parse(default, CallbackPolicy::Production)
            .map_or_else(|_| default.to_owned(), |url| url.with(parameters)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callbacks(url: &str) -> Callbacks {
        let url = CallbackUrl::parse(url, CallbackPolicy::Production).unwrap();
        Callbacks { success: Some(url.clone()), exit: Some(url.clone()), event: Some(url) }
    }

    const LINK: &str = "cb65f82c-dc93-4d3e-8270-9a27528397f5";

    #[test]
    fn addresses_are_those_of_the_reference() {
        let app = callbacks("your-app://x");
        assert_eq!(
            success_url(&app, LINK.parse().unwrap(), "erebor_br_retail"),
            format!("your-app://x?link={LINK}&institution=erebor_br_retail")
        );
        assert_eq!(
            error_url(&app, ErrorCode::AccessTokenNotValid),
            "your-app://x?error=ACCESS_TOKEN_NOT_VALID&error_message=The%20access%20token%20was%20not%20provided%20or%20is%20not%20valid"
        );
        assert_eq!(
            warning_url(&app, Warning::InstitutionDisabled),
            "your-app://x?warning=institution_disabled&warning_message=The%20institution%20is%20temporarily%20unavailable."
        );
    }

    #[test]
    fn exit_says_only_what_is_known() {
        let app = callbacks("https://app.example/?bank=done#home");
        assert_eq!(exit_url(&app, &Exit::default()), "https://app.example/?bank=done#home");
        let start = Exit { at_start: true, ..Exit::default() };
        assert_eq!(exit_url(&app, &start), "https://app.example/?bank=done&meta_data_step=abandon-survey#home");
        let bank = Exit { institution: Some("ofmockbank_br_retail".parse().unwrap()), ..Exit::default() };
        assert_eq!(
            exit_url(&app, &bank),
            "https://app.example/?bank=done&meta_data_institution_name=ofmockbank_br_retail#home"
        );
        let failed = Exit { error: Some(ErrorCode::InstitutionDown.into()), ..bank };
        let url = exit_url(&app, &failed);
        assert!(url.contains("last_encountered_error_code=institution_down&last_encountered_error_message=The%20"));
        assert!(!url.contains('+') && !url.contains("meta_data_step"));
    }

    #[test]
    fn without_addresses_the_defaults_of_the_reference_are_used() {
        let none = Callbacks::default();
        assert!(success_url(&none, LINK.parse().unwrap(), "x").starts_with("belvowidget://success?link="));
        assert_eq!(exit_url(&none, &Exit::default()), "belvowidget://exit");
        assert!(
            error_url(&none, ErrorCode::UnexpectedError).starts_with("belvowidget://error?error=unexpected_error&")
        );
    }

    #[test]
    fn only_web_addresses_give_origins() {
        assert!(origins(&callbacks("your-app://x")).is_empty());
        assert_eq!(origins(&callbacks("https://app.example:8443/x?y")), ["https://app.example:8443"]);
    }

    #[test]
    fn messages_keep_both_spellings_of_the_reference() {
        let at = "2026-11-22T00:00:00Z".parse().unwrap();
        let error = error_message("id", ErrorCode::LoginError, "x_br_retail", at);
        assert_eq!(error["meta_data"]["error_code"], "login_error");
        let warning = warning_message("id", Warning::InstitutionDisabled, "x_br_retail", at);
        assert!(warning.get("metadata").is_none());
        assert_eq!(warning["meta_data"]["warning_code"], "institution_disabled");
    }

    #[test]
    fn only_the_references_warning_goes_to_an_address() {
        let at = "2026-11-22T00:00:00Z".parse().unwrap();
        for warning in Warning::ALL {
            for address in ["app://x", "https://app.example/e"] {
                let notice = warning_notice(&callbacks(address), warning, "1", "b", at);
                let expected = match warning {
                    Warning::InstitutionDisabled => format!(
                        "{address}?warning=institution_disabled&warning_message=The%20institution%20is%20temporarily%20unavailable."
                    ),
                    _ => String::new(),
                };
                assert_eq!(notice["url"], expected, "{warning:?}");
                assert_eq!(notice["message"]["meta_data"]["warning_code"], warning.as_str());
            }
        }
    }

    #[test]
    fn each_message_of_the_reference_for_a_failed_login_is_told() {
        use vinculo_domain::ErrorDetail;
        let at = "2026-11-22T00:00:00Z".parse().unwrap();
        let url = |detail| error_url(&callbacks("app://x"), &SessionError { code: ErrorCode::LoginError, detail, at });
        assert!(url(ErrorDetail::Credentials).contains("error_message=Invalid%20credentials%20provided"));
        assert!(url(ErrorDetail::Locked).contains("error_message=The%20user%20account%20is%20locked"));
        assert!(url(ErrorDetail::Unknown).contains("error_message=Impossible%20to%20login"));
        for detail in [ErrorDetail::Plain, ErrorDetail::Denied, ErrorDetail::Risk, ErrorDetail::Owner] {
            assert!(url(detail).contains("access%20was%20forbidden"), "{detail:?}");
        }
    }
}
