//! Rotation of the keys that wrap, with a keyring, while the vault is in use.

use caseflow_core::Ports;
use caseflow_core::domain::id::VaultItemId;
use caseflow_core::testing::block_on;
use caseflow_core::upkeep::rewrap::{Rewrapped, rewrap};

use futures_util::future::join;

use super::desk::Desk;
use super::support::{content, keyring};

async fn filled(items: usize) -> (Desk, Vec<VaultItemId>) {
    let desk = Desk::open().await;
    let mut ids = vec![];
    for _ in 0..items {
        ids.push(desk.file(&content(100)).await);
    }
    (desk, ids)
}

async fn all_open(desk: &Desk, ids: &[VaultItemId]) {
    for id in ids {
        assert_eq!(desk.whole(*id, 100).await, content(100));
    }
}

#[test]
fn f08_after_a_rotation_all_keys_are_wrapped_anew_bit_by_bit_and_the_old_root_may_go() {
    block_on(async {
        let (mut desk, ids) = filled(120).await;
        desk.ports.keys = keyring(&[(1, 1), (2, 2)]);
        let mut left = 120;
        for done in [50, 50, 20, 0] {
            left -= done;
            let step = rewrap(&desk.ports, 50).await.unwrap();
            assert_eq!(step, Rewrapped { done, left });
            all_open(&desk, &ids).await;
        }
        desk.ports.keys = keyring(&[(2, 2)]);
        all_open(&desk, &ids).await;
    });
}

#[test]
fn a_rotation_leaves_a_row_for_each_item_and_none_in_the_clients_log() {
    block_on(async {
        let (mut desk, ids) = filled(3).await;
        let before = desk.rows().await.len();
        desk.ports.keys = keyring(&[(1, 1), (2, 2)]);
        rewrap(&desk.ports, 50).await.unwrap();
        assert_eq!(desk.rows().await.len(), before);
        for id in ids {
            let rows = desk.rows_about(id).await;
            let row = rows.last().unwrap();
            assert_eq!(row.action, "vault.item_rewrapped");
            assert_eq!(row.facts, r#"{"from":"local:1","to":"local:2"}"#);
            assert_eq!(row.actor, "system");
        }
    });
}

#[test]
fn an_envelope_that_is_refused_holds_nobody_up() {
    block_on(async {
        let (mut desk, ids) = filled(3).await;
        let stolen = desk.item(ids[1]).await.value.sealed.envelope;
        desk.forge(ids[0], |item| item.sealed.envelope = stolen)
            .await;
        desk.ports.keys = keyring(&[(1, 1), (2, 2)]);
        let step = rewrap(&desk.ports, 50).await.unwrap();
        assert_eq!(step, Rewrapped { done: 2, left: 1 });
    });
}

#[test]
fn two_servers_that_rotate_at_once_do_it_once() {
    block_on(async {
        let (mut desk, ids) = filled(20).await;
        desk.ports.keys = keyring(&[(1, 1), (2, 2)]);
        let other = Ports {
            keys: keyring(&[(1, 1), (2, 2)]),
            ..desk.ports.clone()
        };
        let (one, two) = join(rewrap(&desk.ports, 50), rewrap(&other, 50)).await;
        assert_eq!(one.unwrap().done + two.unwrap().done, 20);
        all_open(&desk, &ids).await;
        let versions = ids.iter().map(async |id| desk.item(*id).await.version.0);
        let versions = futures_util::future::join_all(versions).await;
        assert_eq!(versions, [2; 20]);
    });
}
