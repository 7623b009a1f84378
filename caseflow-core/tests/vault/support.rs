//! A keyring, and an item that is sealed and read as a store will do it.

use std::sync::Arc;

use base64::Engine as _;
use caseflow_core::adapters::aes_gcm::AesGcm;
use caseflow_core::adapters::keyring::{Keyring, Roots};
use caseflow_core::domain::id::{ClientId, FirmId, InvoiceId, TypedId as _};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::domain::vault::{
    Content, Details, DetailsError, Envelope, EnvelopeError, FileFacts, ItemVersion, Layout,
    LengthError, Part, Plain, SALT,
};
use caseflow_core::ports::cipher::{self, CipherError};
use caseflow_core::ports::entropy::Entropy;
use caseflow_core::ports::keys::{KeyError, KeyProvider};
use caseflow_core::testing::{SeededEntropy, block_on};

/// A keyring of roots: a version, and the byte of which its key consists.
pub(crate) fn keyring(roots: &[(u32, u8)]) -> Arc<Keyring> {
    let entry = |(version, byte): &(u32, u8)| {
        let key = base64::engine::general_purpose::STANDARD.encode([*byte; 32]);
        format!("{version}:{key}\n")
    };
    let text: String = roots.iter().map(entry).collect();
    let entropy = SeededEntropy::new(u64::from(roots[0].1));
    let roots = Roots::parse(&text).unwrap();
    Arc::new(Keyring::new(roots, Arc::new(AesGcm), Arc::new(entropy)))
}

/// Firm, client and item number 0, in this version.
pub(crate) fn version(number: u64) -> ItemVersion {
    version_of(0, 0, 0, number)
}

pub(crate) fn version_of(firm: u8, client: u8, item: u8, number: u64) -> ItemVersion {
    let at = Timestamp::from_micros(1_764_000_000_000_000);
    ItemVersion::new(
        FirmId::from_parts(at, [firm; 10]),
        ClientId::from_parts(at, [10 + client; 10]),
        InvoiceId::from_parts(at, [20 + item; 10]),
        number,
    )
}

pub(crate) fn content(length: usize) -> Vec<u8> {
    let byte = |at: usize| u8::try_from((at * 7 + at / 253) % 256).unwrap();
    (0..length).map(byte).collect()
}

pub(crate) fn file(name: &str, length: u64) -> Details {
    Details {
        name: name.parse().unwrap(),
        description: Some("What the bank sent".parse().unwrap()),
        content: Content::File(FileFacts {
            length,
            media_type: "application/pdf".parse().unwrap(),
        }),
    }
}

/// What is stored of one version of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) envelope: Vec<u8>,
    pub(crate) details: Vec<u8>,
    pub(crate) body: Option<Vec<u8>>,
}

/// Why it cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    Envelope(EnvelopeError),
    Key(KeyError),
    Cipher(CipherError),
    Details(DetailsError),
    Length(LengthError),
    LengthDiffers,
}

pub(crate) fn stored(
    keys: &dyn KeyProvider,
    entropy: &dyn Entropy,
    version: &ItemVersion,
    details: &Details,
    body: Option<&[u8]>,
) -> Stored {
    let (key, envelope) = block_on(keys.generate(version)).unwrap();
    let seal = |part, content: &[u8]| {
        let mut salt = [0; SALT];
        entropy.fill(&mut salt);
        cipher::seal(&AesGcm, &key, salt, &version.context(part), content).unwrap()
    };
    Stored {
        envelope: envelope.encode(),
        details: seal(Part::Details, &details.encode()),
        body: body.map(|content| seal(Part::Body, content)),
    }
}

/// Reads all of it; the length of the body is compared before any of it is opened.
pub(crate) fn read(
    keys: &dyn KeyProvider,
    version: &ItemVersion,
    stored: &Stored,
) -> Result<(Details, Option<Plain>), Unread> {
    let envelope = Envelope::decode(&stored.envelope).map_err(Unread::Envelope)?;
    let key = block_on(keys.unwrap(version, &envelope)).map_err(Unread::Key)?;
    let open = |part, object: &[u8]| {
        cipher::open(&AesGcm, &key, &version.context(part), object).map_err(Unread::Cipher)
    };
    let details = open(Part::Details, &stored.details)?;
    let details = Details::decode(&details).map_err(Unread::Details)?;
    let (Content::File(file), Some(body)) = (&details.content, &stored.body) else {
        return Ok((details, None));
    };
    let layout = Layout::of_object(body.len() as u64).map_err(Unread::Length)?;
    if layout.content() != file.length {
        return Err(Unread::LengthDiffers);
    }
    let body = open(Part::Body, body)?;
    Ok((details, Some(body)))
}
