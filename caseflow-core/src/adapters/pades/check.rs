//! Says what a file is. Independent of how files are sealed: of a file's structure only the last
//! signature's byte range is believed, four numbers, and those only when they cover everything but
//! the signature itself. A signature that then holds is one of this very file, whatever its tables
//! say; where a reader would find another one, or none, the file has been changed.

use std::collections::BTreeSet;

use super::super::pdf_file::{Dict, Object, Parser, last, unhex};
use super::cms::Opened;
use super::prepare::DOCUMENT_KEY;
use super::structures::oids;
use super::{certificate, cms, text, timestamp};
use crate::domain::text::Line;
use crate::ports::sealer::{Fault, Fingerprint, Seal, Verdict};

/// The longest signature that is read.
const LONGEST: usize = 1 << 20;
/// How many ranges are looked at, from the end.
const MOST_RANGES: usize = 16;
/// How far before its range a signature's dictionary may begin.
const FARTHEST: usize = 3 * LONGEST;

/// The verdict on a file, where `ours` are our certificates.
pub(super) fn check(file: &[u8], ours: &BTreeSet<Fingerprint>) -> Verdict {
    let is_pdf = has_header(file);
    match find(file) {
        Found::Nothing if is_pdf => Verdict::NoSignature,
        Found::Traces(fault) if is_pdf => Verdict::Altered { fault, ours: false },
        Found::Nothing | Found::Traces(_) => Verdict::NotAPdf,
        Found::Signature(signature) => signature.verdict(is_pdf, ours),
    }
}

/// Readers look for it in the first kibibyte.
fn has_header(file: &[u8]) -> bool {
    let start = file.get(..1_024).unwrap_or(file);
    last(start, b"%PDF-").is_some()
}

enum Found<'a> {
    Nothing,
    /// Something that was a signature, or is one that cannot be read.
    Traces(Fault),
    Signature(Box<Signature<'a>>),
}

/// A signature that holds for itself, and what it should cover.
struct Signature<'a> {
    opened: Opened,
    encoded: Vec<u8>,
    covered: [&'a [u8]; 2],
    /// Whether the file goes on after what is covered.
    appended: bool,
    dictionary: Dict,
}

fn find(file: &[u8]) -> Found<'_> {
    const WORD: &[u8] = b"/ByteRange";
    let mut before = file;
    let mut traces = None;
    // A text or an enclosed file may have the word too, behind the signature or before it.
    for _ in 0..MOST_RANGES {
        let Some(at) = last(before, WORD) else { break };
        before = before.get(..at).unwrap_or_default();
        let Some(range) = range(file, at + WORD.len()) else {
            traces = traces.or(Some(Fault::Unreadable));
            continue;
        };
        match signature(file, at, range) {
            Ok(signature) => return Found::Signature(Box::new(signature)),
            Err(Fault::Coverage) => traces = Some(Fault::Coverage),
            Err(fault) => return Found::Traces(fault),
        }
    }
    let kind = || has_kind(file).then_some(Fault::Unreadable);
    traces.or_else(kind).map_or(Found::Nothing, Found::Traces)
}

/// Whether a signature's dictionary says of which kind it is. Forms that are to be signed list kinds
/// instead.
fn has_kind(file: &[u8]) -> bool {
    const WORD: &[u8] = b"/SubFilter";
    // As far as white space may reasonably go.
    let names = |behind: &[u8]| behind.trim_ascii_start().starts_with(b"/");
    let words = file
        .windows(WORD.len() + 8)
        .filter(|it| it.starts_with(WORD));
    let mut behind = words.filter_map(|it| it.get(WORD.len()..));
    behind.any(names)
}

fn range(file: &[u8], at: usize) -> Option<[usize; 4]> {
    let mut parser = Parser::new(file, at);
    parser.word(b"[").ok()?;
    let mut numbers = [0; 4];
    for number in &mut numbers {
        *number = parser.integer().ok()?;
    }
    parser.word(b"]").ok()?;
    Some(numbers)
}

fn signature(file: &[u8], at: usize, range: [usize; 4]) -> Result<Signature<'_>, Fault> {
    let [start, before, resumed, after] = range;
    let end = resumed.checked_add(after).ok_or(Fault::Coverage)?;
    let gap = file.get(before..resumed).ok_or(Fault::Coverage)?;
    let (Some(first), Some(second)) = (file.get(..before), file.get(resumed..end)) else {
        return Err(Fault::Coverage);
    };
    // The gap is the signature's and nothing else's.
    let names_it = first.trim_ascii_end().ends_with(b"/Contents");
    if start != 0 || !names_it {
        return Err(Fault::Coverage);
    }
    let encoded = contents(gap)?;
    Ok(Signature {
        opened: cms::open(&encoded)?,
        encoded,
        covered: [first, second],
        appended: end < file.len(),
        dictionary: dictionary(file, at),
    })
}

/// The signature in the gap: digits in brackets, with nothing but zeros behind it.
fn contents(gap: &[u8]) -> Result<Vec<u8>, Fault> {
    let [b'<', digits @ .., b'>'] = gap else {
        return Err(Fault::Coverage);
    };
    if digits.len() > 2 * LONGEST {
        return Err(Fault::Unsupported);
    }
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(Fault::Coverage);
    }
    let mut bytes = unhex(digits).ok_or(Fault::Coverage)?;
    let length = encoded_length(&bytes).ok_or(Fault::Unsupported)?;
    if bytes.iter().skip(length).any(|byte| *byte != 0) {
        return Err(Fault::Coverage);
    }
    bytes.truncate(length);
    Ok(bytes)
}

/// How long the structure is that bytes begin with.
fn encoded_length(bytes: &[u8]) -> Option<usize> {
    let (_, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let more = usize::from(first & 0x7f);
    if *first < 0x80 {
        return Some(2 + more);
    }
    if !(1..=4).contains(&more) {
        return None;
    }
    let digits = rest.get(..more)?;
    let length = digits
        .iter()
        .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
    length.checked_add(2 + more).filter(|it| *it <= bytes.len())
}

/// The signature's dictionary: the object in which its range stands.
fn dictionary(file: &[u8], at: usize) -> Dict {
    const WORD: &[u8] = b"obj";
    let start = at.saturating_sub(FARTHEST);
    let mut before = file.get(start..at).unwrap_or_default();
    // The word may stand in a text before the range; not often.
    for _ in 0..4 {
        let Some(found) = last(before, WORD) else {
            break;
        };
        if let Ok(Object::Dict(dict)) = Parser::new(file, start + found + WORD.len()).object()
            && dict.get("ByteRange").is_some()
        {
            return dict;
        }
        before = before.get(..found).unwrap_or_default();
    }
    Dict::default()
}

impl Signature<'_> {
    fn verdict(&self, is_pdf: bool, ours: &BTreeSet<Fingerprint>) -> Verdict {
        let certificate = certificate::fingerprint(&self.opened.certificate);
        let ours = self.opened.names_certificate && ours.contains(&certificate);
        match self.seal(certificate) {
            Err(fault) => Verdict::Altered { fault, ours },
            Ok(_) if self.appended => Verdict::Altered {
                fault: Fault::Appended,
                ours,
            },
            Ok(_) if !is_pdf => Verdict::NotAPdf,
            Ok(seal) if ours => Verdict::Ours(seal),
            Ok(seal) => Verdict::AnotherIssuers(seal),
        }
    }

    /// What the signature says, when it is one of what it covers.
    fn seal(&self, certificate: Fingerprint) -> Result<Seal, Fault> {
        let mut seal = self.facts(certificate);
        if self.opened.content_type == oids::TST_INFO {
            // A time stamp of the whole file, put behind other signatures.
            seal.timestamp = Some(timestamp::verify(&self.encoded, &self.covered)?);
            return Ok(seal);
        }
        if self.opened.content_type != oids::DATA {
            return Err(Fault::Unsupported);
        }
        if self.opened.content.is_some() {
            // What is signed then is a SHA-1 hash of the file (ISO 32000-1, 12.8.3.3.1).
            return Err(Fault::Weak);
        }
        if self.opened.hash.digest(&self.covered) != self.opened.digest {
            return Err(Fault::Content);
        }
        let token = self.opened.token.as_deref();
        seal.timestamp = token.and_then(|it| timestamp::verify(it, &[&self.opened.signature]).ok());
        Ok(seal)
    }

    fn facts(&self, certificate: Fingerprint) -> Seal {
        let parsed = certificate::read(&self.opened.certificate).ok();
        let signed_at = match self.dictionary.get("M") {
            Some(Object::String(date)) => text::date(date),
            _ => None,
        };
        Seal {
            signer: parsed.and_then(|it| certificate::name(&it)),
            certificate: Some(certificate),
            signed_at,
            document: self.line(DOCUMENT_KEY),
            reason: self.line("Reason"),
            timestamp: None,
        }
    }

    fn line<const MAX: usize>(&self, key: &str) -> Option<Line<MAX>> {
        match self.dictionary.get(key) {
            Some(Object::String(bytes)) => text::cleaned(&text::pdf_string(bytes)),
            _ => None,
        }
    }
}
