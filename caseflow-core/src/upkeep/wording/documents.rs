//! The words of mails about documents.

use super::Words;
use crate::Ports;
use crate::ports::store::MailCard;

/// The document has to be there; without it there is nothing to say.
pub(super) fn words(ports: &Ports, card: &MailCard) -> Words {
    let Some(document) = &card.document else {
        return Words::default();
    };
    let (firm, name) = (&card.firm.name, &document.newest.name);
    let address = ports.addresses.document(&card.firm, document.id);
    Words::new(format!("{firm} shared a document with you"))
        .say(format!(
            "{firm} shared \"{name}\" with you. Read it in your portal."
        ))
        .act("Read the document", address)
}
