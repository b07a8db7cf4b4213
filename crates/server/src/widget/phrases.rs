//! The widget's words, one file per language, checked when the process starts.
//!
//! A missing or an extra phrase is an error in every language, so that no page can fall back to a key or to another
//! language. Placeholders are `{app}`, `{bank}` and the few that a page fills in by itself.

use std::sync::LazyLock;

use serde::Deserialize;
use vinculo_domain::{ErrorCode, Locale};

macro_rules! phrases {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name { $(pub(crate) $field: $type,)* }

        impl $name {
            /// Collects every phrase with its place, for the tests.
            #[cfg(test)]
            fn collect<'a>(&'a self, place: &str, all: &mut Vec<(String, &'a str)>) {
                $(self.$field.collect(&format!("{place}.{}", stringify!($field)), all);)*
            }
        }
    )*};
}

/// A phrase itself, at the end of [`Phrases::collect`]'s way.
#[cfg(test)]
trait Collect {
    fn collect<'a>(&'a self, place: &str, all: &mut Vec<(String, &'a str)>);
}

#[cfg(test)]
impl Collect for String {
    fn collect<'a>(&'a self, place: &str, all: &mut Vec<(String, &'a str)>) {
        all.push((place.to_owned(), self));
    }
}

phrases! {
    /// All words of one language.
    Phrases {
        lang: String,
        common: CommonWords,
        start: StartWords,
        identify: IdentifyWords,
        institutions: InstitutionsWords,
        consent: ConsentWords,
        handover: HandoverWords,
        app: AppWords,
        connecting: ConnectingWords,
        done: DoneWords,
        failed: FailedWords,
        errors: ErrorWords,
        exit: ExitWords,
        callback: CallbackWords,
        missing: MissingWords,
        trouble: TroubleWords,
        portal: PortalWords,
    }
    /// On several pages.
    CommonWords {
        app: String,
        go_on: String,
        back: String,
        close: String,
        try_again: String,
        return_to_app: String,
        returning: String,
        title_suffix: String,
    }
    /// What will happen.
    StartWords {
        title: String,
        lede: String,
        lede_unnamed: String,
        step_one: String,
        step_one_hint: String,
        step_two: String,
        step_two_hint: String,
        step_three: String,
        step_three_hint: String,
        assurance_title: String,
        assurance: String,
        terms: String,
    }
    /// Asks for the document.
    IdentifyWords {
        title: String,
        lede: String,
        cpf: String,
        name: String,
        company: String,
        cnpj: String,
        company_name: String,
        wrong_cpf: String,
        wrong_name: String,
        wrong_cnpj: String,
        wrong_company_name: String,
    }
    /// Search and list.
    InstitutionsWords {
        title: String,
        lede: String,
        search: String,
        search_button: String,
        popular: String,
        others: String,
        none_found: String,
        none_found_hint: String,
        nothing_title: String,
        nothing: String,
        degraded: String,
        down: String,
        not_choosable: String,
    }
    /// What is shared.
    ConsentWords {
        title: String,
        lede: String,
        who: String,
        person: String,
        institution: String,
        purpose: String,
        duration: String,
        undefined: String,
        months: String,
        until: String,
        data: String,
        required: String,
        history: String,
        new_operations: String,
        next_steps: String,
        next_one: String,
        next_two: String,
        next_three: String,
        cancel_any_time: String,
        terms: String,
        accept: String,
        unstable: String,
    }
    /// On the way to the bank.
    HandoverWords {
        title: String,
        assurance: String,
        lede: String,
        go: String,
        preparing: String,
        preparing_hint: String,
        again_title: String,
        again: String,
        restart: String,
        code: String,
    }
    /// Back into the app.
    AppWords {
        title: String,
        lede: String,
        open: String,
        here: String,
    }
    /// Back from the bank.
    ConnectingWords {
        title: String,
        lede: String,
        slow: String,
        check: String,
    }
    /// Connected.
    DoneWords {
        title: String,
        lede: String,
        institution: String,
        duration: String,
        purpose: String,
        data: String,
        missing: String,
        manage: String,
        manage_where: String,
        finish: String,
        pending: String,
        no_accounts: String,
        partial: String,
    }
    /// Not connected.
    FailedWords {
        other_institution: String,
        leave: String,
        nothing_shared: String,
        denied_title: String,
        denied: String,
        risk_title: String,
        risk: String,
        locked_title: String,
        locked: String,
        credentials_title: String,
        credentials: String,
        owner_title: String,
        owner: String,
    }
    /// What a person reads for each error of the catalogue.
    ErrorWords {
        access_token: ErrorText,
        institution_down: ErrorText,
        institution_unavailable: ErrorText,
        institution_inactive: ErrorText,
        login: ErrorText,
        session_expired: ErrorText,
        session_expired_ob: ErrorText,
        too_many_sessions: ErrorText,
        unsupported_operation: ErrorText,
        request_timeout: ErrorText,
        unexpected: ErrorText,
        connected: ErrorText,
    }
    /// One error.
    ErrorText {
        title: String,
        text: String,
    }
    /// Leaving.
    ExitWords {
        title: String,
        lede: String,
        confirm: String,
        stay: String,
        survey_title: String,
        survey_lede: String,
        survey_label: String,
        choose: String,
        reason_bank_missing: String,
        reason_trust: String,
        reason_later: String,
        reason_problem: String,
        reason_unclear: String,
        reason_other: String,
        send: String,
        skip: String,
        left_title: String,
        left: String,
    }
    /// The bank's callback page.
    CallbackWords {
        title: String,
        lede: String,
        go_on: String,
        no_script: String,
        empty_title: String,
        empty: String,
        unknown_title: String,
        unknown: String,
    }
    /// What the user shares, to see and to change.
    PortalWords {
        title: String,
        lede: String,
        active: String,
        pending: String,
        inactive: String,
        none: String,
        status_active: String,
        status_pending: String,
        status_expired: String,
        status_ended: String,
        since: String,
        data: String,
        history: String,
        h_created: String,
        h_authorised: String,
        h_renewed: String,
        h_expiry_changed: String,
        h_rejected: String,
        h_expired: String,
        renew: String,
        revoke: String,
        revoke_title: String,
        revoke_text: String,
        revoke_confirm: String,
        keep: String,
        renew_title: String,
        renew_lede: String,
        renew_confirm: String,
        renew_at_institution: String,
        not_longer: String,
        several_approvers: String,
        refused: String,
        over: String,
        no_answer: String,
        renewed: String,
        revoked: String,
        closed_title: String,
        closed: String,
        name: String,
        sign_in_title: String,
        sign_in_lede: String,
        of_company: String,
        sign_in_once: String,
        choose_lede: String,
        purpose: String,
        check_title: String,
        check_lede: String,
        one_day: String,
        check_required: String,
        check_next: String,
        check_end: String,
        handover_lede: String,
        waiting_title: String,
        waiting_slow: String,
        open_title: String,
        open_lede: String,
        open: String,
        denied_title: String,
        denied: String,
        not_you_title: String,
        not_you: String,
        elsewhere_title: String,
        elsewhere: String,
        too_often_title: String,
        too_often: String,
        full_title: String,
        full: String,
        all_lede: String,
        all_none: String,
        shared_with: String,
        sign_in: String,
        sign_out: String,
        left_title: String,
        left: String,
        closed_public: String,
        closed_public_title: String,
    }
    /// No such page.
    MissingWords {
        title: String,
        text: String,
    }
    /// Our own failure.
    TroubleWords {
        title: String,
        text: String,
    }
}

impl ErrorWords {
    /// Finds what a person reads for an error.
    pub(crate) fn of(&self, code: ErrorCode) -> &ErrorText {
        match code {
            ErrorCode::AccessTokenNotValid => &self.access_token,
            ErrorCode::InstitutionDown => &self.institution_down,
            ErrorCode::InstitutionUnavailable => &self.institution_unavailable,
            ErrorCode::InstitutionInactive => &self.institution_inactive,
            ErrorCode::LoginError => &self.login,
            ErrorCode::SessionExpired => &self.session_expired,
            ErrorCode::SessionExpiredOb => &self.session_expired_ob,
            ErrorCode::TooManySessions => &self.too_many_sessions,
            ErrorCode::UnsupportedOperation => &self.unsupported_operation,
            ErrorCode::RequestTimeout => &self.request_timeout,
            ErrorCode::UnexpectedError => &self.unexpected,
        }
    }
}

static BOOK: LazyLock<Phrasebook> = LazyLock::new(|| match Phrasebook::load() {
    Ok(book) => book,
    Err(error) => {
        tracing::error!(%error, "a language file that is built into this program cannot be read");
        std::process::abort()
    }
});

/// Returns the words of a language.
pub(crate) fn words(locale: Locale) -> &'static Phrases {
    BOOK.of(locale)
}

/// All languages.
#[derive(Debug, Clone)]
struct Phrasebook {
    pt: Phrases,
    en: Phrases,
    es: Phrases,
}

impl Phrasebook {
    /// Reads the language files that are built into the program.
    ///
    /// # Errors
    /// A file that lacks a phrase or has one too many; a unit test sees it before anybody else does.
    fn load() -> Result<Self, toml::de::Error> {
        Ok(Self {
            pt: toml::from_str(include_str!("../../phrases/pt.toml"))?,
            en: toml::from_str(include_str!("../../phrases/en.toml"))?,
            es: toml::from_str(include_str!("../../phrases/es.toml"))?,
        })
    }

    /// Returns the words of a language.
    fn of(&self, locale: Locale) -> &Phrases {
        match locale {
            Locale::Pt => &self.pt,
            Locale::En => &self.en,
            Locale::Es => &self.es,
        }
    }
}

/// Fills the placeholders of a phrase; a placeholder without a value stays as it is.
///
/// One pass, so that a value that looks like a placeholder is never filled again.
pub(crate) fn fill(phrase: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(phrase.len() + 32);
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let found = after
            .split_once('}')
            .and_then(|(name, left)| values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value, left)));
        rest = match found {
            Some((value, left)) => {
                filled.push_str(value);
                left
            }
            None => {
                filled.push('{');
                after
            }
        };
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn all(locale: Locale) -> Vec<(String, String)> {
        let book = Phrasebook::load().unwrap();
        let mut all = Vec::new();
        book.of(locale).collect("", &mut all);
        all.into_iter().map(|(place, text)| (place, text.to_owned())).collect()
    }

    fn placeholders(text: &str) -> BTreeSet<String> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
    }

    #[test]
    fn every_language_says_everything_with_the_same_placeholders() {
        let portuguese = all(Locale::Pt);
        for locale in [Locale::En, Locale::Es] {
            for ((place, pt), (_, other)) in portuguese.iter().zip(all(locale)) {
                assert!(!other.trim().is_empty(), "{} {place}", locale.as_str());
                let lost: Vec<String> = placeholders(&other).difference(&placeholders(pt)).cloned().collect();
                assert!(lost.is_empty(), "{} {place} fills {lost:?}, which pt does not have", locale.as_str());
            }
        }
    }

    /// What is the same in two languages: names, and words that the languages share.
    const SHARED: [&str; 10] = [
        "Open Finance",
        "CPF",
        "CNPJ",
        "Continuar",
        "Finalizar",
        "Buscar",
        "Motivo",
        "Propósito",
        "{months} meses",
        "Abrir {app}",
    ];

    #[test]
    fn no_language_is_a_copy_of_portuguese() {
        let portuguese = all(Locale::Pt);
        assert!(portuguese.len() > 100, "{} phrases", portuguese.len());
        for locale in [Locale::En, Locale::Es] {
            for ((place, pt), (_, other)) in portuguese.iter().zip(all(locale)) {
                assert!(*pt != other || SHARED.contains(&pt.as_str()), "{} {place}: {pt}", locale.as_str());
            }
        }
    }

    #[test]
    fn a_file_without_a_phrase_or_with_one_too_many_is_refused() {
        let whole = include_str!("../../phrases/en.toml");
        assert!(toml::from_str::<Phrases>(whole).is_ok());
        for line in whole.lines().filter(|line| line.contains(" = ")) {
            let without = whole.replacen(&format!("{line}\n"), "", 1);
            assert!(toml::from_str::<Phrases>(&without).is_err(), "nobody misses {line}");
        }
        assert!(toml::from_str::<Phrases>(&format!("{whole}\nmore = \"x\"\n")).is_err());
    }

    #[test]
    fn only_known_placeholders_are_used() {
        for (place, text) in all(Locale::Pt) {
            for name in placeholders(&text) {
                assert!(["app", "bank", "query", "months", "date", "data"].contains(&name.as_str()), "{place} {name}");
            }
        }
    }

    #[test]
    fn values_are_filled_once_and_unknown_ones_stay() {
        assert_eq!(fill("Vá para {bank}", &[("bank", "{app}"), ("app", "X")]), "Vá para {app}");
        assert_eq!(fill("{nada} e {", &[]), "{nada} e {");
    }
}
