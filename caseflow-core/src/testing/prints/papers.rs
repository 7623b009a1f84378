//! Proposals, estimates and contracts to lay out.

use super::{Desk, Print, fixtures, line, prose};
use crate::domain::access::Origin;
use crate::domain::offer::OfferKind::{Estimate, Proposal};
use crate::domain::offer::{Answer, Decided, Decider, Decision, Offer, OfferKind, OfferTerms};
use crate::domain::print::{Certified, ContractCopy, SignatureFacts};
use crate::domain::rich_text::RichText;
use crate::domain::text::PersonName;
use crate::domain::time::Timestamp;

const ENGAGEMENT: &str = include_str!("texts/engagement.md");
const ARABIC: &str = include_str!("texts/arabic.md");
const SCRIPTS: &str = include_str!("texts/scripts.md");
const REFERENCE: &str = "con_01jdq3k8p0e2v8r5w6x7y8z9a0";
const TITLE: &str = "Engagement letter";
/// A hundred characters.
const LONG_TITLE: &str = "Engagement letter on the review of the annual accounts for 2026 and the transfer of all of the \
                          shares";

pub(super) fn papers() -> Vec<(String, Print)> {
    let english = Desk::with_lines(3);
    let arabic = Desk::with_lines(3).speaking("ar").saying("مكتب النور");
    let german = Desk::with_lines(3).speaking("de");
    let hebrew = Desk::with_lines(3).speaking("he");
    let short = "# Scope\n\nWe review the accounts.";
    let (wide, faces) = ("W".repeat(100), "🙂".repeat(100));
    let all = [
        ("signed-wide", english.signed(&wide, short, &faces, 3)),
        ("contract", english.contract(TITLE, ENGAGEMENT)),
        ("contract-arabic", arabic.contract("خطاب ارتباط", ARABIC)),
        ("contract-scripts", english.contract("Scripts", SCRIPTS)),
        ("contract-from-right", hebrew.contract(TITLE, ENGAGEMENT)),
        ("contract-nested", english.contract("Nested", &nested())),
        ("contract-long", english.contract("Long", &long())),
        (
            "signed",
            english.signed(TITLE, ENGAGEMENT, "Anne-Marie d’Arc", 0),
        ),
        ("signed-short", english.signed(TITLE, short, "Ann Lee", 0)),
        (
            "certificate",
            english.certificate(TITLE, [0xab; 32], "Ann Lee", 0),
        ),
        (
            "signed-german",
            german.signed(TITLE, short, "Jürg Müller", 2),
        ),
        (
            "signed-arabic",
            arabic.signed("خطاب ارتباط", ARABIC, "محمد علي", 0),
        ),
        ("signed-hebrew", hebrew.signed(TITLE, SCRIPTS, "דנה כהן", 1)),
        (
            "signed-busy",
            english.signed(LONG_TITLE, short, "李小龍 🙂", 20),
        ),
        ("proposal", english.offer(Proposal, Some(ENGAGEMENT), None)),
        (
            "proposal-accepted",
            english.offer(Proposal, Some(short), Some(Answer::Accepted)),
        ),
        ("estimate", english.offer(Estimate, None, None)),
        (
            "estimate-rejected",
            english.offer(Estimate, Some(short), Some(Answer::Declined)),
        ),
        (
            "estimate-german",
            german.offer(Estimate, None, Some(Answer::Declined)),
        ),
        (
            "estimate-arabic",
            arabic.offer(Estimate, Some(ARABIC), None),
        ),
    ];
    let named = all.into_iter();
    named
        .map(|(name, print)| (name.to_owned(), print))
        .collect()
}

/// Lists and quotes as deep as they go, and what is unusual within them.
fn nested() -> String {
    let deep = (0..9).map(|depth| format!("{}- level {depth}\n", "  ".repeat(depth)));
    let deep: String = deep.collect();
    let quotes = "> one\n> > two\n> > > three\n\n1. > quoted\n2. # Heading\n3.\n4. |a|b|\n   |-|-|\n   |1|2|\n5. ---\n\n";
    let code = "```\nfn main() {\n    println!(\"long line that goes on and on and on and on and on and on and on and \
                on and on\");\n}\n```\n\n";
    format!("{deep}\n{quotes}{code}998. a\n999. b\n1000. c\n\n- - - x\n")
}

/// More than a page of each thing.
fn long() -> String {
    let items: String = (1..=80)
        .map(|n| format!("{n}. Item {n} of the list\n"))
        .collect();
    let rows: String = (1..=90)
        .map(|n| format!("| Row {n} | {} | **{n}** |\n", "text ".repeat(n % 40)))
        .collect();
    let lines: String = (1..=90).map(|n| format!("    line {n}\n")).collect();
    let quote = format!("> {}\n", "A quote that goes on. ".repeat(300));
    let table = format!("| Head | Text | Sum |\n|---|---|--:|\n{rows}");
    format!(
        "# List\n\n{items}\n# Table\n\n{table}\n# Code\n\n{lines}\n# Quote\n\n{quote}\n# End\n\nDone."
    )
}

impl Desk {
    /// A contract with this text printed.
    #[must_use]
    pub fn contract(&self, title: &str, body: &str) -> Print {
        let body = RichText::parse(body).unwrap();
        self.head().contract(&copy(title, &body))
    }

    /// The same, signed with a name after so many other events. When it was first viewed was not
    /// recorded.
    #[must_use]
    pub fn signed(&self, title: &str, body: &str, name: &str, events: u64) -> Print {
        let body = RichText::parse(body).unwrap();
        let copy = copy(title, &body);
        self.facts(body.digest(), name, events, |facts| {
            self.head().signed(&copy, facts)
        })
    }

    /// The certificate of a signature alone, as [`signed`](Self::signed) has it: that of a file with
    /// this hash.
    #[must_use]
    pub fn certificate(&self, title: &str, shown: [u8; 32], name: &str, events: u64) -> Print {
        let of = Certified {
            reference: REFERENCE,
            title,
            version: 2,
        };
        self.facts(shown, name, events, |facts| {
            self.head().certificate(&of, facts)
        })
    }

    fn facts(
        &self,
        shown: [u8; 32],
        name: &str,
        events: u64,
        print: impl FnOnce(&SignatureFacts<'_>) -> Print,
    ) -> Print {
        let typed = PersonName::parse(name).unwrap();
        let others: Vec<(&str, Timestamp)> = (0..events)
            .map(|n| ("Reminder sent", after(n * 60)))
            .collect();
        let facts = SignatureFacts {
            shown,
            typed: &typed,
            contact: &self.contact.full_name().to_string(),
            contact_id: &self.contact.id.to_string(),
            email: self.contact.email.as_str(),
            authenticated: Some("Password, 12 minutes before"),
            session: Some("ses_01jdq3k8p0e2v8r5w6x7y8z9a0"),
            terms: Some("2026-01"),
            ip: Some("2001:db8:85a3::8a2e:370:7334"),
            user_agent: Some(
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
            ),
            time_zone: (events == 0).then_some("Europe/Zurich"),
            sent_at: Some(after(0)),
            viewed_at: None,
            consented_at: Some(after(4_000_000)),
            signed_at: after(4_000_123),
            others: &others,
            verify_at: Some("https://portal.example.com/portal/verify"),
        };
        print(&facts)
    }

    /// A proposal or an estimate with this text, sent and maybe answered, printed.
    ///
    /// # Panics
    /// When it cannot be sent.
    #[must_use]
    pub fn offer(&self, kind: OfferKind, body: Option<&str>, answer: Option<Answer>) -> Print {
        let sent = self.sent(kind, body);
        let Some(answer) = answer else {
            return self.head().offer(&sent).unwrap();
        };
        let decision = Decision {
            answer,
            reason: Some(prose("We take the first two services.\nThe rest can wait.")),
            by: Decider::LinkHolder {
                email: fixtures::email("ann@example.com"),
                name: PersonName::parse("Ann Lee").unwrap(),
            },
            origin: Origin::default(),
            at: after(0),
        };
        let shown = sent.digest();
        match sent.decide(shown, decision, self.terms.dated).unwrap() {
            Decided::Now(offer) => self.head().offer(&offer).unwrap(),
            Decided::Before => panic!("it was not decided"),
        }
    }

    fn sent(&self, kind: OfferKind, body: Option<&str>) -> Offer {
        let terms = OfferTerms {
            title: line("Annual accounts and share transfer"),
            body: body.map(|text| RichText::parse(text).unwrap()),
            pricing: self.terms.pricing.clone(),
            dated: self.terms.dated,
            open_till: self.terms.due,
            matter: self.terms.matter.clone(),
            internal_note: Some(prose("Not for the client.")),
            email: None,
        };
        let draft = Offer::draft(fixtures::id(9), kind, self.client.id, terms, fixtures::NOW);
        let number = super::taken("OFF-", 1);
        let sent = draft.unwrap().send(number, self.terms.dated, fixtures::NOW);
        sent.unwrap()
    }
}

fn copy<'a>(title: &'a str, body: &'a RichText) -> ContractCopy<'a> {
    ContractCopy {
        reference: REFERENCE,
        title,
        version: 2,
        body,
        sign_by: Some(fixtures::day("2026-12-24")),
    }
}

fn after(milliseconds: u64) -> Timestamp {
    fixtures::NOW.plus(std::time::Duration::from_millis(milliseconds))
}
