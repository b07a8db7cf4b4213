use async_trait::async_trait;
use serde_json::Value;
use vinculo_connector::{Registration, RegistrationError, RegistrationStore};
use vinculo_domain::Env;
use vinculo_store::Store;

/// Where the registration is managed; the standard's name, beside the bank's answer.
const CLIENT_URI: &str = "registration_client_uri";
/// What it was made with; a name that no standard has.
const MADE_WITH: &str = "vinculo_made_with";

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

    async fn put_first(&self, registration: &Registration) -> vinculo_store::Result<Registration> {
        let mut tx = self.store.begin().await?;
        if let Some(first) = tx.registration(&registration.authorization_server_id).await? {
            return Ok(from_row(first));
        }
        tx.put_registration(&self.to_row(registration)).await?;
        tx.commit().await?;
        Ok(registration.clone())
    }

    async fn put(&self, registration: &Registration) -> vinculo_store::Result<()> {
        let mut tx = self.store.begin().await?;
        tx.put_registration(&self.to_row(registration)).await?;
        tx.commit().await
    }

    async fn remove(&self, id: &str) -> vinculo_store::Result<()> {
        let mut tx = self.store.begin().await?;
        tx.delete_registration(id).await?;
        tx.commit().await
    }

    /// What has no column of its own stands beside the bank's answer.
    fn to_row(&self, registration: &Registration) -> vinculo_store::Registration {
        let now = self.env.now();
        let mut metadata: Value = serde_json::from_str(&registration.metadata).unwrap_or_default();
        if !metadata.is_object() {
            metadata = Value::Object(serde_json::Map::new());
        }
        let beside = [(CLIENT_URI, &registration.registration_client_uri), (MADE_WITH, &registration.made_with)];
        for (name, value) in beside {
            if let Some(value) = value {
                metadata[name] = value.as_str().into();
            }
        }
        vinculo_store::Registration {
            authorization_server_id: registration.authorization_server_id.clone(),
            client_id: registration.client_id.clone(),
            metadata: metadata.to_string(),
            access_token: registration.registration_access_token.clone(),
            created_at: now,
            updated_at: now,
        }
    }
}

fn from_row(row: vinculo_store::Registration) -> Registration {
    let metadata: Value = serde_json::from_str(&row.metadata).unwrap_or_default();
    let text = |name: &str| metadata.get(name).and_then(Value::as_str).map(str::to_owned);
    Registration {
        registration_client_uri: text(CLIENT_URI),
        made_with: text(MADE_WITH),
        authorization_server_id: row.authorization_server_id,
        client_id: row.client_id,
        registration_access_token: row.access_token,
        metadata: row.metadata,
    }
}

fn failed(error: vinculo_store::StoreError) -> RegistrationError {
    RegistrationError(error.to_string())
}

#[async_trait]
impl RegistrationStore for Registrations {
    async fn load(&self, id: &str) -> Result<Option<Registration>, RegistrationError> {
        self.find(id).await.map_err(failed)
    }

    async fn keep(&self, registration: &Registration) -> Result<Registration, RegistrationError> {
        self.put_first(registration).await.map_err(failed)
    }

    async fn replace(&self, registration: &Registration) -> Result<(), RegistrationError> {
        self.put(registration).await.map_err(failed)
    }

    async fn forget(&self, registration: &Registration) -> Result<(), RegistrationError> {
        self.remove(&registration.authorization_server_id).await.map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::{ExposeSecret as _, SecretString};
    use vinculo_store::MasterKeys;

    fn registration(client: &str) -> Registration {
        Registration {
            authorization_server_id: "as".to_owned(),
            client_id: client.to_owned(),
            registration_access_token: Some(SecretString::from("rat")),
            registration_client_uri: Some("https://b.br/register/1".to_owned()),
            metadata: r#"{"redirect_uris":["https://r.br/"]}"#.to_owned(),
            made_with: Some("abc".to_owned()),
        }
    }

    #[tokio::test]
    async fn everything_is_kept_the_first_wins_and_can_be_replaced_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let env = Env::system();
        let url = format!("sqlite:{}", folder.path().join("t.db").display());
        let store = Store::connect(&url, MasterKeys::new(&[[7; 32]]).unwrap(), env.clone(), 2).await.unwrap();
        store.migrate().await.unwrap();
        let registrations = Registrations::new(store.clone(), env);
        assert_eq!(registrations.keep(&registration("one")).await.unwrap().client_id, "one");
        assert_eq!(registrations.keep(&registration("two")).await.unwrap().client_id, "one");
        let kept = registrations.load("as").await.unwrap().unwrap();
        assert_eq!(kept.registration_client_uri.as_deref(), Some("https://b.br/register/1"));
        assert_eq!(kept.made_with.as_deref(), Some("abc"));
        assert_eq!(kept.registration_access_token.as_ref().unwrap().expose_secret(), "rat");
        registrations.replace(&registration("two")).await.unwrap();
        assert_eq!(registrations.load("as").await.unwrap().unwrap().client_id, "two");
        registrations.forget(&kept).await.unwrap();
        assert!(registrations.load("as").await.unwrap().is_none());
        store.close().await;
    }
}
