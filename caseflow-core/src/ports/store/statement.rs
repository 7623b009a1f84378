use super::firm::InvoiceFile;
use crate::domain::money::Money;

/// What a client's statement is made of.
///
/// # Contract
/// * Drafts count for nothing.
/// * `invoices` holds each invoice that is dated in the period, has a payment (a voided one too), a
///   reversal or a credit of a day in it, or was cancelled
///   [around](crate::domain::period::Period::around) it; all of its records come with it.
/// * `brought_forward` is made of all the others: their totals when they are dated before the first
///   day, less the payments that stand, plus what reversals took, less the credits, all of earlier
///   days, less what was open on those that had been cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatementFile {
    /// A currency each, in the order of their codes; zero ones left out.
    pub brought_forward: Vec<Money>,
    /// By their dates, then their ids, oldest first: at most
    /// [`MOST_INVOICES`](Self::MOST_INVOICES), and one more to say that there are too many.
    pub invoices: Vec<InvoiceFile>,
}

impl StatementFile {
    /// On how many invoices a statement tells what happened.
    pub const MOST_INVOICES: usize = 1_000;
}
