use std::io::Write;

use anyhow::Context as _;
use clap::Subcommand;
use vinculo_connector::{Connector as _, OpenFinance};
use vinculo_domain::{Env, Institution, InstitutionCode};

use crate::process;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show our registration at an institution, as the institution has it.
    Show {
        /// Code of the institution.
        institution: InstitutionCode,
    },
    /// Bring our registration at an institution up to date; register where we are not.
    Update {
        /// Code of the institution.
        institution: InstitutionCode,
    },
    /// Delete our registration at an institution: consents and links there end with it.
    Delete {
        /// Code of the institution.
        institution: InstitutionCode,
    },
}

pub(super) async fn run(command: &Command, settings: &Settings, env: Env, out: &mut impl Write) -> anyhow::Result<()> {
    let store = process::open_store(settings, &env).await?;
    let connector = process::connector(settings, &env, &store, None)?;
    match command {
        Command::Show { institution } => show(&connector, &find(&connector, institution).await?, out).await?,
        Command::Update { institution } => {
            let institution = find(&connector, institution).await?;
            writeln!(out, "client id: {}", connector.update_registration(&institution).await?)?;
        }
        Command::Delete { institution } => {
            let deleted = connector.unregister(&find(&connector, institution).await?).await?;
            writeln!(out, "{}", if deleted { "Deleted." } else { "There was none." })?;
        }
    }
    store.close().await;
    Ok(())
}

async fn show(connector: &OpenFinance, institution: &Institution, out: &mut impl Write) -> anyhow::Result<()> {
    let Some(found) = connector.registration(institution).await? else {
        writeln!(out, "There is none of ours.")?;
        return Ok(());
    };
    writeln!(out, "client id:     {}", found.client_id)?;
    writeln!(out, "redirect URIs: {}", found.metadata.redirect_uris.join(" "))?;
    writeln!(out, "keys:          {}", found.metadata.jwks_uri.unwrap_or_default())?;
    writeln!(out, "scope:         {}", found.metadata.scope.unwrap_or_default())?;
    writeln!(out, "managed at:    {}", found.registration_client_uri.unwrap_or_default())?;
    Ok(())
}

async fn find(connector: &OpenFinance, code: &InstitutionCode) -> anyhow::Result<Institution> {
    let all = connector.institutions().await?;
    all.into_iter()
        .find(|institution| institution.code == *code)
        .with_context(|| format!("there is no institution {code}"))
}
