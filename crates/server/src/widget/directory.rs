//! Which institutions a session offers.

use vinculo_domain::{ChosenInstitution, Institution, InstitutionKind, InstitutionStatus, WidgetParams};

/// Keeps what the opening address and the identification allow, in the order given.
///
/// A person sees brands for persons and a company brands for companies, whatever the address says. Codes that name
/// nothing are ignored; when nothing is left, nothing is offered.
pub(crate) fn offered(all: Vec<Institution>, params: &WidgetParams, business: bool) -> Vec<Institution> {
    let fits = if business { InstitutionKind::Business } else { InstitutionKind::Retail };
    let wanted = |institution: &Institution| {
        institution.kind == fits
            && !params.without_brazil
            && params.institutions.as_ref().is_none_or(|codes| codes.contains(&institution.code))
            && params
                .institution_types
                .as_ref()
                .is_none_or(|kinds| kinds.is_empty() || kinds.contains(&institution.kind))
    };
    all.into_iter().filter(wanted).collect()
}

/// Returns the institution on which the widget opens: the only one that the parameters leave, when it works.
pub(crate) fn only<'a>(offered: &'a [Institution], params: &WidgetParams) -> Option<&'a Institution> {
    let narrowed = params.institutions.is_some() || params.institution_types.is_some();
    match offered {
        [one] if narrowed && one.status != InstitutionStatus::Down => Some(one),
        _ => None,
    }
}

/// Returns what the session keeps of an institution.
pub(crate) fn chosen(institution: &Institution) -> ChosenInstitution {
    ChosenInstitution {
        code: institution.code.clone(),
        display_name: institution.display_name.clone(),
        logo: institution.logo.clone(),
        primary_color: institution.primary_color.clone(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use vinculo_domain::Organisation;

    use super::*;

    pub(crate) fn bank(code: &str, name: &str, kind: InstitutionKind, status: InstitutionStatus) -> Institution {
        Institution {
            id: 1,
            code: code.parse().unwrap(),
            kind,
            display_name: name.into(),
            description: None,
            logo: None,
            website: None,
            primary_color: "#016FD0".into(),
            organisation: Organisation {
                id: "o".into(),
                name: "Mock Organização S.A.".into(),
                registration_number: "1".into(),
            },
            authorization_server_id: "a".into(),
            discovery_url: String::new(),
            endpoints: Vec::new(),
            status,
            popularity: (code == "mock_br_retail").then_some(1),
        }
    }

    pub(crate) fn banks() -> Vec<Institution> {
        use InstitutionKind::{Business, Retail};
        use InstitutionStatus::{Degraded, Down, Healthy};
        vec![
            bank("mock_br_retail", "OF Mock Bank", Retail, Healthy),
            bank("mock_br_business", "OF Mock Bank", Business, Healthy),
            bank("agil_br_retail", "Banco Ágil", Retail, Degraded),
            bank("sol_br_retail", "Cooperativa Sol", Retail, Down),
        ]
    }

    fn codes(params: &WidgetParams, business: bool) -> Vec<String> {
        offered(banks(), params, business).iter().map(|b| b.code.to_string()).collect()
    }

    fn named(codes: &[&str]) -> WidgetParams {
        WidgetParams {
            institutions: Some(codes.iter().map(|code| code.parse().unwrap()).collect()),
            ..WidgetParams::default()
        }
    }

    #[test]
    fn people_and_companies_see_their_own() {
        assert_eq!(codes(&WidgetParams::default(), false), ["mock_br_retail", "agil_br_retail", "sol_br_retail"]);
        assert_eq!(codes(&WidgetParams::default(), true), ["mock_br_business"]);
    }

    #[test]
    fn unknown_codes_are_ignored_and_nothing_left_is_nothing() {
        assert_eq!(codes(&named(&["agil_br_retail", "narnia"]), false), ["agil_br_retail"]);
        assert!(codes(&named(&["narnia"]), false).is_empty());
        assert!(codes(&named(&["mock_br_business"]), false).is_empty());
        assert!(codes(&WidgetParams { without_brazil: true, ..WidgetParams::default() }, false).is_empty());
        let kinds =
            WidgetParams { institution_types: Some(vec![InstitutionKind::Business]), ..WidgetParams::default() };
        assert!(codes(&kinds, false).is_empty());
    }

    #[test]
    fn only_parameters_skip_the_list_and_never_to_a_bank_that_is_down() {
        let only_of = |params: &WidgetParams, business| {
            only(&offered(banks(), params, business), params).map(|bank| bank.code.to_string())
        };
        assert_eq!(only_of(&named(&["agil_br_retail"]), false).as_deref(), Some("agil_br_retail"));
        assert_eq!(only_of(&WidgetParams::default(), true), None);
        assert_eq!(only_of(&named(&["sol_br_retail"]), false), None);
        let kinds =
            WidgetParams { institution_types: Some(vec![InstitutionKind::Business]), ..WidgetParams::default() };
        assert_eq!(only_of(&kinds, true).as_deref(), Some("mock_br_business"));
    }
}
