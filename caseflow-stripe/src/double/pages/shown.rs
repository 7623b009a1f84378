//! The pages of one checkout.

use super::super::model::{Session, Ui};
use super::super::money;
use super::super::pay::{self, Outcome};
use super::super::reply::Reply;
use super::html::{document, escaped, origin, secured};

/// A checkout that is shown.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) session: Session,
    token: String,
    base: String,
}

impl Shown {
    pub(super) fn new(session: &Session, token: &str, base: &str) -> Self {
        Self {
            session: session.clone(),
            token: token.to_owned(),
            base: base.to_owned(),
        }
    }

    /// Where the form is.
    pub(super) fn address(&self) -> String {
        format!("{}/c/pay/{}", self.base, self.token)
    }

    /// What the payer sees after an attempt.
    pub(super) fn after(&self, outcome: Outcome) -> Reply {
        match outcome {
            Outcome::Done | Outcome::Over => self.finished(),
            Outcome::Confirm => Reply::see_other(&format!("{}/bank", self.address())),
            Outcome::Declined(why) => self.form(Some(why.message)),
        }
    }

    /// The form, perhaps with what was wrong before.
    pub(super) fn form(&self, problem: Option<&str>) -> Reply {
        let asked = &self.session.asked;
        let name = asked
            .lines
            .first()
            .map_or("Payment", |line| line.name.as_str());
        let body = format!(
            r#"<h1>{name}</h1>
<p class="sum">{sum}</p>
{problem}<form method="post" action="{action}">
{ways}{CARD}
<button type="submit">Pay {sum}</button>
</form>
{CARDS}
{cancel}"#,
            name = escaped(name),
            sum = escaped(&self.sum()),
            problem = problem.map(alert).unwrap_or_default(),
            action = escaped(&self.address()),
            ways = self.ways(),
            cancel = self.cancel(),
        );
        let status = if problem.is_some() { 402 } else { 200 };
        self.page(status, "Pay", &body)
    }

    fn sum(&self) -> String {
        money::shown(self.session.total, &self.session.currency)
    }

    /// The choice between card and debit, where there is one.
    fn ways(&self) -> &'static str {
        if pay::debit(&self.session).is_some() {
            WAYS
        } else {
            ""
        }
    }

    fn cancel(&self) -> String {
        let Some(url) = &self.session.asked.cancel_url else {
            return String::new();
        };
        format!(
            r#"<p><a href="{}">Cancel and go back</a></p>"#,
            escaped(url)
        )
    }

    /// The bank's question.
    pub(super) fn bank(&self) -> Reply {
        let body = format!(
            r#"<h1>Your bank asks</h1>
<p>Do you agree to pay <strong>{sum}</strong>?</p>
<form method="post" action="{action}/bank">
<button type="submit" name="answer" value="complete">Complete</button>
<button type="submit" name="answer" value="fail" class="second">Fail</button>
</form>"#,
            sum = escaped(&self.sum()),
            action = escaped(&self.address()),
        );
        self.page(200, "3-D Secure", &body)
    }

    /// The checkout is paid: back to the merchant.
    pub(super) fn finished(&self) -> Reply {
        let asked = &self.session.asked;
        let url = asked.success_url.as_ref().or(asked.return_url.as_ref());
        let back = url.map(|url| url.replace("{CHECKOUT_SESSION_ID}", &self.session.id));
        match (asked.ui, back) {
            (Ui::Hosted, Some(back)) => self.secured(Reply::see_other(&back)),
            (_, back) => self.done(back.as_deref()),
        }
    }

    /// In a frame, the page around it has to be told.
    fn done(&self, back: Option<&str>) -> Reply {
        let link = back.map(|back| {
            let back = escaped(back);
            format!(r#"<p><a id="back" target="_top" href="{back}">Continue</a></p>"#)
        });
        let body = format!(
            r#"<h1>Thank you</h1>
<p>Your payment of {sum} is complete.</p>
{link}
<script src="{base}/c/done.js"></script>"#,
            sum = escaped(&self.sum()),
            link = link.unwrap_or_default(),
            base = escaped(&self.base),
        );
        self.page(200, "Thank you", &body)
    }

    /// The checkout's time is up.
    pub(super) fn expired(&self) -> Reply {
        let body = format!(
            "<h1>This page has expired</h1>\n<p>Nothing was paid.</p>\n{}",
            self.cancel()
        );
        self.page(410, "Expired", &body)
    }

    fn page(&self, status: u16, title: &str, body: &str) -> Reply {
        self.secured(Reply::html(status, document(&self.base, title, body)))
    }

    fn secured(&self, reply: Reply) -> Reply {
        let asked = &self.session.asked;
        let around = asked.return_url.as_deref().and_then(origin);
        let success = asked.success_url.as_deref().and_then(origin);
        let form = format!("'self' {}", success.unwrap_or_default());
        let ancestors = match asked.ui {
            Ui::Hosted => "'none'",
            // With no page to return to, it is not known whose frame this is.
            Ui::Embedded => around.unwrap_or("*"),
        };
        secured(reply, form.trim_end(), ancestors)
    }
}

fn alert(problem: &str) -> String {
    format!(
        "<p class=\"problem\" role=\"alert\">{}</p>\n",
        escaped(problem)
    )
}

const WAYS: &str = r#"<fieldset>
<legend>How would you like to pay?</legend>
<label class="way"><input type="radio" name="way" value="card" checked> Card</label>
<label class="way"><input type="radio" name="way" value="debit"> Bank account: the money arrives days
later, and the card below is left empty</label>
</fieldset>
"#;

const CARD: &str = r#"<label for="card">Card number</label>
<input id="card" name="card" inputmode="numeric" autocomplete="off" placeholder="4242 4242 4242 4242">
<div class="pair">
<p><label for="expiry">Expiry (MM/YY)</label>
<input id="expiry" name="expiry" autocomplete="off" placeholder="12/34"></p>
<p><label for="code">Security code</label>
<input id="code" name="code" inputmode="numeric" autocomplete="off" placeholder="123"></p>
</div>"#;

const CARDS: &str = r"<details open>
<summary>Cards of the demonstration</summary>
<ul>
<li><code>4242 4242 4242 4242</code> pays</li>
<li><code>4000 0025 0000 3155</code> asks for the bank’s confirmation</li>
<li><code>4000 0000 0000 0002</code> is declined</li>
<li><code>4000 0000 0000 9995</code> has no funds</li>
</ul>
<p>With any date to come and any security code.</p>
</details>";
