//! Running futures without a runtime.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

/// Runs one future on this thread. For stores that need no runtime; the others bring their own.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(done) => return done,
            Poll::Pending => thread::park(),
        }
    }
}

/// Runs all futures at once on this task, and answers in their order.
pub async fn join_all<T>(futures: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut running: Vec<Running<_, T>> = futures
        .into_iter()
        .map(|future| Running::Busy(Box::pin(future)))
        .collect();
    std::future::poll_fn(|context| {
        let busy = running
            .iter_mut()
            .filter_map(|it| it.poll(context).is_pending().then_some(()))
            .count();
        if busy == 0 {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    running.into_iter().filter_map(Running::done).collect()
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

enum Running<F, T> {
    Busy(Pin<Box<F>>),
    Done(T),
}

impl<F: Future<Output = T>, T> Running<F, T> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Self::Busy(future) = self {
            match future.as_mut().poll(context) {
                Poll::Ready(done) => *self = Self::Done(done),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(())
    }

    fn done(self) -> Option<T> {
        match self {
            Self::Busy(_) => None,
            Self::Done(done) => Some(done),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Is ready at the second look.
    async fn later(n: u32) -> u32 {
        let mut looked = false;
        std::future::poll_fn(|context| {
            if looked {
                return Poll::Ready(());
            }
            looked = true;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        n
    }

    #[test]
    fn futures_are_answered_in_their_order() {
        let all = block_on(join_all((0..5).map(later)));
        assert_eq!(all, [0, 1, 2, 3, 4]);
    }
}
