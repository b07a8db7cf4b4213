//! The `vinculo` binary.

fn main() {}
