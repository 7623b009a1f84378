//! From what there is to files.

use bytes::Bytes;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::{JSON, secrets, table};
use crate::domain::access::{Section, Sections, open_sections};
use crate::domain::article::Article;
use crate::domain::client::{Client, Contact};
use crate::domain::file::FileRef;
use crate::domain::firm::Firm;
use crate::domain::page::{Page, PageQuery};
use crate::domain::time::Timestamp;
use crate::domain::vault::Details;
use crate::error::Error;
use crate::filing::DocumentContent;
use crate::paper::{Document, KeptFile};
use crate::ports::blobs::Content;
use crate::ports::pdf::PdfFile;
use crate::ports::store::HistoryRow;
use crate::vault::VaultFile;

/// What a file is called, before its path is made safe.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Called {
    pub(crate) folders: Vec<String>,
    pub(crate) name: String,
}

/// A file that can be read.
pub(crate) struct Ready {
    pub(super) called: Called,
    pub(super) media_type: String,
    pub(super) modified_at: Timestamp,
    /// How many bytes it has, where that is known.
    pub(super) size: Option<u64>,
    /// What it has to be, where that was written down.
    pub(super) expected: Option<FileRef>,
    pub(super) content: Content<'static>,
}

impl Called {
    pub(super) fn at_top(name: &str) -> Self {
        Self {
            folders: vec![],
            name: name.to_owned(),
        }
    }

    pub(super) fn within(folder: &str, name: String) -> Self {
        Self {
            folders: vec![folder.to_owned()],
            name,
        }
    }

    pub(super) fn pdf(folder: &str, title: &str) -> Self {
        Self::within(folder, format!("{title}.pdf"))
    }
}

impl Ready {
    /// A file that is at hand as a whole.
    pub(super) fn new(
        called: Called,
        media_type: &str,
        modified_at: Timestamp,
        bytes: impl Into<Bytes>,
    ) -> Self {
        let bytes = bytes.into();
        let size = Some(bytes.len() as u64);
        let piece = Ok(bytes);
        Self {
            called,
            media_type: media_type.to_owned(),
            modified_at,
            size,
            expected: None,
            content: Box::pin(futures_util::stream::iter([piece])),
        }
    }

    /// What the firm has on file of people.
    pub(crate) fn profile(called: Called, now: Timestamp, members: Map<String, Value>) -> Self {
        let text = format!("{:#}\n", Value::Object(members));
        Self::new(called, JSON, now, text)
    }

    /// A document that was made now.
    pub(crate) fn printed(called: Called, now: Timestamp, document: Document) -> Self {
        Self::new(called, PdfFile::MEDIA_TYPE, now, document.file.bytes)
    }

    /// The payment history as a table, as `read` answers its pages.
    pub(crate) fn history<R>(
        called: Called,
        now: Timestamp,
        read: impl Fn(PageQuery<NaiveDate>) -> R + Send + 'static,
    ) -> Self
    where
        R: Future<Output = Result<Page<HistoryRow, NaiveDate>, Error>> + Send + 'static,
    {
        Self {
            called,
            media_type: table::MEDIA_TYPE.to_owned(),
            modified_at: now,
            size: None,
            expected: None,
            content: table::payments(read),
        }
    }

    /// A file of a contract, which has to be what was stored.
    pub(crate) fn stored(called: Called, now: Timestamp, kept: KeptFile) -> Self {
        let expected = Some(kept.file.reference());
        let bytes = kept.file.into_bytes();
        Self {
            expected,
            ..Self::new(called, PdfFile::MEDIA_TYPE, now, bytes)
        }
    }

    /// A version of a document, which has to be what came in then.
    ///
    /// # Errors
    /// When the file storage fails.
    pub(crate) async fn document(called: Called, content: DocumentContent) -> Result<Self, Error> {
        let size = content.version.size;
        let read = content.read(0..size).await?;
        let version = content.version;
        Ok(Self {
            called,
            media_type: version.media.code().to_owned(),
            modified_at: version.added_at,
            size: Some(size),
            expected: Some(FileRef {
                sha256: version.sha256,
                size,
            }),
            content: read,
        })
    }

    /// A file of the vault. That it is read is in the vault's log.
    ///
    /// # Errors
    /// As [`VaultFile::content`].
    pub(crate) async fn sealed(
        called: Called,
        at: Timestamp,
        file: VaultFile,
    ) -> Result<Self, Error> {
        let (size, media) = (file.length, file.media);
        Ok(Self {
            called,
            media_type: media.code().to_owned(),
            modified_at: at,
            size: Some(size),
            expected: None,
            content: file.content(0..size).await?,
        })
    }

    /// A short secret of the vault.
    pub(crate) fn secret(called: Called, at: Timestamp, details: &Details) -> Self {
        Self::new(called, JSON, at, secrets::written(details))
    }

    /// An article of the library.
    pub(crate) fn article(called: Called, article: &Article) -> Self {
        let text = markdown(article);
        Self::new(called, "text/markdown", article.changed_at, text)
    }
}

/// What the firm has on file of a contact, as far as the contact may know it.
pub(crate) fn contact_members(firm: &Firm, contact: &Contact) -> Map<String, Value> {
    let open = open_sections(firm, contact);
    let switches = open.and(Sections::MAILED).iter().map(|section| {
        let on = contact.mail.contains(section);
        (section.code().to_owned(), on.into())
    });
    let sections = open.iter().map(Section::code);
    [
        ("first_name", contact.first_name.as_str().into()),
        ("last_name", contact.last_name.as_str().into()),
        ("email", contact.email.as_str().into()),
        ("phone", contact.phone.as_ref().map(|it| it.as_str()).into()),
        ("title", contact.title.as_ref().map(|it| it.as_str()).into()),
        (
            "language",
            contact.language.as_ref().map(|it| it.as_str()).into(),
        ),
        ("direction", contact.direction.as_str().into()),
        ("mail", Value::Object(switches.collect())),
        ("sections", sections.collect()),
        ("contact_since", contact.created_at.to_string().into()),
    ]
    .map(|(name, value): (&str, Value)| (name.to_owned(), value))
    .into_iter()
    .collect()
}

/// What it has of a client, as far as contacts may know it.
pub(crate) fn client_members(client: &Client) -> Value {
    json!({
        "name": client.name.as_str(),
        "address": client.address.as_ref().map(|it| it.as_str()),
        "tax_id": client.tax_id.as_ref().map(|it| it.as_str()),
    })
}

fn markdown(article: &Article) -> String {
    let content = &article.content;
    let summary = content.summary.as_ref();
    let summary = summary.map(|summary| format!("{summary}\n\n"));
    format!(
        "# {}\n\n{}{}\n",
        content.title,
        summary.unwrap_or_default(),
        content.body.as_str()
    )
}
