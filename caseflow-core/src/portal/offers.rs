//! A client's proposals and estimates, and what a contact decides on them (R-DEC).

use super::{Visited, Visiting, admit_to, audit, in_person, paper, visit};
use crate::Ports;
use crate::domain::access::{Actor, ContactSession, Origin};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Versioned};
use crate::domain::firm::Firm;
use crate::domain::id::OfferId;
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::offer::{
    Answer, Decided, Decider, Decision, Digest, Offer, OfferError, OfferKind,
};
use crate::domain::page::{Page, PageQuery, WaitingFirst};
use crate::domain::text::{Line, Prose};
use crate::error::Error;
use crate::offers::{about, happened};
use crate::paper::Document;
use crate::ports::store::OfferRow;
use crate::tell;
use crate::write::{self, Attempts, Next};

/// What somebody decides, and on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deciding {
    /// What they had before their eyes.
    pub shown: Digest,
    /// Yes or no.
    pub answer: Answer,
    /// Why not, if they say so. With a yes it is dropped.
    pub reason: Option<Prose<1000>>,
}

/// What became of a decision, with the offer as it stands after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// It stands: taken now, or alike before (R-DEC-2).
    Stands(T),
    /// It was not taken: this is what there is to read and to decide on, and why.
    Refused(T, OfferError),
}

impl<T> Outcome<T> {
    /// The offer when the decision stands.
    ///
    /// # Errors
    /// Why it was refused.
    pub fn stands(self) -> Result<T, Error> {
        match self {
            Self::Stands(page) => Ok(page),
            Self::Refused(_, why) => Err(why.into()),
        }
    }
}

/// The client's proposals or estimates: what waits for an answer, then the history, each newest
/// first (R-DEC-6). Drafts are never among them.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when the section is closed to the contact.
pub async fn list(
    ports: &Ports,
    visiting: &Visiting,
    kind: OfferKind,
    page: &PageQuery<WaitingFirst>,
) -> Result<Visited<Page<OfferRow, WaitingFirst>>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_offers(visit, kind, page).await?;
    admit_to(ports, visit, kind.section(), found).await
}

/// One proposal or estimate. The first look at what was sent is put on record.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when the client has none of this kind with this id, it
/// is a draft, or the section is closed to the contact.
pub async fn read(
    ports: &Ports,
    visiting: &Visiting,
    kind: OfferKind,
    id: OfferId,
) -> Result<Visited<Versioned<Offer>>, Error> {
    let Visited { who, page } = look(ports, visiting, kind, id).await?;
    let page = note_view(ports, visiting, &who, page).await;
    Ok(Visited { who, page })
}

/// One proposal or estimate as a PDF file, as it stands now.
///
/// # Errors
/// As [`read`]; [`Error::Busy`] when too many documents are being made.
pub async fn pdf(
    ports: &Ports,
    visiting: &Visiting,
    kind: OfferKind,
    id: OfferId,
) -> Result<Document, Error> {
    let Visited { who, page } = read(ports, visiting, kind, id).await?;
    paper(&who).offer(ports, &page.value).await
}

/// As [`pdf`], for an archive: nobody has looked at it yet.
pub(super) async fn copy(
    ports: &Ports,
    visiting: &Visiting,
    kind: OfferKind,
    id: OfferId,
) -> Result<Document, Error> {
    let Visited { who, page } = look(ports, visiting, kind, id).await?;
    paper(&who).offer(ports, &page.value).await
}

/// Accepts, declines or rejects, once and on exactly what was shown (R-DEC-2). The firm is told.
/// Nothing else comes of it: no invoice is made and no number is taken (R-DEC-4).
///
/// # Errors
/// As [`read`]; [`Error::Busy`] when others are faster all the time.
pub async fn decide(
    ports: &Ports,
    visiting: &Visiting,
    kind: OfferKind,
    id: OfferId,
    deciding: &Deciding,
) -> Result<Outcome<Visited<Versioned<Offer>>>, Error> {
    let mut attempts = Attempts::new(ports, visiting.firm);
    loop {
        let Visited { who, page } = look(ports, visiting, kind, id).await?;
        in_person(&who)?;
        let step = deciding.on(ports, who.firm(), &page, decider(&who), &visiting.origin);
        match step {
            Step::Write(changes, page) => {
                if let Next::Done(_) = attempts.commit(*changes).await? {
                    return Ok(Outcome::Stands(Visited { who, page: *page }));
                }
            }
            Step::Stood => return Ok(Outcome::Stands(Visited { who, page })),
            Step::Refused(why) => return Ok(Outcome::Refused(Visited { who, page }, why)),
        }
    }
}

/// What a decision comes to before anything is written.
#[derive(Debug)]
pub(super) enum Step {
    /// It is to be written; the offer is then so.
    Write(Box<Changes>, Box<Versioned<Offer>>),
    /// It was taken before, alike.
    Stood,
    /// It is refused.
    Refused(OfferError),
}

impl Deciding {
    /// Decides on the offer as it was read.
    pub(super) fn on(
        &self,
        ports: &Ports,
        firm: &Firm,
        read: &Versioned<Offer>,
        by: Decider,
        origin: &Origin,
    ) -> Step {
        let decision = Decision {
            answer: self.answer,
            reason: self.reason.clone().filter(|_| self.says_no()),
            by,
            origin: origin.clone(),
            at: ports.now(),
        };
        let today = firm.today(decision.at);
        match read.value.clone().decide(self.shown, decision, today) {
            Ok(Decided::Now(offer)) => {
                let changes = self.changes(ports, read, &offer, origin);
                Step::Write(Box::new(changes), Box::new(after(read, *offer)))
            }
            Ok(Decided::Before) => Step::Stood,
            Err(why) => Step::Refused(why),
        }
    }

    fn changes(
        &self,
        ports: &Ports,
        read: &Versioned<Offer>,
        decided: &Offer,
        origin: &Origin,
    ) -> Changes {
        let (actor, road) = match decided.decision().map(|decision| &decision.by) {
            Some(Decider::Contact { id, .. }) => (Actor::Contact(*id), "portal"),
            Some(Decider::LinkHolder { .. }) | None => (Actor::Anonymous, "link"),
        };
        let action = match self.answer {
            Answer::Accepted => AuditAction::OfferAccepted,
            Answer::Declined => AuditAction::OfferDeclined,
        };
        let mut entry = write::audit(ports.now(), actor, origin, action, about(decided));
        entry.facts.push(("road", road.to_owned()));
        let written = Changes::default().with(Change::Offer(read.update(decided.clone())));
        happened(ports, decided)
            .into_iter()
            .fold(written, Changes::with)
            .audited(entry)
            .mailed(notice(ports, decided))
    }

    fn says_no(&self) -> bool {
        self.answer == Answer::Declined
    }
}

/// One offer of the client, without noting that it was looked at.
async fn look(
    ports: &Ports,
    visiting: &Visiting,
    kind: OfferKind,
    id: OfferId,
) -> Result<Visited<Versioned<Offer>>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_offer(visit, id).await?;
    let Visited { who, page } = admit_to(ports, visit, kind.section(), found).await?;
    page.filter(|page| page.value.kind == kind)
        .map(|page| Visited { who, page })
        .ok_or(Error::NotFound)
}

/// Puts the first look on record. One that cannot be written is still a look: the next one is then
/// the first.
async fn note_view(
    ports: &Ports,
    visiting: &Visiting,
    who: &ContactSession,
    read: Versioned<Offer>,
) -> Versioned<Offer> {
    let Some(viewed) = read.value.clone().viewed(ports.now()) else {
        return read;
    };
    let action = AuditAction::OfferViewed;
    let Ok(entry) = audit(ports, visiting, who, action, about(&viewed)) else {
        // Staff who look are not the contact, who may not have looked yet.
        return read;
    };
    let changes = Changes::default()
        .with(Change::Offer(read.update(viewed.clone())))
        .audited(entry);
    match ports.store.commit(visiting.firm, changes).await {
        Ok(_) => after(&read, viewed),
        Err(_) => read,
    }
}

fn after(read: &Versioned<Offer>, value: Offer) -> Versioned<Offer> {
    let version = read.version.next();
    Versioned { version, value }
}

fn decider(who: &ContactSession) -> Decider {
    let contact = who.contact();
    // Two names of up to 100 characters and the space between them make such a line.
    let name = Line::parse(&contact.full_name()).unwrap_or_else(|_| Line::dash());
    Decider::Contact {
        id: contact.id,
        name,
    }
}

fn notice(ports: &Ports, decided: &Offer) -> Mail {
    tell::mail(ports, decided.client, MailTopic::OfferNotice(decided.id))
}
