//! The invented provider, in memory. In your program this is the provider's own software, and
//! between it and the adapter stands an HTTP client.
//!
//! When something has happened to a link, the provider posts a form with one field, `id`, and
//! nothing else: no signature, no amount, no status. Whoever gets it is to ask.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::clock::Clock;

mod desk;

/// How many rows a page of a list has.
const ROWS: usize = 5;

/// Why a call was not answered with what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The line went dead. Nobody knows what the provider did.
    #[error("no answer")]
    NoAnswer,
    /// The provider said no, and did nothing.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// The provider has nothing of this name.
    #[error("not found")]
    NotFound,
}

/// What a link is asked for with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRequest {
    /// Our own words, which come back with the link.
    pub reference: String,
    /// Like `1162.50`.
    pub amount: String,
    /// Like `CHF`.
    pub currency: String,
    /// What the payer sees.
    pub text: String,
    /// Where the payer goes afterwards.
    pub back: String,
    /// When the link stops working.
    pub until: Timestamp,
}

/// A link, as the provider tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Like `lnk_4711_000001`.
    pub id: String,
    /// The page to pay at.
    pub url: String,
    /// What it was asked for with.
    pub request: LinkRequest,
    /// When it was made.
    pub made: Timestamp,
    /// `waiting`, `announced`, `received`, `returned`, `lapsed` or `closed`.
    pub status: String,
    /// The money that was announced or came.
    pub transfer: Option<Transfer>,
    /// What was sent back of it.
    pub returns: Vec<Return>,
    /// What the payer's bank recalled of it.
    pub recalls: Vec<Recall>,
}

/// Money that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Like `trf_4711_000002`.
    pub id: String,
    /// Like `1162.50`.
    pub amount: String,
    /// When it came, or was announced.
    pub at: Timestamp,
}

/// Money that was sent back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// Like `ret_4711_000003`.
    pub id: String,
    /// Like `30.00`.
    pub amount: String,
    /// `sent` or `bounced`.
    pub status: &'static str,
    /// Our own words, when it was us who asked for it.
    pub note: Option<String>,
}

/// Money that the payer's bank took back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    /// Like `rec_4711_000004`.
    pub id: String,
    /// Like `100.00`.
    pub amount: String,
    /// Whether the bank gave it to us again.
    pub won: bool,
}

/// When the next call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// The request is lost.
    OfRequest,
    /// The answer is lost.
    OfAnswer,
}

/// The provider, as the holder of one account sees it: of other accounts' links it knows nothing.
pub struct Girolink {
    account: String,
    pages: String,
    clock: Arc<dyn Clock>,
    books: Mutex<Books>,
}

impl fmt::Debug for Girolink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Girolink")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
struct Books {
    account: String,
    made: u32,
    links: Vec<Link>,
    /// The links of which something is to be told.
    unposted: Vec<String>,
    /// What was asked for under a key, and what came of it.
    keys: BTreeMap<String, (String, String)>,
    loss: Option<Loss>,
}

/// What the adapter calls.
impl Girolink {
    /// An account into which nobody has paid anything yet. Links are paid below `pages`.
    #[must_use]
    pub fn new(account: &str, pages: &str, clock: Arc<dyn Clock>) -> Self {
        Self {
            account: account.to_owned(),
            pages: pages.to_owned(),
            clock,
            books: Mutex::new(Books {
                account: account.to_owned(),
                ..Books::default()
            }),
        }
    }

    /// The account's number.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Below which address links are paid.
    #[must_use]
    pub fn pages(&self) -> &str {
        &self.pages
    }

    /// Makes a link; under a key that is known, the same one again.
    ///
    /// # Errors
    /// When the line goes dead, or the key was used for something else.
    pub fn open(&self, key: &str, request: &LinkRequest) -> Result<Link, Failure> {
        let now = self.clock.now();
        self.keyed(key, &format!("{request:?}"), |books| {
            Ok(books.open(&self.pages, request.clone(), now))
        })
        .and_then(|id| self.find(&id))
    }

    /// The link of this id, or the one to which a transfer, return or recall belongs.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(&self, id: &str) -> Result<Link, Failure> {
        let books = self.books();
        let mut links = books.links.iter();
        let found = links.find(|link| link.has(id)).cloned();
        found.ok_or(Failure::NotFound)
    }

    /// Closes a link that waits for its payer, and does nothing to any other.
    ///
    /// # Errors
    /// When there is none.
    pub fn close(&self, id: &str) -> Result<Link, Failure> {
        self.books()
            .change(id, |link| link.moves("waiting", "closed"));
        self.find(id)
    }

    /// Sends a part of a transfer back; under a key that is known, not again.
    ///
    /// # Errors
    /// When the line goes dead, or there is not so much left.
    pub fn send_back(
        &self,
        key: &str,
        transfer: &str,
        amount: &str,
        note: &str,
    ) -> Result<(), Failure> {
        let asked = format!("{transfer} {amount} {note}");
        self.keyed(key, &asked, |books| {
            books.send_back(transfer, amount, Some(note))
        })?;
        Ok(())
    }

    /// The links made since, newest first, and where the list goes on.
    #[must_use]
    pub fn links(&self, since: Timestamp, skip: usize) -> (Vec<Link>, Option<usize>) {
        let books = self.books();
        let links = books.links.iter().rev();
        page(links.filter(|link| link.made >= since), skip)
    }

    /// The books, in which every link whose time is up has lapsed.
    fn books(&self) -> MutexGuard<'_, Books> {
        let now = self.clock.now();
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        for link in &mut books.links {
            if link.status == "waiting" && link.request.until <= now {
                link.status = "lapsed".to_owned();
            }
        }
        books
    }

    /// Does something once for each key, unless the line is dead.
    fn keyed(
        &self,
        key: &str,
        asked: &str,
        work: impl FnOnce(&mut Books) -> Result<String, Failure>,
    ) -> Result<String, Failure> {
        let mut books = self.books();
        let loss = books.loss.take();
        if loss == Some(Loss::OfRequest) {
            return Err(Failure::NoAnswer);
        }
        let done = match books.keys.get(key) {
            Some((before, done)) if before == asked => done.clone(),
            Some(_) => return Err(Failure::Refused("key_used_otherwise")),
            None => work(&mut books)?,
        };
        let kept = (asked.to_owned(), done.clone());
        books.keys.insert(key.to_owned(), kept);
        match loss {
            Some(Loss::OfAnswer) => Err(Failure::NoAnswer),
            _ => Ok(done),
        }
    }
}

impl Link {
    fn has(&self, id: &str) -> bool {
        let transfer = self.transfer.iter().map(|it| &it.id);
        let returns = self.returns.iter().map(|it| &it.id);
        let recalls = self.recalls.iter().map(|it| &it.id);
        let mut names = transfer.chain(returns).chain(recalls);
        self.id == id || names.any(|name| name == id)
    }

    /// Goes on to another status, if it has this one; whether it did.
    fn moves(&mut self, from: &str, to: &str) -> bool {
        let moves = self.status == from;
        if moves {
            self.status = to.to_owned();
        }
        moves
    }

    /// In hundredths: what came and has neither been sent back nor recalled.
    fn left(&self) -> i64 {
        let came = self
            .transfer
            .as_ref()
            .map_or(0, |it| hundredths(&it.amount));
        let sent = self.returns.iter().filter(|it| it.status == "sent");
        let sent: i64 = sent.map(|it| hundredths(&it.amount)).sum();
        let recalled = self.recalls.iter().filter(|it| !it.won);
        let recalled: i64 = recalled.map(|it| hundredths(&it.amount)).sum();
        came - sent - recalled
    }
}

impl Books {
    fn id(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}_{}_{:06}", self.account, self.made)
    }

    fn open(&mut self, pages: &str, request: LinkRequest, now: Timestamp) -> String {
        let id = self.id("lnk");
        self.links.push(Link {
            url: format!("{pages}/{id}"),
            id: id.clone(),
            request,
            made: now,
            status: "waiting".to_owned(),
            transfer: None,
            returns: vec![],
            recalls: vec![],
        });
        id
    }

    /// Changes a link, unless there is no reason to; whether something is to be told of it now.
    fn change(&mut self, id: &str, change: impl FnOnce(&mut Link) -> bool) -> bool {
        let Some(link) = self.links.iter_mut().find(|link| link.has(id)) else {
            return false;
        };
        let changed = change(link);
        if changed {
            self.unposted.push(link.id.clone());
        }
        changed
    }

    fn send_back(
        &mut self,
        paid: &str,
        amount: &str,
        note: Option<&str>,
    ) -> Result<String, Failure> {
        let link = self.links.iter().find(|link| link.has(paid));
        let left = link.ok_or(Failure::NotFound)?.left();
        if hundredths(amount) > left {
            return Err(Failure::Refused("not_so_much_left"));
        }
        let id = self.id("ret");
        let sent = Return {
            id: id.clone(),
            amount: amount.to_owned(),
            status: "sent",
            note: note.map(str::to_owned),
        };
        self.change(paid, |link| {
            link.returns.push(sent);
            true
        });
        Ok(id)
    }
}

fn page<'a, T: Clone + 'a>(
    rows: impl Iterator<Item = &'a T>,
    skip: usize,
) -> (Vec<T>, Option<usize>) {
    let mut rest = rows.skip(skip);
    let page: Vec<T> = rest.by_ref().take(ROWS).cloned().collect();
    let next = rest.next().map(|_| skip + ROWS);
    (page, next)
}

/// Every currency that the provider takes has two decimals.
fn hundredths(amount: &str) -> i64 {
    amount.replace('.', "").parse().unwrap_or_default()
}
