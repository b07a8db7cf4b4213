//! The sandbox's bank approves by itself when it is told to, once, for one person.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use vinculo_domain::Cpf;

use crate::process::{self, Kit};

/// How long the sandbox may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// An approval that can be ordered.
pub(super) struct Approval {
    kit: Kit,
    cpf: String,
}

/// An approval that was ordered.
pub(super) struct Ordered {
    client: reqwest::Client,
    address: String,
}

impl Approval {
    pub(super) fn new(kit: Kit, cpf: &Cpf) -> Self {
        Self { kit, cpf: cpf.as_str().to_owned() }
    }

    /// Orders the approval of this person's next authorization.
    pub(super) async fn order(&self) -> anyhow::Result<Ordered> {
        let order = json!({"step": "authorize", "kind": "approved", "document": self.cpf, "times": 1});
        let client = process::sandbox_client(&self.kit, PATIENCE)?;
        let outcomes = format!("{}/sandbox/outcomes", self.kit.people_url());
        let answer = client.post(&outcomes).json(&order).send().await?.error_for_status()?;
        let answer: Value = answer.json().await?;
        let id = answer["id"].as_str().context("the sandbox named no outcome")?;
        Ok(Ordered { address: format!("{outcomes}/{id}"), client })
    }
}

impl Ordered {
    /// Takes the order back, for the case that it was not used.
    pub(super) async fn take_back(self) {
        if let Err(error) = self.client.delete(&self.address).send().await {
            tracing::warn!(error = %error.without_url(), "an approval is left at the sandbox");
        }
    }
}
