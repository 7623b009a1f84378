//! Checking what records refer to: each kind of damage is found, and nothing else.

use caseflow_core::Upload;
use caseflow_core::domain::changes::{Change, Changes, Counter, CounterDelta};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::id::{BlobId, DocumentId, Subject, VaultItemId};
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::text::FileName;
use caseflow_core::domain::vault::{CHUNK, Fault};
use caseflow_core::error::Error;
use caseflow_core::firm::check::{self, Counted, Damage, Depth, Differing, Findings};
use caseflow_core::firm::documents;
use caseflow_core::firm::payments;
use caseflow_core::firm::vault::{self, FileInput};
use caseflow_core::ports::blobs::BlobName;
use caseflow_core::testing::block_on;
use futures_util::TryStreamExt as _;

use super::documents::{PDF, document_id, input, upload};
use super::setup::Story;
use super::vault::vault_item;

impl Story {
    async fn handed_in(&self) -> (DocumentId, BlobId) {
        let input = input(self.office.client.id, Readers::All, None);
        let call = self.call();
        let added = documents::add(&self.ports, &call, input, upload("a.pdf", PDF)).await;
        let id = document_id(added.unwrap());
        let file = documents::read(&self.ports, &self.office.staff(), id).await;
        (id, file.unwrap().document.value.newest.blob)
    }

    /// A file of several chunks.
    async fn long_file(&self) -> VaultItemId {
        let pieces = [Ok(vec![7; 3 * CHUNK + 5].into())];
        let upload = Upload {
            name: FileName::of("a.bin"),
            content: Box::pin(futures_util::stream::iter(pieces)),
            most: 4 * CHUNK as u64,
        };
        let (call, client) = (self.call(), self.office.client.id);
        let file = FileInput {
            description: None,
            upload,
        };
        let added = vault::add_file(&self.ports, &call, client, Readers::All, file).await;
        vault_item(added.unwrap())
    }

    async fn body_of(&self, item: VaultItemId) -> BlobId {
        let item = self.ports.store.vault_item(self.office.firm.id, item).await;
        item.unwrap().unwrap().value.sealed.body.unwrap().blob
    }

    async fn bytes(&self, blob: BlobId, length: usize) -> Vec<u8> {
        let name = self.name(blob);
        let read = self.ports.blobs.read(name, 0..length as u64).await.unwrap();
        let pieces: Vec<_> = read.try_collect().await.unwrap();
        pieces.concat()
    }

    /// Puts these bytes in the place of others, as only a fault of the storage does.
    async fn swap(&self, blob: BlobId, bytes: &[u8]) {
        let name = self.name(blob);
        self.ports.blobs.delete(name).await.unwrap();
        let mut writer = self.ports.blobs.create(name).await.unwrap();
        writer.write(bytes.to_vec().into()).await.unwrap();
        writer.finish().await.unwrap();
    }

    fn name(&self, id: BlobId) -> BlobName {
        let firm = self.office.firm.id;
        BlobName { firm, id }
    }

    async fn documents(&self) -> Findings {
        let staff = self.office.staff();
        check::documents(&self.ports, &staff).await.unwrap()
    }

    async fn vaults(&self, depth: Depth) -> Findings {
        let staff = self.office.staff();
        check::vaults(&self.ports, &staff, depth).await.unwrap()
    }
}

/// What is wrong with the only one that is not sound, and how many are.
fn only(findings: Findings) -> (u64, Subject, Damage) {
    let [fault] = <[_; 1]>::try_from(findings.faults).unwrap();
    (findings.sound, fault.about, fault.damage)
}

#[test]
fn a_document_whose_bytes_are_missing_cut_off_longer_or_others_is_named() {
    block_on(async {
        let story = Story::begin().await;
        story.handed_in().await;
        let (id, blob) = story.handed_in().await;
        assert_eq!((story.documents().await.sound, 0), (2, 0));
        let mut others = PDF.to_vec();
        others[9] ^= 1;
        let longer = [PDF, b"x"].concat();
        for (bytes, wanted) in [
            (&others[..], "Content"),
            (&PDF[..PDF.len() - 1], "Length"),
            (&longer[..], "Length"),
        ] {
            story.swap(blob, bytes).await;
            let (sound, about, damage) = only(story.documents().await);
            assert_eq!((sound, about), (1, id.into()));
            assert_eq!(format!("{damage:?}"), wanted);
        }
        story.ports.blobs.delete(story.name(blob)).await.unwrap();
        let (_, about, damage) = only(story.documents().await);
        assert!(about == id.into() && matches!(damage, Damage::Missing));
    });
}

#[test]
fn a_vaults_file_is_opened_at_its_ends_or_as_a_whole() {
    block_on(async {
        let story = Story::begin().await;
        let item = story.long_file().await;
        story.secret().await;
        let found = story.vaults(Depth::Whole).await;
        assert_eq!((found.sound, found.faults.len()), (2, 0));
        let blob = story.body_of(item).await;
        let sealed = story
            .ports
            .store
            .vault_item(story.office.firm.id, item)
            .await;
        let length = sealed.unwrap().unwrap().value.sealed.body.unwrap().length;
        let length = usize::try_from(length).unwrap();
        let mut bytes = story.bytes(blob, length).await;
        bytes[1_000] ^= 1;
        story.swap(blob, &bytes).await;
        assert_eq!(
            story.vaults(Depth::Ends).await.sound,
            2,
            "not read that far"
        );
        let (sound, about, damage) = only(story.vaults(Depth::Whole).await);
        assert_eq!((sound, about), (1, item.into()));
        assert!(matches!(damage, Damage::Vault(Fault::Changed)), "{damage}");

        bytes[length - 1] ^= 1;
        story.swap(blob, &bytes).await;
        let (_, _, damage) = only(story.vaults(Depth::Ends).await);
        assert!(matches!(damage, Damage::Vault(Fault::Changed)), "{damage}");
        story.ports.blobs.delete(story.name(blob)).await.unwrap();
        let (_, _, damage) = only(story.vaults(Depth::Ends).await);
        assert!(matches!(damage, Damage::Vault(Fault::Missing)), "{damage}");
    });
}

#[test]
fn figures_that_are_kept_ready_are_what_payments_that_stand_add_up_to() {
    block_on(async {
        let story = Story::begin().await;
        let staff = story.office.staff();
        let counters = async || check::counters(&story.ports, &staff).await.unwrap();
        assert_eq!(counters().await, Counted::default());
        let invoice = story.issued("100.00", "2026-12-24").await;
        story.pay(invoice, "30.00").await;
        let voided = story.pay(invoice, "20.00").await;
        let call = story.call();
        payments::void(&story.ports, &call, voided, None, None)
            .await
            .unwrap();
        let found = counters().await;
        assert_eq!((found.sound, found.differing), (1, vec![]));

        let counter = Counter::Received {
            year: 2026,
            currency: Currency::parse("USD").unwrap(),
        };
        let delta = CounterDelta {
            client: story.office.client.id,
            counter,
            delta: 1,
        };
        let moved = Changes::default().with(Change::Count(delta));
        story
            .ports
            .store
            .commit(story.office.firm.id, moved)
            .await
            .unwrap();
        let differing = Differing {
            client: story.office.client.id,
            counter,
            kept: 3_001,
            reckoned: 3_000,
        };
        let found = counters().await;
        assert_eq!((found.sound, found.differing), (0, vec![differing]));
    });
}

#[test]
fn whoever_may_not_open_vaults_may_not_have_them_checked() {
    block_on(async {
        let story = Story::begin().await;
        let mut staff = story.office.staff();
        staff.vault = false;
        let refused = check::vaults(&story.ports, &staff, Depth::Ends).await;
        assert!(matches!(refused, Err(Error::NoVaultGrant)));
    });
}
