//! Proposals, estimates, contracts and certificates: documents with a text of their author's.

use super::blocks::{Block, Fact, column, lines, normal, opening, pairs, sum, sums};
use super::table::{Cell, ColumnKind, Row, RowWeight, Table};
use crate::domain::offer::OfferKind;
use crate::domain::pricing::PriceMode;
use crate::domain::print::{
    AnswerView, CertificateView, ContractView, Label, OfferView, Print, PrintDocument,
};

/// A proposal or an estimate.
pub(super) fn offer(print: &Print, view: &OfferView) -> Vec<Block> {
    let word = |label| print.word(label).to_owned();
    let withdrawn = view.withdrawn_on.as_ref();
    let kind = match view.kind {
        OfferKind::Proposal => Label::Proposal,
        OfferKind::Estimate => Label::Estimate,
    };
    let facts = [
        (kind, Some(view.number.as_str())),
        (Label::Date, Some(&view.dated.text)),
        (Label::OpenTill, Some(&view.open_till.text)),
        (Label::WithdrawnOn, withdrawn.map(|day| day.text.as_str())),
        (Label::Matter, view.matter.as_deref()),
    ];
    let mut blocks = vec![
        Block::Title {
            text: view.title.clone(),
            badge: Some(view.status_text.clone()),
        },
        opening(print, Label::PreparedFor, &facts),
    ];
    if let Some(body) = &view.body {
        blocks.push(Block::Rich(body.blocks.clone()));
    }
    if !view.lines.is_empty() {
        blocks.push(Block::Heading(word(Label::Services)));
        blocks.push(Block::Table(lines(print, &view.lines, &view.totals)));
        blocks.push(Block::Totals(total(print, view)));
        if view.mode == PriceMode::TaxInclusive {
            blocks.push(Block::Paragraph(word(Label::PricesIncludeTax)));
        }
    }
    match &view.answer {
        Some(given) => blocks.extend(answer(print, given)),
        None => blocks.push(Block::Paragraph(word(Label::NoInvoiceYet))),
    }
    blocks
}

fn total(print: &Print, view: &OfferView) -> Table {
    let mut rows = sums(print, &view.totals, view.mode);
    rows.push(Row {
        weight: RowWeight::Result,
        ..sum(print.word(Label::Total), &view.totals.total.text)
    });
    pairs(rows, ColumnKind::Figures)
}

fn answer(print: &Print, view: &AnswerView) -> Vec<Block> {
    let facts = [
        (Label::Answer, Some(view.text.as_str())),
        (Label::AnsweredBy, Some(&view.by)),
        (Label::AnsweredOn, Some(&view.at.local)),
        (Label::Reason, view.reason.as_deref()),
    ];
    let given = facts
        .iter()
        .filter_map(|(label, text)| text.map(|text| (*label, text.to_owned())));
    let given: Vec<(Label, String)> = given.collect();
    section(print, Label::Answer, &given)
}

/// A contract, without the certificate of its signature.
pub(super) fn contract(print: &Print, view: &ContractView) -> Vec<Block> {
    let sign_by = view.sign_by.as_ref();
    let facts: [Fact<'_>; 3] = [
        (Label::Contract, Some(view.reference.as_str())),
        (Label::Version, Some(&view.version)),
        (Label::SignBy, sign_by.map(|day| day.text.as_str())),
    ];
    let facts = facts
        .iter()
        .filter_map(|(label, text)| text.map(|text| sum(print.word(*label), text)));
    vec![
        Block::Title {
            text: view.title.clone(),
            badge: None,
        },
        Block::Opening {
            label: print.word(Label::Parties).to_owned(),
            parties: view.parties.clone(),
            facts: pairs(facts.collect(), ColumnKind::Wide),
        },
        Block::Rich(view.body.blocks.clone()),
    ]
}

/// What stands on pages of its own, after those of the document if it has some.
pub(super) fn appended(print: &Print) -> Option<Vec<Block>> {
    match &print.document {
        PrintDocument::Contract(view) => {
            let certificate = view.certificate.as_ref()?;
            Some(certified(print, certificate))
        }
        PrintDocument::Certificate(view) => Some(certified(print, view)),
        _ => None,
    }
}

fn certified(print: &Print, view: &CertificateView) -> Vec<Block> {
    let word = |label| print.word(label).to_owned();
    let mut blocks = vec![
        Block::Title {
            text: word(Label::Certificate),
            badge: None,
        },
        Block::Paragraph(word(Label::Claim)),
    ];
    if let Some(address) = &view.verify_at {
        let text = format!("{} {address}", word(Label::VerifyAt));
        blocks.push(Block::Paragraph(text));
    }
    blocks.push(Block::Signature {
        label: word(Label::SignedName),
        name: view.typed.clone(),
    });
    blocks.extend(section(print, Label::DocumentHead, &view.document));
    blocks.extend(section(print, Label::Signer, &view.signer));
    blocks.push(Block::Heading(word(Label::Events)));
    blocks.push(Block::Table(events(print, view)));
    blocks
}

fn section(print: &Print, head: Label, facts: &[(Label, String)]) -> Vec<Block> {
    let rows = facts
        .iter()
        .map(|(label, value)| sum(print.word(*label), value));
    vec![
        Block::Heading(print.word(head).to_owned()),
        Block::Table(pairs(rows.collect(), ColumnKind::Wide)),
    ]
}

fn events(print: &Print, view: &CertificateView) -> Table {
    let mut local = column(print, Label::FirmTime, ColumnKind::Figures);
    local.head = format!("{} ({})", local.head, view.zone);
    let row = |event: &crate::domain::print::EventView| {
        normal(vec![
            Cell::new(&event.what),
            Cell::new(&event.utc),
            Cell::new(&event.local),
        ])
    };
    Table {
        headed: true,
        columns: vec![
            column(print, Label::What, ColumnKind::Wide),
            column(print, Label::TimeUtc, ColumnKind::Figures),
            local,
        ],
        rows: view.events.iter().map(row).collect(),
    }
}
