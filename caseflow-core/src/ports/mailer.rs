//! The mail port.

use std::error::Error as StdError;
use std::fmt;

use async_trait::async_trait;

use crate::domain::id::MailId;
use crate::domain::setback::{MailReply, Setback};
use crate::domain::text::{Email, LanguageTag, Line};
use crate::domain::time::Timestamp;

/// Hands mail to whoever delivers it.
///
/// # Contract
/// * `Ok` means that somebody else is now answerable for the mail: an SMTP server said 250, a file
///   is on disk.
/// * A mail may be handed over twice (after a crash between sending and noting it). `id` is the
///   same then, and belongs into the `Message-ID`.
/// * `text` and `html` are two faces of one letter: a reader is shown one of them.
/// * What is enclosed goes along as attachments of the letter, under its own name and byte for byte.
/// * [`MailerError::Refused`] is final for this mail; after any other error it is tried again.
///
/// # The smallest one
/// ```
/// use std::sync::Mutex;
/// use async_trait::async_trait;
/// use caseflow_core::ports::mailer::{Letter, Mailer, MailerError};
///
/// #[derive(Debug, Default)]
/// struct Drawer(Mutex<Vec<Letter>>);
///
/// #[async_trait]
/// impl Mailer for Drawer {
///     async fn send(&self, letter: &Letter) -> Result<(), MailerError> {
///         self.0.lock().map_err(|_| MailerError::Unavailable("poisoned".into()))?.push(letter.clone());
///         Ok(())
///     }
/// }
/// # use caseflow_core::domain::id::{MailId, TypedId};
/// # use caseflow_core::domain::text::{Email, LanguageTag, Line};
/// # use caseflow_core::domain::time::Timestamp;
/// # let at = Timestamp::from_micros(0);
/// # let letter = Letter {
/// #     id: MailId::from_parts(at, [1; 10]),
/// #     at,
/// #     from_name: Line::parse("Blackwood & Partners")?,
/// #     reply_to: None,
/// #     to: Email::parse("ana@example.com")?,
/// #     to_name: "Ana".to_owned(),
/// #     language: LanguageTag::parse("en")?,
/// #     subject: "An invoice".to_owned(),
/// #     text: "Please see the portal.".to_owned(),
/// #     html: "<p>Please see the portal.</p>".to_owned(),
/// #     attachments: vec![],
/// # };
///
/// let drawer = Drawer::default();
/// # futures_executor::block_on(async {
/// drawer.send(&letter).await?;
/// assert_eq!(drawer.0.lock().unwrap().as_slice(), [letter]);
/// # Ok::<(), MailerError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[async_trait]
pub trait Mailer: fmt::Debug + Send + Sync {
    /// Sends one letter to one recipient.
    async fn send(&self, letter: &Letter) -> Result<(), MailerError>;
}

/// A mail, worded and ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The id of the outbox entry, the same at every attempt.
    pub id: MailId,
    /// When it is sent, for the `Date` header.
    pub at: Timestamp,
    /// The firm's name, for the `From` header.
    pub from_name: Line<120>,
    /// The firm's address, for the `Reply-To` header.
    pub reply_to: Option<Email>,
    /// The recipient's address.
    pub to: Email,
    /// The recipient's name.
    pub to_name: String,
    /// The language of the words.
    pub language: LanguageTag,
    /// The subject.
    pub subject: String,
    /// The body as plain text, lines ended by LF.
    pub text: String,
    /// The same as an HTML document that fetches nothing and runs nothing.
    pub html: String,
    /// What is enclosed.
    pub attachments: Vec<Attachment>,
}

/// A file that goes along with a letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What the file is called: ASCII letters, digits, dots, dashes and underscores.
    pub name: String,
    /// Its IANA media type.
    pub media_type: &'static str,
    /// The whole file.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("name", &self.name)
            .field("media_type", &self.media_type)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// Why a letter did not leave.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailerError {
    /// Nobody will ever take this letter; with what the server replied, if it was asked.
    #[error("the mail was refused")]
    Refused(Option<MailReply>, #[source] Box<dyn StdError + Send + Sync>),
    /// The server would not take it now.
    #[error("the mail was not taken now")]
    Deferred(MailReply, #[source] Box<dyn StdError + Send + Sync>),
    /// There is nobody to take it now.
    #[error("mail cannot be sent now")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// The connection could not be made secret.
    #[error("mail cannot be sent in secret")]
    Insecure(#[source] Box<dyn StdError + Send + Sync>),
}

impl MailerError {
    /// What is kept of it.
    #[must_use]
    pub const fn setback(&self) -> Setback {
        match self {
            Self::Refused(reply, _) => Setback::Refused(*reply),
            Self::Deferred(reply, _) => Setback::Deferred(*reply),
            Self::Unavailable(_) => Setback::Unreachable,
            Self::Insecure(_) => Setback::Insecure,
        }
    }
}
