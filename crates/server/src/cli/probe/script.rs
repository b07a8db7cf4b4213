//! The printed course of a journey: when, what, how long, with which result.

use std::io::Write;
use std::time::Instant;

use vinculo_domain::{Clock as _, SystemClock};

/// Prints one line per step.
pub(super) struct Script<'a, W> {
    out: &'a mut W,
}

impl<'a, W: Write> Script<'a, W> {
    pub(super) fn new(out: &'a mut W) -> Self {
        Self { out }
    }

    /// Does a step and prints how it went.
    pub(super) async fn step<T>(
        &mut self,
        name: &str,
        doing: impl Future<Output = anyhow::Result<(T, String)>>,
    ) -> anyhow::Result<T> {
        let begun = Instant::now();
        let done = doing.await;
        let took_ms = begun.elapsed().as_millis();
        let at = SystemClock.now().strftime("%H:%M:%S%.3f").to_string();
        match done {
            Ok((value, said)) => {
                writeln!(self.out, "{at}  ok    {name:<14} {took_ms:>6} ms  {said}")?;
                Ok(value)
            }
            Err(error) => {
                writeln!(self.out, "{at}  FAIL  {name:<14} {took_ms:>6} ms  {error:#}")?;
                Err(error)
            }
        }
    }

    /// Prints a line without a step.
    pub(super) fn line(&mut self, name: &str, said: &str) -> anyhow::Result<()> {
        let at = SystemClock.now().strftime("%H:%M:%S%.3f").to_string();
        Ok(writeln!(self.out, "{at}        {name:<14} {:>6}     {said}", "")?)
    }
}
