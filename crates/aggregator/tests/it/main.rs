//! What happens to a link, against a real database and a bank that does as it is told.

mod bank;
mod connecting;
mod crashes;
mod deleting;
mod fetching;
mod leases;
mod retrieving;
mod sessions;
mod webhooks;
mod world;
