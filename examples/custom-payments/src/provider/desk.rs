//! What payers, banks and the provider's own staff do: a test plays them, or a page of the example.

use std::time::Duration;

use super::{Failure, Girolink, Link, LinkRequest, Loss, Recall, Transfer, hundredths};

impl Girolink {
    /// Money comes for a link: this much, or what it asks for. Whether the link waited for it.
    pub fn receive(&self, link: &str, amount: Option<&str>) -> bool {
        self.money(link, amount, "received")
    }

    /// The payer's bank announces the money.
    pub fn announce(&self, link: &str) -> bool {
        self.money(link, None, "announced")
    }

    /// Announced money arrives.
    pub fn arrive(&self, link: &str) -> bool {
        let arrives = |link: &mut Link| link.moves("announced", "received");
        self.books().change(link, arrives)
    }

    /// Announced money does not arrive.
    pub fn bounce(&self, link: &str) -> bool {
        let bounces = |link: &mut Link| link.moves("announced", "returned");
        self.books().change(link, bounces)
    }

    /// Somebody of the firm sends money back on the provider's own pages.
    ///
    /// # Errors
    /// When there is not so much left.
    pub fn send_back_here(&self, link: &str, amount: &str) -> Result<String, Failure> {
        self.books().send_back(link, amount, None)
    }

    /// The latest return of a link comes back: the account is closed.
    pub fn bounce_return(&self, link: &str) -> bool {
        self.books().change(link, |link| {
            let latest = link.returns.last_mut();
            latest.map(|it| it.status = "bounced").is_some()
        })
    }

    /// The payer's bank recalls money.
    pub fn recall(&self, link: &str, amount: &str) -> bool {
        let mut books = self.books();
        let recall = Recall {
            id: books.id("rec"),
            amount: amount.to_owned(),
            won: false,
        };
        books.change(link, |link| {
            let may = hundredths(amount) <= link.left();
            link.recalls.extend(may.then_some(recall));
            may
        })
    }

    /// The bank gives the latest recall back.
    pub fn win(&self, link: &str) -> bool {
        self.books().change(link, |link| {
            let latest = link.recalls.last_mut();
            latest.map(|it| it.won = true).is_some()
        })
    }

    /// The firm's web shop, which has the same account, makes a link of its own and is paid; the
    /// link's id.
    pub fn sell(&self, amount: &str, currency: &str) -> String {
        let now = self.clock.now();
        let request = LinkRequest {
            reference: "order 1".to_owned(),
            amount: amount.to_owned(),
            currency: currency.to_owned(),
            text: "A book".to_owned(),
            back: "https://shop.example".to_owned(),
            until: now.plus(Duration::from_secs(3600)),
        };
        let id = self.books().open(&self.pages, request, now);
        self.receive(&id, None);
        id
    }

    /// The next call that asks for something to be done gets no answer.
    pub fn lose_next(&self, loss: Loss) {
        self.books().loss = Some(loss);
    }

    /// The bodies that have not been posted yet: a form that carries an id, and nothing else.
    pub fn post(&self) -> Vec<String> {
        let unposted = std::mem::take(&mut self.books().unposted).into_iter();
        unposted.map(|link| format!("id={link}")).collect()
    }

    fn money(&self, link: &str, amount: Option<&str>, to: &str) -> bool {
        let (now, mut books) = (self.clock.now(), self.books());
        let id = books.id("trf");
        books.change(link, |link| {
            let waited = link.moves("waiting", to);
            if waited {
                link.transfer = Some(Transfer {
                    id,
                    amount: amount.unwrap_or(&link.request.amount).to_owned(),
                    at: now,
                });
            }
            waited
        })
    }
}
