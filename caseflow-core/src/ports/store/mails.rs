use crate::domain::mail::Mail;
use crate::domain::page::PageQuery;
use crate::domain::setback::Setback;
use crate::domain::text::Email;
use crate::domain::time::Timestamp;

/// A mail that has not left, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// The mail.
    pub mail: Mail,
    /// Where it would go as things stand; none when nobody's address is known.
    pub address: Option<Email>,
    /// When it is tried next; none once it is a dead letter.
    pub next_try: Option<Timestamp>,
    /// How often it was tried.
    pub tries: u32,
    /// Why it did not leave; none before it was tried.
    pub setback: Option<Setback>,
}

impl MailRow {
    /// Whether it is tried again.
    #[must_use]
    pub const fn stage(&self) -> MailStage {
        match self.next_try {
            Some(_) => MailStage::Waiting,
            None => MailStage::Dead,
        }
    }
}

/// Whether a mail that has not left is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailStage {
    /// It is.
    Waiting,
    /// It is a dead letter.
    Dead,
}

impl MailStage {
    /// The lower-case name used in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Dead => "dead",
        }
    }
}

/// Which mails of the outbox a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MailQuery {
    /// Only those at this stage.
    pub stage: Option<MailStage>,
    /// Which page.
    pub page: PageQuery<()>,
}
