//! Proposals and estimates: drafting, sending, changing, taking back, and their mailed links.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse as _;
use caseflow_core::domain::changes::Version;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::id::{ClientId, OfferId, OfferLinkId};
use caseflow_core::domain::offer::{OfferKind, OfferLink, OfferStatus, OfferTerms};
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::domain::pricing::{Discount, PriceMode};
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::domain::text::{Email, Line, Prose};
use caseflow_core::firm::{offers, settings};
use caseflow_core::ports::store::{OfferFile, OfferQuery, OfferRow};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::invoices::EmptyBody;
use crate::api::answer::{
    All, Answer, Listing, Turn, Written, created, etag_with, listed, shown, written,
};
use crate::api::money::{LineBody, pricing};
use crate::api::offer::{FactsView, SummaryView};
use crate::api::request::{Asked, Desk, Edit, Keyed, Known};
use crate::api::wire::{Flaws, body};
use crate::download;
use crate::error::Failure;
use crate::extract::{BothInPath, InPath};
use crate::state::App;

/// A proposal or an estimate as a list shows it to the firm.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirmOfferSummary)]
pub(super) struct RowView {
    #[serde(flatten)]
    summary: SummaryView,
    /// When somebody of the client first looked at it.
    #[schema(format = DateTime)]
    viewed_at: Option<String>,
}

impl RowView {
    fn of(row: &OfferRow, today: NaiveDate) -> Self {
        Self {
            summary: SummaryView::of(row, today),
            viewed_at: row.viewed_at.map(|at| at.to_string()),
        }
    }
}

/// A proposal or an estimate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Offer)]
pub(super) struct OfferView {
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    #[serde(flatten)]
    facts: FactsView,
    /// A note that no contact ever sees.
    internal_note: Option<String>,
    /// The address that a proposal goes to beside those of the contacts.
    #[schema(format = Email)]
    email: Option<String>,
    /// When somebody of the client first looked at it.
    #[schema(format = DateTime)]
    viewed_at: Option<String>,
    /// From which network address it was answered.
    decided_from: Option<String>,
    /// When the draft was made.
    #[schema(format = DateTime)]
    created_at: String,
}

impl OfferView {
    fn of(file: &OfferFile, today: NaiveDate) -> Self {
        let offer = &file.offer.value;
        let note = offer.terms.internal_note.as_ref();
        let origin = offer.decision().map(|decision| &decision.origin);
        Self {
            version: file.offer.version.0,
            facts: FactsView::of(offer, today),
            internal_note: note.map(ToString::to_string),
            email: offer.terms.email.as_ref().map(ToString::to_string),
            viewed_at: offer.viewed_at.map(|at| at.to_string()),
            decided_from: origin.and_then(|origin| origin.ip).map(|ip| ip.to_string()),
            created_at: offer.created_at.to_string(),
        }
    }
}

/// A mailed link to a proposal. Its secret is nowhere but in the mail.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfferLink)]
pub(super) struct LinkView {
    /// Its id.
    #[schema(example = "olk_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    /// Whom it was mailed to.
    #[schema(format = Email)]
    email: String,
    /// When it was mailed.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was taken back.
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

impl LinkView {
    fn of(version: Version, link: &OfferLink) -> Self {
        Self {
            id: link.id.to_string(),
            version: version.0,
            email: link.email.to_string(),
            created_at: link.created_at.to_string(),
            revoked_at: link.revoked_at.map(|at| at.to_string()),
        }
    }
}

body! {
    /// What a proposal or an estimate says.
    OfferBody {
        /// Which of the two it is; it cannot change later.
        kind: OfferKind,
        /// Whom it is for; it cannot change later.
        client: ClientId,
        /// Its title.
        title: Line<200>,
        /// What is offered, in Markdown with tables; what is HTML there is text.
        body: Option<RichText>,
        /// The date printed on it.
        dated: NaiveDate,
        /// The last day on which it can be accepted.
        open_till: NaiveDate,
        /// What all its amounts are in.
        currency: Currency,
        /// Whether unit prices hold the taxes already.
        prices: PriceMode,
        /// 1 to 5,000 lines, in the order printed.
        lines: Vec<LineBody>,
        /// Taken off the sum of the lines, before tax.
        discount: Option<Discount>,
        /// The matter it belongs to.
        matter: Option<Line<120>>,
        /// A note that no contact ever sees.
        internal_note: Option<Prose<4000>>,
        /// The address that a proposal goes to beside those of the contacts, with a link that shows
        /// it without signing in. An estimate has none.
        email: Option<Email>,
    }
}

impl OfferBody {
    fn terms(self) -> Result<(OfferKind, ClientId, OfferTerms), Failure> {
        if self.kind == OfferKind::Estimate && self.email.is_some() {
            let why = "an estimate goes to no address of its own: leave it out";
            return Err(Flaws::one("/email", why));
        }
        let terms = OfferTerms {
            title: self.title,
            body: self.body,
            pricing: pricing(self.currency, self.prices, self.lines, self.discount),
            dated: self.dated,
            open_till: self.open_till,
            matter: self.matter,
            internal_note: self.internal_note,
            email: self.email,
        };
        Ok((self.kind, self.client, terms))
    }
}

body! {
    /// Which proposals and estimates.
    OffersQuery {
        /// Only those of this kind.
        kind: Option<OfferKind>,
        /// Only those with this status, as it is at this moment.
        status: Option<OfferStatus>,
        /// Only those of this client.
        client: Option<ClientId>,
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<()>>,
    }
}

impl From<OffersQuery> for OfferQuery {
    fn from(query: OffersQuery) -> Self {
        Self {
            kind: query.kind,
            status: query.status,
            client: query.client,
            page: PageQuery {
                after: query.after,
                size: query.limit,
            },
        }
    }
}

/// The firm's proposals and estimates, newest first.
#[utoipa::path(get, path = "/api/v1/offers", tag = "Proposals and estimates",
    operation_id = "list_offers", params(OffersQuery),
    responses((status = 200, description = "A page of them.", body = Listing<RowView>)))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Asked(query): Asked<OffersQuery>,
) -> Answer {
    let firm = settings::read(&app.ports, &desk.staff).await?.value;
    let page = offers::list(&app.ports, &desk.staff, &query.into()).await?;
    let today = firm.today(app.ports.now());
    Ok(listed(&page, |row| RowView::of(row, today)))
}

/// Makes a draft.
#[utoipa::path(post, path = "/api/v1/offers", tag = "Proposals and estimates",
    operation_id = "draft_offer", request_body = OfferBody,
    responses((status = 201, description = "Drafted.", body = Written)))]
pub(super) async fn draft(State(app): State<App>, desk: Desk, write: Keyed<OfferBody>) -> Answer {
    let (kind, client, terms) = write.body.terms()?;
    let reply = offers::draft(&app.ports, &write.call, kind, client, terms).await?;
    let path = format!("/api/v1/offers/{}", reply.id);
    Ok(created(&desk, &path, reply, write.replayed.into()))
}

/// One proposal or estimate.
#[utoipa::path(get, path = "/api/v1/offers/{id}", tag = "Proposals and estimates",
    operation_id = "read_offer",
    responses((status = 200, description = "The proposal or estimate.", body = OfferView)))]
pub(super) async fn read(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<OfferId>,
    known: Known,
) -> Answer {
    let (file, view) = load(&app, &desk, id).await?;
    let etag = etag_with(file.offer.version, view.facts.status);
    Ok(shown(&known, &etag, &view))
}

/// One proposal or estimate as a PDF file, as it stands now, in the language of the client's primary
/// contact. A draft is refused: it has no number, and may still change.
#[utoipa::path(get, path = "/api/v1/offers/{id}/pdf", tag = "Proposals and estimates",
    operation_id = "print_offer",
    responses((status = 200, description = "The file.", content_type = "application/pdf",
        body = Vec<u8>)))]
pub(super) async fn pdf(State(app): State<App>, desk: Desk, InPath(id): InPath<OfferId>) -> Answer {
    let document = offers::pdf(&app.ports, &desk.staff, id).await?;
    Ok(download::pdf(document))
}

/// Changes what was not answered. What was sent says so at once, and nobody decides on the old terms
/// any more; no mail goes out before it is sent again.
#[utoipa::path(patch, path = "/api/v1/offers/{id}", tag = "Proposals and estimates",
    operation_id = "change_offer", request_body = OfferBody,
    responses((status = 200, description = "Changed.", body = Written)))]
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<OfferId>,
    edit: Edit,
) -> Answer {
    let (old, view) = load(&app, &desk, id).await?;
    let body: OfferBody = edit.over(&view)?;
    let (kind, client, terms) = body.terms()?;
    let offer = &old.offer.value;
    if client != offer.client {
        return Err(Flaws::one("/client", "the client cannot change"));
    }
    if kind != offer.kind {
        return Err(Flaws::one("/kind", "the kind cannot change"));
    }
    let expected = edit.write.expected.or(Some(old.offer.version));
    let reply = offers::revise(&app.ports, &edit.write.call, id, expected, terms).await?;
    Ok(written(reply, Turn::First))
}

/// Sends a draft under its series' next number, or once more what was sent or withdrawn before. Who
/// gets mail about it is told, and a proposal's own address gets a new link.
#[utoipa::path(post, path = "/api/v1/offers/{id}/send", tag = "Proposals and estimates",
    operation_id = "send_offer", request_body = Option<EmptyBody>,
    responses((status = 200, description = "Sent.", body = Written)))]
pub(super) async fn send(
    State(app): State<App>,
    InPath(id): InPath<OfferId>,
    write: Keyed<EmptyBody>,
) -> Answer {
    let reply = offers::send(&app.ports, &write.call, id, write.expected).await?;
    Ok(written(reply, write.replayed.into()))
}

/// Takes back what waits for an answer. Its links are dead until it is sent again.
#[utoipa::path(post, path = "/api/v1/offers/{id}/withdraw", tag = "Proposals and estimates",
    operation_id = "withdraw_offer", request_body = Option<EmptyBody>,
    responses((status = 200, description = "Withdrawn.", body = Written)))]
pub(super) async fn withdraw(
    State(app): State<App>,
    InPath(id): InPath<OfferId>,
    write: Keyed<EmptyBody>,
) -> Answer {
    let reply = offers::withdraw(&app.ports, &write.call, id, write.expected).await?;
    Ok(written(reply, write.replayed.into()))
}

/// The links that were mailed to a proposal's own address, those that were taken back too.
#[utoipa::path(get, path = "/api/v1/offers/{id}/links", tag = "Proposals and estimates",
    operation_id = "list_offer_links",
    responses((status = 200, description = "All of them.", body = All<LinkView>)))]
pub(super) async fn links(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<OfferId>,
) -> Answer {
    let file = offers::read(&app.ports, &desk.staff, id).await?;
    let links = file.links.iter();
    let links = links.map(|link| LinkView::of(link.version, &link.value));
    let all = All {
        data: links.collect(),
    };
    Ok(Json(all).into_response())
}

/// Takes a link back, for ever. Once more changes nothing. `If-Match` means the link.
#[utoipa::path(post, path = "/api/v1/offers/{id}/links/{link}/revoke",
    tag = "Proposals and estimates", operation_id = "revoke_offer_link",
    request_body = Option<EmptyBody>,
    responses((status = 200, description = "Taken back. The reply names the link.",
        body = Written)))]
pub(super) async fn revoke_link(
    State(app): State<App>,
    BothInPath(id, link): BothInPath<OfferId, OfferLinkId>,
    write: Keyed<EmptyBody>,
) -> Answer {
    let (ports, expected) = (&app.ports, write.expected);
    let reply = offers::revoke_link(ports, &write.call, id, link, expected).await?;
    Ok(written(reply, write.replayed.into()))
}

async fn load(
    app: &App,
    desk: &Desk,
    id: OfferId,
) -> Result<(OfferFile, OfferView), caseflow_core::Error> {
    let file = offers::read(&app.ports, &desk.staff, id).await?;
    let firm = settings::read(&app.ports, &desk.staff).await?.value;
    let view = OfferView::of(&file, firm.today(app.ports.now()));
    Ok((file, view))
}
