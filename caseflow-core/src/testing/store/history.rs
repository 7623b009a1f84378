//! The audit log.

use std::sync::Arc;
use std::time::Duration;

use super::snapshot::full;
use super::{all_pages, applied, audit_rows, wrote};
use crate::domain::access::{Actor, Origin};
use crate::domain::audit::{AuditEntry, AuditRow, ChainCheck};
use crate::domain::changes::{Change, Changes};
use crate::domain::id::Subject;
use crate::domain::link::LinkPurpose;
use crate::ports::store::{AuditQuery, Store};
use crate::testing::fixtures::{self, NOW, Office};
use crate::testing::join_all;

/// Case 26. Catches a log that is out of order, or whose pages lose or repeat rows.
pub async fn case_26_the_log_is_in_order_page_by_page(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    for n in 0_u32..23 {
        let entry = AuditEntry {
            at: NOW.minus(Duration::from_secs(n.into())),
            facts: vec![("n", n.to_string()), ("why", "\"ü\"\n".to_owned())],
            ..fixtures::audit(office.client.id)
        };
        applied(&*store, office.firm.id, Changes::default().audited(entry)).await;
    }
    for rows in [1, 5, 23, 100] {
        let log = log_about(&*store, &office, None, rows).await;
        let seqs: Vec<u64> = log.iter().map(|row| row.seq).collect();
        assert_eq!(seqs, (1..=23).collect::<Vec<_>>());
        assert!(log[22].facts.contains(r#""n":"22""#), "{}", log[22].facts);
    }
}

/// Case 27. Catches a log that knows a row by its first record only.
pub async fn case_27_a_row_about_two_records_is_in_both_histories(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let (client, contact) = (office.client.id, office.contact.id);
    let about = |about: &[Subject]| {
        Changes::default().audited(AuditEntry {
            about: about.to_vec(),
            ..fixtures::audit(client)
        })
    };
    for subjects in [
        vec![client.into()],
        vec![client.into(), contact.into()],
        vec![],
        vec![contact.into(), client.into(), office.stranger.id.into()],
    ] {
        applied(&*store, office.firm.id, about(&subjects)).await;
    }
    for (subject, expected) in [
        (Subject::Client(client), vec![1, 2, 4]),
        (Subject::Contact(contact), vec![2, 4]),
        (Subject::Contact(office.stranger.id), vec![4]),
        (Subject::Contact(office.colleague.id), vec![]),
    ] {
        for rows in [1, 2, 100] {
            let log = log_about(&*store, &office, Some(subject), rows).await;
            let seqs: Vec<u64> = log.iter().map(|row| row.seq).collect();
            assert_eq!(seqs, expected, "{subject}");
        }
    }
    let last = log_about(&*store, &office, None, 100).await.remove(3);
    let order = [contact.into(), client.into(), office.stranger.id.into()];
    assert_eq!(last.about, order);
}

/// Cases 28 and D08. Catches a store that lets a row be changed, removed or put elsewhere in the
/// chain by anything the port can do, that gives two rows one place, or that does not give back
/// exactly what was hashed.
pub async fn case_28_d08_the_chain_holds_and_only_grows(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let other = Office::open(&*store, 2).await;
    join_all((0..32).map(|n| {
        let office = if n % 4 == 3 { &other } else { &office };
        applied(&*store, office.firm.id, two_rows(office))
    }))
    .await;
    let before = audit_rows(&*store, firm).await;
    assert_eq!((before.len(), sound(&before)), (48, 48));
    applied(&*store, firm, full(&office)).await;
    let contact = office.contact.id;
    for change in [
        Change::EndSessions(crate::domain::changes::Sessions::AllOf(contact)),
        Change::EndLinks {
            contact,
            purpose: Some(LinkPurpose::ResetPassword),
        },
    ] {
        wrote(&*store, firm, change).await;
    }
    store
        .purge(NOW.plus(Duration::from_secs(864_000_000)))
        .await
        .unwrap();
    let after = audit_rows(&*store, firm).await;
    assert_eq!(after.get(..48), Some(before.as_slice()));
    assert_eq!(sound(&after), 50);
    assert_eq!(sound(&audit_rows(&*store, other.firm.id).await), 16);
}

/// How many rows of the chain are sound, from the first on.
fn sound(rows: &[AuditRow]) -> u64 {
    let check = rows
        .iter()
        .try_fold(ChainCheck::default(), ChainCheck::next);
    check.unwrap().seq()
}

fn two_rows(office: &Office) -> Changes {
    let full = AuditEntry {
        actor: Actor::Staff(fixtures::staff(office.firm.id)),
        origin: Origin {
            ip: Some([192, 0, 2, 7].into()),
            user_agent: Some(fixtures::line("Browser/1.0 “ünïcode” 🦊")),
        },
        facts: vec![("what", "{\"a\": 1}\n\t'".to_owned()), ("", String::new())],
        ..fixtures::audit(office.client.id)
    };
    Changes::default()
        .audited(full)
        .audited(fixtures::audit(office.contact.id))
}

async fn log_about(
    store: &dyn Store,
    office: &Office,
    about: Option<Subject>,
    rows: u32,
) -> Vec<AuditRow> {
    all_pages(rows, async |page| {
        store
            .audit(office.firm.id, &AuditQuery { about, page })
            .await
    })
    .await
}
