//! Entries of the audit log: who did what to which link. Ids only.

use vinculo_domain::{ApplicationId, AuditId, Env};
use vinculo_store::{AuditEntry, Tx};

use crate::{Aggregator, Error};

pub(crate) async fn write(
    aggregator: &Aggregator,
    tx: &mut Tx,
    application: Option<ApplicationId>,
    actor: &str,
    action: &str,
    subject: &str,
) -> Result<(), Error> {
    append(aggregator.env(), tx, application, actor, action, subject).await
}

/// As [`write`], where there is no aggregator.
pub(crate) async fn append(
    env: &Env,
    tx: &mut Tx,
    application: Option<ApplicationId>,
    actor: &str,
    action: &str,
    subject: &str,
) -> Result<(), Error> {
    let entry = AuditEntry {
        id: AuditId::new(env),
        application,
        at: env.now(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail: "{}".to_owned(),
    };
    Ok(tx.append_audit(&entry).await?)
}
