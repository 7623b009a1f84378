//! The words of mails about documents.

use super::Words;
use crate::Ports;
use crate::ports::store::MailCard;

/// The document has to be there; without it there is nothing to say.
pub(super) fn words(ports: &Ports, card: &MailCard) -> Words {
    let Some(document) = &card.document else {
        return Words::default();
    };
    let address = ports.addresses.document(&card.firm, document.id);
    let firm = &card.firm.name;
    Words {
        subject: format!("{firm} shared a document with you"),
        body: format!(
            "{firm} shared \"{}\" with you. Read it in your portal:\n\n{address}",
            document.newest.name
        ),
    }
}
