//! Schedules: rows with the time of the next run, moved on by whoever is first. Several processes need no leader.

use jiff::Timestamp;

use crate::Result;
use crate::Tx;
use crate::column::us;
use crate::on::exec;

impl Tx {
    /// Takes a run of the schedule `name` if it is due at `now`, and sets the next one. Returns false when it is not
    /// due, or when another process took it. A schedule that is not known yet is due.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn take_schedule(&mut self, name: &str, now: Timestamp, next_at: Timestamp) -> Result<bool> {
        let sql = "INSERT INTO schedules (name, next_at) VALUES ($1, $3)
             ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at WHERE schedules.next_at <= $2";
        Ok(exec!(self.on(), sql, name, us(now), us(next_at))? == 1)
    }
}
