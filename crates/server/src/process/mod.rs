//! The process: what is started in which order, and how it ends.

mod clock;
mod demo;
mod files;
mod keys;
mod kit;
mod logs;
mod network;
pub(crate) mod receiver;
mod registrations;
mod roles;
mod serve;
mod stop;
mod store;
mod web;

pub(crate) use clock::environment;
pub(crate) use files::{make_folder, replace as replace_file};
pub(crate) use kit::{Kit, load as load_kit};
pub(crate) use logs::init as init_logs;
pub(crate) use network::{
    connector, connector_with, kit as sandbox_kit, open_sandbox, public_keys, sandbox_client, webhook_addresses,
};
pub(crate) use roles::{Role, Roles};
pub(crate) use serve::serve;
pub(crate) use store::{existing_master_keys, look as look_at_store, master_keys, open as open_store};
