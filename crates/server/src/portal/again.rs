//! Renewal by a new consent, with a visit to the institution (*renovação padrão*, open-finance-brasil 12.4): the widget, for the
//! link that is there. It ends in the portal again.

use jiff::SignedDuration;
use vinculo_aggregator::connect;
use vinculo_domain::{CallbackUrl, Callbacks, ConsentDuration, Feature, Stage, Step, WidgetConfig, WidgetParams};
use vinculo_store::{Consent, Token};

use super::visit::{Visit, address};
use crate::state::AppState;
use crate::widget::opening;
use crate::widget::shell::session_address;
use crate::widget::stop::{Flow, see, trouble};

/// How long the user has to get to the institution.
const LASTS: SignedDuration = SignedDuration::from_mins(30);

/// Opens the widget at the consent for the same institution, data and purpose.
pub(super) async fn begin(state: &AppState, visit: &Visit, consent: &Consent, duration: ConsentDuration) -> Flow {
    let Some(institution) = visit.institution(state, consent).await? else { return Err(trouble().into()) };
    let now = state.env().now();
    let mut config = config(state, visit, consent, duration);
    if let Some(name) = visit.application_name(state, consent).await? {
        config.branding.company_name = Some(name);
    }
    let token = Token {
        jti: state.env().hex32(),
        application: consent.application,
        key: None,
        feature: config.feature.as_str().to_owned(),
        config: Some(serde_json::to_string(&config).map_err(|_| trouble())?),
        created_at: now,
        expires_at: now.checked_add(LASTS).unwrap_or(now),
        used_at: None,
        link: config.link_id,
    };
    let params = WidgetParams {
        locale: visit.locale,
        institutions: Some(vec![consent.institution.clone()]),
        show_abandon_survey: false,
        ..WidgetParams::default()
    };
    let mut session = opening::fresh(state, &token, &config, params);
    session.step = Step::Consent;
    session.institution = Some(consent.institution.clone());
    session.state.institution = Some(institution);
    let mut tx = state.store().begin().await?;
    tx.insert_token(&token).await?;
    tx.insert_session(&session).await?;
    for stage in [Stage::Started, Stage::Chose] {
        connect::stage(state.aggregator(), &mut tx, &session, stage, None).await?;
    }
    tx.commit().await?;
    Ok(see(&format!("{}/{}", session_address(&session.id), Step::Consent.as_str())))
}

/// What a token for this would say: everything as it was, and back to the portal in the end.
fn config(state: &AppState, visit: &Visit, consent: &Consent, duration: ConsentDuration) -> WidgetConfig {
    let portal = format!("{}{}", state.settings().public_url, address(&visit.id));
    let portal = CallbackUrl::parse(&portal, state.callback_policy()).ok();
    let callbacks = Callbacks { success: portal.clone(), exit: portal.clone(), event: portal };
    // Whoever signed in is not named by a token.
    let recorded = consent.record.as_ref().map(|record| record.identification.clone());
    let purpose = consent.purpose.clone().unwrap_or_else(|| visit.config.purpose.clone());
    WidgetConfig {
        feature: Feature::ConsentLinkCreation,
        link_id: Some(consent.link),
        external_id: None,
        callbacks,
        application_link: None,
        purpose,
        categories: consent.permissions.categories(),
        identification: visit.config.identification.clone().or(recorded),
        default_duration: duration,
        ..visit.config.clone()
    }
}
