//! The take-out: an archive of everything a contact may see, or that the firm holds for a client, and the
//! manifest that says what is in it.

use serde_json::{Value, json};

use super::client::{Client, Contact};
use super::file::FileRef;
use super::firm::Firm;
use super::text::ArchivePath;
use super::time::Timestamp;

/// What an archive holds, file by file. It is the last file of the archive, as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    head: Value,
    files: Vec<TakenFile>,
    left_out: Vec<LeftOut>,
}

/// A file of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenFile {
    /// Where it stands.
    pub path: ArchivePath,
    /// Its media type, such as `application/pdf`.
    pub media_type: String,
    /// When what it says was last changed; of a document that was made for the archive, when it was
    /// made.
    pub modified_at: Timestamp,
    /// Its bytes, as they are known.
    pub content: FileRef,
}

/// Something that should be in the archive and is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Where it would stand: the path of a file, or a folder with `/` at its end.
    pub place: String,
    /// Why it does not.
    pub why: WhyLeftOut,
}

/// Why something is not in an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhyLeftOut {
    /// The password was given too long ago for the vault to open.
    Locked,
    /// The vault's keys were not there, or did not answer.
    VaultUnavailable,
    /// An item of the vault cannot be opened.
    Unreadable,
    /// It was taken back, or its section was closed, while the archive was made.
    Gone,
    /// The signed copy was being sealed.
    BeingSealed,
    /// Too many documents were being made at once.
    Busy,
    /// The document cannot be laid out.
    NotMade,
    /// The file storage did not answer.
    NotRead,
    /// The firm has closed the section to every contact.
    Closed,
    /// Staff did not ask for the vault.
    NotAsked,
}

impl WhyLeftOut {
    /// The lower-case name used in the manifest.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Locked => "locked",
            Self::VaultUnavailable => "vault_unavailable",
            Self::Unreadable => "unreadable",
            Self::Gone => "gone",
            Self::BeingSealed => "being_sealed",
            Self::Busy => "busy",
            Self::NotMade => "not_made",
            Self::NotRead => "not_read",
            Self::Closed => "closed",
            Self::NotAsked => "not_asked",
        }
    }

    /// The reason in words, and what to do.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Locked => "The vault locked itself meanwhile: take the archive again.",
            Self::VaultUnavailable => "The vault was not available: take the archive again later.",
            Self::Unreadable => "This item of the vault cannot be read: tell the firm.",
            Self::Gone => "It was taken back while the archive was made.",
            Self::BeingSealed => "The copy was being sealed: take the archive again in a minute.",
            Self::Busy => "Too many documents were being made: take the archive again later.",
            Self::NotMade => "The document could not be made: tell the firm.",
            Self::NotRead => "The file could not be read: take the archive again later.",
            Self::Closed => "The firm has closed this section.",
            Self::NotAsked => "The vault was not asked for.",
        }
    }
}

impl Manifest {
    /// Where it stands in the archive.
    pub const PATH: &'static str = "manifest.json";
    /// The version of its form. It grows when a reader of an older one would be misled.
    pub const VERSION: u32 = 1;

    /// The manifest of an archive with nothing in it yet: for this contact of a client, or of all that the
    /// firm holds for the client.
    #[must_use]
    pub fn new(firm: &Firm, client: &Client, contact: Option<&Contact>, now: Timestamp) -> Self {
        let contact = contact.map(|contact| {
            json!({
                "id": contact.id.to_string(),
                "name": contact.full_name(),
                "email": contact.email.as_str(),
            })
        });
        let head = json!({
            "format": "caseflow-take-out",
            "version": Self::VERSION,
            "made_at": now.to_string(),
            "firm": {"id": firm.id.to_string(), "name": firm.name.as_str()},
            "client": {"id": client.id.to_string(), "name": client.name.as_str()},
            "contact": contact,
        });
        Self {
            head,
            files: vec![],
            left_out: vec![],
        }
    }

    /// Notes a file that is in the archive.
    pub fn add(&mut self, file: TakenFile) {
        self.files.push(file);
    }

    /// Notes something that is not.
    pub fn leave_out(&mut self, place: impl Into<String>, why: WhyLeftOut) {
        let place = place.into();
        self.left_out.push(LeftOut { place, why });
    }

    /// What is not in the archive so far.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The manifest as it stands in the archive.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut whole = self.head.clone();
        if let Some(members) = whole.as_object_mut() {
            let files = self.files.iter().map(file);
            members.insert("files".to_owned(), files.collect());
            let left_out = self.left_out.iter().map(left_out);
            members.insert("left_out".to_owned(), left_out.collect());
        }
        format!("{whole:#}\n").into_bytes()
    }
}

fn file(file: &TakenFile) -> Value {
    json!({
        "path": file.path.as_str(),
        "media_type": file.media_type,
        "modified_at": file.modified_at.to_string(),
        "bytes": file.content.size,
        "sha256": file.content.hex(),
    })
}

fn left_out(left: &LeftOut) -> Value {
    json!({
        "place": left.place,
        "reason": left.why.code(),
        "words": left.why.words(),
    })
}
