//! A proposal behind its mailed link, for who has not signed in (R-DEC-5). Looking at it writes
//! nothing; only the form does.

use super::links::count_dead;
use super::offers::{Deciding, Outcome, Step};
use crate::Ports;
use crate::domain::access::{Actor, Origin};
use crate::domain::audit::AuditAction;
use crate::domain::id::FirmId;
use crate::domain::offer::Decider;
use crate::domain::secret::Secret;
use crate::domain::text::PersonName;
use crate::error::Error;
use crate::offers::about;
use crate::paper::{Document, Paper};
use crate::ports::store::OfferLinkCard;
use crate::write::{self, Attempts, Next};

/// What the link shows. Nothing is written, so that a program that follows links in mails does
/// nothing by it.
///
/// # Errors
/// [`Refusal::DeadLink`](crate::error::Refusal::DeadLink) when there is no such link, it was taken
/// back, the proposal expired or was withdrawn, or the firm has closed the section: deliberately not
/// said which. [`Error::Throttled`] after too many of those from one address.
pub async fn read(
    ports: &Ports,
    firm: FirmId,
    secret: &Secret,
    origin: &Origin,
) -> Result<OfferLinkCard, Error> {
    let card = ports.store.offer_link(firm, secret.hash()).await?;
    match card.filter(|card| works(ports, card)) {
        Some(card) => Ok(card),
        None => Err(count_dead(ports, firm, origin).await?),
    }
}

/// What the link shows, as a PDF file.
///
/// # Errors
/// As [`read`]; [`Error::Busy`] when too many documents are being made.
pub async fn pdf(
    ports: &Ports,
    firm: FirmId,
    secret: &Secret,
    origin: &Origin,
) -> Result<Document, Error> {
    let card = read(ports, firm, secret, origin).await?;
    let paper = Paper {
        firm: &card.firm,
        client: &card.client,
        reader: None,
    };
    paper.offer(ports, &card.offer.value).await
}

/// Decides on what the link shows, as [`offers::decide`](super::offers::decide) does. The decision
/// is that of who has the link and says to be `name`.
///
/// # Errors
/// As [`read`]; [`Error::Busy`] when others are faster all the time.
pub async fn decide(
    ports: &Ports,
    firm: FirmId,
    secret: &Secret,
    name: &PersonName,
    deciding: &Deciding,
    origin: &Origin,
) -> Result<Outcome<OfferLinkCard>, Error> {
    let mut attempts = Attempts::new(ports, firm);
    loop {
        let card = read(ports, firm, secret, origin).await?;
        let by = Decider::LinkHolder {
            email: card.link.value.email.clone(),
            name: name.clone(),
        };
        match deciding.on(ports, &card.firm, &card.offer, by, origin) {
            Step::Write(changes, offer) => {
                let link = card.link.value.id.into();
                let subjects = [about(&offer.value).as_slice(), &[link]].concat();
                let used = write::audit(
                    ports.now(),
                    Actor::Anonymous,
                    origin,
                    AuditAction::OfferLinkUsed,
                    subjects,
                );
                let changes = changes.audited(used);
                if let Next::Done(_) = attempts.commit(changes).await? {
                    let offer = *offer;
                    return Ok(Outcome::Stands(OfferLinkCard { offer, ..card }));
                }
            }
            Step::Stood => return Ok(Outcome::Stands(card)),
            Step::Refused(why) => return Ok(Outcome::Refused(card, why)),
        }
    }
}

fn works(ports: &Ports, card: &OfferLinkCard) -> bool {
    let (link, offer) = (&card.link.value, &card.offer.value);
    let is_open = card.firm.sections.contains(offer.kind.section());
    is_open && link.opens(offer, card.firm.today(ports.now()))
}
