//! What the checks found, line by line.

use std::io::Write;
use std::process::ExitCode;

/// How a check went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// All is well; what was seen.
    Well(String),
    /// It works, and something should be done about it.
    Doubt(String),
}

impl Found {
    /// Doubts that were found, or `well` when there are none.
    pub(super) fn of(doubts: Vec<String>, well: impl Into<String>) -> Self {
        if doubts.is_empty() { Self::Well(well.into()) } else { Self::Doubt(doubts.join("; ")) }
    }
}

/// Collects findings as they are printed.
pub(super) struct Report<'a, W> {
    out: &'a mut W,
    doubts: usize,
    failures: usize,
}

impl<'a, W: Write> Report<'a, W> {
    pub(super) fn new(out: &'a mut W) -> Self {
        Self { out, doubts: 0, failures: 0 }
    }

    /// Prints what a check found.
    pub(super) fn say(&mut self, what: &str, found: anyhow::Result<Found>) -> anyhow::Result<()> {
        self.take(what, found.map(|found| ((), found))).map(drop)
    }

    /// Prints what a check found; returns what it gave for the checks that build on it.
    pub(super) fn take<T>(&mut self, what: &str, found: anyhow::Result<(T, Found)>) -> anyhow::Result<Option<T>> {
        match found {
            Ok((value, Found::Well(said))) => {
                writeln!(self.out, "ok    {what}: {said}")?;
                Ok(Some(value))
            }
            Ok((value, Found::Doubt(said))) => {
                self.doubts += 1;
                writeln!(self.out, "warn  {what}: {said}")?;
                Ok(Some(value))
            }
            Err(error) => {
                self.failures += 1;
                writeln!(self.out, "FAIL  {what}: {error:#}")?;
                Ok(None)
            }
        }
    }

    /// Prints the sum; only failures make a status other than 0.
    pub(super) fn end(self) -> anyhow::Result<ExitCode> {
        match (self.failures, self.doubts) {
            (0, 0) => writeln!(self.out, "All is well.")?,
            (failures, doubts) => writeln!(self.out, "{failures} failed, {doubts} to look at.")?,
        }
        Ok(if self.failures > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
