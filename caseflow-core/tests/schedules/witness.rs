//! What has to hold at every moment of a schedule, seen after each commit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use caseflow_core::domain::attempt::AttemptState;
use caseflow_core::domain::changes::{Change, Changes};
use caseflow_core::domain::id::{AttemptId, InvoiceId, MailId};
use caseflow_core::domain::mail::Mail;
use caseflow_core::ports::store::InvoiceFile;

/// Sees every commit.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    wrongs: Vec<String>,
    mails: BTreeMap<MailId, Mail>,
    succeeded: BTreeMap<AttemptId, AttemptState>,
}

/// What is to be looked at once a commit is done.
pub(crate) struct About {
    pub(crate) invoices: BTreeSet<InvoiceId>,
    mails: Vec<Mail>,
}

impl Witness {
    pub(crate) fn about_to_see(&self, changes: &Changes) -> About {
        let attempts = changes.changes.iter().filter_map(|change| match change {
            Change::Attempt(write) => Some(write.value().invoice),
            _ => None,
        });
        About {
            invoices: attempts.collect(),
            mails: changes.mail.clone(),
        }
    }

    /// At most one live attempt (R-PAY-4), and none that leaves "succeeded" (R-PAY-6).
    pub(crate) fn sees(&self, file: &InvoiceFile) {
        let mut seen = self.seen.lock().unwrap();
        let attempts = file.attempts.iter().map(|attempt| &attempt.value);
        let live = attempts.clone().filter(|it| it.stage().is_live()).count();
        if live > 1 {
            let invoice = file.invoice.value.id;
            seen.wrongs
                .push(format!("{invoice} has {live} live attempts"));
        }
        for attempt in attempts {
            let before = seen.succeeded.get(&attempt.id);
            if before.is_some_and(|before| *before != attempt.state) {
                let wrong = format!("{} has left `succeeded`: {:?}", attempt.id, attempt.state);
                seen.wrongs.push(wrong);
            }
            if let AttemptState::Succeeded { .. } = attempt.state {
                seen.succeeded.insert(attempt.id, attempt.state.clone());
            }
        }
    }

    pub(crate) fn keeps(&self, about: About) {
        let mails = about.mails.into_iter().map(|mail| (mail.id, mail));
        self.seen.lock().unwrap().mails.extend(mails);
    }

    pub(crate) fn wrongs(&self) -> Vec<String> {
        self.seen.lock().unwrap().wrongs.clone()
    }

    /// Every mail that was ever put into the outbox.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.seen.lock().unwrap().mails.values().cloned().collect()
    }
}
