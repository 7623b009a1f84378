//! What a letter looks like, of every kind (R-AUD-2).

use std::collections::BTreeMap;

use caseflow_core::domain::alert::{Alert, AlertKind};
use caseflow_core::domain::changes::{Change, Changes, Version, Write};
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::contract::{Contract, ContractState};
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::{ClientId, MailId};
use caseflow_core::domain::mail::{Mail, MailKind, MailTopic};
use caseflow_core::domain::offer::{Answer, Offer, OfferKind, OfferState};
use caseflow_core::domain::reversal::{Reversal, ReversalKind};
use caseflow_core::domain::text::{FileName, Line, PersonName, Prose};
use caseflow_core::ports::mailer::Letter;
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::{self, id, usd};
use caseflow_core::upkeep;

use super::setup::Story;

/// Markup, quotes and an entity, wherever people write something.
const NASTY: &str = "<b onclick=\"x\">'Söhne' &amp; &lt;Co";
const ESCAPED: &str = "&lt;b onclick=&quot;x&quot;&gt;&#39;Söhne&#39; &amp;amp; &amp;lt;Co";

#[test]
fn r_aud_2_of_every_kind_both_faces_say_the_same_and_no_text_becomes_markup() {
    block_on(async {
        let story = Story::begin().await;
        let letters = one_of_each(&story).await;
        let kinds: Vec<MailKind> = letters.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, MailKind::ALL, "a letter of every kind");
        for (kind, letter) in letters {
            let Letter { text, html, .. } = &letter;
            assert!(
                !html.contains("<b ") && !html.contains("&lt;Co\""),
                "{kind:?}: {html}"
            );
            assert_eq!(html.matches(NASTY).count(), 0, "{kind:?}: {html}");
            let shown = text.matches(NASTY).count();
            assert!(shown >= 3, "firm, disclaimer and reader: {kind:?}: {text}");
            // The firm's name stands on top once more.
            let body = html.split("<body").nth(1).unwrap();
            assert_eq!(body.matches(ESCAPED).count(), shown + 1, "{kind:?}: {html}");
            assert_eq!(links(html), addresses(text), "{kind:?}");
            assert!(html.starts_with("<!doctype html>\n<html lang=\"en\" dir=\"ltr\">"));
            assert_eq!(letter.language.as_str(), "en");
        }
    });
}

#[test]
fn r_aud_2_a_letter_asks_for_one_thing_at_most() {
    block_on(async {
        let story = Story::begin().await;
        for (kind, Letter { html, .. }) in one_of_each(&story).await {
            let buttons = html.matches("display:inline-block").count();
            let for_nobody_to_act = matches!(
                kind,
                MailKind::EmailChanged
                    | MailKind::PaymentNotice
                    | MailKind::AlertNotice
                    | MailKind::OfferNotice
                    | MailKind::ContractNotice
            );
            assert_eq!(buttons, usize::from(!for_nobody_to_act), "{kind:?}");
        }
    });
}

/// The addresses that the text face writes out, in order.
fn addresses(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| line.starts_with("https://"));
    lines.map(str::to_owned).collect()
}

/// The addresses that the HTML face writes out, each of which it also leads to.
fn links(html: &str) -> Vec<String> {
    let written = html.split("color:inherit\">").skip(1);
    let written: Vec<String> = written
        .map(|rest| rest.split("</a>").next().unwrap().to_owned())
        .collect();
    let mut led: Vec<String> = html
        .split("href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    led.dedup();
    assert_eq!(led, written);
    written
}

/// A letter of each kind, in the order of the kinds, in which every name and text is nasty.
async fn one_of_each(story: &Story) -> Vec<(MailKind, Letter)> {
    let records = records(story);
    let firm = story.office.firm.id;
    story.ports.store.commit(firm, records).await.unwrap();
    let mails: Vec<Mail> = (1..)
        .zip(topics())
        .map(|(n, topic)| Mail {
            topic,
            ..fixtures::mail(n, story.office.contact.id)
        })
        .collect();
    let kinds: BTreeMap<MailId, MailKind> = mails
        .iter()
        .map(|mail| (mail.id, mail.topic.kind()))
        .collect();
    let changes = Changes {
        mail: mails,
        ..Changes::default()
    };
    story.ports.store.commit(firm, changes).await.unwrap();
    upkeep::tick(&story.ports).await.unwrap();
    let letters = story.doubles.mailer.take();
    let mut letters: Vec<_> = letters
        .into_iter()
        .map(|letter| (kinds[&letter.id], letter))
        .collect();
    letters.sort_by_key(|(kind, _)| *kind);
    letters
}

fn topics() -> Vec<MailTopic> {
    let address = fixtures::email("new@client.example");
    vec![
        MailTopic::SetPassword,
        MailTopic::ResetPassword,
        MailTopic::PasswordChanged,
        MailTopic::ConfirmEmail(address.clone()),
        MailTopic::EmailChanged(address.clone()),
        MailTopic::InvoiceIssued(id(1)),
        MailTopic::PaymentReceived(id(1), id(1)),
        MailTopic::PaymentReversed(id(1), id(1)),
        MailTopic::PaymentNotice(id(1), id(1)),
        MailTopic::AlertNotice(id(1), id(1)),
        MailTopic::OfferSent(id(1)),
        MailTopic::OfferLinked(id(1), address),
        MailTopic::OfferNotice(id(2)),
        MailTopic::ContractSent(id(1)),
        MailTopic::ContractSealed(id(2)),
        MailTopic::ContractNotice(id(3)),
        MailTopic::DocumentShared(id(1)),
    ]
}

fn records(story: &Story) -> Changes {
    let office = &story.office;
    let firm = Firm {
        name: line(),
        disclaimer: Some(prose()),
        ..office.firm.clone()
    };
    let client = Client {
        name: line(),
        ..office.client.clone()
    };
    let contact = Contact {
        first_name: PersonName::parse(NASTY).unwrap(),
        ..office.contact.clone()
    };
    let money = money(office.client.id, &contact);
    let paperwork = paperwork(office.client.id, &contact);
    let people = [
        Change::Firm(update(firm)),
        Change::Client(update(client)),
        Change::Contact(update(contact)),
    ];
    let all = people.into_iter().chain(money).chain(paperwork);
    all.fold(Changes::default(), Changes::with)
}

fn money(client: ClientId, contact: &Contact) -> Vec<Change> {
    let invoice = fixtures::issued(1, client, usd("100.00"));
    let attempt = fixtures::paid_attempt(1, &invoice, contact.id);
    let payment = fixtures::online_payment(1, &attempt, &invoice, usd("30.00"));
    let reversal = Reversal {
        reason: Some(line()),
        ..fixtures::reversal(1, &payment, ReversalKind::Refund, usd("1.00"))
    };
    let alert = Alert {
        invoice: Some(invoice.id),
        detail: line(),
        ..fixtures::alert(1, AlertKind::Overpaid)
    };
    vec![
        Change::Invoice(Write::Insert(invoice)),
        Change::Attempt(Write::Insert(attempt)),
        Change::Payment(Write::Insert(payment)),
        Change::Reversal(reversal),
        Change::Alert(Write::Insert(alert)),
    ]
}

fn paperwork(client: ClientId, contact: &Contact) -> Vec<Change> {
    let offers = [1, 2].map(|n| {
        let mut offer = fixtures::sent_offer(n, OfferKind::Proposal, client, usd("9.00"));
        offer.terms.title = line();
        offer
    });
    let [sent, other] = offers;
    let declined = refused(fixtures::decided_offer(other, contact, Answer::Declined));
    let contracts = [
        fixtures::sent_contract(1, client),
        fixtures::sealed_contract(2, client),
        will_not(fixtures::declined_contract(3, contact)),
    ];
    let files = [fixtures::shown_file(), fixtures::signed_file()];
    let contracts = contracts.map(|mut contract| {
        contract.terms.title = line();
        Change::Contract(Write::Insert(contract))
    });
    let mut document = fixtures::document(1, client);
    document.newest.name = FileName::of(NASTY);
    files
        .map(Change::File)
        .into_iter()
        .chain([sent, declined].map(|offer| Change::Offer(Write::Insert(offer))))
        .chain(contracts)
        .chain([Change::Document(Write::Insert(document))])
        .collect()
}

fn refused(mut offer: Offer) -> Offer {
    match &mut offer.state {
        OfferState::Decided { decision, .. } => decision.reason = Some(prose()),
        other => panic!("{other:?} is no decision"),
    }
    offer
}

fn will_not(mut contract: Contract) -> Contract {
    match &mut contract.state {
        ContractState::Declined { declined, .. } => declined.reason = Some(prose()),
        other => panic!("{other:?} is no refusal"),
    }
    contract
}

fn line<const MAX: usize>() -> Line<MAX> {
    fixtures::line(NASTY)
}

fn prose<const MAX: usize>() -> Prose<MAX> {
    fixtures::prose(NASTY)
}

fn update<T>(now: T) -> Write<T> {
    Write::Update {
        read: Version::FIRST,
        now,
    }
}
