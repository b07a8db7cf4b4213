//! Test support: the real program in a box, driven from outside as its users drive it.
//!
//! Nothing here reaches into the product: [`App`] starts the `vinculo` binary on free ports with an empty data folder,
//! [`Journey`] walks through the widget and the bank by plain HTTP, [`Browser`] does so in a real Chromium,
//! [`Receiver`] collects webhooks; [`Cluster`] is several such processes, with a [`Proxy`] on the way to their database. What a test needs and does not find, it skips loudly with [`need`], and fails
//! on when `VINCULO_TEST_REQUIRE_ALL` is set, as `cargo xtask test` does.

#![expect(clippy::print_stderr, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test support")]

mod app;
mod brands;
mod browser;
mod cluster;
mod eyes;
mod html;
mod journey;
mod landing;
mod needs;
mod person;
mod proxy;
mod receiver;
mod scriptless;
mod tour;
mod wait;

pub use app::{App, AppBuilder, Credentials, Database};
pub use brands::institutions;
pub use browser::Browser;
pub use cluster::Cluster;
pub use eyes::{Look, Scheme};
pub use html::{Form, form, text_between};
pub use journey::{Ending, Journey};
pub use landing::{Landing, Visit};
pub use needs::{need, setting};
pub use person::Person;
pub use proxy::{Proxy, Wire};
pub use receiver::{Received, Receiver};
pub use tour::Tour;
pub use wait::eventually;
