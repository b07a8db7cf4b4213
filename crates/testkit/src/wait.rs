use std::future::Future;
use std::time::{Duration, Instant};

/// Asks again and again until `probe` gives a value. Another process is a thing that can only be asked.
///
/// # Panics
/// After four minutes, with `what` in the message: long enough for the slowest machine, and no test waits for it when all is well.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut probe: impl FnMut() -> F) -> T {
    let deadline = Instant::now() + Duration::from_secs(240);
    loop {
        if let Some(value) = probe().await {
            return value;
        }
        assert!(Instant::now() < deadline, "never happened: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
