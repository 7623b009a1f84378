//! Where the bytes of documents and of vaults lie.

use std::sync::Arc;

use anyhow::Context as _;
use caseflow_core::adapters::object_store::ObjectBlobs;
use caseflow_core::ports::blobs::Blobs;

use crate::settings::FileStorage;

/// Opens the folder or the bucket that the operator decided on.
pub(crate) fn open(storage: &FileStorage) -> anyhow::Result<Arc<dyn Blobs>> {
    let blobs = match storage {
        FileStorage::Folder(folder) => {
            let opened = ObjectBlobs::in_folder(folder);
            opened.with_context(|| format!("CASEFLOW_FILES_FOLDER: {}", folder.display()))?
        }
    };
    Ok(Arc::new(blobs))
}
