//! The words of the product.
//!
//! Typed ids, documents, money, institutions, permissions, consents, links, widget sessions, resources and
//! events. Nothing here does I/O, and nothing here reads a clock or draws a random number by itself: both
//! come in through [`Env`].
//!
//! A value that exists is valid. A [`Cpf`] has passed its check digits, an [`Amount`] has at most four
//! decimals, a [`CallbackUrl`] is an address that a browser may be sent to.

mod amount;
mod callback;
mod consent;
mod document;
mod duration;
mod env;
mod error;
mod event;
mod fingerprint;
mod id;
mod institution;
mod link;
mod permission;
mod resource;
mod session;
mod stage;
mod text;
mod theme;
mod warning;
mod widget;
mod widget_session;

pub mod model;

pub use amount::{Amount, Quantity, Rate};
pub use callback::{CallbackPolicy, CallbackUrl, HttpUrl};
pub use consent::{ConsentStatus, Identification, Rejection};
pub use document::{Cnpj, Cpf, Document};
pub use duration::ConsentDuration;
pub use env::{Clock, Entropy, Env, ManualClock, SeededEntropy, SystemClock, SystemEntropy};
pub use error::Invalid;
pub use event::{EventCode, EventType, ProcessType};
pub use fingerprint::fingerprint;
pub use id::{
    AccountId, ApplicationId, AuditId, BalanceId, BillId, ConsentId, DeliveryId, EndpointId, EventId, ExchangeEventId,
    ExchangeId, InvestmentId, InvestmentTransactionId, JobId, KeyId, LinkId, OwnerId, SessionId, TransactionId,
};
pub use institution::{ApiEndpoint, Institution, InstitutionCode, InstitutionKind, InstitutionStatus, Organisation};
pub use link::{AccessMode, LinkStatus, RefreshRate, StaleIn};
pub use permission::{Category, Grouping, Permission, PermissionSet};
pub use resource::{FetchResources, Resource};
pub use session::{ErrorCode, Locale, SessionStatus, Step};
pub use stage::Stage;
pub use text::{fold, mask_document};
pub use theme::{HexColor, Theme};
pub use warning::Warning;
pub use widget::{Branding, Callbacks, ColorScheme, Feature, WidgetConfig};
pub use widget_session::{
    ChosenInstitution, ErrorDetail, Handover, SessionError, SessionResult, SessionState, WidgetParams,
};
