//! Proposals and estimates: drafting, sending, revising, taking back (R-DEC).

use super::{Call, begin, check_version};
use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Reply, Version, Versioned, Write};
use crate::domain::firm::Firm;
use crate::domain::id::{ClientId, OfferId, OfferLinkId};
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::number::Number;
use crate::domain::offer::{Offer, OfferKind, OfferTerms};
use crate::domain::page::Page;
use crate::error::{Error, Refusal};
use crate::offers::{about, happened};
use crate::paper::{Document, Paper};
use crate::ports::store::{ClientFile, OfferCard, OfferFile, OfferQuery, OfferRow};
use crate::tell;

/// The firm's proposals and estimates, newest first, with the statuses of this moment.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ports: &Ports,
    staff: &Staff,
    query: &OfferQuery,
) -> Result<Page<OfferRow, ()>, Error> {
    Ok(ports.store.offers(staff.firm, ports.now(), query).await?)
}

/// One proposal or estimate with its mailed links.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such offer.
pub async fn read(ports: &Ports, staff: &Staff, id: OfferId) -> Result<OfferFile, Error> {
    Ok(card(ports, staff, id).await?.offer)
}

/// One proposal or estimate as a PDF file, as it stands now, in the language of the client's primary
/// contact. A draft has no number and may still change: it is refused, so that none goes out.
///
/// # Errors
/// [`Error::NotFound`]; a [`Refusal`] for a draft; [`Error::Busy`] when too many documents are being
/// made.
pub async fn pdf(ports: &Ports, staff: &Staff, id: OfferId) -> Result<Document, Error> {
    let card = card(ports, staff, id).await?;
    let paper = Paper::for_client(&card.firm, &card.client);
    paper.offer(ports, &card.offer.offer.value).await
}

/// Makes a draft.
///
/// # Errors
/// A [`Refusal`] when the client does not exist or the lines do not add up to money.
pub async fn draft(
    ports: &Ports,
    call: &Call,
    kind: OfferKind,
    client: ClientId,
    terms: OfferTerms,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let known = ports.store.client(call.staff.firm, client).await?;
    known.ok_or(Refusal::NoSuchReference("client"))?;
    let offer = Offer::draft(ports.new_id(), kind, client, terms, ports.now())?;
    let reply = Reply {
        id: offer.id.into(),
        version: Version::FIRST,
    };
    loop {
        let entry = call.audit(ports, AuditAction::OfferDrafted, about(&offer));
        let changes = Changes::default()
            .with(Change::Offer(Write::Insert(offer.clone())))
            .audited(entry);
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

/// Replaces what an offer says. What was sent says so at once, as another edition, and nobody decides
/// on the old one any more (R-DEC-2). No mail goes out before it is [sent](send) again.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when it was answered or the new terms
/// cannot be sent.
pub async fn revise(
    ports: &Ports,
    call: &Call,
    id: OfferId,
    expected: Option<Version>,
    terms: OfferTerms,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let now = ports.now();
        let OfferCard { firm, offer, .. } = card(ports, &call.staff, id).await?;
        let old = offer.offer;
        check_version(&old, expected)?;
        let today = firm.today(now);
        let offer = old.value.clone().revise(terms.clone(), today, now)?;
        let changes = written(ports, &old, offer);
        let changes =
            changes.audited(call.audit(ports, AuditAction::OfferChanged, about(&old.value)));
        if let Some(reply) = writing.commit(changes, next_version(&old)).await? {
            return Ok(reply);
        }
    }
}

/// Sends a draft to the client: it gets the next number of its kind's series, shows in the portal,
/// and those contacts who get mail about the section are told. What was sent before, or taken back,
/// is sent once more under its number. A proposal goes to its own address too, each time with a link
/// of its own; earlier ones stay good (R-DEC-5).
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when it cannot be sent.
pub async fn send(
    ports: &Ports,
    call: &Call,
    id: OfferId,
    expected: Option<Version>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let now = ports.now();
        let OfferCard {
            firm,
            client,
            offer,
        } = card(ports, &call.staff, id).await?;
        let old = offer.offer;
        check_version(&old, expected)?;
        let number = next_number(&firm, old.value.kind);
        let offer = old.value.clone().send(number, firm.today(now), now)?;
        let mail = mail(ports, &firm, &client, &offer);
        let changes = written(ports, &old, offer);
        let changes = changes.audited(call.audit(ports, AuditAction::OfferSent, about(&old.value)));
        let changes = mail.into_iter().fold(changes, Changes::mailed);
        if let Some(reply) = writing.commit(changes, next_version(&old)).await? {
            return Ok(reply);
        }
    }
}

/// Takes back what waits for an answer. Its links are dead until it is sent again.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when it is not sent.
pub async fn withdraw(
    ports: &Ports,
    call: &Call,
    id: OfferId,
    expected: Option<Version>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let now = ports.now();
        let OfferCard { firm, offer, .. } = card(ports, &call.staff, id).await?;
        let old = offer.offer;
        check_version(&old, expected)?;
        let offer = old.value.clone().withdraw(firm.today(now), now)?;
        let entry = call.audit(ports, AuditAction::OfferWithdrawn, about(&offer));
        let changes = written(ports, &old, offer).audited(entry);
        if let Some(reply) = writing.commit(changes, next_version(&old)).await? {
            return Ok(reply);
        }
    }
}

/// Takes a mailed link back, for ever. Once more changes nothing. The reply names the link.
///
/// # Errors
/// [`Error::NotFound`] when the offer has no such link; [`Error::Stale`] when the link has changed.
pub async fn revoke_link(
    ports: &Ports,
    call: &Call,
    id: OfferId,
    link: OfferLinkId,
    expected: Option<Version>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let OfferFile { offer, links } = read(ports, &call.staff, id).await?;
        let mut links = links.into_iter();
        let old = links.find(|it| it.value.id == link);
        let old = old.ok_or(Error::NotFound)?;
        check_version(&old, expected)?;
        let Some(revoked) = old.value.clone().revoke(ports.now()) else {
            return Ok(Reply {
                id: link.into(),
                version: old.version,
            });
        };
        let subjects = [about(&offer.value).as_slice(), &[link.into()]].concat();
        let changes = Changes::default()
            .with(Change::OfferLink(old.update(revoked)))
            .audited(call.audit(ports, AuditAction::OfferLinkRevoked, subjects));
        let reply = Reply {
            id: link.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

async fn card(ports: &Ports, staff: &Staff, id: OfferId) -> Result<OfferCard, Error> {
    let card = ports.store.offer_card(staff.firm, id).await?;
    card.ok_or(Error::NotFound)
}

/// The offer's write, with a line in the client's feed when there is something new to see: another
/// state, or another edition.
fn written(ports: &Ports, old: &Versioned<Offer>, new: Offer) -> Changes {
    let edition = |offer: &Offer| offer.sending().map(|sending| sending.edition);
    let is_news = old.value.stage() != new.stage() || edition(&old.value) != edition(&new);
    let told = happened(ports, &new).filter(|_| is_news);
    let offer = Change::Offer(old.update(new));
    told.into_iter()
        .fold(Changes::default().with(offer), Changes::with)
}

fn next_version(old: &Versioned<Offer>) -> Reply {
    Reply {
        id: old.value.id.into(),
        version: old.version.next(),
    }
}

fn next_number(firm: &Firm, kind: OfferKind) -> Number {
    Number::Next(match kind {
        OfferKind::Proposal => firm.proposal_numbers.clone(),
        OfferKind::Estimate => firm.estimate_numbers.clone(),
    })
}

/// Who is told that an offer was sent: those contacts who get mail about it, and a proposal's own
/// address.
fn mail(ports: &Ports, firm: &Firm, client: &ClientFile, offer: &Offer) -> Vec<Mail> {
    let section = offer.kind.section();
    let mut mails = tell::readers(
        ports,
        firm,
        client,
        section,
        &MailTopic::OfferSent(offer.id),
    );
    let is_open = firm.sections.contains(section);
    mails.extend(link_mail(ports, offer).filter(|_| is_open));
    mails
}

/// The mail with a link to the proposal's own address, also when a contact has the same one. An
/// estimate is answered in the portal alone.
fn link_mail(ports: &Ports, offer: &Offer) -> Option<Mail> {
    let email = match offer.kind {
        OfferKind::Proposal => offer.terms.email.clone(),
        OfferKind::Estimate => None,
    }?;
    let topic = MailTopic::OfferLinked(offer.id, email);
    Some(tell::mail(ports, offer.client, topic))
}
