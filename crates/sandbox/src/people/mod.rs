//! The people of the sandbox network.
