//! The samples of contracts and of checking a signed copy.

use caseflow_core::domain::access::Section;
use caseflow_core::domain::contract::ContractStatus;
use caseflow_core::domain::rich_text::RichText;

use super::super::contracts::{
    ContractList, ContractPage, ContractRow, DeclinePage, Signed, SigningForm, SigningTerms, Stand,
};
use super::super::forms::{ContractProblem, FileProblem, Problem, Problems};
use super::super::frame::Place;
use super::super::verify::{Finding, SealFacts, VerifyPage, Why};
use super::{Samples, day, html};
use crate::html::rich_text::{RichHtml, Under};

const TEXT: &str = "\
## Scope

We advise Northbay Logistics Ltd on its **lease of Pier 4** and represent it before the port authority.

1. Review of the lease and its annexes.
2. Negotiation with the landlord.
3. Filing with the port authority.

## Fees

| Service | Who | Rate |
| --- | --- | ---: |
| Advice | Partner | 420.00 |
| Drafting | Associate | 260.00 |
| Filing | Paralegal | 120.00 |

Expenses are charged at cost. Invoices are due within thirty days.

## Ending

Either side may end this engagement at any time, in writing.
";

impl Samples {
    pub(super) fn contracts(&self) -> Vec<(&'static str, String)> {
        let mut pages = vec![
            ("contracts", html(&self.contract_list())),
            ("contracts-empty", html(&self.no_contracts())),
            (
                "contract-decline",
                html(&self.declining(Problems::default())),
            ),
            (
                "contract-decline-error",
                html(&self.declining(
                    Problem::from(ContractProblem::ReasonTooLong { most: 1000 }).into(),
                )),
            ),
            (
                "signing-terms",
                html(&SigningTerms {
                    frame: self.frame(),
                    version: "2026-11",
                }),
            ),
        ];
        pages.extend(self.to_sign());
        pages.extend(self.ended());
        pages.extend(self.verifying());
        pages
    }

    fn contract_list(&self) -> ContractList {
        let row = |title: &str, matter: Option<&str>, status, signed| ContractRow {
            id: self.text("ctr_1"),
            title: self.text(title),
            matter: matter.map(|matter| self.text(matter)),
            status,
            sent: Some(day(2026, 11, 3)),
            sign_by: (status == ContractStatus::Sent).then(|| day(2026, 11, 30)),
            signed,
        };
        let lease = Some("Lease review, Pier 4");
        ContractList {
            frame: self.frame(),
            bar: self.bar().at(Place::Section(Section::Contracts)),
            waiting: vec![
                row("Engagement letter 2027", None, ContractStatus::Sent, None),
                row(
                    "Mutual non-disclosure agreement with Harbour Freight International Holdings",
                    lease,
                    ContractStatus::Sent,
                    None,
                ),
            ],
            history: vec![
                row(
                    "Engagement letter 2026",
                    None,
                    ContractStatus::Signed,
                    Some(day(2026, 1, 9)),
                ),
                row("Power of attorney", lease, ContractStatus::Expired, None),
                row("Escrow agreement", lease, ContractStatus::Declined, None),
                row(
                    "Addendum to the lease",
                    lease,
                    ContractStatus::Withdrawn,
                    None,
                ),
            ],
            pager: super::super::Pager::default(),
        }
    }

    fn no_contracts(&self) -> ContractList {
        ContractList {
            waiting: vec![],
            history: vec![],
            ..self.contract_list()
        }
    }

    fn to_sign(&self) -> Vec<(&'static str, String)> {
        let form = SigningForm {
            shown: "5f".repeat(32),
            typed: String::new(),
            accepted: false,
            terms: "2026-11",
            expected: self.text("Ana Ruiz"),
        };
        let typed = SigningForm {
            typed: self.text("Ana Ruiz"),
            ..form.clone()
        };
        let accepted = SigningForm {
            accepted: true,
            ..typed.clone()
        };
        let upload = ContractPage {
            body: None,
            ..self.contract(ContractStatus::Sent, Stand::Open(form.clone()))
        };
        let open = |form, problem: ContractProblem| ContractPage {
            problems: Problem::from(problem).into(),
            ..self.contract(ContractStatus::Sent, Stand::Open(form))
        };
        vec![
            (
                "contract",
                html(&self.contract(ContractStatus::Sent, Stand::Open(form))),
            ),
            ("contract-upload", html(&upload)),
            (
                "contract-error",
                html(&open(typed, ContractProblem::TermsMissing)),
            ),
            (
                "contract-changed-refused",
                html(&open(accepted, ContractProblem::Changed)),
            ),
        ]
    }

    fn ended(&self) -> Vec<(&'static str, String)> {
        let copy = || "0c".repeat(32);
        let declined = Stand::Declined {
            by: self.text("Ana Ruiz"),
            at: "12 November 2026, 10:15:04 (Europe/Zurich)".into(),
            reason: Some(self.text("The fee cap is missing.\nPlease add it.")),
        };
        let on_paper = Stand::OnPaper {
            name: self.text("Ana Ruiz"),
            on: day(2026, 11, 12),
        };
        let signed = ContractStatus::Signed;
        [
            (
                "contract-signed",
                signed,
                Stand::Sealed(self.signed("Ana Ruiz"), copy()),
            ),
            (
                "contract-signed-arabic",
                signed,
                Stand::Sealed(self.signed("ليلى حداد"), copy()),
            ),
            (
                "contract-sealing",
                signed,
                Stand::Sealing(self.signed("Łucja Żak"), true),
            ),
            (
                "contract-sealing-long",
                signed,
                Stand::Sealing(self.signed("Ana Ruiz"), false),
            ),
            ("contract-on-paper", signed, on_paper),
            ("contract-declined", ContractStatus::Declined, declined),
            ("contract-expired", ContractStatus::Expired, Stand::Expired),
            (
                "contract-withdrawn",
                ContractStatus::Withdrawn,
                Stand::Withdrawn,
            ),
        ]
        .into_iter()
        .map(|(name, status, stand)| (name, html(&self.contract(status, stand))))
        .collect()
    }

    fn contract(&self, status: ContractStatus, stand: Stand) -> ContractPage {
        let text = RichText::parse(TEXT).unwrap();
        let shown = matches!(status, ContractStatus::Sent | ContractStatus::Signed);
        ContractPage {
            frame: self.frame(),
            bar: self.bar().at(Place::Section(Section::Contracts)),
            problems: Problems::default(),
            id: self.text("ctr_1"),
            title: self.text("Engagement letter 2027"),
            status,
            matter: Some(self.text("Lease review, Pier 4")),
            sent: Some(day(2026, 11, 3)),
            sign_by: Some(day(2026, 11, 30)),
            version: 1,
            body: shown.then(|| RichHtml::new(&text, Under::H1)),
            stand,
        }
    }

    fn signed(&self, name: &str) -> Signed {
        Signed {
            name: self.text(name),
            email: self.text("ana.ruiz@northbay.example"),
            at: "12 November 2026, 10:15:04 (Europe/Zurich)".into(),
            utc: "2026-11-12T09:15:04.120Z".into(),
            shown: "5f".repeat(32),
            terms: self.text("2026-11"),
        }
    }

    fn declining(&self, problems: Problems) -> DeclinePage {
        DeclinePage {
            frame: self.frame(),
            bar: self.bar().at(Place::Section(Section::Contracts)),
            problems,
            id: self.text("ctr_1"),
            title: self.text("Engagement letter 2027"),
            shown: "5f".repeat(32),
            reason: self.text("The fee cap is missing."),
        }
    }

    fn verifying(&self) -> Vec<(&'static str, String)> {
        let page = |problems, finding| {
            html(&VerifyPage {
                frame: self.frame(),
                problems,
                finding,
            })
        };
        let found = |finding| page(Problems::default(), Some(finding));
        let altered = |why, ours| found(Finding::Altered { why, ours });
        let too_large = Problem::File(FileProblem::TooLarge);
        let seal = SealFacts {
            signer: Some(self.text("Hartwell & Lowe LLP")),
            document: Some(self.text("ctr_01jdq3k8p0e2v8r5w6x7y8z9a0")),
            reason: Some(self.text("Signed copy of contract ctr_01jdq3k8p0e2v8r5w6x7y8z9a0")),
            signed_at: Some("12 November 2026, 10:15:04 (Europe/Zurich)".into()),
            stamped: Some(self.text("12 November 2026, 10:15:05 (Europe/Zurich), by Example TSA")),
            certificate: Some("7e".repeat(32)),
        };
        let theirs = SealFacts {
            document: None,
            stamped: None,
            ..seal.clone()
        };
        vec![
            ("verify", page(Problems::default(), None)),
            ("verify-error", page(too_large.into(), None)),
            ("verify-ours", found(Finding::Ours(seal))),
            ("verify-altered", altered(Why::Content, true)),
            ("verify-appended", altered(Why::Appended, false)),
            ("verify-forged", altered(Why::Signature, false)),
            ("verify-unsupported", altered(Why::Unsupported, false)),
            ("verify-another", found(Finding::AnotherIssuers(theirs))),
            ("verify-unsigned", found(Finding::NoSignature)),
            ("verify-no-pdf", found(Finding::NotAPdf)),
        ]
    }
}
