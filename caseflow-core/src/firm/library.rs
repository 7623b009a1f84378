//! Articles of the Firm Library (R-LIB-1).

use super::{Call, begin, check_version};
use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::article::{Article, ArticleContent, ArticleStage, ArticleState, Slug};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Reply, Version, Versioned, Write};
use crate::domain::id::ArticleId;
use crate::domain::page::Page;
use crate::error::Error;
use crate::ports::store::{ArticleQuery, ArticleRow};

/// A new article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleInput {
    /// What its address ends with. It stays for good, whatever becomes of the article.
    pub slug: Slug,
    /// What it says.
    pub content: ArticleContent,
    /// Who may read it.
    pub stage: ArticleStage,
}

/// The firm's articles, newest first, those that no contact sees too.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ports: &Ports,
    staff: &Staff,
    query: &ArticleQuery,
) -> Result<Page<ArticleRow, ()>, Error> {
    Ok(ports.store.articles(staff.firm, query).await?)
}

/// One article.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such article.
pub async fn read(
    ports: &Ports,
    staff: &Staff,
    id: ArticleId,
) -> Result<Versioned<Article>, Error> {
    let found = ports.store.article(staff.firm, id).await?;
    found.ok_or(Error::NotFound)
}

/// Writes an article.
///
/// # Errors
/// [`Refusal::SlugTaken`](crate::error::Refusal::SlugTaken) when another article has its address.
pub async fn write(ports: &Ports, call: &Call, input: ArticleInput) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let id: ArticleId = ports.new_id();
    let article = new(id, input, ports);
    let reply = Reply {
        id: id.into(),
        version: Version::FIRST,
    };
    loop {
        let mut entry = call.audit(ports, AuditAction::ArticleWritten, [id.into()]);
        entry.facts = vec![
            ("slug", article.slug.to_string()),
            ("stage", article.state.stage().code().to_owned()),
        ];
        let changes = Changes::default()
            .with(Change::Article(Write::Insert(article.clone())))
            .audited(entry);
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

fn new(id: ArticleId, input: ArticleInput, ports: &Ports) -> Article {
    let now = ports.now();
    let draft = Article {
        id,
        slug: input.slug,
        content: input.content,
        state: ArticleState::Draft,
        created_at: now,
        changed_at: now,
    };
    draft.at(input.stage, now)
}

/// Changes what an article says. Its address stays.
///
/// # Errors
/// [`Error::NotFound`] or [`Error::Stale`].
pub async fn change(
    ports: &Ports,
    call: &Call,
    id: ArticleId,
    expected: Option<Version>,
    content: ArticleContent,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let old = read(ports, &call.staff, id).await?;
        check_version(&old, expected)?;
        let article = Article {
            content: content.clone(),
            changed_at: ports.now(),
            ..old.value.clone()
        };
        let entry = call.audit(ports, AuditAction::ArticleChanged, [id.into()]);
        let changes = Changes::default()
            .with(Change::Article(old.update(article)))
            .audited(entry);
        let reply = Reply {
            id: id.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

/// Publishes an article, or takes it back: contacts see the published ones alone. One that is
/// published already stays so since the same day.
///
/// # Errors
/// [`Error::NotFound`] or [`Error::Stale`].
pub async fn set_stage(
    ports: &Ports,
    call: &Call,
    id: ArticleId,
    expected: Option<Version>,
    stage: ArticleStage,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let old = read(ports, &call.staff, id).await?;
        check_version(&old, expected)?;
        let mut entry = call.audit(ports, AuditAction::ArticleChanged, [id.into()]);
        entry.facts = vec![("stage", stage.code().to_owned())];
        let article = old.value.clone().at(stage, ports.now());
        let changes = Changes::default()
            .with(Change::Article(old.update(article)))
            .audited(entry);
        let reply = Reply {
            id: id.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}
