use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};

use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::ports::sealer::{
    Fault, Seal, SealError, SealLevel, SealRequest, Sealed, Sealer, Verdict,
};

/// A sealer that keeps what it is asked to seal, writes a hash behind it, and fails when it is told
/// to. Its seals are [`SealLevel::Unsigned`]: anybody can make them.
#[derive(Debug)]
pub struct KeptSeals {
    issuer: &'static str,
    requests: Mutex<Vec<SealRequest>>,
    fault: Mutex<Option<SealFault>>,
}

/// How [`KeptSeals`] fails to seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealFault {
    /// There is too much to do.
    Busy,
    /// The key cannot be reached.
    Key,
    /// The time stamp cannot be had.
    Timestamp,
}

const MARK: &str = "\n%kept-seal ";

impl KeptSeals {
    /// A sealer whose seals are those of this issuer.
    #[must_use]
    pub fn of(issuer: &'static str) -> Self {
        Self {
            issuer,
            requests: Mutex::default(),
            fault: Mutex::default(),
        }
    }

    /// What was sealed so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<SealRequest> {
        locked(&self.requests).clone()
    }

    /// From now on every seal fails like this; with `None`, none does.
    pub fn fail(&self, fault: Option<SealFault>) {
        *locked(&self.fault) = fault;
    }
}

impl Default for KeptSeals {
    fn default() -> Self {
        Self::of("kept")
    }
}

#[async_trait]
impl Sealer for KeptSeals {
    async fn seal(&self, request: SealRequest) -> Result<Sealed, SealError> {
        match *locked(&self.fault) {
            Some(SealFault::Busy) => return Err(SealError::Busy),
            Some(SealFault::Key) => return Err(SealError::Key("told to fail".into())),
            Some(SealFault::Timestamp) => {
                return Err(SealError::Timestamp("told to fail".into()));
            }
            None => {}
        }
        if !request.pdf.starts_with(b"%PDF-") {
            return Err(SealError::NotAPdf);
        }
        if mark(&request.pdf).is_some() {
            return Err(SealError::AlreadySigned);
        }
        let words = [
            self.issuer,
            request.document.as_str(),
            request.reason.as_str(),
        ];
        let words = words.map(|it| hex(it.as_bytes())).join(" ");
        let said = format!("{} {words} ", request.signed_at.micros());
        let sum = sum(&request.pdf, &said);
        let bytes = [
            &request.pdf,
            MARK.as_bytes(),
            said.as_bytes(),
            sum.as_bytes(),
            b"\n",
        ];
        let bytes = bytes.concat();
        locked(&self.requests).push(request);
        Ok(Sealed {
            sha256: Sha256::digest(&bytes).into(),
            bytes,
            level: SealLevel::Unsigned,
            certificate: None,
        })
    }

    async fn check(&self, file: Vec<u8>) -> Result<Verdict, SealError> {
        if !file.starts_with(b"%PDF-") {
            return Ok(Verdict::NotAPdf);
        }
        let Some(at) = mark(&file) else {
            return Ok(Verdict::NoSignature);
        };
        Ok(self.read(&file[..at], &file[at + MARK.len()..]))
    }
}

impl KeptSeals {
    fn read(&self, body: &[u8], line: &[u8]) -> Verdict {
        let altered = |fault, ours| Verdict::Altered { fault, ours };
        let length = line.iter().position(|byte| *byte == b'\n');
        let Some((line, behind)) = length.map(|it| line.split_at(it)) else {
            return altered(Fault::Unreadable, false);
        };
        let line = String::from_utf8_lossy(line);
        let parts: Vec<&str> = line.split(' ').collect();
        let [at, issuer, document, reason, sum] = parts.as_slice() else {
            return altered(Fault::Unreadable, false);
        };
        let ours = *issuer == hex(self.issuer.as_bytes());
        let said = format!("{at} {issuer} {document} {reason} ");
        if *sum != self::sum(body, &said) {
            return altered(Fault::Content, ours);
        }
        if behind != b"\n" {
            return altered(Fault::Appended, ours);
        }
        let seal = Seal {
            signed_at: at.parse().ok().map(Timestamp::from_micros),
            document: line_of(document),
            reason: line_of(reason),
            ..Seal::default()
        };
        if ours {
            Verdict::Ours(seal)
        } else {
            Verdict::AnotherIssuers(seal)
        }
    }
}

fn mark(file: &[u8]) -> Option<usize> {
    file.windows(MARK.len())
        .rposition(|it| it == MARK.as_bytes())
}

fn sum(body: &[u8], said: &str) -> String {
    hex(&Sha256::new()
        .chain_update(body)
        .chain_update(said)
        .finalize())
}

fn hex(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

fn line_of<const MAX: usize>(digits: &str) -> Option<Line<MAX>> {
    let byte = |at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
    Line::parse(&String::from_utf8(bytes?).ok()?).ok()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
