//! The widget's words, one file per language, checked when the process starts.
//!
//! A missing or an extra phrase is an error in every language, so that no page can fall back to a key or to another
//! language. Placeholders are `{app}`, `{bank}` and the few that a page fills in by itself.

use serde::Deserialize;
use vinculo_domain::{ErrorCode, Locale};

macro_rules! phrases {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(missing_docs, reason = "the phrase itself, in the language file, says what it is")]
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
        connecting: ConnectingWords,
        done: DoneWords,
        failed: FailedWords,
        errors: ErrorWords,
        exit: ExitWords,
        ended: EndedWords,
        callback: CallbackWords,
        missing: MissingWords,
        trouble: TroubleWords,
    }
    /// On several pages.
    CommonWords {
        app: String,
        r#continue: String,
        back: String,
        close: String,
        cancel: String,
        try_again: String,
        return_to_app: String,
        returning: String,
        progress: String,
        title_suffix: String,
        from_to: String,
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
        results: String,
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
        manage: String,
        manage_here: String,
        manage_bank: String,
        finish: String,
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
    /// A session that is over.
    EndedWords {
        title: String,
        text: String,
    }
    /// The bank's callback page.
    CallbackWords {
        title: String,
        lede: String,
        r#continue: String,
        no_script: String,
        empty_title: String,
        empty: String,
        unknown_title: String,
        unknown: String,
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
