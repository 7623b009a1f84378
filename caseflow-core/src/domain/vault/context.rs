//! What a sealed object is bound to.

use super::super::id::{ClientId, FirmId, TypedId};

/// Names the format, so that no other use of a key can be taken for it.
const LABEL: &[u8; 18] = b"caseflow-vault-v1\0";

/// One version of one item of one client of one firm: what a key is for.
///
/// Whoever opens an object or an envelope says which one they expect. One that was sealed for
/// another is refused, even by the same key: nothing can be swapped (R-VLT-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemVersion {
    firm: FirmId,
    client: ClientId,
    item: u128,
    version: u64,
}

/// Which of the things that are sealed for a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Its key, in the envelope.
    Key,
    /// Its details.
    Details,
    /// Its body.
    Body,
}

impl Part {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Key, Self::Details, Self::Body];

    const fn code(self) -> u8 {
        match self {
            Self::Key => 0,
            Self::Details => 1,
            Self::Body => 2,
        }
    }
}

impl ItemVersion {
    /// The length of a context.
    pub const CONTEXT: usize = 75;

    /// This version of this item.
    ///
    /// Of the item's id its 128 bits count, not its prefix: ids are drawn at random, so no two
    /// records share them.
    #[must_use]
    pub fn new(firm: FirmId, client: ClientId, item: impl TypedId, version: u64) -> Self {
        Self {
            firm,
            client,
            item: item.as_u128(),
            version,
        }
    }

    /// Whose client it is.
    #[must_use]
    pub const fn firm(&self) -> FirmId {
        self.firm
    }

    /// Whose item it is.
    #[must_use]
    pub const fn client(&self) -> ClientId {
        self.client
    }

    /// The bytes that bind a part to this version: `caseflow-vault-v1` and a zero (18 bytes), firm,
    /// client and item (16 bytes each), version (8 bytes), part (1 byte; key 0, details 1, body 2),
    /// integers big-endian. All fields have one width, so no two contexts read alike.
    #[must_use]
    pub fn context(&self, part: Part) -> [u8; Self::CONTEXT] {
        let ids = [self.firm.as_u128(), self.client.as_u128(), self.item].map(u128::to_be_bytes);
        let fields = LABEL.iter().chain(ids.as_flattened());
        let fields = fields.copied().chain(self.version.to_be_bytes());
        let mut context = [0; Self::CONTEXT];
        for (byte, field) in context.iter_mut().zip(fields.chain([part.code()])) {
            *byte = field;
        }
        context
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::id::InvoiceId;
    use super::super::super::time::Timestamp;
    use super::*;

    #[test]
    fn a_context_has_its_fields_where_they_are_documented() {
        let at = Timestamp::from_micros(1_764_000_000_123_456);
        let firm = FirmId::from_parts(at, [1; 10]);
        let client = ClientId::from_parts(at, [2; 10]);
        let item = InvoiceId::from_parts(at, [3; 10]);
        let context = ItemVersion::new(firm, client, item, 0x0102).context(Part::Body);
        assert_eq!(&context[..18], b"caseflow-vault-v1\0");
        assert_eq!(context[18..34], firm.as_u128().to_be_bytes());
        assert_eq!(context[34..50], client.as_u128().to_be_bytes());
        assert_eq!(context[50..66], item.as_u128().to_be_bytes());
        assert_eq!(context[66..], [0, 0, 0, 0, 0, 0, 1, 2, 2]);
    }
}
