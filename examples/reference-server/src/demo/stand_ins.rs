//! Ports for writing the past: a clock that is set, randomness that repeats, mail that stays here.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use caseflow_core::domain::text::Email;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::clock::Clock;
use caseflow_core::ports::entropy::Entropy;
use caseflow_core::ports::mailer::{Letter, Mailer, MailerError};
use sha2::{Digest as _, Sha256};

/// A clock that stands where it was set.
#[derive(Debug)]
pub(super) struct SetClock(AtomicI64);

impl SetClock {
    pub(super) fn new(at: Timestamp) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(at.micros())))
    }

    pub(super) fn set(&self, to: Timestamp) {
        self.0.store(to.micros(), Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }

    async fn sleep(&self, _span: Duration) {
        tokio::task::yield_now().await;
    }
}

/// Bytes that follow from a label: the same in every demonstration, and nobody's secret.
#[derive(Debug)]
pub(super) struct FixedEntropy {
    label: String,
    drawn: Mutex<u64>,
}

impl FixedEntropy {
    pub(super) fn new(label: &str) -> Arc<Self> {
        Arc::new(Self {
            label: label.to_owned(),
            drawn: Mutex::new(0),
        })
    }
}

impl Entropy for FixedEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(32) {
            let block = Sha256::new()
                .chain_update(drawn.to_be_bytes())
                .chain_update(&self.label)
                .finalize();
            *drawn += 1;
            chunk
                .iter_mut()
                .zip(block)
                .for_each(|(byte, drawn)| *byte = drawn);
        }
    }
}

/// Letters of the past: read here for their links, never sent.
#[derive(Debug, Default)]
pub(super) struct Drawer(Mutex<Vec<Letter>>);

impl Drawer {
    /// The link's secret in the last letter to `email`.
    pub(super) fn secret(&self, email: &Email) -> Option<String> {
        let letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let letter = letters.iter().rev().find(|letter| letter.to == *email)?;
        let mut words = letter.text.split_whitespace();
        let link = words.find(|word| word.starts_with("http"))?;
        link.rsplit('/').next().map(str::to_owned)
    }
}

#[async_trait]
impl Mailer for Drawer {
    async fn send(&self, letter: &Letter) -> Result<(), MailerError> {
        let mut letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        letters.push(letter.clone());
        Ok(())
    }
}
