//! All SQL of the product: SQLite and PostgreSQL from one SQL text and one migrations folder, sealing at rest, jobs.
//!
//! [`Store`] is the database; reads go through it or through a [`Tx`]; every write goes through a [`Tx`], one
//! transaction per decision. One file per table; each holds the public types, the statements, and both `impl`s.
//!
//! # Two databases
//!
//! Statements use only what both understand, `$1` placeholders, `ON CONFLICT … RETURNING` and partial indexes included;
//! the macros of `on` instantiate one body for each. The few differences stand in `dialect`. SQLite has one connection
//! that writes (`BEGIN IMMEDIATE`) and a pool that reads. Rejected: sqlx's `Any` (no booleans on SQLite, no LISTEN) and an
//! ORM (hides the statements that matter here: claims, guarded updates, batched upserts).
//!
//! # Sealing
//!
//! What filters and order need stands in clear. Everything else that is personal or secret is AES-256-GCM under a key
//! per link, bound to its table, column and row; link keys are wrapped under the ring of [`MasterKeys`], as are
//! tokens, sessions, registrations, endpoints and job payloads. [`Tx::erase_link`] erases the key first. Documents,
//! account numbers and the banks' ids are found by keyed hash. Amounts, dates and types of transactions are in clear:
//! they must be compared by the database.
//!
//! # Isolation
//!
//! A method that serves the API takes the application and sees only what belongs to it. Methods by id alone
//! (`link_by_id`, `consent_by_id`, …) are for jobs and for the widget.

mod on;

mod account;
mod allowance;
mod api_key;
mod application;
mod audit;
mod balance;
mod bill;
mod change;
mod column;
mod consent;
mod consent_history;
mod delivery;
mod delivery_log;
mod dialect;
mod endpoint;
mod endpoint_change;
mod error;
mod event;
mod exchange;
mod funnel;
mod hash;
mod institution;
mod investment;
mod investment_transaction;
mod job;
mod lent;
mod link;
mod link_key;
mod master;
mod old_event;
mod owner;
mod pending;
mod person;
mod portal_visit;
mod progress;

mod query;
mod record;
mod refresh;
mod registration;
mod schedule;
mod seal;
pub mod secret;
mod session;
mod settle;
mod signing;
mod store;
mod sync;
mod token;
mod transaction;
mod tx;

pub use account::{AccountFilter, NewAccount};
pub use allowance::AllowanceKey;
pub use api_key::{ApiKey, Caller, NewApiKey};
pub use application::Application;
pub use audit::{AuditEntry, AuditFilter};
pub use balance::{BalanceFilter, NewBalance};
pub use bill::{BillFilter, BillPage, NewBill, StoredBill};
pub use consent::{BankAnswer, Consent, ConsentFilter, ConsentRecord, ConsentSecrets, PendingAuthorization};
pub use consent_history::ConsentChange;
pub use delivery::{Attempt, Delivery, DeliveryFilter, DeliveryStatus, DeliveryWork, Outcome};
pub use delivery_log::{LoggedAttempt, LoggedDelivery};
pub use endpoint::{Endpoint, PauseReason};
pub use error::{Result, StoreError};
pub use event::{Event, EventFilter};
pub use exchange::{ExchangeFilter, NewExchange, NewExchangeEvent};
pub use funnel::{FunnelFilter, Reached, StageCount};
pub use institution::{InstitutionFilter, InstitutionHealth};
pub use investment::{InvestmentFilter, NewInvestment, StoredInvestment};
pub use investment_transaction::{
    InvestmentTransactionFilter, InvestmentTransactionPage, NewInvestmentTransaction, StoredInvestmentTransaction,
};
pub use job::{AfterFailure, ClaimedJob, DeadJob, JobCounts, JobWakes, NewJob};
pub use link::{BankTokens, Link, LinkFilter, LinkPatch, StoredTokens};
pub use master::MasterKeys;
pub use old_event::RemovedEvents;
pub use owner::{NewOwner, OwnerFilter};
pub use pending::is_there;
pub use portal_visit::{PortalVisit, Proven};
pub use progress::Progress;
pub use query::{Compare, OneOf, Page, Paging, Stored};
pub use record::{Known, KnownRecords};
pub use refresh::Freshness;
pub use registration::Registration;
pub use session::{SessionEvent, SessionFilter, WidgetSession};
pub use settle::Settled;
pub use signing::{PreviousSecret, SigningSecrets};
pub use store::Store;
pub use sync::{TransactionChanges, TransactionCursor};
pub use token::Token;
pub use transaction::{NewTransaction, StoredTransaction, TransactionFilter, TransactionPage, TransactionTotals};
pub use tx::Tx;
