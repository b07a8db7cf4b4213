//! `vinculo probe`: one whole journey at an institution without a person, step by step; for certification runs and smoke
//! tests.

mod approval;
mod ground;
mod journey;
mod reading;
mod script;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context as _;
use vinculo_connector::{Connector as _, NewConsent};
use vinculo_domain::{
    Category, Cnpj, ConsentDuration, Cpf, Env, Identification, Institution, InstitutionCode, Permission, PermissionSet,
};

use self::ground::Ground;
use self::script::Script;
use crate::process;
use crate::settings::Settings;

/// What to try, and where.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Code of the institution, such as ofmockbank_br_retail.
    institution: InstitutionCode,
    /// CPF of the person who shares.
    #[arg(long)]
    cpf: Cpf,
    /// CNPJ of the company whose data is shared.
    #[arg(long)]
    cnpj: Option<Cnpj>,
    /// What is shared: categories (REGISTER, ACCOUNTS, …) or single permissions (ACCOUNTS_READ, …).
    #[arg(long, value_delimiter = ',', default_value = "REGISTER,ACCOUNTS")]
    permissions: Vec<String>,
    /// What is read at the end.
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["resources", "owners", "accounts", "credit", "balances", "transactions"])]
    fetch: Vec<reading::What>,
    /// Get a second access token with the refresh token before reading.
    #[arg(long)]
    refresh: bool,
    /// Leave the consent as it is instead of revoking it at the end.
    #[arg(long)]
    keep: bool,
}

pub(super) async fn run(
    arguments: &Arguments,
    settings: &Settings,
    env: Env,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let wanted = arguments.consent(&env)?;
    let store = process::open_store(settings, &env).await?;
    let ground = Ground::find(settings, &env, out).await?;
    let connector = process::connector(settings, &env, &store, ground.kit().cloned())?;
    let mut script = Script::new(out);
    let ended = match find(&connector, &arguments.institution, &mut script).await {
        Ok(institution) => {
            let journey = journey::Journey {
                connector: &connector,
                institution: &institution,
                redirect_uri: ground.redirect_uri(settings),
                approval: ground.approval(&institution, &arguments.cpf),
                arguments,
            };
            journey.run(&wanted, &mut script).await
        }
        Err(error) => Err(error),
    };
    ground.leave().await;
    store.close().await;
    match ended {
        Ok(()) => {
            script.line("done", "the whole journey")?;
            Ok(ExitCode::SUCCESS)
        }
        // The script has said it already, beside its step.
        Err(_) => Ok(ExitCode::FAILURE),
    }
}

impl Arguments {
    fn consent(&self, env: &Env) -> anyhow::Result<NewConsent> {
        let company = self.cnpj.clone().map(|cnpj| (cnpj, "Probe".to_owned()));
        Ok(NewConsent {
            permissions: permissions(&self.permissions, company.is_some())?,
            identification: Identification { cpf: self.cpf.clone(), name: "Probe".to_owned(), company },
            expires_at: ConsentDuration::Months12.end(env.now()),
        })
    }
}

/// Reads categories and permissions, which may be mixed.
fn permissions(words: &[String], business: bool) -> anyhow::Result<PermissionSet> {
    let mut all: Vec<Permission> = Vec::new();
    for word in words.iter().map(|word| word.trim().to_ascii_uppercase()) {
        match (word.parse::<Category>(), word.parse::<Permission>()) {
            (Ok(category), _) => all.extend(PermissionSet::for_categories(&[category], business).iter()),
            (_, Ok(permission)) => all.push(permission),
            _ => anyhow::bail!("--permissions: {word} is neither a category nor a permission"),
        }
    }
    anyhow::ensure!(!all.is_empty(), "--permissions is empty");
    Ok(all.into_iter().collect())
}

async fn find(
    connector: &vinculo_connector::OpenFinance,
    code: &InstitutionCode,
    script: &mut Script<'_, impl Write>,
) -> anyhow::Result<Institution> {
    let found = async {
        let all = connector.institutions().await?;
        let known: Vec<String> = all.iter().map(|institution| institution.code.to_string()).take(20).collect();
        let institution = all.into_iter().find(|institution| institution.code == *code);
        let institution =
            institution.with_context(|| format!("no such institution; known are {}", known.join(", ")))?;
        let said = format!("{}, {}", institution.display_name, institution.discovery_url);
        Ok((institution, said))
    };
    script.step("institution", found).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_and_permissions_can_be_mixed() {
        let words = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        let set = permissions(&words("register,ACCOUNTS_READ"), false).unwrap();
        assert!(
            set.contains(Permission::CustomersPersonalIdentificationsRead) && set.contains(Permission::AccountsRead)
        );
        assert!(!set.contains(Permission::AccountsBalancesRead));
        let set = permissions(&words("REGISTER"), true).unwrap();
        assert!(set.contains(Permission::CustomersBusinessIdentificationsRead));
        assert_eq!(permissions(&words("RESOURCES_READ"), false).unwrap().iter().count(), 1);
        assert!(permissions(&words("EVERYTHING"), false).is_err());
        assert!(permissions(&[], false).is_err());
    }
}
