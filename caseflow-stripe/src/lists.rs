//! What has happened since, from the record of events or, further back, from the objects.

use caseflow_core::domain::gateway::EventRef;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::payments::{ChangesPage, CheckoutsPage, GatewayError, Notice, PageToken};
use std::time::Duration;
use stripe_checkout::checkout_session::ListCheckoutSession;
use stripe_core::dispute::ListDispute;
use stripe_core::event::ListEvent;
use stripe_core::refund::ListRefund;
use stripe_types::RangeQueryTs;

use crate::failure::{Unanswered, line};
use crate::gateway::Stripe;
use crate::look::{PAGE, sessions};
use crate::object::ObjectId;
use crate::reply::{Dispute, Event, Page, Refund, Session};
use crate::standing::reference;
use crate::webhook::KINDS;

/// How far back events are kept, less an hour.
const RECORD: Duration = Duration::from_secs((30 * 24 - 1) * 60 * 60);
/// Each checkout costs two more calls.
const CHECKOUTS: i64 = 25;

/// Which list goes on, after which object.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    list: List,
    after: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Sessions,
    Refunds,
    Disputes,
    Events,
}

impl List {
    const ALL: [Self; 4] = [Self::Sessions, Self::Refunds, Self::Disputes, Self::Events];

    const fn code(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Refunds => "refunds",
            Self::Disputes => "disputes",
            Self::Events => "events",
        }
    }

    /// The events come last: they also tell what happened to older objects.
    const fn next(self) -> Option<Self> {
        match self {
            Self::Sessions => Some(Self::Refunds),
            Self::Refunds => Some(Self::Disputes),
            Self::Disputes => Some(Self::Events),
            Self::Events => None,
        }
    }
}

impl Place {
    /// A token that nobody was given starts anew, which does no harm.
    fn read(token: &PageToken) -> Option<Self> {
        let (list, after) = token.0.split_once(':')?;
        Some(Self {
            list: List::ALL.into_iter().find(|known| known.code() == list)?,
            after: (!after.is_empty()).then(|| after.to_owned()),
        })
    }

    fn token(&self) -> PageToken {
        let after = self.after.as_deref().unwrap_or_default();
        PageToken(format!("{}:{after}", self.list.code()))
    }

    /// Where it goes on after a page that ended with `last`.
    fn next(&self, has_more: bool, last: Option<&str>) -> Option<Self> {
        match last {
            Some(last) if has_more => Some(Self {
                list: self.list,
                after: Some(last.to_owned()),
            }),
            _ => self.list.next().map(|list| Self { list, after: None }),
        }
    }
}

impl Stripe {
    pub(crate) async fn changes_page(
        &self,
        since: Timestamp,
        after: Option<&PageToken>,
    ) -> Result<ChangesPage, GatewayError> {
        let place = after.and_then(Place::read).unwrap_or(Place {
            list: self.first_list(since),
            after: None,
        });
        match place.list {
            List::Events => self.events(since, place).await,
            List::Sessions => self.listed_sessions(since, place).await,
            List::Refunds => self.listed_refunds(since, place).await,
            List::Disputes => self.listed_disputes(since, place).await,
        }
    }

    fn first_list(&self, since: Timestamp) -> List {
        if self.clock.now().since(since) > RECORD {
            List::Sessions
        } else {
            List::Events
        }
    }

    async fn events(&self, since: Timestamp, place: Place) -> Result<ChangesPage, GatewayError> {
        let kinds: Vec<String> = KINDS.iter().map(|kind| (*kind).to_owned()).collect();
        let request = ListEvent::new()
            .types(kinds)
            .created(from(since))
            .limit(PAGE);
        let request = match &place.after {
            Some(after) => request.starting_after(after.as_str()),
            None => request,
        };
        let page: Page<Event> = self.transport.get(&request).await?;
        Ok(ChangesPage {
            notices: page
                .data
                .iter()
                .filter_map(|event| self.reader.notice(event))
                .collect(),
            next: next(&place, &page, |event| &event.id),
        })
    }

    async fn listed_sessions(
        &self,
        since: Timestamp,
        place: Place,
    ) -> Result<ChangesPage, GatewayError> {
        let request = ListCheckoutSession::new();
        let request = narrowed(request, since, place.after.as_deref()).limit(PAGE);
        let page: Page<Session> = self.transport.get(&request).await?;
        let notice = |session: &Session| {
            let status = [session.status.as_deref(), session.payment_status.as_deref()];
            listed("checkout.session", &session.id, &status)
        };
        Ok(ChangesPage {
            notices: page.data.iter().map(notice).collect::<Result<_, _>>()?,
            next: next(&place, &page, |session| &session.id),
        })
    }

    async fn listed_refunds(
        &self,
        since: Timestamp,
        place: Place,
    ) -> Result<ChangesPage, GatewayError> {
        let request = ListRefund::new().created(from(since)).limit(PAGE);
        let request = match &place.after {
            Some(after) => request.starting_after(after.as_str()),
            None => request,
        };
        let page: Page<Refund> = self.transport.get(&request).await?;
        let notice = |refund: &Refund| listed("refund", &refund.id, &[refund.status.as_deref()]);
        Ok(ChangesPage {
            notices: page.data.iter().map(notice).collect::<Result<_, _>>()?,
            next: next(&place, &page, |refund| &refund.id),
        })
    }

    async fn listed_disputes(
        &self,
        since: Timestamp,
        place: Place,
    ) -> Result<ChangesPage, GatewayError> {
        let request = ListDispute::new().created(from(since)).limit(PAGE);
        let request = match &place.after {
            Some(after) => request.starting_after(after.as_str()),
            None => request,
        };
        let page: Page<Dispute> = self.transport.get(&request).await?;
        let notice =
            |dispute: &Dispute| listed("dispute", &dispute.id, &[dispute.status.as_deref()]);
        Ok(ChangesPage {
            notices: page.data.iter().map(notice).collect::<Result<_, _>>()?,
            next: next(&place, &page, |dispute| &dispute.id),
        })
    }

    pub(crate) async fn checkouts_page(
        &self,
        since: Timestamp,
        after: Option<&PageToken>,
    ) -> Result<CheckoutsPage, GatewayError> {
        let after = after.and_then(|token| ObjectId::parse(&token.0));
        let after = after.map(ObjectId::into_any_text);
        let request = narrowed(sessions(), since, after.as_deref()).limit(CHECKOUTS);
        let page: Page<Session> = self.transport.get(&request).await?;
        let mut checkouts = vec![];
        for session in &page.data {
            checkouts.push(self.snapshot(session).await?);
        }
        let last = page.data.last().filter(|_| page.has_more == Some(true));
        Ok(CheckoutsPage {
            checkouts,
            next: last.map(|session| PageToken(session.id.clone())),
        })
    }
}

fn narrowed(
    request: ListCheckoutSession,
    since: Timestamp,
    after: Option<&str>,
) -> ListCheckoutSession {
    let request = request.created(from(since));
    match after {
        Some(after) => request.starting_after(after),
        None => request,
    }
}

/// To the second, and none too late.
fn from(since: Timestamp) -> RangeQueryTs {
    RangeQueryTs::gte(since.micros().div_euclid(1_000_000))
}

fn next<T>(place: &Place, page: &Page<T>, id: impl Fn(&T) -> &String) -> Option<PageToken> {
    let last = page.data.last().map(|last| id(last).as_str());
    let next = place.next(page.has_more == Some(true), last)?;
    Some(next.token())
}

/// A notice of an object as it stands: when it stands otherwise, it is another notice.
fn listed(kind: &str, id: &str, status: &[Option<&str>]) -> Result<Notice, Unanswered> {
    let mut event = id.to_owned();
    for status in status {
        event.push('.');
        event.push_str(status.unwrap_or("unknown"));
    }
    let unreadable = || Unanswered::Unreadable(format!("the status of {id}"));
    Ok(Notice {
        event: EventRef::parse(&event).map_err(|_| unreadable())?,
        kind: line(kind).ok_or_else(unreadable)?,
        about: reference(id)?,
        // When it came to stand like this is not said.
        at: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back() {
        for list in List::ALL {
            for after in [None, Some("re_1A".to_owned())] {
                let place = Place { list, after };
                assert_eq!(Place::read(&place.token()), Some(place));
            }
        }
        for wrong in ["", "sessions", "cheques:", "evt_1"] {
            assert_eq!(Place::read(&PageToken(wrong.to_owned())), None, "{wrong}");
        }
    }

    #[test]
    fn the_lists_follow_each_other_to_the_events() {
        let mut place = Place {
            list: List::Sessions,
            after: None,
        };
        let mut lists = vec![place.list];
        while let Some(next) = place.next(false, Some("cs_1")) {
            lists.push(next.list);
            place = next;
        }
        assert_eq!(lists, List::ALL);
    }
}
