//! The documents that mails about money carry.

use crate::Ports;
use crate::domain::firm::Attachments;
use crate::domain::mail::{Mail, MailTopic};
use crate::error::Error;
use crate::paper::{Document, Paper};
use crate::ports::mailer::Attachment;
use crate::ports::pdf::PdfFile;
use crate::ports::store::{Lease, MailCard};

/// At which try a mail no longer waits for a renderer that fails: with the outbox's pauses, after a
/// quarter of an hour. It goes without the document then, for it says what matters itself and
/// leads to the portal, where the document is.
const LAST_WAIT: u32 = 5;

/// What goes along with a mail.
pub(super) enum Enclosure {
    /// This, which may be nothing.
    Ready(Vec<Attachment>),
    /// A document that could not be made now.
    NotYet,
}

/// Makes the document that a mail is about as it stands at this moment, if there is one and the firm
/// encloses it.
pub(super) async fn enclosure(
    ports: &Ports,
    card: &MailCard,
    lease: &Lease,
) -> Result<Enclosure, Error> {
    let made = match card.firm.attachments {
        Attachments::On => document(ports, card, &lease.mail).await,
        Attachments::Off => Ok(None),
    };
    match made {
        Ok(document) => Ok(Enclosure::Ready(
            document.map(enclosed).into_iter().collect(),
        )),
        Err(Error::Busy | Error::Pdf(_)) if lease.counted() < LAST_WAIT => Ok(Enclosure::NotYet),
        Err(error @ Error::Store(_)) => Err(error),
        Err(_) => Ok(Enclosure::Ready(vec![])),
    }
}

async fn document(ports: &Ports, card: &MailCard, mail: &Mail) -> Result<Option<Document>, Error> {
    let Some(file) = &card.invoice else {
        return Ok(None);
    };
    let paper = Paper {
        firm: &card.firm,
        client: &card.client,
        reader: card.contact.as_ref(),
    };
    match &mail.topic {
        MailTopic::InvoiceIssued(_) => paper.invoice(ports, file).await.map(Some),
        MailTopic::PaymentReceived(payment, _) => {
            paper.receipt(ports, file, *payment).await.map(Some)
        }
        MailTopic::PaymentReversed(reversal, _) => {
            paper.reversal_note(ports, file, *reversal).await.map(Some)
        }
        MailTopic::SetPassword
        | MailTopic::ResetPassword
        | MailTopic::PasswordChanged
        | MailTopic::ConfirmEmail(_)
        | MailTopic::EmailChanged(_)
        | MailTopic::PaymentNotice(..)
        | MailTopic::AlertNotice(..)
        | MailTopic::OfferSent(_)
        | MailTopic::OfferLinked(..)
        | MailTopic::OfferNotice(_)
        | MailTopic::ContractSent(_)
        | MailTopic::ContractSealed(_)
        | MailTopic::ContractNotice(_)
        | MailTopic::DocumentShared(_) => Ok(None),
    }
}

fn enclosed(document: Document) -> Attachment {
    Attachment {
        name: document.name,
        media_type: PdfFile::MEDIA_TYPE,
        bytes: document.file.bytes,
    }
}
