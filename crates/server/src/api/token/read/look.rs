//! `widget.branding`, `widget.color_scheme`, `widget.theme`.

use vinculo_domain::{Branding, CallbackPolicy, ColorScheme, HexColor, HttpUrl, Invalid, WidgetConfig};

use super::MAX_LIST;
use crate::api::body::{Form, Problems, kind};
use crate::api::error::{Code, Problem};

/// Longest name of a company.
const MAX_NAME: usize = 100;

/// Longest value of a theme key.
const MAX_VALUE: usize = 100;

pub(super) fn read(widget: Form<'_>, policy: CallbackPolicy, problems: &mut Problems, config: &mut WidgetConfig) {
    if let Some(map) = widget.object(problems, "branding") {
        config.branding = branding(Form::at(map, "widget.branding"), policy, problems);
    }
    config.color_scheme = widget.parsed(problems, "color_scheme", |text| match text {
        "LIGHT" => Ok(ColorScheme::Light),
        "DARK" => Ok(ColorScheme::Dark),
        other => Err(Invalid::choice(other)),
    });
    theme(widget, problems, config);
}

/// Nothing here is missed when it is absent: the widget has its own defaults.
fn branding(form: Form<'_>, policy: CallbackPolicy, problems: &mut Problems) -> Branding {
    let url = |text: &str| HttpUrl::parse(text, policy);
    Branding {
        company_icon: form.parsed(problems, "company_icon", url),
        company_logo: form.parsed(problems, "company_logo", url),
        company_name: form.text(problems, "company_name", MAX_NAME).map(|name| name.trim().to_owned()),
        company_terms_url: form.parsed(problems, "company_terms_url", url),
        overlay_background_color: form.parsed(problems, "overlay_background_color", HexColor::parse),
        social_proof: form.truth(problems, "social_proof").unwrap_or(true),
        show_middle_logo: form.truth(problems, "show_belvo_middle_logo").unwrap_or(false),
    }
}

fn theme(widget: Form<'_>, problems: &mut Problems, config: &mut WidgetConfig) {
    let Some(list) = widget.list(problems, "theme", MAX_LIST) else { return };
    for (at, entry) in list.iter().enumerate() {
        let path = format!("widget.theme.{at}");
        let Some(map) = entry.as_object() else {
            let message = format!("Invalid data. Expected a dictionary, but got {}.", kind(entry));
            problems.add(Problem::field_with(Code::Invalid, path, message));
            continue;
        };
        let form = Form::at(map, &path);
        let mut text = |name| form.require(problems, name).and_then(|_| form.text(problems, name, MAX_VALUE));
        if let (Some(key), Some(value)) = (text("css_key"), text("value"))
            && let Err(refused) = config.theme.accept(key, value)
        {
            // A colour that is none is no reason to keep somebody from connecting: the widget has its own.
            tracing::debug!(key, %refused, "a value of the theme is left out");
        }
    }
}
