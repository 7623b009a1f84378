//! Offers, contracts, documents and vaults.

use caseflow_core::domain::contract::{
    Contract, ContractBody, ContractState, ContractTerms, Declined, SentVersion, SignedCopy,
};
use caseflow_core::domain::document::{Document, DocumentVersion};
use caseflow_core::domain::file::{FileRef, StoredFile};
use caseflow_core::domain::offer::{
    Answer, Decider, Decision, Offer, OfferLink, OfferState, OfferTerms, Sending,
};
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::seal::SealLevel;
use caseflow_core::domain::signature::{
    Authentication, Evidence, PaperSignature, Signature, SignedBy,
};
use caseflow_core::domain::vault::{KeyName, Sealed, SealedBody, VaultItem};

use super::{Codec, Damaged, fields, put_bytes, take_bytes, variants};

fields! {
    Offer { id, kind, client, terms, totals, state, viewed_at, created_at }
    OfferTerms { title, body, pricing, dated, open_till, matter, internal_note, email }
    Sending { number, edition, digest, at }
    Decision { answer, reason, by, origin, at }
    OfferLink { id, offer, client, email, token, created_at, revoked_at }
    Contract { id, client, terms, state, viewed_at, created_at }
    ContractTerms { title, body, sign_by, matter, internal_note }
    SentVersion { number, shown, sent_at }
    Declined { by, name, reason, origin, at }
    FileRef { sha256, size }
    Signature { contract, client, version, shown, at, by }
    Evidence {
        contact, contact_name, email, typed, time_zone, origin, session, authenticated, terms,
        sent_at, viewed_at, consented_at,
    }
    Authentication { method, at }
    PaperSignature { name, signed_on, recorded_by, note }
    Document { id, client, matter, readers, shared_at, newest }
    DocumentVersion { number, name, media, size, sha256, blob, added_at, added_by }
    VaultItem { id, client, readers, sealed, added_at }
    Sealed { version, envelope, details, body, at }
    SealedBody { blob, length }
    KeyName { id, version }
}

variants! {
    OfferState {
        1 => Draft,
        2 => Sent(sending),
        3 => Decided { sending, decision },
        4 => Withdrawn { sending, at },
    }
    Answer { 1 => Accepted, 2 => Declined }
    Decider { 1 => Contact { id, name }, 2 => LinkHolder { email, name } }
    ContractBody { 1 => Text(text), 2 => Upload(file) }
    ContractState {
        1 => Draft,
        2 => Sent(version),
        3 => Signed { version, at, copy },
        4 => Declined { version, declined },
        5 => Withdrawn { version, at },
    }
    SignedCopy {
        1 => OnPaper,
        2 => Pending { next_try },
        3 => Sealed { file, level, certificate, at },
    }
    SealLevel { 1 => Unsigned, 2 => Baseline, 3 => TimestampMissed, 4 => Timestamped { at } }
    SignedBy { 1 => Electronic(evidence), 2 => Paper(signature) }
    Readers { 1 => All, 2 => Chosen(chosen) }
}

impl Codec for StoredFile {
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(self.bytes(), out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        take_bytes(input).map(|bytes| Self::new(bytes.to_vec()))
    }
}
