//! From what there is to files.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::JSON;
use super::shelves::Item;
use super::{secrets, table};
use crate::Ports;
use crate::domain::access::ContactSession;
use crate::domain::article::Article;
use crate::domain::file::FileRef;
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::filing::DocumentContent;
use crate::paper::{Document, KeptFile};
use crate::portal::{
    Visiting, contracts, documents, invoices, library, offers, payments, vault, visitor,
};
use crate::ports::blobs::Content;
use crate::ports::pdf::PdfFile;
use crate::vault::VaultFile;

/// What a file is called, before its path is made safe.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Called {
    pub(super) folders: Vec<String>,
    pub(super) name: String,
}

/// A file that can be read.
pub(super) struct Ready {
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
}

/// Makes an item's file, or opens it.
pub(super) async fn make(ports: &Ports, visiting: &Visiting, item: &Item) -> Result<Ready, Error> {
    let now = ports.now();
    let called = item.called();
    let printed = |document: Document| {
        Ready::new(
            called.clone(),
            PdfFile::MEDIA_TYPE,
            now,
            document.file.bytes,
        )
    };
    Ok(match item {
        Item::Profile => {
            let who = visitor(ports, visiting).await?;
            Ready::new(called, JSON, now, profile(&who))
        }
        Item::Invoice(id, _) => printed(invoices::pdf(ports, visiting, *id).await?),
        Item::PaymentTable => Ready {
            called,
            media_type: table::MEDIA_TYPE.to_owned(),
            modified_at: now,
            size: None,
            expected: None,
            content: table::payments(ports.clone(), visiting.clone()),
        },
        Item::Receipt(id, _) => printed(payments::receipt(ports, visiting, *id).await?),
        Item::Note(id, _) => printed(payments::note(ports, visiting, *id).await?),
        Item::Offer(kind, id, _) => printed(offers::copy(ports, visiting, *kind, *id).await?),
        Item::Contract(id, which, _) => {
            let kept = contracts::file(ports, visiting, *id, *which).await?;
            stored(called, now, kept)
        }
        Item::Document(id, _) => {
            let content = documents::content(ports, visiting, *id).await?;
            document(called, content).await?
        }
        Item::VaultFile(id, _, at) => {
            let file = vault::file(ports, visiting, *id).await?;
            sealed(called, *at, file).await?
        }
        Item::VaultSecret(id, _, at) => {
            let opened = vault::show(ports, visiting, *id).await?.page;
            Ready::new(called, JSON, *at, secrets::written(&opened.details))
        }
        Item::Article(slug) => {
            let article = library::read(ports, visiting, slug).await?.page;
            let text = markdown(&article).into_bytes();
            Ready::new(called, "text/markdown", article.changed_at, text)
        }
    })
}

fn stored(called: Called, now: Timestamp, kept: KeptFile) -> Ready {
    let reference = kept.file.reference();
    let file = Ready::new(called, PdfFile::MEDIA_TYPE, now, kept.file.into_bytes());
    Ready {
        expected: Some(reference),
        ..file
    }
}

/// A document's newest version, which has to be what came in then.
async fn document(called: Called, content: DocumentContent) -> Result<Ready, Error> {
    let size = content.version.size;
    let read = content.read(0..size).await?;
    let version = content.version;
    Ok(Ready {
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
async fn sealed(called: Called, at: Timestamp, file: VaultFile) -> Result<Ready, Error> {
    let (size, media) = (file.length, file.media);
    Ok(Ready {
        called,
        media_type: media.code().to_owned(),
        modified_at: at,
        size: Some(size),
        expected: None,
        content: file.content(0..size).await?,
    })
}

/// What the firm has on file of the contact itself.
fn profile(who: &ContactSession) -> Vec<u8> {
    let (contact, client) = (who.contact(), who.client());
    let switches: Map<String, Value> = who
        .mail_choices()
        .iter()
        .map(|section| {
            let on = contact.mail.contains(section);
            (section.code().to_owned(), on.into())
        })
        .collect();
    let open: Vec<&str> = who.sections().iter().map(|it| it.code()).collect();
    let profile = json!({
        "first_name": contact.first_name.as_str(),
        "last_name": contact.last_name.as_str(),
        "email": contact.email.as_str(),
        "phone": contact.phone.as_ref().map(|it| it.as_str()),
        "title": contact.title.as_ref().map(|it| it.as_str()),
        "language": contact.language.as_ref().map(|it| it.as_str()),
        "direction": contact.direction.as_str(),
        "mail": switches,
        "sections": open,
        "client": {
            "name": client.name.as_str(),
            "address": client.address.as_ref().map(|it| it.as_str()),
            "tax_id": client.tax_id.as_ref().map(|it| it.as_str()),
        },
        "firm": who.firm().name.as_str(),
        "contact_since": contact.created_at.to_string(),
    });
    format!("{profile:#}\n").into_bytes()
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
