use caseflow_core::domain::offer::OfferLink;
use caseflow_core::domain::secret::TokenHash;

use crate::read::{Cells, Stored, Unreadable};
use crate::table::Table;
use crate::value::{Value, hex, text};

pub(crate) const OFFER_LINKS: Table = Table {
    name: "caseflow_offer_links",
    key: &["id"],
    texts: &["offer_id", "client_id", "email", "token"],
    numbers: &["created_at", "revoked_at"],
    versioned: true,
};

pub(crate) fn values(link: &OfferLink) -> Vec<Value> {
    vec![
        text(link.id),
        text(link.offer),
        text(link.client),
        text(&link.email),
        hex(link.token.as_bytes()),
        link.created_at.into(),
        link.revoked_at.into(),
    ]
}

impl Stored for OfferLink {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            id: cells.parse()?,
            offer: cells.parse()?,
            client: cells.parse()?,
            email: cells.parse()?,
            token: TokenHash::from_bytes(cells.hash()?),
            created_at: cells.time()?,
            revoked_at: cells.maybe_time()?,
        })
    }
}
