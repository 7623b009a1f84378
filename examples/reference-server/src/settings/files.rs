//! What the operator has decided about where files lie, and how large one may be.

use std::fmt;
use std::path::{Path, PathBuf};

use caseflow_axum::LargestUpload;

use super::{Given, Problem, is_local};

/// The folder, in the data folder, of files when nobody says otherwise.
const FOLDER: &str = "files";
const MIB: u64 = 1 << 20;

/// Where the bytes of documents and of vaults lie.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum FileStorage {
    /// In a folder.
    Folder(PathBuf),
    /// In a bucket of a storage service that speaks S3.
    Bucket(BucketSettings),
}

/// A bucket, and the key to it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct BucketSettings {
    /// Its name.
    pub(crate) name: String,
    /// Where the service is; none for Amazon's own.
    pub(crate) endpoint: Option<String>,
    /// The service's region.
    pub(crate) region: String,
    /// The access key's id.
    pub(crate) access_key: String,
    /// The access key's secret.
    pub(crate) secret_key: String,
}

impl BucketSettings {
    /// Whether the service is on this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.endpoint.as_deref().is_some_and(is_local)
    }
}

impl fmt::Debug for FileStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => f.debug_tuple("Folder").field(folder).finish(),
            Self::Bucket(bucket) => write!(f, "Bucket({} …)", bucket.name),
        }
    }
}

impl Given {
    /// Where files lie; without a word, in a folder of the data folder.
    pub(crate) fn file_storage(&self, data: &Path) -> Result<FileStorage, Problem> {
        let folder = self.text("files_folder");
        let Some(name) = self.text("s3_bucket") else {
            let folder = folder.map_or_else(|| data.join(FOLDER), PathBuf::from);
            return Ok(FileStorage::Folder(folder));
        };
        if folder.is_some() {
            let advice = "and CASEFLOW_FILES_FOLDER are both set: remove one";
            return Err(self.problem("s3_bucket", advice));
        }
        let needed = |key: &str, what: &str| {
            let text = self.text(key).map(str::to_owned);
            text.ok_or_else(|| {
                let advice = format!("is not set, though CASEFLOW_S3_BUCKET is: write {what}");
                self.problem(key, &advice)
            })
        };
        Ok(FileStorage::Bucket(BucketSettings {
            name: name.to_owned(),
            endpoint: self.endpoint()?,
            region: self.text("s3_region").unwrap_or("us-east-1").to_owned(),
            access_key: needed("s3_access_key", "the id of an access key")?,
            secret_key: needed("s3_secret_key", "the secret of CASEFLOW_S3_ACCESS_KEY")?,
        }))
    }

    fn endpoint(&self) -> Result<Option<String>, Problem> {
        let Some(text) = self.text("s3_endpoint") else {
            return Ok(None);
        };
        let is_safe =
            text.starts_with("https://") || (text.starts_with("http://") && is_local(text));
        is_safe.then(|| Some(text.to_owned())).ok_or_else(|| {
            let advice = "write the service's address, like https://s3.example.com";
            self.problem("s3_endpoint", advice)
        })
    }

    /// How large a file may be that a firm hands in.
    pub(crate) fn largest_upload(&self) -> Result<LargestUpload, Problem> {
        let Some(text) = self.text("largest_upload") else {
            return Ok(LargestUpload::default());
        };
        let bytes = text.parse().ok().filter(|mib: &u64| *mib > 0);
        let bytes = bytes.and_then(|mib| mib.checked_mul(MIB));
        bytes.map(LargestUpload).ok_or_else(|| {
            let advice = "write a number of MiB, like 1024";
            self.problem("largest_upload", advice)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUCKET: (&str, &str) = ("CASEFLOW_S3_BUCKET", "portal");
    const KEY: (&str, &str) = ("CASEFLOW_S3_ACCESS_KEY", "AKIAEXAMPLE");
    const SECRET: (&str, &str) = ("CASEFLOW_S3_SECRET_KEY", "wJalrXUtnFEMI");
    const ENDPOINT: (&str, &str) = ("CASEFLOW_S3_ENDPOINT", "https://s3.example.com");

    fn given(pairs: &[(&str, &str)]) -> Given {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Given::collect(pairs, None).unwrap()
    }

    fn read(pairs: &[(&str, &str)]) -> Result<FileStorage, String> {
        let read = given(pairs).file_storage(Path::new("data"));
        read.map_err(|Problem { what, advice }| format!("{what}: {advice}"))
    }

    #[test]
    fn without_a_word_files_lie_in_the_data_folder() {
        assert_eq!(read(&[]), Ok(FileStorage::Folder("data/files".into())));
        let elsewhere = read(&[("CASEFLOW_FILES_FOLDER", "/srv/files")]);
        assert_eq!(elsewhere, Ok(FileStorage::Folder("/srv/files".into())));
    }

    #[test]
    fn a_bucket_needs_its_key_and_does_not_show_it() {
        let whole = read(&[BUCKET, KEY, SECRET, ENDPOINT]).unwrap();
        assert_eq!(format!("{whole:?}"), "Bucket(portal …)");
        for (pairs, name) in [
            (vec![BUCKET, KEY], "CASEFLOW_S3_SECRET_KEY"),
            (vec![BUCKET, SECRET], "CASEFLOW_S3_ACCESS_KEY"),
            (
                vec![
                    BUCKET,
                    KEY,
                    SECRET,
                    ("CASEFLOW_S3_ENDPOINT", "s3.example.com"),
                ],
                "CASEFLOW_S3_ENDPOINT",
            ),
            (
                vec![
                    BUCKET,
                    KEY,
                    SECRET,
                    ("CASEFLOW_S3_ENDPOINT", "http://s3.example.com"),
                ],
                "CASEFLOW_S3_ENDPOINT",
            ),
            (
                vec![BUCKET, KEY, SECRET, ("CASEFLOW_FILES_FOLDER", "/srv")],
                "CASEFLOW_S3_BUCKET",
            ),
        ] {
            let said = read(&pairs).unwrap_err();
            assert!(said.starts_with(name), "{said}");
        }
    }

    #[test]
    fn an_upload_is_limited_in_mebibytes() {
        let limit = |text| given(&[("CASEFLOW_LARGEST_UPLOAD", text)]).largest_upload();
        assert_eq!(limit("25").unwrap(), LargestUpload(25 * MIB));
        assert_eq!(given(&[]).largest_upload().unwrap(), LargestUpload(1 << 30));
        for wrong in ["0", "-1", "many", "99999999999999999"] {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
    }
}
