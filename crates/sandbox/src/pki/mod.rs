//! The network's own CA, and the files that keep keys and certificates between starts.

mod ca;
mod files;
mod subject;

pub(crate) use ca::{Authority, new_key};
pub(crate) use files::Folder;
pub(crate) use subject::Holder;
