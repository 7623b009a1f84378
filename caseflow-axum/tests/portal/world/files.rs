//! Files that staff have handed in.

use caseflow_core::Upload;
use caseflow_core::domain::id::{DocumentId, Subject};
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::text::FileName;
use caseflow_core::firm::documents::{self, DocumentInput, DocumentTerms, Telling};
use futures_util::stream;

use super::{Who, World};

/// The bytes of a PDF file, as far as anybody here looks.
pub(crate) const PDF: &[u8] = b"%PDF-1.7 the accounts of last year";

const SHARED: Option<Telling> = Some(Telling::Quietly);

impl World {
    /// A document that is shared with all contacts of this contact's client.
    pub(crate) async fn document(&self, who: Who, name: &str, bytes: &'static [u8]) -> DocumentId {
        self.handed_in(who, name, bytes, Readers::All, SHARED).await
    }

    /// A document that is shared with these contacts alone.
    pub(crate) async fn document_for(&self, who: Who, readers: Readers) -> DocumentId {
        self.handed_in(who, "notes.pdf", PDF, readers, SHARED).await
    }

    /// A document that staff alone see.
    pub(crate) async fn unshared_document(&self, who: Who) -> DocumentId {
        let readers = Readers::All;
        self.handed_in(who, "draft.pdf", PDF, readers, None).await
    }

    /// Shares a document.
    pub(crate) async fn share(&self, who: Who, id: DocumentId) {
        let (ports, call) = (&self.ports, self.call(who));
        let shared = documents::share(ports, &call, id, None, Telling::Quietly).await;
        shared.unwrap();
    }

    async fn handed_in(
        &self,
        who: Who,
        name: &str,
        bytes: &'static [u8],
        readers: Readers,
        share: Option<Telling>,
    ) -> DocumentId {
        let input = DocumentInput {
            client: self.contact(who).client,
            terms: DocumentTerms {
                matter: None,
                readers,
            },
            share,
        };
        let file = Upload {
            name: FileName::of(name),
            content: Box::pin(stream::iter([Ok(bytes.into())])),
            most: 1 << 20,
        };
        let reply = documents::add(&self.ports, &self.call(who), input, file).await;
        match reply.unwrap().id {
            Subject::Document(id) => id,
            other => panic!("{other} is no document"),
        }
    }
}
