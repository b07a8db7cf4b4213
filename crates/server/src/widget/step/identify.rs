//! `identify`: asks who shares, when the token named nobody.

use askama::Template;
use axum::extract::{Form, State};
use http::StatusCode;
use serde::Deserialize;
use vinculo_domain::{Cnpj, Cpf, Identification, InstitutionKind, Step, WidgetParams};

use crate::state::AppState;
use crate::widget::browser::Key;
use crate::widget::phrases::IdentifyWords;
use crate::widget::shell::{Shell, page};
use crate::widget::stop::Flow;
use crate::widget::visit::Visit;

/// What the user typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct IdentifyForm {
    cpf: String,
    name: String,
    company: Option<String>,
    cnpj: String,
    company_name: String,
}

/// What is wrong with it, field by field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wrong {
    cpf: Option<&'static str>,
    name: Option<&'static str>,
    cnpj: Option<&'static str>,
    company_name: Option<&'static str>,
}

/// Whether companies may, must or cannot connect here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Companies {
    May,
    Must,
    Cannot,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asks {
    companies: Companies,
    /// Names beside the numbers.
    names: bool,
}

impl Asks {
    /// Whoever signs in to the portal: the bank knows the names.
    pub(crate) const SIGN_IN: Self = Self { companies: Companies::May, names: false };

    fn of(visit: &Visit) -> Self {
        if visit.is_sign_in() {
            return Self::SIGN_IN;
        }
        Self { companies: companies(&visit.session.state.params), names: true }
    }
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "widget/identify.html")]
pub(crate) struct IdentifyPage {
    shell: Shell,
    t: &'static IdentifyWords,
    lede: &'static str,
    company: &'static str,
    note: Option<&'static str>,
    action: String,
    form: IdentifyForm,
    wrong: Wrong,
    ask_name: bool,
    ask_company: bool,
    allow_company: bool,
}

impl IdentifyPage {
    pub(in crate::widget) fn new(visit: &Visit, form: IdentifyForm) -> Self {
        Self::with(visit, form, Wrong::default())
    }

    fn with(visit: &Visit, form: IdentifyForm, wrong: Wrong) -> Self {
        let shell = visit.shell(Step::Identify).progress(2);
        let action = shell.address(Step::Identify);
        if visit.is_sign_in() {
            return Self::sign_in(shell, action, form, wrong);
        }
        let (t, asks) = (&shell.words.identify, Asks::of(visit));
        Self {
            t,
            lede: &t.lede,
            company: &t.company,
            note: None,
            action,
            form,
            wrong,
            ask_name: true,
            ask_company: asks.companies == Companies::May,
            allow_company: asks.companies != Companies::Cannot,
            shell: shell.back_to(Step::Start).titled(&t.title),
        }
    }

    /// The page of whoever signs in to the portal, before and after there is a session.
    pub(crate) fn sign_in(mut shell: Shell, action: String, form: IdentifyForm, wrong: Wrong) -> Self {
        shell.step = "portal-sign-in";
        let (t, p) = (&shell.words.identify, &shell.words.portal);
        Self {
            t,
            lede: &p.sign_in_lede,
            company: &p.of_company,
            note: Some(&p.sign_in_once),
            action,
            form,
            wrong,
            ask_name: false,
            ask_company: true,
            allow_company: true,
            shell: shell.titled(&p.sign_in_title),
        }
    }
}

fn companies(params: &WidgetParams) -> Companies {
    match params.institution_types.as_deref() {
        Some([InstitutionKind::Business]) => Companies::Must,
        Some([InstitutionKind::Retail]) => Companies::Cannot,
        _ => Companies::May,
    }
}

impl IdentifyForm {
    /// Reads who shares, or says what is wrong with it. Names that are not asked for stay empty.
    pub(crate) fn read(&self, asks: Asks, t: &'static IdentifyWords) -> Result<Identification, Wrong> {
        let of_company =
            asks.companies == Companies::Must || (asks.companies == Companies::May && self.company.is_some());
        let named = |text: &str| if asks.names { name(text) } else { Some(String::new()) };
        let cpf = self.cpf.trim().parse::<Cpf>();
        let name = named(&self.name);
        let cnpj = self.cnpj.trim().to_uppercase().parse::<Cnpj>();
        let company_name = named(&self.company_name);
        let mut wrong = Wrong::default();
        if cpf.is_err() {
            wrong.cpf = Some(&t.wrong_cpf);
        }
        if name.is_none() {
            wrong.name = Some(&t.wrong_name);
        }
        if of_company && cnpj.is_err() {
            wrong.cnpj = Some(&t.wrong_cnpj);
        }
        if of_company && company_name.is_none() {
            wrong.company_name = Some(&t.wrong_company_name);
        }
        match (cpf, name) {
            (Ok(cpf), Some(name)) if !of_company => Ok(Identification { cpf, name, company: None }),
            (Ok(cpf), Some(name)) => match (cnpj, company_name) {
                (Ok(cnpj), Some(company)) => Ok(Identification { cpf, name, company: Some((cnpj, company)) }),
                _ => Err(wrong),
            },
            _ => Err(wrong),
        }
    }
}

/// Takes a name of 2 to 120 characters that holds a letter.
fn name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = (2..=120).contains(&name.chars().count());
    let clean = name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_control);
    (fits && clean).then_some(name)
}

/// Shows the page.
pub(in crate::widget) async fn show(State(state): State<AppState>, key: Key) -> Flow {
    let visit = Visit::at(&state, &key, Step::Identify).await?;
    Ok(page(StatusCode::OK, &visit.policy, &IdentifyPage::new(&visit, known(&visit))))
}

/// What was typed before, when the user comes back to the page.
fn known(visit: &Visit) -> IdentifyForm {
    let Some(known) = &visit.session.state.identification else { return IdentifyForm::default() };
    let (cnpj, company_name) =
        known.company.as_ref().map(|(cnpj, name)| (cnpj.to_string(), name.clone())).unwrap_or_default();
    IdentifyForm {
        cpf: known.cpf.to_string(),
        name: known.name.clone(),
        company: known.company.as_ref().map(|_| "1".to_owned()),
        cnpj,
        company_name,
    }
}

/// Takes the answer, or shows what is wrong with it. Only the wrong answer is shown without a redirect: it stands
/// nowhere but in the form.
pub(in crate::widget) async fn take(State(state): State<AppState>, key: Key, Form(form): Form<IdentifyForm>) -> Flow {
    let visit = Visit::at(&state, &key, Step::Identify).await?;
    let t = &crate::widget::phrases::words(visit.session.locale).identify;
    match form.read(Asks::of(&visit), t) {
        Ok(identification) => super::start::after_identification(&state, &visit, Some(identification)).await,
        Err(wrong) => {
            let again = IdentifyPage::with(&visit, form, wrong);
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &visit.policy, &again))
        }
    }
}

#[cfg(test)]
mod tests {
    use vinculo_domain::Locale;

    use super::*;
    use crate::widget::phrases::words;

    fn read(form: IdentifyForm, companies: Companies) -> Result<Identification, Wrong> {
        form.read(Asks { companies, names: true }, &words(Locale::Pt).identify)
    }

    #[test]
    fn whoever_signs_in_gives_numbers_alone() {
        let t = &words(Locale::Pt).identify;
        let read = |form: IdentifyForm| form.read(Asks::SIGN_IN, t);
        let typed = IdentifyForm { name: "x".repeat(200), ..ralph() };
        assert_eq!(read(typed).unwrap().name, "", "what was not asked for is not taken");
        let company = IdentifyForm { company: Some("1".into()), ..ralph() };
        assert!(read(company.clone()).unwrap_err().cnpj.is_some());
        let company = IdentifyForm { cnpj: "50685362006773".into(), ..company };
        assert!(read(company).unwrap().is_business());
        assert!(read(IdentifyForm::default()).unwrap_err().cpf.is_some());
    }

    fn ralph() -> IdentifyForm {
        IdentifyForm { cpf: "761.092.776-73".into(), name: " Ralph  Bragg ".into(), ..IdentifyForm::default() }
    }

    #[test]
    fn a_person_is_read_as_people_write() {
        let found = read(ralph(), Companies::May).unwrap();
        assert_eq!((found.cpf.as_str(), found.name.as_str()), ("76109277673", "Ralph Bragg"));
    }

    #[test]
    fn a_company_needs_both_its_fields() {
        let ticked = IdentifyForm { company: Some("1".into()), ..ralph() };
        let wrong = read(ticked.clone(), Companies::May).unwrap_err();
        assert!(wrong.cnpj.is_some() && wrong.company_name.is_some() && wrong.cpf.is_none());
        assert!(read(ralph(), Companies::Must).is_err());
        let full = IdentifyForm { cnpj: "5w.685.362/0067-44".into(), company_name: "Alice Ltda".into(), ..ticked };
        assert!(read(full.clone(), Companies::Must).unwrap().is_business());
        assert!(!read(full, Companies::Cannot).unwrap().is_business());
    }

    #[test]
    fn wrong_fields_are_named_one_by_one() {
        let wrong = read(IdentifyForm { cpf: "123".into(), ..IdentifyForm::default() }, Companies::May).unwrap_err();
        assert!(wrong.cpf.is_some() && wrong.name.is_some() && wrong.cnpj.is_none());
        for bad in ["", "1", "11", "\u{7}\u{7}a", &"x".repeat(121)] {
            assert!(name(bad).is_none(), "{bad:?}");
        }
    }
}
