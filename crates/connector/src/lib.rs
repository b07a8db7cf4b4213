//! Data from institutions.
//!
//! A [`Connector`] knows how to reach institutions of one kind: which there are, how a person consents, and how
//! their data is read. It speaks the institution's wire on one side and the words of `vinculo-domain` on the
//! other: drafts of owners, accounts, balances, bills, transactions, investments and exchanges, without ids of ours. It
//! never sees a database;
//! the one thing that it needs kept, the registration at each bank, goes through [`RegistrationStore`].
//!
//! [`OpenFinance`] is the connector for Open Finance Brasil:
//!
//! | Module | Duty |
//! |---|---|
//! | `directory` | participants document → institutions; software statement |
//! | `registration` | the client at each authorization server, made at first use |
//! | `consent`, `authorize` | consents v3, pushed request, callback checks, tokens |
//! | `fetch` | customers, accounts, cards, contracts, bills, transactions, investments, exchanges: bounded, paged by `links.next` only |
//! | `wire` | the regulated JSON, read with tolerance |
//! | `map` | from the wire to the records of the API |
//!
//! Everything from outside is bounded: the size and depth of a body, the time of a call, the number of pages and
//! of attempts. Reads are repeated with a growing, jittered wait that respects `Retry-After`; writes never.

mod connector;
mod error;
mod meter;
mod openfinance;
mod types;

pub use connector::Connector;
pub use error::{ConnectorError, IdTokenError, ProtocolError};
pub use meter::{Call, Endpoint, Meter, Outcome};
pub use openfinance::{
    BrandSettings, DirectorySettings, FixedInstitution, Identity, KeyPem, Limits, Membership, OpenFinance,
    OpenFinanceSettings, OwnIdentity, Registration, RegistrationError, RegistrationStore, Retry, Transport,
    TransportPem,
};
pub use types::{
    Access, AccountReading, Answer, Authorization, AuthorizationRequest, BankConsent, CreditFamily, CreditList,
    Extension, NewConsent, PageOf, PageToken, Pending, SharedResource, SharedResourceStatus, Tokens, Window,
};
