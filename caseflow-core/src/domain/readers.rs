//! Which of a client's contacts may see a record.

use super::id::ContactId;

/// The contacts of one client for whom a document or an item of the vault is there. A contact needs
/// the permission of the section besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readers {
    /// Every contact of the client.
    All,
    /// These alone.
    Chosen(Chosen),
}

/// Contacts that were chosen, each once: at least one and at most [`Chosen::MOST`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen(Vec<ContactId>);

/// Why contacts cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("name 1 to {} contacts, or choose all", Chosen::MOST)]
pub struct ChosenError;

impl Chosen {
    /// The most contacts that may be chosen.
    pub const MOST: usize = 100;

    /// These contacts, in the order of their ids.
    ///
    /// # Errors
    /// When there is none, or more than [`MOST`](Self::MOST).
    pub fn new(mut contacts: Vec<ContactId>) -> Result<Self, ChosenError> {
        contacts.sort_unstable();
        contacts.dedup();
        let fits = (1..=Self::MOST).contains(&contacts.len());
        fits.then_some(Self(contacts)).ok_or(ChosenError)
    }

    /// The contacts, in the order of their ids.
    #[must_use]
    pub fn as_slice(&self) -> &[ContactId] {
        &self.0
    }
}

impl Readers {
    /// Whether this contact of the client is one of them.
    #[must_use]
    pub fn include(&self, contact: ContactId) -> bool {
        match self {
            Self::All => true,
            Self::Chosen(chosen) => chosen.0.binary_search(&contact).is_ok(),
        }
    }

    /// The contacts that were chosen; none when all may read.
    #[must_use]
    pub fn chosen(&self) -> &[ContactId] {
        match self {
            Self::All => &[],
            Self::Chosen(chosen) => chosen.as_slice(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::id::TypedId as _;
    use super::super::time::Timestamp;
    use super::*;

    fn contact(n: u8) -> ContactId {
        ContactId::from_parts(Timestamp::from_micros(0), [n; 10])
    }

    #[test]
    fn chosen_contacts_count_once_and_nobody_else_reads() {
        let chosen = Chosen::new(vec![contact(2), contact(1), contact(2)]).unwrap();
        assert_eq!(chosen.as_slice(), [contact(1), contact(2)]);
        let readers = Readers::Chosen(chosen);
        assert!(readers.include(contact(2)) && !readers.include(contact(3)));
        assert!(Readers::All.include(contact(3)));
    }

    #[test]
    fn nobody_and_too_many_are_refused() {
        assert_eq!(Chosen::new(vec![]), Err(ChosenError));
        let many = |n: u8| Chosen::new((0..n).map(contact).collect());
        assert!(many(100).is_ok() && many(101).is_err());
    }
}
