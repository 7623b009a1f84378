//! How mail leaves: one adapter for two roads.

mod folder;
mod message;
mod smtp;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use caseflow_core::domain::text::Email;
use caseflow_core::ports::mailer::Mailer;

use crate::ports::private_folder;
use crate::settings::{MailRoad, MailSettings};

/// The mailer that the settings name.
pub(crate) fn mailer(settings: &MailSettings) -> anyhow::Result<Arc<dyn Mailer>> {
    Ok(match &settings.road {
        MailRoad::Folder(folder) => Arc::new(to_folder(&settings.from, folder)?),
        MailRoad::Smtp(url) => Arc::new(
            smtp::SmtpMailer::new(settings.from.clone(), url)
                .context("CASEFLOW_SMTP_URL cannot be used")?,
        ),
    })
}

fn to_folder(from: &Email, folder: &Path) -> anyhow::Result<folder::FolderMailer> {
    private_folder(folder)?;
    Ok(folder::FolderMailer::new(from.clone(), folder.to_owned()))
}
