//! Paying online: what offers it, the page around a provider's form, and the page to come back to.

use askama::Template;

use super::frame::{Bar, Frame};
use crate::html::format::{Amount, Day};

/// How what is due on an invoice can be paid.
#[derive(Debug, Clone)]
pub(crate) enum Paying {
    /// Not online.
    Nowhere,
    /// All of it.
    Whole(Amount),
    /// All of it or a part: posts `amount`.
    Part {
        least: Amount,
        /// The code of the currency that is paid in.
        currency: &'static str,
        /// As typed, or else all that is due.
        amount: String,
    },
    /// Money is on its way already.
    UnderWay {
        amount: Amount,
        /// The address of the page that says what becomes of it.
        attempt: String,
    },
}

/// The last attempt at paying, when it came to nothing and nothing has happened since.
#[derive(Debug, Clone)]
pub(crate) struct Missed {
    pub(crate) day: Day,
    pub(crate) why: Miss,
}

/// Why an attempt came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Miss {
    Failed(Trouble),
    /// Nobody paid in time.
    Expired,
}

/// What went wrong, as far as the payer can do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    Declined,
    Funds,
    CardExpired,
    /// The payer's bank asked for a confirmation that did not come.
    Unconfirmed,
    /// The provider could not be reached.
    Unreachable,
    Other,
}

/// What became of an attempt, for the payer who comes back from the provider.
#[derive(Debug, Template)]
#[template(path = "attempt.html")]
pub(crate) struct AttemptPage {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) invoice_id: String,
    pub(crate) invoice_number: String,
    /// What was asked for.
    pub(crate) amount: Amount,
    pub(crate) outcome: Outcome,
    /// Whether the same can be tried again at once.
    pub(crate) again: bool,
}

/// How far an attempt has come.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Paid {
        collected: Amount,
        receipt: Option<Paper>,
        /// What is still due, if something is.
        left: Option<Amount>,
    },
    Confirming {
        /// Whether the page looks again by itself.
        by_itself: bool,
        /// The address at which to look again.
        look: String,
    },
    Processing,
    Missed(Miss),
    /// The invoice changed meanwhile.
    Cancelled,
    /// The provider collected another currency.
    Held {
        collected: Amount,
    },
}

impl AttemptPage {
    pub(crate) fn heading(&self) -> &'static str {
        match self.outcome {
            Outcome::Paid { .. } => "Payment received",
            Outcome::Confirming { .. } => "Your payment is being confirmed",
            Outcome::Processing => "Your payment is on its way",
            Outcome::Missed(Miss::Failed(_)) => "The payment did not go through",
            Outcome::Missed(Miss::Expired) => "The time to pay ran out",
            Outcome::Cancelled => "This payment was called off",
            Outcome::Held { .. } => "Your payment is being looked at",
        }
    }

    /// The class that colours it.
    pub(crate) fn tone(&self) -> &'static str {
        match self.outcome {
            Outcome::Paid { .. } => "ok",
            Outcome::Confirming { .. } | Outcome::Processing => "info",
            Outcome::Missed(_) => "bad",
            Outcome::Cancelled | Outcome::Held { .. } => "warn",
        }
    }

    /// The outline of its icon on a 24 by 24 grid, as an SVG path.
    pub(crate) fn icon(&self) -> &'static str {
        match self.outcome {
            Outcome::Paid { .. } => "m5 12.5 4.5 4.5L19 7.5",
            Outcome::Confirming { .. } | Outcome::Processing => {
                "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2"
            }
            Outcome::Missed(_) => "m6.5 6.5 11 11M17.5 6.5l-11 11",
            Outcome::Cancelled | Outcome::Held { .. } => "M12 5v9M12 18.5v.01",
        }
    }
}

/// A document about one movement of money.
#[derive(Debug, Clone)]
pub(crate) struct Paper {
    pub(crate) number: String,
    pub(crate) link: String,
}

/// The page around a provider's form, which a script of the provider's shows.
#[derive(Debug, Template)]
#[template(path = "checkout.html")]
pub(crate) struct CheckoutPage {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) invoice_id: String,
    pub(crate) invoice_number: String,
    pub(crate) amount: Amount,
    /// The name of the provider that payers know.
    pub(crate) provider: String,
    /// The address of the provider's script.
    pub(crate) script: String,
    /// What it is told, as a JSON object.
    pub(crate) settings: String,
}
