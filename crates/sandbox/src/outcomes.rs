//! Forced outcomes: banks that fail on command.
//!
//! `POST /sandbox/outcomes` on the people-facing listener takes one [`Outcome`] as JSON and answers its
//! id; `GET` lists them, `DELETE /sandbox/outcomes/{id}` and `DELETE /sandbox/outcomes` remove them.
//!
//! | Step | Strikes |
//! |---|---|
//! | `discovery`, `jwks` | the brand's open documents |
//! | `registration` | every call to the registration endpoint |
//! | `consents`, or `consents:create`, `consents:read`, `consents:delete`, `consents:extends`, `consents:extensions` | Consents v3 |
//! | `par` | the pushed authorization request |
//! | `authorize` | the authorization page: `denied`, `approved` |
//! | `token`, or `token:client_credentials`, `token:authorization_code`, `token:refresh_token` | the token endpoint |
//! | `resources` | Resources v3 |
//! | `accounts`, `account`, `balances`, `overdraft-limits`, `transactions`, `transactions-current`, `identifications`, `qualifications`, `financial-relations`, … | accounts and customers, by the last path segment; `account` for one account |
//! | `credit-cards-accounts:accounts`, `credit-cards-accounts:account`, `…:limits`, `…:bills`, `…:bill-transactions`, `…:transactions`, … | any data API, by family and last path segment; the family alone stands for all of its paths |

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};

use crate::chance;
use crate::network::Bank;
use crate::state::{Db, OUTCOMES, Outcome, OutcomeKind, StateError};

/// How late a slow answer is.
const LATE_BY: Duration = Duration::from_secs(4);

/// The outcomes in force, in memory and on disk.
pub(crate) struct Outcomes {
    active: Mutex<Vec<(String, Outcome)>>,
    db: Db,
}

impl Outcomes {
    /// Takes up what was in force.
    pub(crate) fn open(db: &Db) -> Result<Self, StateError> {
        Ok(Self { active: Mutex::new(db.all(&OUTCOMES)?), db: db.clone() })
    }

    /// Lists them.
    pub(crate) fn list(&self) -> Vec<(String, Outcome)> {
        self.lock().clone()
    }

    /// Adds one and returns its id.
    pub(crate) async fn add(&self, outcome: Outcome) -> Result<String, StateError> {
        let id = chance::uuid();
        let (key, record) = (id.clone(), outcome.clone());
        self.db.write(move |tx| tx.put(&OUTCOMES, &key, &record)).await?;
        self.lock().push((id.clone(), outcome));
        Ok(id)
    }

    /// Removes the one with this id, or all.
    pub(crate) async fn remove(&self, id: Option<&str>) -> Result<(), StateError> {
        let gone: Vec<String> = {
            let mut active = self.lock();
            let (gone, kept) = active.drain(..).partition(|(key, _)| id.is_none_or(|id| id == key));
            *active = kept;
            let gone: Vec<(String, Outcome)> = gone;
            gone.into_iter().map(|(key, _)| key).collect()
        };
        self.db.write(move |tx| gone.iter().try_for_each(|key| tx.remove(&OUTCOMES, key))).await
    }

    /// Takes the first outcome that fits one of `steps`, using up one of its times.
    pub(crate) async fn take(&self, brand: &str, steps: &[&str], documents: &[&str]) -> Option<OutcomeKind> {
        let (key, outcome) = self.pick(brand, steps, documents)?;
        let kind = outcome.kind.clone();
        let written = self
            .db
            .write(move |tx| match outcome.times {
                Some(0) => tx.remove(&OUTCOMES, &key),
                Some(_) => tx.put(&OUTCOMES, &key, &outcome),
                None => Ok(()),
            })
            .await;
        if let Err(error) = written {
            tracing::error!(%error, "a forced outcome could not be counted");
        }
        Some(kind)
    }

    fn pick(&self, brand: &str, steps: &[&str], documents: &[&str]) -> Option<(String, Outcome)> {
        let mut active = self.lock();
        let at = active.iter().position(|(_, outcome)| fits(outcome, brand, steps, documents))?;
        let (_, outcome) = &mut active[at];
        if let Some(times) = &mut outcome.times {
            *times = times.saturating_sub(1);
        }
        let picked = active[at].clone();
        if picked.1.times == Some(0) {
            active.remove(at);
        }
        Some(picked)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(String, Outcome)>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fits(outcome: &Outcome, brand: &str, steps: &[&str], documents: &[&str]) -> bool {
    outcome.brand.as_deref().is_none_or(|wanted| wanted == brand)
        && outcome.document.as_deref().is_none_or(|wanted| documents.contains(&wanted))
        && steps.contains(&outcome.step.as_str())
}

impl Bank {
    /// The answer that a forced outcome puts in place of the real one, if one strikes here.
    pub(crate) async fn strike(&self, steps: &[&str], documents: &[&str]) -> Option<Response> {
        let forced = self.net.outcomes.take(self.brand.slug, steps, documents).await;
        let kind = forced.or_else(|| self.brand.health.strikes(steps))?;
        self.answer(&kind).await
    }

    /// Carries out an outcome; `None` where it is not an answer by itself.
    pub(crate) async fn answer(&self, kind: &OutcomeKind) -> Option<Response> {
        Some(match kind {
            OutcomeKind::Status(status) => error(*status),
            OutcomeKind::Garbage => json("<html>Voltamos logo</html>"),
            OutcomeKind::Huge => json(format!("[{}\"fim\"]", "\"muito\",".repeat(1_500_000))),
            OutcomeKind::Deep => json("[".repeat(100_000)),
            OutcomeKind::Hang => {
                self.net.stop.cancelled().await;
                error(503)
            }
            OutcomeKind::Drip => json(drip(self.net.stop.clone())),
            OutcomeKind::Closed => closed(),
            OutcomeKind::Slow => {
                tokio::select! {
                    () = self.net.stop.cancelled() => return Some(error(503)),
                    () = tokio::time::sleep(LATE_BY) => return None,
                }
            }
            OutcomeKind::EndlessPages | OutcomeKind::Denied | OutcomeKind::Approved => return None,
        })
    }
}

fn error(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = status.into_response();
    if matches!(status.as_u16(), 429 | 529) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn closed() -> Response {
    let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("900"));
    response
}

fn json(body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// One byte every half second, until the network stops.
fn drip(stop: tokio_util::sync::CancellationToken) -> Body {
    Body::from_stream(futures_util::stream::unfold(stop, |stop| async move {
        tokio::select! {
            () = stop.cancelled() => None,
            () = tokio::time::sleep(Duration::from_millis(500)) => {
                Some((Ok::<_, std::convert::Infallible>(Bytes::from_static(b" ")), stop))
            }
        }
    }))
}
