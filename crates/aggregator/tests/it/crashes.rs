//! The process dies anywhere: after every so many steps of the work its future is dropped, as a kill would. A new
//! process takes over, and in the end everything is whole: nothing twice, nothing missing, nothing left open at the bank.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use jiff::SignedDuration;
use vinculo_aggregator::connect;
use vinculo_domain::{ConsentDuration, ConsentStatus, SessionStatus, Step};

use crate::world::{World, each, received, receiver};

/// Polls `work` at most `polls` times, then drops it. Returns whether it came to its end.
async fn cut(work: impl Future, polls: usize) -> bool {
    let mut work = pin!(work);
    let mut left = polls;
    std::future::poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        work.as_mut().poll(context).map(|_| true)
    })
    .await
}

/// Checks that the outcome is one of two: a link with all its data, or none and nothing open at the bank.
pub(crate) async fn whole(world: &World) {
    let session = world.the_session().await;
    let counts = world.store().job_counts(world.env.now()).await.unwrap();
    assert_eq!(counts.dead, 0);
    if session.status == SessionStatus::Success {
        let link = world.the_link().await;
        assert_eq!(session.link, Some(link.id));
        assert_eq!(world.statuses().await, [ConsentStatus::Authorised]);
        assert_eq!(world.bank.statuses(), [ConsentStatus::Authorised]);
        assert_eq!(world.transactions(link.id).await, 6);
        assert_eq!(world.store().accounts_of_link(link.id).await.unwrap().len(), 2);
        let events = world.announced().await;
        let mut kinds: Vec<_> = events.iter().map(|event| event["webhook_type"].as_str().unwrap()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["ACCOUNTS", "BILLS", "OWNERS", "TRANSACTIONS"]);
        assert!(events.iter().all(|event| event["data"].get("errors").is_none()));
    } else {
        assert!(world.links().await.is_empty());
        assert_eq!(session.step, Step::Failed);
        assert!(world.bank.statuses().iter().all(|status| *status == ConsentStatus::Rejected));
        assert!(world.statuses().await.iter().all(|status| *status == ConsentStatus::Rejected));
    }
}

/// Whether the bank was asked to exchange the code, which works once, and what it gave has not been noted.
async fn is_spent(world: &World) -> bool {
    let consents = world.consents().await;
    let noted = consents.iter().filter_map(|consent| consent.secrets.as_ref()).any(|secrets| secrets.tokens.is_some());
    world.bank.count("exchange") > 0 && world.links().await.is_empty() && !noted
}

#[tokio::test]
async fn connect_and_first_fetch_survive_a_kill_anywhere() {
    let mut links = 0;
    let mut tried = 0;
    // Steps that are not multiples of each other reach different places as the work grows.
    for polls in (1..60).chain((60..400).step_by(7)) {
        let world = World::sqlite().await;
        let server = receiver(200).await;
        world.add_endpoint(&server.uri()).await;
        world.approve().await;
        let over = cut(vinculo_aggregator::worker::run_due(&world.aggregator), polls).await;
        let spent = is_spent(&world).await;
        // What the dead process held is free when its lease is over.
        world.pass(SignedDuration::from_mins(2));
        world.run_for(3).await;
        whole(&world).await;
        // Only a death between the bank's answer to the exchange and the note of it costs the link.
        let made = world.the_session().await.status == SessionStatus::Success;
        assert!(made || spent, "no link after {polls} steps");
        links += usize::from(made);
        tried += 1;
        let bodies = received(&server).await;
        for event in world.events().await {
            let id = vinculo_store::Event::webhook_id(event.id);
            assert!(bodies.iter().any(|body| body["webhook_id"] == id.as_str()), "not delivered");
        }
        world.aggregator.store().close().await;
        if over {
            break;
        }
    }
    println!("killed at {tried} places, {links} links");
    assert!(tried > 20 && links * 10 > tried * 9, "{links} of {tried}");
}

#[tokio::test]
async fn a_fetch_that_dies_again_and_again_still_ends_whole() {
    each(async |world| {
        world.approve().await;
        for round in 1..30 {
            let over = cut(vinculo_aggregator::worker::run_due(&world.aggregator), 5 + 4 * round).await;
            if over {
                break;
            }
            world.pass(SignedDuration::from_mins(2));
        }
        world.run_for(3).await;
        whole(world).await;
    })
    .await;
}

#[tokio::test]
async fn an_acceptance_that_dies_leaves_nothing_that_can_be_authorised_unseen() {
    for polls in 1..80 {
        let world = World::sqlite().await;
        let begin = connect::begin(&world.aggregator, &world.session, ConsentDuration::Months12);
        let over = cut(begin, polls).await;
        // Whatever happened, the user can go on from where the session stands.
        let session = world.begin().await;
        assert_eq!(session.step, Step::Handover);
        let waiting: Vec<_> = world.consents().await;
        assert_eq!(waiting.iter().filter(|c| c.status == ConsentStatus::AwaitingAuthorisation).count(), 1);
        world.aggregator.store().close().await;
        if over {
            return;
        }
    }
}

#[tokio::test]
async fn a_callback_that_dies_is_taken_when_it_comes_again() {
    for polls in 1..80 {
        let world = World::sqlite().await;
        world.begin().await;
        world.bank.approve();
        let form = World::answer("state-1");
        let over = cut(connect::callback(&world.aggregator, &form), polls).await;
        assert_eq!(world.callback(&form).await.unwrap().step, Step::Connecting);
        world.run().await;
        whole(&world).await;
        assert_eq!(world.the_session().await.status, SessionStatus::Success);
        world.aggregator.store().close().await;
        if over {
            return;
        }
    }
}
