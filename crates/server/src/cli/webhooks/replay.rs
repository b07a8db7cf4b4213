use std::io::Write;

use vinculo_aggregator::Error;
use vinculo_aggregator::webhooks::{self, Range};
use vinculo_domain::Env;
use vinculo_store::Store;

use super::{Replay, find};

pub(super) async fn run(store: &Store, env: &Env, arguments: &Replay, out: &mut impl Write) -> anyhow::Result<()> {
    let endpoint = find(store, arguments.id).await?;
    let range = range(arguments, env)?;
    let done = webhooks::replay(store, env, endpoint.application, endpoint.id, range, "operator").await;
    let (_, count) = match done {
        Err(Error::NotFound) => anyhow::bail!("there is no such event"),
        done => done?,
    };
    writeln!(out, "{count} events are looked at, and sent again in the background.")?;
    Ok(())
}

fn range(arguments: &Replay, env: &Env) -> anyhow::Result<Range> {
    match (arguments.event, arguments.since, arguments.from) {
        (Some(event), ..) => Ok(Range::One(event)),
        (None, Some(since), _) => Ok(Range::Since(since)),
        (None, None, Some(from)) => {
            let to = arguments.to.unwrap_or_else(|| env.now());
            anyhow::ensure!(from < to, "--to must be later than --from");
            Ok(Range::Between(from, to))
        }
        // The command line has been checked: one of them is there.
        (None, None, None) => anyhow::bail!("give one of --event, --since and --from"),
    }
}
