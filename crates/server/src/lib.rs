//! The `vinculo` binary as a library: settings, HTTP interfaces, command line, process.
//!
//! * [`Settings`] come from the environment, a file and defaults.
//! * [`AppState`] is what handlers share.
//! * [`router`] answers all HTTP: the API below `/api`, the widget, the portal, the demo, health.
//! * [`main`] is the program.
//!
//! A request passes, from the outside in: spelling of its address, request id and log line, compression, headers, error
//! envelope, time limit and panic barrier, body limit; then its handler, `api/<resource>/<verb>.rs`.

mod api;
mod cli;
mod demo;
mod http;
mod openapi;
mod portal;
mod process;
mod router;
mod settings;
mod state;
mod token;
mod widget;

pub use cli::main;
pub use router::router;
pub use settings::{
    DirectoryAddresses, Environment, InstitutionSettings, KeyFile, LogFormat, ReceiverSettings, SandboxClientSettings,
    Settings, SettingsError,
};
pub use state::{AppState, Parts};
pub use token::{Claims, TokenError, TokenKeys, TokenType};
