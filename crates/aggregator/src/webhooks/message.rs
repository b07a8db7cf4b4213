//! What is sent to an endpoint: the event's body and the headers that tell who sent it, in which order, and what for.

use jiff::Timestamp;
use vinculo_domain::EventCode;
use vinculo_store::{DeliveryWork, Event};

use super::client::Message;
use super::sign::signature;

/// Same in every attempt; tells repetitions (Standard Webhooks).
const ID: &str = "webhook-id";
/// Seconds since 1970 of the attempt (Standard Webhooks).
const TIMESTAMP: &str = "webhook-timestamp";
/// See [`signature`] (Standard Webhooks).
const SIGNATURE: &str = "webhook-signature";
/// The event's number among those of its link, from 1 without gaps (ours).
const SEQUENCE: &str = "vinculo-link-sequence";
/// The older name of an expired consent (reference: belvo-api 11.3).
const OLD_EXPIRED: &str = "consent_expired";

/// Puts together what goes out at `now`.
pub(crate) fn message(work: &DeliveryWork, now: Timestamp) -> Message {
    let body = body(work);
    let id = Event::webhook_id(work.event.id);
    let signature = work.endpoint.signing.as_ref().and_then(|secrets| signature(secrets, &id, now, &body));
    let mut headers = vec![(ID, id), (TIMESTAMP, now.as_second().to_string())];
    headers.extend(signature.map(|signature| (SIGNATURE, signature)));
    headers.extend(work.event.sequence.map(|number| (SEQUENCE, number.to_string())));
    Message { body, headers }
}

/// The body as it was written, or with the older code for an endpoint that wants it.
fn body(work: &DeliveryWork) -> String {
    let current = EventCode::ConsentExpired.as_str();
    if !work.endpoint.old_codes || work.event.code != current {
        return work.event.body.clone();
    }
    let key = |code: &str| format!("\"webhook_code\":\"{code}\"");
    work.event.body.replacen(&key(current), &key(OLD_EXPIRED), 1)
}

#[cfg(test)]
mod tests {
    use vinculo_domain::{ApplicationId, DeliveryId, Env, EventId, EventType};
    use vinculo_store::{Delivery, DeliveryStatus, Endpoint};

    use super::*;

    fn work(code: EventCode, old_codes: bool) -> DeliveryWork {
        let env = Env::system();
        let mut endpoint = Endpoint::new(&env, ApplicationId::new(&env), "https://a.example/");
        endpoint.old_codes = old_codes;
        let event = Event {
            id: EventId::new(&env),
            application: endpoint.application,
            link: None,
            kind: EventType::Consent,
            code: code.as_str().to_owned(),
            dedup_key: None,
            body: format!(r#"{{"webhook_code":"{}","data":{{}}}}"#, code.as_str()),
            sequence: Some(3),
            created_at: env.now(),
        };
        let delivery = Delivery {
            id: DeliveryId::new(&env),
            event: event.id,
            endpoint: endpoint.id,
            status: DeliveryStatus::Pending,
            attempts: 0,
            tried_from: env.now(),
            next_at: None,
            last_status: None,
            last_error: None,
            delivered_at: None,
            created_at: env.now(),
        };
        DeliveryWork { delivery, event, endpoint }
    }

    #[test]
    fn only_an_expired_consent_has_an_older_code_and_only_for_who_wants_it() {
        let body = |code, old| message(&work(code, old), Timestamp::UNIX_EPOCH).body;
        assert_eq!(body(EventCode::ConsentExpired, true), r#"{"webhook_code":"consent_expired","data":{}}"#);
        assert!(body(EventCode::ConsentExpired, false).contains("\"openfinance_consent_expired\""));
        assert!(body(EventCode::ConsentAboutToExpire, true).contains("\"openfinance_consent_about_to_expire\""));
    }

    #[test]
    fn the_older_body_is_what_is_signed() {
        let work = work(EventCode::ConsentExpired, true);
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        let sent = message(&work, at);
        let header = |name| sent.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone());
        let secrets = work.endpoint.signing.as_ref().unwrap();
        let id = Event::webhook_id(work.event.id);
        assert_eq!(header(SIGNATURE), signature(secrets, &id, at, &sent.body));
        assert_eq!(header(SEQUENCE).as_deref(), Some("3"));
        assert_eq!(header(TIMESTAMP).as_deref(), Some("1700000000"));
        assert_eq!(header(ID), Some(id));
    }
}
