//! How far sessions come.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Context as _;
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use vinculo_domain::{Env, Stage};
use vinculo_store::{FunnelFilter, StageCount};

use super::pick;
use crate::process;
use crate::settings::Settings;

/// The network's floor (field notes, 3.7): this share of the weighted mean of the three best, less three points.
const FLOOR: f64 = 0.8;
const TOLERANCE: f64 = 0.03;

/// Days that are counted unless said otherwise.
const DAYS: i64 = 30;

/// The stages that depend on an institution.
const AT_A_BANK: [Stage; 5] = [Stage::Chose, Stage::Consented, Stage::Sent, Stage::Authorised, Stage::Linked];

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only this application: its name or id.
    #[arg(long)]
    application: Option<String>,
    /// Sessions opened at this time or later, such as 2026-11-01T00:00:00Z; 30 days ago unless given.
    #[arg(long)]
    from: Option<Timestamp>,
    /// Sessions opened before this time; now unless given.
    #[arg(long)]
    to: Option<Timestamp>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(
    arguments: &Arguments,
    settings: &Settings,
    env: Env,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let store = process::open_store(settings, &env).await?;
    let application = match &arguments.application {
        Some(text) => {
            let found = pick::by_name_or_id(&store, text).await?;
            Some(found.with_context(|| format!("there is no application {text}"))?.id)
        }
        None => None,
    };
    let now = env.now();
    let ago = now.checked_sub(SignedDuration::from_hours(24 * DAYS)).unwrap_or(Timestamp::MIN);
    // A moment more, so that what happens right now is in.
    let to = arguments.to.unwrap_or_else(|| now.checked_add(SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX));
    let filter = FunnelFilter { application, from: arguments.from.unwrap_or(ago), to };
    let funnel = Funnel::of(&store.stage_counts(filter).await?);
    store.close().await;
    if arguments.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&funnel.json())?)?;
    } else {
        write!(out, "{}", funnel.text())?;
    }
    Ok(())
}

/// Counts of one institution.
#[derive(Debug, Default, Clone)]
struct Line {
    sessions: BTreeMap<Stage, i64>,
    consents: BTreeMap<Stage, i64>,
}

impl Line {
    fn sessions(&self, stage: Stage) -> i64 {
        self.sessions.get(&stage).copied().unwrap_or_default()
    }

    fn consents(&self, stage: Stage) -> i64 {
        self.consents.get(&stage).copied().unwrap_or_default()
    }

    /// Consents authorised ÷ consents sent to the holder (the network's item 2.6.2); `None` where none was sent.
    fn conversion(&self) -> Option<f64> {
        share(self.consents(Stage::Authorised), self.consents(Stage::Sent))
    }
}

#[derive(Debug, Default)]
struct Funnel {
    started: i64,
    institutions: BTreeMap<String, Line>,
}

impl Funnel {
    fn of(counts: &[StageCount]) -> Self {
        let mut funnel = Self::default();
        for count in counts {
            match &count.institution {
                None => funnel.started += count.sessions,
                Some(code) => {
                    let line = funnel.institutions.entry(code.clone()).or_default();
                    line.sessions.insert(count.stage, count.sessions);
                    line.consents.insert(count.stage, count.consents);
                }
            }
        }
        funnel
    }

    fn total(&self) -> Line {
        let mut total = Line::default();
        for line in self.institutions.values() {
            for stage in AT_A_BANK {
                *total.sessions.entry(stage).or_default() += line.sessions(stage);
                *total.consents.entry(stage).or_default() += line.consents(stage);
            }
        }
        total.sessions.insert(Stage::Started, self.started);
        total
    }

    /// The least conversion that the network expects of an institution: from the three best, weighted by what was sent.
    fn floor(&self) -> Option<f64> {
        let mut best: Vec<(f64, &Line)> =
            self.institutions.values().filter_map(|line| line.conversion().map(|share| (share, line))).collect();
        best.sort_by(|a, b| b.0.total_cmp(&a.0));
        best.truncate(3);
        let sum = |stage| best.iter().map(|(_, line)| line.consents(stage)).sum();
        share(sum(Stage::Authorised), sum(Stage::Sent)).map(|mean| (FLOOR * mean - TOLERANCE).max(0.0))
    }

    fn text(&self) -> String {
        let total = self.total();
        let mut text = format!("{:<12} {:>9}  of the step before\n", "step", "sessions");
        let mut before = None;
        for stage in Stage::ALL {
            let here = total.sessions(stage);
            let kept = percent(before.and_then(|before| share(here, before)));
            text.push_str(&format!("{:<12} {here:>9}  {kept}\n", stage.as_str()));
            before = Some(here);
        }
        text.push_str(&format!("\n{:<32}", "institution"));
        for stage in AT_A_BANK {
            text.push_str(&format!(" {:>10}", stage.as_str()));
        }
        text.push_str("  conversion\n");
        let floor = self.floor();
        for (code, line) in &self.institutions {
            text.push_str(&format!("{code:<32}"));
            for stage in AT_A_BANK {
                text.push_str(&format!(" {:>10}", line.sessions(stage)));
            }
            let below = line.conversion().zip(floor).is_some_and(|(share, floor)| share < floor);
            let mark = if below { "  below the floor" } else { "" };
            text.push_str(&format!("  {}{mark}\n", percent(line.conversion())));
        }
        text.push_str(&format!(
            "\nConversion: {} of the consents that people were sent to the bank with were authorised; the network's floor \
             here is {}.\n",
            percent(total.conversion()),
            percent(floor)
        ));
        text
    }

    fn json(&self) -> Value {
        let line = |line: &Line| {
            let steps: BTreeMap<&str, i64> =
                line.sessions.iter().map(|(stage, count)| (stage.as_str(), *count)).collect();
            json!({
                "sessions": steps,
                "consents_sent": line.consents(Stage::Sent),
                "consents_authorised": line.consents(Stage::Authorised),
                "conversion": line.conversion(),
            })
        };
        let institutions: BTreeMap<&str, Value> =
            self.institutions.iter().map(|(code, counts)| (code.as_str(), line(counts))).collect();
        json!({"total": line(&self.total()), "institutions": institutions, "floor": self.floor()})
    }
}

fn share(part: i64, of: i64) -> Option<f64> {
    // Counts of sessions stay far below what a double holds exactly.
    (of > 0).then(|| part as f64 / of as f64)
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", 100.0 * share))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(lines: &[(Option<&str>, Stage, i64, i64)]) -> Vec<StageCount> {
        let count = |(institution, stage, sessions, consents): &(Option<&str>, Stage, i64, i64)| StageCount {
            institution: institution.map(str::to_owned),
            stage: *stage,
            sessions: *sessions,
            consents: *consents,
        };
        lines.iter().map(count).collect()
    }

    fn funnel() -> Funnel {
        Funnel::of(&counts(&[
            (None, Stage::Started, 20, 20),
            (Some("a"), Stage::Chose, 10, 10),
            (Some("a"), Stage::Sent, 8, 10),
            (Some("a"), Stage::Authorised, 8, 9),
            (Some("a"), Stage::Linked, 7, 7),
            (Some("b"), Stage::Chose, 6, 6),
            (Some("b"), Stage::Sent, 4, 4),
            (Some("b"), Stage::Authorised, 1, 1),
            (Some("c"), Stage::Chose, 1, 1),
        ]))
    }

    #[test]
    fn steps_and_conversion_are_counted() {
        let funnel = funnel();
        let total = funnel.total();
        assert_eq!((total.sessions(Stage::Started), total.sessions(Stage::Chose)), (20, 17));
        assert_eq!(total.conversion(), Some(10.0 / 14.0));
        assert_eq!(funnel.institutions["a"].conversion(), Some(0.9));
        assert_eq!(funnel.institutions["c"].conversion(), None, "nobody was sent there");
        let floor = funnel.floor().unwrap();
        assert!((floor - (0.8 * 10.0 / 14.0 - 0.03)).abs() < 1e-9, "{floor}");
    }

    #[test]
    fn whoever_is_below_the_floor_is_marked() {
        let text = funnel().text();
        let line = |code: &str| text.lines().find(|line| line.starts_with(code)).unwrap().to_owned();
        assert!(line("b ").contains("25.0 %  below the floor"), "{text}");
        assert!(line("a ").ends_with("90.0 %") && line("c ").ends_with('-'), "{text}");
        assert!(text.contains("chose               17  85.0 %"), "{text}");
    }

    #[test]
    fn nothing_at_all_is_no_division_by_zero() {
        let funnel = Funnel::of(&[]);
        assert_eq!((funnel.total().conversion(), funnel.floor()), (None, None));
        assert!(funnel.text().contains("started              0  -"));
        assert_eq!(funnel.json()["total"]["conversion"], Value::Null);
    }
}
