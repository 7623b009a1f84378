//! What surrounds every page: the document's language, the firm's mark, the side bar.

use std::fmt;

use caseflow_core::domain::access::Section;

use crate::assets;
use crate::urls::{Urls, path};

/// What every page needs, signed in or not.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) urls: Urls,
    /// BCP 47 language of the text, such as `en`.
    pub(crate) lang: String,
    pub(crate) direction: Direction,
    pub(crate) brand: Brand,
    /// File name of the firm's generated style sheet; the built-in colours without one.
    pub(crate) theme: Option<String>,
    /// Whether staff come here while they look at the portal as a contact. A page with a side bar says
    /// so there, and who.
    pub(crate) preview: bool,
}

impl Frame {
    pub(crate) fn stylesheet(&self) -> String {
        self.urls.asset(&assets::STYLESHEET.name)
    }

    pub(crate) fn script(&self) -> String {
        self.urls.asset(&assets::SCRIPT.name)
    }

    /// The script that shows a payment provider's form.
    pub(crate) fn checkout_script(&self) -> String {
        self.urls.asset(&assets::CHECKOUT_SCRIPT.name)
    }

    /// The style sheet with the script face, for pages with a signature.
    pub(crate) fn signing_stylesheet(&self) -> String {
        self.urls.asset(&assets::SIGNING_STYLESHEET.name)
    }

    /// The script that shows a name in the script face while it is typed.
    pub(crate) fn signing_script(&self) -> String {
        self.urls.asset(&assets::SIGNING_SCRIPT.name)
    }

    /// The script that hides a secret again.
    pub(crate) fn vault_script(&self) -> String {
        self.urls.asset(&assets::VAULT_SCRIPT.name)
    }

    pub(crate) fn icon(&self) -> String {
        self.urls.asset(&assets::ICON.name)
    }
}

/// The way the text runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ltr,
    Rtl,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        })
    }
}

/// How the firm presents itself.
#[derive(Debug, Clone)]
pub(crate) struct Brand {
    pub(crate) name: String,
    /// A monogram of the name takes the place of a missing logo.
    pub(crate) logo: Option<Logo>,
    /// Where a reader who needs help may write.
    pub(crate) support_email: Option<String>,
}

impl Brand {
    /// The initials of the first two words that start with a letter or digit.
    pub(crate) fn monogram(&self) -> String {
        self.name
            .split_whitespace()
            .filter_map(|word| word.chars().next())
            .filter(|first| first.is_alphanumeric())
            .take(2)
            .flat_map(char::to_uppercase)
            .collect()
    }
}

/// Addresses of the firm's logo; the light one also serves the dark scheme when alone.
#[derive(Debug, Clone)]
pub(crate) struct Logo {
    pub(crate) light: String,
    pub(crate) dark: Option<String>,
}

/// The side bar of somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    entries: Vec<Entry>,
    current: Option<Place>,
    /// Full name of the contact.
    pub(crate) contact: String,
    /// Name of the client that the contact acts for.
    pub(crate) client: String,
    /// Name of the member of staff who is looking at the portal as this contact.
    pub(crate) preview: Option<String>,
}

impl Bar {
    /// A bar with these entries, in the portal's own order whatever order they come in.
    pub(crate) fn new(mut entries: Vec<Entry>, contact: &str, client: &str) -> Self {
        entries.sort_by_key(|entry| entry.place);
        let (contact, client) = (contact.to_owned(), client.to_owned());
        Self {
            entries,
            current: None,
            contact,
            client,
            preview: None,
        }
    }

    /// The same bar with the place of the page marked.
    pub(crate) fn at(mut self, place: Place) -> Self {
        self.current = Some(place);
        self
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries but the dashboard's own.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Entry> {
        self.entries
            .iter()
            .filter(|entry| entry.place != Place::Dashboard)
    }

    pub(crate) fn is_at(&self, entry: &Entry) -> bool {
        self.current == Some(entry.place)
    }
}

/// One entry of the side bar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) place: Place,
    /// How many things there wait for the contact; nothing is shown for 0.
    pub(crate) waiting: u32,
}

/// Where the side bar leads, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Dashboard,
    Section(Section),
    Profile,
}

impl Place {
    pub(crate) fn path(&self) -> &'static str {
        match self {
            Self::Dashboard => path::DASHBOARD,
            Self::Section(Section::Invoices) => path::INVOICES,
            Self::Section(Section::Proposals) => path::PROPOSALS,
            Self::Section(Section::Contracts) => path::CONTRACTS,
            Self::Section(Section::Estimates) => path::ESTIMATES,
            Self::Section(Section::Documents) => path::DOCUMENTS,
            Self::Section(Section::Vault) => path::VAULT,
            Self::Section(Section::Library) => path::LIBRARY,
            Self::Profile => path::PROFILE,
        }
    }

    /// The outline of the place's icon on a 24 by 24 grid, as an SVG path.
    pub(crate) fn icon(&self) -> &'static str {
        match self {
            Self::Dashboard => {
                "M4 11.2 12 4.5l8 6.7V19a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1z"
            }
            Self::Section(Section::Invoices) => {
                "M6 3.5h12v17l-2.4-1.6-1.8 1.6-1.8-1.6-1.8 1.6-1.8-1.6L6 20.5zM9 8h6M9 11.5h6M9 15h3.5"
            }
            Self::Section(Section::Proposals) => {
                "M14 3.5H7a1 1 0 0 0-1 1v15a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7.5zM14 3.5v4h4M9.2 14l2 2 3.8-4"
            }
            Self::Section(Section::Contracts) => {
                "M4 20.5h16M5.5 16.5l.8-3.6L15.4 3.8a1.5 1.5 0 0 1 2.1 0l.9.9a1.5 1.5 0 0 1 0 2.1L9.3 15.9zM13.5 5.7l3 3"
            }
            Self::Section(Section::Estimates) => {
                "M6 3.5h12a1 1 0 0 1 1 1v15a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1zM8.5 7h7v3h-7zM8.5 13.5h.01M12 13.5h.01M15.5 13.5h.01M8.5 17h.01M12 17h.01M15.5 17h.01"
            }
            Self::Section(Section::Documents) => {
                "M3.5 18V6.5a1 1 0 0 1 1-1h4.8l2.2 2.5h8a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1z"
            }
            Self::Section(Section::Vault) => {
                "M6 10.5h12a1 1 0 0 1 1 1V19a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-7.5a1 1 0 0 1 1-1zM8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.5v2"
            }
            Self::Section(Section::Library) => {
                "M12 6.5C10 5 7.2 4.5 3.5 4.5v13.5c3.7 0 6.5.5 8.5 2 2-1.5 4.8-2 8.5-2V4.5c-3.7 0-6.5.5-8.5 2zM12 6.5V20"
            }
            Self::Profile => {
                "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-3.8 3.8-5.5 7.5-5.5s6.7 1.7 7.5 5.5"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand(name: &str) -> Brand {
        Brand {
            name: name.to_owned(),
            logo: None,
            support_email: None,
        }
    }

    #[test]
    fn a_monogram_is_two_initials_at_most() {
        assert_eq!(brand("Hartwell & Lowe LLP").monogram(), "HL");
        assert_eq!(brand("müller").monogram(), "M");
        assert_eq!(brand("\"><script>").monogram(), "");
    }

    #[test]
    fn the_bar_keeps_its_order() {
        let entry = |place| Entry { place, waiting: 0 };
        let entries = vec![
            entry(Place::Profile),
            entry(Place::Section(Section::Library)),
            entry(Place::Dashboard),
            entry(Place::Section(Section::Invoices)),
        ];
        let bar = Bar::new(entries, "Ana", "Acme").at(Place::Profile);
        let places: Vec<Place> = bar.entries().iter().map(|entry| entry.place).collect();
        assert_eq!(
            places,
            [
                Place::Dashboard,
                Place::Section(Section::Invoices),
                Place::Section(Section::Library),
                Place::Profile
            ]
        );
        assert!(bar.is_at(&bar.entries()[3]) && !bar.is_at(&bar.entries()[0]));
        assert_eq!(bar.others().count(), 3);
    }
}
