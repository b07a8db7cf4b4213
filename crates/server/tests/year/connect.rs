//! A link comes to life.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use secrecy::SecretString;
use vinculo_aggregator::connect::{self, CallbackForm};
use vinculo_domain::{
    AccessMode, Clock as _, Feature, FetchResources, Identification, LinkId, Locale, SessionId, SessionState,
    SessionStatus, Step, WidgetConfig,
};
use vinculo_store::{Token, WidgetSession};

use crate::cast::Plan;
use crate::life::{Lived, Year};

impl Year<'_> {
    pub(crate) async fn come_to_life(&mut self, day: i64) {
        let (due, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(|plan| plan.begins <= day);
        self.waiting = waiting;
        let due: Vec<Plan> = due;
        for plan in due {
            let link = self.connect(&plan).await;
            self.lived.push(Lived { plan, link, begun: self.clock.now(), met: false });
        }
    }

    /// The whole way through the widget and the bank; who does not get through tries once more.
    async fn connect(&mut self, plan: &Plan) -> LinkId {
        self.trouble_the_way(plan).await;
        let link = match self.try_to_connect(plan).await {
            Err(_) if self.trouble.is_some() => self.try_to_connect(plan).await,
            tried => tried,
        };
        let link = link.unwrap();
        self.set_mode(link, plan).await;
        link
    }

    async fn try_to_connect(&mut self, plan: &Plan) -> Result<LinkId, String> {
        let aggregator = &self.aggregator.clone();
        let session = self.session(plan).await;
        let session = connect::begin(aggregator, &session, plan.duration).await.unwrap();
        let way = session.state.handover.as_ref();
        let told = format!("{}: {:?} {:?}", plan.name, session.step, session.last_error);
        let way = way.ok_or(told).unwrap();
        let back = self.network.visit(&way.authorization_url).await;
        let (_, fragment) = back.split_once('#').unwrap();
        let answer: BTreeMap<String, String> = url::form_urlencoded::parse(fragment.as_bytes()).into_owned().collect();
        let secret = |name: &str| answer.get(name).map(|value| SecretString::from(value.clone()));
        let form = CallbackForm {
            state: secret("state"),
            code: secret("code"),
            id_token: secret("id_token"),
            ..CallbackForm::default()
        };
        let id = connect::callback(aggregator, &form).await.unwrap().unwrap().id;
        if let Some(consent) = session.consent {
            self.trouble_the_first_reading(consent).await;
        }
        self.work().await;
        let session = aggregator.store().session(&id).await.unwrap().unwrap();
        session.link.ok_or_else(|| format!("{}: {:?} {:?}", plan.name, session.step, session.last_error))
    }

    /// Links are recurrent when they are made; the application makes them what it wants.
    async fn set_mode(&self, id: LinkId, plan: &Plan) {
        let store = self.aggregator.store();
        let env = self.aggregator.env();
        let link = store.link(self.application, id).await.unwrap().unwrap();
        let mut tx = store.begin().await.unwrap();
        match plan.rate {
            Some(rate) => vinculo_aggregator::refresh::set_rate(env, &mut tx, id, rate).await.unwrap(),
            None => {
                let patch = vinculo_store::LinkPatch { access_mode: Some(AccessMode::Single), ..Default::default() };
                let changed = tx.patch_link(self.application, id, &patch).await.unwrap().unwrap();
                vinculo_aggregator::refresh::follow_mode(env, &mut tx, link.access_mode, &changed).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
    }

    async fn session(&self, plan: &Plan) -> SessionId {
        let env = self.aggregator.env();
        let (now, id, jti) = (env.now(), SessionId::new(env), env.hex32());
        let mut config = WidgetConfig::new(Feature::ConsentLinkCreation);
        let owners = if plan.owners { "OWNERS" } else { "ACCOUNTS" };
        let wanted = ["ACCOUNTS", "BALANCES", "TRANSACTIONS", "BILLS", owners];
        config.fetch_resources = FetchResources::from_names(wanted);
        config.categories.clone_from(&plan.categories);
        config.stale_in = plan.stale_in.parse().unwrap();
        let identification =
            Identification { cpf: plan.person.cpf.parse().unwrap(), name: plan.person.name.to_owned(), company: None };
        let later = now + SignedDuration::from_mins(10);
        let token = Token {
            jti: jti.clone(),
            application: self.application,
            key: None,
            feature: config.feature.as_str().into(),
            config: Some(serde_json::to_string(&config).unwrap()),
            created_at: now,
            expires_at: later,
            used_at: None,
            link: None,
        };
        let session = WidgetSession {
            id: id.clone(),
            application: self.application,
            token: jti,
            status: SessionStatus::Open,
            step: Step::Consent,
            locale: Locale::Pt,
            institution: Some(format!("of{}_br_retail", plan.brand.slug).parse().unwrap()),
            consent: None,
            link: None,
            external_id: Some(plan.name.clone()),
            last_error: None,
            state: SessionState { identification: Some(identification), ..SessionState::default() },
            version: 0,
            created_at: now,
            updated_at: now,
            expires_at: later,
        };
        let mut tx = self.aggregator.store().begin().await.unwrap();
        tx.insert_token(&token).await.unwrap();
        tx.insert_session(&session).await.unwrap();
        tx.commit().await.unwrap();
        id
    }
}
