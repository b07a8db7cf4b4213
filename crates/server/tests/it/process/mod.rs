//! The program as a process: its first start, its commands, its log, and several of it on one database.

mod cluster;
mod commands;
mod described;
mod first_start;
mod journey;
mod portal;
mod portal_sign_in;
mod probe;
mod production;
mod rotation;
