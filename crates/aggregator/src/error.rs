use vinculo_connector::ConnectorError;
use vinculo_store::StoreError;

use crate::failure::DataError;

/// What can go wrong here. Texts are for the log and hold nothing personal.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was named is not there, or belongs to another application.
    #[error("the record is not there")]
    NotFound,
    /// Data could not be had; the variant says what the caller is told.
    #[error("data could not be had: {}", .0.code())]
    Data(DataError),
    /// The institution did not give what was asked for.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something stored has a shape that this version does not know.
    #[error("stored content of {0} cannot be read")]
    Corrupt(&'static str),
    /// The HTTP client of webhooks cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}

impl Error {
    /// Returns what an application that asked for data is told; `None` for errors that are not about the institution.
    pub fn data(&self) -> Option<DataError> {
        match self {
            Self::Data(error) => Some(*error),
            Self::Connector(error) => Some(DataError::from_connector(error)),
            _ => None,
        }
    }
}
