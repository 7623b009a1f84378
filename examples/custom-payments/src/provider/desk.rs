//! What payers, banks and the provider's own staff do: a test plays them.

use hmac::Mac as _;

use super::{Event, Failure, Girolink, Loss, Post, Recall, Transfer, hundredths, signature};

impl Girolink {
    /// Money comes for a link: this much, or what it asks for. Whether the link waited for it.
    pub fn receive(&self, link: &str, amount: Option<&str>) -> bool {
        self.money(link, amount, "received", "transfer.received")
    }

    /// The payer's bank announces the money.
    pub fn announce(&self, link: &str) -> bool {
        self.money(link, None, "announced", "transfer.announced")
    }

    /// Announced money arrives.
    pub fn arrive(&self, link: &str) -> bool {
        self.settle(link, "received", "transfer.received")
    }

    /// Announced money does not arrive.
    pub fn bounce(&self, link: &str) -> bool {
        self.settle(link, "returned", "transfer.returned")
    }

    /// Somebody of the firm sends money back on the provider's own pages.
    ///
    /// # Errors
    /// When there is not so much left.
    pub fn send_back_here(&self, link: &str, amount: &str) -> Result<String, Failure> {
        let now = self.clock.now();
        self.books().send_back(link, amount, None, now)
    }

    /// The latest return of a link comes back: the account is closed.
    pub fn bounce_return(&self, link: &str) -> bool {
        let (now, mut books) = (self.clock.now(), self.books());
        let mut id = None;
        books.change(link, |link| {
            if let Some(latest) = link.returns.last_mut() {
                latest.status = "bounced";
                id = Some(latest.id.clone());
            }
        });
        id.inspect(|id| books.happened("return.bounced", id, now))
            .is_some()
    }

    /// The payer's bank recalls money.
    pub fn recall(&self, link: &str, amount: &str) -> bool {
        let (now, mut books) = (self.clock.now(), self.books());
        let id = books.id("rec");
        let recall = Recall {
            id: id.clone(),
            amount: amount.to_owned(),
            won: false,
        };
        let mut may = false;
        books.change(link, |link| {
            may = hundredths(amount) <= link.left();
            if may {
                link.recalls.push(recall);
            }
        });
        if may {
            books.happened("recall.made", &id, now);
        }
        may
    }

    /// The bank gives the latest recall back.
    pub fn win(&self, link: &str) -> bool {
        let (now, mut books) = (self.clock.now(), self.books());
        let mut id = None;
        books.change(link, |link| {
            if let Some(latest) = link.recalls.last_mut() {
                latest.won = true;
                id = Some(latest.id.clone());
            }
        });
        id.inspect(|id| books.happened("recall.won", id, now))
            .is_some()
    }

    /// Money comes without a link; its id.
    pub fn receive_stray(&self) -> String {
        let mut books = self.books();
        let id = books.id("trf");
        books.strays.push(id.clone());
        id
    }

    /// The next call that asks for something to be done gets no answer.
    pub fn lose_next(&self, loss: Loss) {
        self.books().loss = Some(loss);
    }

    /// The notices that have not been posted yet.
    pub fn post(&self) -> Vec<Post> {
        let mut books = self.books();
        let fresh = books.events.iter().skip(books.posted);
        let posts = fresh.filter_map(|event| self.signed(event)).collect();
        books.posted = books.events.len();
        posts
    }

    fn signed(&self, event: &Event) -> Option<Post> {
        let Event {
            id,
            kind,
            about,
            at,
        } = event;
        let body = format!("{id}\n{kind}\n{about}\n{at}\n");
        let seconds = self.clock.now().micros().div_euclid(1_000_000);
        let code = signature(&self.secret, seconds, body.as_bytes())?;
        let code = code.finalize().into_bytes();
        let code: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
        let signature = format!("{seconds}.{code}");
        Some(Post { signature, body })
    }

    fn money(&self, link: &str, amount: Option<&str>, to: &str, kind: &'static str) -> bool {
        let (now, mut books) = (self.clock.now(), self.books());
        let id = books.id("trf");
        let mut came = false;
        books.change(link, |link| {
            came = link.status == "waiting";
            if came {
                link.status = to.to_owned();
                link.transfer = Some(Transfer {
                    id: id.clone(),
                    amount: amount.unwrap_or(&link.request.amount).to_owned(),
                    at: now,
                });
            }
        });
        if came {
            books.happened(kind, &id, now);
        }
        came
    }

    fn settle(&self, link: &str, to: &str, kind: &'static str) -> bool {
        let (now, mut books) = (self.clock.now(), self.books());
        let mut id = None;
        books.change(link, |link| {
            if link.status == "announced" {
                link.status = to.to_owned();
                id = link.transfer.as_ref().map(|transfer| transfer.id.clone());
            }
        });
        id.inspect(|id| books.happened(kind, id, now)).is_some()
    }
}
