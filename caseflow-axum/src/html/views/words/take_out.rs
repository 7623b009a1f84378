//! The words of the archive.

use caseflow_core::domain::access::Section;

use crate::html::views::take_out::TakeOutPage;

impl TakeOutPage {
    /// What of a section is in the archive.
    pub(crate) fn of(section: &Section) -> &'static str {
        match section {
            Section::Invoices => {
                "Invoices, receipts and notes of refunds as PDF files, and the payment history as a table"
            }
            Section::Proposals => "Proposals as PDF files",
            Section::Contracts => {
                "Contracts as PDF files, and your signed copies as they were sealed"
            }
            Section::Estimates => "Estimates as PDF files",
            Section::Documents => "Documents shared with you, by matter",
            Section::Vault => {
                "Files and secrets of the vault, no longer encrypted; each is noted in the vault\u{2019}s log"
            }
            Section::Library => "Articles of the Firm Library",
        }
    }
}
