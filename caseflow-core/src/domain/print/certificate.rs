//! The certificate of a signature: what was recorded of it, and what that proves (R-SIG-3).

use super::moment::recorded;
use super::{Label, Letterhead};
use crate::domain::text::PersonName;
use crate::domain::time::Timestamp;

/// What a certificate is of. Filled by literal.
#[derive(Debug, Clone, Copy)]
pub struct Certified<'a> {
    /// The contract's id or number: what tells it from every other.
    pub reference: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Which version of it was signed.
    pub version: u32,
}

/// What was recorded of a signature. Filled by literal; what was not recorded is absent, and is said
/// to be.
#[derive(Debug, Clone, Copy)]
pub struct SignatureFacts<'a> {
    /// The SHA-256 of the bytes that were shown to the signer: never of the file that the
    /// certificate is part of.
    pub shown: [u8; 32],
    /// The name as it was typed.
    pub typed: &'a PersonName,
    /// The contact's name on the books of the firm.
    pub contact: &'a str,
    /// The contact's id.
    pub contact_id: &'a str,
    /// The contact's e-mail address.
    pub email: &'a str,
    /// How the contact had proved who it is, in the reader's language.
    pub authenticated: Option<&'a str>,
    /// The id of the session.
    pub session: Option<&'a str>,
    /// The version of the terms of electronic signature that were accepted.
    pub terms: Option<&'a str>,
    /// The address the request came from.
    pub ip: Option<&'a str>,
    /// What the browser said it was.
    pub user_agent: Option<&'a str>,
    /// The zone that the browser said it was in.
    pub time_zone: Option<&'a str>,
    /// When the contract was sent.
    pub sent_at: Option<Timestamp>,
    /// When the signer first looked at it.
    pub viewed_at: Option<Timestamp>,
    /// When the signer accepted to sign electronically.
    pub consented_at: Option<Timestamp>,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// What else happened, each in the reader's language, in any order.
    pub others: &'a [(&'a str, Timestamp)],
    /// Where a copy can be checked.
    pub verify_at: Option<&'a str>,
}

/// The certificate of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateView {
    /// The contract's id or number.
    pub reference: String,
    /// The name as it was typed.
    pub typed: String,
    /// About the document: names and values.
    pub document: Vec<(Label, String)>,
    /// About the signer: names and values.
    pub signer: Vec<(Label, String)>,
    /// What happened, in the order of time; what was not recorded where it belongs.
    pub events: Vec<EventView>,
    /// The firm's zone, in which the second time of each event is.
    pub zone: String,
    /// Where a copy can be checked.
    pub verify_at: Option<String>,
}

/// Something that happened to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventView {
    /// What.
    pub what: String,
    /// When, in UTC to the millisecond, or that it was not recorded.
    pub utc: String,
    /// When, by the firm's clock, or the same.
    pub local: String,
}

impl CertificateView {
    pub(super) fn of(
        head: &Letterhead<'_>,
        of: &Certified<'_>,
        facts: &SignatureFacts<'_>,
    ) -> Self {
        Self {
            reference: of.reference.to_owned(),
            typed: facts.typed.to_string(),
            document: vec![
                (Label::DocumentId, of.reference.to_owned()),
                (Label::Title, of.title.to_owned()),
                (Label::Version, of.version.to_string()),
                (Label::Digest, hex(facts.shown)),
            ],
            signer: signer(head, facts),
            events: events(head, facts),
            zone: head.firm.zone.name().to_owned(),
            verify_at: facts.verify_at.map(str::to_owned),
        }
    }
}

fn signer(head: &Letterhead<'_>, facts: &SignatureFacts<'_>) -> Vec<(Label, String)> {
    let missing = head.word(Label::NotRecorded);
    [
        (Label::TypedName, Some(facts.typed.as_str())),
        (Label::Contact, Some(facts.contact)),
        (Label::ContactId, Some(facts.contact_id)),
        (Label::Email, Some(facts.email)),
        (Label::Authenticated, facts.authenticated),
        (Label::Session, facts.session),
        (Label::TermsAccepted, facts.terms),
        (Label::IpAddress, facts.ip),
        (Label::Browser, facts.user_agent),
        (Label::TimeZone, facts.time_zone),
    ]
    .into_iter()
    .map(|(label, value)| (label, value.unwrap_or(missing).to_owned()))
    .collect()
}

/// In the order of time. An event without a time stands where it belongs, before the signature, and
/// has no other's time (D05).
fn events(head: &Letterhead<'_>, facts: &SignatureFacts<'_>) -> Vec<EventView> {
    let stages = [
        (Label::SentEvent, facts.sent_at),
        (Label::ViewedEvent, facts.viewed_at),
        (Label::ConsentedEvent, facts.consented_at),
        (Label::SignedEvent, Some(facts.signed_at)),
    ];
    let mut all = Vec::with_capacity(stages.len() + facts.others.len());
    let mut so_far = None;
    for (stage, (label, at)) in (0..).zip(stages) {
        so_far = at.max(so_far);
        all.push((at.or(so_far), stage, head.word(label), at));
    }
    let others = facts.others.iter();
    all.extend(others.map(|(what, at)| (Some(*at), stages.len(), *what, Some(*at))));
    all.sort_by_key(|(place, stage, ..)| (*place, *stage));
    let view = |(_, _, what, at): (_, _, &str, _)| {
        let (utc, local) = recorded(head, at);
        let what = what.to_owned();
        EventView { what, utc, local }
    };
    all.into_iter().map(view).collect()
}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
