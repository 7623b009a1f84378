//! Idempotency keys, as Stripe keeps them.

use std::collections::BTreeMap;

use super::call::Call;
use super::failure::Failure;
use super::form::Form;
use super::reply::Reply;

/// Keys are forgotten after a day.
const KEPT: i64 = 86_400;
const LONGEST: usize = 255;

/// The keys of requests that run or ran.
#[derive(Debug, Default)]
pub(super) struct Keys(BTreeMap<String, Entry>);

#[derive(Debug)]
struct Entry {
    path: String,
    form: Form,
    at: i64,
    /// None while the request runs.
    reply: Option<Reply>,
}

/// What a key says about a request.
#[derive(Debug)]
pub(super) enum Admission {
    /// It may run.
    Run,
    /// It ran already, with this reply.
    Replay(Reply),
}

impl Keys {
    /// Asks whether the request with this key may run, and if so, notes that it does.
    pub(super) fn admit(&mut self, key: &str, call: &Call, now: i64) -> Result<Admission, Failure> {
        if key.len() > LONGEST {
            let message = format!("Idempotency keys may have up to {LONGEST} characters.");
            return Err(Failure::plain(400, message));
        }
        self.0
            .retain(|_, entry| entry.reply.is_none() || entry.at + KEPT > now);
        if let Some(entry) = self.0.get(key) {
            return entry.compare(key, call);
        }
        let entry = Entry {
            path: call.path.clone(),
            form: call.form.sorted(),
            at: now,
            reply: None,
        };
        self.0.insert(key.to_owned(), entry);
        Ok(Admission::Run)
    }

    /// Keeps what a request came to.
    pub(super) fn keep(&mut self, key: &str, reply: &Reply) {
        if let Some(entry) = self.0.get_mut(key) {
            entry.reply = Some(reply.clone());
        }
    }

    /// Lets the key of a request that came to nothing be used again.
    pub(super) fn free(&mut self, key: &str) {
        if self.0.get(key).is_some_and(|entry| entry.reply.is_none()) {
            self.0.remove(key);
        }
    }
}

impl Entry {
    fn compare(&self, key: &str, call: &Call) -> Result<Admission, Failure> {
        if self.path != call.path {
            return Err(mismatch(format!(
                "Keys for idempotent requests can only be used for the same endpoint they were \
                 first used for ('{}' vs '{}'). Try using a key other than '{key}' if you meant to \
                 execute a different request.",
                call.path, self.path
            )));
        }
        if self.form != call.form.sorted() {
            return Err(mismatch(format!(
                "Keys for idempotent requests can only be used with the same parameters they were \
                 first used with. Try using a key other than '{key}' if you meant to execute a \
                 different request."
            )));
        }
        match &self.reply {
            Some(reply) => Ok(Admission::Replay(reply.clone())),
            None => Err(busy(key)),
        }
    }
}

fn mismatch(message: String) -> Failure {
    Failure {
        kind: "idempotency_error",
        ..Failure::plain(400, message)
    }
}

fn busy(key: &str) -> Failure {
    let message = format!(
        "There is currently another in-progress request using this Idempotent Key (that probably \
         means you submitted twice, and the other request is still going through): {key}. Please \
         try again later."
    );
    Failure {
        kind: "idempotency_error",
        code: Some("idempotency_key_in_use"),
        ..Failure::plain(409, message)
    }
}
