//! Mail as files, for a look around and for tests.

use std::io;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use caseflow_core::domain::text::Email;
use caseflow_core::ports::mailer::{Letter, Mailer, MailerError};
use tokio::fs;
use tokio::io::AsyncWriteExt as _;

use super::message::message;

/// Writes each letter to `<id>.eml`. A letter handed over twice is one file.
#[derive(Debug)]
pub(super) struct FolderMailer {
    from: Email,
    folder: PathBuf,
}

impl FolderMailer {
    pub(super) fn new(from: Email, folder: PathBuf) -> Self {
        Self { from, folder }
    }
}

#[async_trait]
impl Mailer for FolderMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailerError> {
        let bytes = message(&self.from, letter)?.formatted();
        let path = self.folder.join(format!("{}.eml", letter.id));
        let written = write_whole(&path, &bytes).await;
        written.map_err(|error| MailerError::Unavailable(Box::new(error)))
    }
}

/// The file is there whole or not at all, whenever somebody looks or the power fails.
async fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("tmp");
    let mut file = fs::File::create(&draft).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    fs::rename(&draft, path).await
}

#[cfg(test)]
mod tests {
    use super::super::message::tests::{letter, sender};
    use super::*;

    #[tokio::test]
    async fn a_letter_handed_over_twice_is_one_file() {
        let folder = std::env::temp_dir().join(format!("caseflow-mail-{}", std::process::id()));
        fs::create_dir_all(&folder).await.unwrap();
        let mailer = FolderMailer::new(sender(), folder.clone());
        mailer.send(&letter()).await.unwrap();
        mailer.send(&letter()).await.unwrap();
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().collect();
        assert_eq!(files.len(), 1);
        fs::remove_dir_all(&folder).await.unwrap();
        let gone = mailer.send(&letter()).await;
        assert!(matches!(gone, Err(MailerError::Unavailable(_))), "{gone:?}");
    }
}
