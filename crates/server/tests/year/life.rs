//! Thirteen months, step by step.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use vinculo_aggregator::jobs::{Depth, Fetch, Work};
use vinculo_aggregator::manage::{self, Presence};
use vinculo_aggregator::{Aggregator, institutions, links};
use vinculo_domain::{ApplicationId, Clock as _, ConsentDuration, Env, LinkId, LinkStatus, ManualClock};
use vinculo_sandbox::people::People;
use vinculo_store::{Application, Consent, ConsentFilter, Endpoint, NewJob, Paging};

use crate::cast::{Fate, Plan, cast};
use crate::hook::Hook;
use crate::network::Network;
use crate::trouble::Trouble;
use crate::world::Place;

/// When the year begins.
const FIRST: &str = "2026-11-22T12:00:00Z";
/// How long it lasts, in days: thirteen months.
pub(crate) const DAYS: i64 = 396;
/// How far the clock is moved at once, in hours: the most eager rate.
pub(crate) const STEP: i64 = 6;
/// How far what is done on purpose is from what is done by the clock, before and after.
const MOMENT: SignedDuration = SignedDuration::from_secs(1);

/// A link that has come to life.
pub(crate) struct Lived {
    pub(crate) plan: Plan,
    pub(crate) link: LinkId,
    pub(crate) begun: Timestamp,
    /// Whether its fate has met it.
    pub(crate) met: bool,
}

impl Lived {
    /// When its first term is over.
    pub(crate) fn runs_out(&self) -> Option<Timestamp> {
        self.plan.duration.end(self.begun)
    }

    /// When it is going to end, if the year is long enough: after that its data stays as it is.
    pub(crate) fn ends(&self, first: Timestamp) -> Option<Timestamp> {
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
    pub(crate) place: &'a Place,
    pub(crate) network: Network,
    pub(crate) hook: Hook,
    pub(crate) people: People,
    pub(crate) aggregator: Aggregator,
    pub(crate) application: ApplicationId,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) first: Timestamp,
    pub(crate) waiting: Vec<Plan>,
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
        // When it would have been due is drawn anew in every year: it is not read again between this and its end.
        let mut tx = self.aggregator.store().begin().await.unwrap();
        for link in last {
            tx.schedule_refresh(link, None).await.unwrap();
        }
        tx.commit().await.unwrap();
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
            for id in links {
                let link = self.aggregator.store().link_by_id(*id).await.unwrap();
                if let Some(link) = link.filter(|link| link.status == LinkStatus::Valid) {
                    assert_eq!(link.last_accessed_at, Some(now), "{:?} is read", link.external_id);
                }
            }
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
