//! `vinculo jwks`: our public keys.

use std::io::Write;

use anyhow::Context as _;
use vinculo_domain::InstitutionCode;

use crate::process::{self, receiver};
use crate::settings::Settings;

pub(super) fn run(code: Option<&InstitutionCode>, settings: &Settings, out: &mut impl Write) -> anyhow::Result<()> {
    let ours = process::public_keys(settings)?;
    let keys = match code {
        None => ours,
        Some(code) => {
            let found = settings.institutions.iter().find(|institution| institution.code == *code);
            receiver::public_keys_at(found.with_context(|| format!("{code} is not in [[institutions]]"))?, &ours)?
        }
    };
    Ok(writeln!(out, "{}", keys.to_json())?)
}
