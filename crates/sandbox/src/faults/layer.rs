//! Where faults strike: before and behind the handlers of a brand, or of the directory.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use jiff::SignedDuration;

use super::{Claim, Effect, Who, forgery, rewrite};
use crate::api::{ApiError, endless};
use crate::auth::{OAuthFailure, out_of_order};
use crate::brand::Brand;
use crate::network::{Bank, Network};
use crate::state::{CONSENTS, RejectedBy, RejectionCode, StateError, Status};

/// The most that a request may weigh that a fault looks into, in bytes.
const MOST: usize = 256 * 1024;
/// The pages that people see, by the first segment of their path.
const SCREENS: [&str; 4] = ["authorize", "login", "cancel", "s"];

/// A part of the network that faults can strike.
#[derive(Clone)]
pub(crate) enum Place {
    /// The APIs of a brand.
    Api(Bank),
    /// The authorization server of a brand, on both listeners.
    Auth(Bank),
    /// The directory.
    Directory(Arc<Network>),
}

impl Place {
    pub(super) fn net(&self) -> &Network {
        match self {
            Self::Api(bank) | Self::Auth(bank) => &bank.net,
            Self::Directory(net) => net,
        }
    }

    pub(super) fn bank(&self) -> Option<&Bank> {
        match self {
            Self::Api(bank) | Self::Auth(bank) => Some(bank),
            Self::Directory(_) => None,
        }
    }

    pub(super) fn brand(&self) -> Option<&'static Brand> {
        self.bank().map(|bank| bank.brand)
    }

    /// The path within the bank.
    fn path(&self, request: &Request) -> String {
        let path = request.uri().path().trim_start_matches('/');
        if matches!(self, Self::Auth(_)) { format!("auth/{path}") } else { path.to_owned() }
    }

    fn is_screen(&self, path: &str) -> bool {
        let first = path.strip_prefix("auth/").and_then(|rest| rest.split('/').next());
        matches!(self, Self::Auth(_)) && first.is_some_and(|first| SCREENS.contains(&first))
    }

    /// An error in the words of the place.
    fn error(&self, path: &str, status: u16, code: Option<&str>) -> Response {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match self {
            Self::Api(_) => {
                let mut error = ApiError::of_status(status);
                error.code = code.map_or(error.code, str::to_owned);
                error.into_response()
            }
            Self::Auth(bank) if self.is_screen(path) => out_of_order(bank.brand, status, code),
            _ => {
                let usual = match status.as_u16() {
                    401 => "invalid_client",
                    429 | 503 | 529 => "temporarily_unavailable",
                    400..=499 => "invalid_request",
                    _ => "server_error",
                };
                OAuthFailure::with(status, code.unwrap_or(usual), "told to fail").into_response()
            }
        }
    }
}

/// Lets the oldest fault that fits strike.
pub(crate) async fn layer(State(place): State<Place>, request: Request, next: Next) -> Response {
    let path = place.path(&request);
    if !place.net().faults.reaches(&place, request.method(), &path) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MOST).await else { return place.error(&path, 413, None) };
    let who = match Who::of(&place, &path, &parts, &body) {
        Ok(who) => who,
        Err(error) => {
            tracing::error!(%error, "a fault could not look into a request");
            return place.error(&path, 500, None);
        }
    };
    let struck = place.net().faults.take(&place, &parts.method, &path, &who).await;
    let request = Request::from_parts(parts, Body::from(body));
    let Some((id, effect)) = struck else { return next.run(request).await };
    let (response, done) = Strike { place: &place, path: &path, who: &who }.carry_out(&effect, request, next).await;
    if !done {
        place.net().faults.give_back(id).await;
    }
    response
}

/// Marks a request whose answer is replaced by an error: it does not count towards a monthly limit, as only successful
/// answers do (open-finance-brasil 8.1).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Replaced;

/// One strike.
struct Strike<'a> {
    place: &'a Place,
    path: &'a str,
    who: &'a Who,
}

impl Strike<'_> {
    /// Carries an effect out; says whether it did anything.
    async fn carry_out(&self, effect: &Effect, request: Request, next: Next) -> (Response, bool) {
        match effect {
            Effect::Status { status, retry_after, code, after } => {
                if *after {
                    let mut request = request;
                    request.extensions_mut().insert(Replaced);
                    finish(next.run(request).await).await;
                }
                (self.refuse(*status, *retry_after, code.as_deref()), true)
            }
            Effect::Drop { after } => {
                if *after {
                    finish(next.run(request).await).await;
                }
                (rewrite::broken(), true)
            }
            Effect::Delay { seconds, clock_seconds } => {
                let moved = self.late(*seconds, *clock_seconds).await;
                (next.run(request).await, moved)
            }
            Effect::Garbage {} => (rewrite::garbage(self.place.is_screen(self.path)), true),
            Effect::Truncate {} => rewrite::half(next.run(request).await).await,
            Effect::WrongSignature {} => {
                let (response, forged) = forgery::within(Claim::Signature, next.run(request)).await;
                if forged { (response, true) } else { rewrite::signature(response).await }
            }
            Effect::WrongIdToken { claim } => forgery::within(*claim, next.run(request)).await,
            Effect::ExpireConsent {} => {
                let ended = self.end(RejectedBy::Aspsp, RejectionCode::ConsentMaxDateReached).await;
                (next.run(request).await, ended)
            }
            Effect::RevokeConsent {} => {
                let ended = self.end(RejectedBy::User, RejectionCode::CustomerManuallyRevoked).await;
                (next.run(request).await, ended)
            }
            Effect::Duplicate { records } => {
                rewrite::list(next.run(request).await, |all| rewrite::duplicate(all, *records)).await
            }
            Effect::Vanish { records } => {
                let gone = usize::from(records.unwrap_or(1));
                rewrite::list(next.run(request).await, |all| drop(all.drain(..gone.min(all.len())))).await
            }
            Effect::PageLoop {} => rewrite::onto_itself(next.run(request).await).await,
            Effect::EndlessPages {} => (endless(request, next).await, true),
        }
    }

    fn refuse(&self, status: u16, retry_after: Option<u32>, code: Option<&str>) -> Response {
        let mut response = self.place.error(self.path, status, code);
        let usual = matches!(status, 429 | 503 | 529).then_some(60);
        if let Some(seconds) = retry_after.or(usual) {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// Lets time pass; says whether it did.
    async fn late(&self, seconds: u32, clock_seconds: u32) -> bool {
        let net = self.place.net();
        let moved = clock_seconds > 0 && net.clock.advance(SignedDuration::from_secs(i64::from(clock_seconds)));
        tokio::select! {
            () = net.stop.cancelled() => {}
            () = tokio::time::sleep(Duration::from_secs(u64::from(seconds))) => {}
        }
        moved || seconds > 0
    }

    /// Ends the consent that the request is about; says whether it was in force.
    async fn end(&self, by: RejectedBy, code: RejectionCode) -> bool {
        let Some(id) = self.who.consent.clone() else { return false };
        let now = self.place.net().now();
        let ended = self.place.net().db.write(move |tx| {
            let consent = tx.get(&CONSENTS, &id)?.map(|consent| consent.at(now));
            let Some(mut consent) = consent.filter(|consent| consent.status == Status::Authorised) else {
                return Ok::<_, StateError>(false);
            };
            consent.end(now, by, code);
            tx.put(&CONSENTS, &id, &consent)?;
            Ok(true)
        });
        ended.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a fault could not end a consent");
            false
        })
    }
}

/// Lets an answer come to its end, and throws it away.
async fn finish(response: Response) {
    let _: Result<Bytes, _> = to_bytes(response.into_body(), usize::MAX).await;
}
