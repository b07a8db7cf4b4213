//! `widget.consent`.

use serde_json::Value;
use vinculo_domain::{
    CallbackPolicy, Category, Cnpj, ConsentDuration, Cpf, Feature, HttpUrl, Identification, Invalid, WidgetConfig,
};

use super::MAX_LIST;
use crate::api::body::{Form, Problems, kind};
use crate::api::error::{Code, Problem};

/// Longest name of a person or company.
const MAX_NAME: usize = 256;

pub(super) fn read(consent: Form<'_>, policy: CallbackPolicy, problems: &mut Problems, config: &mut WidgetConfig) {
    if let Some(purpose) = consent.text(problems, "purpose", WidgetConfig::MAX_PURPOSE) {
        config.purpose = purpose.to_owned();
    }
    // The portal asks for nothing new: there the terms may be left out (belvo-widget 2.5).
    let needed = config.feature == Feature::ConsentLinkCreation;
    if !needed || consent.require(problems, "terms_and_conditions_url").is_some() {
        config.terms_and_conditions_url =
            consent.parsed(problems, "terms_and_conditions_url", |text| HttpUrl::parse(text, policy));
    }
    if let Some(categories) = categories(consent, problems) {
        config.categories = categories;
    }
    config.identification = identification(consent, problems);
    config.default_duration = duration(consent, problems);
}

/// Known categories are taken, each once, in the order in which people see them; none at all means the four.
fn categories(consent: Form<'_>, problems: &mut Problems) -> Option<Vec<Category>> {
    let names = consent.words(problems, "permissions", MAX_LIST)?;
    let mut asked = Vec::new();
    for (at, name) in names.iter().enumerate() {
        match Category::ALL.into_iter().find(|category| category.as_str() == *name) {
            Some(category) => asked.push(category),
            None => problems.add(Problem::invalid(consent.name(&format!("permissions.{at}")), Invalid::choice(name))),
        }
    }
    let kept: Vec<Category> = Category::ALL.into_iter().filter(|category| asked.contains(category)).collect();
    (!kept.is_empty()).then_some(kept)
}

/// Any whole positive number is accepted; only the four of the standard preselect something.
fn duration(consent: Form<'_>, problems: &mut Problems) -> ConsentDuration {
    let Some(value) = consent.get("default_consent_duration_days") else { return ConsentDuration::default() };
    let whole = value.as_u64().or_else(|| value.as_f64().filter(|n| n.fract() == 0.0 && *n < 1e9).map(|n| n as u64));
    match whole {
        Some(days) if days > 0 && value.as_f64().is_some_and(|n| n > 0.0) => ConsentDuration::preselect(Some(days)),
        _ => {
            let name = consent.name("default_consent_duration_days");
            problems.add(Problem::field_with(Code::Invalid, name, "A positive whole number is required."));
            ConsentDuration::default()
        }
    }
}

/// One entry of `identification_info`, checked on its own.
enum Who {
    Person(Cpf, String),
    Company(Cnpj, String),
}

/// One CPF, or one CPF and one CNPJ. Absent: the widget asks.
fn identification(consent: Form<'_>, problems: &mut Problems) -> Option<Identification> {
    let list = consent.list(problems, "identification_info", 2)?;
    let name = consent.name("identification_info");
    if list.is_empty() {
        problems.add(Problem::field_with(Code::MinLength, name, "Ensure this field has at least 1 element."));
        return None;
    }
    let before = problems.0.len();
    let entries: Vec<Who> = list.iter().enumerate().filter_map(|(at, entry)| who(&name, at, entry, problems)).collect();
    if problems.0.len() > before {
        return None;
    }
    let (mut people, mut companies) = (Vec::new(), Vec::new());
    for entry in entries {
        match entry {
            Who::Person(cpf, name) => people.push((cpf, name)),
            Who::Company(cnpj, name) => companies.push((cnpj, name)),
        }
    }
    let (person, company) = (people.pop(), companies.pop());
    match person {
        Some((cpf, name)) if people.is_empty() && companies.is_empty() => Some(Identification { cpf, name, company }),
        _ => {
            problems.add(Problem::field_with(Code::Invalid, name, "Send one CPF, or one CPF and one CNPJ."));
            None
        }
    }
}

fn who(list: &str, at: usize, entry: &Value, problems: &mut Problems) -> Option<Who> {
    let path = format!("{list}.{at}");
    let Some(map) = entry.as_object() else {
        let message = format!("Invalid data. Expected a dictionary, but got {}.", kind(entry));
        problems.add(Problem::field_with(Code::Invalid, path, message));
        return None;
    };
    let form = Form::at(map, &path);
    let present = |problems: &mut Problems, name| form.require(problems, name).is_some();
    let name = present(problems, "name").then(|| form.text(problems, "name", MAX_NAME)).flatten();
    let kind = present(problems, "type").then(|| form.text(problems, "type", 40)).flatten();
    let number = present(problems, "number");
    match kind {
        Some("CPF") if number => {
            let cpf = form.parsed(problems, "number", str::parse::<Cpf>);
            cpf.zip(name).map(|(cpf, name)| Who::Person(cpf, name.to_owned()))
        }
        Some("CNPJ") if number => {
            let cnpj = form.parsed(problems, "number", str::parse::<Cnpj>);
            cnpj.zip(name).map(|(cnpj, name)| Who::Company(cnpj, name.to_owned()))
        }
        Some("CPF" | "CNPJ") | None => None,
        Some(other) => {
            problems.add(Problem::invalid(form.name("type"), Invalid::choice(other)));
            None
        }
    }
}
