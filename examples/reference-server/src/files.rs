//! Where the bytes of documents and of vaults lie.

use std::sync::Arc;

use anyhow::Context as _;
use caseflow_core::adapters::object_store::{
    AccessKey, Addressing, Bucket, Endpoint, ObjectBlobs, OpenError,
};
use caseflow_core::ports::blobs::Blobs;

use crate::settings::{BucketSettings, FileStorage};

/// Opens the folder or the bucket that the operator decided on.
pub(crate) fn open(storage: &FileStorage) -> anyhow::Result<Arc<dyn Blobs>> {
    let blobs = match storage {
        FileStorage::Folder(folder) => {
            let opened = ObjectBlobs::in_folder(folder);
            opened.with_context(|| format!("CASEFLOW_FILES_FOLDER: {}", folder.display()))?
        }
        FileStorage::Bucket(settings) => {
            let bucket = bucket(settings);
            let opened = bucket.and_then(|bucket| ObjectBlobs::in_bucket(&bucket));
            opened.with_context(|| format!("CASEFLOW_S3_BUCKET: {}", settings.name))?
        }
    };
    Ok(Arc::new(blobs))
}

/// Amazon wants the bucket's name in the host's, nearly everybody else in the path. Without TLS only
/// a service on this machine is spoken to.
fn bucket(settings: &BucketSettings) -> Result<Bucket, OpenError> {
    let endpoint = settings.endpoint.as_deref();
    let endpoint = endpoint.map(|text| match settings.is_local() {
        true => Endpoint::parse_without_tls(text),
        false => Endpoint::parse(text),
    });
    Ok(Bucket {
        addressing: match endpoint {
            None => Addressing::InHost,
            Some(_) => Addressing::InPath,
        },
        endpoint: endpoint.transpose()?,
        region: settings.region.clone(),
        name: settings.name.clone(),
        key: AccessKey::new(&settings.access_key, &settings.secret_key)?,
    })
}
