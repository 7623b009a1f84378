//! Work for a processor, done on threads of its own so that no caller's thread waits.

use std::error::Error;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use futures_channel::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// A fixed number of threads behind a bounded queue; they end when this value is dropped.
pub(super) struct Threads {
    jobs: SyncSender<Job>,
}

/// Why a job has no answer.
pub(super) enum Unanswered {
    /// The queue is full: the job was not taken.
    Busy,
    /// The job broke off, or no thread is left.
    Lost(Box<dyn Error + Send + Sync>),
}

impl Threads {
    /// Starts `count` threads (at least one); `waiting` jobs wait for each before the next is
    /// turned away.
    pub(super) fn start(name: &str, count: usize, waiting: usize) -> io::Result<Self> {
        let count = count.max(1);
        let (jobs, queue) = sync_channel::<Job>(count * waiting);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..count {
            let queue = Arc::clone(&queue);
            let thread = thread::Builder::new().name(name.to_owned());
            thread.spawn(move || work(&queue))?;
        }
        Ok(Self { jobs })
    }

    /// Waits for what the job answers.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unanswered> {
        let (done, answer) = oneshot::channel();
        let job = Box::new(move || {
            // Nobody to tell any more means that the request was given up.
            drop(done.send(job()));
        });
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Unanswered::Busy,
            TrySendError::Disconnected(_) => Unanswered::Lost("no thread is left".into()),
        })?;
        answer.await.map_err(|gone| Unanswered::Lost(gone.into()))
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    loop {
        // The guard is gone before the job runs: one thread waits, the others work.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A job that panics is one failed job, whose caller is told; the thread goes on to the next.
        drop(catch_unwind(AssertUnwindSafe(job)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_outlives_a_job_that_panics() {
        let threads = Threads::start("caseflow-test", 1, 2).unwrap();
        let broken = threads.run(|| -> u8 { panic!("a broken document") });
        let broken = futures_executor::block_on(broken);
        assert!(matches!(broken, Err(Unanswered::Lost(_))));
        let next = futures_executor::block_on(threads.run(|| 7));
        assert!(matches!(next, Ok(7)));
    }
}
