//! Thirteen months, step by step.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::json;
use vinculo_aggregator::connect::{self, CallbackForm};
use vinculo_aggregator::jobs::{Depth, Fetch, Work};
use vinculo_aggregator::manage::{self, Presence};
use vinculo_aggregator::{Aggregator, Error, institutions, links, worker};
use vinculo_domain::{
    AccessMode, ApplicationId, Clock as _, ConsentDuration, ConsentId, Env, Feature, FetchResources, Identification,
    LinkId, Locale, ManualClock, RefreshRate, SessionId, SessionState, SessionStatus, Step, WidgetConfig,
};
use vinculo_sandbox::people::People;
use vinculo_store::{Application, Consent, ConsentFilter, Endpoint, NewJob, Paging, Token, WidgetSession};

use crate::cast::{Fate, Plan, cast};
use crate::hook::Hook;
use crate::mortal::Life;
use crate::network::Network;
use crate::trouble::{self, Process, Trouble};
use crate::world::Place;

/// When the year begins.
const FIRST: &str = "2026-11-22T12:00:00Z";
/// How long it lasts, in days: thirteen months.
pub(crate) const DAYS: i64 = 396;
/// How far the clock is moved at once, in hours: the most eager rate.
const STEP: i64 = 6;
/// How far what is done on purpose is from what is done by the clock, before and after.
const MOMENT: SignedDuration = SignedDuration::from_secs(1);
/// How many jobs are run at a time.
const AT_A_TIME: usize = 4;

fn month(now: Timestamp) -> String {
    now.strftime("%Y-%m").to_string()
}

/// A link that has come to life.
pub(crate) struct Lived {
    pub(crate) plan: Plan,
    pub(crate) link: LinkId,
    pub(crate) begun: Timestamp,
    /// Whether its fate has met it.
    met: bool,
}

impl Lived {
    /// When its first term is over.
    pub(crate) fn runs_out(&self) -> Option<Timestamp> {
        self.plan.duration.days().map(|days| self.begun + SignedDuration::from_hours(24 * i64::from(days)))
    }

    /// When it is going to end, if the year is long enough: after that its data stays as it is.
    fn ends(&self, first: Timestamp) -> Option<Timestamp> {
        let fated = first + SignedDuration::from_hours(24 * self.plan.fated);
        let met = match self.plan.fate {
            Fate::RevokedHere | Fate::RevokedThere => Some(fated),
            Fate::Lives => None,
            // Either nothing of it is left, or it is renewed.
            Fate::Renewed | Fate::Deleted | Fate::Stale => return None,
        };
        met.into_iter().chain(self.runs_out()).min()
    }
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
    /// Links that are to be renewed.
    renewing: Vec<LinkId>,
    pub(crate) trouble: Option<Trouble>,
}

impl<'a> Year<'a> {
    pub(crate) async fn begin(place: &'a Place, links: usize, trouble: Option<Trouble>) -> Self {
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
            renewing: Vec::new(),
            trouble,
        }
    }

    /// Lives through it.
    pub(crate) async fn live(mut self) -> Self {
        let end = self.first + SignedDuration::from_hours(24 * DAYS);
        while self.clock.now() < end {
            let day = self.clock.now().duration_since(self.first).as_hours() / 24;
            self.make_trouble().await;
            self.come_to_life(day).await;
            self.read_what_ends().await;
            self.meet_fates(day).await;
            self.renew().await;
            self.tick().await;
            self.work().await;
            self.clock.advance(SignedDuration::from_hours(STEP) - MOMENT * 2);
        }
        self.settle_down().await;
        let all: Vec<LinkId> =
            self.lived.iter().filter(|lived| lived.plan.rate.is_some()).map(|one| one.link).collect();
        self.read_now(&all).await;
        self.settle_down().await;
        self
    }

    /// What came up in the last step, and what waits for a second try.
    async fn settle_down(&mut self) {
        for _ in 0..8 {
            self.work().await;
            self.clock.advance(SignedDuration::from_mins(30));
        }
    }

    pub(crate) async fn end(self) {
        self.aggregator.store().close().await;
        self.place.drop().await;
    }

    async fn tick(&mut self) {
        self.replace_the_dead().await;
        let process = self.trouble.as_mut().and_then(|trouble| {
            let process = trouble.chance.pick(&trouble.processes);
            Some((process.aggregator.clone(), process.life.clone()))
        });
        match process {
            None => worker::tick(&self.aggregator).await.unwrap(),
            Some((aggregator, life)) => match life.live(worker::tick(&aggregator)).await {
                // The directory may be down; the next look comes soon.
                None | Some(Ok(()) | Err(Error::Connector(_))) => {}
                Some(failed) => failed.unwrap(),
            },
        }
    }

    /// Runs everything that is due, a few jobs at a time.
    async fn work(&mut self) {
        loop {
            self.replace_the_dead().await;
            let runners: Vec<_> = self
                .processes()
                .into_iter()
                .map(|(aggregator, life)| {
                    tokio::spawn(async move {
                        let begun = life.live(worker::run_due(&aggregator)).await;
                        begun.map(Result::unwrap)
                    })
                })
                .collect();
            let mut idle = true;
            for runner in runners {
                idle &= runner.await.unwrap() == Some(0);
            }
            if idle {
                return;
            }
        }
    }

    /// Puts new processes in the place of those that have died.
    async fn replace_the_dead(&mut self) {
        let Some(trouble) = &mut self.trouble else { return };
        let before = trouble.processes.len();
        trouble.processes.retain(|process| !process.life.is_over());
        trouble.deaths += before - trouble.processes.len();
        while trouble.processes.len() < self.place.processes {
            let aggregator = self.place.process(&self.network, &self.clock).await;
            trouble.processes.push(Process { aggregator, life: Life::without_end() });
        }
    }

    /// New processes, which know nothing of what has failed before.
    async fn start_anew(&mut self) {
        if let Some(trouble) = &mut self.trouble {
            trouble.processes.clear();
        }
        self.replace_the_dead().await;
    }

    /// The trouble of this step, or the end of all that there is.
    async fn make_trouble(&mut self) {
        let (now, first) = (self.clock.now(), self.first);
        let rages = trouble::rages(now, first, self.lived.iter().filter_map(|lived| lived.ends(first)));
        let Some(trouble) = &mut self.trouble else { return };
        if !rages {
            trouble.spare();
            self.hook.fail(None);
            trouble.struck += self.network.forgive(&std::mem::take(&mut trouble.rules)).await;
            return;
        }
        trouble.threaten();
        if !self.hook.is_failing() {
            self.hook.fail(Some(trouble.chance.branch()));
        }
        if trouble.chance.one_in(40) {
            let fault = trouble.faults.directory();
            trouble.rules.push(self.network.fault(&fault).await);
        }
        if trouble.chance.one_in(2) && !self.lived.is_empty() {
            self.strike_a_link().await;
        }
    }

    /// Prepares trouble for a link, rather one that is read soon.
    async fn strike_a_link(&mut self) {
        let Some(trouble) = &mut self.trouble else { return };
        let soon = self.clock.now() + SignedDuration::from_hours(2 * STEP);
        let store = self.aggregator.store();
        for tries in 0..12 {
            let lived = trouble.chance.pick(&self.lived);
            let Some(fresh) = store.freshness(lived.link).await.unwrap() else { continue };
            let is_due = fresh.refresh_at.is_some_and(|at| at <= soon);
            if fresh.full_read_at.is_none() || (tries < 11 && !is_due) {
                continue;
            }
            let consent = store.consent_of_link(lived.link).await.unwrap();
            let Some(secrets) = consent.and_then(|consent| consent.secrets) else { return };
            let id = secrecy::ExposeSecret::expose_secret(&secrets.bank_consent_id);
            let often = lived.plan.rate.is_some_and(|rate| rate != RefreshRate::Days30);
            let fault = trouble.faults.draw(lived.link, id, often, &month(self.clock.now()));
            trouble.rules.push(self.network.fault(&fault).await);
            return;
        }
    }

    /// Every second link has trouble while it is read for the first time.
    async fn trouble_the_first_reading(&mut self, consent: ConsentId) {
        let Some(trouble) = &mut self.trouble else { return };
        // A code is good for one try: whether a link comes of it when its process dies is shown by other tests.
        trouble.spare();
        if trouble.chance.one_in(2) {
            return;
        }
        let consent = self.aggregator.store().consent_by_id(consent).await.unwrap().unwrap();
        let secrets = consent.secrets.unwrap();
        let id = secrecy::ExposeSecret::expose_secret(&secrets.bank_consent_id);
        let fault = trouble.faults.of_first_reading(id);
        trouble.rules.push(self.network.fault(&fault).await);
    }

    /// Who works: one line for each job at a time.
    fn processes(&self) -> Vec<(Aggregator, Life)> {
        let Some(trouble) = &self.trouble else {
            return vec![(self.aggregator.clone(), Life::without_end()); AT_A_TIME];
        };
        let processes = trouble.processes.iter().map(|process| (process.aggregator.clone(), process.life.clone()));
        processes.cycle().take(AT_A_TIME.max(trouble.processes.len())).collect()
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
    async fn connect(&mut self, plan: &Plan) -> LinkId {
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

    /// The application hears that consents end soon, and those who renew do so; where the bank fails they come again.
    async fn renew(&mut self) {
        let renewed: Vec<LinkId> =
            self.lived.iter().filter(|lived| lived.plan.fate == Fate::Renewed).map(|lived| lived.link).collect();
        self.renewing.extend(self.hook.warned().into_iter().filter(|link| renewed.contains(link)));
        for link in std::mem::take(&mut self.renewing) {
            let consent = self.consent_of(link).await.unwrap();
            let presence = Presence { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), user_agent: "Um ano".to_owned() };
            let term = ConsentDuration::Months6;
            let done = manage::renew(&self.aggregator, self.application, consent.id, term, &presence).await;
            match done {
                Err(_) if self.trouble.is_some() => self.renewing.push(link),
                done => {
                    done.unwrap();
                    *self.renewals.entry(link).or_default() += 1;
                }
            }
        }
    }

    /// Reads, one last time, the links that end before the next step.
    async fn read_what_ends(&mut self) {
        let (now, first) = (self.clock.now(), self.first);
        let step = SignedDuration::from_hours(STEP);
        // What is ended by somebody is there until then; what ends by itself is gone at the moment of its end.
        let is_last = |lived: &&Lived| {
            let by_itself = lived.ends(first) == lived.runs_out();
            let is_now = |end| if by_itself { now < end && end <= now + step } else { now == end };
            lived.plan.rate.is_some() && lived.ends(first).is_some_and(is_now)
        };
        let last: Vec<LinkId> = self.lived.iter().filter(is_last).map(|lived| lived.link).collect();
        self.read_now(&last).await;
    }

    /// Has links read once more, all at the same moment, which is the same one in every year.
    async fn read_now(&mut self, links: &[LinkId]) {
        self.clock.advance(MOMENT);
        if !links.is_empty() {
            self.start_anew().await;
            let now = self.clock.now();
            let mut tx = self.aggregator.store().begin().await.unwrap();
            for link in links {
                let request = self.env().uuid();
                let work = Work::Fetch(Fetch {
                    link: *link,
                    request,
                    resources: None,
                    window: None,
                    depth: Some(Depth::Full),
                });
                let payload = serde_json::to_string(&work).unwrap();
                let job =
                    NewJob { kind: work.kind(), payload, run_at: now, dedup_key: Some(work.dedup_key()), trace: None };
                tx.enqueue(job).await.unwrap();
            }
            tx.commit().await.unwrap();
            self.work().await;
        }
        self.clock.advance(MOMENT);
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
