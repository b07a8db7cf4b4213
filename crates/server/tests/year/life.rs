//! Thirteen months, step by step.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::json;
use vinculo_aggregator::connect::{self, CallbackForm};
use vinculo_aggregator::manage::{self, Presence};
use vinculo_aggregator::{Aggregator, institutions, links, worker};
use vinculo_domain::{
    AccessMode, ApplicationId, Clock as _, ConsentDuration, Env, Feature, FetchResources, Identification, LinkId,
    Locale, ManualClock, SessionId, SessionState, SessionStatus, Step, WidgetConfig,
};
use vinculo_sandbox::people::People;
use vinculo_store::{Application, Consent, ConsentFilter, Endpoint, Paging, Token, WidgetSession};

use crate::cast::{Fate, Plan, cast};
use crate::hook::Hook;
use crate::network::Network;
use crate::world::Place;

/// When the year begins.
const FIRST: &str = "2026-11-22T12:00:00Z";
/// How long it lasts, in days: thirteen months.
pub(crate) const DAYS: i64 = 396;
/// How far the clock is moved at once, in hours: the most eager rate.
const STEP: i64 = 6;

/// A link that has come to life.
pub(crate) struct Lived {
    pub(crate) plan: Plan,
    pub(crate) link: LinkId,
    pub(crate) begun: Timestamp,
    /// Whether its fate has met it.
    met: bool,
}

/// The whole year.
pub(crate) struct Year<'a> {
    place: &'a Place,
    pub(crate) network: Network,
    pub(crate) hook: Hook,
    pub(crate) people: People,
    pub(crate) aggregator: Aggregator,
    pub(crate) application: ApplicationId,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) first: Timestamp,
    waiting: Vec<Plan>,
    pub(crate) lived: Vec<Lived>,
    /// How often each consent was renewed.
    pub(crate) renewals: BTreeMap<LinkId, usize>,
}

impl<'a> Year<'a> {
    pub(crate) async fn begin(place: &'a Place, links: usize) -> Self {
        let first: Timestamp = FIRST.parse().unwrap();
        let clock = Arc::new(ManualClock::new(first));
        let network = Network::start(clock.clone()).await;
        let aggregator = place.process(&network, &clock).await;
        institutions::refresh(&aggregator).await.unwrap();
        let env = aggregator.env().clone();
        let application = ApplicationId::new(&env);
        let hook = Hook::default();
        let endpoint = Endpoint::new(&env, application, &hook.listen().await);
        hook.expect_signatures_by(endpoint.signing.clone().unwrap().current);
        let mut tx = aggregator.store().begin().await.unwrap();
        let known = Application { id: application, name: "ACME".into(), settings: "{}".into(), created_at: first };
        tx.insert_application(&known).await.unwrap();
        tx.insert_endpoint(&endpoint).await.unwrap();
        tx.commit().await.unwrap();
        let people = People::new();
        let waiting = cast(&people, first, links);
        Self {
            place,
            network,
            hook,
            people,
            aggregator,
            application,
            clock,
            first,
            waiting,
            lived: Vec::new(),
            renewals: BTreeMap::new(),
        }
    }

    /// Lives through it.
    pub(crate) async fn live(mut self) -> Self {
        let end = self.first + SignedDuration::from_hours(24 * DAYS);
        while self.clock.now() < end {
            let day = self.clock.now().duration_since(self.first).as_hours() / 24;
            self.come_to_life(day).await;
            self.meet_fates(day).await;
            self.renew().await;
            worker::tick(&self.aggregator).await.unwrap();
            self.work().await;
            self.clock.advance(SignedDuration::from_hours(STEP));
        }
        // What came up in the last step, and what waits for a second try.
        for _ in 0..8 {
            self.work().await;
            self.clock.advance(SignedDuration::from_mins(30));
        }
        self
    }

    pub(crate) async fn end(self) {
        self.aggregator.store().close().await;
        self.place.drop().await;
    }

    /// Runs everything that is due, a few jobs at a time.
    async fn work(&self) {
        loop {
            let runners = (0..4).map(|_| {
                let aggregator = self.aggregator.clone();
                tokio::spawn(async move { worker::run_due(&aggregator).await.unwrap() })
            });
            let mut begun = 0;
            for runner in runners.collect::<Vec<_>>() {
                begun += runner.await.unwrap();
            }
            if begun == 0 {
                return;
            }
        }
    }

    async fn come_to_life(&mut self, day: i64) {
        let (due, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(|plan| plan.begins <= day);
        self.waiting = waiting;
        let due: Vec<Plan> = due;
        for plan in due {
            let link = self.connect(&plan).await;
            self.lived.push(Lived { plan, link, begun: self.clock.now(), met: false });
        }
    }

    /// The whole way through the widget and the bank.
    async fn connect(&self, plan: &Plan) -> LinkId {
        let aggregator = &self.aggregator;
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
        self.work().await;
        let session = aggregator.store().session(&id).await.unwrap().unwrap();
        let told = format!("{}: {:?} {:?}", plan.name, session.step, session.last_error);
        let link = session.link.ok_or(told).unwrap();
        self.set_mode(link, plan).await;
        link
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

    async fn meet_fates(&mut self, day: i64) {
        let mut due = Vec::new();
        for lived in self.lived.iter_mut().filter(|lived| !lived.met && lived.plan.fated <= day) {
            lived.met = true;
            due.push((lived.link, lived.plan.fate));
        }
        for (link, fate) in due {
            let consent = self.consent_of(link).await;
            match (fate, consent) {
                (Fate::RevokedHere, Some(consent)) => {
                    manage::revoke(&self.aggregator, self.application, consent.id).await.unwrap();
                }
                (Fate::RevokedThere, Some(consent)) => {
                    let id = secrecy::ExposeSecret::expose_secret(&consent.secrets.unwrap().bank_consent_id).to_owned();
                    let matching = json!({"consent": id});
                    let effect = json!({"kind": "revoke_consent"});
                    self.network.fault(&json!({"match": matching, "effect": effect, "times": 1})).await;
                }
                (Fate::Deleted, Some(_)) => {
                    links::delete_later(&self.aggregator, self.application, link).await.unwrap();
                }
                _ => {}
            }
        }
    }

    pub(crate) async fn consent_of(&self, link: LinkId) -> Option<Consent> {
        self.aggregator.store().consent_of_link(link).await.unwrap()
    }

    /// The application hears that consents end soon, and those who renew do so.
    async fn renew(&mut self) {
        for link in self.hook.warned() {
            let renews = self.lived.iter().any(|lived| lived.link == link && lived.plan.fate == Fate::Renewed);
            if renews {
                let consent = self.consent_of(link).await.unwrap();
                let presence = Presence { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), user_agent: "Um ano".to_owned() };
                let term = ConsentDuration::Months6;
                manage::renew(&self.aggregator, self.application, consent.id, term, &presence).await.unwrap();
                *self.renewals.entry(link).or_default() += 1;
            }
        }
    }

    /// Every consent that there has been.
    pub(crate) async fn consents(&self) -> Vec<Consent> {
        let (mut all, mut page) = (Vec::new(), 1);
        loop {
            let paging = Paging { page, size: Paging::MAX_SIZE };
            let filter = ConsentFilter::default();
            let found = self.aggregator.store().consents(self.application, &filter, paging).await.unwrap();
            let last = found.items.len() < paging.size as usize;
            all.extend(found.items);
            if last {
                return all;
            }
            page += 1;
        }
    }

    pub(crate) fn env(&self) -> &Env {
        self.aggregator.env()
    }
}
