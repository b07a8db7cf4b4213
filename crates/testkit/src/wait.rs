use std::future::Future;
use std::time::{Duration, Instant};

/// Asks again and again until `probe` gives a value. Another process is a thing that can only be asked.
///
/// # Panics
/// After 60 seconds, with `what` in the message.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut probe: impl FnMut() -> F) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(value) = probe().await {
            return value;
        }
        assert!(Instant::now() < deadline, "never happened: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
