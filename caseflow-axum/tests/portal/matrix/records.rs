//! What there is in the world of a try: records of everybody.

use std::collections::HashMap;
use std::time::Duration;

use caseflow_core::domain::announcement::Audience;
use caseflow_core::domain::api_key::{self, ApiKey, Scope};
use caseflow_core::domain::article::{Article, ArticleState};
use caseflow_core::domain::changes::{Change, Reply, Write};
use caseflow_core::domain::offer::OfferKind::{self, Estimate, Proposal};
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::domain::readers::Readers;
use caseflow_core::firm::announcements::AnnouncementInput;
use caseflow_core::firm::payments::PaymentInput;
use caseflow_core::firm::{announcements, offers, payments};
use caseflow_core::testing::fixtures::{self, line, prose};
use serde_json::{Value, json};

use super::online::Tills;
use crate::world::files::PDF;
use crate::world::{Who, World};

/// Whose a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    /// The contact's client, who may see it.
    Client,
    /// Another client of the same firm.
    Neighbour,
    /// A client of another firm.
    Rival,
    /// The contact's client, who may not see it yet.
    Draft,
    /// The contact's client, of which it is for another contact alone.
    Colleague,
}

pub(super) const OWNERS: [Owner; 5] = [
    Owner::Client,
    Owner::Neighbour,
    Owner::Rival,
    Owner::Draft,
    Owner::Colleague,
];

/// The records of one owner.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// The id of one of each kind, by the collection it stands in.
    pub(super) ids: HashMap<&'static str, String>,
    pub(super) email: String,
    pub(super) password: &'static str,
    /// A draft's terms.
    pub(super) terms: Value,
}

/// How long the announcements of nobody yet wait.
pub(super) const SOON: Duration = Duration::from_secs(60);

/// The key number `n` as its holder sends it.
pub(super) fn key(n: u64) -> String {
    api_key::reveal(&fixtures::secret(n))
}

pub(super) async fn give_key(world: &World, who: Who, n: u64, scope: Scope) {
    let key = ApiKey {
        scope,
        ..fixtures::api_key(n)
    };
    world.write(who, Change::ApiKey(Write::Insert(key))).await;
}

pub(super) async fn recorded(world: &World, tills: &Tills, owner: Owner) -> Records {
    let who = match owner {
        Owner::Client | Owner::Draft => Who::Contact,
        Owner::Colleague => Who::Colleague,
        Owner::Neighbour => Who::Stranger,
        Owner::Rival => Who::Rival,
    };
    if owner == Owner::Colleague {
        let only = fixtures::chosen([world.contact(who).id]);
        let document = world.document_for(who, only).await;
        let only = fixtures::chosen([world.contact(who).id]);
        let ids = [("documents", document.to_string())].into_iter();
        return Records {
            ids: ids.chain(sealed(world, who, only).await).collect(),
            ..Records::default()
        };
    }
    if owner == Owner::Draft {
        let ids = HashMap::from([
            ("invoices", world.draft(who).await.to_string()),
            ("announcements", announced(world, who, Some(SOON)).await),
            ("contracts", world.contract_draft(who).await.to_string()),
            ("proposals", offered(world, who, Proposal).await),
            ("estimates", offered(world, who, Estimate).await),
            ("articles", article(world, who, 31, DRAFT).await),
            ("library", DRAFT.to_owned()),
            ("documents", world.unshared_document(who).await.to_string()),
        ]);
        return Records {
            ids,
            ..Records::default()
        };
    }
    let contact = world.contact(who);
    let paid = world.invoice(who).await;
    let payment = payments::record(&world.ports, &world.call(who), paid, None, cash()).await;
    let own_key = match owner {
        Owner::Rival => 5,
        _ => 4,
    };
    if owner != Owner::Neighbour {
        give_key(world, who, own_key, Scope::Write).await;
    }
    let mut ids = HashMap::from([
        ("clients", contact.client.to_string()),
        ("contacts", contact.id.to_string()),
        ("invoices", world.invoice(who).await.to_string()),
        ("payments", made(&payment.unwrap())),
        ("contracts", world.contract(who).await.to_string()),
        ("signed", world.signed_contract(who).await.to_string()),
        ("announcements", announced(world, who, None).await),
        (
            "documents",
            world.document(who, "accounts.pdf", PDF).await.to_string(),
        ),
        ("api-keys", fixtures::api_key(own_key).id.to_string()),
    ]);
    ids.extend(tills.recorded(world, who).await);
    ids.extend(sealed(world, who, Readers::All).await);
    ids.extend(linked(world, who).await);
    ids.extend(kept_by(world, owner, who).await);
    Records {
        ids,
        email: contact.email.to_string(),
        password: fixtures::PASSWORD,
        terms: json!({
            "client": contact.client.to_string(),
            "dated": "2026-11-24",
            "due": "2026-12-24",
            "currency": "USD",
            "prices": "tax_exclusive",
            "lines": [{"description": "Advice", "quantity": "1", "unit_price": "100.00"}],
        }),
    }
}

/// A file and a secret in a vault.
async fn sealed(world: &World, who: Who, readers: Readers) -> [(&'static str, String); 2] {
    let file = world.vault_file_for(who, readers.clone()).await;
    let secret = world.vault_secret_for(who, readers).await;
    [("vault", file.to_string()), ("secrets", secret.to_string())]
}

/// A draft of this kind.
async fn offered(world: &World, who: Who, kind: OfferKind) -> String {
    world.drafted_offer(who, kind).await.to_string()
}

/// A proposal with a mailed link, and an estimate.
async fn linked(world: &World, who: Who) -> [(&'static str, String); 4] {
    let proposal = world.offer(who, Proposal).await;
    world.linked_path(who, proposal).await;
    let staff = world.office_of(who).staff();
    let file = offers::read(&world.ports, &staff, proposal).await.unwrap();
    let estimate = world.offer(who, Estimate).await;
    [
        ("proposals", proposal.to_string()),
        ("offers", proposal.to_string()),
        ("links", file.links[0].value.id.to_string()),
        ("estimates", estimate.to_string()),
    ]
}

/// An article of the firm, by id and by slug, if it is not another owner's; a session in which this
/// contact is signed in elsewhere.
async fn kept_by(world: &World, owner: Owner, who: Who) -> HashMap<&'static str, String> {
    let (n, slug) = match owner {
        Owner::Client | Owner::Draft | Owner::Colleague => (21, Some("of-the-firm")),
        Owner::Neighbour => (22, None),
        Owner::Rival => (23, Some("of-the-rival")),
    };
    let session = fixtures::session(n, world.contact(who).id);
    let mut ids = HashMap::from([("sessions", session.id.to_string())]);
    world.write(who, Change::Session(session)).await;
    if let Some(slug) = slug {
        ids.insert("articles", article(world, who, n, slug).await);
        ids.insert("library", slug.to_owned());
    }
    ids
}

/// The slug of an article that nobody has published yet.
const DRAFT: &str = "not-yet";

async fn article(world: &World, who: Who, n: u64, slug: &str) -> String {
    let state = match slug {
        DRAFT => ArticleState::Draft,
        _ => ArticleState::Published {
            since: world.ports.now(),
        },
    };
    let article = Article {
        slug: fixtures::slug(slug),
        state,
        ..fixtures::article(n)
    };
    let id = article.id.to_string();
    world
        .write(who, Change::Article(Write::Insert(article)))
        .await;
    id
}

fn cash() -> PaymentInput {
    PaymentInput {
        amount: Some(fixtures::usd("10.00")),
        received_on: None,
        mode: PaymentMode::Cash,
        reference: None,
        note: None,
    }
}

/// An announcement to this contact's client, shown after a while.
async fn announced(world: &World, who: Who, after: Option<Duration>) -> String {
    let input = AnnouncementInput {
        title: line("We have moved"),
        body: prose("Find us at the lake."),
        from: after.map(|after| world.ports.now().plus(after)),
        until: None,
        audience: Audience::Clients(vec![world.contact(who).client]),
    };
    let reply = announcements::create(&world.ports, &world.call(who), input).await;
    made(&reply.unwrap())
}

fn made(reply: &Reply) -> String {
    reply.id.to_string()
}
