//! The `vinculo` binary as a library: settings, HTTP interfaces, command line, process.
//!
//! * [`Settings`] come from the environment, a file and defaults.
//! * [`AppState`] is what handlers share.
//! * [`router`] answers all HTTP: the API below `/api`, the widget, the demo, health.

mod demo;
mod router;
mod settings;
mod state;
mod token;
mod widget;

pub use router::router;
pub use settings::{Environment, LogFormat, MasterKey, MasterKeys, Settings, SettingsError};
pub use state::AppState;
pub use token::{Claims, TokenError, TokenKeys, TokenType};
