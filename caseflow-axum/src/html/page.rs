//! From the core's nouns to what surrounds every page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use caseflow_core::Error;
use caseflow_core::domain::access::{ContactSession, Section};
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize, SortKey};
use caseflow_core::domain::text;
use caseflow_core::portal;
use chrono::NaiveDate;

use super::views::Pager;
use super::views::forms::Problems;
use super::views::frame::{Bar, Brand, Direction, Entry, Frame, Logo, Place};
use crate::assets::logo_name;
use crate::error::{Failure, ask_to_wait};
use crate::state::{App, Here};
use crate::theme::Theme;
use crate::urls::{Urls, with_query};

/// What a handler answers.
pub(super) type Answer = Result<Response, Failure>;

/// A page with its status.
pub(super) fn show(status: StatusCode, view: &impl Template) -> Answer {
    let mut html = String::with_capacity(USUAL_BYTES);
    view.render_into(&mut html)
        .map_err(|_| Failure::UNRENDERED)?;
    Ok((status, Html(html)).into_response())
}

/// A page with 200.
pub(super) fn ok(view: &impl Template) -> Answer {
    show(StatusCode::OK, view)
}

/// A form with what is wrong with it: 422, or 429 when the next try has to wait.
pub(super) fn again(problems: &Problems, view: &impl Template) -> Answer {
    let Some(wait) = problems.wait() else {
        return show(StatusCode::UNPROCESSABLE_ENTITY, view);
    };
    let mut response = show(StatusCode::TOO_MANY_REQUESTS, view)?;
    ask_to_wait(response.headers_mut(), wait);
    Ok(response)
}

/// The frame for somebody who is not signed in.
pub(super) async fn front(app: &App, here: &Here) -> Result<Frame, Error> {
    let firm = portal::house(&app.ports, here.firm).await?;
    Ok(outside(here, &firm))
}

/// The same for a page that somebody who is signed in comes to as well: it is marked when staff look.
pub(super) async fn beside(app: &App, here: &Here) -> Result<Frame, Error> {
    let frame = front(app, here).await?;
    let preview = here.visitor.is_some_and(|visitor| visitor.is_staff());
    Ok(Frame { preview, ..frame })
}

/// The frame for somebody who is not signed in, of a firm that is at hand.
pub(super) fn outside(here: &Here, firm: &Firm) -> Frame {
    frame(&here.urls, firm, firm.language.direction())
}

/// The frame of a page that cannot even say whose it is.
pub(super) fn nameless(urls: Urls) -> Frame {
    let brand = Brand {
        name: "Client portal".to_owned(),
        logo: None,
        support_email: None,
    };
    Frame {
        urls,
        lang: LANGUAGE.to_owned(),
        direction: Direction::Ltr,
        brand,
        theme: None,
        preview: false,
    }
}

/// Frame and side bar of a contact's page.
pub(super) fn inside(here: &Here, who: &ContactSession) -> (Frame, Bar) {
    let frame = frame(
        &here.urls,
        who.firm(),
        direction_of(who.firm(), who.contact()),
    );
    let open = who.sections();
    let places = BUILT.into_iter().filter(|place| match place {
        Place::Section(section) => open.contains(*section),
        Place::Dashboard | Place::Profile => true,
    });
    let entries = places.map(|place| Entry { place, waiting: 0 });
    let contact = who.contact().full_name();
    let mut bar = Bar::new(entries.collect(), &contact, who.client().name.as_str());
    bar.preview = who.preview().map(ToString::to_string);
    (frame, bar)
}

/// Where in a list the reader is: in most, by day.
#[derive(Debug)]
pub(super) struct Turning<K = NaiveDate>(Option<Cursor<K>>);

impl<K: SortKey + Clone> Turning<K> {
    /// Reads the query's `after`; what no list has written is no place in it.
    pub(super) fn parse(after: Option<&str>) -> Option<Self> {
        match after {
            None => Some(Self(None)),
            Some(text) => Cursor::parse(text).map(|cursor| Self(Some(cursor))),
        }
    }

    pub(super) fn query(&self) -> PageQuery<K> {
        PageQuery {
            after: self.0.clone(),
            size: PageSize::new(ROWS).unwrap_or_default(),
        }
    }

    /// The links below the list at `address`.
    pub(super) fn pager(&self, address: &str, next: Option<&Cursor<K>>) -> Pager {
        Pager {
            newest: self.0.as_ref().map(|_| address.to_owned()),
            newer: None,
            older: next.map(|cursor| with_query(address, "after", &cursor.to_string())),
        }
    }
}

/// What most pages fit in, so that one is not moved while it grows.
const USUAL_BYTES: usize = 20 * 1024;

/// How many rows a page of a list has.
const ROWS: u32 = 20;

/// The language that the pages are written in.
const LANGUAGE: &str = "en";

/// The entries of the side bar.
const BUILT: [Place; 9] = [
    Place::Dashboard,
    Place::Section(Section::Invoices),
    Place::Section(Section::Proposals),
    Place::Section(Section::Contracts),
    Place::Section(Section::Estimates),
    Place::Section(Section::Documents),
    Place::Section(Section::Vault),
    Place::Section(Section::Library),
    Place::Profile,
];

fn frame(urls: &Urls, firm: &Firm, direction: text::Direction) -> Frame {
    Frame {
        urls: urls.clone(),
        lang: LANGUAGE.to_owned(),
        direction: match direction {
            text::Direction::Rtl => Direction::Rtl,
            text::Direction::Ltr | text::Direction::Auto => Direction::Ltr,
        },
        brand: brand(urls, firm),
        theme: Some(Theme::name_of(firm.accent.rgb())),
        preview: false,
    }
}

fn brand(urls: &Urls, firm: &Firm) -> Brand {
    let logo = firm.logo.as_ref().map(|logo| Logo {
        light: urls.asset(&logo_name(logo)),
        dark: None,
    });
    Brand {
        name: firm.name.to_string(),
        logo,
        support_email: firm.email.as_ref().map(ToString::to_string),
    }
}

fn direction_of(firm: &Firm, contact: &Contact) -> text::Direction {
    match contact.direction {
        text::Direction::Auto => contact
            .language
            .as_ref()
            .unwrap_or(&firm.language)
            .direction(),
        chosen @ (text::Direction::Ltr | text::Direction::Rtl) => chosen,
    }
}
