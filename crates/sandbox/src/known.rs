//! Clients that the settings name: known to every brand without a registration.

use serde_json::Value;
use vinculo_fapi::certificate::Certificate;
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::random;

use crate::brand::BRANDS;
use crate::network::Network;
use crate::state::{CLIENTS, Client, SOFTWARES, Software, StateError};
use crate::{KnownClient, KnownKeys, SandboxError, chance, directory};

/// Enters the clients of the settings, and forgets those that are no longer there.
pub(crate) fn enter(net: &Network, clients: &[KnownClient]) -> Result<(), SandboxError> {
    let known = clients.iter().map(|client| records(net, client)).collect::<Result<Vec<_>, _>>()?;
    let written = net.db.write_now(|tx| {
        for (key, earlier) in tx.all(&CLIENTS)? {
            if earlier.certificate.is_some() {
                tx.remove(&CLIENTS, &key)?;
            }
        }
        for (software, clients) in &known {
            tx.put(&SOFTWARES, &software.id, software)?;
            for client in clients {
                tx.put(&CLIENTS, &format!("{}|{}", client.brand, client.id), client)?;
            }
        }
        Ok::<_, StateError>(())
    });
    written.map_err(|error| SandboxError::State(error.to_string()))
}

/// What stands for a client's software, and the client at each brand.
fn records(net: &Network, known: &KnownClient) -> Result<(Software, Vec<Client>), SandboxError> {
    let refuse = |what: &str| SandboxError::Keys(format!("client {}: {what}", known.client_id));
    let keys = match &known.keys {
        KnownKeys::Set(jwks) => JwkSet::parse(jwks.as_bytes()).map_err(|error| refuse(&error.to_string()))?,
        KnownKeys::Address { .. } => JwkSet::default(),
    };
    if matches!(known.keys, KnownKeys::Set(_)) && keys.encryption_key().is_none() {
        return Err(refuse("its key set holds no encryption key with an id"));
    }
    let certificate = Certificate::from_pem(&known.certificates_pem).map_err(|error| refuse(&error.to_string()))?;
    let software = software(known, &keys).ok_or_else(|| refuse("its key set cannot be kept"))?;
    let scopes = directory::statement(&software, &net.urls).allowed_scopes();
    let client = |brand: &crate::Brand| Client {
        id: known.client_id.clone(),
        brand: brand.slug.to_owned(),
        software_id: software.id.clone(),
        organisation_id: String::new(),
        name: known.name.clone(),
        redirect_uris: known.redirect_uris.clone(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        jwks_uri: String::new(),
        // Nobody knows the token: such a client is managed by the settings alone.
        access_hash: chance::hash(&random::token()),
        metadata: Value::Object(serde_json::Map::new()),
        certificate: Some(certificate.thumbprint()),
        created_at: net.now(),
    };
    let clients = BRANDS.iter().map(client).collect();
    Ok((software, clients))
}

/// What stands for the software of a client. No certificate of the network's authority can name it: ids there are UUIDs.
pub(crate) fn software_id(client_id: &str) -> String {
    format!("settings:{client_id}")
}

fn software(known: &KnownClient, keys: &JwkSet) -> Option<Software> {
    let id = software_id(&known.client_id);
    Some(Software {
        label: id.clone(),
        id,
        organisation_id: String::new(),
        name: known.name.clone(),
        cnpj: String::new(),
        redirect_uris: known.redirect_uris.clone(),
        logo_uri: None,
        jwks: serde_json::to_value(keys).ok()?,
        transport_jwks: serde_json::json!({"keys": []}),
    })
}
