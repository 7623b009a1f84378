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
    pays: Pays,
}

/// Who takes the demonstration's play money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pays {
    /// A double of Stripe in the process.
    ByDouble,
    /// Stripe's own test mode.
    ByStripe,
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
    pub(super) fn new(home: PortalUrl, pays: Pays) -> Self {
        Self {
            home,
            firms: vec![],
            pays,
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
        let _ = write!(text, "\n{DECIDING}\n{READING}");
        if self.pays == Pays::ByDouble {
            let _ = write!(text, "\n{PAYING}");
        }
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
             <code>{PASSWORD}</code>.</p>\n{firms}{DECIDING_PAGE}{READING_PAGE}{paying}</main></body></html>\n",
            paying = match self.pays {
                Pays::ByDouble => PAYING_PAGE,
                Pays::ByStripe => "",
            },
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

const DECIDING: &str = "\
Ana at Muster & Partner and Grace at Keller Tax have proposals and estimates to decide and
contracts to sign, beside all that was decided before. Among the mails are two, to
board@brunner.example and owner@harbor-bakery.example, with a link that shows one proposal to
somebody who has not signed in. Download a signed copy and check it at the portal's /verify;
then change one byte of it and check again. What staff do: /firm/api/v1/offers and
/firm/api/v1/contracts.
";

const DECIDING_PAGE: &str = "\
<section><h2>Deciding and signing</h2>
<p>Ana at Muster &amp; Partner and Grace at Keller Tax have proposals and estimates to decide and contracts
to sign, beside all that was decided before. Among the mails are two, to <code>board@brunner.example</code> and
<code>owner@harbor-bakery.example</code>, with a link that shows one proposal to somebody who has not signed
in.</p>
<p>Download a signed copy and check it at the portal’s <code>/verify</code>; then change one byte of it and
check again. What staff do is in the firm’s API, <code>/firm/api/v1/offers</code> and
<code>/firm/api/v1/contracts</code>.</p></section>
";

const READING: &str = "\
Each firm has a library with a search. Its drafts and what is for staff alone are in the firm's
API, /firm/api/v1/articles, and nowhere in the portal. Announcements are for all clients or for
chosen ones, and for a time: /firm/api/v1/announcements has those too that nobody sees today.
";

const READING_PAGE: &str = "\
<section><h2>Reading</h2>
<p>Each firm has a library with a search. Its drafts and what is for staff alone are in the firm’s API,
<code>/firm/api/v1/articles</code>, and nowhere in the portal. Announcements are for all clients or for chosen
ones, and for a time: <code>/firm/api/v1/announcements</code> has those too that nobody sees today.</p></section>
";

const PAYING: &str = "\
Open an unpaid invoice and pay it, on a page that stands in for Stripe and takes no money:
  4242 4242 4242 4242             pays
  4000 0025 0000 3155             asks for the bank's confirmation
  4000 0000 0000 0002             is declined
with any date to come and any code. Never enter a real card.
Refunds: POST /firm/api/v1/payments/{id}/refunds. What staff should look at: GET
/firm/api/v1/alerts. The stand-in forgets its payments when the server stops: what is on
record stays, but cannot be refunded afterwards.
";

const PAYING_PAGE: &str = "\
<section><h2>Paying</h2>
<p>Open an unpaid invoice and pay it, on a page that stands in for Stripe and takes no money, with any
date to come and any code. Never enter a real card.</p>
<ul>
<li><code>4242 4242 4242 4242</code> <span>pays</span></li>
<li><code>4000 0025 0000 3155</code> <span>asks for the bank’s confirmation</span></li>
<li><code>4000 0000 0000 0002</code> <span>is declined</span></li>
</ul>
<p>Staff refund by the firm’s API, <code>POST /firm/api/v1/payments/{id}/refunds</code>, and find what
they should look at in <code>GET /firm/api/v1/alerts</code>.</p></section>
";

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
