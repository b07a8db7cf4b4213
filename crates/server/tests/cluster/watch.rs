//! What the tests of several processes look at: every claim of a job, every event, every call at the bank.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use vinculo_testkit::{App, Cluster, Receiver, eventually};

/// What a connection and what a refresh brings of each link.
pub(crate) const KINDS: [&str; 3] = ["ACCOUNTS", "OWNERS", "TRANSACTIONS"];

/// Has the database note who claims which job, and whether somebody else held it at that moment.
pub(crate) async fn note_claims(cluster: &Cluster) {
    let sql = "
        CREATE TABLE test_claims (job text, kind text, token text, who text, taken_over boolean, too_early boolean);
        CREATE FUNCTION test_note() RETURNS trigger AS $$ BEGIN
            IF NEW.lease_token IS NOT NULL AND NEW.lease_token IS DISTINCT FROM OLD.lease_token THEN
                INSERT INTO test_claims VALUES (NEW.id, NEW.kind, NEW.lease_token, current_setting('application_name'),
                    OLD.lease_token IS NOT NULL,
                    OLD.lease_token IS NOT NULL
                        AND OLD.lease_until > (extract(epoch FROM clock_timestamp()) * 1000000)::bigint);
            END IF;
            RETURN NEW;
        END $$ LANGUAGE plpgsql;
        CREATE TRIGGER test_note BEFORE UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION test_note();";
    sqlx::raw_sql(sql).execute(&mut cluster.database().await).await.unwrap();
}

/// How many jobs each process has claimed.
pub(crate) async fn claims(cluster: &Cluster) -> BTreeMap<String, i64> {
    let sql = "SELECT who, count(*) FROM test_claims GROUP BY who";
    let rows: Vec<(String, i64)> = sqlx::query_as(sql).fetch_all(&mut cluster.database().await).await.unwrap();
    rows.into_iter().collect()
}

/// No job was claimed while another process held it. Returns how many were taken over from one that held it too long.
pub(crate) async fn nobody_had_it_twice(cluster: &Cluster) -> i64 {
    let sql =
        "SELECT count(*), count(DISTINCT token), count(*) FILTER (WHERE too_early), count(*) FILTER (WHERE taken_over)
        FROM test_claims";
    let (all, tokens, early, over): (i64, i64, i64, i64) =
        sqlx::query_as(sql).fetch_one(&mut cluster.database().await).await.unwrap();
    assert!(all > 0 && tokens == all, "{tokens} tokens for {all} claims");
    assert_eq!(early, 0, "a job was claimed while it was held");
    over
}

/// Tells whether a process holds a job of this kind right now.
pub(crate) async fn holds(cluster: &Cluster, who: &str, kind: &str) -> bool {
    let sql = "SELECT count(*) FROM jobs JOIN test_claims ON token = lease_token WHERE who = $1 AND jobs.kind = $2";
    let held: i64 =
        sqlx::query_scalar(sql).bind(who).bind(kind).fetch_one(&mut cluster.database().await).await.unwrap();
    held > 0
}

/// How often the bank was asked, by the name of the endpoint.
pub(crate) async fn asked(app: &App) -> BTreeMap<String, u64> {
    let answer: Value = reqwest::get(format!("{}/sandbox/usage", app.bank_url)).await.unwrap().json().await.unwrap();
    let mut all = BTreeMap::new();
    for line in answer["usage"].as_array().unwrap() {
        let calls = line["counted"].as_u64().unwrap() + line["further_pages"].as_u64().unwrap();
        *all.entry(line["endpoint"].as_str().unwrap().to_owned()).or_default() += calls;
    }
    all
}

/// Waits until each kind has arrived of a link so often.
pub(crate) async fn arrived(receiver: &Receiver, link: &str, rounds: usize) {
    eventually(&format!("{rounds} rounds of {link}"), || async {
        let all = receiver.of_link(link);
        let count = |kind: &str| all.iter().filter(|hook| hook.text("webhook_type") == kind).count();
        KINDS.iter().all(|kind| count(kind) >= rounds).then_some(())
    })
    .await;
}

/// Waits until nothing is under way any more, and looks at all that has happened: every event has its number, without gaps,
/// and has arrived with one id and one body; no work was given up.
pub(crate) async fn nothing_is_missing(cluster: &Cluster, receiver: &Receiver) {
    let mut database = cluster.database().await;
    eventually("everything is delivered", || {
        let sql = "SELECT count(*) FROM deliveries WHERE status <> 'delivered'";
        let waiting = database_count(cluster, sql);
        async move { (waiting.await == 0).then_some(()) }
    })
    .await;
    assert_eq!(database_count(cluster, "SELECT count(*) FROM jobs WHERE status = 'dead'").await, 0, "given up");
    let sql = "SELECT link_id, sequence, body FROM events WHERE link_id IS NOT NULL ORDER BY link_id, sequence";
    let events: Vec<(String, Option<i64>, String)> = sqlx::query_as(sql).fetch_all(&mut database).await.unwrap();
    let mut expected: BTreeMap<&str, i64> = BTreeMap::new();
    for (link, sequence, _) in &events {
        let next = expected.entry(link).or_insert(1);
        assert_eq!(*sequence, Some(*next), "the numbers of {link} have no gap");
        *next += 1;
    }
    let mut bodies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut numbers: BTreeMap<(String, u64), BTreeSet<String>> = BTreeMap::new();
    for hook in receiver.all() {
        assert_eq!(hook.id, hook.text("webhook_id"));
        bodies.entry(hook.id.clone()).or_default().insert(hook.raw.clone());
        if let Some(number) = hook.sequence {
            numbers.entry((hook.text("link_id").to_owned(), number)).or_default().insert(hook.id.clone());
        }
    }
    assert!(bodies.values().all(|bodies| bodies.len() == 1), "an event has one body");
    assert!(numbers.values().all(|ids| ids.len() == 1), "a number has one event");
    let sent: BTreeSet<&String> = bodies.values().flatten().collect();
    assert!(events.iter().all(|(_, _, body)| sent.contains(body)), "every event has arrived");
    assert_eq!(numbers.len(), events.len());
}

/// Counts something in the database.
pub(crate) async fn database_count(cluster: &Cluster, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&mut cluster.database().await).await.unwrap()
}

/// Waits until no consent without a link is in force: what ended badly leaves nothing open at the bank.
pub(crate) async fn nothing_stays_open(cluster: &Cluster) {
    eventually("consents without a link are ended", || async {
        let sql = "SELECT count(*) FROM consents WHERE status = 'AUTHORISED' AND link_id NOT IN (SELECT id FROM links)";
        (database_count(cluster, sql).await == 0).then_some(())
    })
    .await;
}
