//! Firms, clients, contacts, and what they are told.

use caseflow_core::domain::activity::Activity;
use caseflow_core::domain::announcement::{Announcement, Audience};
use caseflow_core::domain::article::{Article, ArticleContent, ArticleState};
use caseflow_core::domain::client::{Access, Client, Contact};
use caseflow_core::domain::firm::{Firm, Logo, LogoRef, LogoType, PartPayment};
use caseflow_core::domain::mail::{Mail, MailTopic, Recipient};
use caseflow_core::domain::print::Stationery;
use caseflow_core::domain::session::SessionPolicy;

use super::{Codec, Damaged, damaged, fields, put_bytes, take_bytes, variants};

fields! {
    Firm {
        id, name, address, tax_id, email, phone, zone, language, currency, accent, logo, sections,
        portal_url, disclaimer, muted, attachments, stationery, invoice_numbers, receipt_numbers,
        refund_numbers, proposal_numbers, estimate_numbers, part_payment, sessions, created_at,
    }
    LogoRef { sha256, kind }
    Stationery { paper, footer, how_to_pay }
    SessionPolicy { idle, absolute }
    Client { id, name, address, tax_id, reference, created_at }
    Contact {
        id, client, first_name, last_name, email, phone, title, language, direction, standing,
        access, permissions, mail, created_at,
    }
    Activity { id, client, kind, about, amount, at }
    Article { id, slug, content, state, created_at, changed_at }
    ArticleContent { group, title, summary, body }
    Announcement { id, title, body, from, until, audience, created_at }
    Mail { id, to, topic, not_before }
}

variants! {
    LogoType { 1 => Png, 2 => Jpeg }
    PartPayment { 1 => Off, 2 => From(least) }
    Access { 1 => Off, 2 => Invited, 3 => On(hash) }
    ArticleState { 1 => Draft, 2 => Internal, 3 => Published { since } }
    Audience { 1 => Everyone, 2 => Clients(clients) }
    Recipient { 1 => Contact(id), 2 => Client(id) }
    MailTopic {
        1 => SetPassword,
        2 => ResetPassword,
        3 => PasswordChanged,
        4 => ConfirmEmail(email),
        5 => EmailChanged(email),
        6 => InvoiceIssued(invoice),
        7 => PaymentReceived(payment, invoice),
        8 => PaymentReversed(reversal, invoice),
        9 => PaymentNotice(payment, invoice),
        10 => AlertNotice(alert, invoice),
        11 => OfferSent(offer),
        12 => OfferLinked(offer, email),
        13 => OfferNotice(offer),
        14 => ContractSent(contract),
        15 => ContractSealed(contract),
        16 => ContractNotice(contract),
        17 => DocumentShared(document),
    }
}

impl Codec for Logo {
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(self.bytes(), out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        Self::parse(take_bytes(input)?.to_vec()).map_err(|_| damaged::<Self>())
    }
}
