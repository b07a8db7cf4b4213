//! The four events: where the browser goes, and what the host of a webview is told (reference, belvo-widget 6).
//!
//! Every address comes from the token's configuration. An application that named none gets the reference's default,
//! `belvowidget://…`.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use vinculo_domain::{CallbackPolicy, CallbackUrl, Callbacks, ErrorCode, InstitutionCode, LinkId};

/// The warning of an institution that cannot be chosen.
pub(crate) const INSTITUTION_DISABLED: (&str, &str) =
    ("institution_disabled", "The institution is temporarily unavailable.");

/// Value of `meta_data_step`: the reference knows no other.
const ABANDONED: &str = "abandon-survey";

/// What is known when a user leaves early.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Exit {
    /// The last error, if there was one.
    pub(crate) error: Option<ErrorCode>,
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
pub(crate) fn error_url(callbacks: &Callbacks, code: ErrorCode) -> String {
    address(
        callbacks.event.as_ref(),
        "belvowidget://error",
        &[("error", code.as_str()), ("error_message", code.message())],
    )
}

/// Where a warning is told.
pub(crate) fn warning_url(callbacks: &Callbacks) -> String {
    let (code, message) = INSTITUTION_DISABLED;
    address(callbacks.event.as_ref(), "belvowidget://warning", &[("warning", code), ("warning_message", message)])
}

impl Exit {
    fn parameters(&self) -> Vec<(&str, &str)> {
        let mut all = Vec::new();
        if let Some(code) = self.error {
            all.push(("last_encountered_error_code", code.as_str()));
            all.push(("last_encountered_error_message", code.message()));
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
        let error = self.error.map(|code| json!({"code": code.as_str(), "message": code.message()}));
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
pub(crate) fn error_message(request_id: &str, code: ErrorCode, institution: &str, at: Timestamp) -> Value {
    json!({
        "eventName": "ERROR",
        "request_id": request_id,
        "meta_data": {
            "error_code": code.as_str(),
            "error_message": code.message(),
            "institution_name": institution,
            "timestamp": at.to_string(),
        },
    })
}

/// The warning as a message; the script fills in the institution that was tapped.
pub(crate) fn warning_message(request_id: &str, at: Timestamp) -> Value {
    let (code, message) = INSTITUTION_DISABLED;
    json!({
        "eventName": "WARNING",
        "request_id": request_id,
        "meta_data": {
            "warning_code": code,
            "warning_message": message,
            "institution_name": "",
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
            warning_url(&app),
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
        let failed = Exit { error: Some(ErrorCode::InstitutionDown), ..bank };
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
        assert!(warning_message("id", at).get("metadata").is_none());
    }
}
