//! Documents and vaults of the past.

use anyhow::Context as _;
use caseflow_core::Upload;
use caseflow_core::domain::id::Subject;
use caseflow_core::domain::readers::{Chosen, Readers};
use caseflow_core::domain::text::{FileName, Line, Prose};
use caseflow_core::domain::vault::{SecretText, SignIn};
use caseflow_core::firm::documents::{self, DocumentInput, DocumentTerms, Telling};
use caseflow_core::firm::vault::{self, FileInput, SecretInput, ShortSecret};

use super::super::plan::{self, DocumentPlan, DocumentStep, HoldsPlan, VaultPlan};
use super::{Book, Event, unexpected};

/// More than any file of a demonstration has.
const MOST: u64 = 1 << 20;

impl Book {
    pub(super) async fn hand_in(
        &mut self,
        event: &Event<'_>,
        plan: &DocumentPlan,
    ) -> anyhow::Result<()> {
        let (ports, call) = (&self.past.ports, &self.call);
        let input = DocumentInput {
            client: self.client(event.client)?,
            terms: DocumentTerms {
                matter: plan.matter.as_deref().map(Line::parse).transpose()?,
                readers: self.readers(plan.only_for.as_deref())?,
            },
            share: (!plan.kept_back).then_some(Telling::Quietly),
        };
        let file = upload(plan.name(), &plan.file)?;
        let made = documents::add(ports, call, input, file).await?;
        let Subject::Document(id) = made.id else {
            return Err(unexpected(made));
        };
        self.documents.insert(event.place, id);
        Ok(())
    }

    pub(super) async fn go_on_with_document(
        &self,
        event: &Event<'_>,
        plan: &DocumentPlan,
        step: &DocumentStep,
    ) -> anyhow::Result<()> {
        let (ports, call) = (&self.past.ports, &self.call);
        let id = self.documents.get(&event.place).copied();
        let id = id.context("not handed in")?;
        match step {
            DocumentStep::Replace { file, .. } => {
                let file = upload(plan.name(), file)?;
                documents::add_version(ports, call, id, None, file).await?;
            }
            DocumentStep::Unshare { .. } => {
                documents::unshare(ports, call, id, None).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn lock_away(
        &self,
        event: &Event<'_>,
        plan: &VaultPlan,
    ) -> anyhow::Result<()> {
        let (ports, call) = (&self.past.ports, &self.call);
        let client = self.client(event.client)?;
        let readers = self.readers(plan.only_for.as_deref())?;
        let description = plan.description.as_deref().map(Prose::parse).transpose()?;
        let secret = match &plan.holds {
            HoldsPlan::File { file } => {
                let input = FileInput {
                    description,
                    upload: upload(&plan.name, file)?,
                };
                vault::add_file(ports, call, client, readers, input).await?;
                return Ok(());
            }
            HoldsPlan::SignIn {
                place,
                account,
                password,
            } => ShortSecret::SignIn(SignIn {
                place: Some(Line::parse(place)?),
                account: Some(secret_text(account)?),
                password: secret_text(password)?,
                note: None,
            }),
            HoldsPlan::Note { text } => ShortSecret::Note(secret_text(text)?),
        };
        let input = SecretInput {
            name: Line::parse(&plan.name)?,
            description,
            secret,
        };
        vault::add_secret(ports, call, client, readers, input).await?;
        Ok(())
    }

    fn readers(&self, only_for: Option<&[String]>) -> anyhow::Result<Readers> {
        let Some(emails) = only_for else {
            return Ok(Readers::All);
        };
        let contacts = emails.iter().map(|email| self.contact(email));
        let contacts = contacts.collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Readers::Chosen(Chosen::new(contacts)?))
    }
}

fn secret_text(text: &str) -> anyhow::Result<SecretText> {
    SecretText::typed(text).context("no short secret")
}

fn upload(name: &str, file: &str) -> anyhow::Result<Upload<'static>> {
    Ok(Upload::whole(FileName::of(name), plan::bytes(file)?, MOST))
}
