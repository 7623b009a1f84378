//! What a visitor of the demonstration is told: on the terminal, and at `/`.

use std::fmt::Write as _;

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use caseflow_core::domain::firm::PortalUrl;

use super::PASSWORD;
use super::plan::{AccessPlan, ContactPlan, FirmPlan};

/// Addresses and sign-ins of a demonstration.
#[derive(Debug, Clone)]
pub(crate) struct Guide {
    home: PortalUrl,
    firms: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    name: String,
    url: String,
    key: String,
    people: Vec<Person>,
}

#[derive(Debug, Clone)]
struct Person {
    email: String,
    about: String,
}

impl Guide {
    pub(super) fn new(home: PortalUrl) -> Self {
        Self {
            home,
            firms: vec![],
        }
    }

    pub(super) fn add(&mut self, plan: &FirmPlan, url: &PortalUrl, key: &str) {
        let people = plan.clients.iter().flat_map(|client| {
            let able = |contact: &&ContactPlan| contact.access == AccessPlan::On;
            let contacts = client.contacts.iter().filter(able);
            contacts.map(|contact| Person {
                email: contact.email.clone(),
                about: about(contact, &client.name),
            })
        });
        self.firms.push(Entry {
            name: plan.name.clone(),
            url: url.as_str().to_owned(),
            key: key.to_owned(),
            people: people.collect(),
        });
    }

    /// For the terminal.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "A demonstration: the firms are invented, the passwords and keys below are public.\n\
             Start at {}/\n",
            self.home.as_str()
        );
        for firm in &self.firms {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "\n{}: {}", firm.name, firm.url);
            let _ = writeln!(text, "  firm API key: {}", firm.key);
            for person in &firm.people {
                let _ = writeln!(text, "  {:<31} {}", person.email, person.about);
            }
        }
        let _ = writeln!(text, "\nEverybody's password: {PASSWORD}");
        text
    }

    /// For the browser.
    pub(crate) fn page(&self) -> Response {
        let firms: String = self.firms.iter().map(section).collect();
        let html = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <title>CaseFlow demonstration</title>\n\
             <link rel=\"stylesheet\" href=\"{STYLE_PATH}\"></head><body><main>\n\
             <h1>CaseFlow demonstration</h1>\n<p>The firms are invented. Everybody’s password is \
             <code>{PASSWORD}</code>.</p>\n{firms}</main></body></html>\n"
        );
        let headers = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (
                CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
            ),
            (CACHE_CONTROL, "no-store"),
        ];
        (headers, html).into_response()
    }

    /// What the page looks like.
    pub(crate) fn style() -> Response {
        let css = include_str!("guide.css");
        ([(CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
    }
}

/// Where [`Guide::style`] is asked for.
pub(crate) const STYLE_PATH: &str = "/demonstration.css";

fn section(firm: &Entry) -> String {
    let line = |person: &Person| {
        let (email, about) = (escape(&person.email), escape(&person.about));
        format!("<li><code>{email}</code> <span>{about}</span></li>\n")
    };
    let people: String = firm.people.iter().map(line).collect();
    let (name, url) = (escape(&firm.name), escape(&firm.url));
    format!(
        "<section><h2>{name}</h2>\n<p><a href=\"{url}/login\">Sign in at {name}</a> as one of</p>\n\
         <ul>\n{people}</ul></section>\n"
    )
}

fn about(contact: &ContactPlan, client: &str) -> String {
    let hidden = contact.may_not.iter();
    let limits: String = hidden.map(|it| format!(", may not see {it}")).collect();
    format!(
        "{} {}, {client}{limits}",
        contact.first_name, contact.last_name
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
