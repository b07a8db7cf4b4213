//! The tables: JSON records by text key.

use std::marker::PhantomData;

use redb::{ReadableTable, TableDefinition};
use serde::de::DeserializeOwned;

use super::{AccessToken, Client, Code, Consent, Grant, Interaction, Outcome, Pushed, Seen, Software, StateError};
use crate::faults::Kept;
use crate::usage::{Count, Limits};

/// A table whose records are `T`.
pub(crate) struct Table<T> {
    name: &'static str,
    record: PhantomData<fn() -> T>,
}

impl<T> Table<T> {
    const fn new(name: &'static str) -> Self {
        Self { name, record: PhantomData }
    }

    /// The table as redb knows it.
    pub(super) fn definition(&self) -> TableDefinition<'static, &'static str, &'static [u8]> {
        TableDefinition::new(self.name)
    }
}

/// Software statements of the directory, by software id.
pub(crate) static SOFTWARES: Table<Software> = Table::new("softwares");
/// Registered clients, by `brand|client_id`.
pub(crate) static CLIENTS: Table<Client> = Table::new("clients");
/// Consents, by consent id.
pub(crate) static CONSENTS: Table<Consent> = Table::new("consents");
/// Pushed authorization requests, by `request_uri`.
pub(crate) static PUSHED: Table<Pushed> = Table::new("pushed");
/// Authenticated visits to the confirmation page, by id.
pub(crate) static INTERACTIONS: Table<Interaction> = Table::new("interactions");
/// Authorization codes, by hash.
pub(crate) static CODES: Table<Code> = Table::new("codes");
/// Grants, by id.
pub(crate) static GRANTS: Table<Grant> = Table::new("grants");
/// Access tokens, by hash.
pub(crate) static TOKENS: Table<AccessToken> = Table::new("tokens");
/// Refresh tokens: their grant's id, by hash.
pub(crate) static REFRESH: Table<String> = Table::new("refresh");
/// Ids of client assertions and request objects seen, by `kind|client|jti`.
pub(crate) static SEEN: Table<Seen> = Table::new("seen");
/// Forced outcomes, by id.
pub(crate) static OUTCOMES: Table<Outcome> = Table::new("outcomes");

/// Faults in force, by number.
pub(crate) static FAULTS: Table<Kept> = Table::new("faults");

/// Calls of data APIs, by month, brand, receiver, customer, endpoint and resource.
pub(crate) static USAGE: Table<Count> = Table::new("usage");
/// The limits in force: one record.
pub(crate) static LIMITS: Table<Limits> = Table::new("limits");

/// Makes every table, so that reading never finds one missing.
pub(super) fn create_all(tx: &redb::WriteTransaction) -> Result<(), StateError> {
    let names = [
        SOFTWARES.name,
        CLIENTS.name,
        CONSENTS.name,
        PUSHED.name,
        INTERACTIONS.name,
        CODES.name,
        GRANTS.name,
        TOKENS.name,
        REFRESH.name,
        SEEN.name,
        OUTCOMES.name,
        FAULTS.name,
        USAGE.name,
        LIMITS.name,
    ];
    for name in names {
        let definition: TableDefinition<'_, &str, &[u8]> = TableDefinition::new(name);
        tx.open_table(definition).map_err(redb::Error::from)?;
    }
    Ok(())
}

/// Reads one record.
pub(super) fn read<T: DeserializeOwned>(
    rows: &impl ReadableTable<&'static str, &'static [u8]>,
    key: &str,
) -> Result<Option<T>, StateError> {
    let found = rows.get(key).map_err(redb::Error::from)?;
    Ok(found.map(|bytes| serde_json::from_slice(bytes.value())).transpose()?)
}

/// Reads every record.
pub(super) fn read_all<T: DeserializeOwned>(
    rows: &impl ReadableTable<&'static str, &'static [u8]>,
) -> Result<Vec<(String, T)>, StateError> {
    let mut all = Vec::new();
    for row in rows.iter().map_err(redb::Error::from)? {
        let (key, bytes) = row.map_err(redb::Error::from)?;
        all.push((key.value().to_owned(), serde_json::from_slice(bytes.value())?));
    }
    Ok(all)
}
