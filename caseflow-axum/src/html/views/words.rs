//! The words of the portal that are not in a template.

mod contracts;
mod documents;
mod offers;
mod take_out;
mod vault;

use std::fmt;

use caseflow_core::domain::access::Section;
use caseflow_core::domain::invoice::InvoiceStatus;
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::domain::reversal::ReversalKind;

use super::dashboard::Task;
use super::fault::Fault;
use super::forms::{DayField, FileProblem, NameField, PayProblem, Problem};
use super::frame::Place;
use super::invoices::InvoiceFilter;
use super::pay::{Miss, Trouble};
use super::payments::RecordKind;
use super::profile::ProfileNotice;
use crate::html::format;

/// The words of a status, and the class that colours it.
pub(super) trait StatusWords {
    fn words(&self) -> &'static str;
    fn tone(&self) -> &'static str;
}

impl StatusWords for InvoiceStatus {
    fn words(&self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Cancelled => "Cancelled",
            Self::Paid => "Paid",
            Self::Overdue => "Overdue",
            Self::PartiallyPaid => "Partially paid",
            Self::Unpaid => "Unpaid",
        }
    }

    fn tone(&self) -> &'static str {
        match self {
            Self::Draft | Self::Cancelled => "off",
            Self::Paid => "ok",
            Self::Overdue => "bad",
            Self::PartiallyPaid => "warn",
            Self::Unpaid => "info",
        }
    }
}

/// The words of a way to pay.
pub(super) trait ModeWords {
    fn words(&self) -> &'static str;
}

impl ModeWords for PaymentMode {
    fn words(&self) -> &'static str {
        match self {
            Self::Cash => "Cash",
            Self::Cheque => "Cheque",
            Self::BankTransfer => "Bank transfer",
            Self::Card => "Card",
            Self::Other => "Other",
            Self::Online => "Online",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dashboard => "Dashboard",
            Self::Section(Section::Invoices) => "Invoices",
            Self::Section(Section::Proposals) => "Proposals",
            Self::Section(Section::Contracts) => "Contracts",
            Self::Section(Section::Estimates) => "Estimates",
            Self::Section(Section::Documents) => "Documents",
            Self::Section(Section::Vault) => "Vault",
            Self::Section(Section::Library) => "Firm Library",
            Self::Profile => "Profile",
        })
    }
}

impl Place {
    /// What the place is for, in a few words.
    pub(crate) fn purpose(&self) -> &'static str {
        match self {
            Self::Dashboard => "What waits for you",
            Self::Section(Section::Invoices) => "Balances, due dates and payments",
            Self::Section(Section::Proposals) => "Offers for your decision",
            Self::Section(Section::Contracts) => "Agreements to read and sign",
            Self::Section(Section::Estimates) => "Expected costs for your approval",
            Self::Section(Section::Documents) => "Files shared with you",
            Self::Section(Section::Vault) => "Confidential files under lock",
            Self::Section(Section::Library) => "Guides and answers from the firm",
            Self::Profile => "Your details and sign-in",
        }
    }
}

impl fmt::Display for InvoiceFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("All"),
            Self::Only(status) => f.write_str(status.words()),
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
            Self::Only(InvoiceStatus::Draft) => "No drafts",
        }
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Payment => "Payment",
            Self::VoidedPayment => "Voided payment",
            Self::Credit => "Credit",
            Self::Reversal(ReversalKind::Refund) => "Refund",
            Self::Reversal(ReversalKind::RefundReturned) => "Refund returned",
            Self::Reversal(ReversalKind::Dispute) => "Chargeback",
            Self::Reversal(ReversalKind::DisputeWon) => "Chargeback reversed",
        })
    }
}

impl RecordKind {
    /// What the document about it is.
    pub(crate) fn paper(&self) -> &'static str {
        match self {
            Self::Payment | Self::VoidedPayment | Self::Credit => "Receipt",
            Self::Reversal(_) => "Note",
        }
    }
}

impl Miss {
    /// Why no money came in, in one sentence or two.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Self::Expired => "It was not finished in time.",
            Self::Failed(Trouble::Declined) => {
                "The bank or the card's issuer declined it. They do not tell us why; another card \
                 or way to pay may work."
            }
            Self::Failed(Trouble::Funds) => "There was not enough money on the card or account.",
            Self::Failed(Trouble::CardExpired) => "The card has expired. Please use another one.",
            Self::Failed(Trouble::Unconfirmed) => {
                "The bank asked for a confirmation, and it was not given."
            }
            Self::Failed(Trouble::Unreachable) => "The payment provider could not be reached.",
            Self::Failed(Trouble::Other) => "The payment provider could not complete it.",
        }
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
                let wait = format::wait(*wait);
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
            Self::PasswordUnchanged => {
                f.write_str("This is the password that you have now. Choose another")
            }
            Self::PasswordsDiffer => f.write_str("The two passwords are not the same"),
            Self::CurrentPasswordMissing => f.write_str("Enter your current password"),
            Self::WrongPassword => f.write_str("This is not your current password"),
            Self::NameMissing(field) => write!(f, "Enter your {field}"),
            Self::NameTooLong { field, most } => {
                write!(f, "Your {field} must have at most {most} characters")
            }
            Self::NameForbidden { field, character } => forbidden(f, *field, *character),
            Self::PhoneMalformed => {
                f.write_str("Enter a phone number in the form +1 202 555 0143, or leave it empty")
            }
            Self::LanguageUnknown => f.write_str("Choose one of the languages"),
            Self::DirectionUnknown => f.write_str("Choose one of the directions"),
            Self::SearchTooLong { most } => {
                write!(f, "Search for at most {most} words at once")
            }
            Self::DayMalformed(field) => write!(f, "Enter the {field} in the form 2026-01-31"),
            Self::DaysBackwards => {
                f.write_str("The first day is after the last. Choose an earlier one")
            }
            Self::DayToCome => {
                f.write_str("The last day is still to come. Choose today or an earlier day")
            }
            Self::StatementTooLong => {
                f.write_str("Too much happened in these days for one statement. Choose fewer days")
            }
            Self::Amount(problem) | Self::Payment(problem) => problem.fmt(f),
            Self::Offer(problem) => problem.fmt(f),
            Self::Contract(problem) => problem.fmt(f),
            Self::File(problem) => f.write_str(problem.words()),
        }
    }
}

impl FileProblem {
    fn words(self) -> &'static str {
        match self {
            Self::Missing => "Choose a file",
            Self::TooLarge => "The file is too large. Choose one of at most 20 MB",
        }
    }
}

fn forbidden(f: &mut fmt::Formatter<'_>, field: NameField, character: char) -> fmt::Result {
    let code = u32::from(character);
    write!(
        f,
        "Your {field} has a character that cannot be used (U+{code:04X})"
    )
}

impl fmt::Display for PayProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { example } => {
                write!(f, "Enter an amount in digits, such as {example}")
            }
            Self::Outside { least, most } => {
                write!(f, "Enter an amount from {least} to {most}")
            }
            Self::NotWhole { due } => {
                write!(f, "This invoice is paid whole: {due} is due. Try again")
            }
            Self::NothingDue => f.write_str("Nothing is left to pay on this invoice"),
            Self::NotOnline => f.write_str("The firm takes no payments online"),
            Self::Currency(code) => write!(f, "Amounts in {code} cannot be paid online"),
            Self::TooLittle { least } => {
                write!(f, "Less than {least} cannot be paid online")
            }
            Self::TooMuch { most } => {
                write!(f, "More than {most} cannot be paid online at once")
            }
            Self::Steps(step) => {
                write!(f, "Only multiples of {step} can be paid online")
            }
            Self::Refused => f.write_str(
                "The payment provider did not take the payment. Nothing was charged. The firm can \
                 tell you other ways to pay",
            ),
            Self::NoAnswer => {
                f.write_str("The payment provider did not answer. Nothing was charged. Try again")
            }
            Self::Other => f.write_str("This invoice cannot be paid online. Nothing was charged"),
        }
    }
}

impl fmt::Display for DayField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "first day",
            Self::Last => "last day",
        })
    }
}

impl fmt::Display for NameField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "first name",
            Self::Last => "last name",
            Self::Own => "name",
        })
    }
}

impl ProfileNotice {
    /// What the page says after saving.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Self::Saved => "Your details are saved.",
            Self::EmailToConfirm => {
                "Your details are saved. Your e-mail address changes once you open the link that \
                 we have sent to the new one."
            }
            Self::PreferencesSaved => "Your language and mail settings are saved.",
            Self::SessionEnded => "You are signed out there.",
            Self::OthersEnded => "You are signed out everywhere else.",
            Self::EmailConfirmed => "Your new e-mail address counts from now on.",
            Self::PasswordChanged => {
                "Your password is changed. You are signed out on all other devices."
            }
        }
    }
}

impl Fault {
    /// Title and heading of the page.
    pub(crate) fn heading(&self) -> &'static str {
        match self {
            Self::Preview => "Only the contact can do this",
            Self::ForeignForm => "This form could not be accepted",
            Self::Misunderstood => "This request could not be understood",
            Self::TooLong => "This document is too long",
            Self::NotFound => "Page not found",
            Self::TooManyRequests(_) => "Too many requests",
            Self::Internal => "Something went wrong",
            Self::Unavailable => "The portal is busy",
            Self::VaultUnavailable => "The vault is not available",
            Self::VaultUnreadable => "This item cannot be read",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::forms::OfferProblem;
    use super::*;

    #[test]
    fn every_problem_reads_as_a_sentence_without_its_stop() {
        let problems = [
            Problem::EmailMissing,
            Problem::EmailMalformed,
            Problem::PasswordMissing,
            Problem::WrongCredentials,
            Problem::TooManyTries(Duration::from_secs(8)),
            Problem::PasswordTooShort { least: 12 },
            Problem::PasswordTooLong { most: 128 },
            Problem::PasswordCommon,
            Problem::PasswordLikeAccount,
            Problem::PasswordUnchanged,
            Problem::PasswordsDiffer,
            Problem::CurrentPasswordMissing,
            Problem::WrongPassword,
            Problem::NameMissing(NameField::First),
            Problem::NameTooLong {
                field: NameField::Last,
                most: 100,
            },
            Problem::NameForbidden {
                field: NameField::Last,
                character: '\u{202e}',
            },
            Problem::PhoneMalformed,
            Problem::LanguageUnknown,
            Problem::DirectionUnknown,
            Problem::SearchTooLong { most: 8 },
            Problem::DayMalformed(DayField::First),
            Problem::DaysBackwards,
            Problem::DayToCome,
            Problem::StatementTooLong,
            Problem::Amount(PayProblem::Malformed {
                example: "100.00".into(),
            }),
            Problem::Payment(PayProblem::NothingDue),
            Problem::Payment(PayProblem::NotOnline),
            Problem::Payment(PayProblem::Currency("XAU")),
            Problem::Payment(PayProblem::Refused),
            Problem::Payment(PayProblem::NoAnswer),
            Problem::Payment(PayProblem::Other),
            Problem::NameMissing(NameField::Own),
            Problem::Offer(OfferProblem::ReasonTooLong { most: 1000 }),
            Problem::Offer(OfferProblem::ReasonForbidden { character: '\0' }),
            Problem::Offer(OfferProblem::Changed),
            Problem::Offer(OfferProblem::Expired),
            Problem::Offer(OfferProblem::Decided),
            Problem::Offer(OfferProblem::Closed),
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
        let text = Problem::TooManyTries(Duration::from_secs(8)).to_string();
        assert_eq!(text, "Too many attempts. Wait 8 seconds, then try again");
    }
}
