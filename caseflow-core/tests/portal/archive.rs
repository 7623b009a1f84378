//! Archives as they are taken, and a client with something of everything to take.

use std::collections::BTreeMap;

use caseflow_core::domain::article::ArticleStage;
use caseflow_core::domain::audit::AuditAction;
use caseflow_core::domain::id::{ClientId, ContractId, Subject, VaultId, VaultItemId};
use caseflow_core::domain::offer::OfferKind;
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::text::FileName;
use caseflow_core::domain::vault::{SecretText, SignIn};
use caseflow_core::error::Error;
use caseflow_core::firm::documents::{self, DocumentInput, DocumentTerms, Telling};
use caseflow_core::firm::library::{self, ArticleInput};
use caseflow_core::firm::vault::{self, FileInput, SecretInput, ShortSecret};
use caseflow_core::portal::{Visiting, take_out};
use caseflow_core::ports::store::AuditQuery;
use caseflow_core::testing::fixtures;
use caseflow_core::{Piece, Ports, TakeOut, Upload, firm, upkeep};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::notary::{Notary, TEXT, input, text};
use super::offers_story::{offer_id, terms};
use super::setup::Story;

/// An archive as whoever took it has it.
pub(crate) struct Archive {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) manifest: Value,
}

impl Archive {
    pub(crate) async fn taken(ports: &Ports, visiting: &Visiting) -> Self {
        let taking = take_out::begin(ports, visiting).await.unwrap();
        Self::finished(taking).await.unwrap()
    }

    /// All that the firm holds for the client, as staff take it.
    pub(crate) async fn exported(story: &Story, vault: bool) -> Self {
        let client = story.office.client.id;
        let taking = firm::take_out::begin(&story.ports, &story.call(), client, vault).await;
        Self::finished(taking.unwrap()).await.unwrap()
    }

    /// Takes what is left, and holds the manifest to it.
    pub(crate) async fn finished(mut taking: TakeOut) -> Result<Self, Error> {
        let mut files: Vec<(String, Vec<u8>)> = vec![];
        while let Some(piece) = taking.next().await? {
            match piece {
                Piece::File(head) => files.push((head.path.to_string(), vec![])),
                Piece::Bytes(bytes) => files.last_mut().unwrap().1.extend(bytes),
            }
        }
        assert_eq!(taking.next().await.unwrap(), None);
        let (last, manifest) = files.pop().unwrap();
        assert_eq!(last, "manifest.json");
        let manifest: Value = serde_json::from_slice(&manifest).unwrap();
        let written: Vec<Value> = files
            .iter()
            .map(|(path, bytes)| entry(path, bytes))
            .collect();
        let listed = manifest["files"].as_array().unwrap().iter();
        let listed: Vec<Value> = listed
            .map(|it| {
                serde_json::json!({
                    "path": it["path"], "bytes": it["bytes"], "sha256": it["sha256"],
                })
            })
            .collect();
        assert_eq!(listed, written);
        let count = files.len();
        let files: BTreeMap<_, _> = files.into_iter().collect();
        assert_eq!(files.len(), count, "a path stands twice");
        Ok(Self { files, manifest })
    }

    pub(crate) fn paths(&self) -> Vec<&str> {
        self.files.keys().map(String::as_str).collect()
    }

    pub(crate) fn text(&self, path: &str) -> &str {
        str::from_utf8(&self.files[path]).unwrap()
    }

    /// Places and reasons of what was left out.
    pub(crate) fn left_out(&self) -> Vec<(&str, &str)> {
        let left_out = self.manifest["left_out"].as_array().unwrap().iter();
        let words = |it: &'_ Value, member: &str| it[member].as_str().unwrap().to_owned();
        assert!(left_out.clone().all(|it| !words(it, "words").is_empty()));
        left_out
            .map(|it| {
                (
                    it["place"].as_str().unwrap(),
                    it["reason"].as_str().unwrap(),
                )
            })
            .collect()
    }
}

fn entry(path: &str, bytes: &[u8]) -> Value {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    serde_json::json!({"path": path, "bytes": bytes.len(), "sha256": hex})
}

/// A client with something of everything, and somebody else's beside it.
pub(crate) async fn full() -> (Notary, ContractId) {
    let notary = Notary::begin().await;
    let story = &notary.story;
    let invoice = story.issued("100.00", "2026-12-24").await;
    story.pay(invoice, "30.00").await;
    story.draft("7.00", "2026-12-24").await;
    for client in [story.office.client.id, story.office.neighbour.id] {
        for kind in OfferKind::ALL {
            offered(story, kind, client, true).await;
            offered(story, kind, client, false).await;
        }
    }
    for stage in ArticleStage::ALL {
        let article = ArticleInput {
            slug: fixtures::slug(stage.code()),
            content: fixtures::article(1).content,
            stage,
        };
        let written = library::write(&story.ports, &story.call(), article).await;
        written.unwrap();
    }
    for (matter, shared) in [(Some("../Tax"), true), (None, true), (None, false)] {
        document(story, matter, shared).await;
    }
    vault_file(story, fixtures::chosen([story.office.contact.id])).await;
    vault_secret(story).await;
    let signed = notary.sent().await;
    notary.sign(signed).await.unwrap();
    upkeep::tick(&story.ports).await.unwrap();
    notary.sent().await;
    notary.draft(input(), text(TEXT)).await;
    (notary, signed)
}

async fn offered(story: &Story, kind: OfferKind, client: ClientId, sent: bool) {
    let (ports, call) = (&story.ports, story.call());
    let terms = terms("100.00");
    let reply = firm::offers::draft(ports, &call, kind, client, terms).await;
    let id = offer_id(reply.unwrap());
    if sent {
        firm::offers::send(ports, &call, id, None).await.unwrap();
    }
}

pub(crate) const ACCOUNTS: &[u8] = b"%PDF-1.7 the accounts of last year";

pub(crate) fn upload(name: &str, bytes: &'static [u8]) -> Upload<'static> {
    let pieces: Vec<_> = bytes.chunks(10).map(|piece| Ok(piece.into())).collect();
    Upload {
        name: FileName::of(name),
        content: Box::pin(futures_util::stream::iter(pieces)),
        most: 1 << 20,
    }
}

pub(crate) fn document_input(
    client: ClientId,
    matter: Option<&str>,
    shared: bool,
) -> DocumentInput {
    DocumentInput {
        client,
        terms: DocumentTerms {
            matter: matter.map(fixtures::line),
            readers: Readers::All,
        },
        share: shared.then_some(Telling::Quietly),
    }
}

pub(crate) async fn document(story: &Story, matter: Option<&str>, shared: bool) {
    let input = document_input(story.office.client.id, matter, shared);
    let name = match shared {
        true => "accounts.pdf",
        false => "not-shared.pdf",
    };
    let added = documents::add(&story.ports, &story.call(), input, upload(name, ACCOUNTS)).await;
    added.unwrap();
}

pub(crate) async fn vault_file(story: &Story, readers: Readers) -> VaultItemId {
    let file = FileInput {
        description: None,
        upload: upload("bank.pdf", b"%PDF-1.7 what the bank sent"),
    };
    let (call, client) = (story.call(), story.office.client.id);
    let added = vault::add_file(&story.ports, &call, client, readers, file).await;
    match added.unwrap().id {
        Subject::VaultItem(id) => id,
        other => panic!("{other} is no item of a vault"),
    }
}

pub(crate) async fn vault_secret(story: &Story) {
    let input = SecretInput {
        name: fixtures::line("The bank"),
        description: None,
        secret: ShortSecret::SignIn(SignIn {
            place: Some(fixtures::line("https://bank.example")),
            account: None,
            password: SecretText::typed("correct horse").unwrap(),
            note: None,
        }),
    };
    let (call, client) = (story.call(), story.office.client.id);
    let added = vault::add_secret(&story.ports, &call, client, Readers::All, input).await;
    added.unwrap();
}

/// How many rows of this action the log of the client's vault has.
pub(crate) async fn vault_rows(story: &Story, action: AuditAction) -> usize {
    let query = AuditQuery {
        about: Some(VaultId::from(story.office.client.id).into()),
        ..AuditQuery::default()
    };
    let staff = story.office.staff();
    let rows = firm::audit::list(&story.ports, &staff, &query).await;
    let rows = rows.unwrap().rows.into_iter();
    rows.filter(|row| row.action == action.code()).count()
}
