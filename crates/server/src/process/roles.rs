/// A part of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Role {
    /// API, widget and demo.
    Web,
    /// Jobs.
    Worker,
    /// The sandbox bank network.
    Sandbox,
}

/// The parts that this process serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Roles {
    pub(crate) web: bool,
    pub(crate) worker: bool,
    pub(crate) sandbox: bool,
}

impl Roles {
    /// Only these, or all of them when none is named.
    pub(crate) fn of(only: &[Role]) -> Self {
        let has = |role| only.is_empty() || only.contains(&role);
        Self { web: has(Role::Web), worker: has(Role::Worker), sandbox: has(Role::Sandbox) }
    }
}
