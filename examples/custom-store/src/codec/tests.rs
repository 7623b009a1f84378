use std::fmt::Debug;

use caseflow_core::domain::article::ArticleStage;
use caseflow_core::domain::attempt::End;
use caseflow_core::domain::audit::ChainHash;
use caseflow_core::domain::changes::{Counter, Replay, Reply, Version, Versioned};
use caseflow_core::domain::client::{Access, Standing};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::{Logo, PartPayment};
use caseflow_core::domain::id::InvoiceId;
use caseflow_core::domain::link::LinkPurpose;
use caseflow_core::domain::number::Series;
use caseflow_core::domain::offer::{Answer, OfferKind};
use caseflow_core::domain::password::PasswordHash;
use caseflow_core::domain::pricing::{Discount, Percent};
use caseflow_core::domain::reversal::ReversalKind;
use caseflow_core::domain::setback::Setback;
use caseflow_core::domain::throttle::{Throttle, ThrottleKey};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::testing::fixtures::{
    self, NOW, alert, attempt, client, contact, declined_contract, document, draft, email, id,
    issued, offer, open_attempt, paid_attempt, sealed_contract, sent_offer, signed_contract, usd,
};

use super::{Codec, bytes, whole};
use crate::records::{Counted, Dismissed, Edited, Kept, Mark, Numbered, Posted, Remembered};

/// It is read as it was written; what is cut off or longer is refused; what was changed is read as
/// something else or refused.
#[track_caller]
fn survives<T: Codec + PartialEq + Debug>(value: &T) {
    let written = bytes(value);
    assert_eq!(whole::<T>(&written).as_ref(), Ok(value));
    for end in 0..written.len() {
        let cut: Result<T, _> = whole(&written[..end]);
        assert!(cut.is_err(), "{end} of {} bytes: {cut:?}", written.len());
    }
    let longer = [written.as_slice(), &[0]].concat();
    assert!(whole::<T>(&longer).is_err());
    for at in 0..written.len() {
        let mut other = written.clone();
        other[at] ^= 0xff;
        assert_ne!(whole::<T>(&other).as_ref(), Ok(value), "byte {at}");
    }
}

#[test]
fn firms_clients_and_contacts_survive() {
    survives(&Versioned {
        version: Version(7),
        value: fixtures::firm(1),
    });
    let mut firm = fixtures::firm(1);
    firm.part_payment = PartPayment::From(usd("10.00"));
    firm.logo = Some(logo().reference());
    survives(&firm);
    survives(&logo());
    survives(&client(1));
    let mut contact = contact(3, id(1));
    survives(&contact);
    contact.standing = Standing::Removed;
    contact.access = Access::On(PasswordHash::from_phc("$argon2id$v=19$x".to_owned()));
    survives(&contact);
    contact.access = Access::Invited;
    survives(&contact);
}

fn logo() -> Logo {
    Logo::parse(b"\x89PNG\r\n\x1a\n and more".to_vec()).unwrap()
}

#[test]
fn what_is_owed_and_paid_survives() {
    survives(&draft(1, id(1), usd("100.00")));
    let mut invoice = issued(1, id(1), usd("100.00"));
    survives(&invoice);
    invoice.terms.pricing.discount = Some(Discount::Percent(Percent::parse("12.5").unwrap()));
    survives(&invoice);
    let payment = fixtures::payment(1, &invoice, usd("30.00"));
    survives(&payment);
    survives(
        &payment
            .clone()
            .void(Some(fixtures::line("lost")), NOW)
            .unwrap(),
    );
    survives(&fixtures::credit(1, &invoice, usd("5.00")));
    let paid = paid_attempt(1, &invoice, id(3));
    for attempt in [
        attempt(1, &invoice, id(3)),
        open_attempt(1, &invoice, id(3)),
        paid.clone(),
        fixtures::ended_attempt(1, &invoice, id(3), End::Expired),
    ] {
        survives(&attempt);
    }
    let online = fixtures::online_payment(2, &paid, &invoice, usd("100.00"));
    survives(&online);
    for kind in ReversalKind::ALL {
        survives(&fixtures::reversal(1, &online, kind, usd("1.00")));
    }
    survives(&fixtures::refund(1, &online, usd("1.00")));
    let alert = alert(1, caseflow_core::domain::alert::AlertKind::Overpaid);
    survives(&alert);
    survives(&alert.settle(fixtures::line("Ada"), NOW));
    survives(&fixtures::sweep());
}

#[test]
fn papers_survive() {
    let invited = contact(3, id(1));
    for kind in OfferKind::ALL {
        survives(&offer(1, kind, id(1), usd("9.00")));
        let sent = sent_offer(1, kind, id(1), usd("9.00"));
        survives(&sent);
        survives(&fixtures::offer_link(1, &sent));
        survives(&fixtures::withdrawn_offer(sent.clone()));
        survives(&fixtures::decided_offer(sent, &invited, Answer::Declined));
    }
    let signed = signed_contract(1, id(1));
    survives(&fixtures::contract(1, id(1)));
    survives(&fixtures::sent_contract(1, id(1)));
    survives(&signed);
    survives(&sealed_contract(1, id(1)));
    survives(&declined_contract(1, &invited));
    survives(&fixtures::withdrawn_contract(1, id(1)));
    survives(&fixtures::signature(&signed, &invited));
    survives(&fixtures::paper_signature(&signed));
    survives(&fixtures::shown_file());
    let mut document = document(1, id(1));
    survives(&document);
    document.readers = fixtures::chosen([id(3), id(4)]);
    survives(&document);
    survives(&Edited {
        document: id(1),
        version: fixtures::document_version(2),
    });
    survives(&fixtures::vault_item(1, id(1)));
}

#[test]
fn what_is_told_survives() {
    let invoice = issued(1, id(1), usd("100.00"));
    survives(&fixtures::activity(1, &invoice));
    survives(&fixtures::announcement(1));
    let article = fixtures::article(1);
    survives(&article.clone().at(ArticleStage::Draft, NOW));
    survives(&article.at(ArticleStage::Published, NOW));
    survives(&Dismissed {
        contact: id(3),
        announcement: id(1),
        at: NOW,
    });
    survives(&Posted {
        mail: fixtures::mail(1, id(3)),
        due: Some(NOW),
        tries: 3,
        forgiven: 1,
        leased_until: None,
        setback: Setback::from_code("refused 550 5.1.1"),
        version: Version(2),
    });
}

#[test]
fn who_came_in_and_what_they_did_survives() {
    survives(&fixtures::session(1, id(3)));
    survives(&fixtures::api_key(1));
    for purpose in [
        LinkPurpose::SetPassword,
        LinkPurpose::ResetPassword,
        LinkPurpose::ConfirmEmail(email("ana@example.com")),
        LinkPurpose::Preview(fixtures::line("Staff")),
    ] {
        survives(&fixtures::link(1, id(3), purpose));
    }
    survives(&Throttle::new(ThrottleKey::from_bytes([3; 32])));
    let invoice: InvoiceId = id(1);
    survives(&fixtures::audit(invoice).chain(1, ChainHash::START));
    let request = fixtures::request(invoice, "key", 1);
    let reply = Reply {
        id: invoice.into(),
        version: Version::FIRST,
    };
    survives(&Remembered {
        key: request.key,
        replay: Replay {
            fingerprint: request.fingerprint,
            reply,
        },
        expires_at: NOW,
    });
}

#[test]
fn figures_and_notices_survive() {
    let counter = Counter::Received {
        year: 2026,
        currency: Currency::JPY,
    };
    survives(&Counted {
        client: id(1),
        counter,
        value: -7,
    });
    survives(&Numbered {
        series: Series::Estimate,
        last: 12,
    });
    survives(&Mark {
        of: Some(id(1)),
        moves: 1,
    });
    survives(&Kept {
        event: fixtures::gateway_event(1),
        due: None,
        tries: 8,
    });
}

#[test]
fn keys_lie_in_the_order_of_their_values() {
    fn ordered<T: Codec>(values: impl IntoIterator<Item = T>) {
        let keys: Vec<_> = values.into_iter().map(|value| bytes(&value)).collect();
        assert!(keys.is_sorted(), "{keys:?}");
    }
    ordered([0_u64, 1, 255, 256, u64::MAX]);
    ordered([i64::MIN, -256, -1, 0, 1, 256, i64::MAX].map(Timestamp::from_micros));
    ordered([1, 2, 31, 32, 1023, 1024].map(id::<InvoiceId>));
    ordered([None, Some(1_u8), Some(2)]);
}
