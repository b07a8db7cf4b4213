//! One body of code on either database: [`On`] is a connection plus what sealing needs, and the macros below
//! instantiate a statement for both.

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Sqlite, SqliteConnection};

use crate::lent::Lent;
use crate::store::Shared;

pub(crate) enum Conn<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

/// What every read and write gets.
pub(crate) struct On<'a> {
    pub(crate) conn: Conn<'a>,
    pub(crate) shared: &'a Shared,
}

/// A connection of the pool, for reading.
pub(crate) enum Lane {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(Lent),
}

impl Lane {
    pub(crate) fn on<'a>(&'a mut self, shared: &'a Shared) -> On<'a> {
        let conn = match self {
            Self::Sqlite(conn) => Conn::Sqlite(conn),
            Self::Postgres(conn) => Conn::Postgres(conn),
        };
        On { conn, shared }
    }
}

/// Instantiates `$body` for each database, with the database's type and its connection. What it gives is the result of
/// one statement, which has a bound on PostgreSQL.
macro_rules! sql {
    ($on:expr, $db:ident, $conn:ident => $body:expr) => {
        match &mut $on.conn {
            $crate::on::Conn::Sqlite($conn) => {
                type $db = ::sqlx::Sqlite;
                let $conn = &mut **$conn;
                $body
            }
            $crate::on::Conn::Postgres($conn) => {
                type $db = ::sqlx::Postgres;
                let $conn = &mut **$conn;
                $crate::lent::bounded(async { $body }).await
            }
        }
    };
}

/// Runs a statement and gives the number of rows it touched.
macro_rules! exec {
    ($on:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::on::sql!($on, DB, conn => ::sqlx::query::<DB>($sql)$(.bind($bind))*.execute(conn).await
            .map(|done| done.rows_affected()))
        .map_err($crate::StoreError::from)
    };
}

/// Reads at most one row.
macro_rules! one {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::on::sql!($on, DB, conn => ::sqlx::query_as::<DB, $row>($sql)$(.bind($bind))*.fetch_optional(conn).await)
        .map_err($crate::StoreError::from)
    };
}

/// Reads all rows.
macro_rules! all {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::on::sql!($on, DB, conn => ::sqlx::query_as::<DB, $row>($sql)$(.bind($bind))*.fetch_all(conn).await)
        .map_err($crate::StoreError::from)
    };
}

/// Offers a read on [`Store`](crate::Store), through the pool, and on [`Tx`](crate::Tx), inside the transaction.
macro_rules! reads {
    ($($(#[$doc:meta])* fn $name:ident($($arg:ident: $ty:ty),* $(,)?) -> $out:ty = $body:path;)*) => {
        impl $crate::Store {$(
            $(#[$doc])*
            ///
            /// # Errors
            /// [`StoreError`](crate::StoreError) when the database fails or sealed content cannot be opened.
            pub async fn $name(&self, $($arg: $ty),*) -> $crate::Result<$out> {
                let mut lane = self.reader().await?;
                $body(&mut lane.on(&self.shared), $($arg),*).await
            }
        )*}

        impl $crate::Tx {$(
            $(#[$doc])*
            ///
            /// # Errors
            /// [`StoreError`](crate::StoreError) when the database fails or sealed content cannot be opened.
            pub async fn $name(&mut self, $($arg: $ty),*) -> $crate::Result<$out> {
                $body(&mut self.on(), $($arg),*).await
            }
        )*}
    };
}

pub(crate) use {all, exec, one, reads, sql};
