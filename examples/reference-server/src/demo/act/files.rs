//! Documents and vaults of the past.

use caseflow_core::Upload;
use caseflow_core::domain::id::Subject;
use caseflow_core::domain::readers::{Chosen, Readers};
use caseflow_core::domain::text::{FileName, Line, Prose};
use caseflow_core::domain::vault::{SecretText, SignIn};
use caseflow_core::firm::{documents, vault};

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
        let matter = plan.matter.as_deref().map(Line::parse).transpose()?;
        let input = documents::DocumentInput {
            client: self.client(event.client)?,
            matter,
            readers: self.readers(plan.only_for.as_deref())?,
            share: !plan.kept_back,
            tell: false,
        };
        let name = plan.name.as_deref().unwrap_or(&plan.file);
        let made = documents::add(ports, call, input, upload(name, &plan.file)?).await?;
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
        let id = *self.documents.get(&event.place).context("not handed in")?;
        match step {
            DocumentStep::Replace { file, .. } => {
                let name = plan.name.as_deref().unwrap_or(file);
                documents::add_version(ports, call, id, None, upload(name, file)?).await?;
            }
            DocumentStep::Unshare { .. } => {
                documents::unshare(ports, call, id, None).await?;
            }
        }
        Ok(())
    }
}
