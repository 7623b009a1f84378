//! The words of the portal that are not in a template.

use std::fmt;

use super::dashboard::Task;
use super::fault::Fault;
use super::forms::Problem;
use super::frame::Section;
use super::invoices::{InvoiceFilter, InvoiceStatus};
use super::payments::RecordKind;

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dashboard => "Dashboard",
            Self::Invoices => "Invoices",
            Self::Proposals => "Proposals",
            Self::Contracts => "Contracts",
            Self::Estimates => "Estimates",
            Self::Documents => "Documents",
            Self::Library => "Firm Library",
            Self::Profile => "Profile",
        })
    }
}

impl Section {
    /// What the section is for, in a few words.
    pub(crate) fn purpose(&self) -> &'static str {
        match self {
            Self::Dashboard => "What waits for you",
            Self::Invoices => "Balances, due dates and payments",
            Self::Proposals => "Offers for your decision",
            Self::Contracts => "Agreements to read and sign",
            Self::Estimates => "Expected costs for your approval",
            Self::Documents => "Files shared with you",
            Self::Library => "Guides and answers from the firm",
            Self::Profile => "Your details and sign-in",
        }
    }
}

impl fmt::Display for InvoiceStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unpaid => "Unpaid",
            Self::PartiallyPaid => "Partially paid",
            Self::Overdue => "Overdue",
            Self::Paid => "Paid",
            Self::Cancelled => "Cancelled",
        })
    }
}

impl fmt::Display for InvoiceFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("All"),
            Self::Only(status) => status.fmt(f),
        }
    }
}

impl InvoiceFilter {
    /// What an empty list says under this filter.
    pub(crate) fn nothing(&self) -> &'static str {
        match self {
            Self::All => "No invoices yet",
            Self::Only(InvoiceStatus::Unpaid) => "No unpaid invoices",
            Self::Only(InvoiceStatus::PartiallyPaid) => "No partially paid invoices",
            Self::Only(InvoiceStatus::Overdue) => "Nothing is overdue",
            Self::Only(InvoiceStatus::Paid) => "No paid invoices yet",
            Self::Only(InvoiceStatus::Cancelled) => "No cancelled invoices",
        }
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Payment => "Payment",
            Self::VoidedPayment => "Voided payment",
            Self::Refund => "Refund",
            Self::Credit => "Credit",
            Self::LostDispute => "Disputed payment returned",
        })
    }
}

impl Task {
    /// What is asked, before the title.
    pub(crate) fn ask(&self) -> &'static str {
        match self {
            Self::PayInvoice => "Invoice to pay",
            Self::DecideProposal => "Proposal to decide",
            Self::DecideEstimate => "Estimate to approve",
            Self::SignContract => "Contract to sign",
        }
    }

    /// The words on the button.
    pub(crate) fn button(&self) -> &'static str {
        match self {
            Self::PayInvoice => "View invoice",
            Self::DecideProposal => "View proposal",
            Self::DecideEstimate => "View estimate",
            Self::SignContract => "Read and sign",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmailMissing => f.write_str("Enter your e-mail address"),
            Self::EmailMalformed => {
                f.write_str("Enter an e-mail address in the form name@example.com")
            }
            Self::PasswordMissing => f.write_str("Enter your password"),
            Self::WrongCredentials => {
                f.write_str("The e-mail address or the password is not right")
            }
            Self::TooManyTries(wait) => {
                write!(f, "Too many attempts. Wait {wait}, then try again")
            }
            Self::PasswordTooShort { least } => {
                write!(f, "The password must have at least {least} characters")
            }
            Self::PasswordTooLong { most } => {
                write!(f, "The password must have at most {most} characters")
            }
            Self::PasswordCommon => f.write_str(
                "This password is one of the first that others would try. Choose another",
            ),
            Self::PasswordLikeAccount => {
                f.write_str("The password is too close to your address or the firm's name")
            }
            Self::PasswordsDiffer => f.write_str("The two passwords are not the same"),
        }
    }
}

impl Fault {
    /// Title and heading of the page.
    pub(crate) fn heading(&self) -> &'static str {
        match self {
            Self::ForeignForm => "This form could not be accepted",
            Self::Misunderstood => "This request could not be understood",
            Self::NotFound => "Page not found",
            Self::TooManyRequests(_) => "Too many requests",
            Self::Internal => "Something went wrong",
            Self::Unavailable => "The portal is busy",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_reads_as_a_sentence_without_its_stop() {
        let problems = [
            Problem::EmailMissing,
            Problem::EmailMalformed,
            Problem::PasswordMissing,
            Problem::WrongCredentials,
            Problem::TooManyTries("8 seconds".into()),
            Problem::PasswordTooShort { least: 12 },
            Problem::PasswordTooLong { most: 128 },
            Problem::PasswordCommon,
            Problem::PasswordLikeAccount,
            Problem::PasswordsDiffer,
        ];
        for problem in problems {
            let text = problem.to_string();
            assert!(
                text.starts_with(char::is_uppercase) && !text.ends_with('.'),
                "{text}"
            );
        }
    }

    #[test]
    fn the_wait_is_told() {
        let text = Problem::TooManyTries("8 seconds".into()).to_string();
        assert_eq!(text, "Too many attempts. Wait 8 seconds, then try again");
    }
}
