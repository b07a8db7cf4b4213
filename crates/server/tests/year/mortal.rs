//! Processes that die in the middle of their work.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

/// How long a process lives: it dies with the so-and-so-manieth step that any of its work takes from one await to the next.
#[derive(Debug, Clone)]
pub(crate) struct Life(Arc<AtomicUsize>);

impl Life {
    pub(crate) fn of(steps: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(steps)))
    }

    pub(crate) fn without_end() -> Self {
        Self::of(usize::MAX)
    }

    pub(crate) fn is_over(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 0
    }

    /// Takes one step, if there is one left.
    fn step(&self) -> bool {
        let left = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| match left {
            usize::MAX => Some(left),
            left => left.checked_sub(1),
        });
        left.is_ok()
    }

    /// Does work as long as this life lasts; `None` when it ended before. What was under way is dropped where it stood.
    pub(crate) fn live<F: Future>(&self, work: F) -> Mortal<F> {
        Mortal { life: self.clone(), work: Some(Box::pin(work)) }
    }
}

/// Work that ends with its process.
pub(crate) struct Mortal<F> {
    life: Life,
    work: Option<Pin<Box<F>>>,
}

impl<F: Future> Future for Mortal<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if !self.life.step() {
            self.work = None;
            return Poll::Ready(None);
        }
        match &mut self.work {
            Some(work) => work.as_mut().poll(context).map(Some),
            None => Poll::Ready(None),
        }
    }
}
