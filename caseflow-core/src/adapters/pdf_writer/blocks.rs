//! What a document consists of, before anyone knows where it will stand.

use super::papers;
use super::table::{Cell, Column, ColumnKind, Row, RowWeight, Table};
use crate::domain::currency::Currency;
use crate::domain::pricing::PriceMode;
use crate::domain::print::{
    EntryView, HowToPay, InvoiceView, Label, LineView, Party, Print, PrintDocument, ReceiptView,
    RecordView, ReversalView, RichBlock, StatementAccount, StatementView, TotalsView,
};
use crate::domain::reversal::ReversalKind;

/// A part of a document, in the order of reading.
#[derive(Debug, Clone)]
pub(super) enum Block {
    /// What it is, and what has become of it.
    Title { text: String, badge: Option<String> },
    /// Whom it is for, or whom it binds, beside its facts.
    Opening {
        label: String,
        parties: Vec<Party>,
        facts: Table,
    },
    /// Over what follows.
    Heading(String),
    /// Text as wide as the page.
    Paragraph(String),
    /// A table as wide as the page.
    Table(Table),
    /// Sums at the end of the lines, kept together.
    Totals(Table),
    /// An author's text.
    Rich(Vec<RichBlock>),
    /// A name as it was typed, in place of a signature.
    Signature { label: String, name: String },
}

/// The parts of a document, but for what is [appended](papers::appended) to it.
pub(super) fn blocks(print: &Print) -> Vec<Block> {
    match &print.document {
        PrintDocument::Invoice(view) => invoice(print, view),
        PrintDocument::Receipt(view) => receipt(print, view),
        PrintDocument::Reversal(view) => reversal(print, view),
        PrintDocument::Statement(view) => statement(print, view),
        PrintDocument::Offer(view) => papers::offer(print, view),
        PrintDocument::Contract(view) => papers::contract(print, view),
        PrintDocument::Certificate(_) => vec![],
    }
}

fn invoice(print: &Print, view: &InvoiceView) -> Vec<Block> {
    let word = |label| print.word(label).to_owned();
    let facts = [
        (Label::Number, Some(view.number.as_str())),
        (Label::Date, Some(&view.dated.text)),
        (Label::DueDate, Some(&view.due.text)),
        (
            Label::CancelledOn,
            view.cancelled_on.as_ref().map(|day| day.text.as_str()),
        ),
        (Label::Matter, view.matter.as_deref()),
    ];
    let mut blocks = vec![
        Block::Title {
            text: word(Label::Invoice),
            badge: Some(view.status_text.clone()),
        },
        opening(print, Label::BilledTo, &facts),
        Block::Heading(word(Label::Services)),
        Block::Table(lines(print, &view.lines, &view.totals)),
        Block::Totals(totals(print, view)),
    ];
    if view.mode == PriceMode::TaxInclusive {
        blocks.push(Block::Paragraph(word(Label::PricesIncludeTax)));
    }
    if view.cancelled_on.is_some() {
        blocks.push(Block::Paragraph(word(Label::NothingToPay)));
    }
    if !view.records.is_empty() {
        blocks.push(Block::Heading(word(Label::Records)));
        blocks.push(Block::Table(records(print, &view.records)));
    }
    if let Some(how) = &view.how_to_pay {
        blocks.push(Block::Heading(word(Label::HowToPay)));
        blocks.extend(how_to_pay(print, how));
    }
    if let Some(note) = &view.note {
        blocks.push(Block::Heading(word(Label::Note)));
        blocks.push(Block::Paragraph(note.clone()));
    }
    blocks
}

pub(super) fn lines(print: &Print, lines: &[LineView], totals: &TotalsView) -> Table {
    let currency = totals.total.value.currency();
    Table {
        headed: true,
        columns: vec![
            column(print, Label::Description, ColumnKind::Wide),
            column(print, Label::Quantity, ColumnKind::Figures),
            column(print, Label::Price, ColumnKind::Figures),
            column(print, Label::Tax, ColumnKind::Short),
            amounts(print, Label::AmountHead, currency),
        ],
        rows: lines.iter().map(|it| line(print, it)).collect(),
    }
}

fn line(print: &Print, line: &LineView) -> Row {
    let less = |discount| format!("{} {discount}", print.word(Label::Less));
    let (text, detail) = match line.description.split_once('\n') {
        Some((text, detail)) => (text, detail),
        None => (line.description.as_str(), ""),
    };
    let reduced = line.discount.as_ref().map(less).unwrap_or_default();
    normal(vec![
        Cell::new(text).with(detail),
        Cell::new(&line.quantity),
        Cell::new(&line.price).with(reduced),
        Cell::new(line.taxes.join("\n")),
        Cell::new(&line.net.number),
    ])
}

fn totals(print: &Print, view: &InvoiceView) -> Table {
    let TotalsView {
        total,
        paid,
        credited,
        due,
        ..
    } = &view.totals;
    let word = |label| print.word(label).to_owned();
    let mut rows = sums(print, &view.totals, view.mode);
    rows.push(Row {
        weight: RowWeight::Sum,
        ..sum(word(Label::Total), &total.text)
    });
    for (label, amount) in [(Label::PaidSoFar, paid), (Label::Credits, credited)] {
        if !amount.value.is_zero() {
            rows.push(sum(word(label), &taken_off(&amount.number)));
        }
    }
    rows.push(Row {
        weight: RowWeight::Result,
        ..sum(word(Label::AmountDue), &due.text)
    });
    pairs(rows, ColumnKind::Figures)
}

/// What leads to the total.
pub(super) fn sums(print: &Print, totals: &TotalsView, mode: PriceMode) -> Vec<Row> {
    let word = |label| print.word(label).to_owned();
    let mut rows = vec![sum(word(Label::Subtotal), &totals.subtotal.number)];
    let discount = totals.discount.iter();
    rows.extend(discount.map(|it| sum(&it.label, &it.amount.number)));
    for tax in &totals.taxes {
        let label = match mode {
            PriceMode::TaxInclusive => format!("{} {}", word(Label::Includes), tax.label),
            PriceMode::TaxExclusive => tax.label.clone(),
        };
        let base = format!("{} {}", word(Label::On), tax.base.number);
        rows.push(normal(vec![
            Cell::new(label).with(base),
            Cell::new(&tax.tax.number),
        ]));
    }
    rows
}

/// An amount that lowers a sum: `−100.00`, or `100.00` when it was below zero itself.
fn taken_off(number: &str) -> String {
    match number.strip_prefix('\u{2212}') {
        Some(size) => size.to_owned(),
        None => format!("\u{2212}{number}"),
    }
}

fn records(print: &Print, records: &[RecordView]) -> Table {
    let row = |record: &RecordView| {
        normal(vec![
            Cell::new(&record.day.text),
            Cell::new(&record.what),
            Cell::new(record.mode.as_deref().unwrap_or_default()),
            Cell::new(record.reference.as_deref().unwrap_or_default()),
            Cell::new(&record.amount.number),
        ])
    };
    let currency = records.first().map(|record| record.amount.value.currency());
    let amount = match currency {
        Some(currency) => amounts(print, Label::AmountHead, currency),
        None => column(print, Label::AmountHead, ColumnKind::Figures),
    };
    Table {
        headed: true,
        columns: vec![
            column(print, Label::Date, ColumnKind::Short),
            column(print, Label::What, ColumnKind::Short),
            column(print, Label::PaidBy, ColumnKind::Short),
            column(print, Label::Reference, ColumnKind::Wide),
            amount,
        ],
        rows: records.iter().map(row).collect(),
    }
}

fn how_to_pay(print: &Print, how: &HowToPay) -> Vec<Block> {
    let online = how
        .online
        .as_ref()
        .map(|address| format!("{} {address}", print.word(Label::PayOnline)));
    let parts = how.words.iter().cloned().chain(online);
    parts.map(Block::Paragraph).collect()
}

fn receipt(print: &Print, view: &ReceiptView) -> Vec<Block> {
    let facts = [
        (Label::Number, Some(view.number.as_str())),
        (Label::Date, Some(&view.received.text)),
        (Label::PaidBy, Some(&view.mode)),
        (Label::Reference, view.reference.as_deref()),
        (
            Label::VoidedOn,
            view.voided_on.as_ref().map(|day| day.text.as_str()),
        ),
    ];
    let rows = [
        (Label::ForInvoice, view.invoice.as_str(), RowWeight::Normal),
        (Label::InvoiceTotal, &view.total.text, RowWeight::Normal),
        (Label::AmountReceived, &view.amount.text, RowWeight::Result),
        (Label::StillDue, &view.due.text, RowWeight::Normal),
    ];
    let voided = view.voided_on.as_ref().map(|_| Label::VoidedPayment);
    let badge = voided.map(|label| print.word(label).to_owned());
    note(
        print,
        print.word(Label::Receipt),
        badge,
        (Label::ReceivedFrom, &facts),
        &rows,
    )
}

fn reversal(print: &Print, view: &ReversalView) -> Vec<Block> {
    let (party, amount) = match view.kind {
        ReversalKind::Refund => (Label::RefundedTo, Label::AmountRefunded),
        ReversalKind::Dispute => (Label::NoteFor, Label::AmountChargedBack),
        ReversalKind::RefundReturned | ReversalKind::DisputeWon => {
            (Label::NoteFor, Label::AmountReturned)
        }
    };
    let facts = [
        (Label::Number, Some(view.number.as_str())),
        (Label::Date, Some(&view.on.text)),
        (Label::Reason, view.reason.as_deref()),
    ];
    let rows = [
        (Label::ForInvoice, view.invoice.as_str(), RowWeight::Normal),
        (Label::ForReceipt, view.receipt.as_str(), RowWeight::Normal),
        (Label::InvoiceTotal, &view.total.text, RowWeight::Normal),
        (amount, &view.amount.text, RowWeight::Result),
        (Label::StillDue, &view.due.text, RowWeight::Normal),
    ];
    let title = print.language.note(view.kind);
    note(print, title, None, (party, &facts), &rows)
}

pub(super) type Fact<'a> = (Label, Option<&'a str>);

/// A document of one page about one amount.
fn note(
    print: &Print,
    title: &str,
    badge: Option<String>,
    (party, facts): (Label, &[Fact<'_>]),
    rows: &[(Label, &str, RowWeight)],
) -> Vec<Block> {
    let rows = rows.iter().map(|(label, value, weight)| Row {
        weight: *weight,
        ..sum(print.word(*label), value)
    });
    vec![
        Block::Title {
            text: title.to_owned(),
            badge,
        },
        opening(print, party, facts),
        Block::Heading(print.word(Label::Details).to_owned()),
        Block::Table(pairs(rows.collect(), ColumnKind::Figures)),
    ]
}

fn statement(print: &Print, view: &StatementView) -> Vec<Block> {
    let facts = [(
        Label::Period,
        Some(format!("{} – {}", view.from.text, view.to.text)),
    )];
    let facts = facts
        .each_ref()
        .map(|(label, text)| (*label, text.as_deref()));
    let mut blocks = vec![
        Block::Title {
            text: print.word(Label::Statement).to_owned(),
            badge: None,
        },
        opening(print, Label::StatementFor, &facts),
    ];
    if view.accounts.is_empty() {
        blocks.push(Block::Paragraph(
            print.word(Label::NothingHappened).to_owned(),
        ));
    }
    for account in &view.accounts {
        blocks.push(Block::Heading(account.currency.code().to_owned()));
        blocks.push(Block::Table(entries(print, account)));
    }
    blocks
}

fn entries(print: &Print, account: &StatementAccount) -> Table {
    let word = |label| print.word(label);
    let row = |day: &str, what: Cell, figures: [&str; 3], weight| Row {
        cells: [Cell::new(day), what]
            .into_iter()
            .chain(figures.map(Cell::new))
            .collect(),
        weight,
    };
    let opening = row(
        "",
        Cell::new(word(Label::OpeningBalance)),
        ["", "", &account.opening.number],
        RowWeight::Normal,
    );
    let entry = |entry: &EntryView| {
        let number = |amount: &Option<crate::domain::print::Amount>| {
            amount
                .as_ref()
                .map(|it| it.number.clone())
                .unwrap_or_default()
        };
        let what = Cell::new(&entry.what).with(entry.detail.as_deref().unwrap_or_default());
        let figures = [
            &number(&entry.charge),
            &number(&entry.payment),
            &entry.balance.number,
        ];
        row(
            &entry.day.text,
            what,
            figures.map(String::as_str),
            RowWeight::Normal,
        )
    };
    let closing = row(
        "",
        Cell::new(word(Label::ClosingBalance)),
        [
            &account.charged.number,
            &account.paid.number,
            &account.closing.text,
        ],
        RowWeight::Sum,
    );
    let middle = account.entries.iter().map(entry);
    Table {
        headed: true,
        columns: vec![
            column(print, Label::Date, ColumnKind::Short),
            column(print, Label::What, ColumnKind::Wide),
            column(print, Label::Charges, ColumnKind::Figures),
            column(print, Label::PaymentsHead, ColumnKind::Figures),
            amounts(print, Label::Balance, account.currency),
        ],
        rows: [opening]
            .into_iter()
            .chain(middle)
            .chain([closing])
            .collect(),
    }
}

pub(super) fn opening(print: &Print, label: Label, facts: &[Fact<'_>]) -> Block {
    let fact = |(label, text): &Fact<'_>| text.map(|text| sum(print.word(*label), text));
    Block::Opening {
        label: print.word(label).to_owned(),
        parties: vec![print.addressee.clone()],
        facts: pairs(facts.iter().filter_map(fact).collect(), ColumnKind::Wide),
    }
}

/// Rows of a name and a value.
pub(super) fn pairs(rows: Vec<Row>, values: ColumnKind) -> Table {
    let names = match values {
        ColumnKind::Figures => ColumnKind::Wide,
        ColumnKind::Wide | ColumnKind::Short => ColumnKind::Short,
    };
    let column = |kind| Column {
        head: String::new(),
        kind,
    };
    Table {
        headed: false,
        columns: vec![column(names), column(values)],
        rows,
    }
}

pub(super) fn sum(label: impl Into<String>, value: &str) -> Row {
    normal(vec![Cell::new(label), Cell::new(value)])
}

pub(super) fn normal(cells: Vec<Cell>) -> Row {
    Row {
        cells,
        weight: RowWeight::Normal,
    }
}

pub(super) fn column(print: &Print, label: Label, kind: ColumnKind) -> Column {
    Column {
        head: print.word(label).to_owned(),
        kind,
    }
}

fn amounts(print: &Print, label: Label, currency: Currency) -> Column {
    Column {
        head: format!("{} ({currency})", print.word(label)),
        kind: ColumnKind::Figures,
    }
}
