//! The data APIs of the banks.
