//! What is told of something that happened: a line in the client's feed, a mail.

use crate::Ports;
use crate::domain::access::Section;
use crate::domain::activity::{Activity, ActivityKind};
use crate::domain::changes::Change;
use crate::domain::firm::Firm;
use crate::domain::id::{ClientId, Subject};
use crate::domain::mail::{Mail, MailTopic, Recipient};
use crate::domain::money::Money;
use crate::ports::store::ClientFile;

/// A line for the client's feed.
pub(crate) fn feed(
    ports: &Ports,
    client: ClientId,
    kind: ActivityKind,
    about: impl Into<Subject>,
    amount: Option<Money>,
) -> Change {
    Change::Activity(Activity {
        id: ports.new_id(),
        client,
        kind,
        about: about.into(),
        amount,
        at: ports.now(),
    })
}

/// One mail, to be sent now.
pub(crate) fn mail(ports: &Ports, to: impl Into<Recipient>, topic: MailTopic) -> Mail {
    Mail {
        id: ports.new_id(),
        to: to.into(),
        topic,
        not_before: ports.now(),
    }
}

/// Mail to each contact who gets mail about `section`: nobody when the firm has closed it, for nobody
/// could open what the mail leads to.
pub(crate) fn readers(
    ports: &Ports,
    firm: &Firm,
    client: &ClientFile,
    section: Section,
    topic: &MailTopic,
) -> Vec<Mail> {
    if !firm.sections.contains(section) {
        return vec![];
    }
    let contacts = client.contacts.iter().map(|contact| &contact.value);
    let told = contacts.filter(|contact| contact.gets_mail(section));
    told.map(|contact| mail(ports, contact.id, topic.clone()))
        .collect()
}
