//! What the feed and a mail tell of offers and contracts.

use std::sync::Arc;

use super::paper::{contract, files, offer};
use super::{applied, update, wrote};
use crate::domain::activity::{Activity, ActivityKind};
use crate::domain::changes::{Change, Changes, Version, Write};
use crate::domain::id::{ActivityId, Subject};
use crate::domain::mail::{Mail, MailTopic, Recipient};
use crate::domain::offer::OfferKind;
use crate::ports::store::{ActivityRow, Store};
use crate::testing::fixtures::{self, Office, id, usd};

/// What a line is about, and the number and the title that it has.
type Told = (
    ActivityKind,
    Subject,
    Option<&'static str>,
    Option<&'static str>,
);

/// Catches a feed that does not say which offer or contract a line is about, says what it was called
/// then and not what it is called now, or takes an offer's number for a contract's of the same bits.
pub async fn case_a_line_of_the_feed_has_number_and_title(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    files(&*store, firm).await;
    applied(&*store, firm, paperwork(&office)).await;
    for (n, (kind, about, number, title)) in (1..).zip(lines()) {
        let change = Change::Activity(line(&office, n, kind, about));
        wrote(&*store, firm, change).await;
        let row = told(&*store, &office, id(n)).await;
        assert_eq!(row.activity, line(&office, n, kind, about));
        assert_eq!(row.number.as_ref().map(|it| it.as_str()), number, "{about}");
        assert_eq!(row.title.as_ref().map(|it| it.as_str()), title, "{about}");
    }
    let mut renamed = offer(&*store, firm, id(7)).await.value;
    renamed.terms.title = fixtures::line("Half-year accounts");
    let change = Change::Offer(update(Version::FIRST, renamed));
    wrote(&*store, firm, change).await;
    let row = told(&*store, &office, id(1)).await;
    assert_eq!(row.title, Some(fixtures::line("Half-year accounts")));
}

/// An offer, a contract and an invoice of one number, and a draft.
fn paperwork(office: &Office) -> Changes {
    let client = office.client.id;
    let estimate = fixtures::sent_offer(7, OfferKind::Estimate, client, usd("1.00"));
    let draft = fixtures::offer(8, OfferKind::Proposal, client, usd("1.00"));
    let contract = fixtures::sent_contract(7, client);
    let invoice = fixtures::issued(7, client, usd("1.00"));
    Changes::default()
        .with(Change::Offer(Write::Insert(estimate)))
        .with(Change::Offer(Write::Insert(draft)))
        .with(Change::Contract(Write::Insert(contract)))
        .with(Change::Invoice(Write::Insert(invoice)))
}

fn lines() -> [Told; 6] {
    let (offer, contract) = (Subject::Offer, Subject::Contract);
    let invoice = Subject::Invoice(id(7));
    [
        (
            ActivityKind::EstimateSent,
            offer(id(7)),
            Some("E-0001"),
            Some("Annual accounts 7"),
        ),
        (
            ActivityKind::ProposalSent,
            offer(id(8)),
            None,
            Some("Annual accounts 8"),
        ),
        (
            ActivityKind::ContractSent,
            contract(id(7)),
            None,
            Some("Engagement 7"),
        ),
        (ActivityKind::InvoiceIssued, invoice, Some("INV-0001"), None),
        (
            ActivityKind::ContractSigned,
            contract(id(4_711)),
            None,
            None,
        ),
        (ActivityKind::EstimateRejected, offer(id(4_711)), None, None),
    ]
}

fn line(office: &Office, n: u64, kind: ActivityKind, about: Subject) -> Activity {
    Activity {
        kind,
        about,
        amount: None,
        ..fixtures::activity(n, &fixtures::draft(7, office.client.id, usd("1.00")))
    }
}

/// The line of this id as the contact is shown it.
async fn told(store: &dyn Store, office: &Office, line: ActivityId) -> ActivityRow {
    let visit = office.visit(&office.contact);
    let (_, page) = store.dashboard(visit).await.unwrap().unwrap();
    let mut rows = page.activity.into_iter();
    rows.find(|row| row.activity.id == line).unwrap()
}

/// R-DEC-5 and R-AUD-2. Catches a mail card that lacks the offer or the contract, holds one that the
/// mail is not about, or wants a contact for a mail that goes to an address of the client's own.
pub async fn case_a_mail_about_paperwork_comes_with_what_it_is_about(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    files(&*store, firm).await;
    let sent = fixtures::sent_offer(7, OfferKind::Proposal, office.client.id, usd("1.00"));
    let signed = fixtures::signed_contract(7, office.client.id);
    let signature = fixtures::signature(&signed, &office.contact);
    let changes = Changes::default()
        .with(Change::Offer(Write::Insert(sent)))
        .with(Change::Contract(Write::Insert(signed)))
        .with(Change::Signature(signature));
    applied(&*store, firm, changes).await;
    let of = offer(&*store, firm, id(7)).await.value;
    let on = contract(&*store, firm, id(7)).await;
    assert!(of.number().is_some() && on.signature.is_some());
    let address = fixtures::email("board@example.org");
    for (topic, offer, contract) in [
        (MailTopic::OfferSent(id(7)), true, false),
        (MailTopic::OfferLinked(id(7), address.clone()), true, false),
        (MailTopic::OfferNotice(id(7)), true, false),
        (MailTopic::ContractSent(id(7)), false, true),
        (MailTopic::ContractSealed(id(7)), false, true),
        (MailTopic::ContractNotice(id(7)), false, true),
        (MailTopic::OfferLinked(id(4_711), address), false, false),
        (MailTopic::ContractSent(id(4_711)), false, false),
        (MailTopic::InvoiceIssued(id(7)), false, false),
    ] {
        let people = [
            (
                Recipient::Contact(office.colleague.id),
                Some(&office.colleague),
            ),
            (Recipient::Client(office.client.id), None),
        ];
        for (to, contact) in people {
            let mail = Mail {
                to,
                topic: topic.clone(),
                ..fixtures::mail(1, office.contact.id)
            };
            let card = store.mail_card(firm, &mail).await.unwrap().unwrap();
            assert_eq!((&card.firm, &card.client), (&office.firm, &office.client));
            assert_eq!(card.contact.as_ref(), contact);
            assert_eq!(card.offer, offer.then(|| of.clone()), "{topic:?}");
            assert_eq!(card.contract, contract.then(|| on.clone()), "{topic:?}");
            assert_eq!((card.invoice, card.alert), (None, None), "{topic:?}");
        }
    }
    let nobody = Mail {
        to: Recipient::Client(id(4_711)),
        ..fixtures::mail(1, office.contact.id)
    };
    assert_eq!(store.mail_card(firm, &nobody).await.unwrap(), None);
}
