//! What staff and clients do with proposals and estimates.

use caseflow_core::domain::access::Origin;
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::{Reply, Versioned};
use caseflow_core::domain::id::{OfferId, Subject};
use caseflow_core::domain::offer::{Answer, Digest, Offer, OfferKind, OfferStatus, OfferTerms};
use caseflow_core::domain::page::{PageQuery, PageSize};
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::text::PersonName;
use caseflow_core::error::Error;
use caseflow_core::firm::{audit, offers};
use caseflow_core::portal::offers::{Deciding, Outcome};
use caseflow_core::portal::{self, Visited};
use caseflow_core::ports::mailer::Letter;
use caseflow_core::ports::store::{AuditQuery, OfferFile, OfferLinkCard};
use caseflow_core::testing::{PlainAddresses, fixtures};
use caseflow_core::upkeep;

use super::setup::Story;

/// The address that proposals of this story go to.
pub(crate) const ADDRESS: &str = "board@example.com";

/// Terms of one line, open till 2026-12-24.
pub(crate) fn terms(amount: &str) -> OfferTerms {
    let pricing = fixtures::terms(fixtures::usd(amount), "2026-11-24", "2026-12-24").pricing;
    OfferTerms {
        title: fixtures::line("Annual accounts"),
        body: None,
        pricing,
        dated: fixtures::day("2026-11-24"),
        open_till: fixtures::day("2026-12-24"),
        matter: None,
        internal_note: None,
        email: Some(fixtures::email(ADDRESS)),
    }
}

pub(crate) fn name() -> PersonName {
    PersonName::parse("Ida Board").unwrap()
}

pub(crate) fn offer_id(reply: Reply) -> OfferId {
    match reply.id {
        Subject::Offer(id) => id,
        other => panic!("{other} is no offer"),
    }
}

pub(crate) type Answered = Result<Outcome<Visited<Versioned<Offer>>>, Error>;
pub(crate) type AnsweredByLink = Result<Outcome<OfferLinkCard>, Error>;

impl Story {
    pub(crate) async fn drafted_offer(&self, kind: OfferKind, terms: OfferTerms) -> OfferId {
        let (call, client) = (self.call(), self.office.client.id);
        let drafted = offers::draft(&self.ports, &call, kind, client, terms).await;
        offer_id(drafted.unwrap())
    }

    pub(crate) async fn sent_offer(&self, kind: OfferKind) -> OfferId {
        let id = self.drafted_offer(kind, terms("100.00")).await;
        self.send_offer(id).await;
        id
    }

    pub(crate) async fn send_offer(&self, id: OfferId) {
        let sent = offers::send(&self.ports, &self.call(), id, None).await;
        assert_eq!(offer_id(sent.unwrap()), id);
    }

    /// Replaces the terms, keeping the version out of it.
    pub(crate) async fn revise_offer(&self, id: OfferId, terms: OfferTerms) {
        let revised = offers::revise(&self.ports, &self.call(), id, None, terms).await;
        assert_eq!(offer_id(revised.unwrap()), id);
    }

    /// The offer as the firm sees it.
    pub(crate) async fn offer_file(&self, id: OfferId) -> OfferFile {
        let staff = self.office.staff();
        offers::read(&self.ports, &staff, id).await.unwrap()
    }

    pub(crate) async fn offer(&self, id: OfferId) -> Offer {
        self.offer_file(id).await.offer.value
    }

    /// Its status, found alike by the firm and by the client, on the page and in the list.
    pub(crate) async fn offer_status(&self, id: OfferId) -> OfferStatus {
        let today = self.office.firm.today(self.ports.now());
        let offer = self.offer(id).await;
        let status = offer.status(today);
        let contact = self.contact();
        let read = portal::offers::read(&self.ports, &contact, offer.kind, id).await;
        assert_eq!(read.unwrap().page.value.status(today), status);
        let all = all_rows();
        let list = portal::offers::list(&self.ports, &contact, offer.kind, &all).await;
        let rows = list.unwrap().page.rows;
        let row = rows.iter().find(|row| row.id == id).unwrap();
        assert_eq!(row.status(today), status);
        status
    }

    /// The contact opens the offer's page, and is told what the form carries.
    pub(crate) async fn opens(&self, kind: OfferKind, id: OfferId) -> Digest {
        let read = portal::offers::read(&self.ports, &self.contact(), kind, id).await;
        read.unwrap().page.value.digest()
    }

    pub(crate) async fn answer(&self, id: OfferId, answer: Answer) -> Answered {
        let offer = self.offer(id).await;
        self.answer_on(offer.digest(), offer.kind, id, answer).await
    }

    pub(crate) async fn answer_on(
        &self,
        shown: Digest,
        kind: OfferKind,
        id: OfferId,
        answer: Answer,
    ) -> Answered {
        let deciding = deciding(shown, answer);
        portal::offers::decide(&self.ports, &self.contact(), kind, id, &deciding).await
    }

    pub(crate) async fn answer_by_link(
        &self,
        secret: &Secret,
        shown: Digest,
        answer: Answer,
    ) -> AnsweredByLink {
        let (firm, deciding) = (self.office.firm.id, deciding(shown, answer));
        let origin = Origin::default();
        let name = name();
        portal::offer_links::decide(&self.ports, firm, secret, &name, &deciding, &origin).await
    }

    pub(crate) async fn look_by_link(&self, secret: &Secret) -> Result<OfferLinkCard, Error> {
        let firm = self.office.firm.id;
        portal::offer_links::read(&self.ports, firm, secret, &Origin::default()).await
    }

    /// Sends what waits, and answers all of it.
    pub(crate) async fn letters(&self) -> Vec<Letter> {
        upkeep::tick(&self.ports).await.unwrap();
        self.doubles.mailer.take()
    }

    /// Sends what waits, and answers the secret in the letter to the proposal's own address.
    pub(crate) async fn offer_secret(&self) -> Secret {
        let letters = self.letters().await;
        let mut linked = letters.iter().filter(|it| it.to.as_str() == ADDRESS);
        PlainAddresses::secret_in(&linked.next().unwrap().text).unwrap()
    }

    /// The last row of the audit log that has this action.
    pub(crate) async fn last_audited(&self, action: &str) -> AuditRow {
        let query = AuditQuery {
            about: None,
            page: all_rows(),
        };
        let staff = self.office.staff();
        let rows = audit::list(&self.ports, &staff, &query).await.unwrap().rows;
        let mut rows = rows.into_iter().filter(|row| row.action == action);
        rows.next_back().unwrap()
    }

    /// How often each of these actions stands in the audit log.
    pub(crate) async fn audited<const N: usize>(&self, actions: [&str; N]) -> [usize; N] {
        let staff = self.office.staff();
        let mut query = AuditQuery {
            about: None,
            page: all_rows(),
        };
        let mut counts = [0; N];
        loop {
            let page = audit::list(&self.ports, &staff, &query).await.unwrap();
            for row in page.rows {
                let place = actions.iter().position(|action| *action == row.action);
                place.into_iter().for_each(|place| counts[place] += 1);
            }
            if page.next.is_none() {
                return counts;
            }
            query.page.after = page.next;
        }
    }
}

pub(crate) fn deciding(shown: Digest, answer: Answer) -> Deciding {
    Deciding {
        shown,
        answer,
        reason: None,
    }
}

/// The longest page there is.
fn all_rows<K>() -> PageQuery<K> {
    PageQuery {
        after: None,
        size: PageSize::MAX,
    }
}
