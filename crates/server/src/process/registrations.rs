use async_trait::async_trait;
use vinculo_connector::{Registration, RegistrationError, RegistrationStore};
use vinculo_domain::Env;
use vinculo_store::Store;

/// Keeps the connector's registrations in the database.
pub(super) struct Registrations {
    store: Store,
    env: Env,
}

impl Registrations {
    pub(super) fn new(store: Store, env: Env) -> Self {
        Self { store, env }
    }

    async fn find(&self, id: &str) -> vinculo_store::Result<Option<Registration>> {
        Ok(self.store.registration(id).await?.map(from_row))
    }

    async fn put(&self, registration: &Registration) -> vinculo_store::Result<Registration> {
        let mut tx = self.store.begin().await?;
        if let Some(first) = tx.registration(&registration.authorization_server_id).await? {
            return Ok(from_row(first));
        }
        tx.put_registration(&self.to_row(registration)).await?;
        tx.commit().await?;
        Ok(registration.clone())
    }

    /// The address of the registration has no column of its own: it is part of the bank's answer.
    fn to_row(&self, registration: &Registration) -> vinculo_store::Registration {
        let now = self.env.now();
        vinculo_store::Registration {
            authorization_server_id: registration.authorization_server_id.clone(),
            client_id: registration.client_id.clone(),
            metadata: registration.metadata.clone(),
            access_token: registration.registration_access_token.clone(),
            created_at: now,
            updated_at: now,
        }
    }
}

fn from_row(row: vinculo_store::Registration) -> Registration {
    let metadata: Option<serde_json::Value> = serde_json::from_str(&row.metadata).ok();
    let uri = metadata.as_ref().and_then(|m| m.get("registration_client_uri")).and_then(|uri| uri.as_str());
    Registration {
        registration_client_uri: uri.map(str::to_owned),
        authorization_server_id: row.authorization_server_id,
        client_id: row.client_id,
        registration_access_token: row.access_token,
        metadata: row.metadata,
    }
}

#[async_trait]
impl RegistrationStore for Registrations {
    async fn load(&self, id: &str) -> Result<Option<Registration>, RegistrationError> {
        self.find(id).await.map_err(|error| RegistrationError(error.to_string()))
    }

    async fn keep(&self, registration: &Registration) -> Result<Registration, RegistrationError> {
        self.put(registration).await.map_err(|error| RegistrationError(error.to_string()))
    }
}
