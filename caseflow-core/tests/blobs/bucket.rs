//! A bucket: the kit on a storage in this process that speaks S3 and checks every signature.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use caseflow_core::adapters::object_store::{
    AccessKey, Addressing, Bucket, Endpoint, ObjectBlobs, OpenError,
};
use caseflow_core::ports::blobs::{BlobError, BlobName, BlobWriter, Blobs as _};
use caseflow_core::testing::fixtures::id;

use crate::storage::{BUCKET, KEY, SECRET, Storage};

caseflow_core::blobs_conformance! {
    #[tokio::test(flavor = "multi_thread")]
    async {
        let storage = Storage::start().await;
        let blobs = ObjectBlobs::in_bucket(&bucket(&storage.address)).unwrap();
        (Arc::new(blobs), storage)
    }
}

const PART: usize = 5 << 20;

fn bucket(address: &str) -> Bucket {
    Bucket {
        endpoint: Some(Endpoint::parse_without_tls(address).unwrap()),
        region: "eu-central-1".into(),
        name: BUCKET.into(),
        addressing: Addressing::InPath,
        key: AccessKey::new(KEY, SECRET).unwrap(),
    }
}

fn name(number: u64) -> BlobName {
    BlobName {
        firm: id(1),
        id: id(number),
    }
}

async fn written(blobs: &ObjectBlobs, length: usize) -> Box<dyn BlobWriter> {
    let mut writer = blobs.create(name(1)).await.unwrap();
    writer.write(vec![7; length].into()).await.unwrap();
    writer
}

#[tokio::test]
async fn a_file_lies_under_two_ids() {
    let storage = Storage::start().await;
    let blobs = ObjectBlobs::in_bucket(&bucket(&storage.address)).unwrap();
    written(&blobs, 10).await.finish().await.unwrap();
    let file = format!("{BUCKET}/{}/{}", name(1).firm, name(1).id);
    assert_eq!(storage.files(), [file]);
}

#[tokio::test]
async fn what_was_sent_goes_with_a_writer_that_is_dropped_given_up_or_too_late() {
    let storage = Storage::start().await;
    let blobs = ObjectBlobs::in_bucket(&bucket(&storage.address)).unwrap();
    for length in [10, 3 * PART + 1] {
        let writer = written(&blobs, length).await;
        assert_eq!(storage.files().is_empty(), length < PART);
        writer.abort().await.unwrap();
        assert_eq!(storage.files(), Vec::<String>::new());
        drop(written(&blobs, length).await);
        settled(&storage, 0).await;
        let (first, late) = (written(&blobs, length).await, written(&blobs, length).await);
        first.finish().await.unwrap();
        late.finish().await.unwrap_err();
        settled(&storage, 1).await;
        blobs.delete(name(1)).await.unwrap();
    }
}

/// Waits until so many files are there: a writer that was dropped clears away in the background.
async fn settled(storage: &Storage, count: usize) {
    for _ in 0..500 {
        if storage.files().len() == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(storage.files().len(), count, "{:?}", storage.files());
}

#[tokio::test]
async fn few_parts_are_on_their_way_at_once() {
    let storage = Storage::start().await;
    let blobs = ObjectBlobs::in_bucket(&bucket(&storage.address)).unwrap();
    written(&blobs, 8 * PART).await.finish().await.unwrap();
    let most = storage.most_at_once();
    assert!((1..=2).contains(&most), "{most} at once");
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_its_secret_is_shown_nowhere() {
    let storage = Storage::start().await;
    let secret = "a-secret-that-is-another";
    let bucket = Bucket {
        key: AccessKey::new(KEY, secret).unwrap(),
        ..bucket(&storage.address)
    };
    let blobs = ObjectBlobs::in_bucket(&bucket).unwrap();
    let faults = [
        written(&blobs, 10).await.finish().await.unwrap_err(),
        blobs.read(name(1), 0..10).await.err().unwrap(),
        blobs.read(name(1), 0..0).await.err().unwrap(),
        blobs.delete(name(1)).await.unwrap_err(),
        blobs.list(id(1), None, 10).await.unwrap_err(),
    ];
    let mut shown = format!("{bucket:?} {blobs:?}");
    for fault in faults {
        assert!(matches!(fault, BlobError::Backend(_)), "{fault:?}");
        let mut next = Some(&fault as &dyn Error);
        while let Some(cause) = next {
            shown = format!("{shown} {cause} {cause:?}");
            next = cause.source();
        }
    }
    assert!(shown.contains("403"), "{shown}");
    assert!(!shown.contains(secret), "{shown}");
    assert_eq!(storage.files(), Vec::<String>::new());
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_a_fault_and_no_empty_list() {
    let storage = Storage::start().await;
    let bucket = Bucket {
        name: "another".into(),
        ..bucket(&storage.address)
    };
    let blobs = ObjectBlobs::in_bucket(&bucket).unwrap();
    let fault = blobs.list(id(1), None, 10).await.err();
    assert!(matches!(fault, Some(BlobError::Backend(_))), "{fault:?}");
}

#[tokio::test]
async fn a_storage_that_does_not_answer_is_a_fault() {
    let gone = Storage::start().await.address.clone();
    let blobs = ObjectBlobs::in_bucket(&bucket(&gone)).unwrap();
    let fault = blobs.read(name(1), 0..10).await.err();
    assert!(matches!(fault, Some(BlobError::Backend(_))), "{fault:?}");
}

#[test]
fn an_endpoint_has_tls_unless_somebody_asks_for_none() {
    for text in [
        "https://s3.example",
        "https://s3.example:9000/",
        "https://[::1]:9000",
    ] {
        Endpoint::parse(text).unwrap();
        Endpoint::parse_without_tls(text).unwrap();
    }
    Endpoint::parse_without_tls("http://127.0.0.1:9000").unwrap();
    for text in [
        "http://127.0.0.1:9000",
        "s3.example",
        "ftp://s3.example",
        "",
    ] {
        let refused = Endpoint::parse(text);
        assert!(matches!(refused, Err(OpenError::Endpoint)), "{text}");
    }
    for rest in [
        "",
        "/",
        "s3.example/bucket",
        "a@b",
        "a b",
        "a?b",
        "a#b",
        "ä",
    ] {
        for scheme in ["https://", "http://"] {
            let refused = Endpoint::parse_without_tls(&format!("{scheme}{rest}"));
            assert!(matches!(refused, Err(OpenError::Endpoint)), "{rest}");
        }
    }
}

#[test]
fn a_key_has_two_halves() {
    for (id, secret) in [
        ("", "secret"),
        ("id", ""),
        ("i d", "secret"),
        ("id", "secret\n"),
    ] {
        let refused = AccessKey::new(id, secret);
        assert!(matches!(refused, Err(OpenError::AccessKey)), "{id}");
    }
}
