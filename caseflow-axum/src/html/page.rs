//! From the core's nouns to what surrounds every page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use caseflow_core::Error;
use caseflow_core::domain::access::{ContactSession, Section};
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::text;
use caseflow_core::portal;

use super::views::frame::{Bar, Brand, Direction, Entry, Frame, Logo, Place};
use crate::assets::logo_name;
use crate::error::Failure;
use crate::state::{App, Here};
use crate::theme::Theme;
use crate::urls::Urls;

/// What a handler answers.
pub(super) type Answer = Result<Response, Failure>;

/// A page with its status.
pub(super) fn show(status: StatusCode, view: &impl Template) -> Answer {
    let html = view.render().map_err(|_| Failure::UNRENDERED)?;
    Ok((status, Html(html)).into_response())
}

/// A page with 200.
pub(super) fn ok(view: &impl Template) -> Answer {
    show(StatusCode::OK, view)
}

/// The frame for somebody who is not signed in.
pub(super) async fn front(app: &App, here: &Here) -> Result<Frame, Error> {
    let firm = portal::house(&app.ports, here.firm).await?;
    Ok(frame(&here.urls, &firm, firm.language.direction()))
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
    let bar = Bar::new(entries.collect(), &contact, who.client().name.as_str());
    (frame, bar)
}

/// The language that the pages are written in.
const LANGUAGE: &str = "en";

/// The entries of the side bar.
const BUILT: [Place; 3] = [
    Place::Dashboard,
    Place::Section(Section::Invoices),
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
        theme: Some(Theme::new(firm.accent.rgb()).name),
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
