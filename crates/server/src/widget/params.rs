//! The query of the address that opens the widget (reference, belvo-widget 3). A person sees this page: what cannot be
//! read is left out, and never stands in the way.

use vinculo_domain::{AccessMode, Cnpj, Cpf, InstitutionCode, InstitutionKind, Locale, WidgetParams};

/// Most institutions that one address may name.
const MAX_INSTITUTIONS: usize = 200;

/// An opening address, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Opening {
    /// The token as it came.
    pub(crate) access_token: Option<String>,
    /// Everything else.
    pub(crate) params: WidgetParams,
}

impl Opening {
    /// Reads a query. Where a name stands twice, the first counts.
    pub(crate) fn parse(query: &str) -> Self {
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().take(100).collect();
        let get = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim());
        let flag = |name: &str| get(name).is_none_or(|value| !value.eq_ignore_ascii_case("false"));
        let params = WidgetParams {
            locale: get("locale").and_then(locale).unwrap_or(Locale::Pt),
            access_mode: get("access_mode").and_then(|mode| mode.parse().ok()).unwrap_or(AccessMode::Recurrent),
            external_id: get("external_id").and_then(external_id),
            institutions: get("institutions").or_else(|| get("institution")).and_then(institutions),
            institution_types: get("institution_types").and_then(kinds),
            without_brazil: get("country_codes").is_some_and(without_brazil),
            show_close_dialog: flag("show_close_dialog"),
            show_abandon_survey: flag("show_abandon_survey"),
        };
        Self { access_token: get("access_token").filter(|token| !token.is_empty()).map(str::to_owned), params }
    }
}

/// `pt`, and the longer spellings that browsers and apps use: `pt-BR`, `PT`.
fn locale(text: &str) -> Option<Locale> {
    text.get(..2)?.to_ascii_lowercase().parse().ok()
}

/// Kept when it fits `[A-Za-z0-9_-]{3,256}` and is nobody's document: an application that sends a CPF here would spread
/// it over links and webhooks.
pub(crate) fn external_id(text: &str) -> Option<String> {
    let fits =
        (3..=256).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let personal = text.parse::<Cpf>().is_ok() || text.parse::<Cnpj>().is_ok();
    (fits && !personal).then(|| text.to_owned())
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// Codes that name nothing stay in: they decide that something was asked for. Empty text asks for nothing.
fn institutions(text: &str) -> Option<Vec<InstitutionCode>> {
    let mut items = list(text).take(MAX_INSTITUTIONS).peekable();
    items.peek()?;
    Some(items.filter_map(|code| code.parse().ok()).collect())
}

/// Older kinds (`fiscal`, `employment`) do not exist in Brazil's network.
fn kinds(text: &str) -> Option<Vec<InstitutionKind>> {
    let mut items = list(text).take(20).peekable();
    items.peek()?;
    Some(items.filter_map(|kind| kind.parse().ok()).collect())
}

fn without_brazil(text: &str) -> bool {
    let mut countries = list(text).peekable();
    countries.peek().is_some() && !countries.any(|country| country.eq_ignore_ascii_case("BR"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(query: &str) -> WidgetParams {
        Opening::parse(query).params
    }

    #[test]
    fn the_usual_address_is_read() {
        let opening = Opening::parse(
            "access_token=a.b.c&locale=pt&mode=webapp&integration_type=openfinance&access_mode=single\
             &external_id=user-42&institutions=ofmockbank_br_retail,none&institution_types=retail&country_codes=BR\
             &show_close_dialog=false&show_abandon_survey=False",
        );
        assert_eq!(opening.access_token.as_deref(), Some("a.b.c"));
        let params = opening.params;
        assert_eq!(params.access_mode, AccessMode::Single);
        assert_eq!(params.external_id.as_deref(), Some("user-42"));
        assert_eq!(params.institutions.unwrap().len(), 2);
        assert_eq!(params.institution_types, Some(vec![InstitutionKind::Retail]));
        assert!(!params.without_brazil && !params.show_close_dialog && !params.show_abandon_survey);
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        assert_eq!(
            params("locale=xx&access_mode=weekly&external_id=a&institutions=&institution_types=&country_codes=&x=y"),
            WidgetParams::default()
        );
        assert_eq!(params("institutions=NOPE!"), WidgetParams { institutions: Some(vec![]), ..Default::default() });
        assert!(Opening::parse("access_token=").access_token.is_none());
    }

    #[test]
    fn languages_come_in_many_spellings() {
        assert_eq!(params("locale=pt-BR").locale, Locale::Pt);
        assert_eq!(params("locale=EN").locale, Locale::En);
        assert_eq!(params("locale=é").locale, Locale::Pt);
    }

    #[test]
    fn documents_and_malformed_names_are_no_external_id() {
        for text in ["76109277673", "50685362006773", "ab", "a b c", "ção", "a@b.example", &"x".repeat(257)] {
            assert_eq!(external_id(text), None, "{text}");
        }
        assert_eq!(external_id(&"x".repeat(256)).unwrap().len(), 256);
    }

    #[test]
    fn the_older_name_of_one_institution_is_understood() {
        assert_eq!(params("institution=ofmockbank_br_retail").institutions.unwrap().len(), 1);
        assert!(params("country_codes=MX,CO").without_brazil);
    }
}
