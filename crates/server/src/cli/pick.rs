use anyhow::Context as _;
use vinculo_domain::ApplicationId;
use vinculo_store::{Application, Store};

/// Which application a command is about.
#[derive(Debug, clap::Args)]
pub(super) struct Pick {
    /// Name or id of the application; may be left out while there is only one.
    #[arg(long, value_name = "NAME OR ID")]
    pub(super) application: Option<String>,
}

impl Pick {
    /// Finds the application.
    pub(super) async fn find(&self, store: &Store) -> anyhow::Result<Application> {
        match &self.application {
            Some(name) => {
                by_name_or_id(store, name).await?.with_context(|| format!("there is no application “{name}”"))
            }
            None => only_one(store).await,
        }
    }
}

/// Finds an application by what a person typed.
pub(super) async fn by_name_or_id(store: &Store, text: &str) -> anyhow::Result<Option<Application>> {
    Ok(match text.parse::<ApplicationId>() {
        Ok(id) => store.application(id).await?,
        Err(_) => store.application_by_name(text).await?,
    })
}

async fn only_one(store: &Store) -> anyhow::Result<Application> {
    let mut all = store.applications().await?;
    match (all.len(), all.pop()) {
        (1, Some(application)) => Ok(application),
        (0, _) => anyhow::bail!("there is no application yet: make one with `vinculo keys create --application NAME`"),
        _ => anyhow::bail!("there are several applications: say which with --application"),
    }
}
