//! What the user does with a consent after the connection.

use jiff::SignedDuration;
use vinculo_aggregator::manage::{self, Presence, RenewError};
use vinculo_connector::ConnectorError;
use vinculo_domain::{ConsentDuration, ConsentId, ConsentStatus, Env, LinkStatus};

use crate::world::{World, each};

fn presence() -> Presence {
    Presence { ip: "203.0.113.7".parse().unwrap(), user_agent: "Mozilla/5.0\r\nX: y".to_owned() }
}

/// Connects for 30 days as the bank has it.
async fn connect(world: &World) -> ConsentId {
    world.bank.state().ends = Some(world.env.now() + SignedDuration::from_hours(24 * 30));
    world.connect().await;
    world.consents().await.remove(0).id
}

async fn renew(world: &World, id: ConsentId, duration: ConsentDuration) -> Result<(), RenewError> {
    manage::renew(&world.aggregator, world.application, id, duration, &presence()).await
}

async fn codes(world: &World) -> Vec<String> {
    let events = world.announced().await;
    events.into_iter().map(|event| event["webhook_code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_renewal_gives_the_banks_new_end_and_tells_of_it() {
    each(async |world| {
        let id = connect(world).await;
        renew(world, id, ConsentDuration::Months6).await.unwrap();
        let consent = world.consents().await.remove(0);
        assert_eq!(consent.expires_at, world.bank.state().ends, "as the bank recorded it");
        assert!(consent.expires_at > ConsentDuration::Months3.end(world.env.now()));
        assert_eq!((consent.duration, consent.status), (ConsentDuration::Months6, ConsentStatus::Authorised));
        assert!(codes(world).await.contains(&"openfinance_consent_expiration_changed".to_owned()));
        let last = world.store().consent_history(id).await.unwrap().pop().unwrap();
        assert_eq!((last.actor.as_str(), last.what.as_str()), ("user", "renewed"));
        renew(world, id, ConsentDuration::Undefined).await.unwrap();
        assert_eq!(world.consents().await.remove(0).expires_at, None);
        let nothing_is_longer = renew(world, id, ConsentDuration::Months12).await;
        assert!(matches!(nothing_is_longer, Err(RenewError::NotLonger)));
    })
    .await;
}

#[tokio::test]
async fn what_the_bank_refuses_changes_nothing_and_has_its_reason() {
    each(async |world| {
        let id = connect(world).await;
        let before = world.consents().await.remove(0);
        let refused = |code: &str| ConnectorError::Refused { status: 422, code: Some(code.to_owned()) };
        type Is = fn(&RenewError) -> bool;
        let cases: [(ConnectorError, Is); 5] = [
            (refused("DEPENDE_MULTIPLA_ALCADA"), |e| matches!(e, RenewError::SeveralApprovers)),
            (refused("ESTADO_CONSENTIMENTO_INVALIDO"), |e| matches!(e, RenewError::Over)),
            (refused("DATA_EXPIRACAO_INVALIDA"), |e| matches!(e, RenewError::Refused)),
            (ConnectorError::NotFound, |e| matches!(e, RenewError::Refused)),
            (ConnectorError::Timeout, |e| matches!(e, RenewError::Other(_))),
        ];
        for (error, is) in cases {
            world.bank.fail("extend", error);
            let said = renew(world, id, ConsentDuration::Months12).await.unwrap_err();
            assert!(is(&said), "{said:?}");
        }
        let after = world.consents().await.remove(0);
        assert_eq!((after.expires_at, after.duration), (before.expires_at, before.duration));
        assert!(matches!(renew(world, id, ConsentDuration::Months12).await, Ok(())));
    })
    .await;
}

#[tokio::test]
async fn an_end_is_carried_to_the_bank_and_counts_once() {
    each(async |world| {
        let id = connect(world).await;
        world.bank.fail("revoke", ConnectorError::Timeout);
        assert!(manage::revoke(&world.aggregator, world.application, id).await.unwrap());
        assert!(!manage::revoke(&world.aggregator, world.application, id).await.unwrap());
        let consent = world.consents().await.remove(0);
        assert_eq!(consent.status, ConsentStatus::Rejected);
        assert_eq!(consent.rejection.unwrap().reason, "CUSTOMER_MANUALLY_REVOKED");
        assert_eq!(world.the_link().await.status, LinkStatus::Invalid);
        world.run_for(2).await;
        assert_eq!(world.bank.count("revoke"), 2, "tried until the bank said yes");
        assert!(world.bank.state().consents.values().all(|(status, _)| *status == ConsentStatus::Rejected));
        assert_eq!(codes(world).await.iter().filter(|code| *code == "invalid_credentials").count(), 1);
        assert!(matches!(renew(world, id, ConsentDuration::Months12).await, Err(RenewError::Over)));
    })
    .await;
}

#[tokio::test]
async fn a_strangers_consent_cannot_be_touched() {
    each(async |world| {
        let id = connect(world).await;
        let stranger = vinculo_domain::ApplicationId::new(&Env::system());
        assert!(!manage::revoke(&world.aggregator, stranger, id).await.unwrap());
        let renewed = manage::renew(&world.aggregator, stranger, id, ConsentDuration::Months12, &presence()).await;
        assert!(matches!(renewed, Err(RenewError::Over)));
        assert_eq!(world.consents().await.remove(0).status, ConsentStatus::Authorised);
        assert_eq!(world.bank.count("extend"), 0);
    })
    .await;
}
