//! What the demonstration holds, as its files say it: two for each firm.

mod files;
mod library;
mod paperwork;

use anyhow::Context as _;
use serde::Deserialize;

use library::Library;

pub(super) use files::{DocumentPlan, DocumentStep, HoldsPlan, VaultPlan, bytes};
pub(super) use library::ArticlePlan;
pub(super) use paperwork::{ContractPlan, ContractStep, OfferPlan, OfferStep};

/// A firm's path, what it has done, and its library.
const FILES: [(&str, &str, &str); 2] = [
    (
        "muster-partner",
        include_str!("muster-partner.toml"),
        include_str!("library/muster-partner.toml"),
    ),
    (
        "keller-tax",
        include_str!("keller-tax.toml"),
        include_str!("library/keller-tax.toml"),
    ),
];

/// Reads both firms.
pub(super) fn firms() -> anyhow::Result<Vec<FirmPlan>> {
    let read = |(slug, text, library)| {
        let plan: FirmPlan = toml::from_str(text).with_context(|| format!("{slug}.toml"))?;
        let library: Library =
            toml::from_str(library).with_context(|| format!("library/{slug}.toml"))?;
        Ok(FirmPlan {
            slug,
            articles: library.articles,
            ..plan
        })
    };
    FILES.into_iter().map(read).collect()
}

/// A firm. Days count from today: −1 is yesterday.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FirmPlan {
    /// The path of its portal.
    #[serde(skip)]
    pub(super) slug: &'static str,
    pub(super) name: String,
    pub(super) address: String,
    pub(super) tax_id: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) zone: String,
    pub(super) language: String,
    pub(super) currency: String,
    pub(super) accent: String,
    pub(super) disclaimer: String,
    pub(super) how_to_pay: Option<String>,
    pub(super) invoice_prefix: String,
    pub(super) receipt_prefix: String,
    pub(super) refund_prefix: String,
    pub(super) proposal_prefix: String,
    pub(super) estimate_prefix: String,
    /// From which amount on a part may be paid online; only the whole when absent.
    pub(super) part_payment_from: Option<String>,
    pub(super) clients: Vec<ClientPlan>,
    pub(super) announcements: Vec<AnnouncementPlan>,
    #[serde(skip)]
    pub(super) articles: Vec<ArticlePlan>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientPlan {
    pub(super) name: String,
    pub(super) address: Option<String>,
    pub(super) tax_id: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) contacts: Vec<ContactPlan>,
    #[serde(default)]
    pub(super) invoices: Vec<InvoicePlan>,
    #[serde(default)]
    pub(super) offers: Vec<OfferPlan>,
    #[serde(default)]
    pub(super) contracts: Vec<ContractPlan>,
    #[serde(default)]
    pub(super) documents: Vec<DocumentPlan>,
    #[serde(default)]
    pub(super) vault: Vec<VaultPlan>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactPlan {
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) email: String,
    pub(super) phone: Option<String>,
    pub(super) title: Option<String>,
    pub(super) language: Option<String>,
    /// `auto`, `ltr` or `rtl`.
    pub(super) direction: Option<String>,
    #[serde(default)]
    pub(super) primary: bool,
    /// Sections that the contact may not see.
    #[serde(default)]
    pub(super) may_not: Vec<String>,
    pub(super) access: AccessPlan,
}

/// How far a contact has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AccessPlan {
    /// No portal access.
    Off,
    /// The link to set a password is mailed when the server starts for the first time.
    Invited,
    /// Has a password.
    On,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InvoicePlan {
    /// The day of its date.
    pub(super) day: i64,
    /// Days from its date to its due date.
    pub(super) days_to_pay: u64,
    /// The firm's when absent.
    pub(super) currency: Option<String>,
    /// Whether the prices hold the taxes.
    #[serde(default)]
    pub(super) inclusive: bool,
    pub(super) matter: Option<String>,
    pub(super) note: Option<String>,
    pub(super) internal_note: Option<String>,
    /// Off the whole document: `10 %` or an amount.
    pub(super) discount: Option<String>,
    pub(super) lines: Vec<LinePlan>,
    /// Never issued.
    #[serde(default)]
    pub(super) draft: bool,
    #[serde(default)]
    pub(super) then: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinePlan {
    pub(super) text: String,
    pub(super) quantity: String,
    pub(super) price: String,
    /// `10 %` or an amount.
    pub(super) discount: Option<String>,
    /// Each as name and percent: `VAT 8.1`.
    #[serde(default)]
    pub(super) taxes: Vec<String>,
}

/// What became of an issued invoice.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Step {
    /// A payment; of the balance when no amount stands there.
    Pay {
        day: i64,
        amount: Option<String>,
        by: String,
        reference: Option<String>,
    },
    /// The last payment is voided.
    Void { day: i64, reason: String },
    /// A credit; of the balance when no amount stands there.
    Credit {
        day: i64,
        amount: Option<String>,
        reason: String,
    },
    /// It is called off.
    Cancel { day: i64 },
}

impl Step {
    pub(super) fn day(&self) -> i64 {
        match self {
            Self::Pay { day, .. }
            | Self::Void { day, .. }
            | Self::Credit { day, .. }
            | Self::Cancel { day } => *day,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnnouncementPlan {
    pub(super) title: String,
    pub(super) body: String,
    pub(super) from_day: i64,
    pub(super) until_day: Option<i64>,
    /// Names of clients; everybody when absent.
    pub(super) only_for: Option<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_hold_what_a_visitor_should_see() {
        let firms = firms().unwrap();
        let clients = || firms.iter().flat_map(|firm| &firm.clients);
        let invoices = || clients().flat_map(|client| &client.invoices);
        assert!(invoices().count() >= 40, "{}", invoices().count());
        let has = |test: &dyn Fn(&ContactPlan) -> bool| {
            clients().flat_map(|client| &client.contacts).any(test)
        };
        assert!(has(&|contact| contact.direction.as_deref() == Some("rtl")));
        assert!(has(&|contact| contact.may_not == ["invoices"]));
        assert!(has(&|contact| contact.access == AccessPlan::Invited));
        let offers = || clients().flat_map(|client| &client.offers);
        let contracts = || clients().flat_map(|client| &client.contracts);
        assert!(offers().count() >= 16 && contracts().count() >= 12);
        for plan in offers() {
            let days = plan.then.iter().filter_map(OfferStep::day);
            assert!(in_order(plan.day, days), "{}", plan.title);
        }
        for plan in contracts() {
            let days = plan.then.iter().filter_map(ContractStep::day);
            assert!(in_order(plan.day, days), "{}", plan.title);
        }
        for plan in invoices() {
            let days = plan.then.iter().map(Step::day);
            assert!(in_order(plan.day, days), "{plan:?}");
            assert!(plan.then.is_empty() || !plan.draft, "{plan:?}");
        }
        let articles = || firms.iter().flat_map(|firm| &firm.articles);
        for (stage, least) in [("published", 12), ("internal", 2), ("draft", 1)] {
            let found = articles().filter(|article| article.stage == stage);
            assert!(found.count() >= least, "{stage}");
        }
    }

    fn in_order(first: i64, days: impl Iterator<Item = i64>) -> bool {
        let days: Vec<_> = std::iter::once(first).chain(days).chain([0]).collect();
        days.is_sorted()
    }
}
