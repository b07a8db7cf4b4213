/// What can go wrong in the store. No variant carries a value of a record.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// What a write refers to is not there, or belongs to another application, or has been erased.
    #[error("the record is not there")]
    NotFound,
    /// A unique value is taken, or someone else changed the record since it was read, or two transactions waited for
    /// each other: read again, try again.
    #[error("the record was changed or made by someone else")]
    Conflict,
    /// The job's lease ran out and another worker has it: roll back, do nothing more for it.
    #[error("the lease of the job was lost")]
    LeaseLost,
    /// Sealed content cannot be opened: wrong master key, moved or altered row.
    #[error("sealed content of {0} cannot be opened")]
    Sealed(&'static str),
    /// A stored value has a shape that this version does not know.
    #[error("stored content of {0} cannot be read")]
    Corrupt(&'static str),
    /// The address of the database or a master key cannot be used.
    #[error("the store is not configured rightly: {0}")]
    Configuration(&'static str),
    /// The migrations could not be applied.
    #[error("the migrations could not be applied")]
    Migrate(#[source] Box<sqlx::migrate::MigrateError>),
    /// The database failed.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
}

impl StoreError {
    /// Tells whether the database could not be reached, or is not ready to work: what was asked for may well go through
    /// in a moment. Anything else will fail again.
    pub fn is_outage(&self) -> bool {
        let Self::Database(error) = self else { return false };
        match error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                true
            }
            // Connection exceptions, too many connections, shutting down or starting up.
            sqlx::Error::Database(inner) => inner.code().is_some_and(|code| {
                code.starts_with("08") || code == "53300" || matches!(code.as_ref(), "57P01" | "57P02" | "57P03")
            }),
            _ => false,
        }
    }
}

/// Result of everything in the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Database(inner) if inner.is_unique_violation() => Self::Conflict,
            sqlx::Error::Database(inner) if inner.is_foreign_key_violation() => Self::NotFound,
            // Deadlock and serialization failure: nothing was written, and a second try will go through.
            sqlx::Error::Database(inner) if matches!(inner.code().as_deref(), Some("40P01" | "40001")) => {
                Self::Conflict
            }
            _ => Self::Database(error),
        }
    }
}
